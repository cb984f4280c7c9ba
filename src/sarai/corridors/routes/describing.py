"""What people read from a way: where it goes, what it takes and why, whom it meets; and by what source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec import Struct

from sarai.corridors.graph import Graph
from sarai.corridors.network import Network
from sarai.corridors.routes.paths import Path
from sarai.corridors.routes.points import SinglePoint
from sarai.corridors.routes.spread import DISTRIBUTION, Spread
from sarai.corridors.steps import Part, Step
from sarai.corridors.tables import Leg, Source

__all__ = ["At", "Figure", "Regimes", "Route", "Stretch", "describe"]

REASONS = ("moving", "border", "waiting", "handling", "closed")
NARROW = ("strait", "canal")
G_PER_KG = 1000.0


class Figure(Struct, frozen=True):
    """A figure, its unit, and the codes of the sources that it rests on."""

    value: float
    unit: str
    sources: tuple[str, ...] = ()


class At(Struct, frozen=True):
    """A place on the way."""

    code: str
    name: str
    country: str
    kind: str


class Stretch(Struct, frozen=True, kw_only=True):
    """Legs in a row, in one carriage from one country.

    Attributes
    ----------
    mode : str
    gauge_mm : int
        Of rails; else 0.
    service : str
        The name of the service; empty if there is none.
    country : str
        Where it begins, alpha-2; empty at sea.
    places : tuple of str
        Codes, from its start to its end.
    legs : tuple of str
        Codes.
    hours, usd_per_t, co2e_kg_per_t : float
        Along the legs, with borders; handling and waits before them not.
    """

    mode: str
    gauge_mm: int
    service: str
    country: str
    places: tuple[str, ...]
    legs: tuple[str, ...]
    distance_km: float
    hours: float
    usd_per_t: float
    co2e_kg_per_t: float


class Regimes(Struct, frozen=True):
    """Sanctions regimes that a country's carriers and ways are under."""

    country: str
    regimes: tuple[str, ...]
    source: str


class Route(Struct, frozen=True, kw_only=True):
    """A way from door to door.

    Attributes
    ----------
    good : str
        Code.
    unit : str
        What ``per_unit`` means: ``TEU`` or ``t``.
    month : int or None
        Whose closures count; none for the average of the year.
    places : tuple of At
        In order.
    hours : Figure
        Expected, from door to door.
    hours_by, usd_per_t_by : dict of str to Figure
        Parts of `hours` and `usd_per_t` by reason: moving, border, waiting, handling, closed.
    hours_p50, hours_p90 : Figure
        Within which half and nine in ten journeys are over, by `distribution`.
    co2e_kg_per_t, co2e_kg_per_unit : Figure
        Greenhouse gas well to wheel (ISO 14083: total, energy provision and operation); of the carriage.
    countries : tuple of str
        Crossed, in order, with those of both ends.
    exposure : Figure
        The sum of the risks of the countries entered.
    regimes : tuple of Regimes
        Of countries crossed.
    chokepoints : tuple of At
        Straits and canals passed.
    single_points : tuple of SinglePoint
        What every way between these ends passes, this one among them.
    sources : dict of str to Source
        All that any figure rests on.
    """

    good: str
    unit: str
    month: int | None
    start: str
    end: str
    places: tuple[At, ...]
    stretches: tuple[Stretch, ...]
    distance_km: Figure
    hours: Figure
    hours_by: dict[str, Figure]
    hours_p50: Figure
    hours_p90: Figure
    distribution: str
    usd_per_t: Figure
    usd_per_t_by: dict[str, Figure]
    usd_per_unit: Figure
    co2e_kg_per_t: Figure
    co2e_kg_per_unit: Figure
    countries: tuple[str, ...]
    exposure: Figure
    regimes: tuple[Regimes, ...]
    chokepoints: tuple[At, ...]
    single_points: tuple[SinglePoint, ...]
    sources: dict[str, Source]


class _Ridden(NamedTuple):
    """A step along a leg, with where it begins and ends."""

    step: Step
    leg: Leg
    start: str
    end: str


def describe(graph: Graph, path: Path, points: Sequence[SinglePoint] = ()) -> Route:
    """What a way of a graph is; with the `single_points` between its ends, if they are given."""
    network, good, steps = graph.network, graph.good, path.along(graph)
    ridden = list(_ridden(network, steps))
    codes = [ridden[0].start, *(each.end for each in ridden)]
    places = tuple(_at(network, code) for code in codes)
    countries = tuple(dict.fromkeys(place.country for place in places if place.country))
    unit = "TEU" if good.form == "container" else "t"
    time, money = _time(steps), _money(network, good.form, steps)
    carbon = _carbon(network, good.form, ridden)
    per_unit = {"usd_per_unit": (money["usd_per_t"], "USD"), "co2e_kg_per_unit": (carbon, "kg CO2e")}
    found = {
        **time, **money, "co2e_kg_per_t": carbon,
        **{name: Figure(each.value * good.t_per_unit, f"{what}/{unit}", each.sources)
           for name, (each, what) in per_unit.items()},
        "distance_km": Figure(sum(each.step.distance_km for each in ridden), "km",
                              _distinct(each.leg.source for each in ridden)),
        "exposure": _exposure(network, ridden),
        "regimes": tuple(_regimes(network, countries)),
    }  # fmt: skip
    return Route(
        good=good.code, unit=unit, month=graph.month, start=codes[0], end=codes[-1], places=places,
        stretches=tuple(_stretches(network, ridden)), distribution=DISTRIBUTION, countries=countries,
        chokepoints=tuple(place for place in places if place.kind in NARROW),
        single_points=tuple(points), sources=_sources(network, found.values()), **found,
    )  # fmt: skip


def _ridden(network: Network, steps: Sequence[Step]) -> Iterator[_Ridden]:
    for step in steps:
        if step.kind == "leg":
            leg = network.by_leg[step.leg]
            yield _Ridden(step, leg, step.place, leg.start if step.backwards else leg.end)


def _at(network: Network, code: str) -> At:
    place = network.by_place[code]
    return At(place.code, place.name, place.country, place.kind)


# -- figures -------------------------------------------------------------------------------------


def _time(steps: Sequence[Step]) -> dict[str, object]:
    parts = [part for step in steps for part in step.parts]
    spread = Spread(sum(part.hours for part in parts), sum(part.variance_h2 for part in parts))
    sources = _distinct(part.source for part in parts if part.hours)
    return {
        "hours": Figure(spread.mean_h, "h", sources),
        "hours_by": _by_reason([(part, part.hours, part.source) for part in parts], "h"),
        "hours_p50": Figure(spread.quantile(0.5), "h", sources),
        "hours_p90": Figure(spread.quantile(0.9), "h", sources),
    }


def _money(network: Network, form: str, steps: Sequence[Step]) -> dict[str, object]:
    """What moving costs has the tariff as its source; the part itself names that of the speed."""
    parts = []
    for step in steps:
        tariff = network.tariff(network.by_leg[step.leg], form) if step.leg else None
        for part in step.parts:
            source = (tariff.source if tariff else "") if part.why == "moving" else part.source
            parts.append((part, part.usd, source))
    sources = _distinct(source for _, usd, source in parts if usd)
    return {
        "usd_per_t": Figure(sum(usd for _, usd, _ in parts), "USD/t", sources),
        "usd_per_t_by": _by_reason(parts, "USD/t"),
    }


def _by_reason(parts: Sequence[tuple[Part, float, str]], unit: str) -> dict[str, Figure]:
    found = {}
    for why in REASONS:
        of = [(value, source) for part, value, source in parts if part.why == why and value]
        found[why] = Figure(sum(value for value, _ in of), unit, _distinct(source for _, source in of))
    return found


def _carbon(network: Network, form: str, ridden: Sequence[_Ridden]) -> Figure:
    kg = sum(each.step.criteria.co2e_g for each in ridden) / G_PER_KG
    rows = [network.emission(each.leg, form) for each in ridden]
    return Figure(kg, "kg CO2e/t", _distinct(row.source for row in rows if row))


def _exposure(network: Network, ridden: Sequence[_Ridden]) -> Figure:
    entered = [network.by_place[each.end].country for each in ridden if each.step.criteria.exposure]
    sources = _distinct(network.risk[country].source for country in entered)
    return Figure(sum(each.step.criteria.exposure for each in ridden), "risk", sources)


def _regimes(network: Network, countries: Iterable[str]) -> Iterator[Regimes]:
    for country in countries:
        row = network.risk.get(country)
        if row and row.regimes:
            yield Regimes(country, tuple(row.regimes.split()), row.source)


# -- stretches -----------------------------------------------------------------------------------


def _stretches(network: Network, ridden: Sequence[_Ridden]) -> Iterator[Stretch]:
    def kind(each: _Ridden) -> tuple[str, str]:
        return each.step.start, network.by_place[each.start].country

    for (_, country), several in groupby(ridden, key=kind):
        row = list(several)
        service = network.service_of.get(row[0].leg.code)
        yield Stretch(
            mode=row[0].leg.mode, gauge_mm=row[0].leg.gauge_mm, service=service.name if service else "",
            country=country, places=(row[0].start, *(each.end for each in row)),
            legs=tuple(each.leg.code for each in row),
            distance_km=sum(each.step.distance_km for each in row),
            hours=sum(each.step.criteria.hours for each in row),
            usd_per_t=sum(each.step.criteria.usd for each in row),
            co2e_kg_per_t=sum(each.step.criteria.co2e_g for each in row) / G_PER_KG,
        )  # fmt: skip


# -- sources -------------------------------------------------------------------------------------


def _distinct(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({code for code in codes if code}))


def _sources(network: Network, figures: Iterable[object]) -> dict[str, Source]:
    codes: list[str] = []
    for each in figures:
        for one in each.values() if isinstance(each, dict) else each if isinstance(each, tuple) else [each]:
            codes += [one.source] if isinstance(one, Regimes) else one.sources
    known = {each.code: each for each in network.sources}
    return {code: known[code] for code in _distinct(codes) if code in known}
