"""Where consignments wait: servers, that work at one after the other, and stops, where services leave.

Both sleep while nobody waits, so an idle place costs no event. What happened is kept as visits, from which
`sarai.corridors.simulation.counting` computes queues and use.
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import Any, NamedTuple

from sarai.corridors.simulation.weather import Timeline

__all__ = ["Berth", "Ride", "Server", "Stop"]

Ride = dict[str, list[float]]  # by leg, the hours that it takes all who are aboard

SOON_H = 1e-9  # rounding of times that were summed
LEAST = 1e-9  # of a unit: what is left of rounding


class Berth(NamedTuple):
    """What a vessel gives to one who waited: how much got aboard, the ride, and who waits for the rest."""

    units: float
    ride: Ride
    rest: Any


class Server:
    """Who comes waits for one of `count`, those of the lowest priority number first, then who came first.

    It does not begin while its gate is closed; what has begun is finished. Where all have one priority they
    are served `in_turn`, and when one begins is known as soon as it comes.
    """

    def __init__(self, env: Any, count: int, gate: Timeline | None, in_turn: bool) -> None:
        self.env = env
        self.gate = gate
        self.in_turn = in_turn
        self.free_at = [0.0] * count
        self.queue: list[tuple[int, int, float, float, float, Any]] = []
        self.asleep = True
        self.came = 0
        self.visits: list[tuple[float, float, float, float]] = []  # came, began, work, units

    def enter(self, priority: int, work_h: float, units: float) -> Any:
        """When it begins; or, where others may still go before it, the event of that."""
        now = self.env.now
        begins_h = self._opens(max(now, self.free_at[0]))
        if self.in_turn or (begins_h <= now + SOON_H and not self.queue):
            heapreplace(self.free_at, begins_h + work_h)
            self.visits.append((now, begins_h, work_h, units))
            return begins_h
        event = self.env.event()
        self.came += 1
        heappush(self.queue, (priority, self.came, now, work_h, units, event))
        if self.asleep:
            self._sleep()
        return event

    def _opens(self, time_h: float) -> float:
        return self.gate.open_at(time_h) if self.gate else time_h

    def _sleep(self) -> None:
        """Until the next can begin."""
        self.asleep = False
        now = self.env.now
        self.env.timeout(self._opens(max(self.free_at[0], now)) - now).callbacks.append(self._wake)

    def _wake(self, _: Any) -> None:
        now = self.env.now
        self.asleep = True
        while self.queue and self.free_at[0] <= now + SOON_H and self._opens(now) <= now + SOON_H:
            _, _, came, work_h, units, event = heappop(self.queue)
            heapreplace(self.free_at, now + work_h)
            self.visits.append((came, now, work_h, units))
            event.succeed()
        if self.queue:
            self._sleep()

    def waiting(self) -> list[tuple[float, float]]:
        """When those came who still wait, and their units."""
        return [(came, units) for _, _, came, _, units, _ in self.queue]


class Stop:
    """Departures at known times, with room for so many units; 0 for no bound.

    Who does not fit goes in part, and the rest waits for the next. What is aboard from an earlier stop takes
    room from the next departure.
    """

    def __init__(self, env: Any, departures: list[float], room: float) -> None:
        self.env = env
        self.departures = departures
        self.room = room
        self.rides: dict[int, Ride] = {}
        self.queue: list[list[Any]] = []  # priority, turn, came, units, event
        self.asleep = True
        self.came = 0
        self.aboard = 0.0
        self.next = 0
        self.visits: list[tuple[float, float, float, float]] = []  # came, left, units, units
        self.stayed: list[tuple[float, float]] = []  # when, and units that were aboard already

    def catch(self, time_h: float, units: float) -> tuple[float, Ride]:
        """Without a bound: the next departure and its ride."""
        at = bisect_left(self.departures, time_h)
        leaves_h = self.departures[at] if at < len(self.departures) else inf
        if leaves_h < inf:
            self.visits.append((time_h, leaves_h, units, units))
        return leaves_h, self.rides.setdefault(at, {})

    def join(self, priority: int, units: float) -> Any:
        """Wait for room; the event's value is a `Berth`."""
        self.came += 1
        entry = [priority, self.came, self.env.now, units, self.env.event()]
        heappush(self.queue, entry)
        if self.asleep:
            self._sleep()
        return entry[-1]

    def claim(self, units: float) -> None:
        """Room for those who stay aboard."""
        self._pass(bisect_left(self.departures, self.env.now))
        self.aboard += units
        self.stayed.append((self.env.now, units))

    def _pass(self, at: int) -> None:
        """Departures before `at` have taken what was aboard along."""
        if at > self.next:
            self.aboard = max(0.0, self.aboard - (at - self.next) * self.room)
            self.next = at

    def _sleep(self) -> None:
        at = max(self.next, bisect_left(self.departures, self.env.now - SOON_H))
        if at < len(self.departures):
            self.asleep = False
            delay = max(0.0, self.departures[at] - self.env.now)
            self.env.timeout(delay, at).callbacks.append(self._leave)

    def _leave(self, event: Any) -> None:
        at = event.value
        self._pass(at)
        free = self.room - self.aboard
        self.aboard = max(0.0, -free)
        self.next = at + 1
        self.asleep = True
        ride: Ride = {}
        while self.queue and free > LEAST:
            free -= self._board(free, ride)
        if self.queue:
            self._sleep()

    def _board(self, free: float, ride: Ride) -> float:
        """The first in the queue, or as much of it as there is room for."""
        first = self.queue[0]
        _, _, came, units, event = first
        now = self.env.now
        taken = units if units <= free + LEAST else free
        self.visits.append((came, now, taken, taken))
        rest = None
        if taken < units:
            rest = first[-1] = self.env.event()
            first[3] = units - taken
        else:
            heappop(self.queue)
        event.succeed(Berth(taken, ride, rest))
        return taken

    def waiting(self) -> list[tuple[float, float]]:
        """When those came who still wait, and their units."""
        return [(came, units) for _, _, came, units, _ in self.queue]
