"""Where a flow is drawn on the map: a gentle curve, the shorter way round the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import asinh, atan, degrees, radians, sinh, tan

from sarai.goods import BadSetting
from sarai.telling.charts.atlas import centre

__all__ = ["Arc", "arc", "position"]

BEND = 0.14  # of a curve: aside by this part of its length, so that there and back lie apart
STEPS = 20
DIGITS = 2  # of a degree: a kilometre, less than a line is wide

Point = tuple[float, float]  # latitude and longitude, degrees
Arc = tuple[tuple[Point, ...], ...]
"""Stretches of a curve; more than one where it crosses the date line."""


def position(code: str) -> Point | None:
    """Where a country's flows begin and end; none where the map does not have it."""
    try:
        longitude, latitude = centre(code)
    except BadSetting:
        return None
    return round(latitude, DIGITS), round(longitude, DIGITS)


def arc(start: Point, end: Point) -> Arc:
    """The curve between two places, bent to the left of who goes along it.

    >>> [stretch[0] for stretch in arc((35.0, 170.0), (35.0, -170.0))]
    [(35.0, 170.0), (37.26, -180.0)]
    """
    (x1, y1), (x2, y2) = _flat(start), _flat(end)
    x2 += 360 * round((x1 - x2) / 360)
    bent = ((x1 + x2) / 2 - 2 * BEND * (y2 - y1), (y1 + y2) / 2 + 2 * BEND * (x2 - x1))
    return tuple(_cut(_curve((x1, y1), bent, (x2, y2))))


def _curve(start: Point, bent: Point, end: Point) -> Iterator[Point]:
    """A quadratic curve on the flat map, as latitudes and longitudes that go on beyond 180 degrees."""
    for step in range(STEPS + 1):
        at = step / STEPS
        x, y = (
            (1 - at) ** 2 * one + 2 * at * (1 - at) * two + at * at * three
            for one, two, three in zip(start, bent, end, strict=True)
        )
        yield degrees(atan(sinh(radians(y)))), x


def _cut(points: Iterable[Point]) -> Iterator[tuple[Point, ...]]:
    """A curve cut where it crosses the date line, each stretch within 180 degrees."""
    several = list(points)
    stretch = [several[0]]
    for one, other in pairwise(several):
        if _turn(one[1]) != _turn(other[1]):
            edge = 180.0 * (_turn(one[1]) + _turn(other[1]))
            latitude = one[0] + (other[0] - one[0]) * (edge - one[1]) / (other[1] - one[1])
            yield _within([*stretch, (latitude, edge)], _turn(one[1]))
            stretch = [(latitude, edge)]
        stretch.append(other)
    yield _within(stretch, _turn(several[-1][1]))


def _turn(longitude: float) -> int:
    """How many times round the world."""
    return int((longitude + 180) // 360)


def _within(points: Iterable[Point], turn: int) -> tuple[Point, ...]:
    return tuple(dict.fromkeys((round(y, DIGITS), round(x - 360 * turn, DIGITS)) for y, x in points))


def _flat(point: Point) -> Point:
    """A place on the map of Mercator, in degrees: that is how the page draws land."""
    latitude, longitude = point
    return longitude, degrees(asinh(tan(radians(latitude))))
