"""One step of goods: along a leg, into a carriage, out of it, or over into another; what it takes and why.

The hours of a step are expected hours. How they spread comes from the tables' ranges, which are read as the
10th and 90th percentile; where no range is stated, the spread is the assumed share `SPREAD` of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct

from sarai.corridors.network import Network, carriage
from sarai.corridors.tables import Good, Leg, Place

__all__ = [
    "DELIVERED",
    "DOOR",
    "Criteria",
    "Means",
    "Part",
    "Step",
    "carry",
    "change",
    "deliver",
    "load",
    "one_way",
]

DOOR, DELIVERED = "door", "delivered"
SPREAD = 0.25  # standard deviation as a share of the mean, where a table states no range; assumed
TENTHS = 2.563  # standard deviations of a normal distribution between its 10th and 90th percentile
WEEK_H = 168.0
MOVES_ON = ("rail", "road")  # wagons and lorries go on from one service to the next as they are


class Criteria(NamedTuple):
    """What a step takes of a tonne: expected hours, US dollars, grams of CO2e, squared hours, exposure."""

    hours: float = 0.0
    usd: float = 0.0
    co2e_g: float = 0.0
    variance_h2: float = 0.0
    exposure: float = 0.0


class Part(NamedTuple):
    """Hours of a step for one reason: ``moving``, ``border``, ``waiting``, ``handling`` or ``closed``."""

    why: str
    hours: float
    variance_h2: float
    usd: float
    source: str


class Step(Struct, frozen=True):
    """A step, with the parts that explain its hours and dollars.

    Attributes
    ----------
    kind : str
        ``leg``, ``load``, ``deliver`` or ``change``.
    leg : str
        The leg's code; empty for what is done at a place.
    place : str
        Where it begins.
    start, end : str
        States before and after.
    variant : str
        Code of what it is there by, where the same can be done in several ways; a limit on
        ``variant:CODE`` bounds it.
    """

    kind: str
    place: str
    start: str
    end: str
    criteria: Criteria
    parts: tuple[Part, ...]
    leg: str = ""
    backwards: bool = False
    distance_km: float = 0.0
    variant: str = ""


class Means(NamedTuple):
    """With what steps are made: the network, the good, and the share of time that things are closed."""

    network: Network
    good: Good
    closed: Mapping[str, float]


def carry(means: Means, leg: Leg, backwards: bool) -> Step:
    """Along a leg, with its border and what keeps it closed."""
    network, good, _ = means
    start, end = (leg.end, leg.start) if backwards else (leg.start, leg.end)
    state = f"service:{service.code}" if (service := network.service_of.get(leg.code)) else carriage(leg)
    parts = [_moving(means, leg), *_border(means, leg, backwards)]
    shut = [f"leg:{leg.code}", one_way(leg, backwards)]
    parts += _shut(means, *shut, *([] if service is None else [f"service:{service.code}"]))
    emission = network.emission(leg, good.form)
    gram = emission.g_per_tkm * leg.distance_km if emission else 0.0
    entered = network.by_place[end].country
    risk = network.risk.get(entered) if entered and entered != network.by_place[start].country else None
    criteria = _sum(parts, gram, risk.risk if risk else 0.0)
    return Step("leg", start, state, state, criteria, tuple(parts), leg.code, backwards, leg.distance_km)


def one_way(leg: Leg, backwards: bool) -> str:
    """What closures call one direction of a leg: ``leg:CODE>`` from its start."""
    return f"leg:{leg.code}{'<' if backwards else '>'}"


def load(means: Means, place: Place, state: str, carried: str) -> Step:
    """Into a carriage, with the wait for its service."""
    parts = [*(_handled(means, place, DOOR, carried) or []), *_waiting(means, state)]
    return Step("load", place.code, DOOR, state, _sum(parts), tuple(parts))


def deliver(means: Means, place: Place, state: str, carried: str) -> Step:
    """Out of a carriage, at the end."""
    parts = _handled(means, place, carried, DOOR) or []
    return Step("deliver", place.code, state, DELIVERED, _sum(parts), tuple(parts))


def change(means: Means, place: Place, state: str, other: str, carried: Mapping[str, str]) -> Step | None:
    """Over into another state; none if that cannot be done at this place."""
    parts = _handled(means, place, carried[state], carried[other])
    if parts is None and carried[state] == carried[other] and carried[state].startswith(MOVES_ON):
        parts = []
    if parts is None:
        return None
    parts = [*parts, *_waiting(means, other)]
    return Step("change", place.code, state, other, _sum(parts), tuple(parts))


# -- parts ---------------------------------------------------------------------------------------


def _moving(means: Means, leg: Leg) -> Part:
    network, good, _ = means
    pace, tariff = network.pace(leg, good.form), network.tariff(leg, good.form)
    hours = leg.distance_km / pace.speed_kmh if pace else 0.0
    low = leg.distance_km / pace.speed_kmh_high if pace and pace.speed_kmh_high else None
    high = leg.distance_km / pace.speed_kmh_low if pace and pace.speed_kmh_low else None
    usd = (tariff.usd_per_km * leg.distance_km + tariff.usd_per_unit) / good.t_per_unit if tariff else 0.0
    return Part("moving", hours, variance(hours, low, high), usd, pace.source if pace else "")


def _border(means: Means, leg: Leg, backwards: bool) -> list[Part]:
    found = means.network.border(leg, backwards)
    if found is None:
        return []
    spread = variance(found.hours, found.hours_low, found.hours_high)
    usd = found.usd(means.good.form) / means.good.t_per_unit
    return [Part("border", found.hours, spread, usd, found.source)]


def _handled(means: Means, place: Place, start: str, end: str) -> list[Part] | None:
    """None if there is no such handling at the place."""
    found = means.network.handling(place, start, end, means.good.form)
    if found is None:
        return None
    spread = variance(found.hours, found.hours_low, found.hours_high)
    usd = found.usd_per_unit / means.good.t_per_unit
    parts = [Part("handling", found.hours, spread, usd, found.source)] if found.hours or usd else []
    return parts + _shut(means, f"place:{place.code}")


def _waiting(means: Means, state: str) -> list[Part]:
    """Goods come at any time: half of what lies between two departures, evenly spread."""
    if not state.startswith("service:"):
        return []
    service = means.network.by_service[state.removeprefix("service:")]
    gap_h = WEEK_H / service.per_week
    return [Part("waiting", gap_h / 2, gap_h**2 / 12, 0.0, service.source)]


def _shut(means: Means, *what: str) -> list[Part]:
    """Who comes at any time finds it closed by its share, and waits as long as a closing lasts on average.

    Closings are taken as memoryless, so what is left of one is as long as a whole one; the wait is zero
    with probability 1 - share, else exponential.
    """
    parts = []
    for each in what:
        share = means.closed.get(each, 0.0)
        if share:
            closure = means.network.closure_of[each]
            mean_h = closure.mean_h
            spread = share * 2 * mean_h**2 - (share * mean_h) ** 2
            parts.append(Part("closed", share * mean_h, spread, 0.0, closure.source))
    return parts


def variance(mean_h: float, low_h: float | None, high_h: float | None) -> float:
    """Squared hours, of a figure with its 10th and 90th percentile, or with neither.

    >>> round(variance(10, None, None), 2), round(variance(10, 5, 15), 2)
    (6.25, 15.22)
    """
    if low_h is None and high_h is None:
        return (SPREAD * mean_h) ** 2
    low = mean_h if low_h is None else low_h
    high = mean_h if high_h is None else high_h
    return ((high - low) / TENTHS) ** 2


def _sum(parts: list[Part], co2e_g: float = 0.0, exposure: float = 0.0) -> Criteria:
    return Criteria(
        sum(part.hours for part in parts), sum(part.usd for part in parts), co2e_g,
        sum(part.variance_h2 for part in parts), exposure,
    )  # fmt: skip
