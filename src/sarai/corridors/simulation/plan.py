"""What a replication needs, in numbers alone: streams as acts, servers, stops, and what closes them.

Calibration. The hours that tables state for moving, a border or a handling are what is usually seen there,
procedure and work together; they are drawn as they stand. A queue comes on top only where a rate is stated
(`Handling.per_day`, a `Limit`), and only by what demand does to that rate: the server works at a consignment
for its units over the rate; who comes meanwhile waits; and who is served stays for the hours drawn, or for
the work at it where that takes longer. So far below the rate a way takes what its steps say.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from sarai.corridors.tables import Closure

__all__ = [
    "WHY", "Aboard", "Act", "Leave", "Open", "Parts", "Plan", "ServerPlan", "Stay", "StopPlan", "StreamPlan",
    "Use",
]  # fmt: skip

WHY = ("moving", "border", "handling", "waiting", "queue", "closed")
"""Where time goes; ``waiting`` is for a service to leave, ``queue`` for a server."""


class Open(NamedTuple):
    """Wait until a gate is open."""

    gate: int


class Use(NamedTuple):
    """Wait for a server: hours of work for a unit, and the column of the factor that spreads it."""

    server: int
    h_per_unit: float
    column: int


class Aboard(NamedTuple):
    """Stay aboard past a stop, and take room from its next departure; `room` is what a unit takes."""

    stop: int
    room: float


class Stay(NamedTuple):
    """Take the hours that are drawn, by why (its place in `WHY`) and column.

    `ride` is by what all aboard a vessel have the same hours; empty for who goes alone. Who is `served`
    stays at least for the work of the servers used just before.
    """

    hours: tuple[tuple[int, int], ...]
    ride: str
    served: bool


class Leave(NamedTuple):
    """Wait for a departure with room; `room` is what a unit takes."""

    stop: int
    room: float


Parts = tuple[tuple[float, float], ...]  # means and variances of hours that are summed
Act = Open | Use | Aboard | Stay | Leave


class ServerPlan(Struct, frozen=True):
    """What works at one consignment after the other; `gate` closes it, `priorities` are of who comes."""

    name: str
    count: int
    gate: int
    priorities: frozenset[int]


class StopPlan(Struct, frozen=True):
    """Departures of a service along a leg in one direction, not while `gate` is shut."""

    name: str
    per_week: float
    days: tuple[int, ...]
    units: float
    gate: int


class StreamPlan(Struct, frozen=True):
    """A stream as acts, one after the other.

    Attributes
    ----------
    parts : tuple of tuple of (float, float)
        By column.
    factors : int
        How many columns follow them for the work of servers.
    """

    name: str
    good: str
    start: str
    end: str
    priority: int
    per_h: float
    batch: float
    due_h: float
    expected_h: float
    variance_h2: float
    acts: tuple[Act, ...]
    parts: tuple[Parts, ...]
    factors: int


class Plan(Struct, frozen=True):
    """All that is simulated; a gate is closed whenever one of its closures is, by their indices."""

    streams: tuple[StreamPlan, ...]
    servers: tuple[ServerPlan, ...]
    stops: tuple[StopPlan, ...]
    gates: tuple[tuple[int, ...], ...]
    closures: tuple[Closure, ...]
