"""A series without its seasons: STL that leaves holes where they are.

Cleveland, Cleveland, McRae & Terpenning (1990), *STL: A Seasonal-Trend Decomposition Procedure Based on
Loess*, Journal of Official Statistics 6:3. It takes no holes, so they are filled with what it makes of
the rest, trend and season, again and again until the filling stands still: a hole then says nothing of
its own. What comes out has its holes again.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from sarai.flows.models.errors import TooFewPeriods
from sarai.flows.models.series import Floats, as_series
from sarai.goods import BadSetting

__all__ = ["Adjusted", "adjusted"]

ROUNDS = 60  # of filling; a few holes need five
STILL = 1e-5  # of the spread of the series


class Adjusted(Struct, frozen=True):
    """A series in its parts: values = trend + seasonal + remainder, each of the length of the series.

    Attributes
    ----------
    adjusted
        Values without seasons: trend + remainder; NaN at holes.
    trend, seasonal
        NaN only before the first and after the last observed period; within holes they are interpolated.
    holes
        Whether a period was not observed.
    """

    adjusted: Floats
    trend: Floats
    seasonal: Floats
    remainder: Floats
    holes: np.ndarray


def adjusted(
    values: ArrayLike, *, cycle: int = 12, robust: bool = True, window: int | None = None
) -> Adjusted:
    """Take the seasons out of a series.

    Parameters
    ----------
    values : array of shape (periods,)
        On an unbroken calendar, NaN for a hole. Seasons add up: give logarithms or asinh of trade.
    cycle : int
        Periods of a year.
    robust : bool
        Whether outliers lose their weight.
    window : int, optional
        Over how many years (odd, 7 or more) the seasons may drift; by default they stay the same,
        which is all that a few years can tell.

    Raises
    ------
    TooFewPeriods
        Less than two years, or a season that is observed in fewer than two of them.
    """
    if cycle < 2:
        raise BadSetting(f"a cycle of {cycle} periods has no seasons; give 12 for months, 4 for quarters")
    series = as_series(values, 2 * cycle)
    _check_seasons(series, cycle)
    first, last = np.flatnonzero(np.isfinite(series))[[0, -1]]
    within = slice(first, last + 1)
    parts = _filled_and_parted(series[within], cycle, robust, window)
    trend, seasonal = (_at(part, within, len(series)) for part in parts)
    return Adjusted(
        adjusted=series - seasonal,
        trend=trend,
        seasonal=seasonal,
        remainder=series - seasonal - trend,
        holes=np.isnan(series),
    )


def _check_seasons(series: Floats, cycle: int) -> None:
    season = np.arange(len(series)) % cycle
    times = np.bincount(season[np.isfinite(series)], minlength=cycle)
    if times.min() < 2:
        rare = int(times.argmin())
        raise TooFewPeriods(
            f"season {rare + 1} of {cycle}, counted from the first period, is observed {times[rare]} times, "
            "and its own level needs 2; take a longer span, or measure without seasons"
        )


def _filled_and_parted(series: Floats, cycle: int, robust: bool, window: int | None) -> tuple[Floats, Floats]:
    from statsmodels.tsa.seasonal import STL

    holes = np.isnan(series)
    options = {"seasonal": window} if window else {"seasonal": 10 * len(series) + 1, "seasonal_deg": 0}
    filled = _first_filling(series, cycle)
    still = STILL * (np.nanstd(series) or 1.0)
    for _ in range(ROUNDS):
        parts = STL(filled, period=cycle, robust=robust, **options).fit()
        step = np.where(holes, parts.trend + parts.seasonal - filled, 0.0)
        if np.abs(step).max() <= still:
            break
        filled = filled + step
    return parts.trend, parts.seasonal


def _first_filling(series: Floats, cycle: int) -> Floats:
    """Each season's median, about a straight line between neighbours."""
    season = np.arange(len(series)) % cycle
    usual = np.array([np.nanmedian(series[season == s]) for s in range(cycle)])
    usual = (usual - usual.mean())[season]
    holes = np.isnan(series)
    position = np.arange(len(series))
    line = np.interp(position, position[~holes], (series - usual)[~holes])
    return np.where(holes, line + usual, series)


def _at(part: Floats, within: slice, periods: int) -> Floats:
    whole = np.full(periods, np.nan)
    whole[within] = part
    return whole
