"""Points close together on the screen as one mark, so that 5,000 consignments are as light as fifty."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import asinh, floor, pi, radians, tan
from typing import NamedTuple

from sarai.server.pages.now_points import ON_TIME, STATES, Point

TILE = 256  # pixels of the whole world at zoom 0, as slippy maps have it
CELL = 44  # pixels: as large as what a finger hits
MOST = 200  # marks on one screen; beyond that cells are made larger
MERCATOR_DEG = 85.0511


class View(NamedTuple):
    """What is on the screen, in degrees, and how near."""

    south: float = 25.0
    west: float = 20.0
    north: float = 62.0
    east: float = 110.0
    zoom: float = 4.0

    @classmethod
    def of(cls, told: object) -> View | None:
        """What a browser told; none if it is no view."""
        if not isinstance(told, Sequence) or isinstance(told, str) or len(told) != len(cls._fields):
            return None
        if not all(isinstance(each, int | float) and abs(each) <= 1_000 for each in told):
            return None
        return cls(*map(float, told))

    def has(self, point: Point) -> bool:
        """Whether a point is on the screen, or little beyond."""
        margin = (self.east - self.west) / 10
        return (
            self.south - margin <= point.latitude_deg <= self.north + margin
            and self.west - margin <= point.longitude_deg <= self.east + margin
        )


class Cell(NamedTuple):
    """One mark: so many consignments, the state of the worst, and which it is if it is one.

    Attributes
    ----------
    key
        The same as long as it is the same mark, so that only what changed is sent.
    states
        How many there are of each of `STATES`.
    """

    key: str
    latitude_deg: float
    longitude_deg: float
    states: tuple[int, ...]
    point: Point | None = None

    @property
    def count(self) -> int:
        """How many consignments."""
        return sum(self.states)

    @property
    def state(self) -> str:
        """Of the worst among them."""
        return next((state for state, count in zip(STATES, self.states, strict=True) if count), ON_TIME)


def cells(points: Iterable[Point], view: View, size: int = CELL, most: int = MOST) -> list[Cell]:
    """The marks of what is on the screen, in the order of their keys."""
    there = [point for point in points if view.has(point)]
    while True:
        found = _grouped(there, view.zoom, size)
        if len(found) <= most:
            return [_cell(key, found[key]) for key in sorted(found)]
        size *= 2


def _grouped(points: Iterable[Point], zoom: float, size: int) -> dict[tuple[int, int], list[Point]]:
    scale = TILE * 2**zoom / size
    found: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        x, y = mercator(point.latitude_deg, point.longitude_deg)
        found.setdefault((floor(x * scale), floor(y * scale)), []).append(point)
    return found


def mercator(latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """A point on the square of Web Mercator, both from 0 to 1.

    >>> mercator(0, 0)
    (0.5, 0.5)
    """
    latitude = radians(min(max(latitude_deg, -MERCATOR_DEG), MERCATOR_DEG))
    return (longitude_deg + 180) / 360, (1 - asinh(tan(latitude)) / pi) / 2


def _cell(key: tuple[int, int], members: Sequence[Point]) -> Cell:
    count = len(members)
    states = [member.state for member in members]
    return Cell(
        members[0].issuer + "/" + members[0].number if count == 1 else f"{key[0]}:{key[1]}",
        round(sum(member.latitude_deg for member in members) / count, 3),
        round(sum(member.longitude_deg for member in members) / count, 3),
        tuple(states.count(state) for state in STATES),
        members[0] if count == 1 else None,
    )


class Changes(NamedTuple):
    """What a map must change to show other marks."""

    put: list[Cell]
    gone: list[str]


def changes(before: dict[str, Cell], after: Iterable[Cell]) -> Changes:
    """What is new or other, and what is gone."""
    now = {cell.key: cell for cell in after}
    put = [cell for key, cell in now.items() if before.get(key) != cell]
    return Changes(put, [key for key in before if key not in now])
