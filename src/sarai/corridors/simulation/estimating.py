"""Figures and their errors, from the counts of all replications.

The months of the replications are put into sections: a replication each, or parts of one where there are
fewer than `SECTIONS`. A figure is computed of all together, its standard error from how the same figure of
each section lies about it (sectioning: Asmussen and Glynn, Stochastic Simulation, 2007, III.5a). Sections
that are short beside the time for which a queue remembers tell too small an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from sarai.corridors.simulation.calendar import Calendar
from sarai.corridors.simulation.counting import Counted, QueueCount, StreamCount
from sarai.corridors.simulation.outcome import (
    ClosedTime,
    Estimate,
    QueueMonth,
    QueueOutcome,
    StreamMonth,
    StreamOutcome,
)
from sarai.corridors.simulation.plan import WHY, Aboard, Leave, Plan, StreamPlan, Use
from sarai.corridors.simulation.weather import shares
from sarai.corridors.steps import WEEK_H

__all__ = ["closed_times", "overloaded", "queue_outcomes", "stream_outcomes"]

SECTIONS = 10
FULL = 1 - 1e-9

Sections = list[tuple[int, range]]  # a replication, and months of it


def sections(replications: int, months: int) -> Sections:
    """At least `SECTIONS` where there are as many months.

    >>> sections(2, 7)[:3]
    [(0, range(0, 1)), (0, range(1, 3)), (0, range(3, 4))]
    """
    parts = min(months, -(-SECTIONS // replications))
    cuts = [round(months * n / parts) for n in range(parts + 1)]
    return [(r, range(cuts[n], cuts[n + 1])) for r in range(replications) for n in range(parts)]


def _estimate(values: Callable[[Sections], float | None], split: Sections) -> Estimate:
    """Of all sections together, with the error from each by itself."""
    return _spread(values(split), [values([one]) for one in split])


def _spread(whole: float | None, parts: Sequence[float | None]) -> Estimate:
    each = [part for part in parts if part is not None]
    if whole is None or len(each) < 2:
        return Estimate(whole, None)
    squares = sum((part - whole) ** 2 for part in each)
    return Estimate(whole, sqrt(squares / (len(each) * (len(each) - 1))))


# -- streams ---------------------------------------------------------------------------------------


def stream_outcomes(plan: Plan, calendar: Calendar, runs: Sequence[Counted]) -> tuple[StreamOutcome, ...]:
    """What became of each stream."""
    return tuple(
        _stream(stream, calendar, [run.streams[at] for run in runs]) for at, stream in enumerate(plan.streams)
    )


def _stream(stream: StreamPlan, calendar: Calendar, runs: Sequence[StreamCount]) -> StreamOutcome:
    split = sections(len(runs), len(calendar.names))
    taken = _Deliveries(runs, stream.due_h)
    delivered = sum(float(run.units.sum()) for run in runs)
    spent = sum((run.spent.sum(axis=0) for run in runs), np.zeros(len(WHY)))
    hours = _estimates(taken.summary(split), [taken.summary([one]) for one in split])
    return StreamOutcome(
        code=stream.name, good=stream.good, start=stream.start, end=stream.end, priority=stream.priority,
        due_h=stream.due_h, expected_h=stream.expected_h, expected_sd_h=sqrt(stream.variance_h2),
        consignments=sum(len(run.hours) for run in runs),
        mean_h=hours.mean, sd_h=hours.sd, p10_h=hours.p10, p50_h=hours.p50, p90_h=hours.p90,
        on_time=hours.on_time,
        units_per_week=_estimate(lambda chosen: taken.per_week(chosen, calendar), split),
        sent_units=sum(run.sent for run in runs) / len(runs),
        delivered_units=delivered / len(runs),
        under_way_before_units=sum(run.before for run in runs) / len(runs),
        under_way_units=sum(run.after for run in runs) / len(runs),
        spent_h={why: float(h) / delivered for why, h in zip(WHY, spent, strict=True)} if delivered else {},
        months=tuple(
            _stream_month(taken, name, [(r, range(at, at + 1)) for r in range(len(runs))])
            for at, name in enumerate(calendar.names)
        ),
    )  # fmt: skip


def _stream_month(taken: _Deliveries, name: str, chosen: Sections) -> StreamMonth:
    found = taken.summary(chosen)
    return StreamMonth(
        month=name, units=taken.units(chosen),
        mean_h=found.mean, p10_h=found.p10, p50_h=found.p50, p90_h=found.p90,
    )  # fmt: skip


class _Summary(NamedTuple):
    """Of hours weighed by units; a quantile is the least hours within which that share of the units came."""

    mean: Any = None
    sd: Any = None
    p10: Any = None
    p50: Any = None
    p90: Any = None
    on_time: Any = None


def _estimates(whole: _Summary, parts: Sequence[_Summary]) -> _Summary:
    """The estimate of each."""
    return _Summary(*(_spread(value, each) for value, *each in zip(whole, *parts, strict=True)))


def _summary(hours: np.ndarray, units: np.ndarray, due_h: float) -> _Summary:
    if not len(hours):
        return _Summary()
    order = np.argsort(hours, kind="stable")
    hours, units = hours[order], units[order]
    total = np.cumsum(units)
    mean = hours @ units / total[-1]
    tenths = hours[np.searchsorted(total, np.array([0.1, 0.5, 0.9]) * total[-1])]
    early = np.searchsorted(hours, due_h, "right")
    return _Summary(
        float(mean), sqrt((hours - mean) ** 2 @ units / total[-1]), *tenths.tolist(),
        float(total[early - 1] / total[-1]) if early else 0.0,
    )  # fmt: skip


class _Deliveries:
    """Deliveries of a stream in all replications, in order of month, to be taken by section."""

    def __init__(self, runs: Sequence[StreamCount], due_h: float) -> None:
        orders = [np.argsort(run.month, kind="stable") for run in runs]
        self.due_h = due_h
        self.month = [run.month[order] for run, order in zip(runs, orders, strict=True)]
        self.hours = [run.hours[order] for run, order in zip(runs, orders, strict=True)]
        self.of_units = [run.units[order] for run, order in zip(runs, orders, strict=True)]

    def _taken(self, of: list[np.ndarray], chosen: Sections) -> np.ndarray:
        found = []
        for replication, months in chosen:
            low, high = np.searchsorted(self.month[replication], (months.start, months.stop))
            found.append(of[replication][low:high])
        return np.concatenate(found)

    def summary(self, chosen: Sections) -> _Summary:
        """Of what was delivered; empty where nothing was."""
        return _summary(self._taken(self.hours, chosen), self._taken(self.of_units, chosen), self.due_h)

    def units(self, chosen: Sections) -> float:
        """Delivered."""
        return float(self._taken(self.of_units, chosen).sum())

    def per_week(self, chosen: Sections, calendar: Calendar) -> float:
        """Units delivered in a week."""
        hours = sum(sum(calendar.counted_h[m] for m in months) for _, months in chosen)
        return self.units(chosen) / hours * WEEK_H


# -- queues and closures ---------------------------------------------------------------------------


def queue_outcomes(plan: Plan, calendar: Calendar, runs: Sequence[Counted]) -> tuple[QueueOutcome, ...]:
    """What happened at each server and stop."""
    asked = _asked(plan)
    names = [each.name for each in (*plan.servers, *plan.stops)]
    gates = [each.gate for each in plan.servers] + [-1] * len(plan.stops)  # departures know of theirs
    found = []
    for at, name in enumerate(names):
        counts = [run.queues[at] for run in runs]
        room = sum(float(count.room.sum()) for count in counts)
        open_share = 1 - _closed_share(plan, calendar, gates[at])
        hours = sum(calendar.counted_h) * len(runs)
        load = _ratio(asked[at] * hours, room * open_share)
        found.append(_queue(name, load, calendar, counts))
    return tuple(found)


def _asked(plan: Plan) -> list[float]:
    """In an hour, of each server the hours of work, and of each stop the units, that demand asks for."""
    servers, stops = [0.0] * len(plan.servers), [0.0] * len(plan.stops)
    for stream in plan.streams:
        units = stream.per_h * stream.batch
        for act in stream.acts:
            if isinstance(act, Use):
                servers[act.server] += units * act.h_per_unit
            elif isinstance(act, Aboard | Leave):
                stops[act.stop] += units * act.room
    return servers + stops


def _closed_share(plan: Plan, calendar: Calendar, gate: int) -> float:
    """Of the months that count, on average; closures are independent of each other."""
    if gate < 0:
        return 0.0
    opened = np.ones(len(calendar.counted_h))
    for row in plan.gates[gate]:
        opened *= 1 - np.array(shares(plan.closures[row], calendar)[calendar.warm_up :])
    return 1 - float(opened @ calendar.counted_h) / sum(calendar.counted_h)


def _queue(name: str, load: float | None, calendar: Calendar, runs: Sequence[QueueCount]) -> QueueOutcome:
    split = sections(len(runs), len(calendar.names))
    lasts_h = np.array(calendar.counted_h)

    def ratio(over: str, under: str) -> Estimate:
        return _estimate(lambda chosen: _share(runs, over, under, chosen), split)

    def queue(chosen: Sections) -> float:
        hours = sum(float(lasts_h[m].sum()) for _, m in chosen)
        return _total(runs, "queue_h", chosen) / hours

    return QueueOutcome(
        where=name, load=load, visits=int(_total(runs, "visits", split)),
        utilisation=ratio("used", "room"), mean_wait_h=ratio("wait_h", "visits"),
        mean_queue=_estimate(queue, split),
        longest_queue=int(max(run.longest.max() for run in runs)),
        longest_queue_units=float(max(run.longest_units.max() for run in runs)),
        months=tuple(_queue_month(calendar, runs, at) for at in range(len(lasts_h))),
    )  # fmt: skip


def _queue_month(calendar: Calendar, runs: Sequence[QueueCount], at: int) -> QueueMonth:
    chosen = [(r, range(at, at + 1)) for r in range(len(runs))]
    return QueueMonth(
        month=calendar.names[at],
        utilisation=_share(runs, "used", "room", chosen),
        mean_wait_h=_share(runs, "wait_h", "visits", chosen),
        mean_queue=_total(runs, "queue_h", chosen) / (calendar.counted_h[at] * len(runs)),
        longest_queue=int(max(run.longest[at] for run in runs)),
    )


def _total(runs: Sequence[QueueCount], field: str, chosen: Sections) -> float:
    return sum(float(getattr(runs[r], field)[months.start : months.stop].sum()) for r, months in chosen)


def _share(runs: Sequence[QueueCount], over: str, under: str, chosen: Sections) -> float | None:
    return _ratio(_total(runs, over, chosen), _total(runs, under, chosen))


def _ratio(over: float, under: float) -> float | None:
    return over / under if under else None


def overloaded(queues: Iterable[QueueOutcome]) -> tuple[str, ...]:
    """Where more is asked for than can be done."""
    return tuple(each.where for each in queues if each.load is not None and each.load >= FULL)


def closed_times(plan: Plan, calendar: Calendar, runs: Sequence[Counted]) -> tuple[ClosedTime, ...]:
    """How long each closure took that keeps a stream waiting."""
    split = sections(len(runs), len(calendar.names))
    found = []
    for at, row in enumerate(sorted({row for rows in plan.gates for row in rows})):
        closure = plan.closures[row]

        def share(chosen: Sections, at: int = at) -> float:
            closed = sum(runs[r].closed_h[at][m.start : m.stop].sum() for r, m in chosen)
            return float(closed / sum(sum(calendar.counted_h[n] for n in m) for _, m in chosen))

        expected = np.average(shares(closure, calendar)[calendar.warm_up :], weights=calendar.counted_h)
        found.append(ClosedTime(closure.on, closure.cause, _estimate(share, split), float(expected)))
    return tuple(found)
