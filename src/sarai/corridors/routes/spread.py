"""How a time spreads: a lognormal distribution of the mean and variance that its steps sum to.

Steps are taken as independent, so that means and variances add. A lognormal is never below zero and leans
to the late side, as times of carriage do; with many steps it comes near to the normal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

__all__ = ["DISTRIBUTION", "Elapsed", "Spread"]

DISTRIBUTION = "lognormal, fitted to the mean and variance of the sum of independent steps"
CASES = 256  # in which a distribution is followed; quantiles hold to about a percent


class Spread(NamedTuple):
    """Hours by their mean and variance."""

    mean_h: float = 0.0
    variance_h2: float = 0.0

    def plus(self, hours: float, variance_h2: float) -> Spread:
        """With something independent after it."""
        return Spread(self.mean_h + hours, self.variance_h2 + variance_h2)

    def quantile(self, share: float) -> float:
        """The hours within which it is over in a share of cases.

        >>> round(Spread(100, 2500).quantile(0.5), 2)  # 100 / sqrt(1 + 0.25)
        89.44
        """
        return float(self.at_normal(np.array([NormalDist().inv_cdf(share)]))[0])

    def at_normal(self, normal: np.ndarray) -> np.ndarray:
        """Hours at quantiles of the standard normal distribution."""
        if self.mean_h <= 0 or self.variance_h2 <= 0:
            return np.full(len(normal), self.mean_h)
        square = math.log1p(self.variance_h2 / self.mean_h**2)
        return np.exp(math.log(self.mean_h) - square / 2 + math.sqrt(square) * normal)


class Elapsed(NamedTuple):
    """Hours since a departure: when it was last fixed, in equally likely cases, and the spread since then."""

    cases_h: np.ndarray
    since: Spread

    @classmethod
    def none(cls) -> Elapsed:
        """At the departure itself."""
        return cls(np.zeros(1), Spread())

    def plus(self, hours: float, variance_h2: float) -> Elapsed:
        """With something independent after it."""
        return Elapsed(self.cases_h, self.since.plus(hours, variance_h2))

    def through(self, rule: Callable[[np.ndarray], np.ndarray]) -> Elapsed:
        """What comes of it where hours decide what follows, as a departure that one can miss."""
        return Elapsed(rule(self.quantiles((np.arange(CASES) + 0.5) / CASES)), Spread())

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """The hours within which it is over in shares of cases."""
        from scipy.special import ndtri

        if len(self.cases_h) == 1:
            return self.cases_h + self.since.at_normal(ndtri(shares))
        spread_h = self.since.at_normal(ndtri((np.arange(CASES) + 0.5) / CASES))
        return np.quantile(np.add.outer(self.cases_h, spread_h), shares)
