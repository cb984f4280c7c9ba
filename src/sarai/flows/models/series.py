"""What the models of a series share: its checks, its observed periods, and the months of its year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sarai.flows.models.errors import TooFewPeriods
from sarai.goods import BadSetting

__all__ = ["Floats", "Interval", "as_series", "check_level", "seasons"]

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A confidence interval, both ends included."""

    low: float
    high: float


def as_series(values: ArrayLike, least: int, name: str = "series") -> Floats:
    """A series on an unbroken calendar, its holes NaN, with at least so many observed periods.

    Raises
    ------
    BadSetting
        It is not one-dimensional, or holds an infinite value.
    TooFewPeriods
        Fewer periods are observed.
    """
    series = np.asarray(values, dtype=np.float64)
    if series.ndim != 1:
        raise BadSetting(f"{name} has {series.ndim} dimensions; give one value per period, NaN for a hole")
    if np.isinf(series).any():
        raise BadSetting(f"{name} is infinite at position {np.flatnonzero(np.isinf(series))[0]}")
    observed = int(np.isfinite(series).sum())
    if observed < least:
        raise TooFewPeriods(
            f"{name} has {observed} observed periods of {len(series)}, and {least} are needed; "
            "take a longer span or a source with fewer holes"
        )
    return series


def check_level(level: float) -> None:
    """Refuse a confidence level that is none.

    Raises
    ------
    BadSetting
        It is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise BadSetting(f"confidence level {level} must lie between 0 and 1; 0.95 is usual")


def seasons(periods: int, cycle: int = 12) -> Floats:
    """Indicators of all but one season of a cycle, each with mean zero over whole cycles.

    Returns
    -------
    array of shape (periods, cycle - 1)
        With mean zero, so that they leave the level of a series where it is.

    >>> seasons(4, 2)[:, 0].tolist()
    [0.5, -0.5, 0.5, -0.5]
    """
    season = np.arange(periods)[:, None] % cycle == np.arange(cycle - 1)
    return season - 1 / cycle
