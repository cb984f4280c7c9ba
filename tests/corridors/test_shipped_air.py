"""The shipped airports: how far apart, what joins them, and what is shut."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest

from sarai.corridors import shipped
from sarai.corridors.graph import graph
from sarai.corridors.tables import Good

GOODS = Good(code="box", name="goods in containers", form="container", t_per_unit=10, source="test")
EARTH_KM = 6371.0
UNION = {"DE", "BE", "NL", "LU"}


def flown():
    """The legs in the air, with their ends."""
    network = shipped()
    legs = [leg for leg in shipped("air").legs if leg.mode == "air"]
    return [(leg, network.by_place[leg.start], network.by_place[leg.end]) for leg in legs]


def test_distances_are_those_of_the_haversine_formula():
    for leg, start, end in flown():
        a, b, c, d = map(
            radians, (start.latitude_deg, start.longitude_deg, end.latitude_deg, end.longitude_deg)
        )
        half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
        assert leg.distance_km == pytest.approx(2 * EARTH_KM * asin(sqrt(half)), rel=0.006)


def test_airports_are_apart_from_their_cities():
    airports = [place for place in shipped("air").places if place.kind == "airport"]
    assert len(airports) >= 20
    assert all(len(place.code) == 4 for place in airports)


def test_between_the_union_and_russia_nothing_flies():
    pairs = [{start.country, end.country} for _, start, end in flown()]
    assert not [pair for pair in pairs if "RU" in pair and pair & UNION]


def test_every_airport_is_flown_from():
    ends = {place.code for _, start, end in flown() for place in (start, end)}
    assert ends == {place.code for place in shipped("air").places}


def test_cities_are_joined_to_their_airport_by_a_short_road():
    network = shipped()
    roads = [leg for leg in shipped("air").legs if leg.mode == "road"]
    for leg in roads:
        assert network.by_place[leg.end].kind == "airport"
        assert network.by_place[leg.start].country == network.by_place[leg.end].country
        assert leg.distance_km <= 110
    assert {"CNXIA", "KZALA", "GETBS", "AZBAK", "TRIST"} <= {leg.start for leg in roads}


def test_goods_get_from_road_and_rail_into_the_air():
    network = shipped()
    airport = network.by_place["UAAA"]
    for mode in ("door", "road", "rail-1435", "rail-1520"):
        assert network.handling(airport, mode, "air", "container").hours > 0
        assert network.handling(airport, "air", mode, "container").hours > 0


def test_a_tonne_for_a_kilometre_costs_forty_cents():
    """For the usual ten tonnes in a TEU."""
    ways = graph(shipped(), GOODS)
    step = next(each for each in ways.steps if each.leg in {"UAAA-ZSPD", "ZSPD-UAAA"})
    assert step.criteria.usd / step.distance_km == pytest.approx(0.40)


def test_nothing_but_containers_flies():
    oil = Good(code="oil", name="oil", form="liquid", source="test")
    flying = {leg.code for leg, _, _ in flown()}
    assert not [step.leg for step in graph(shipped(), oil).steps if step.leg in flying]
