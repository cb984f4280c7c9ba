"""The shortest simple paths of a graph, one after the other.

Paths that are still to come are held in cells, each all that begin with the same steps and then take none
of some (Yen 1971, Lawler 1972). A cell's next path is sought by A*, with the exact distance to the end in
the whole graph as the bound. That bound is a path wherever the tree of shortest paths does not run back
into the beginning (Martins and Pascoal 2003); then nothing is searched. Else a search goes on only while no
other cell promises less, and is put off where it stands (the postponement of Al Zoobi, Coudert and Nisse
2020, with searches that can be resumed instead of repaired trees). So few of the many cells are ever
searched, and none further than the last path that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import accumulate, count
from math import inf
from typing import NamedTuple

import numpy as np

from sarai.corridors.routes.layout import layout, onward

__all__ = ["Edges", "Rule", "Search", "simple_paths"]

Edges = tuple[int, ...]
Rule = Callable[[Edges], int | None]
FOUND, OPEN = 0, 1  # of two that cost the same, what is found comes first


class Search:
    """What is searched: a graph, what its edges cost, and the shortest way from everywhere to the end.

    Of a large graph a search sees little, so edges are taken out of the arrays as it comes to them.
    """

    def __init__(self, tail: np.ndarray, head: np.ndarray, costs: np.ndarray, nodes: int, end: int) -> None:
        onwards = onward(tail, head, costs, nodes, end)
        self.head, self.costs, self.lines = head, costs, layout(tail, nodes)
        self.left: list[float] = onwards.cost.tolist()
        self.edge: list[int] = onwards.edge.tolist()
        self.next: list[int] = onwards.node.tolist()
        self.known: dict[int, list[tuple[int, int, float]]] = {}

    def out(self, node: int) -> list[tuple[int, int, float]]:
        """The edges that begin at a node, each with the node where it ends, and its cost."""
        if (found := self.known.get(node)) is None:
            edges = self.lines.out(node)
            columns = (edges.tolist(), self.head[edges].tolist(), self.costs[edges].tolist())
            found = self.known[node] = list(zip(*columns, strict=True))
        return found


class _Trunk(NamedTuple):
    """A path that cells branch off from, with the position of its nodes and what it costs up to there."""

    edges: Edges
    nodes: list[int]
    position: dict[int, int]
    spent: list[float]


class _Cell:
    """All paths along a trunk up to its node `at`, and then by none of the edges in `shut`."""

    def __init__(self, search: Search, trunk: _Trunk, at: int, shut: frozenset[int]) -> None:
        self.search, self.trunk, self.at, self.shut = search, trunk, at, shut
        self.done = {trunk.nodes[at]}
        self.spoiled: set[int] = set()  # nodes from which the tree runs back into the trunk
        self.open: list[tuple] = []  # (at least, edge, its head, cost so far, what it came from)
        self._spread(trunk.nodes[at], trunk.spent[at], None)

    @property
    def at_least(self) -> float:
        """What any of its paths costs at least."""
        return self.open[0][0] if self.open else inf

    def advance(self, limit: float) -> Edges | None:
        """Its shortest path; none if it has none, or none that is certain to cost no more than the limit."""
        while self.open and self.open[0][0] <= limit:
            came = heappop(self.open)
            node = came[2]
            if node in self.done:
                continue
            if self._runs_free(node):
                return self.trunk.edges[: self.at] + _back(came) + self._tree(node)
            self.done.add(node)
            self._spread(node, came[3], came)
        return None

    def _spread(self, node: int, spent: float, came: tuple | None) -> None:
        left, position, at = self.search.left, self.trunk.position, self.at
        for edge, head, price in self.search.out(node):
            if head in self.done or position.get(head, inf) <= at or (came is None and edge in self.shut):
                continue
            cost = spent + price
            if (at_least := cost + left[head]) < inf:
                heappush(self.open, (at_least, edge, head, cost, came))

    def _runs_free(self, node: int) -> bool:
        """Whether the tree leads from a node to the end without touching the trunk."""
        edge, following = self.search.edge, self.search.next
        position, at, seen = self.trunk.position, self.at, []
        while node not in self.spoiled and position.get(node, inf) > at:
            seen.append(node)
            if edge[node] < 0:
                return True
            node = following[node]
        self.spoiled.update(seen)
        return False

    def _tree(self, node: int) -> Edges:
        edges = []
        while (edge := self.search.edge[node]) >= 0:
            edges.append(edge)
            node = self.search.next[node]
        return tuple(edges)


def simple_paths(search: Search, start: int, rule: Rule | None = None) -> Iterator[tuple[float, Edges]]:
    """Every path that visits no node twice, the cheapest first.

    Parallel edges make different paths. Paths that cost the same come in an order that only depends on the
    order of the edges; costs are summed from the start on, so those within rounding count as the same.

    Parameters
    ----------
    start : int
        The end is that of the search.
    rule : callable, optional
        Says of a path how many of its first edges already make it unwanted, with everything that begins
        so; none if it is wanted.

    Yields
    ------
    cost : float
    edges : tuple of int
    """
    if search.left[start] == inf:
        return
    serial = count()
    cells = [_Cell(search, _Trunk((), [start], {start: 0}, [0.0]), 0, frozenset())]
    queue: list[tuple] = [(cells[0].at_least, OPEN, next(serial), cells[0], None)]
    while queue:
        cost, state, _, cell, edges = heappop(queue)
        if state == FOUND:
            bad = rule(edges) if rule else None
            if bad is None:
                yield cost, edges
            for each in _cells(search, start, cell, edges, len(edges) if bad is None else bad):
                heappush(queue, (each.at_least, OPEN, next(serial), each, None))
        elif (found := cell.advance(queue[0][0] if queue else inf)) is not None:
            spent = float(sum(search.costs[list(found)].tolist()))
            heappush(queue, (spent, FOUND, next(serial), cell, found))
        elif cell.open:
            heappush(queue, (cell.at_least, OPEN, next(serial), cell, None))


def _cells(search: Search, start: int, cell: _Cell, edges: Edges, until: int) -> Iterator[_Cell]:
    """What is left of a cell after its shortest path, in parts that have no path in common."""
    along = list(edges)
    nodes = [start, *search.head[along].tolist()]
    spent = list(accumulate(search.costs[along].tolist(), initial=0.0))
    trunk = _Trunk(edges, nodes, {node: at for at, node in enumerate(nodes)}, spent)
    for at in range(cell.at, until):
        also = cell.shut if at == cell.at else frozenset()
        if (part := _Cell(search, trunk, at, also | {edges[at]})).open:
            yield part


def _back(came: tuple | None) -> Edges:
    """The edges that a search came along."""
    edges = []
    while came is not None:
        edges.append(came[1])
        came = came[4]
    return tuple(reversed(edges))
