"""What can be done with a good on a network, step after step: the graph on which everything else works.

A node is a place in a state: at the ``door`` (not loaded yet), ``delivered``, or what the goods are in. A
step goes along a leg, or over from one state into another at a place. So gauges, terminals and waits stand
on the way like kilometres, and a way is a plain path. Each step has five criteria for a tonne of the good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.faults import Unreachable
from sarai.corridors.network import Network, carriage
from sarai.corridors.steps import (
    DELIVERED,
    DOOR,
    Criteria,
    Means,
    Step,
    carry,
    change,
    deliver,
    load,
    one_way,
)
from sarai.corridors.tables import Good, Leg

__all__ = ["CRITERIA", "Graph", "Node", "graph"]

CRITERIA = Criteria._fields
ALWAYS = 0.999  # of a month: closed for longer is not open at all
THROUGH = {"waypoint", "strait", "canal"}  # where nothing is loaded


class Node(NamedTuple):
    """A place by its code, and the state of the goods there."""

    place: str
    state: str


class Graph(Struct, frozen=True, dict=True):
    """The steps of one good in one month, as arrays.

    Attributes
    ----------
    nodes : tuple of Node
    steps : tuple of Step
        By the index of the edge.
    tail, head : ndarray of int32, shape (steps,)
        Indices of nodes.
    weights : ndarray of float64, shape (steps, 5)
        By `CRITERIA`: hours, US dollars, grams of CO2 equivalent, squared hours, exposure; for a tonne.
    """

    network: Network
    good: Good
    month: int | None
    nodes: tuple[Node, ...]
    steps: tuple[Step, ...]
    tail: np.ndarray
    head: np.ndarray
    weights: np.ndarray

    @cached_property
    def index(self) -> Mapping[Node, int]:
        """The index of a node."""
        return {node: at for at, node in enumerate(self.nodes)}

    def door(self, place: str) -> int:
        """The node of goods that are to leave a place, by its code or name."""
        return self._end(place, DOOR)

    def delivered(self, place: str) -> int:
        """The node of goods that have come to a place; no step leads on from it."""
        return self._end(place, DELIVERED)

    def _end(self, said: str, state: str) -> int:
        place = self.network.place(said)
        at = self.index.get(Node(place.code, state))
        if at is None:
            raise Unreachable(
                f"nothing that carries {self.good.name} ({self.good.form}) comes to {place.name} "
                f"({place.code}); choose another place, or add a leg"
            )
        return at


def graph(network: Network, good: Good, month: int | None = None, asked: Collection[str] = ()) -> Graph:
    """The steps that can be done with a good.

    Parameters
    ----------
    month : int, optional
        1 to 12, for what is closed then; the average of the year if none.
    asked : collection of str
        Codes or groups of legs that are left out unless asked for.
    """
    means = Means(network, good, _closed(network, month))
    used = [leg for leg in network.legs if _is_used(leg, network, good, means.closed, asked)]
    nodes: dict[Node, int] = {}
    steps, ends = [], []

    def put(start: Node, end: Node, step: Step) -> None:
        steps.append(step)
        ends.append((nodes.setdefault(start, len(nodes)), nodes.setdefault(end, len(nodes))))

    for leg in used:
        state = state_of(network, leg)
        for backwards in (False, True) if leg.both else (False,):
            if means.closed.get(one_way(leg, backwards), 0.0) >= ALWAYS:
                continue
            start, end = (leg.end, leg.start) if backwards else (leg.start, leg.end)
            put(Node(start, state), Node(end, state), carry(means, leg, backwards))
    for start, end, step in list(_at_places(means, tuple(nodes), used)):
        put(start, end, step)
    tail, head = np.array(ends, np.int32).reshape(-1, 2).T
    weights = np.array([step.criteria for step in steps], float).reshape(-1, len(CRITERIA))
    return Graph(network, good, month, tuple(nodes), tuple(steps), tail, head, weights)


def state_of(network: Network, leg: Leg) -> str:
    """What goods are in on a leg: its service if it has one, else its carriage."""
    service = network.service_of.get(leg.code)
    return f"service:{service.code}" if service else carriage(leg)


def _closed(network: Network, month: int | None) -> Mapping[str, float]:
    """By what is closed, the share of the month, or on average of the months."""
    if month is not None:
        return network.closed_share(month)
    total: dict[str, float] = {}
    for each in range(1, 13):
        for what, share in network.closed_share(each).items():
            total[what] = total.get(what, 0.0) + share / 12
    return total


def _is_used(
    leg: Leg, network: Network, good: Good, closed: Mapping[str, float], asked: Collection[str]
) -> bool:
    service = network.service_of.get(leg.code)
    if service and not service.per_week:
        return False  # it never leaves
    on = {
        f"leg:{leg.code}",
        f"place:{leg.start}",
        f"place:{leg.end}",
        f"service:{service.code if service else ''}",
    }
    return (
        network.takes(leg, good.form)
        and (not leg.asked or leg.code in asked or leg.group in asked)
        and all(closed.get(each, 0.0) < ALWAYS for each in on)
    )


def _at_places(means: Means, nodes: tuple[Node, ...], used: list[Leg]) -> Iterator[tuple[Node, Node, Step]]:
    """Loading, delivering, and going over from one state to another, at each place."""
    network = means.network
    carried = {state_of(network, leg): carriage(leg) for leg in used}
    states: dict[str, list[str]] = {}
    for node in nodes:
        states.setdefault(node.place, []).append(node.state)
    for code, there in states.items():
        place = network.by_place[code]
        if place.kind in THROUGH:
            continue
        for state in there:
            inside = Node(code, state)
            yield Node(code, DOOR), inside, load(means, place, state, carried[state])
            yield inside, Node(code, DELIVERED), deliver(means, place, state, carried[state])
            for other in there:
                if other != state and (step := change(means, place, state, other, carried)):
                    yield inside, Node(code, other), step
