r"""When did the level of a series change: sup F (Andrews 1993) and Bai & Perron (1998, 2003).

.. math:: \operatorname{asinh} y_t = \mu_j + \sum_s \gamma_s 1[t \in s] + e_t,
   \qquad T_{j-1} \le t < T_j

The level shifts at unknown dates, seasons stay. Dates are the global minimisers of the squares left over,
for every number of breaks; their number is given by BIC (Yao 1988), by LWZ (Liu, Wu & Zidek 1997), which
autocorrelation misleads less, and by tests of one more break. The test of :math:`l + 1` against :math:`l`
is the largest sup F within any segment, with

.. math:: F(T) = \frac{\hat\delta(T)^2 \, \tilde d_T'\tilde d_T}{\hat\Omega}, \qquad
   p = 1 - (1 - p_{\sup F})^{l+1}

(Bai & Perron 1998, Econometrica 66:47, proposition 8), the long-run variance :math:`\hat\Omega` that of
residuals *with* the break (`sarai.flows.models.longrun`): one for all dates, as a variance for each date
rejects twice as often as it should in a hundred months. p-values are exact in the limit
(`sarai.flows.models.supremum`). A date's interval is Bai's (1997), each regime with its own variance.

A trend is not a break, but sup F takes one for it: look at `trend` first. Two breaks that cancel can hide
from the test of one; then the second test and LWZ still see them.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from sarai.flows.models.argmax import argmax_quantile
from sarai.flows.models.errors import TooFewPeriods
from sarai.flows.models.longrun import long_run
from sarai.flows.models.segments import Fit, best_partitions, level_columns, one_level, refined
from sarai.flows.models.series import Floats, as_series, check_level, seasons
from sarai.flows.models.supremum import sup_f_p
from sarai.goods import BadSetting

__all__ = ["SHORTEST", "Break", "Breaks", "SupF", "breaks", "sup_f"]

SHORTEST = 8  # observed periods of a segment, whatever the trimming: a level and its spread need them
TINY = 1e-12  # of a variance: what rounding leaves of none
NARROW = 0.49  # the share that each side keeps where a segment has room for one date only
LWZ = (0.299, 2.1)  # Liu, Wu & Zidek 1997, Statistica Sinica 7:497: c0, and the power 2 + delta0


class SupF(Struct, frozen=True):
    """The test of one break at an unknown date.

    Attributes
    ----------
    at
        Position of the first period of the new level.
    """

    statistic: float
    p: float
    at: int
    trimming: float


class Break(Struct, frozen=True):
    """A change of level.

    Attributes
    ----------
    at
        Position of the first observed period of the new level.
    earliest, latest
        Its interval. Holes before the earliest belong to it: the change may have been within them.
    shift
        Of asinh (or of the values, if they are not scaled), new less old.
    percent
        The same in per cent of the old level; None if values are not scaled.
    """

    at: int
    earliest: int
    latest: int
    shift: float
    percent: float | None


class Numbers(NamedTuple):
    """How many breaks there are, by each criterion."""

    sequential: int
    bic: int
    lwz: int


class Breaks(Struct, frozen=True):
    """The breaks of a series.

    Attributes
    ----------
    breaks
        As many as the criterion says that was asked for.
    partitions
        The best for 0, 1, ... breaks: positions.
    p
        Of one break more than 0, 1, ...: sup F(l+1 | l).
    bic, lwz
        For 0, 1, ... breaks; smaller is better.
    """

    breaks: tuple[Break, ...]
    numbers: Numbers
    partitions: tuple[tuple[int, ...], ...]
    p: tuple[float, ...]
    bic: tuple[float, ...]
    lwz: tuple[float, ...]
    level: float
    trimming: float
    periods: int
    holes: int


class _Seen(NamedTuple):
    """The observed periods of a series."""

    values: Floats
    beside: Floats  # seasons
    position: np.ndarray  # of each on the calendar
    periods: int

    def on_calendar(self, residuals: Floats) -> Floats:
        """Residuals of observed periods with their holes, as a column."""
        column = np.full((self.periods, 1), np.nan)
        column[self.position, 0] = residuals
        return column


def _seen(values: ArrayLike, cycle: int, scaled: bool, trimming: float) -> tuple[_Seen, int]:
    """What is observed, and the fewest observed periods of a segment."""
    if not 0 < trimming < 0.5:
        raise BadSetting(f"trimming {trimming} must lie between 0 and 0.5; 0.15 is usual")
    series = as_series(values, max(2 * SHORTEST, 2 * cycle if cycle > 1 else 0))
    known = np.isfinite(series)
    shortest = max(SHORTEST, math.ceil(trimming * known.sum()))
    if known.sum() < 2 * shortest:
        raise TooFewPeriods(
            f"{known.sum()} observed periods have no room for two segments of {shortest}; take a longer span"
        )
    level = np.arcsinh(series) if scaled else series
    beside = seasons(len(series), cycle)[known]
    return _Seen(level[known], beside, np.flatnonzero(known), len(series)), shortest


def sup_f(
    values: ArrayLike,
    *,
    cycle: int = 12,
    scaled: bool = True,
    trimming: float = 0.15,
    lag: int | None = None,
) -> SupF:
    """Test whether the level of a series changed at all, at a date that nobody names.

    Parameters
    ----------
    values : array of shape (periods,)
        On an unbroken calendar; NaN for a hole, which takes no part.
    cycle : int
        Periods of a year; 1 for values without seasons.
    scaled : bool
        Whether asinh is taken of them.
    trimming : float
        Share of observed periods that each side keeps, and `SHORTEST` at least.
    lag : int, optional
        The last lag of autocorrelation that counts; by default the data say.

    Raises
    ------
    BadSetting, TooFewPeriods
    """
    seen, shortest = _seen(values, cycle, scaled, trimming)
    return _next(seen, refined(seen.values, seen.beside, (), shortest), shortest, lag)


def _next(seen: _Seen, fit: Fit, shortest: int, lag: int | None) -> SupF | None:
    """The test of one break more, within any segment that has room for it; None if none has."""
    n = len(seen.values)
    ends = [*itertools.pairwise([0, *fit.breaks, n])]
    roomy = [(begin, end) for begin, end in ends if end - begin >= 2 * shortest]
    if not roomy:
        return None
    dates = [np.arange(begin + shortest, end - shortest + 1) for begin, end in roomy]
    segment = np.repeat(np.arange(len(roomy)), [len(some) for some in dates])
    first, last = np.concatenate(dates), np.array(roomy)[segment, 1]
    time = np.arange(n)[:, None]
    added = ((time >= first) & (time < last)).astype(np.float64)
    statistics, best = _wald(seen, fit, added, lag)
    largest = [float(statistics[segment == j].max()) for j in range(len(roomy))]
    shares = [min(shortest / (end - begin), NARROW) for begin, end in roomy]
    p = min(sup_f_p(f, share) for f, share in zip(largest, shares, strict=True))
    return SupF(
        statistic=max(largest),
        p=-math.expm1(len(roomy) * math.log1p(-p)) if p < 1 else 1.0,
        at=int(seen.position[first[best]]),
        trimming=shares[int(segment[best])],
    )


def _wald(seen: _Seen, fit: Fit, added: Floats, lag: int | None) -> tuple[Floats, int]:
    """F of each added column beside a fit, and which one explains most."""
    basis = _basis(np.column_stack([level_columns(fit.breaks, len(added)), seen.beside]))
    added = added - basis @ (basis.T @ added)
    squares = (added**2).sum(axis=0)
    explained = (added.T @ fit.residuals) ** 2 / squares
    best = int(explained.argmax())
    residuals = fit.residuals - added[:, best] * (added[:, best] @ fit.residuals / squares[best])
    variance = float(long_run(seen.on_calendar(residuals), lag)[0, 0])
    variance *= len(added) / (len(added) - basis.shape[1] - 1)
    if variance <= TINY * float(np.mean(fit.residuals**2)):
        return np.where(explained > 0, np.inf, 0.0), best
    return explained / variance, best


def _basis(columns: Floats) -> Floats:
    """Orthonormal columns that span the same; a season that is never seen adds none."""
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, size > 1e-9 * size[0]]


def breaks(
    values: ArrayLike,
    *,
    cycle: int = 12,
    scaled: bool = True,
    most: int = 5,
    trimming: float = 0.15,
    level: float = 0.95,
    by: str = "sequential",
    lag: int | None = None,
) -> Breaks:
    """How often the level of a series changed, and when.

    Parameters
    ----------
    values : array of shape (periods,)
        On an unbroken calendar; NaN for a hole, which takes no part.
    cycle, scaled, trimming, lag
        As for `sup_f`.
    most : int
        Breaks that are looked for, 1 or more.
    level : float
        Of the intervals; one less it is that of the tests.
    by : str
        What decides their number: ``sequential``, ``bic`` or ``lwz``.

    Raises
    ------
    BadSetting, TooFewPeriods
    """
    check_level(level)
    if most < 1 or by not in Numbers._fields:
        raise BadSetting(
            f"most={most}, by={by!r}: look for 1 break or more, decided by {', '.join(Numbers._fields)}"
        )
    seen, shortest = _seen(values, cycle, scaled, trimming)
    fits = _fits(seen, most, shortest)
    tests = (_next(seen, fit, shortest, lag) for fit in fits[:most])
    p = tuple(test.p for test in itertools.takewhile(bool, tests))
    bic, lwz = _criteria(fits, seen.beside.shape[1])
    significant = [value < 1 - level for value in p]
    numbers = Numbers(
        sequential=significant.index(False) if False in significant else len(p),
        bic=int(np.argmin(bic)),
        lwz=int(np.argmin(lwz)),
    )
    return Breaks(
        breaks=_described(seen, fits[getattr(numbers, by)], level, lag, scaled),
        numbers=numbers,
        partitions=tuple(tuple(int(seen.position[first]) for first in fit.breaks) for fit in fits),
        p=p,
        bic=bic,
        lwz=lwz,
        level=level,
        trimming=trimming,
        periods=seen.periods,
        holes=seen.periods - len(seen.values),
    )


def _fits(seen: _Seen, most: int, shortest: int) -> list[Fit]:
    """The best fit with 0, 1, ... breaks."""
    unbroken = refined(seen.values, seen.beside, (), shortest)
    begun = best_partitions(one_level(unbroken.residuals), most, shortest)
    return [refined(seen.values, seen.beside, found, shortest) for found in begun]


def _criteria(fits: list[Fit], beside: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """BIC and LWZ; a break costs two coefficients, its level and its date."""
    n = len(fits[0].residuals)
    bic, lwz = [], []
    for fit in fits:
        squares = max(float(fit.residuals @ fit.residuals), TINY)
        coefficients = 2 * len(fit.breaks) + 1 + beside
        bic.append(math.log(squares / n) + coefficients * math.log(n) / n)
        penalty = LWZ[0] * math.log(n) ** LWZ[1] / n
        lwz.append(math.log(squares / max(n - coefficients, 1)) + coefficients * penalty)
    return tuple(bic), tuple(lwz)


def _described(seen: _Seen, fit: Fit, level: float, lag: int | None, scaled: bool) -> tuple[Break, ...]:
    variances = _variances(seen, fit, lag)
    return tuple(
        _break(seen, first, float(fit.levels[j + 1] - fit.levels[j]), variances[j : j + 2], level, scaled)
        for j, first in enumerate(fit.breaks)
    )


def _variances(seen: _Seen, fit: Fit, lag: int | None) -> list[float]:
    """Of each regime: its own variance, times what autocorrelation makes of that of all together."""
    scaled = fit.residuals.copy()
    variances = []
    for segment in np.split(np.arange(len(scaled)), fit.breaks):
        variances.append(float(np.mean(fit.residuals[segment] ** 2)))
        scaled[segment] /= math.sqrt(variances[-1]) or 1.0
    inflation = float(long_run(seen.on_calendar(scaled), lag)[0, 0])
    return [variance * inflation for variance in variances]


def _break(
    seen: _Seen, first: int, shift: float, variances: list[float], level: float, scaled: bool
) -> Break:
    before, after = (max(variance, TINY) for variance in variances)
    tail = (1 - level) / 2
    # a true date is as far before the estimate as the estimate can fall behind a true one
    sooner = argmax_quantile(tail, after / before) * before / shift**2
    later = argmax_quantile(tail, before / after) * after / shift**2
    last = len(seen.position) - 1
    earliest = max(first - math.floor(sooner) - 1, 1)
    return Break(
        at=int(seen.position[first]),
        earliest=int(seen.position[earliest - 1]) + 1,
        latest=int(seen.position[min(first + math.floor(later) + 1, last)]),
        shift=shift,
        percent=100 * math.expm1(shift) if scaled else None,
    )
