"""Ways as lines on a map: the points of each leg, in the direction that it is used, with its mode."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import acos, asin, atan2, cos, degrees, hypot, radians, sin

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.routes import Route

__all__ = ["Track", "of_leg", "of_route"]

Point = tuple[float, float]

FINE_DEG = 4.0  # of arc: what is longer is drawn in more steps, as a great circle bends on a map


class Track(Struct, frozen=True, kw_only=True):
    """A leg on the map.

    Attributes
    ----------
    leg, mode : str
    points : tuple
        Latitude and longitude, degrees, from where it is entered to where it is left.
    """

    leg: str
    mode: str
    points: tuple[Point, ...]


def of_leg(network: Network, code: str, backwards: bool = False) -> Track:
    """A leg on the map."""
    from sarai.corridors.measuring import track

    leg = network.by_leg[code]
    points = _fine([(float(y), float(x)) for y, x in track(network, leg)])
    return Track(leg=code, mode=leg.mode, points=tuple(reversed(points)) if backwards else points)


def of_route(network: Network, route: Route) -> tuple[Track, ...]:
    """The legs of a way on the map, in order."""
    found = []
    for stretch in route.stretches:
        for code, start in zip(stretch.legs, stretch.places, strict=False):
            found.append(of_leg(network, code, backwards=network.by_leg[code].start != start))
    return tuple(found)


def _fine(points: Sequence[Point]) -> tuple[Point, ...]:
    found = [points[0]]
    for here, there in pairwise(points):
        steps = int(_arc(here, there) // FINE_DEG) + 1
        found += [_between(here, there, at / steps) for at in range(1, steps)] + [there]
    return tuple((round(latitude, 3), round(longitude, 3)) for latitude, longitude in found)


def _vector(point: Point) -> tuple[float, float, float]:
    latitude, longitude = radians(point[0]), radians(point[1])
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def _arc(here: Point, there: Point) -> float:
    """Degrees between two points on the sphere."""
    dot = sum(a * b for a, b in zip(_vector(here), _vector(there), strict=True))
    return degrees(acos(max(-1.0, min(1.0, dot))))


def _between(here: Point, there: Point, share: float) -> Point:
    """A point of the great circle through two."""
    arc = radians(_arc(here, there))
    one, other = sin((1 - share) * arc) / sin(arc), sin(share * arc) / sin(arc)
    x, y, z = (one * a + other * b for a, b in zip(_vector(here), _vector(there), strict=True))
    return degrees(asin(max(-1.0, min(1.0, z / hypot(x, y, z))))), degrees(atan2(y, x))
