r"""Weights that share out columns of one matrix over columns of another, by constrained least squares.

Rows of :math:`X` and :math:`Y` are observers (reporters of trade), columns the codes before and after a
change of classification. With :math:`S` the links that may be,

.. math::
    \min_B \sum_{k,j} \frac{1}{r_k\,\bar y_j} \Bigl(y_{kj} - \sum_i x_{ki} b_{ij}\Bigr)^2
    \quad\text{with}\quad b_{ij} \ge 0,\ \sum_j b_{ij} = 1,\ b_{ij} = 0 \text{ outside } S

where :math:`r_k` is the sum of row :math:`k` of :math:`Y`, each row of :math:`X` is first brought to that
sum (growth between the two drops out), and :math:`\bar y_j` is the mean of :math:`y_{kj}/\sqrt{r_k}`. The
divisors stand for the variance, which grows with what is traded (Pearson's :math:`\chi^2`). By the first,
what is learnt meets the totals and yet is not the business of the largest reporter alone; by the second, a
small code counts beside a large one, with whose errors it would else be filled, which looks like a surge.

Source: Lukaszuk and Torun, *Harmonizing the Harmonized System*, University of St. Gallen, Economics Working
Paper 2212 (2022), whose problem this is but for the two scalings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CONFIDENCE", "Apportioned", "apportioned"]

CONFIDENCE = 0.95
TIE = 1e-6  # pull towards the prior, of the mean curvature: decides only what data leave open
PENALTY = 1e3  # of a sum that is not one, in units of the square root of the mean curvature
LEAST_COLUMN = 1e-3  # of the mean column: one without any trade would else outweigh all


class Apportioned(NamedTuple):
    """Weights, codes by target codes, with the ends of their intervals."""

    weights: NDArray
    low: NDArray
    high: NDArray


class _Problem(NamedTuple):
    """A group's links: link number l leads from `origin[l]` to `end[l]`."""

    origin: NDArray
    end: NDArray
    prior: NDArray
    column: NDArray


def apportioned(x: NDArray, y: NDArray, prior: NDArray, links: NDArray, observers: NDArray) -> Apportioned:
    """The weights that carry `x` into `y`, and how far they hang on single observers.

    Intervals are of `CONFIDENCE`, by the jackknife: observers are left out one after the other, and Student's
    t has as many degrees of freedom as observers of equal size would give, less one. They tell of observers
    that differ. They do not tell of trade that changed everywhere at once, nor of what noise in `x` adds,
    which draws weights together.

    Parameters
    ----------
    x : (rows, codes) array
        Trade under the codes to be shared out; no row of zeros.
    y : (rows, targets) array
        The same trade under the target codes; no row of zeros.
    prior : (codes, targets) array
        What stands where the data say nothing; rows sum to one.
    links : (codes, targets) array of bool
        Where weights may be; at least one in each row.
    observers : (rows,) array of int
        Which rows are of one observer, counted from 0; at least two observers.
    """
    import numpy as np

    total = y.sum(axis=1, keepdims=True)
    x, y = x * np.sqrt(total) / x.sum(axis=1, keepdims=True), y / np.sqrt(total)
    column = y.mean(axis=0)
    column = np.maximum(column, LEAST_COLUMN * column.mean())
    origin, end = np.nonzero(links)
    problem = _Problem(origin, end, prior[origin, end], column)
    best = _solved(problem, x.T @ x, x.T @ y)
    left_out = np.array(list(_without_one(problem, x, y, observers)))
    spread = _spread(left_out, np.bincount(observers, total[:, 0]))
    placed = (best, np.clip(best - spread, 0, 1), np.clip(best + spread, 0, 1))
    return Apportioned(*(_matrix(links, values) for values in placed))


def _without_one(problem: _Problem, x: NDArray, y: NDArray, observers: NDArray) -> Iterator[NDArray]:
    import numpy as np

    xx, xy = x.T @ x, x.T @ y
    for observer in np.unique(observers):
        own_x, own_y = x[observers == observer], y[observers == observer]
        yield _solved(problem, xx - own_x.T @ own_x, xy - own_x.T @ own_y)


def _spread(left_out: NDArray, sizes: NDArray) -> NDArray:
    """Half the width of the interval of each weight, from what it is without one observer."""
    import numpy as np
    from scipy.stats import t

    count = len(left_out)
    variance = (count - 1) / count * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
    alike = sizes.sum() ** 2 / (sizes**2).sum()  # Kish's effective number
    return t.ppf((1 + CONFIDENCE) / 2, max(alike - 1, 1)) * np.sqrt(variance)


def _solved(problem: _Problem, xx: NDArray, xy: NDArray) -> NDArray:
    """The weight of each link: non-negative least squares, with the sums as heavily weighted rows."""
    import numpy as np
    from scipy.optimize import nnls

    origin, end, prior, column = problem
    curvature = np.where(end[:, None] == end, xx[np.ix_(origin, origin)], 0) / column[end]
    scale = np.trace(curvature) / len(end)
    curvature = curvature / scale + TIE * np.eye(len(end))
    slope = xy[origin, end] / column[end] / scale + TIE * prior
    root = np.linalg.cholesky(curvature)
    sums = PENALTY * (np.arange(len(xx))[:, None] == origin)
    rows, wanted = np.vstack([root.T, sums]), np.linalg.solve(root, slope)
    weights, _ = nnls(rows, np.concatenate([wanted, np.full(len(xx), PENALTY)]), maxiter=100 * len(end))
    return weights / np.bincount(origin, weights)[origin]


def _matrix(links: NDArray, values: NDArray) -> NDArray:
    import numpy as np

    matrix = np.zeros(links.shape)
    matrix[links] = values
    return matrix
