"""The way that a good takes which is given by its ends alone: the cheapest, its time counted as money."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np

from sarai.corridors.faults import Unreachable
from sarai.corridors.graph import Graph
from sarai.corridors.steps import Step
from sarai.corridors.tables import Place
from sarai.corridors.worth import HOUR_USD_PER_T

__all__ = ["cheapest"]

EARTH_KM = 6371.0


def cheapest(graph: Graph, start: str, end: str, usd_per_t_h: float = HOUR_USD_PER_T) -> tuple[Step, ...]:
    """The steps with the least of dollars and of expected hours at a price, from door to door.

    Raises
    ------
    Unreachable
        There are none; the text names where one gets nearest.
    """
    from scipy.sparse.csgraph import dijkstra

    source, target = graph.door(start), graph.delivered(end)
    matrix, best = _matrix(graph, graph.weights[:, 1] + usd_per_t_h * graph.weights[:, 0])
    costs, before = dijkstra(matrix, indices=source, return_predecessors=True)
    if not np.isfinite(costs[target]):
        _unreachable(graph, costs, start, end)
    steps, node = [], target
    while node != source:
        steps.append(graph.steps[best[int(before[node]), int(node)]])
        node = before[node]
    return tuple(reversed(steps))


def _matrix(graph: Graph, costs: np.ndarray) -> tuple[Any, dict[tuple[int, int], int]]:
    """Costs from node to node, of parallel steps the best, and which step that is."""
    from scipy.sparse import csr_array

    best: dict[tuple[int, int], int] = {}
    for edge in np.lexsort((costs, graph.head, graph.tail)):
        best.setdefault((int(graph.tail[edge]), int(graph.head[edge])), int(edge))
    kept = np.fromiter(best.values(), int, len(best))
    size = len(graph.nodes)
    return csr_array((costs[kept], (graph.tail[kept], graph.head[kept])), shape=(size, size)), best


def _unreachable(graph: Graph, costs: np.ndarray, start: str, end: str) -> None:
    network = graph.network
    goal, origin = network.place(end), network.place(start)
    reached = {graph.nodes[int(at)].place for at in np.flatnonzero(np.isfinite(costs))}
    near = min((network.by_place[code] for code in sorted(reached)), key=lambda each: _apart_km(each, goal))
    raise Unreachable(
        f"no way leads {graph.good.name} from {origin.name} ({origin.code}) to {goal.name} ({goal.code}); "
        f"nearest to it one comes to {near.name} ({near.code}), {_apart_km(near, goal):,.0f} km away: "
        "add a leg or a handling there, or open what is closed"
    )


def _apart_km(one: Place, other: Place) -> float:
    """Along the great circle, by the haversine formula."""
    north, south = radians(one.latitude_deg), radians(other.latitude_deg)
    apart = radians(other.longitude_deg - one.longitude_deg)
    half = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin(apart / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
