"""The baseline of `corridors_simulation`: the same network as one would first write it down in simpy."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import Any

import simpy

from sarai.corridors import Network
from sarai.corridors.simulation.streams import Resolved
from sarai.corridors.steps import WEEK_H, Part, Step

YEAR_H, MONTH_H = 8766.0, 730.5


def plain(network: Network, streams: Sequence[Resolved], months: int, seed: int) -> list[float]:
    """Hours from door to door of each box that arrives."""
    world = _World(network, random.Random(seed))
    for stream in streams:
        world.env.process(world.source(stream))
    world.env.run(until=months * MONTH_H)
    return world.hours


class _World:
    """A process for each box, a resource for each limit, a queue for each departure of a service."""

    def __init__(self, network: Network, rng: random.Random) -> None:
        self.env = simpy.Environment()
        self.network = network
        self.rng = rng
        self.hours: list[float] = []
        self.resources = {each.code: simpy.Resource(self.env) for each in network.limits}
        self.queues: dict[tuple[str, bool], list[Any]] = {}

    def source(self, stream: Resolved) -> Iterator[Any]:
        """A train's boxes at a time."""
        while True:
            yield self.env.timeout(self.rng.expovariate(stream.units_per_h / stream.batch))
            for _ in range(round(stream.batch)):
                self.env.process(self.box(stream))

    def box(self, stream: Resolved) -> Iterator[Any]:
        """Step by step, part by part."""
        began = self.env.now
        for at, step in enumerate(stream.way):
            for limit in self.network.limits:
                if set(limit.on.split()) & set(self._on(step)):
                    amount = {"t": stream.good.t_per_unit, "teu": 1.0}.get(
                        limit.unit, stream.good.t_per_unit / stream.good.t_per_train
                    )
                    with self.resources[limit.code].request() as mine:
                        yield mine
                        yield self.env.timeout(amount / limit.capacity * YEAR_H)
            for part in step.parts:
                if part.why == "waiting":
                    yield self._departure(stream.way[at + 1])
                elif part.hours:
                    yield self.env.timeout(self._drawn(part))
        self.hours.append(self.env.now - began)

    def _on(self, step: Step) -> tuple[str, ...]:
        if step.kind == "leg":
            return f"leg:{step.leg}", f"leg:{step.leg}{'<' if step.backwards else '>'}"
        return f"place:{step.place}", step.end

    def _drawn(self, part: Part) -> float:
        if part.why == "closed":
            lasts = (part.variance_h2 + part.hours**2) / (2 * part.hours)
            return self.rng.expovariate(1 / lasts) if self.rng.random() < part.hours / lasts else 0.0
        sigma2 = log(1 + part.variance_h2 / part.hours**2)
        return self.rng.lognormvariate(log(part.hours) - sigma2 / 2, sqrt(sigma2))

    def _departure(self, step: Step) -> Any:
        key = (step.leg, step.backwards)
        if key not in self.queues:
            self.queues[key] = []
            self.env.process(self.vessel(key))
        event = self.env.event()
        self.queues[key].append(event)
        return event

    def vessel(self, key: tuple[str, bool]) -> Iterator[Any]:
        """Takes as many boxes as it has room for, at even intervals."""
        service = self.network.service_of[key[0]]
        gap_h = WEEK_H / service.per_week
        yield self.env.timeout(self.rng.random() * gap_h)
        while True:
            room = int(service.units) or len(self.queues[key])
            for event in self.queues[key][:room]:
                event.succeed()
            del self.queues[key][:room]
            yield self.env.timeout(gap_h)
