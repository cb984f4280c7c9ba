"""What a simulation says, as values that become JSON as they are."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from sarai.corridors.simulation.streams import Spread
from sarai.goods import NotInNetwork

__all__ = ["ClosedTime", "Estimate", "Outcome", "QueueMonth", "QueueOutcome", "StreamMonth", "StreamOutcome"]

Kind = TypeVar("Kind")


class Estimate(Struct, frozen=True):
    """A figure and its standard error from sampling; null where too little was seen to tell."""

    value: float | None
    error: float | None


class StreamMonth(Struct, frozen=True, kw_only=True):
    """What was delivered in a month, of all replications."""

    month: str
    units: float
    mean_h: float | None
    p10_h: float | None
    p50_h: float | None
    p90_h: float | None


class StreamOutcome(Struct, frozen=True, kw_only=True):
    """What became of a stream; hours are from door to door, of units delivered in the months that count.

    Attributes
    ----------
    expected_h, expected_sd_h : float
        Of the way's steps, added up: without queues for servers and without vessels that are full.
    consignments : int
        How many were delivered, parts of one counted apart.
    on_time : Estimate
        Share within `due_h`.
    units_per_week : Estimate
        Delivered.
    sent_units, delivered_units, under_way_before_units, under_way_units : float
        A replication, on average: sent + under way before = delivered + under way at the end.
    spent_h : dict of str to float
        Where the mean hours go, by `WHY`.
    """

    code: str
    good: str
    start: str
    end: str
    priority: int
    due_h: float
    expected_h: float
    expected_sd_h: float
    consignments: int
    mean_h: Estimate
    sd_h: Estimate
    p10_h: Estimate
    p50_h: Estimate
    p90_h: Estimate
    on_time: Estimate
    units_per_week: Estimate
    sent_units: float
    delivered_units: float
    under_way_before_units: float
    under_way_units: float
    spent_h: dict[str, float]
    months: tuple[StreamMonth, ...]


class QueueMonth(Struct, frozen=True, kw_only=True):
    """A month at a server or stop, on average of the replications."""

    month: str
    utilisation: float | None
    mean_wait_h: float | None
    mean_queue: float
    longest_queue: int


class QueueOutcome(Struct, frozen=True, kw_only=True):
    """What happened where consignments wait.

    Attributes
    ----------
    where : str
        ``limit:CODE``, ``handling:PLACE:START:END:FORM`` or ``service:CODE START>END``.
    load : float or None
        What demand asks for as a share of what can be done, in the months that count; none without a bound.
    utilisation : Estimate
        The share of time that servers work, or of departures' room that is taken.
    mean_wait_h : Estimate
        A consignment's, for a server to begin or a service to leave with room for it.
    mean_queue : Estimate
        Consignments that wait, on average of the time.
    longest_queue, longest_queue_units : float
        At any time of any replication.
    """

    where: str
    load: float | None
    visits: int
    utilisation: Estimate
    mean_wait_h: Estimate
    mean_queue: Estimate
    longest_queue: int
    longest_queue_units: float
    months: tuple[QueueMonth, ...]


class ClosedTime(Struct, frozen=True):
    """How much of the months that count a closure took, and what its table says."""

    what: str
    cause: str
    share: Estimate
    expected: float


class Outcome(Struct, frozen=True, kw_only=True):
    """All that was found.

    Attributes
    ----------
    overloaded : tuple of str
        Where more comes than can be done in the long run, so that queues grow for as long as the run lasts
        and hours beyond it depend on its length.
    """

    months: tuple[str, ...]
    warm_up: int
    seed: int
    replications: int
    spread: Spread
    streams: tuple[StreamOutcome, ...]
    queues: tuple[QueueOutcome, ...]
    closures: tuple[ClosedTime, ...]
    overloaded: tuple[str, ...]

    def stream(self, code: str) -> StreamOutcome:
        """The stream of a code; raises `NotInNetwork` with those that there are."""
        return _found("stream", code, {each.code: each for each in self.streams})

    def queue(self, where: str) -> QueueOutcome:
        """The server or stop of a name; raises `NotInNetwork` with those that there are."""
        return _found("queue", where, {each.where: each for each in self.queues})


def _found(kind: str, said: str, known: dict[str, Kind]) -> Kind:
    if said not in known:
        raise NotInNetwork(f"{kind} {said!r} was not simulated; there are: {', '.join(known) or 'none'}")
    return known[said]
