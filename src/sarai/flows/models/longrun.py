r"""The long-run variance of what a model leaves over: what autocorrelation does to standard errors.

.. math:: \Omega = \Gamma_0 + \sum_{j=1}^{L} \Bigl(1 - \frac{j}{L+1}\Bigr) (\Gamma_j + \Gamma_j')

with the autocovariances :math:`\Gamma_j` of residuals (Newey & West 1987, Econometrica 55:703), the lag
:math:`L` chosen from the data (Andrews 1991, Econometrica 59:817, eq. 6.2 and 6.4: AR(1), Bartlett), and
prewhitening by one autoregression (Andrews & Monahan 1992, Econometrica 60:953), without which tests for
breaks in a hundred months reject far too often. Its coefficient comes out too small in a short series,
by (1 + 3 rho)/n (Kendall 1954, Marriott & Pope 1954, Biometrika 41:403 and 41:390), which is given back.

A hole has no residual and takes no part in any product; lags are those of the calendar ("amplitude
modulated": Parzen 1963, Sankhya A 25:383; Datta & Du 2012, Journal of Business & Economic Statistics).
"""

from __future__ import annotations

import numpy as np

from sarai.flows.models.series import Floats

__all__ = ["autocorrelation", "bartlett", "bartlett_lag", "long_run"]

MOST = 0.97  # Andrews & Monahan: a coefficient nearer to one makes the variance explode


def long_run(residuals: Floats, lag: int | None = None) -> Floats:
    """The long-run covariance of residuals, per period.

    Parameters
    ----------
    residuals : array of shape (periods, series)
        NaN at holes.
    lag : int, optional
        The last lag that counts, without prewhitening; by default both are chosen from the data.

    Returns
    -------
    array of shape (series, series)
    """
    if lag is not None:
        return bartlett(residuals, lag)
    # one coefficient for all series, so that what cancels between them still does
    rho = float(np.mean(autocorrelation(residuals)))
    rho += (1 + 3 * rho) / max(int(np.isfinite(residuals).all(axis=1).sum()), 1)
    rho = float(np.clip(rho, -MOST, MOST))
    white = residuals[1:] - rho * residuals[:-1]
    return bartlett(white, bartlett_lag(white)) / (1 - rho) ** 2


def bartlett(residuals: Floats, lag: float) -> Floats:
    """The same with Bartlett's weights up to a lag that need not be whole."""
    known = np.isfinite(residuals).all(axis=1)
    filled = np.where(known[:, None], residuals, 0.0)
    total = filled.T @ filled
    for j in range(1, min(int(lag) + 1, len(filled) - 1) + 1):
        products = filled[j:].T @ filled[:-j]
        total += max(1 - j / (lag + 1), 0.0) * (products + products.T)
    return total / max(int(known.sum()), 1)


def bartlett_lag(residuals: Floats) -> float:
    """Andrews's automatic lag: each series as an AR(1), all with the same weight."""
    rho = np.clip(autocorrelation(residuals), -MOST, MOST)
    squares = np.nansum(residuals**2, axis=0) * (1 - rho**2)  # in proportion to innovations' variances
    scale = squares.max() or 1.0
    weight = (squares / scale) ** 2
    slope = np.sum(4 * rho**2 * weight / ((1 - rho) ** 6 * (1 + rho) ** 2))
    level = np.sum(weight / (1 - rho) ** 4)
    return float(1.1447 * (slope / level * len(residuals)) ** (1 / 3)) if level else 0.0


def autocorrelation(residuals: Floats) -> Floats:
    """The first autocorrelation of each series over pairs of observed neighbours; 0 of a constant."""
    pairs = np.isfinite(residuals[1:]) & np.isfinite(residuals[:-1])
    later, earlier = np.where(pairs, residuals[1:], 0.0), np.where(pairs, residuals[:-1], 0.0)
    scale = np.sqrt((later**2).sum(axis=0) * (earlier**2).sum(axis=0))
    return np.divide((later * earlier).sum(axis=0), scale, out=np.zeros_like(scale), where=scale > 0)
