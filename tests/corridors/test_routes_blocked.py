"""What an error says where no way leads."""

from __future__ import annotations

import numpy as np
import pytest

from corridors import made
from sarai.corridors import Unreachable
from sarai.corridors.graph import graph
from sarai.corridors.routes import k_best, pareto


def told(network, start="A", end="D", month=None, good="boxes", asked=()):
    """The error's words."""
    with pytest.raises(Unreachable) as raised:
        k_best(graph(network, network.good(good), month, asked), start, end, 1)
    return str(raised.value)


def reaches(network, start="A", end="D", month=None, good="boxes", asked=()):
    return bool(k_best(graph(network, network.good(good), month, asked), start, end, 1))


WIDE = {"distance_km": 100, "mode": "rail"}
BREAK = [made.leg("A", "B", **WIDE), made.leg("B", "C", **WIDE), made.leg("C", "D", **WIDE, gauge_mm=1435)]


def test_a_break_of_gauge_is_named_with_the_handling_that_it_wants():
    words = told(made.network(BREAK))
    assert words.startswith("no way for Boxes (container) leads from A (A) to D (D); they get to 2 places")
    assert "nearest to D: C, B" in words
    assert (
        "at C (C) they come in rail-1520 and would go on in rail-1435, and nothing takes them over" in words
    )
    assert words.endswith("it would open with a handling from rail-1520 to rail-1435 at C")


def test_the_handling_that_is_named_does_open_it():
    handling = {"place": "C", "start": "rail-1520", "end": "rail-1435", "form": "*", "hours": 20}
    assert reaches(made.network(BREAK, handlings=[handling]))


def test_a_break_between_a_service_and_a_line_is_named_by_what_carries():
    legs = [made.leg("A", "B", "sea", code="boat"), made.leg("B", "D", "rail")]
    service = {"code": "FERRY", "name": "Ferry", "legs": "boat", "per_week": 2}
    assert "a handling from sea to rail-1520 at B" in told(made.network(legs, services=[service]))


def test_a_group_that_nobody_asked_for_is_named_and_opens_it():
    ice = made.leg("B", "D", "road", group="arctic", asked=True)
    network = made.network([made.leg("A", "B"), ice, made.leg("C", "A", group="south", asked=True)])
    assert told(network).endswith("it would open with asking for 'arctic'")
    assert reaches(network, asked=("arctic",))


def test_a_group_that_helps_only_with_what_was_asked_for_already():
    network = made.network(
        [made.leg("A", "B", group="one", asked=True), made.leg("B", "D", group="two", asked=True)]
    )
    assert told(network, asked=("one",)).endswith("it would open with asking for 'two'")


def test_a_closure_says_when_it_lifts():
    closure = {"on": "leg:B-D", "months": "11 12 1 2", "share": 1, "mean_h": 700, "cause": "ice"}
    network = made.network([made.leg("A", "B"), made.leg("B", "D")], closures=[closure])
    words = told(network, month=12)
    assert "leads from A (A) to D (D) in month 12" in words
    assert words.endswith("an end of the closure of leg:B-D (it is open in months 3 4 5 6 7 8 9 10)")
    assert reaches(network, month=5)


def test_a_closure_of_all_months():
    closure = {"on": "leg:B-D", "months": " ".join(map(str, range(1, 13))), "share": 1}
    network = made.network([made.leg("A", "B"), made.leg("B", "D")], closures=[closure])
    assert told(network).endswith("it would open with an end of the closure of leg:B-D")


def test_a_leg_that_is_missing_is_the_shortest_that_would_join():
    places = [
        {"code": code, "name": f"Town {code}", "kind": "city", "latitude_deg": 45, "longitude_deg": 50 + at}
        for at, code in enumerate("ABCD")
    ]
    words = told(made.network([made.leg("A", "B"), made.leg("C", "D")], places=places))
    assert "they get to 1 places, nearest to Town D: Town B" in words
    assert "a leg from Town B (B) to Town C (C) (79 km as the crow flies)" in words  # cos 45 x 111.2


def test_a_form_that_a_leg_does_not_take():
    network = made.network([made.leg("A", "B"), made.leg("B", "D", takes="container")])
    assert told(network, good="grain").endswith("leg B-D taking goods in form bulk (column takes)")


def test_a_place_where_nothing_starts():
    network = made.network([made.leg("B", "D")], places=[{"code": "A"}])
    assert "nothing that carries them leaves A" in told(network)


def test_a_strait_is_no_place_to_send_to():
    network = made.network([made.leg("A", "D", "sea")], places=[{"code": "D", "kind": "strait"}])
    assert "D (D) is a strait that goods only pass; choose a port or city" in told(network)


def test_the_front_says_the_same():
    network = made.network(BREAK)
    with pytest.raises(Unreachable) as raised:
        pareto(graph(network, network.good("boxes")), "A", "D")
    assert str(raised.value) == told(network)


@pytest.mark.parametrize("seed", range(5))
def test_who_asks_again_is_told_the_same(seed):
    network = made.random_network(np.random.default_rng(seed), 8, 10)
    lonely = network.with_rows(legs=[leg for leg in network.legs if "P007" not in (leg.start, leg.end)])
    assert told(lonely, "P000", "P007") == told(lonely, "P000", "P007")
