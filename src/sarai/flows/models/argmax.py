r"""How far an estimated break date lies from the true one (Bai 1997).

The date's error, times the squared shift over the long-run variance before it, tends to the place where a
two-sided Brownian motion with drift is largest,

.. math:: V(s) = W_1(-s) - |s|/2 \ (s \le 0), \qquad V(s) = \sqrt{\phi}\, W_2(s) - s/2 \ (s > 0)

with the ratio :math:`\phi` of the variance after the break to that before (Bai 1997, Review of Economics
and Statistics 79:551, eq. 15; Bai & Perron 2003, Journal of Applied Econometrics 18:1, section 4.2).
"""

from __future__ import annotations

from math import exp, pi, sqrt

__all__ = ["argmax_beyond", "argmax_quantile"]

FAR = 1e4  # times max(1, ratio): nothing lies beyond


def argmax_beyond(distance: float, ratio: float = 1.0) -> float:
    """The chance that V is largest to the right of a distance, zero or more.

    The left side is the mirror image: the same with the ratio inverted and distance divided by it.

    >>> round(2 * argmax_beyond(11.03), 2)
    0.05
    """
    from scipy.stats import norm

    root = sqrt(distance / ratio)
    spread = (ratio + 1) * ratio
    inner = exp((ratio + 1) / 2 * distance + norm.logcdf(-(2 * ratio + 1) / 2 * root))
    outer = 2 - distance / (2 * ratio) - (1 + 2 * ratio) ** 2 / spread
    density = root / sqrt(2 * pi) * exp(-(root**2) / 8)
    return float(-density - (1 + 2 * ratio) / spread * inner - outer * norm.cdf(-root / 2))


def argmax_quantile(probability: float, ratio: float = 1.0) -> float:
    """The distance to the right that is passed with a probability; zero if all the right has less."""
    from scipy.optimize import brentq

    if argmax_beyond(0.0, ratio) <= probability:
        return 0.0
    return float(brentq(lambda x: argmax_beyond(x, ratio) - probability, 0.0, FAR * max(ratio, 1.0)))
