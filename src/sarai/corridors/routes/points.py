"""What every way passes: remove it, and no way is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.graph import Graph
from sarai.corridors.network import Network
from sarai.corridors.routes.blocked import unreachable
from sarai.corridors.routes.layout import onward, reached
from sarai.corridors.routes.paths import Ends, both_ends

__all__ = ["SinglePoint", "single_points"]

SLIGHT = 1e-6  # of a step that passes nothing which the first way passes


class SinglePoint(Struct, frozen=True):
    """Something that every way passes.

    Attributes
    ----------
    what : str
        Its selector: ``place:CODE``, ``leg:CODE``, ``service:CODE`` or ``country:CC``.
    name : str
    """

    what: str
    name: str


class _Passed(NamedTuple):
    """By the index of the edge: its leg, and the place and country at both of its ends, by their number."""

    leg: np.ndarray
    service: np.ndarray
    places: np.ndarray
    countries: np.ndarray
    codes: dict[str, list[str]]

    def without(self, kind: str, number: int) -> np.ndarray:
        """The edges that are left when something is removed; bool, shape (edges,)."""
        if kind in ("leg", "service"):
            return getattr(self, kind) != number
        ends = self.places if kind == "place" else self.countries
        return (ends != number).all(axis=0)


def single_points(graph: Graph, start: str, end: str) -> tuple[SinglePoint, ...]:
    """Places, legs, services and countries that every way between two places passes, in the order of passing.

    Both ends and their countries are left out, as nothing goes without them.

    Raises
    ------
    Unreachable
        There is no way at all.
    """
    ends, passed = both_ends(graph, start, end), _passed(graph)
    no_cost = np.full(len(graph.steps), SLIGHT)
    one = _way(graph, no_cost, ends)
    if one is None:
        raise unreachable(graph, graph.network.place(start), graph.network.place(end))
    candidates = list(_on(passed, one))
    costs = no_cost + sum(~passed.without(kind, number) for kind, number in candidates)
    other = set(_on(passed, _way(graph, costs, ends) or []))  # passes as little of the first as it can
    outer = set(_outer(graph, passed, ends))
    return tuple(
        SinglePoint(f"{kind}:{passed.codes[kind][number]}", _name(graph.network, kind, passed, number))
        for kind, number in candidates
        if (kind, number) in other - outer and not _goes(graph, passed.without(kind, number), ends)
    )


def _way(graph: Graph, costs: np.ndarray, ends: Ends) -> list[int] | None:
    """The edges of a cheapest way; none if there is no way."""
    tree = onward(graph.tail, graph.head, costs, len(graph.nodes), ends.end)
    if not np.isfinite(tree.cost[ends.start]):
        return None
    edges, node = [], ends.start
    while (edge := int(tree.edge[node])) >= 0:
        edges.append(edge)
        node = int(graph.head[edge])
    return edges


def _goes(graph: Graph, kept: np.ndarray, ends: Ends) -> bool:
    tail, head = graph.tail[kept], graph.head[kept]
    return bool(reached(tail, head, len(graph.nodes), ends.start)[ends.end])


def _on(passed: _Passed, edges: list[int]) -> Iterator[tuple[str, int]]:
    """What a way passes, each once."""
    found: dict[tuple[str, int], None] = {}
    for edge in edges:
        ends = zip(passed.countries[:, edge].tolist(), passed.places[:, edge].tolist(), strict=True)
        for country, place in ends:
            found |= {("country", country): None, ("place", place): None}
        found |= {("service", int(passed.service[edge])): None, ("leg", int(passed.leg[edge])): None}
    return (each for each in found if each[1])


def _outer(graph: Graph, passed: _Passed, ends: Ends) -> Iterator[tuple[str, int]]:
    for node in ends:
        place = graph.network.by_place[graph.nodes[node].place]
        yield "place", passed.codes["place"].index(place.code)
        if place.country:
            yield "country", passed.codes["country"].index(place.country)


def _passed(graph: Graph) -> _Passed:
    """Numbers by code; 0 is nothing."""
    network = graph.network
    codes: dict[str, dict[str, int]] = {kind: {"": 0} for kind in ("leg", "service", "place", "country")}

    def number(kind: str, code: str) -> int:
        return codes[kind].setdefault(code, len(codes[kind]))

    services = {leg: each.code for leg, each in network.service_of.items()}
    leg = np.array([number("leg", step.leg) for step in graph.steps])
    service = np.array([number("service", services.get(step.leg, "")) for step in graph.steps])
    place = np.array([number("place", node.place) for node in graph.nodes])
    country = np.array([number("country", network.by_place[node.place].country) for node in graph.nodes])
    both = np.stack([graph.tail, graph.head])
    return _Passed(
        leg, service, place[both], country[both], {kind: list(each) for kind, each in codes.items()}
    )


def _name(network: Network, kind: str, passed: _Passed, number: int) -> str:
    code = passed.codes[kind][number]
    if kind == "place":
        return network.by_place[code].name
    if kind == "service":
        return network.by_service[code].name
    if kind == "leg":
        leg = network.by_leg[code]
        return f"{network.by_place[leg.start].name} - {network.by_place[leg.end].name} ({leg.mode})"
    return code
