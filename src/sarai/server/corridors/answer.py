"""What the network answers to a question: ways, before and after what was changed, and the year's flows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from sarai.corridors.changes import Change
from sarai.corridors.routes import Route
from sarai.telling.corridors_carried import Carried
from sarai.telling.corridors_routes import Choices
from sarai.telling.corridors_shocked import Shocked

__all__ = ["Answer", "Flows", "Mapped", "MappedLeg", "MappedPlace", "Point", "Ways", "legs_of"]


def legs_of(route: Route) -> list[str]:
    """Codes of the legs of a way, in order."""
    return [leg for stretch in route.stretches for leg in stretch.legs]


class Point(Struct, frozen=True, kw_only=True):
    """A way of the front.

    Attributes
    ----------
    letter : str
        Of the way among the choices that it is, if it is one; else a number.
    name : str
        As `Choice` has it.
    """

    letter: str
    name: str
    route: Route


class Ways(Struct, frozen=True, kw_only=True):
    """Ways from door to door in one state of the network.

    Attributes
    ----------
    ranked : Choices
    front : tuple of Point
        Those that no other beats in hours, dollars and carbon at once, the quickest first.
    within : float
        For every other way there is one of these that is in no criterion more than so much above it.
    """

    ranked: Choices
    front: tuple[Point, ...]
    within: float

    def way(self, letter: str) -> Route | None:
        """A way by its letter, or its number on the front."""
        several = (*self.ranked.choices, *self.front)
        return next((each.route for each in several if each.letter == letter), None)


class Answer(Struct, frozen=True, kw_only=True):
    """An answer.

    Attributes
    ----------
    before : Ways
        As the network is.
    after : Ways or None
        As it is changed; none if nothing is, or if no way is left.
    changes : tuple of Change
        What is changed.
    closed : tuple of str
        Codes of legs that are gone afterwards.
    lacking : str
        Why there is no way any more afterwards, in English; empty if there is one.
    """

    before: Ways
    after: Ways | None = None
    changes: tuple[Change, ...] = ()
    closed: tuple[str, ...] = ()
    lacking: str = ""

    @property
    def now(self) -> Ways:
        """What holds: after the change, if there is one and a way is left."""
        return self.before if self.after is None else self.after


class Flows(Struct, frozen=True, kw_only=True):
    """What goes in a year, and what becomes of it.

    Attributes
    ----------
    before : Carried
    shocked : Shocked or None
        None if nothing is changed.
    closed : tuple of str
        Codes of legs that are gone afterwards.
    """

    before: Carried
    shocked: Shocked | None = None
    closed: tuple[str, ...] = ()

    @property
    def now(self) -> Carried:
        """What holds: after the change, if there is one."""
        return self.before if self.shocked is None else self.shocked.after


# -- the map ---------------------------------------------------------------------------------------


class MappedPlace(Struct, frozen=True, kw_only=True):
    """A place on the map."""

    code: str
    names: Mapping[str, str]
    country: str
    kind: str
    point: tuple[float, float]


class MappedLeg(Struct, frozen=True, kw_only=True):
    """A leg on the map.

    Attributes
    ----------
    points : tuple of pairs
        Latitude and longitude in degrees; beyond 180 where it goes on over the date line.
    row : Any
        As the table has it.
    """

    code: str
    mode: str
    points: tuple[tuple[float, float], ...]
    row: Any


class Mapped(Struct, frozen=True, kw_only=True, dict=True):
    """The network as a map has it."""

    places: tuple[MappedPlace, ...]
    legs: tuple[MappedLeg, ...]

    @cached_property
    def by_code(self) -> Mapping[str, MappedPlace]:
        """Places by code."""
        return {each.code: each for each in self.places}

    @cached_property
    def by_leg(self) -> Mapping[str, MappedLeg]:
        """Legs by code."""
        return {each.code: each for each in self.legs}
