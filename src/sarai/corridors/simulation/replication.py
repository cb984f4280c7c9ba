"""One history: consignments as simpy processes that go from act to act.

A process wakes only where others matter: at servers and at departures with a bound. Between these, hours are
drawn beforehand, and closings and departures without a bound are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from sarai.corridors.simulation.calendar import Calendar
from sarai.corridors.simulation.departures import departures
from sarai.corridors.simulation.drawing import dice, drawn_factors, drawn_hours, set_out
from sarai.corridors.simulation.loads import (
    Boarding,
    Catching,
    Claiming,
    Load,
    Opening,
    Riding,
    Serving,
    Staying,
)
from sarai.corridors.simulation.plan import Aboard, Act, Leave, Open, Plan, Stay, StreamPlan, Use
from sarai.corridors.simulation.queues import Server, Stop
from sarai.corridors.simulation.streams import Spread
from sarai.corridors.simulation.weather import Timeline, closings, together

__all__ = ["LiveStream", "Replication"]

AHEAD_H = 168.0  # loads are made for: fewer events than one by one, less memory than all at once


class LiveStream(NamedTuple):
    """A stream in one history.

    Attributes
    ----------
    times : list of float
        When its consignments set out.
    drawn : list of list of float
        For each consignment its hours and factors, by column.
    delivered : list of tuple
        When, the hours from door to door, units, and the hours by `WHY`.
    """

    plan: StreamPlan
    acts: list[Any]
    times: list[float]
    drawn: list[list[float]]
    delivered: list[tuple[float, ...]]

    def deliver(self, load: Load) -> None:
        """The end of a way."""
        self.delivered.append((load.time_h, load.time_h - load.born_h, load.units, *load.spent))


class Replication:
    """The world of one replication, ready to `run`."""

    def __init__(self, plan: Plan, calendar: Calendar, spread: Spread, seed: int, number: int) -> None:
        import simpy

        self.env = simpy.Environment(0.0)
        self.plan, self.calendar, self.spread = plan, calendar, spread
        self.seed, self.number = seed, number
        self.weather = {at: self._weather(at) for at in sorted({row for rows in plan.gates for row in rows})}
        self.gates = [together(self.weather[row] for row in rows) for rows in plan.gates]
        self.servers = [
            Server(self.env, each.count, self._gate(each.gate), in_turn=len(each.priorities) == 1)
            for each in plan.servers
        ]
        self.stops = [self._stop(at) for at in range(len(plan.stops))]
        self.streams = [self._stream(each) for each in plan.streams]

    def run(self, until_h: float) -> None:
        """Until a time."""
        for stream in self.streams:
            self.env.process(self._source(stream))
        self.env.run(until=until_h)

    def closed_h(self, row: int) -> np.ndarray:
        """The hours of each month that counts that a closure took."""
        return together([self.weather[row]]).closed_h(self.calendar.edges_h[self.calendar.warm_up :])

    # -- what there is -----------------------------------------------------------------------------

    def _dice(self, purpose: str) -> np.random.Generator:
        return dice(self.seed, self.number, purpose)

    def _gate(self, at: int) -> Timeline | None:
        return self.gates[at] if at >= 0 else None

    def _weather(self, row: int) -> list[tuple[float, float]]:
        closure = self.plan.closures[row]
        rng = self._dice(f"closure {closure.on} {closure.months} {closure.cause}")
        return closings(rng, closure, self.calendar)

    def _stop(self, at: int) -> Stop:
        each = self.plan.stops[at]
        rng = self._dice(f"stop {each.name}")
        times = departures(rng, each, self.calendar, self.spread, self._gate(each.gate))
        return Stop(self.env, times, each.units)

    def _stream(self, plan: StreamPlan) -> LiveStream:
        rng = self._dice(f"arrivals {plan.name}")
        times = set_out(rng, plan.per_h, self.calendar.until_h, self.spread.arrivals).tolist()
        hours = drawn_hours(self._dice(f"hours {plan.name}"), plan.parts, len(times), self.spread)
        factors = drawn_factors(self._dice(f"work {plan.name}"), plan.factors, len(times), self.spread)
        acts = [self._act(act, plan.priority) for act in plan.acts]
        return LiveStream(plan, acts, times, np.hstack([hours, factors]).tolist(), [])

    def _act(self, act: Act, priority: int) -> Any:
        match act:
            case Open(gate):
                return Opening(self.gates[gate])
            case Use(server, h_per_unit, column):
                return Serving(self.servers[server], priority, h_per_unit, column)
            case Aboard(stop, room):
                return Claiming(self.stops[stop], room)
            case Stay(hours, ride, served):
                return Riding(hours, served, ride) if ride else Staying(hours, served)
            case Leave(at, room):
                stop = self.stops[at]
                return Boarding(stop, priority, room) if stop.room else Catching(stop)

    # -- what happens ------------------------------------------------------------------------------

    def _source(self, stream: LiveStream) -> Iterator[Any]:
        """Loads for some days ahead; acts before the first that meets others need no event."""
        env, acts, batch = self.env, stream.acts, stream.plan.batch
        alone = list(takewhile(lambda act: not act.meets, acts))
        for time_h, drawn in zip(stream.times, stream.drawn, strict=True):
            if time_h > env.now + AHEAD_H:
                yield env.timeout(time_h - env.now)
            load = Load(time_h, batch, drawn)
            for act in alone:
                act.enter(load)
            if len(alone) < len(acts):
                env.process(self._travel(stream, load, len(alone)))
            else:
                stream.deliver(load)

    def _travel(self, stream: LiveStream, load: Load, begin: int, event: Any = None) -> Iterator[Any]:
        """A load through its acts, from one on, or from one whose event it waits for already."""
        env, acts = self.env, stream.acts
        for number in range(begin, len(acts)):
            act = acts[number]
            if event is None:
                if act.meets and load.time_h > env.now:
                    yield env.timeout(load.time_h - env.now)
                event = act.enter(load)
            if event is not None:
                value = yield event
                event = None
                if rest := act.leave(load, env.now, value):
                    env.process(self._travel(stream, rest, number, value.rest))
        stream.deliver(load)
