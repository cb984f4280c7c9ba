"""A graph laid out for search: the steps by where they begin, and what is left to go from everywhere."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Layout", "Onward", "layout", "onward", "reached"]


class Layout(NamedTuple):
    """The edges of a graph by the node where they begin.

    Attributes
    ----------
    first : ndarray of int32, shape (nodes + 1,)
        Where the edges of a node begin in `order`.
    order : ndarray of int32, shape (edges,)
        Indices of edges.
    """

    first: np.ndarray
    order: np.ndarray

    def out(self, node: int) -> np.ndarray:
        """The edges that begin at a node, in order of their index."""
        return self.order[self.first[node] : self.first[node + 1]]


class Onward(NamedTuple):
    """The shortest way from everywhere to one node.

    Attributes
    ----------
    cost : ndarray of float64, shape (nodes,)
        What it costs; infinite where there is none.
    edge : ndarray of int64, shape (nodes,)
        Its first edge; -1 where there is none, and at the end itself.
    node : ndarray of int32, shape (nodes,)
        Where that edge ends; negative where there is none.
    """

    cost: np.ndarray
    edge: np.ndarray
    node: np.ndarray


def layout(ends: np.ndarray, nodes: int) -> Layout:
    """The edges by the node at one of their ends, given for each edge."""
    from scipy.sparse import coo_array

    edges = len(ends)
    at = (ends, np.arange(edges, dtype=np.int32))
    counted = coo_array((np.ones(edges, np.int8), at), shape=(nodes, edges)).tocsr()  # faster than sorting
    return Layout(counted.indptr, counted.indices)


def onward(tail: np.ndarray, head: np.ndarray, costs: np.ndarray, nodes: int, end: int) -> Onward:
    """The shortest way from each node to `end`: Dijkstra's algorithm against the edges."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    first, order = layout(head, nodes)
    against = csr_array((costs[order], tail[order], first), shape=(nodes, nodes))
    cost, following = dijkstra(against, indices=end, return_predecessors=True)
    edge = np.full(nodes, -1)
    used = np.flatnonzero(following[tail] == head)
    used = used[cost[tail[used]] == costs[used] + cost[head[used]]][::-1]
    edge[tail[used]] = used  # of parallel edges that cost the same, the first
    return Onward(cost, edge, following)


def reached(tail: np.ndarray, head: np.ndarray, nodes: int, start: int) -> np.ndarray:
    """Whether edges lead from `start` to a node, for each; bool, shape (nodes,)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    first, order = layout(tail, nodes)
    along = csr_array((np.ones(len(order)), head[order], first), shape=(nodes, nodes))
    there = np.zeros(nodes, bool)
    there[breadth_first_order(along, start, return_predecessors=False)] = True
    return there
