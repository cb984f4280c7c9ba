"""Consignments under way, and what each act of a `Plan` does to one.

An act is entered by a load; where it returns an event, the load waits for it and then leaves the act. A
load's own time runs ahead of the clock while nobody else matters to it; acts that `meets` others are entered
on time.
"""

from __future__ import annotations

from typing import Any

from sarai.corridors.simulation.plan import WHY
from sarai.corridors.simulation.queues import Berth, Ride, Server, Stop
from sarai.corridors.simulation.weather import Timeline

__all__ = ["Boarding", "Catching", "Claiming", "Load", "Opening", "Riding", "Serving", "Staying"]

HANDLING, WAITING, QUEUE, CLOSED = (WHY.index(why) for why in ("handling", "waiting", "queue", "closed"))


class Load:
    """Units that travel together, and where their time has gone."""

    __slots__ = ("born_h", "drawn", "ride", "spent", "time_h", "units", "work_h")

    def __init__(self, born_h: float, units: float, drawn: list[float]) -> None:
        self.born_h = self.time_h = born_h
        self.units = units
        self.drawn = drawn
        self.spent = [0.0] * len(WHY)
        self.work_h = 0.0
        self.ride: Ride = {}

    def until(self, time_h: float, why: int) -> None:
        """Spend the time until then."""
        self.spent[why] += time_h - self.time_h
        self.time_h = time_h

    def split(self, units: float) -> Load:
        """Go on with so many units; what is left of them stays behind with the same past."""
        rest = Load(self.born_h, self.units - units, self.drawn)
        rest.spent = self.spent.copy()
        rest.time_h = self.time_h
        self.units = units
        return rest


class Opening:
    """Until a gate is open."""

    meets = False

    def __init__(self, gate: Timeline) -> None:
        self.gate = gate

    def enter(self, load: Load) -> None:
        """Wait."""
        opens_h = self.gate.open_at(load.time_h)
        if opens_h > load.time_h:
            load.until(opens_h, CLOSED)


class Serving:
    """Until a server begins."""

    meets = True

    def __init__(self, server: Server, priority: int, h_per_unit: float, column: int) -> None:
        self.server = server
        self.priority = priority
        self.h_per_unit = h_per_unit
        self.column = column

    def enter(self, load: Load) -> Any:
        """Queue; the longest work of all servers is what the load must stay for."""
        work_h = self.h_per_unit * load.units * load.drawn[self.column]
        load.work_h = max(load.work_h, work_h)
        begins = self.server.enter(self.priority, work_h, load.units)
        if not isinstance(begins, float):
            return begins
        load.until(begins, QUEUE)
        return None

    def leave(self, load: Load, now_h: float, _: Any) -> None:
        """Be served."""
        load.until(now_h, QUEUE)


class Staying:
    """For the hours drawn; who is served, for the work at it if that takes longer."""

    meets = False

    def __init__(self, hours: tuple[tuple[int, int], ...], served: bool) -> None:
        self.whys = [why for why, _ in hours]
        self.columns = [column for _, column in hours]
        self.served = served

    def enter(self, load: Load) -> None:
        """Stay."""
        drawn = load.drawn
        self.spend(load, [drawn[column] for column in self.columns])

    def spend(self, load: Load, hours: list[float]) -> None:
        """So many hours for each reason."""
        stays_h, spent = 0.0, load.spent
        for why, lasts_h in zip(self.whys, hours, strict=True):
            spent[why] += lasts_h
            stays_h += lasts_h
        load.time_h += stays_h
        if self.served:
            if load.work_h > stays_h:
                load.until(load.time_h + load.work_h - stays_h, HANDLING)
            load.work_h = 0.0


class Riding(Staying):
    """Aboard, for the hours of whoever was the first to draw them."""

    def __init__(self, hours: tuple[tuple[int, int], ...], served: bool, ride: str) -> None:
        super().__init__(hours, served)
        self.ride = ride

    def enter(self, load: Load) -> None:
        """Stay as all do who are aboard."""
        hours = load.ride.get(self.ride)
        if hours is None:
            hours = load.ride[self.ride] = [load.drawn[column] for column in self.columns]
        self.spend(load, hours)


class Claiming:
    """Past a stop, taking room from its next departure."""

    meets = True

    def __init__(self, stop: Stop, room: float) -> None:
        self.stop = stop
        self.room = room

    def enter(self, load: Load) -> None:
        """Stay aboard."""
        self.stop.claim(load.units * self.room)


class Catching:
    """Until the next departure that has room for all."""

    meets = False

    def __init__(self, stop: Stop) -> None:
        self.stop = stop

    def enter(self, load: Load) -> None:
        """Go aboard."""
        leaves_h, load.ride = self.stop.catch(load.time_h, load.units)
        load.until(leaves_h, WAITING)


class Boarding:
    """Until a departure has room."""

    meets = True

    def __init__(self, stop: Stop, priority: int, room: float) -> None:
        self.stop = stop
        self.priority = priority
        self.room = room

    def enter(self, load: Load) -> Any:
        """Queue."""
        return self.stop.join(self.priority, load.units * self.room)

    def leave(self, load: Load, now_h: float, berth: Berth) -> Load | None:
        """Go aboard, as far as there is room; what is left still waits, for `Berth.rest`."""
        rest = None if berth.rest is None else load.split(berth.units / self.room)
        load.until(now_h, WAITING)
        load.ride = berth.ride
        return rest
