"""What the streams of a plan share: servers, stops and gates, each thing once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from msgspec.structs import replace

from sarai.corridors.network import Network
from sarai.corridors.simulation.plan import ServerPlan, StopPlan
from sarai.corridors.steps import Step
from sarai.corridors.tables import Limit
from sarai.goods import BadSetting

__all__ = ["Shared", "on_leg", "selectors"]

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Shared:
    """What streams share: lists, and the index of each thing in them by its key."""

    def __init__(self, network: Network, counts: Mapping[str, int]) -> None:
        self.network = network
        self.counts = counts
        self.servers: list[ServerPlan] = []
        self.stops: list[StopPlan] = []
        self.gates: dict[tuple[int, ...], int] = {}
        self.known: dict[Hashable, int] = {}
        self.limits: dict[str, list[Limit]] = {}
        for limit in network.limits:
            for what in limit.on.split():
                self.limits.setdefault(what, []).append(limit)

    def gate(self, *what: str) -> int:
        """What closes when any of these does; -1 if none ever does."""
        return self._gate({row for each in what for row in self._closing(each)})

    def _gate(self, rows: set[int]) -> int:
        return self.gates.setdefault(tuple(sorted(rows)), len(self.gates)) if rows else -1

    def _closing(self, what: str) -> set[int]:
        """Rows that close it; who closes a leg closes both of its directions."""
        either = {what, what.rstrip("<>")}
        return {at for at, each in enumerate(self.network.closures) if either & set(each.on.split())}

    def server(self, name: str, priority: int, *what: str) -> int:
        """A server, that is shut when all that it serves is; noted is who comes."""
        if name not in self.known:
            count = self.counts.get(name, 1)
            if count < 1:
                raise BadSetting(f"{name} has {count} servers; state 1 or more")
            gate = self._gate(set.intersection(*map(self._closing, what)))
            self.known[name] = len(self.servers)
            self.servers.append(ServerPlan(name, count, gate, frozenset()))
        at = self.known[name]
        server = self.servers[at]
        self.servers[at] = replace(server, priorities=server.priorities | {priority})
        return at

    def stop(self, step: Step) -> int:
        """Where a service leaves along a leg; -1 for a leg without a service."""
        service = self.network.service_of.get(step.leg)
        if service is None:
            return -1
        key = (step.leg, step.backwards)
        if key not in self.known:
            leg = self.network.by_leg[step.leg]
            way = f"{leg.end}>{leg.start}" if step.backwards else f"{leg.start}>{leg.end}"
            days = tuple(WEEKDAYS.index(day) for day in service.days.split())
            gate = self.gate(*on_leg(self.network, step))
            self.known[key] = len(self.stops)
            name = f"service:{service.code} {way}"
            self.stops.append(StopPlan(name, service.per_week, days, service.units, gate))
        return self.known[key]


def on_leg(network: Network, step: Step) -> tuple[str, ...]:
    """Whatever keeps goods from setting out on a leg when it is closed."""
    service = network.service_of.get(step.leg)
    named = (*selectors(step), f"place:{step.place}")
    return (*named, f"service:{service.code}") if service else named


def selectors(step: Step) -> tuple[str, str]:
    """A leg as selectors name it: in both directions, and in that of the step."""
    return f"leg:{step.leg}", f"leg:{step.leg}{'<' if step.backwards else '>'}"
