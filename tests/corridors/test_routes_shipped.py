"""Routes on the packaged network: what must hold of them whatever its figures are."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sarai.corridors import shipped
from sarai.corridors.graph import graph
from sarai.corridors.routes import Figure, Weighing, describe, k_best, pareto, single_points, timetable

PAIRS = [("Xi'an", "Duisburg"), ("Almaty", "Poti"), ("Shanghai", "Rotterdam")]


@pytest.fixture(scope="module")
def each():
    network = shipped()
    return graph(network, network.good("container"))


@pytest.mark.parametrize(("start", "end"), PAIRS)
@pytest.mark.parametrize("criterion", ["hours", "usd", "exposure"])
def test_every_figure_names_a_source_that_is_there(each, start, end, criterion):
    for path in k_best(each, start, end, 3, Weighing.alone(criterion)):
        route = describe(each, path)
        figures = [*route.hours_by.values(), *route.usd_per_t_by.values(), route.exposure, route.hours_p90]
        figures += [value for name in route.__struct_fields__
                    if isinstance(value := getattr(route, name), Figure)]  # fmt: skip
        for figure in figures:
            assert figure.sources or not figure.value, figure
            assert set(figure.sources) <= set(route.sources)
        assert (route.places[0].name, route.places[-1].name) == (start, end)
        assert route.hours_p50.value < route.hours.value < route.hours_p90.value


def test_the_front_has_the_cheapest_and_the_fastest(each):
    front = pareto(each, "Almaty", "Poti", by=("hours", "usd"))
    fastest, cheapest = (k_best(each, "Almaty", "Poti", 1, Weighing.alone(name))[0] for name in front.by)
    within = 1 + front.within + 1e-9
    assert front.ways[0].criteria.hours <= fastest.criteria.hours * within
    assert front.ways[-1].criteria.usd <= cheapest.criteria.usd * within


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_no_single_point_is_passed_by(each, start, end):
    points = {point.what for point in single_points(each, start, end)}
    for path in k_best(each, start, end, 5):
        route = describe(each, path)
        passed = {f"place:{place.code}" for place in route.places}
        passed |= {f"country:{country}" for country in route.countries}
        passed |= {f"leg:{leg}" for stretch in route.stretches for leg in stretch.legs}
        assert {point for point in points if not point.startswith("service:")} <= passed


def test_a_timetable_ends_where_and_after_it_should(each):
    path = k_best(each, "Xi'an", "Duisburg", 1, Weighing.alone("hours"))[0]
    found = timetable(each, path, datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert (found.stops[0].name, found.stops[-1].name) == ("Xi'an", "Duisburg")
    assert found.departure < found.p10 < found.planned < found.p90
