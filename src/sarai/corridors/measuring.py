"""Lengths along the earth, the points of a leg, and how much of a ship's way would lie on land.

Points are ``(latitude, longitude)`` in degrees. Lengths are geodesic, on the ellipsoid WGS 84, so they need
no projection and know nothing of 180 degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from sarai.corridors.network import Network
from sarai.corridors.tables import Leg
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Point", "length_km", "over_land_km", "track"]

Point = tuple[float, float]

STEP_KM = 4.0  # between the points of a way that are looked up on the map
SHORE_KM = 6.0  # what lies so near to the map's coast may be water: it is drawn coarsely
DEGREE_KM = 111.2  # of latitude


def length_km(points: Sequence[Point]) -> float:
    """The length of the geodesic through points, in order.

    >>> round(length_km([(43.65, 51.15), (39.94, 49.41)]))
    437
    """
    latitude, longitude = np.array(points, float).T
    return float(_earth().line_length(longitude, latitude)) / 1000


def track(network: Network, leg: Leg) -> list[Point]:
    """The start of a leg, its points on the way, and its end.

    Raises
    ------
    BadSetting
        A point on the way is not a latitude and a longitude.
    """
    start, end = network.by_place[leg.start], network.by_place[leg.end]
    return [
        (start.latitude_deg, start.longitude_deg),
        *(_point(said, leg) for said in leg.via.split(";") if said.strip()),
        (end.latitude_deg, end.longitude_deg),
    ]


def over_land_km(
    points: Sequence[Point], land: BaseGeometry | None = None, shore_km: float = SHORE_KM
) -> float:
    """How much of the geodesic through points lies on land.

    Parameters
    ----------
    land : shapely geometry, optional
        In degrees, longitude first; the base map if none, which has neither canals nor most straits.
    shore_km : float
        What lies so near to the coast is not counted. It is taken in degrees of latitude, so east and
        west of a coast less is passed over the farther it is from the equator.
    """
    from shapely import contains_xy

    inland = _base_map_inland(shore_km) if land is None else land.buffer(-shore_km / DEGREE_KM)
    over = 0.0
    for here, there in pairwise(points):
        longitude, latitude, each_km = _between(here, there)
        over += each_km * int(contains_xy(inland, longitude, latitude).sum())
    return over


def _between(here: Point, there: Point) -> tuple[np.ndarray, np.ndarray, float]:
    """Longitudes and latitudes of the middles of equal pieces of a geodesic, and how long each piece is."""
    towards, _, length_m = _earth().inv(here[1], here[0], there[1], there[0])
    count = max(1, ceil(length_m / 1000 / STEP_KM))
    along = (np.arange(count) + 0.5) * length_m / count
    same = np.ones(count)
    longitude, latitude, _ = _earth().fwd(same * here[1], same * here[0], same * towards, along)
    return longitude, latitude, length_m / count / 1000


def _point(said: str, leg: Leg) -> Point:
    try:
        latitude, longitude = (float(each) for each in said.split())
    except ValueError:
        raise BadSetting(
            f"point {said.strip()!r} on the way of leg {leg.code} is no latitude and longitude; "
            "write it as 43.65 51.15"
        ) from None
    return latitude, longitude


@cache
def _earth() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


@cache
def _base_map_inland(shore_km: float) -> BaseGeometry:
    """The land of the base map without its shores; each edge stays on its side of 180 degrees."""
    from shapely import make_valid, prepare, union_all
    from shapely.geometry import shape

    from sarai.reference.places import base_map

    countries = [make_valid(shape(each["geometry"])) for each in base_map()["features"]]
    inland = union_all(countries).buffer(-shore_km / DEGREE_KM)
    prepare(inland)
    return inland
