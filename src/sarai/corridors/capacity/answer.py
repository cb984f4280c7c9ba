"""What came out of a flow, in places and tonnes: demands with their ways, limits, legs, empties."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from time import monotonic

import numpy as np
from msgspec import Struct

from sarai.corridors.capacity.bounds import UNITS
from sarai.corridors.capacity.columns import Column
from sarai.corridors.capacity.feasible import check_ways, widened, without_way
from sarai.corridors.capacity.flow import TIME_LIMIT_S, Flow, prepared, worth_of_limits
from sarai.corridors.capacity.generation import Found
from sarai.corridors.capacity.model import Model
from sarai.corridors.capacity.naming import limit_names
from sarai.corridors.capacity.problem import Problem
from sarai.corridors.steps import Step

__all__ = [
    "LEAST_T", "Answer", "CarriedDemand", "EmptyWay", "LegFlow", "LimitUse", "Totals", "Way", "answer",
    "answered",
]  # fmt: skip

LEAST_T = 1e-3  # tonnes, or units: less is rounding
LEAST_USD = 1e-6  # for a unit: likewise
G_PER_T = 1e6


class Way(Struct, frozen=True, kw_only=True):
    """One way of a demand.

    Attributes
    ----------
    places : tuple of str
        Passed or stopped at, in order.
    legs : tuple of str
        Codes with the direction, ``KZAAU-AZALT>``.
    carried : tuple of str
        What it travels in, each time it is another: ``rail-1520``, ``service:FEEDER``.
    usd, hours, co2e_kg : float
        For a tonne.
    steps : tuple of Step
        All of it, from loading to delivering.
    """

    t: float
    places: tuple[str, ...]
    legs: tuple[str, ...]
    carried: tuple[str, ...]
    distance_km: float
    usd: float
    hours: float
    co2e_kg: float
    exposure: float
    steps: tuple[Step, ...]


class CarriedDemand(Struct, frozen=True, kw_only=True):
    """A demand, and what becomes of it.

    Attributes
    ----------
    next_usd : float
        What one more tonne would cost: carriage, time, and what it takes from others where room is short.
    why_left : str
        Why something is left: ``no way``, ``too dear`` (its best way costs more than leaving it), ``no
        room``; empty if nothing is.
    """

    good: str
    start: str
    end: str
    asked_t: float
    delivered_t: float
    undelivered_t: float
    next_usd: float
    why_left: str
    ways: tuple[Way, ...]


class LimitUse(Struct, frozen=True, kw_only=True):
    """How much of a limit is used.

    Attributes
    ----------
    unit : str
        ``t``, ``teu``, ``train``; ``unit`` where handlings count TEU of containers and tonnes of the rest.
    capacity : float
        A year, as the network states it.
    open : float
        Of it, in the time asked about, what is open of its fullest part.
    part : str
        That part, where the limit has several.
    worth_usd : float
        What one more unit a year would save.
    """

    code: str
    name: str
    unit: str
    capacity: float
    open: float
    used: float
    share: float
    worth_usd: float
    part: str = ""

    @property
    def binds(self) -> bool:
        """Whether more of it would save anything."""
        return self.worth_usd > LEAST_USD


class LegFlow(Struct, frozen=True, kw_only=True):
    """What goes along a leg in one direction, empties apart; trains of goods on rails alone."""

    leg: str
    backwards: bool
    t: float
    teu: float
    trains: float
    empty_teu: float
    empty_trains: float


class EmptyWay(Struct, frozen=True, kw_only=True):
    """Empties from where they are emptied to where they are filled: ``teu`` or ``train``."""

    fleet: str
    unit: str
    units: float
    start: str
    end: str
    legs: tuple[str, ...]


class Totals(Struct, frozen=True, kw_only=True):
    """All together.

    Attributes
    ----------
    t_km, t_h : float
        Tonnes of goods times kilometres and hours.
    usd : float
        Tariffs and charges of the goods; those of empties are `empties_usd`.
    co2e_t : float
        Of goods and empties.
    """

    asked_t: float
    delivered_t: float
    undelivered_t: float
    t_km: float
    t_h: float
    usd: float
    empties_usd: float
    co2e_t: float
    empty_teu_km: float
    empty_train_km: float

    @property
    def hours(self) -> float | None:
        """Of a tonne that is delivered, on average; none if nothing is."""
        return self.t_h / self.delivered_t if self.delivered_t > LEAST_T else None


class Answer(Struct, frozen=True, kw_only=True):
    """The least-cost flow of a problem.

    Attributes
    ----------
    cost_usd : float
        With time, what is charged for emissions and exposure, and what undelivered tonnes are said to cost.
    gap : float
        Of the cost, that a better flow could save at most.
    stopped : str
        Why it is not proven to be the best; empty if it is.
    limits : tuple of LimitUse
        All that there are, what is worth most first.
    """

    month: int | None
    demands: tuple[CarriedDemand, ...]
    limits: tuple[LimitUse, ...]
    legs: tuple[LegFlow, ...]
    empties: tuple[EmptyWay, ...]
    totals: Totals
    cost_usd: float
    gap: float
    rounds: int
    stopped: str

    @property
    def binding(self) -> tuple[LimitUse, ...]:
        """Limits of which more would save something."""
        return tuple(each for each in self.limits if each.binds)


def answer(
    problem: Problem,
    *,
    strict: bool = False,
    stranded: bool = False,
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = monotonic,
) -> Answer:
    """The least-cost flow of a problem.

    Parameters
    ----------
    strict : bool
        Whether all must be delivered.
    stranded : bool
        Whether demands without any way are left where they are, rather than an error.

    Raises
    ------
    Infeasible
        A demand has no way at all; or, if `strict`, something stays behind: with the limits that bind, and
        the least that they would have to be wider.
    """
    flow = prepared(problem, clock)
    if not stranded:
        check_ways(flow.model)
    found = flow.found(time_limit_s=time_limit_s)
    if strict and not found.stopped and found.undelivered.sum() > LEAST_T:
        widened(flow.model, found, time_limit_s, clock)
    return answered(flow, found)


def answered(flow: Flow, found: Found) -> Answer:
    """A flow that was found, in places and tonnes."""
    made = flow.model
    return Answer(
        month=made.problem.month, demands=tuple(_demands(made, found, flow.plain())),
        limits=tuple(_limits(made, found)), legs=tuple(_legs(made, found)),
        empties=tuple(_empties(made, found)), totals=_totals(made, found),
        cost_usd=found.cost, gap=found.gap, rounds=found.rounds, stopped=found.stopped,
    )  # fmt: skip


# -- demands ---------------------------------------------------------------------------------------


def _demands(made: Model, found: Found, plain: np.ndarray) -> Iterator[CarriedDemand]:
    ways: dict[int, list[Way]] = {}
    for column, tonnes in found.used:
        if column.pair >= 0 and tonnes > LEAST_T:
            ways.setdefault(int(made.row_of[column.pair]), []).append(_way(made, column, tonnes))
    lost, dear = set(without_way(made)), plain >= made.problem.prices.undelivered_usd_per_t
    for at, (good, start, end) in enumerate(made.keys):
        left, asked = float(found.undelivered[at]), float(found.asked[at])
        left = left if left > LEAST_T else 0.0
        used = sorted(ways.get(at, ()), key=lambda way: (-way.t, way.legs))
        why = "no way" if at in lost else "too dear" if dear[at] else "no room"
        yield CarriedDemand(
            good=good, start=start, end=end, asked_t=asked, delivered_t=asked - left, undelivered_t=left,
            next_usd=float(found.least[at]), why_left=why if left else "", ways=tuple(used),
        )  # fmt: skip


def _way(made: Model, column: Column, tonnes: float) -> Way:
    good = made.goods[made.good_of[column.pair]]
    steps = _steps(good.net.graph.steps, good.net.steps[column.path])
    hours, usd, grams, _, exposure = good.criteria(column.path).tolist()
    places = [step.place for step in steps]
    last = good.net.graph.nodes[good.net.head[column.path[-1]]].place
    return Way(
        t=tonnes, places=tuple(place for place, _ in groupby([*places, last])), legs=_codes(steps),
        carried=tuple(state for state, _ in groupby(step.start for step in steps if step.leg)),
        distance_km=sum(step.distance_km for step in steps), usd=usd, hours=hours, co2e_kg=grams / 1000,
        exposure=exposure, steps=tuple(steps),
    )  # fmt: skip


def _steps(all_of: Sequence[Step], path: np.ndarray) -> list[Step]:
    return [all_of[at] for at in path.tolist()]


def _codes(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(f"{step.leg}{'<' if step.backwards else '>'}" for step in steps if step.leg)


# -- limits ----------------------------------------------------------------------------------------


def _limits(made: Model, found: Found) -> list[LimitUse]:
    names = limit_names(made.problem.network, made.limits)
    used, rights = _used(made, found), made.rights(found.capacity)
    worth = worth_of_limits(made, found)
    rows_of: dict[int, list[int]] = {}
    for row, limit in enumerate(made.limit_of.tolist()):
        rows_of.setdefault(limit, []).append(row)
    uses = []
    for at, code in enumerate(made.limits):
        rows = rows_of.get(at, [])
        shares = [_share(used[row], rights[row]) for row in rows]
        top = rows[int(np.argmax(shares))] if rows else -1
        bound = made.bounds[top] if rows else None
        uses.append(
            LimitUse(
                code=code, name=names[at], unit=UNITS[bound.unit] if bound else "t",
                capacity=float(found.capacity[at]), open=float(rights[top]) if bound else 0.0,
                used=float(used[top]) if bound else 0.0, share=max(shares, default=0.0),
                worth_usd=float(worth[at]), part=bound.code if bound and len(rows) > 1 else "",
            )
        )  # fmt: skip
    return sorted(uses, key=lambda each: (-each.worth_usd, -each.share, each.code))


def _used(made: Model, found: Found) -> np.ndarray:
    total = np.zeros(len(made.bounds))
    for column, amount in found.used:
        total[column.bounds] += column.takes * amount
    return total


def _share(used: float, right: float) -> float:
    return float(used / right) if right > 0 else float(used > LEAST_T)


# -- legs, empties, totals -------------------------------------------------------------------------


def _legs(made: Model, found: Found) -> Iterator[LegFlow]:
    amounts: dict[tuple[str, bool], dict[str, float]] = {}
    for column, amount in found.used:
        for step in _steps_of(made, column):
            if step.leg:
                on = amounts.setdefault((step.leg, step.backwards), {})
                for name, units in _counted(made, column, step, amount).items():
                    on[name] = on.get(name, 0.0) + units
    zero = dict.fromkeys(("t", "teu", "trains", "empty_teu", "empty_trains"), 0.0)
    for (leg, backwards), on in sorted(amounts.items()):
        yield LegFlow(leg=leg, backwards=backwards, **(zero | on))


def _counted(made: Model, column: Column, step: Step, amount: float) -> dict[str, float]:
    if column.pair < 0:
        return {"empty_teu" if made.fleets[column.fleet].unit == "teu" else "empty_trains": amount}
    good = made.goods[made.good_of[column.pair]].good
    counted = {"t": amount}
    if good.form == "container":
        counted["teu"] = amount / good.t_per_unit
    if made.problem.network.by_leg[step.leg].mode == "rail" and good.t_per_train > 0:
        counted["trains"] = amount / good.t_per_train
    return counted


def _steps_of(made: Model, column: Column) -> list[Step]:
    if column.pair < 0:
        fleet = made.fleets[column.fleet]
        return _steps(fleet.net.graph.steps, fleet.steps[column.path])
    net = made.goods[made.good_of[column.pair]].net
    return _steps(net.graph.steps, net.steps[column.path])


def _empties(made: Model, found: Found) -> Iterator[EmptyWay]:
    places = made.problem.network.places
    for column, units in found.used:
        if column.pair < 0 and units > LEAST_T:
            fleet = made.fleets[column.fleet]
            start, end = (places[at].code for at in column.between)
            yield EmptyWay(
                fleet=fleet.code, unit=fleet.unit, units=units, start=start, end=end,
                legs=_codes(_steps_of(made, column)),
            )  # fmt: skip


def _totals(made: Model, found: Found) -> Totals:
    sums = np.zeros(4)  # hours, dollars, grams, kilometres
    empty = {"usd": 0.0, "grams": 0.0, "teu": 0.0, "train": 0.0}
    for column, amount in found.used:
        km = sum(step.distance_km for step in _steps_of(made, column))
        if column.pair >= 0:
            hours, usd, grams, _, _ = made.goods[made.good_of[column.pair]].criteria(column.path)
            sums += amount * np.array([hours, usd, grams, km])
            continue
        fleet = made.fleets[column.fleet]
        empty["usd"] += amount * float(fleet.usd[column.path].sum())
        empty["grams"] += amount * float(fleet.co2e_g[column.path].sum())
        empty[fleet.unit] += amount * km
    asked, left = float(found.asked.sum()), float(found.undelivered.sum())
    left = left if left > LEAST_T else 0.0
    return Totals(
        asked_t=asked, delivered_t=asked - left, undelivered_t=left, t_km=float(sums[3]), t_h=float(sums[0]),
        usd=float(sums[1]), empties_usd=empty["usd"], co2e_t=(float(sums[2]) + empty["grams"]) / G_PER_T,
        empty_teu_km=empty["teu"], empty_train_km=empty["train"],
    )  # fmt: skip
