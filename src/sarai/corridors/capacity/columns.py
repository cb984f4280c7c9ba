"""Columns of the restricted master: a way of a demand, or of empties from one yard to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sarai.corridors.capacity.model import Model

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Column", "empties_column", "way_column"]


class Column(NamedTuple):
    """What one tonne on a way (or one empty unit) costs and takes.

    Attributes
    ----------
    pair : int
        Of a demand's start and end, as the model numbers them; -1 for empties.
    fleet : int
        -1 for goods that nothing comes back of.
    path : ndarray of int32
        Steps, as the good's `Net` or the fleet numbers them.
    cost : float
    bounds, takes : ndarray
        Bounds that it counts against, and how much.
    yards, leaves : ndarray
        Places where it leaves empty units (negative: takes them), and how many.
    between : tuple of int
        Of empties, the place that they are taken from and the one that they are left at.
    """

    pair: int
    fleet: int
    path: np.ndarray
    cost: float
    bounds: np.ndarray
    takes: np.ndarray
    yards: np.ndarray
    leaves: np.ndarray
    between: tuple[int, int] = (-1, -1)


def way_column(model: Model, pair: int, path: np.ndarray) -> Column:
    """A way of a demand."""
    good = model.goods[model.good_of[pair]]
    net = good.net
    counted, counts = _of_rows(net.counts, path)
    bounds, takes = _summed(counted, counts * good.takes[counted])
    yards, leaves = np.zeros(0, np.int32), np.zeros(0)
    if good.fleet >= 0:
        places = net.place[net.tail[path]]
        left = (net.empties[path].astype(float) - net.fills[path]) / good.per_unit
        yards, leaves = _summed(places, left)
    return Column(pair, good.fleet, path, float(good.cost[path].sum()), bounds, takes, yards, leaves)


def empties_column(model: Model, fleet: int, path: np.ndarray, start: int, end: int) -> Column:
    """A way of an empty unit from the yard of a place to that of another (indices of places)."""
    made = model.fleets[fleet]
    bounds, takes = _summed(*_of_rows(made.takes, path))
    return Column(
        -1, fleet, path, float(made.cost[path].sum()), bounds, takes,
        np.array([start, end], np.int32), np.array([-1.0, 1.0]), (start, end),
    )  # fmt: skip


def _of_rows(matrix: csr_array, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns and values of rows, one row after the other."""
    first = matrix.indptr[rows]
    lengths = matrix.indptr[rows + 1] - first
    before = np.cumsum(lengths) - lengths
    at = np.repeat(first - before, lengths) + np.arange(lengths.sum())
    return matrix.indices[at], matrix.data[at]


def _summed(at: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each index once with the sum of its values; none that come to nothing."""
    found, inverse = np.unique(at, return_inverse=True)
    sums = np.bincount(inverse, values, len(found))
    kept = sums != 0
    return found[kept].astype(np.int32), sums[kept]
