"""The shipped oil and gas lines: their lengths, what they lead to, and what they can carry."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest

from sarai.corridors import shipped
from sarai.corridors.graph import graph
from sarai.corridors.measuring import length_km, track
from sarai.corridors.tables import Good

OIL = Good(code="oil", name="oil", form="liquid", source="test")
GAS = Good(code="gas", name="gas", form="gas", source="test")
BOX = Good(code="box", name="goods in containers", form="container", t_per_unit=10, source="test")


def lines():
    """The legs of the part."""
    return [leg for leg in shipped("pipelines").legs if leg.mode == "pipeline"]


def by_line_and_ship(*without):
    """The whole network without its rails and roads, and without some legs."""
    network = shipped()
    legs = [leg for leg in network.legs if leg.mode in ("pipeline", "sea") and leg.code not in without]
    return network.with_rows(legs=legs)


def legs_of_best(network, good, start, end, by=1):
    """Codes of the legs of the way that costs least, or takes least time."""
    ways = graph(network, good)
    net = nx.DiGraph()
    for at, step in enumerate(ways.steps):
        tail, head, weight = int(ways.tail[at]), int(ways.head[at]), float(ways.weights[at, by])
        if not net.has_edge(tail, head) or weight < net[tail][head]["weight"]:
            net.add_edge(tail, head, weight=weight, leg=step.leg)
    path = nx.dijkstra_path(net, ways.door(start), ways.delivered(end))
    return [net[a][b]["leg"] for a, b in pairwise(path) if net[a][b]["leg"]]


def test_lines_are_as_long_as_through_their_points_or_longer():
    network = shipped()
    ratios = {leg.code: leg.distance_km / length_km(track(network, leg)) for leg in lines()}
    assert {code: ratio for code, ratio in ratios.items() if not 1.0 <= ratio <= 1.6} == {}


@pytest.mark.parametrize(
    ("legs", "km"),
    [
        ("KZTGZ-KZGUW KZGUW-RUNVS", 1511),
        ("AZSAN-TRCEY", 1768),
        ("AZSAN-RUMCX RUMCX-RUNVS", 1330),
        ("KENKIYAK-KUMKOL ATASU-CNAKL", 1759),
        ("GEDAIM-KZSHY KZSHY-CNHRS", 1833),
        ("AZSAN-TURKGOZU", 691),
        ("TURKGOZU-TRIPS", 1850),
        ("TRIPS-ITSFM", 878),
    ],
)
def test_published_lengths(legs, km):
    by_leg = shipped("pipelines").by_leg
    assert sum(by_leg[code].distance_km for code in legs.split()) == pytest.approx(km, abs=1)


def test_lines_take_oil_or_gas_and_nothing_else():
    assert {leg.takes for leg in lines()} == {"liquid", "gas"}
    network = shipped()
    assert not any(network.takes(leg, "container") or network.takes(leg, "bulk") for leg in lines())


@pytest.mark.parametrize("legs_total", [("KZTGZ-KZGUW KZGUW-RUNVS", 38), ("AZSAN-TRCEY", 24)])
def test_tariffs_of_whole_lines(legs_total):
    legs, usd_per_t = legs_total
    network = shipped("pipelines")
    total = 0.0
    for code in legs.split():
        leg = network.by_leg[code]
        total += network.by_leg[code].distance_km * next(
            row.usd_per_km for row in network.tariffs if row.leg == leg.code
        )
    assert total == pytest.approx(usd_per_t, rel=0.005)


def test_oil_of_tengiz_is_soonest_in_trieste_by_the_consortium_and_the_straits():
    way = legs_of_best(by_line_and_ship(), OIL, "KZTGZ", "ITTRS", by=0)
    assert {"KZTGZ-KZGUW", "KZGUW-RUNVS", "XZBOS-XZBSW-liquid"} <= set(way)


def test_without_the_consortium_it_still_gets_out():
    way = legs_of_best(by_line_and_ship("KZGUW-RUNVS"), OIL, "KZTGZ", "NLRTM")
    assert "KZGUW-RUKUF" in way


def test_oil_at_aktau_reaches_ceyhan_by_tanker_and_line_if_not_through_russia():
    way = legs_of_best(by_line_and_ship("KZAAU-RUMCX", "AZSAN-RUMCX"), OIL, "KZAAU", "TRCEY")
    assert way == ["KZAAU-AZBAK", "AZBAK-AZSAN", "AZSAN-TRCEY"]


def test_oil_reaches_china_and_germany_by_line():
    assert legs_of_best(shipped(), OIL, "KZGUW", "CNDSZ")[-2:] == ["ATASU-CNAKL", "CNAKL-CNDSZ"]
    assert legs_of_best(shipped(), OIL, "KZGUW", "DESDT", by=1)[-1] == "PLOCK-DESDT"


def test_gas_reaches_china_italy_and_russia_by_lines_alone():
    network = shipped()
    for start, end in (("GEDAIM", "CNHRS"), ("AZSAN", "ITSFM"), ("GEDAIM", "ALGAI"), ("ALGAI", "UZ6BT")):
        way = legs_of_best(network, GAS, start, end)
        assert {network.by_leg[code].mode for code in way} == {"pipeline"}


def test_export_lines_lead_one_way():
    ways = graph(shipped(), OIL)
    back = [step.leg for step in ways.steps if step.backwards and step.leg in ("KZGUW-RUNVS", "AZSAN-TRCEY")]
    assert back == []


def test_limits_are_on_lines_that_are_there_and_say_their_unit_of_gas():
    network = shipped()
    own = [limit for limit in shipped("pipelines").limits if limit.on.startswith("leg:")]
    gas = {leg.code for leg in lines() if leg.takes == "gas"}
    for limit in own:
        codes = {each.removeprefix("leg:").rstrip("<>") for each in limit.on.split()}
        assert codes <= set(network.by_leg)
        assert ("0.72 t" in limit.note) == bool(codes & gas)
        assert limit.unit == "t"


def test_figures_have_their_source_and_its_kind():
    network = shipped("pipelines")
    known = {source.code: source for source in network.sources}
    for table in ("places", "legs", "paces", "tariffs", "handlings", "limits"):
        for row in getattr(network, table):
            assert row.source in known
    for source in known.values():
        if source.code.startswith("pi-"):
            assert source.address.startswith("http") == (source.kind in ("published", "secondary"))
