"""Ways that are choices: each leaves out something that every cheaper one passes.

The k best ways by one cost are mostly one way with small detours. So what people tell ways apart by is
looked at, a way's marks: the countries and canals that it passes, its modes, and the corridors of its legs
between countries or at sea. After the best way comes the best of those that leave out one of its marks, and
so on. A way is kept if it passes not all that a kept one passes, and if enough of it is not on that one.

Whatever else may be kept leaves out a mark of each kept way. So from a way that passes all that a kept one
passes, only the marks of that one need to be left out next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.graph import Graph
from sarai.corridors.routes.blocked import unreachable
from sarai.corridors.routes.layout import onward
from sarai.corridors.routes.paths import Ends, Path, both_ends, path_of
from sarai.corridors.routes.weighing import Weighing
from sarai.goods import BadSetting

__all__ = ["DIFFERS", "Apart", "apart"]

DIFFERS = 0.1
MOST_SEARCHES = 1_500  # a second or two on the packaged network
MOST_WAYS = 100


class Apart(Struct, frozen=True):
    """Ways that are choices, the cheapest first.

    Attributes
    ----------
    ways : tuple of Path
    aside : int
        How many others were found between them that only vary one of them.
    """

    ways: tuple[Path, ...]
    aside: int


class _Marks(NamedTuple):
    """What edges pass, bool of shape (marks, edges), and how long they are."""

    of: np.ndarray
    length_km: np.ndarray
    legs: np.ndarray

    def on(self, edges: tuple[int, ...]) -> frozenset[int]:
        return frozenset(np.flatnonzero(self.of[:, list(edges)].any(axis=1)).tolist())


def apart(
    graph: Graph, start: str, end: str, k: int, weigh: Weighing | None = None, differs: float = DIFFERS
) -> Apart:
    """The k cheapest ways of which none only varies a cheaper one; fewer if there are not so many.

    Parameters
    ----------
    start, end : str
        Places, by code or name.
    k : int
        1 to `MOST_WAYS`.
    differs : float
        0 to 1: the share of a way's length that must not be on any one of the ways before it.

    Raises
    ------
    Unreachable
        There is none.
    BadSetting
        Start and end are the same place, or `k`, `differs` or a weight cannot be used.
    """
    if not 1 <= k <= MOST_WAYS:
        raise BadSetting(f"{k} ways cannot be asked for; take 1 to {MOST_WAYS}")
    if not 0 <= differs <= 1:
        raise BadSetting(f"a share of {differs!r} is not used; give 0 to 1")
    costs = (weigh or Weighing()).costs(graph.weights)
    ends = both_ends(graph, start, end)
    marks = _marks(graph, ends)
    search = _Search(graph, costs, ends, marks)
    kept: list[_Way] = []
    aside = 0
    while len(kept) < k and (found := search.next()):
        without, way = found
        above = next((one for one in kept if way.marks >= one.marks), None)
        if above is None and all(_new(marks, way.edges, one.edges) >= differs for one in kept):
            kept.append(way)
        else:
            aside += 1
        search.look_without(without, (above or way).marks)
    if not kept:
        raise unreachable(graph, graph.network.place(start), graph.network.place(end))
    ways = tuple(path_of(graph, way.edges, float(costs[list(way.edges)].sum())) for way in kept)
    return Apart(ways, aside)


class _Way(NamedTuple):
    edges: tuple[int, ...]
    marks: frozenset[int]


class _Search:
    """The best ways without some of the marks, by cost, each once."""

    def __init__(self, graph: Graph, costs: np.ndarray, ends: Ends, marks: _Marks) -> None:
        self.graph, self.costs, self.ends, self.marks = graph, costs, ends, marks
        self.order = count()
        self.open: list[tuple[float, int, frozenset[int], tuple[int, ...]]] = []
        self.tried: set[frozenset[int]] = set()
        self.seen: set[tuple[int, ...]] = set()
        self.look_without(frozenset(), [None])

    def look_without(self, without: frozenset[int], more: Iterable[int | None]) -> None:
        """Look for the best way without marks, and without each of some more of them."""
        for mark in sorted(more) if None not in more else more:
            left_out = without if mark is None else without | {mark}
            if left_out in self.tried or len(self.tried) >= MOST_SEARCHES:
                continue
            self.tried.add(left_out)
            kept = ~self.marks.of[sorted(left_out)].any(axis=0)
            if edges := _best(self.graph, self.costs, self.ends, kept):
                heappush(self.open, (float(self.costs[list(edges)].sum()), next(self.order), left_out, edges))

    def next(self) -> tuple[frozenset[int], _Way] | None:
        """The cheapest way that is open, with the marks that it was sought without; none if all are seen."""
        while self.open:
            _, _, without, edges = heappop(self.open)
            if edges not in self.seen:
                self.seen.add(edges)
                return without, _Way(edges, self.marks.on(edges))
            self.look_without(without, self.marks.on(edges))
        return None


def _best(graph: Graph, costs: np.ndarray, ends: Ends, kept: np.ndarray) -> tuple[int, ...]:
    """The edges of the cheapest way by edges that are kept; none if there is none."""
    at = np.flatnonzero(kept)
    tree = onward(graph.tail[at], graph.head[at], costs[at], len(graph.nodes), ends.end)
    if not np.isfinite(tree.cost[ends.start]):
        return ()
    edges, node = [], ends.start
    while (edge := int(tree.edge[node])) >= 0:
        edges.append(int(at[edge]))
        node = int(tree.node[node])
    return tuple(edges)


def _new(marks: _Marks, edges: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The share of a way's length that is not on another."""
    length = marks.length_km[list(edges)]
    shared = np.isin(marks.legs[list(edges)], marks.legs[list(other)])
    return float(length[~shared].sum() / length.sum()) if length.sum() else 1.0


def _marks(graph: Graph, ends: Ends) -> _Marks:
    network = graph.network
    outer = {f"country:{network.by_place[graph.nodes[node].place].country}" for node in ends}
    outer.add("country:")
    numbers: dict[str, int] = {}
    found: list[tuple[int, int]] = []
    places = [network.by_place[node.place] for node in graph.nodes]

    def named(edge: int) -> Iterator[str]:
        here, there = places[graph.tail[edge]], places[graph.head[edge]]
        for place in (here, there):
            yield f"country:{place.country}"
            if place.kind == "canal":
                yield f"place:{place.code}"
        if code := graph.steps[edge].leg:
            leg = network.by_leg[code]
            yield f"mode:{leg.mode}"
            if leg.group and (here.country != there.country or not here.country):
                yield f"group:{leg.group}"

    for edge in range(len(graph.steps)):
        names = {*named(edge)} - outer
        found += [(numbers.setdefault(name, len(numbers)), edge) for name in sorted(names)]
    of = np.zeros((len(numbers), len(graph.steps)), bool)
    if found:
        of[tuple(np.array(found).T)] = True
    codes = {code: at for at, code in enumerate(network.by_leg)}
    legs = np.array([codes.get(step.leg, -1) for step in graph.steps])
    return _Marks(of, np.array([step.distance_km for step in graph.steps]), legs)
