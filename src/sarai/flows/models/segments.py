"""The partitions of a series that leave least over, for every number of breaks (Bai & Perron 2003).

Dynamic programming over all pairs of ends finds the global minimum: the best partition of the first n
observations with m breaks is the best with m - 1 of some first part, and one segment more (Bai & Perron
2003, Journal of Applied Econometrics 18:1, section 3).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sarai.flows.models.series import Floats

__all__ = ["Fit", "best_partitions", "level_columns", "one_level", "refined"]

ROUNDS = 50  # of refining; two or three are usual


def one_level(values: Floats) -> Floats:
    """What the mean of each segment leaves over.

    Returns
    -------
    array of shape (n, n + 1)
        Sum of squares of values[i:j] about their mean; infinite where j <= i.
    """
    n = len(values)
    total = np.concatenate([[0.0], np.cumsum(values - values.mean())])
    squares = np.concatenate([[0.0], np.cumsum((values - values.mean()) ** 2)])
    start, end = np.arange(n)[:, None], np.arange(n + 1)[None, :]
    length = np.where(end > start, end - start, 1)
    left = (squares[end] - squares[start]) - (total[end] - total[start]) ** 2 / length
    return np.where(end > start, np.maximum(left, 0.0), np.inf)


def best_partitions(cost: Floats, most: int, shortest: int) -> list[tuple[int, ...]]:
    """The cheapest partition with 0, 1, ... breaks, as many as have room.

    Parameters
    ----------
    cost : array of shape (n, n + 1)
        Of a segment from i up to, not including, j.
    most, shortest : int
        Breaks; observations of a segment.

    Returns
    -------
    list of tuples
        The first observation of every segment but the first.
    """
    n = len(cost)
    allowed = np.arange(n + 1)[None, :] - np.arange(n)[:, None] >= shortest
    cost = np.where(allowed, cost, np.inf)
    reached, last = [cost[0]], []
    for _ in range(most):
        ways = reached[-1][:n, None] + cost  # [i, j]: the last segment is i..j
        last.append(ways.argmin(axis=0))
        reached.append(ways.min(axis=0))
    room = [m for m in range(most + 1) if np.isfinite(reached[m][n])]
    return [_followed(last, m, n) for m in room]


def _followed(last: list[np.ndarray], breaks: int, end: int) -> tuple[int, ...]:
    found = []
    for m in reversed(range(breaks)):
        end = int(last[m][end])
        found.append(end)
    return tuple(reversed(found))


class Fit(NamedTuple):
    """Levels between breaks, and what they and the columns beside them leave over."""

    breaks: tuple[int, ...]
    levels: Floats
    residuals: Floats


def refined(values: Floats, beside: Floats, breaks: tuple[int, ...], shortest: int) -> Fit:
    """Breaks in the level of values while coefficients beside it stay the same throughout.

    In turns: coefficients given breaks, breaks given coefficients (Bai & Perron 2003, section 3.3), until
    nothing less is left over.

    Parameters
    ----------
    values : array of shape (n,)
    beside : array of shape (n, k)
        Without any column, nothing has to be refined.
    breaks : tuple of int
        To begin with.
    """
    fit, rest = _fit(values, beside, breaks)
    for _ in range(ROUNDS if beside.shape[1] else 0):
        again, rest = _fit(values, beside, best_partitions(one_level(rest), len(breaks), shortest)[-1])
        if again.residuals @ again.residuals >= fit.residuals @ fit.residuals:
            break
        fit = again
    return fit


def level_columns(breaks: tuple[int, ...], n: int) -> Floats:
    """An indicator of each segment, shape (n, segments).

    >>> level_columns((2,), 3).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
    """
    segment = np.searchsorted(breaks, np.arange(n), side="right")
    return (segment[:, None] == np.arange(len(breaks) + 1)).astype(np.float64)


def _fit(values: Floats, beside: Floats, breaks: tuple[int, ...]) -> tuple[Fit, Floats]:
    """The fit, and values without what stands beside the levels."""
    levels = level_columns(breaks, len(values))
    design = np.column_stack([levels, beside])
    coefficients = np.linalg.lstsq(design, values, rcond=None)[0]
    count = levels.shape[1]
    rest = values - beside @ coefficients[count:]
    return Fit(breaks, coefficients[:count], values - design @ coefficients), rest
