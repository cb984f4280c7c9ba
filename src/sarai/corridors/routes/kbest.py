"""The k best ways by one cost."""

from __future__ import annotations

from itertools import accumulate, islice
from math import inf

from sarai.corridors.graph import Graph
from sarai.corridors.routes.blocked import unreachable
from sarai.corridors.routes.paths import Path, both_ends, path_of
from sarai.corridors.routes.shortest import Edges, Rule, Search, simple_paths
from sarai.corridors.routes.weighing import Weighing
from sarai.goods import BadSetting

__all__ = ["MOST_WAYS", "k_best", "roundabout"]

MOST_WAYS = 10_000  # nobody reads more, and each costs memory
SAME = 1e-9  # relative: sums that differ by less are the same


def k_best(graph: Graph, start: str, end: str, k: int, weigh: Weighing | None = None) -> list[Path]:
    """The k simple ways that cost least, the cheapest first; fewer if there are not so many.

    A way is simple if the goods are nowhere twice in the same state. One that does at a place in several
    steps, or by leaving it and coming back, what a single step there does at no higher cost is left out
    (`roundabout`): it says nothing that a better one does not. The best way is never left out so.

    Parameters
    ----------
    start, end : str
        Places, by code or name.
    k : int
        1 to `MOST_WAYS`.
    weigh : Weighing, optional
        What counts; by default dollars.

    Raises
    ------
    Unreachable
        There is none.
    BadSetting
        Start and end are the same place, or `k` or a weight cannot be used.
    """
    if not 1 <= k <= MOST_WAYS:
        raise BadSetting(f"{k} ways cannot be asked for; take 1 to {MOST_WAYS:,}")
    costs = (weigh or Weighing()).costs(graph.weights)
    first, last = both_ends(graph, start, end)
    search = Search(graph.tail, graph.head, costs, len(graph.nodes), last)
    if search.left[first] == inf:
        raise unreachable(graph, graph.network.place(start), graph.network.place(end))
    found = simple_paths(search, first, roundabout(graph, search))
    return [path_of(graph, edges, cost) for cost, edges in islice(found, k)]


def roundabout(graph: Graph, search: Search) -> Rule:
    """A rule for `simple_paths` that finds where a way goes a roundabout way; see `k_best`."""

    def rule(edges: Edges) -> int | None:
        along = list(edges)
        nodes = [int(graph.tail[along[0]]), *graph.head[along].tolist()]
        spent = list(accumulate(search.costs[along].tolist(), initial=0.0))
        before: dict[str, list[int]] = {}
        for at, node in enumerate(nodes):
            earlier = before.setdefault(graph.nodes[node].place, [])
            for one in earlier:
                single = _single(search, nodes[one], node) if one < at - 1 else inf
                if single <= (spent[at] - spent[one]) * (1 + SAME):
                    return at
            earlier.append(at)
        return None

    return rule


def _single(search: Search, tail: int, head: int) -> float:
    """What it costs to get from one node to another in one step; infinite if that cannot be done."""
    return min((cost for _, other, cost in search.out(tail) if other == head), default=inf)
