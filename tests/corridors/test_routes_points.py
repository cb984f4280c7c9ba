"""What every way passes, against the intersection of all simple paths."""

from __future__ import annotations

import numpy as np
import pytest

from corridors import made, plain
from sarai.corridors import Unreachable
from sarai.corridors.graph import graph
from sarai.corridors.routes import single_points


def points(network, start, end, good="boxes"):
    return [each.what for each in single_points(graph(network, network.good(good)), start, end)]


def passed(each, path):
    """Selectors of all that a path touches."""
    network, found = each.network, set()
    for at in path:
        step = each.steps[at]
        if step.leg:
            found.add(f"leg:{step.leg}")
            if service := network.service_of.get(step.leg):
                found.add(f"service:{service.code}")
        for node in (each.tail[at], each.head[at]):
            place = network.by_place[each.nodes[node].place]
            found |= {f"place:{place.code}", f"country:{place.country}"}
    return found


@pytest.mark.parametrize("seed", range(25))
def test_they_are_what_all_ways_have_in_common(seed):
    network = made.random_network(np.random.default_rng(seed), 7, 8, countries=5)
    each = graph(network, network.good("boxes"))
    start, end = network.by_place["P000"], network.by_place["P006"]
    ways = plain.simple_paths(plain.ends_of(each), each.door("P000"), each.delivered("P006"))
    every = [passed(each, path) for path in ways]
    both_ends = {f"{kind}:{code}" for place in (start, end)
                 for kind, code in (("place", place.code), ("country", place.country))}  # fmt: skip
    if not every:
        with pytest.raises(Unreachable):
            points(network, "P000", "P006")
    else:
        assert set(points(network, "P000", "P006")) == set.intersection(*every) - both_ends


def test_they_come_in_the_order_of_passing_with_their_names():
    places = [{"code": "B", "name": "Port B", "country": "BB"}, {"code": "C", "name": "Port C"}]
    legs = [
        made.leg("A", "B", code="short"), made.leg("A", "B", code="long"),
        made.leg("B", "C", "sea"), made.leg("C", "D"),
    ]  # fmt: skip
    over = [{"place": code, "start": "road", "end": "sea", "form": "*", "hours": 5} for code in "BC"]
    service = {"code": "FERRY", "name": "Ferry", "legs": "B-C-sea", "per_week": 2}
    network = made.network(legs, places=places, handlings=over, services=[service])
    found = single_points(graph(network, network.good("boxes")), "A", "D")
    assert [(each.what, each.name) for each in found] == [
        ("country:BB", "BB"), ("place:B", "Port B"), ("place:C", "Port C"), ("service:FERRY", "Ferry"),
        ("leg:B-C-sea", "Port B - Port C (sea)"), ("leg:C-D", "Port C - D (road)"),
    ]  # fmt: skip


def test_a_place_that_another_carriage_goes_round_is_none():
    network = made.network(
        [made.leg("A", "B", "rail"), made.leg("B", "C", "rail"), made.leg("A", "C", "road")]
    )
    assert points(network, "A", "C") == []
    assert points(made.network(network_legs(network)), "A", "C", "boxes") == [
        "place:B",
        "leg:A-B-rail",
        "leg:B-C-rail",
    ]


def network_legs(network):
    """Its rails alone."""
    return [made.leg(leg.start, leg.end, "rail") for leg in network.legs if leg.mode == "rail"]


def test_no_way_at_all_is_an_error():
    with pytest.raises(Unreachable, match="it would open with a leg from"):
        points(made.network([made.leg("A", "B"), made.leg("C", "D")]), "A", "D")
