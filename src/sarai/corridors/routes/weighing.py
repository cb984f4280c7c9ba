"""What counts how much: the five criteria of a step as one cost."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sarai.corridors.graph import CRITERIA
from sarai.goods import BadSetting

__all__ = ["Weighing"]

TIE = 1e-6  # so much of the hours, or of the dollars, orders what is equal in the one criterion asked for
GRAMS_PER_T = 1e6


class Weighing(NamedTuple):
    """What one unit of each criterion costs; by default dollars alone count, and hours order what is equal.

    A way's cost is the weighted sum of its criteria, in US dollars for a tonne where `usd` is 1.
    """

    hours: float = TIE
    usd: float = 1.0
    co2e_g: float = 0.0
    variance_h2: float = 0.0
    exposure: float = 0.0

    @classmethod
    def money(
        cls,
        usd_per_t_h: float,
        *,
        usd_per_t_co2e: float = 0.0,
        usd_per_h2: float = 0.0,
        usd_per_exposure: float = 0.0,
    ) -> Weighing:
        """Everything in US dollars.

        Parameters
        ----------
        usd_per_t_h : float
            The value of time: what one tonne pays to be there an hour earlier.
        usd_per_t_co2e : float
            The price of a tonne of CO2 equivalent.
        usd_per_h2 : float
            Of the variance of the time, for one tonne.
        usd_per_exposure : float
            Of one unit of exposure, for one tonne.

        >>> Weighing.money(0.5, usd_per_t_co2e=80).co2e_g
        8e-05
        """
        return cls(usd_per_t_h, 1.0, usd_per_t_co2e / GRAMS_PER_T, usd_per_h2, usd_per_exposure)

    @classmethod
    def alone(cls, criterion: str) -> Weighing:
        """One criterion; what is equal in it comes in order of hours (of dollars, if it is hours).

        >>> Weighing.alone("exposure")
        Weighing(hours=1e-06, usd=0.0, co2e_g=0.0, variance_h2=0.0, exposure=1.0)
        """
        if criterion not in CRITERIA:
            raise BadSetting(f"criterion {criterion!r} is not known; take one of {', '.join(CRITERIA)}")
        second = "usd" if criterion == "hours" else "hours"
        return cls(**(dict.fromkeys(CRITERIA, 0.0) | {second: TIE, criterion: 1.0}))

    def costs(self, weights: np.ndarray) -> np.ndarray:
        """The cost of each step.

        Parameters
        ----------
        weights : ndarray, shape (steps, 5)

        Returns
        -------
        ndarray, shape (steps,)

        Raises
        ------
        BadSetting
            A weight is negative or no number, or all are zero.
        """
        for name, value in zip(CRITERIA, self, strict=True):
            if not (math.isfinite(value) and value >= 0):
                raise BadSetting(f"weight {value!r} of {name} is not used; give a number of 0 or more")
        if not any(self):
            raise BadSetting("all weights are zero, so every way is as good; give one above zero")
        return weights @ np.array(self)
