"""Lengths, tracks, and ways over land: against published geodesics, formulas, and shapes that one can see."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

import pytest

from sarai.corridors import Network
from sarai.corridors.measuring import STEP_KM, length_km, over_land_km, track
from sarai.corridors.tables import Leg, Place
from sarai.goods import BadSetting

EARTH_KM = 6371.0


def haversine_km(start, end):
    """The way on a sphere, by the textbook."""
    (a, b), (c, d) = (tuple(map(radians, each)) for each in (start, end))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def network(via=""):
    places = (
        Place(code="A", name="A", kind="port", latitude_deg=43.65, longitude_deg=51.15, source="s"),
        Place(code="B", name="B", kind="port", latitude_deg=39.94, longitude_deg=49.41, source="s"),
    )
    leg = Leg(code="A-B", start="A", end="B", mode="sea", distance_km=450, via=via, source="s")
    return Network(places=places, legs=(leg,)), leg


def test_length_is_that_of_the_published_example():
    """JFK to LHR in the manual of GeographicLib's GeodSolve: 5,551,759.400 m."""
    assert length_km([(40.6, -73.8), (51.6, -0.5)]) == pytest.approx(5551.7594, abs=1e-4)


@pytest.mark.parametrize(
    "points", [[(43.65, 51.15), (39.94, 49.41)], [(-35, 20), (15, -18)], [(60, 170), (55, -160)]]
)
def test_length_is_near_that_of_a_sphere(points):
    assert length_km(points) == pytest.approx(haversine_km(*points), rel=0.006)


def test_length_through_points_is_the_sum_of_its_parts():
    a, b, c = (10, 170), (12, -175), (30, -140)
    assert length_km([a, b, c]) == pytest.approx(length_km([a, b]) + length_km([b, c]))
    assert length_km([a, b, c]) > length_km([a, c])


def test_track_has_the_points_on_the_way():
    made, leg = network("42.0 50.9; 40.5 50.8 ;")
    assert track(made, leg) == [(43.65, 51.15), (42.0, 50.9), (40.5, 50.8), (39.94, 49.41)]


@pytest.mark.parametrize("via", ["42.0", "42.0 50.9 1", "north east", "42,0 50,9"])
def test_a_point_that_is_none_is_named(via):
    made, leg = network(via)
    with pytest.raises(BadSetting, match="of leg A-B is no latitude and longitude"):
        track(made, leg)


def test_land_is_counted_without_its_shores():
    from shapely import box

    island = box(0, -1, 1, 1)
    crossing = [(0, -1), (0, 2)]
    assert over_land_km(crossing, island, shore_km=0) == pytest.approx(111.3, abs=STEP_KM)
    assert over_land_km(crossing, island, shore_km=11) == pytest.approx(111.3 - 22, abs=STEP_KM)
    assert over_land_km([(2, -1), (2, 2)], island, shore_km=0) == 0


def test_the_base_map_knows_land_from_sea():
    assert over_land_km([(47.1, 51.9), (43.2, 76.9)]) > 1500  # Atyrau to Almaty, but for the Aral Sea
    assert over_land_km([(43.5, 51.0), (41.9, 49.5)]) < 10  # the Caspian
    assert over_land_km([(10, -30), (-30, -20)]) == 0  # the Atlantic


def test_180_degrees_are_no_edge():
    """Chukotka lies on both sides; a way over it is as much on land as its halves."""
    whole = over_land_km([(67, 175), (67, -175)])
    turned = over_land_km([(67, 175), (67, 185)])
    assert whole == pytest.approx(turned, abs=2 * STEP_KM)
    assert whole > 300
    assert over_land_km([(0, 170), (0, -170)]) == 0
