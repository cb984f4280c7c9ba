"""How good a ranking is: precision, recall and value caught where n % of declarations are opened.

Outcomes are known only of what was opened. Each counts as 1 / propensity, so that what was opened
stands for all that might have been (Horvitz and Thompson, 1952). Where everything was opened, each
counts as one and these are the plain shares.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from sarai.watch.targeting.calibration import Z95, Reliability
from sarai.watch.targeting.declarations import Declarations, Floats, Whole
from sarai.watch.targeting.settings import PERCENTS

RESAMPLES = 1_000
MOST_DRAWS = 200_000_000  # over all resamples: a quarter of a minute; large tables have narrow intervals
LEAST_RESAMPLES = 100
CENTRAL = (2.5, 97.5)


class Estimate(Struct, frozen=True):
    """A figure and its interval of 95 %; nothing where it cannot be told."""

    value: float | None
    low: float | None = None
    high: float | None = None


class AtPercent(Struct, frozen=True):
    """What opening the first so many percent would have brought.

    Attributes
    ----------
    opened
        How many declarations of the table that is.
    precision
        The share of them in which something was found.
    recall
        The share of all that was there to be found.
    value
        The share of the value of all that was there to be found.
    """

    percent: float
    opened: int
    precision: Estimate
    recall: Estimate
    value: Estimate


class Measures(Struct, frozen=True):
    """How good a ranking was on declarations whose outcomes are known.

    Attributes
    ----------
    rate
        The share of all in which something is found: what opening by chance would bring.
    """

    declarations: int
    wrong: int
    rate: Estimate
    at: tuple[AtPercent, ...]
    reliability: Reliability | None = None


def measure(
    scores: Floats,
    judged: Declarations,
    rng: np.random.Generator,
    percents: Sequence[float] = PERCENTS,
    resamples: int = RESAMPLES,
) -> Measures:
    """Measure a ranking; those that were not opened are left out, ties are broken by chance.

    Intervals are those of a bootstrap: declarations are drawn again, as many, with replacement.
    """
    told = np.flatnonzero(~np.isnan(judged.outcome))
    order = told[np.lexsort((rng.random(len(told)), -scores[told]))]
    outcome, value = judged.outcome[order], judged.value[order]
    weight = 1 / judged.propensity[order]
    limits = np.array(percents, np.float64) / 100
    if not len(order):
        return Measures(0, 0, Estimate(None), ())
    often = min(resamples, max(MOST_DRAWS // len(order), LEAST_RESAMPLES))
    drawn = [_shares(outcome, value, weight * _resample(len(order), rng), limits) for _ in range(often)]
    estimates = _estimates(_shares(outcome, value, weight, limits), np.array(drawn))
    opened = _opened(weight, limits)
    return Measures(
        declarations=len(order),
        wrong=int(outcome.sum()),
        rate=_rate(outcome, weight),
        at=tuple(
            AtPercent(float(percent), int(opened[place]), *estimates[:, place])
            for place, percent in enumerate(percents)
        ),
    )


def _resample(count: int, rng: np.random.Generator) -> Whole:
    """How often each declaration is drawn."""
    return np.bincount(rng.integers(0, count, count), minlength=count)


def _opened(weight: Floats, limits: Floats) -> Whole:
    """How many are opened at each limit: as many as the budget allows, but at least the first that counts."""
    passed = np.cumsum(weight)
    allowed = np.searchsorted(passed, limits * passed[-1] + 1e-9, side="right")
    return np.maximum(allowed, np.argmax(weight > 0) + 1)


def _shares(outcome: Floats, value: Floats, weight: Floats, limits: Floats) -> Floats:
    """Precision, recall and value caught (rows) at each limit; NaN where there is nothing to share out."""
    last = _opened(weight, limits) - 1
    opened, found, worth = (np.cumsum(weight * each) for each in (1.0, outcome, outcome * value))
    with np.errstate(invalid="ignore"):
        return np.stack([found[last] / opened[last], found[last] / found[-1], worth[last] / worth[-1]])


def _estimates(shares: Floats, drawn: Floats) -> NDArray[np.object_]:
    estimates = np.empty(shares.shape, object)
    for place in np.ndindex(shares.shape):
        values = drawn[(slice(None), *place)]
        values = values[~np.isnan(values)]
        if np.isnan(shares[place]) or not len(values):
            estimates[place] = Estimate(None)
        else:
            estimates[place] = Estimate(float(shares[place]), *np.percentile(values, CENTRAL).tolist())
    return estimates


def rate_of_all(judged: Declarations) -> Estimate:
    """The share of all declarations in which something would be found, from those that were opened.

    Unbiased if every declaration could have been drawn: what was opened by chance stands for what
    was not.
    """
    told = ~np.isnan(judged.outcome)
    return _rate(judged.outcome[told], 1 / judged.propensity[told])


def _rate(outcome: Floats, weight: Floats) -> Estimate:
    """Hajek's ratio, with its linearised variance."""
    if not len(outcome):
        return Estimate(None)
    rate = float(np.average(outcome, weights=weight))
    spread = Z95 * float(np.sqrt(((weight * (outcome - rate)) ** 2).sum()) / weight.sum())
    return Estimate(rate, max(0.0, rate - spread), min(1.0, rate + spread))
