"""The shipped southern branches: they hold together with what they refer to, and say what is known."""

from __future__ import annotations

import pytest

from corridors.reaching import FIGURES, idle_sources, odd_distances, reached, unsourced
from sarai.corridors import shipped


@pytest.fixture(scope="module")
def network():
    return shipped("trans-caspian", "northern", "southern")


@pytest.mark.parametrize("table", FIGURES)
def test_no_figure_without_source_and_date(network, table):
    assert unsourced(network, table, "sc-") == []


def test_sources_are_used_or_named(network):
    assert idle_sources(network, "sc-") == set()


def test_distances_follow_their_points(network):
    assert odd_distances(network) == {}


@pytest.mark.parametrize("station", ["TMETR", "IRCKT"])
def test_gauges_meet_at_the_border_of_iran(network, station):
    place = network.by_place[station]
    assert {leg.gauge_mm for leg in network.legs if station in (leg.start, leg.end)} >= {1435, 1520}
    assert network.handling(place, "rail-1520", "rail-1435", "container")


def test_iran_and_turkiye_have_one_gauge(network):
    leg = network.by_leg["IRRZI-TRKPY"]
    assert leg.gauge_mm == 1435
    for each in network.legs:
        countries = {network.by_place[each.start].country, network.by_place[each.end].country}
        if each.mode == "rail" and countries <= {"IR", "TR"}:
            assert each.gauge_mm == 1435, each.code


def test_the_line_east_of_the_caspian_has_its_published_lengths(network):
    """Mehr: 88 km in Iran, about 700 in Turkmenistan, 140 in Kazakhstan; MENAFN: 495 to Garmsar."""
    legs = network.by_leg
    assert legs["IRINB-IRGBT"].distance_km == 88
    assert legs["IRINB-IRGBT"].distance_km + legs["IRGBT-IRGSR"].distance_km == 495
    assert legs["KZUZE-KZBOL"].distance_km == pytest.approx(140, rel=0.05)
    turkmen = legs["TMSHK-TMBKT"].distance_km + legs["TMBKT-TMETR"].distance_km
    assert turkmen == pytest.approx(700, rel=0.1)


def test_boxes_come_to_the_gulf_by_both_ways(network):
    by_etrek = ("road", "northern", "caspian", "instc", "TMTEJ-TMSRS")
    by_sarakhs = ("road", "northern", "caspian", "instc", "TMETR-IRINB")
    for closed in (by_etrek, by_sarakhs):
        assert "IRBND" in reached(network, "CNXIA", without=closed)
    neither = ("road", "northern", "caspian", "instc", "TMTEJ-TMSRS", "TMETR-IRINB")
    assert "IRBND" not in reached(network, "CNXIA", without=neither)


def test_trains_to_istanbul_cross_lake_van(network):
    other = ("road", "sea", "ferry", "btk", "northern", "instc")
    assert "TRIST" in reached(network, "CNXIA", without=other)
    assert "TRIST" not in reached(network, "CNXIA", without=(*other, "TRVAN-TRTTV"))


def test_lorries_go_from_tashkent_to_duisburg(network):
    assert "DEDUI" in reached(network, "UZTAS", without=("rail", "sea", "ferry", "northern"))


def test_the_railway_over_kyrgyzstan_is_there_when_asked_for(network):
    land = ("road", "kazakhstan", "northern", "trans-siberian", "mongolia", "sea", "ferry")
    assert "UZTAS" not in reached(network, "CNKSS", without=land)
    assert "UZTAS" in reached(network, "CNKSS", without=land, asked=("cku",))
    assert {leg.code for leg in network.legs if leg.asked and leg.group == "cku"} == {
        "CNKSS-KGMKL",
        "KGMKL-UZADX",
    }


def test_the_railway_of_the_north_south_corridor_has_a_gap(network):
    train = ("road", "sea", "ferry", "southern", "turkiye", "btk", "trans-caspian")
    assert "IRTHR" not in reached(network, "RUMOW", without=train)
    assert "IRTHR" in reached(network, "RUMOW", without=train, asked=("IRASR-IRRAS-rail",))
