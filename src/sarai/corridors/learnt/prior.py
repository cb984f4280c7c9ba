"""What a network says of a passage before anybody has made it."""

from __future__ import annotations

from functools import cache

from sarai.corridors.graph import Graph, graph
from sarai.corridors.learnt.times import Prior
from sarai.corridors.network import Network
from sarai.corridors.steps import DELIVERED, DOOR

__all__ = ["at_places", "network_prior"]

LOCODE = 5  # letters of a UN/LOCODE


def network_prior(network: Network, good: str) -> Prior:
    """Hours and their variance along the quickest way of a good from place to place."""
    ways = graph(network, network.good(good))

    @cache
    def between(start: str) -> dict[str, tuple[float, float]]:
        return _from(ways, start)

    def prior(start: str, end: str) -> tuple[float, float] | None:
        return between(start).get(end)

    return prior


def at_places(network: Network, prior: Prior) -> Prior:
    """The same for names of the book, which may go on behind the code of their place; others have none."""

    def code(said: str) -> str:
        return said if said in network.by_place else said[:LOCODE]

    def known(start: str, end: str) -> tuple[float, float] | None:
        one, other = code(start), code(end)
        return prior(one, other) if one in network.by_place and other in network.by_place else None

    return known


def _from(ways: Graph, start: str) -> dict[str, tuple[float, float]]:
    """By place, what the quickest way takes; without what loading and delivering take."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    begin = next((at for at, node in enumerate(ways.nodes) if node == (start, DOOR)), None)
    if begin is None:
        return {}
    hours = np.maximum(ways.weights[:, 0], 1e-9)  # a zero would be no step to scipy
    quickest: dict[tuple[int, int], int] = {}
    for step in np.argsort(-hours, kind="stable"):  # of parallel steps, the quickest is the last
        quickest[int(ways.tail[step]), int(ways.head[step])] = int(step)
    tail, head = np.array(list(quickest), int).reshape(-1, 2).T
    size = len(ways.nodes)
    matrix = coo_array((hours[list(quickest.values())], (tail, head)), shape=(size, size)).tocsr()
    reached, before = dijkstra(matrix, indices=begin, return_predecessors=True)
    found: dict[str, tuple[float, float]] = {}
    for at, node in enumerate(ways.nodes):
        if node.state == DELIVERED and np.isfinite(reached[at]) and node.place != start:
            steps, here = [], at
            while here != begin:
                steps.append(quickest[int(before[here]), here])
                here = int(before[here])
            inner = [step for step in steps if ways.steps[step].kind in ("leg", "change")]
            found[node.place] = (
                max(float(ways.weights[inner, 0].sum()), 0.1), float(ways.weights[inner, 3].sum()),
            )  # fmt: skip
    return found
