"""The shipped northern route: it holds together with what it refers to, and says what is known of it."""

from __future__ import annotations

import pytest

from corridors.reaching import FIGURES, idle_sources, odd_distances, reached, unsourced
from sarai.corridors import shipped

UNION = {"KZ", "RU", "BY", "KG"}


@pytest.fixture(scope="module")
def network():
    return shipped("trans-caspian", "northern")


@pytest.mark.parametrize("table", FIGURES)
def test_no_figure_without_source_and_date(network, table):
    assert unsourced(network, table, "nc-") == []


def test_sources_are_used_or_named(network):
    assert idle_sources(network, "nc-") == set()


def test_distances_follow_their_points(network):
    assert odd_distances(network) == {}


@pytest.mark.parametrize("station", ["PLMAA", "BYBQT", "RUKGD", "RUZBK", "MNZUU"])
def test_gauges_meet_where_they_do(network, station):
    place = network.by_place[station]
    assert {leg.gauge_mm for leg in network.legs if station in (leg.start, leg.end)} >= {1435, 1520}
    assert network.handling(place, "rail-1520", "rail-1435", "container")
    assert network.handling(place, "rail-1520", "rail-1435", "bulk")


def test_borders_inside_the_union_are_short(network):
    crossed = 0
    for leg in network.legs:
        ends = [network.by_place[code].country for code in (leg.start, leg.end)]
        if ends[0] != ends[1] and set(ends) <= UNION and leg.mode in ("rail", "road"):
            crossed += 1
            assert network.border(leg).hours <= 4, leg.code
    assert crossed > 10


def test_one_rides_on_1520_from_dostyk_to_brest(network):
    """UTLC ERA: 5,430 km of 1520 mm from Dostyk to the Kaliningrad railway; no change of gauge between."""
    for leg in network.legs:
        countries = {network.by_place[leg.start].country, network.by_place[leg.end].country}
        if leg.mode == "rail" and countries <= {"KZ", "RU", "BY", "MN"}:
            assert leg.gauge_mm == 1520, leg.code


@pytest.mark.parametrize(
    "closed",
    [
        ("caspian", "black-sea", "trans-siberian", "mongolia"),
        ("caspian", "black-sea", "mongolia", "kazakhstan"),
        ("caspian", "black-sea", "trans-siberian", "kazakhstan"),
        ("caspian", "rail"),
    ],
    ids=["Kazakhstan", "Zabaikalsk", "Mongolia", "road"],
)
def test_boxes_come_to_duisburg_by_each_way(network, closed):
    start = "CNURM" if "rail" in closed else "CNZGZ"
    assert "DEDUI" in reached(network, start, without=closed)


def test_without_the_north_nothing_goes_to_minsk(network):
    north = ("northern", "trans-siberian", "mongolia")
    assert "BYMSQ" not in reached(network, "CNXIA", without=north)
    assert "KZAST" in reached(network, "CNXIA", without=north)


def test_baltic_ports_are_on_the_broad_gauge(network):
    arrived = reached(network, "KZAST", without=("road",))
    assert {"LVRIX", "LTKLJ", "RULED", "RUKGD"} <= arrived


def test_the_north_of_the_caspian_freezes(network):
    assert network.closed_share(1)["leg:RUASF-XZVKK"] > 0
    assert "leg:RUASF-XZVKK" not in network.closed_share(7)
