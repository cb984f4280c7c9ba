"""From scores to probabilities, and how far these can be believed.

A score is turned into a probability on declarations that the trees have not seen: by isotonic
regression where there are enough of them, else by Platt's sigmoid, which has two numbers to learn
(Niculescu-Mizil and Caruana, 2005: isotonic regression is the better from about 1,000 on).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct

from sarai.watch.targeting.declarations import Floats

LEAST_ISOTONIC, LEAST_OF_EACH = 1_000, 100  # outcomes, and of each kind, to draw steps from
BINS = 10
Z95 = 1.96


class Calibrator(Struct, frozen=True):
    """A rising curve from scores to probabilities.

    ``platt``: 1 / (1 + exp(-(slope x score + offset))). ``isotonic``: straight lines between points.
    """

    method: Literal["platt", "isotonic"]
    slope: float = 0.0
    offset: float = 0.0
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()

    def __call__(self, scores: Floats) -> Floats:
        """The probability that something would be found."""
        if self.method == "isotonic":
            return np.interp(scores, self.scores, self.probabilities)
        return _sigmoid(self.slope * scores + self.offset)


class Bin(Struct, frozen=True):
    """Declarations of like probability: what was said, what was found, and where the truth may lie (95 %)."""

    declarations: int
    said: float
    found: float
    low: float
    high: float


class Reliability(Struct, frozen=True):
    """How far probabilities can be believed.

    Attributes
    ----------
    brier
        Mean squared difference of probability and outcome; ``brier_of_rate`` if all were given the
        rate of all.
    ece
        Expected calibration error: the mean gap between said and found over the bins.
    """

    brier: float
    brier_of_rate: float
    ece: float
    bins: tuple[Bin, ...]


def calibrate(scores: Floats, outcome: Floats, weight: Floats) -> Calibrator:
    """Learn the curve from declarations that the trees have not seen."""
    wrong = int(outcome.sum())
    if len(scores) >= LEAST_ISOTONIC and min(wrong, len(scores) - wrong) >= LEAST_OF_EACH:
        return _isotonic(scores, outcome, weight)
    return _platt(scores, outcome, weight)


def _isotonic(scores: Floats, outcome: Floats, weight: Floats) -> Calibrator:
    from scipy.optimize import isotonic_regression

    levels, which = np.unique(scores, return_inverse=True)
    mass = np.bincount(which, weight)
    found = isotonic_regression(np.bincount(which, weight * outcome) / mass, weights=mass)
    steps = _never_sure(found.x, np.bincount(which))
    bends = np.ones(len(steps), bool)  # the inner points of a level stretch say nothing
    bends[1:-1] = (steps[1:-1] != steps[:-2]) | (steps[1:-1] != steps[2:])
    return Calibrator(
        "isotonic", scores=tuple(levels[bends].tolist()), probabilities=tuple(steps[bends].tolist())
    )


def _never_sure(steps: Floats, counts: Floats) -> Floats:
    """Steps of which the lowest is not never, and the highest not always, but none passes the next.

    After so many of one kind, one of as many and two more is of the other (Laplace's rule of succession).
    """
    lowest, highest = steps == steps[0], steps == steps[-1]
    if lowest.all():
        edge = 1 / (counts.sum() + 2)
        return np.clip(steps, edge, 1 - edge)
    least, most = 1 / (counts[lowest].sum() + 2), 1 - 1 / (counts[highest].sum() + 2)
    bottom = max(steps[0], min(least, steps[~lowest][0]))
    top = min(steps[-1], max(most, steps[~highest][-1]))
    return np.where(lowest, bottom, np.where(highest, top, steps))


def _platt(scores: Floats, outcome: Floats, weight: Floats) -> Calibrator:
    """Fit Platt's sigmoid, with his targets, which keep away from 0 and 1 (Platt, 1999)."""
    from scipy.optimize import minimize

    wrong = outcome.sum()
    aims = np.where(outcome == 1, (wrong + 1) / (wrong + 2), 1 / (len(outcome) - wrong + 2))
    mean, spread = scores.mean(), max(float(scores.std()), 1e-9)
    level = (scores - mean) / spread

    def loss(curve: Floats) -> tuple[float, Floats]:
        logit = curve[0] * level + curve[1]
        off = weight * (_sigmoid(logit) - aims)
        return float(weight @ (np.logaddexp(0, logit) - aims * logit)), np.array([off @ level, off.sum()])

    rising, any_level = (0.0, None), (None, None)  # a score that misleads is worth the rate of all
    best = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[rising, any_level]).x
    slope = float(best[0] / spread)
    return Calibrator("platt", slope=slope, offset=float(best[1] - slope * mean))


def reliability(probability: Floats, outcome: Floats, weight: Floats) -> Reliability:
    """Hold probabilities against outcomes, in bins of as many declarations each."""
    order = np.argsort(probability, kind="stable")
    rate = float(np.average(outcome, weights=weight))
    bins = tuple(
        _bin(probability[rows], outcome[rows], weight[rows])
        for rows in np.array_split(order, min(BINS, len(order)))
    )
    mass = [float(weight[rows].sum()) for rows in np.array_split(order, min(BINS, len(order)))]
    return Reliability(
        brier=float(np.average((probability - outcome) ** 2, weights=weight)),
        brier_of_rate=float(np.average((rate - outcome) ** 2, weights=weight)),
        ece=float(np.average([abs(each.said - each.found) for each in bins], weights=mass)),
        bins=bins,
    )


def _bin(probability: Floats, outcome: Floats, weight: Floats) -> Bin:
    found = float(np.average(outcome, weights=weight))
    alike = float(weight.sum() ** 2 / (weight**2).sum())  # so many of equal weight say as much (Kish)
    low, high = wilson(found, alike)
    return Bin(len(outcome), float(np.average(probability, weights=weight)), found, low, high)


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's interval of a share, at 95 %."""
    middle = (share + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    half = Z95 / (1 + Z95**2 / count) * np.sqrt(share * (1 - share) / count + Z95**2 / (4 * count**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _sigmoid(logit: Floats) -> Floats:
    return np.exp(-np.logaddexp(0, -logit))
