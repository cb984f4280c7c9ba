r"""How large the largest of many tests for a break gets where there is none (Andrews 1993).

The limit of sup F over all dates that leave a share :math:`\pi` of the periods on each side is

.. math:: \sup_{\pi \le r \le 1 - \pi} \frac{(B(r) - r B(1))^2}{r (1 - r)}

with a Brownian motion :math:`B` (Andrews 1993, Econometrica 61:821). On the clock
:math:`\tfrac12 \ln \frac{r}{1-r}` the root of the fraction is a stationary Ornstein-Uhlenbeck process, so
its p-value is the chance that this leaves an interval, a series in the roots of a confluent
hypergeometric function (DeLong 1981, Communications in Statistics A 10:2197; Estrella 2003, Econometric
Theory 19:1128). No table is needed. Those of Andrews (2003, Econometrica 71:395) were simulated on 3,600
dates, whose largest is a little smaller than that of the continuum: his 5 % are 5.4 % here.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sarai.flows.models.series import Floats
from sarai.goods import BadSetting

__all__ = ["sup_f_p"]

TERMS = 40  # polynomials: sixty change no p-value by 1e-12
NODES = 120
BEYOND = 1400.0  # where exp(-F / 2) is no number any more; a series without noise has an infinite F
FAR = 25.0  # p-values are below 0.0001 there, and right to 3 in 100


def sup_f_p(statistic: float, trimming: float = 0.15) -> float:
    """The p-value of the largest F of one coefficient over all dates within the trimming.

    Parameters
    ----------
    statistic : float
        The largest of the squared t values.
    trimming : float
        Share of the periods that each side keeps, above 0 and below 0.5.

    >>> round(sup_f_p(8.86), 3)
    0.05
    """
    if not 0 < trimming < 0.5:
        raise BadSetting(f"trimming {trimming} must lie between 0 and 0.5; 0.15 is usual")
    if statistic <= 0:
        return 1.0
    if statistic > BEYOND:
        return 0.0
    span = 2 * np.log((1 - trimming) / trimming)
    if statistic > FAR:
        return float(np.sqrt(statistic / 2 / np.pi) * np.exp(-statistic / 2) * _far(statistic, span))
    rates, weights = _modes(statistic)
    return float(np.clip(1 - weights @ np.exp(-rates * span), 0.0, 1.0))


def _far(statistic: float, span: float) -> float:
    """DeLong's expansion in the tail, where the series loses its digits; the next term has 1/F^2."""
    return (1 - 1 / statistic) * span + 2 / statistic


@cache
def _polynomials() -> tuple[Floats, Floats, Floats, Floats]:
    """Nodes and weights for the density 1/sqrt(u) on (0, 1); functions that vanish at 1, their slopes."""
    from numpy.polynomial import legendre
    from scipy.special import roots_jacobi

    node, weight = roots_jacobi(NODES, 0, -0.5)
    u = (node + 1) / 2
    values = legendre.legvander(node, TERMS - 1)
    slopes = 2 * legendre.legvander(node, TERMS - 2) @ legendre.legder(np.eye(TERMS))
    left = (1 - u)[:, None]
    return u, weight / np.sqrt(2), left * values, left * slopes - values


def _modes(statistic: float) -> tuple[Floats, Floats]:
    """Decay rates of the process that is stopped where its square reaches the statistic, and their share.

    In z, half the square, its generator is z f'' + (1/2 - z) f', self-adjoint under the density
    z^(-1/2) exp(-z); the eigenvalues are those of a quadratic form over functions that vanish at the end.
    """
    from scipy.linalg import eigh
    from scipy.special import gamma

    u, weight, values, slopes = _polynomials()
    end = statistic / 2
    density = weight * np.sqrt(end) * np.exp(-end * u) / gamma(0.5)
    mass = values.T @ (density[:, None] * values)
    energy = slopes.T @ ((density * u / end)[:, None] * slopes)
    rates, modes = eigh(energy, mass)
    return rates, (modes.T @ (values.T @ density)) ** 2
