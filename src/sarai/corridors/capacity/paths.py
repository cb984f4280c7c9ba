"""Shortest ways over fixed steps whose costs change: the structure made once, searched towards its goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["FAR", "Goals", "Ways"]

WIDER, SLACK = 4.0, 1.1  # how a search is widened that ends too soon or ended so far last time
FIRST, LEAST = 0.01, 1e-3  # of the way's least cost and of the room: how far a first search goes
FAR = 1e17  # further than anything: what no step leads to


class Ways:
    """Steps as a sparse matrix whose values are their costs; parallel steps share an entry, the least counts.

    Nodes that no step touches are left out.

    Parameters
    ----------
    tail, head : ndarray of int, shape (steps,)
    """

    def __init__(self, tail: np.ndarray, head: np.ndarray) -> None:
        self.nodes, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
        tail, head = ends[: len(tail)], ends[len(tail) :]
        size = len(self.nodes)
        self.size = size
        self._key = tail.astype(np.int64) * size + head
        self._order = np.argsort(self._key, kind="stable")
        self._keys, self._first = np.unique(self._key[self._order], return_index=True)
        self.tail, self.head = (self._keys // size).astype(np.int32), (self._keys % size).astype(np.int32)
        self._indptr = np.searchsorted(self.tail, np.arange(size + 1)).astype(np.int32)
        self._last = np.append(self._first[1:], len(self._order))
        self._matrix: csr_array | None = None

    def at(self, node: int) -> int:
        """The own number of a node; -1 if no step touches it."""
        found = int(np.searchsorted(self.nodes, node))
        return found if found < self.size and self.nodes[found] == node else -1

    def entries(self, costs: np.ndarray) -> np.ndarray:
        """Costs by entry, of costs by step."""
        ordered = costs[self._order]
        return ordered if len(self._keys) == len(ordered) else np.minimum.reduceat(ordered, self._first)

    def search(
        self, entries: np.ndarray, source: int, limit: float = np.inf, backwards: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """Distances from a node (or to it) up to a limit, and what comes before each node on its way."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        if self._matrix is None:
            self._matrix = csr_array((entries, self.head, self._indptr), shape=(self.size, self.size))
        self._matrix.data = entries
        matrix = self._matrix.T.tocsr() if backwards else self._matrix
        return dijkstra(matrix, indices=source, limit=limit, return_predecessors=True)

    def steps(self, before: np.ndarray, source: int, target: int, costs: np.ndarray) -> np.ndarray:
        """The steps of the way that a search found, from source to target."""
        nodes = [target]
        while nodes[-1] != source:
            nodes.append(int(before[nodes[-1]]))
        way = np.array(nodes[::-1], np.int64)
        found = np.searchsorted(self._keys, way[:-1] * self.size + way[1:])
        first, last = self._first[found], self._last[found]
        steps = self._order[first].astype(np.int32)
        for at in np.flatnonzero(last - first > 1):
            several = self._order[first[at] : last[at]]
            steps[at] = several[np.argmin(costs[several])]
        return steps


class Goals:
    """Searches from one node to one other, under costs that are never below those known beforehand.

    Distances to the goal at the least costs are a potential: costs reduced by it are not negative, and a
    search that is bounded by what a way may cost looks at few nodes (Hart, Nilsson and Raphael 1968, A*).

    Parameters
    ----------
    least : ndarray, shape (steps,)
        What a step costs at least.
    """

    def __init__(self, ways: Ways, least: np.ndarray) -> None:
        self.ways, self._least = ways, ways.entries(least)
        self._apart: dict[int, np.ndarray] = {}
        self._reach: dict[tuple[int, int], float] = {}

    def apart(self, target: int) -> np.ndarray:
        """Distances to a node at the least costs; at least `FAR` where it cannot be reached."""
        if target not in self._apart:
            found, _ = self.ways.search(self._least, target, backwards=True)
            self._apart[target] = np.where(np.isfinite(found), found, 10 * FAR)
        return self._apart[target]

    def best(
        self, entries: np.ndarray, costs: np.ndarray, source: int, target: int, room: float
    ) -> tuple[float, np.ndarray | None]:
        """What the best way costs, and its steps; `room` and none if it costs that or more."""
        if source < 0 or target < 0:
            return room, None
        apart, key = self.apart(target), (source, target)
        wide = room - apart[source]
        if apart[source] >= FAR or wide <= 0:
            return room, None
        reduced = np.maximum(entries + apart[self.ways.head] - apart[self.ways.tail], 0.0)
        first = max(
            FIRST * apart[source], LEAST * wide if wide < FAR else 0.0, SLACK * self._reach.get(key, 0.0)
        )
        limit = min(wide, first or wide)
        found, before = self.ways.search(reduced, source, limit)
        while not np.isfinite(found[target]) and limit < wide:
            limit = min(wide, WIDER * limit)
            found, before = self.ways.search(reduced, source, limit)
        if not found[target] < wide:
            return room, None
        self._reach[key] = found[target]
        return found[target] + apart[source], self.ways.steps(before, source, target, costs)
