"""Curves of the map: they end where countries are, turn no corner, and go round the world the shorter way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sarai.reference.places import base_map
from sarai.server.minerals.arcs import arc, position

ENDS = [("CL", "CN"), ("US", "JP"), ("JP", "US"), ("AU", "KZ"), ("EU", "BR"), ("FJ", "WS"), ("RU", "CA")]


@pytest.mark.parametrize(("start", "end"), ENDS)
def test_a_curve_ends_where_countries_are(start, end):
    one, other = position(start), position(end)
    found = arc(one, other)
    assert found[0][0] == one
    assert found[-1][-1] == other


@pytest.mark.parametrize(("start", "end"), ENDS)
def test_no_step_of_a_curve_is_long_and_none_leaves_the_map(start, end):
    found = arc(position(start), position(end))
    points = [point for stretch in found for point in stretch]
    assert all(abs(y) < 85 and -180 <= x <= 180 for y, x in points)
    for stretch in found:
        assert all(abs(x1 - x2) < 12 for (_, x1), (_, x2) in pairwise(stretch))
    for before, after in pairwise(found):
        assert before[-1][0] == after[0][0], "cut at one latitude"
        assert before[-1][1] == -after[0][1] == pytest.approx(180 if before[-1][1] > 0 else -180)


@pytest.mark.parametrize(("start", "end"), ENDS)
def test_the_shorter_way_round_is_gone(start, end):
    one, other = position(start), position(end)
    far = abs(one[1] - other[1])
    gone = sum(abs(a[1] - b[1]) for part in arc(one, other) for a, b in pairwise(part))
    assert gone == pytest.approx(min(far, 360 - far), rel=0.4, abs=3)
    assert len(arc(one, other)) == (2 if far > 180 else 1)


def test_there_and_back_lie_apart():
    there, back = (arc(position(a), position(b)) for a, b in (("CL", "EU"), ("EU", "CL")))
    middles = [part[0][len(part[0]) // 2] for part in (there, back)]
    assert max(abs(a - b) for a, b in zip(*middles, strict=True)) > 5


def test_a_country_lies_on_its_own_land_or_near_and_one_that_is_off_the_map_has_no_place():
    boxes: dict[str, list[tuple[float, float]]] = {}
    for feature in base_map()["features"]:
        shape = feature["geometry"]
        several = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        boxes.setdefault(feature.get("id") or "", []).extend(
            (point[1], point[0]) for polygon in several for point in polygon[0]
        )
    for code, points in boxes.items():
        if code:
            latitude, longitude = position(code)
            assert min(y for y, _ in points) - 1 <= latitude <= max(y for y, _ in points) + 1, code
            assert min(x for _, x in points) - 1 <= longitude <= max(x for _, x in points) + 1, code
    assert position("ZA1") is None
