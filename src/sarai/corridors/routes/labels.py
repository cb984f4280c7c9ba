"""Paths between which no criterion decides: label setting with bounds (Martins 1984; NAMOA*, Mandow 2010).

A label is a beginning of a path: its sums of each criterion so far, and at least to the end. What is least
in each criterion from a node on is exact, from a tree of shortest paths for each. Labels are settled in
order of their whole bound, weighed so that one that is beaten comes after the one that beats it; so what is
settled stays.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

import numpy as np

from sarai.corridors.routes.layout import Layout

__all__ = ["Labelled", "settle"]

ROUNDING = 1e-12


class Labelled(NamedTuple):
    """What label setting found.

    Attributes
    ----------
    paths : list of tuple of int
        Edges; the path with the least weighed sum first.
    settled : int
        Labels.
    whole : bool
        Whether nothing was left to do when it ended.
    """

    paths: list[tuple[int, ...]]
    settled: int
    whole: bool


class _Rows:
    """Vectors that grow, to ask whether one of them is nowhere above others."""

    def __init__(self, width: int) -> None:
        self.rows, self.count = np.empty((8, width)), 0

    def add(self, row: np.ndarray) -> None:
        if self.count == len(self.rows):
            self.rows = np.concatenate([self.rows, np.empty_like(self.rows)])
        self.rows[self.count] = row
        self.count += 1

    def below(self, row: np.ndarray) -> bool:
        return bool((self.rows[: self.count] <= row).all(axis=1).any())

    def below_each(self, rows: np.ndarray) -> np.ndarray:
        return (self.rows[None, : self.count] <= rows[:, None]).all(axis=2).any(axis=1)


def settle(
    lines: Layout,
    head: np.ndarray,
    weights: np.ndarray,
    least: np.ndarray,
    ends: tuple[int, int],
    *,
    within: float,
    most_labels: int,
) -> Labelled:
    """Paths such that every path has one that is in no criterion more than ``1 + within`` times it.

    Parameters
    ----------
    lines, head : Layout, ndarray
        Edges by the node where they begin, and where each ends.
    weights : ndarray, shape (edges, criteria)
    least : ndarray, shape (nodes, criteria)
        What is least in each criterion from a node to the end; infinite where no path leads on.
    within : float
        With 0 every path that none beats is found, of those equal in all one.
    """
    (start, end), width = ends, weights.shape[1]
    scale = 1 / np.where(least[start] > 0, least[start], 1.0)
    slack = (1 + within) * (1 + ROUNDING)
    closed: dict[int, _Rows] = {}
    complete, serial, settled = _Rows(width), count(), 0
    paths: list[tuple[int, ...]] = []
    queue: list[tuple] = [(0.0, next(serial), start, np.zeros(width), None)]
    while queue:
        _, _, node, spent, came = heappop(queue)
        known = closed.setdefault(node, _Rows(width))
        if known.below(spent) or complete.below((spent + least[node]) * slack):
            continue
        if settled == most_labels:
            return Labelled(paths, settled, False)
        known.add(spent)
        settled += 1
        if node == end:
            complete.add(spent)
            paths.append(_back(came))
            continue
        edges = lines.out(node)
        then = spent + weights[edges]
        whole = then + least[head[edges]]
        wanted = np.isfinite(whole).all(axis=1) & ~complete.below_each(whole * slack)
        for at, order in zip(np.flatnonzero(wanted).tolist(), (whole[wanted] @ scale).tolist(), strict=True):
            there = int(head[edges[at]])
            if there not in closed or not closed[there].below(then[at]):
                heappush(queue, (order, next(serial), there, then[at], (int(edges[at]), came)))
    return Labelled(paths, settled, True)


def _back(came: tuple | None) -> tuple[int, ...]:
    edges = []
    while came is not None:
        edges.append(came[0])
        came = came[1]
    return tuple(reversed(edges))
