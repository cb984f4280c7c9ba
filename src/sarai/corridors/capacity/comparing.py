"""Before and after a change of a network: who goes another way, what it costs, what stays behind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from time import monotonic
from typing import TypeVar

from msgspec import Struct

from sarai.corridors.capacity.answer import LEAST_T, Answer, CarriedDemand, LimitUse, Way, answer
from sarai.corridors.capacity.flow import TIME_LIMIT_S
from sarai.corridors.capacity.problem import Empties, Prices, Problem
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand

__all__ = ["Change", "Compared", "GroupTonnes", "Shift", "compare", "moved"]

T = TypeVar("T")  # what tonnes are told by: a corridor, a way


class GroupTonnes(Struct, frozen=True, kw_only=True):
    """Tonnes by the corridor that most of their kilometres are in; empty for legs of none."""

    group: str
    before_t: float
    after_t: float


class Shift(Struct, frozen=True, kw_only=True):
    """What a change does to a demand.

    Attributes
    ----------
    moved_t : float
        What is delivered in both and goes in another corridor.
    stranded_t : float
        What was delivered and no longer is; negative if more is.
    usd, t_h, co2e_t : float
        More than before, of tariffs, tonne-hours and tonnes of CO2 equivalent, of what is delivered.
    """

    good: str
    start: str
    end: str
    groups: tuple[GroupTonnes, ...]
    moved_t: float
    stranded_t: float
    usd: float
    t_h: float
    co2e_t: float


class Change(Struct, frozen=True, kw_only=True):
    """All demands together: more than before."""

    moved_t: float
    stranded_t: float
    cost_usd: float
    usd: float
    empties_usd: float
    t_h: float
    co2e_t: float


class Compared(Struct, frozen=True, kw_only=True):
    """Before, after, and the difference.

    Attributes
    ----------
    shifts : tuple of Shift
        Of demands that something changes for, what strands most first.
    newly_binding, released : tuple of LimitUse
        Limits that bind after and did not before; and those of before that no longer do.
    """

    before: Answer
    after: Answer
    change: Change
    shifts: tuple[Shift, ...]
    newly_binding: tuple[LimitUse, ...]
    released: tuple[LimitUse, ...]


def compare(
    before: Network,
    after: Network,
    demands: Collection[Demand] | None = None,
    *,
    month: int | None = None,
    prices: Prices | None = None,
    empties: Empties | str = "returned",
    asked: Collection[str] = (),
    asked_after: Collection[str] | None = None,
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = monotonic,
) -> Compared:
    """The flows of two networks with the same demands, those of the first one if none are given.

    Parameters
    ----------
    asked_after : collection of str, optional
        Legs or groups asked for in the second network, where they are others.

    Raises
    ------
    Infeasible
        A demand has no way before the change. One that loses its way is stranded.
    """
    end, found = clock() + time_limit_s, []
    demands = tuple(before.demands if demands is None else demands)
    asked_after = asked if asked_after is None else asked_after
    for network, legs, share in ((before, asked, 0.5), (after, asked_after, 1.0)):
        problem = Problem.of(network, demands, month=month, prices=prices, empties=empties, asked=legs)
        left_s = (end - clock()) * share
        found.append(answer(problem, stranded=bool(found), time_limit_s=left_s, clock=clock))
    return compared(before, after, *found)


def compared(network: Network, changed: Network, before: Answer, after: Answer) -> Compared:
    """The difference of two answers to the same demands."""
    pairs = zip(before.demands, after.demands, strict=True)
    shifts = [_shift(network, changed, one, other) for one, other in pairs]
    shown = [each for each in shifts if _is_any(each)]
    bound, free = ({use.code for use in each.binding} for each in (before, after))
    return Compared(
        before=before, after=after, change=_summed(shifts, before, after),
        shifts=tuple(sorted(shown, key=lambda each: (-each.stranded_t, -each.moved_t))),
        newly_binding=tuple(use for use in after.binding if use.code not in bound),
        released=tuple(use for use in before.binding if use.code not in free),
    )  # fmt: skip


def moved(before: Mapping[T, float], after: Mapping[T, float]) -> float:
    """What goes both times and not as before, of tonnes by corridor, or by way."""
    stays = sum(min(tonnes, after.get(each, 0.0)) for each, tonnes in before.items())
    return max(0.0, min(sum(before.values()), sum(after.values())) - stays)


def _summed(shifts: list[Shift], before: Answer, after: Answer) -> Change:
    return Change(
        moved_t=sum(each.moved_t for each in shifts), stranded_t=sum(each.stranded_t for each in shifts),
        cost_usd=after.cost_usd - before.cost_usd, usd=after.totals.usd - before.totals.usd,
        empties_usd=after.totals.empties_usd - before.totals.empties_usd,
        t_h=after.totals.t_h - before.totals.t_h, co2e_t=after.totals.co2e_t - before.totals.co2e_t,
    )  # fmt: skip


def _shift(network: Network, changed: Network, before: CarriedDemand, after: CarriedDemand) -> Shift:
    was, now = _by_group(network, before.ways), _by_group(changed, after.ways)
    groups = tuple(
        GroupTonnes(group=group, before_t=was.get(group, 0.0), after_t=now.get(group, 0.0))
        for group in sorted({*was, *now})
    )
    more = {
        name: sum(way.t * getattr(way, name) for way in after.ways)
        - sum(way.t * getattr(way, name) for way in before.ways)
        for name in ("usd", "hours", "co2e_kg")
    }
    return Shift(
        good=before.good, start=before.start, end=before.end, groups=groups,
        moved_t=moved(was, now),
        stranded_t=before.delivered_t - after.delivered_t, usd=more["usd"], t_h=more["hours"],
        co2e_t=more["co2e_kg"] / 1000,
    )  # fmt: skip


def _by_group(network: Network, ways: Collection[Way]) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for way in ways:
        kilometres: dict[str, float] = {}
        for code in way.legs:
            leg = network.by_leg[code.rstrip("<>")]
            kilometres[leg.group] = kilometres.get(leg.group, 0.0) + leg.distance_km
        group = max(sorted(kilometres), key=lambda each: (bool(each), kilometres[each]), default="")
        found[group] = found.get(group, 0.0) + way.t
    return found


def _is_any(shift: Shift) -> bool:
    return max(shift.moved_t, abs(shift.stranded_t), abs(shift.usd), abs(shift.t_h)) > LEAST_T
