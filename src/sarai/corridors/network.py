"""A network: its tables together, and what they say about a leg, a handling or a border."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.tables import (
    FORMS,
    Border,
    Closure,
    Demand,
    Emission,
    Exposure,
    Good,
    Handling,
    Leg,
    Limit,
    Pace,
    Place,
    Project,
    Service,
    Source,
    Tariff,
)
from sarai.goods import NotInNetwork

__all__ = ["Network", "carriage"]

Coded = TypeVar("Coded")

TAKEN = {
    "rail": ("container", "bulk", "liquid"), "road": ("container", "bulk", "liquid"),
    "sea": ("container", "bulk", "liquid"), "ferry": ("container", "bulk", "liquid"),
    "river": ("container", "bulk", "liquid"), "pipeline": ("liquid",), "air": ("container",),
}  # fmt: skip
"""By mode, the forms that a leg takes which says nothing of its own."""


class Network(Struct, frozen=True, kw_only=True, dict=True):
    """Tables of places and ways; what is derived from them is computed once.

    A changed network is a new one: `with_rows`.
    """

    sources: tuple[Source, ...] = ()
    places: tuple[Place, ...] = ()
    legs: tuple[Leg, ...] = ()
    services: tuple[Service, ...] = ()
    paces: tuple[Pace, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    handlings: tuple[Handling, ...] = ()
    borders: tuple[Border, ...] = ()
    limits: tuple[Limit, ...] = ()
    closures: tuple[Closure, ...] = ()
    goods: tuple[Good, ...] = ()
    demands: tuple[Demand, ...] = ()
    emissions: tuple[Emission, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    projects: tuple[Project, ...] = ()

    def with_rows(self, **tables: Iterable[Any]) -> Network:
        """The same network with other tables."""
        return replace(self, **{name: tuple(rows) for name, rows in tables.items()})

    # -- by code ---------------------------------------------------------------------------------

    @cached_property
    def by_place(self) -> Mapping[str, Place]:
        """Places by code."""
        return {each.code: each for each in self.places}

    @cached_property
    def by_leg(self) -> Mapping[str, Leg]:
        """Legs by code."""
        return {each.code: each for each in self.legs}

    @cached_property
    def by_good(self) -> Mapping[str, Good]:
        """Goods by code."""
        return {each.code: each for each in self.goods}

    @cached_property
    def service_of(self) -> Mapping[str, Service]:
        """The service of a leg, by the leg's code."""
        return {leg: each for each in self.services for leg in each.legs.split()}

    @cached_property
    def by_service(self) -> Mapping[str, Service]:
        """Services by code."""
        return {each.code: each for each in self.services}

    @cached_property
    def closure_of(self) -> Mapping[str, Closure]:
        """A closure of what is closed; the last one named, where there are several."""
        return {what: each for each in self.closures for what in each.on.split()}

    def place(self, said: str) -> Place:
        """The place of a code or an English name, in any case.

        Raises
        ------
        NotInNetwork
            There is none; the text names what is near in spelling.
        """
        found = self.by_place.get(said.upper()) or self._named.get(said.casefold())
        return found or _missing("place", said, [*self.by_place, *(p.name for p in self.places)])

    def good(self, said: str) -> Good:
        """The good of a code; raises `NotInNetwork` with those that there are."""
        return self.by_good.get(said) or _missing("good", said, list(self.by_good))

    @cached_property
    def _named(self) -> Mapping[str, Place]:
        return {each.name.casefold(): each for each in reversed(self.places)}

    # -- what holds for a leg --------------------------------------------------------------------

    def pace(self, leg: Leg, form: str = "") -> Pace | None:
        """How fast goods of a form get on along a leg; none where nothing is said."""
        country = self.by_place[leg.start].country
        for where in ((leg.code, ""), ("", country), ("", "")):
            for how in (form, ""):
                if found := self._paces.get((leg.mode, *where, how)):
                    return found
        return None

    def paces_of(self, leg: Leg) -> list[Pace]:
        """All that hold for a leg: for goods of any form, and for those that have a row of their own."""
        found = [self.pace(leg, form) for form in ("", *FORMS)]
        return list({id(each): each for each in found if each is not None}.values())

    def tariff(self, leg: Leg, form: str) -> Tariff | None:
        """What a leg costs in a form; none where nothing is said."""
        return self._most_exact(self._tariffs, leg, (leg.mode, form))

    def emission(self, leg: Leg, form: str) -> Emission | None:
        """What a leg emits; by mode, country and form, the more exact first."""
        country = self.by_place[leg.start].country
        for where in (country, ""):
            for how in (form, ""):
                if found := self._emissions.get((leg.mode, where, how)):
                    return found
        return None

    def border(self, leg: Leg, backwards: bool = False) -> Border | None:
        """What crossing a border on a leg takes; none where it crosses none, or nothing is said."""
        start, end = self.by_place[leg.start].country, self.by_place[leg.end].country
        if backwards:
            start, end = end, start
        if start == end or not start or not end:
            return None
        for pair in ((start, end), (start, "*"), ("*", end), ("*", "*")):
            for code in (leg.code, ""):
                if found := self._borders.get((*pair, leg.mode, code)):
                    return found
        return None

    def takes(self, leg: Leg, form: str) -> bool:
        """Whether a leg takes goods of a form."""
        return form in (leg.takes.split() or TAKEN[leg.mode])

    def _most_exact(self, rows: Mapping[Any, Any], leg: Leg, kind: Any) -> Any:
        country = self.by_place[leg.start].country
        return rows.get((kind, leg.code, "")) or rows.get((kind, "", country)) or rows.get((kind, "", ""))

    @cached_property
    def _paces(self) -> Mapping[Any, Pace]:
        return {
            (each.mode, each.leg, "" if each.leg else each.country, each.form): each for each in self.paces
        }

    @cached_property
    def _tariffs(self) -> Mapping[Any, Tariff]:
        return {
            ((each.mode, each.form), each.leg, "" if each.leg else each.country): each
            for each in self.tariffs
        }

    @cached_property
    def _emissions(self) -> Mapping[Any, Emission]:
        return {(each.mode, each.country, each.form): each for each in self.emissions}

    @cached_property
    def _borders(self) -> Mapping[Any, Border]:
        return {(each.start, each.end, each.mode, each.leg): each for each in self.borders}

    # -- what holds at a place -------------------------------------------------------------------

    def handling(self, place: Place, start: str, end: str, form: str) -> Handling | None:
        """What going over at a place takes; none where it cannot be done there."""
        for where in (place.code, place.kind):
            for how in (form, "*"):
                if found := self._handlings.get((where, start, end, how)):
                    return found
        return None

    @cached_property
    def _handlings(self) -> Mapping[Any, Handling]:
        found: dict[Any, Handling] = {}
        for each in self.handlings:
            found.setdefault((each.place or each.kind, each.start, each.end, each.form), each)
            if each.both:
                found.setdefault((each.place or each.kind, each.end, each.start, each.form), each)
        return found

    @cached_property
    def risk(self) -> Mapping[str, Exposure]:
        """Exposure by country."""
        return {each.country: each for each in self.exposures}

    def closed_share(self, month: int) -> Mapping[str, float]:
        """By what is closed (``leg:X``, ``place:X``, ``service:X``), the share of a month; 1-based."""
        shares: dict[str, float] = {}
        for each in self.closures:
            if str(month) in each.months.split():
                for what in each.on.split():
                    shares[what] = 1 - (1 - shares.get(what, 0.0)) * (1 - each.share)
        return shares


def carriage(leg: Leg) -> str:
    """What a leg is travelled in, as `Handling` has it: its mode, with rails the gauge.

    >>> leg = Leg(code="a", start="X", end="Y", mode="rail", gauge_mm=1520, distance_km=1, source="s")
    >>> carriage(leg)
    'rail-1520'
    """
    return f"{leg.mode}-{leg.gauge_mm}" if leg.gauge_mm else leg.mode


def _missing(kind: str, said: str, known: list[str]) -> Any:
    from difflib import get_close_matches

    near = get_close_matches(said, known, n=3, cutoff=0.6)
    step = f"did you mean {', '.join(near)}?" if near else f"sarai corridor show {kind}s lists what is"
    raise NotInNetwork(f"{kind} {said!r} is not in the network; {step}")
