"""What is read from a way, against figures worked out by hand."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import pytest
from scipy import stats

from corridors import made
from sarai.corridors.graph import graph
from sarai.corridors.routes import Route, Weighing, describe, k_best, single_points
from sarai.corridors.routes.spread import Elapsed


def source(code):
    return {"code": code, "title": code.title(), "kind": "assumed"}


@pytest.fixture(scope="module")
def route():
    """A - B by rail, over the sea and a strait by ferry, C - D - E by road: three countries."""
    network = made.network(
        [
            made.leg("A", "B", "rail", 400), made.leg("B", "S", "ferry", 100, code="one", source="map"),
            made.leg("S", "C", "ferry", 100, code="two"), made.leg("C", "D", "road", 200),
            made.leg("E", "D", "road", 50),
        ],
        places=[
            {"code": "A", "country": "AA"}, {"code": "B", "country": "AA"},
            {"code": "S", "kind": "strait"}, {"code": "C", "country": "CC", "kind": "port"},
            {"code": "D", "country": "CC"}, {"code": "E", "country": "EE"},
        ],
        sources=[source(each) for each in ("made", "map", "port", "customs", "law", "price", "unused")],
        services=[{"code": "F", "name": "Ferry", "legs": "one two", "per_week": 3.5}],
        handlings=[
            {"place": "B", "start": "rail-1520", "end": "ferry", "form": "*", "hours": 12,
             "usd_per_unit": 50, "source": "port"},
            {"kind": "port", "start": "ferry", "end": "road", "form": "*", "hours": 8, "hours_low": 4,
             "hours_high": 12, "usd_per_unit": 30, "source": "port"},
        ],
        tariffs=[{**each, "source": "price"} for each in made.TARIFFS],
        borders=[{"start": "CC", "end": "EE", "mode": "road", "hours": 10, "usd_per_unit": 200,
                  "source": "customs"}],
        exposures=[{"country": "CC", "risk": 0.3, "regimes": "EU US", "source": "law"},
                   {"country": "EE", "risk": 0.1}],
        closures=[{"on": "service:F", "months": "11", "share": 0.5, "mean_h": 20, "source": "port"}],
    )  # fmt: skip
    each = graph(network, network.good("boxes"), month=11)
    return describe(each, k_best(each, "A", "E", 1)[0], single_points(each, "A", "E"))


def test_places_and_countries_come_in_order(route):
    assert [place.code for place in route.places] == list("ABSCDE")
    assert route.countries == ("AA", "CC", "EE")
    assert (route.start, route.end, route.unit, route.month) == ("A", "E", "TEU", 11)


def test_legs_are_joined_by_carriage_and_country(route):
    assert [(each.mode, each.service, each.country, each.places) for each in route.stretches] == [
        ("rail", "", "AA", ("A", "B")),
        ("ferry", "Ferry", "AA", ("B", "S")),
        ("ferry", "Ferry", "", ("S", "C")),
        ("road", "", "CC", ("C", "D", "E")),
    ]
    assert route.stretches[3].hours == pytest.approx(250 / 50 + 10)
    assert route.stretches[3].usd_per_t == pytest.approx(250 / 10 + 200 / 10)
    assert route.distance_km.value == 850


def test_hours_are_split_by_reason(route):
    moving = 400 / 40 + 200 / 20 + 250 / 50
    closed = 2 * 0.5 * 20  # each of two legs of the service waits half of 20 hours; twice
    expected = {"moving": moving, "border": 10, "waiting": 168 / 3.5 / 2, "handling": 20, "closed": closed}
    assert {why: each.value for why, each in route.hours_by.items()} == pytest.approx(expected)
    assert route.hours.value == pytest.approx(sum(expected.values()))


def test_dollars_are_those_of_the_tables(route):
    moving = (400 * 0.5 + 200 * 0.3 + 250 * 1) / 10
    assert route.usd_per_t_by["moving"].value == pytest.approx(moving)
    assert route.usd_per_t_by["handling"].value == pytest.approx(8)
    assert route.usd_per_t.value == pytest.approx(moving + 8 + 20)
    assert route.usd_per_unit.value == pytest.approx(route.usd_per_t.value * 10)
    assert route.usd_per_unit.unit == "USD/TEU"


def test_carbon_is_well_to_wheel_for_a_tonne_and_a_unit(route):
    kg = (400 * 20 + 200 * 30 + 250 * 90) / 1000
    assert route.co2e_kg_per_t.value == pytest.approx(kg)
    assert route.co2e_kg_per_unit.value == pytest.approx(kg * 10)


def test_exposure_names_the_regimes_met(route):
    assert route.exposure.value == pytest.approx(0.4)
    assert [(each.country, each.regimes, each.source) for each in route.regimes] == [
        ("CC", ("EU", "US"), "law")
    ]
    assert [place.code for place in route.chokepoints] == ["S"]
    assert "service:F" in [each.what for each in route.single_points]


def test_every_figure_names_its_sources(route):
    assert route.hours_by["border"].sources == ("customs",)
    assert route.hours_by["handling"].sources == ("port",)
    assert route.usd_per_t_by["moving"].sources == ("price",)
    assert route.usd_per_t.sources == ("customs", "port", "price")
    assert route.distance_km.sources == ("made", "map")
    assert route.exposure.sources == ("law", "made")
    assert set(route.sources) == {"made", "map", "port", "customs", "law", "price"}
    assert route.sources["law"].title == "Law"


def test_quantiles_are_those_of_the_lognormal_of_scipy(route):
    variance = (0.25 * 10) ** 2 + 2 * (0.25 * 5) ** 2 + (0.25 * 4) ** 2 + (0.25 * 1) ** 2  # moving
    variance += (0.25 * 12) ** 2 + (8 / 2.563) ** 2 + (0.25 * 10) ** 2 + 48**2 / 12
    variance += 2 * (0.5 * 2 * 20**2 - 10**2)
    sigma = math.sqrt(math.log1p(variance / route.hours.value**2))
    theirs = stats.lognorm(sigma, scale=route.hours.value / math.exp(sigma**2 / 2))
    assert (theirs.mean(), theirs.var()) == pytest.approx((route.hours.value, variance))
    assert route.hours_p50.value == pytest.approx(theirs.ppf(0.5))
    assert route.hours_p90.value == pytest.approx(theirs.ppf(0.9))
    assert route.distribution.startswith("lognormal")


def test_a_route_goes_through_json_unchanged(route):
    assert msgspec.json.decode(msgspec.json.encode(route), type=Route) == route


def test_tonnes_are_the_unit_of_bulk():
    network = made.network([made.leg("A", "B", "road", 100)])
    each = graph(network, network.good("grain"))
    found = describe(each, k_best(each, "A", "B", 1)[0])
    assert (found.unit, found.usd_per_unit.unit) == ("t", "USD/t")
    assert found.usd_per_unit.value == found.usd_per_t.value == pytest.approx(10)


@pytest.mark.parametrize("seed", range(4))
def test_parts_sum_to_what_the_search_summed(seed):
    network = made.random_network(np.random.default_rng(seed), 20, 45)
    each = graph(network, network.good("boxes"), month=12)
    for path in k_best(each, "P000", "P019", 3, Weighing.money(0.4)):
        found = describe(each, path)
        assert found.hours.value == pytest.approx(path.criteria.hours)
        assert sum(part.value for part in found.hours_by.values()) == pytest.approx(path.criteria.hours)
        assert found.usd_per_t.value == pytest.approx(path.criteria.usd)
        assert found.co2e_kg_per_t.value == pytest.approx(path.criteria.co2e_g / 1000)
        assert found.exposure.value == pytest.approx(path.criteria.exposure)
        assert [each for one in found.stretches for each in one.legs] == [
            step.leg for step in path.along(each) if step.leg
        ]


def test_cases_followed_through_a_rule_are_those_of_scipy():
    sigma = math.sqrt(math.log1p(900 / 100**2))
    theirs = stats.lognorm(sigma, scale=100 / math.exp(sigma**2 / 2))
    before = Elapsed.none().plus(100, 900)
    shares = np.array([0.1, 0.5, 0.9])
    assert before.quantiles(shares) == pytest.approx(theirs.ppf(shares))
    after = before.through(lambda hours: np.maximum(hours, 110))
    assert after.quantiles(shares) == pytest.approx(np.maximum(theirs.ppf(shares), 110), rel=2e-3)
    assert after.cases_h.mean() == pytest.approx(theirs.expect(lambda hours: max(hours, 110)), rel=1e-3)
