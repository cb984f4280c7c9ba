"""The shipped trans-Caspian route: it holds together, and says what is known of it."""

from __future__ import annotations

import re

import pytest

from corridors.reaching import BOX, FIGURES, idle_sources, odd_distances, reached, unsourced
from sarai.corridors import shipped
from sarai.corridors.graph import Node, graph
from sarai.corridors.measuring import length_km
from sarai.corridors.tables import Good


@pytest.fixture(scope="module")
def network():
    return shipped("trans-caspian")


@pytest.mark.parametrize("table", FIGURES)
def test_no_figure_without_source_and_date(network, table):
    assert unsourced(network, table, "tc-") == []


def test_sources_are_used_or_named(network):
    assert idle_sources(network, "tc-") == set()


def test_distances_follow_their_points(network):
    assert odd_distances(network) == {}


def test_kuryk_and_alat_are_ports_of_their_own(network):
    kuryk, aktau, alat = (network.by_place[code] for code in ("KZKUR", "KZAAU", "AZALT"))
    assert {each.kind for each in (kuryk, aktau, alat)} == {"port"}
    apart = length_km([(each.latitude_deg, each.longitude_deg) for each in (kuryk, aktau)])
    assert 40 < apart < 80
    crossings = {leg.start for leg in network.legs if leg.mode in ("sea", "ferry") and leg.end == "AZALT"}
    assert crossings == {"KZAAU", "KZKUR", "TMKRW"}


def test_kuryk_is_closed_half_of_november_and_december(network):
    for month in (11, 12):
        assert network.closed_share(month)["place:KZKUR"] == pytest.approx(0.5)
    assert network.closed_share(7)["place:KZKUR"] < 0.15


@pytest.mark.parametrize("station", ["KZATK", "KZDOS", "GEZAI"])
def test_gauges_meet_where_they_do(network, station):
    place = network.by_place[station]
    assert {leg.gauge_mm for leg in network.legs if station in (leg.start, leg.end)} == {1435, 1520}
    for start, end in (("rail-1435", "rail-1520"), ("rail-1520", "rail-1435")):
        assert network.handling(place, start, end, "container")


def test_gauges_meet_nowhere_else(network):
    both = {
        each.code
        for each in network.places
        if {leg.gauge_mm for leg in network.legs if each.code in (leg.start, leg.end)} >= {1435, 1520}
    }
    assert both == {"KZATK", "KZDOS", "GEZAI"}


def test_rails_of_kazakhstan_and_the_caucasus_are_broad(network):
    broad = {"KZ", "AZ", "GE"}
    for leg in network.legs:
        if leg.mode == "rail":
            ends = {network.by_place[leg.start].country, network.by_place[leg.end].country}
            assert leg.gauge_mm == (1520 if ends <= broad else 1435), leg.code


def test_the_new_line_has_its_published_length(network):
    """KTZ by UIC: Zhezkazgan-Beineu is 988 km of new railway in two parts."""
    legs = network.by_leg
    assert legs["KZDZN-KZSKL"].distance_km + legs["KZSLR-KZBNU"].distance_km == 988


def test_feeders_carry_what_their_lines_say(network):
    """Sia.az: six feeders can take about 89,000 TEU a year from Aktau."""
    service = network.by_service["tc-feeder-aktau-alat"]
    assert service.per_week * 52 * service.units == pytest.approx(89_000, rel=0.02)
    limit = next(each for each in network.limits if each.code == "tc-feeder-west")
    assert (limit.on, limit.capacity, limit.unit) == ("leg:KZAAU-AZALT>", 89_000, "teu")


def test_no_limit_is_the_whole_route(network):
    """Six million tonnes of the route as a whole are a published total, not a bound."""
    assert [each.code for each in network.limits if len(each.on.split()) > 3] == []
    assert [each.code for each in network.limits if each.unit == "t" and each.capacity == 6e6] == ["tc-kuryk"]


@pytest.mark.parametrize("end", ["GEPTI", "ROCND", "TRIST", "DEDUI", "TRMER"])
def test_boxes_from_xian_arrive(network, end):
    assert end in reached(network, "CNXIA")


def test_there_are_two_ways_over_the_black_sea_and_by_kars(network):
    assert "DEDUI" in reached(network, "CNXIA", without={"btk", "turkiye"})
    assert "DEDUI" in reached(network, "CNXIA", without={"black-sea"})
    assert "DEDUI" not in reached(network, "CNXIA", without={"black-sea", "btk"})
    assert "GEPTI" not in reached(network, "CNXIA", without={"caspian"})


def test_what_is_sent_can_come_back(network):
    places = {node.place for node in graph(network, BOX).nodes}
    assert reached(network, "CNXIA") == places
    assert all("CNXIA" in reached(network, start) for start in ("GEPTI", "DEDUI", "TMKRW"))


def test_block_trains_are_the_sum_of_their_lines(network):
    for leg in network.legs:
        if chain := re.search(r"the sum of (.+)", leg.note):
            parts = [network.by_leg[code] for code in chain[1].split()]
            assert leg.distance_km == sum(each.distance_km for each in parts)
            assert network.service_of[leg.code].form == "container"


def test_grain_leaves_by_ferry_too(network):
    grain = Good(code="grain", name="test grain", form="bulk", source="test")
    assert "GEPTI" in reached(network, "KZDZN", grain)
    assert Node("KZKUR", "service:tc-ferry-kuryk-alat") in graph(network, grain).index
