"""Replications run one after the other or side by side, and what they say together."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from math import ceil
from multiprocessing import get_context

from msgspec import Struct

from sarai.corridors.network import Network
from sarai.corridors.simulation.calendar import Calendar, calendar
from sarai.corridors.simulation.counting import Counted, counted
from sarai.corridors.simulation.estimating import closed_times, overloaded, queue_outcomes, stream_outcomes
from sarai.corridors.simulation.outcome import Outcome
from sarai.corridors.simulation.plan import Plan
from sarai.corridors.simulation.planning import planned
from sarai.corridors.simulation.replication import Replication
from sarai.corridors.simulation.streams import Resolved, Spread, Stream, resolved
from sarai.goods import BadSetting, TooLarge

__all__ = ["simulate"]

MONTH_H = 730.5
MOST_CONSIGNMENTS = 5_000_000  # of one replication: some 5 GB of hours drawn; larger batches say the same
LONGEST_WARM_UP = 24  # months; journeys are shorter than a year


def simulate(
    network: Network,
    streams: Sequence[Stream],
    months: int = 12,
    start: date = date(2026, 1, 1),
    seed: int = 0,
    replications: int = 10,
    warm_up: int | None = None,
    processes: int = 1,
    spread: Spread | None = None,
    servers: Mapping[str, int] | None = None,
) -> Outcome:
    """How long consignments take from door to door, as distributions, and where they wait.

    Parameters
    ----------
    months : int
        That count, of each replication, from the month of `start`.
    warm_up : int, optional
        Months before these, in which the way fills; by default twice the longest expected journey.
    processes : int
        How many work side by side; the outcome is the same. With more than one, a script that calls this
        must keep its own work behind ``if __name__ == "__main__"``.
    spread : Spread, optional
        What is random, and how.
    servers : mapping of str to int, optional
        How many servers share the rate of a queue, by its name in the outcome; by default one.

    Raises
    ------
    Unreachable
        A stream has no way.
    Infeasible
        A way needs something with a capacity of nothing.
    BadSetting, TooLarge
        A figure that cannot be; the text names it.
    """
    ways = resolved(network, streams)
    warm_up = _warm_up(ways) if warm_up is None else warm_up
    _check(months, replications, warm_up, processes, ways)
    spread = spread or Spread()
    plan, months_of = planned(network, ways, servers), calendar(start, months, warm_up)
    runs = _runs(_Job(plan, months_of, spread, seed), replications, processes)
    queues = queue_outcomes(plan, months_of, runs)
    return Outcome(
        months=months_of.names, warm_up=warm_up, seed=seed, replications=replications, spread=spread,
        streams=stream_outcomes(plan, months_of, runs), queues=queues,
        closures=closed_times(plan, months_of, runs), overloaded=overloaded(queues),
    )  # fmt: skip


def _warm_up(ways: Sequence[Resolved]) -> int:
    longest_h = max((sum(step.criteria.hours for step in each.way) for each in ways), default=0.0)
    return min(LONGEST_WARM_UP, ceil(2 * longest_h / MONTH_H))


def _check(months: int, replications: int, warm_up: int, processes: int, ways: Sequence[Resolved]) -> None:
    if min(months, replications, processes) < 1 or warm_up < 0 or not ways:
        raise BadSetting(
            f"{months} months, {warm_up} of warm-up, {replications} replications, {processes} processes, "
            f"{len(ways)} streams; state 1 or more of each (warm-up: 0)"
        )
    most = max(ways, key=lambda each: each.units_per_h / each.batch)
    many = sum(each.units_per_h / each.batch for each in ways) * (months + warm_up) * MONTH_H
    if many > MOST_CONSIGNMENTS:
        raise TooLarge(
            f"{many:,.0f} consignments in a replication, more than {MOST_CONSIGNMENTS:,}; take larger "
            f"batches (stream {most.name!r} has {most.batch:g} units), or fewer months and more replications"
        )


class _Job(Struct, frozen=True):
    """One replication after the other, by number."""

    plan: Plan
    calendar: Calendar
    spread: Spread
    seed: int

    def __call__(self, number: int) -> Counted:
        with _uncollected():
            return self._counted(number)

    def _counted(self, number: int) -> Counted:
        world = Replication(self.plan, self.calendar, self.spread, self.seed, number)
        world.run(self.calendar.until_h)
        return counted(world)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles, which would search a run's lists of numbers over and over.

    The world that is left behind is one great cycle; it goes at once, as all in it is young.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was:
            gc.enable()


def _runs(job: _Job, replications: int, processes: int) -> list[Counted]:
    if min(processes, replications) == 1:
        return [job(number) for number in range(replications)]
    with get_context("spawn").Pool(min(processes, replications)) as pool:
        return pool.map(job, range(replications), chunksize=1)
