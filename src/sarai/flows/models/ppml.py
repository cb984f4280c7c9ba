r"""Poisson pseudo-maximum likelihood: the effect in per cent, zeros included.

.. math:: \operatorname{E} y_{pt} = \exp(\alpha_p + \gamma_t + \beta\, \text{treated}_p\, \text{post}_t)

consistent whatever the distribution, if the mean is right, and free of the bias that heteroskedasticity
brings into logarithms (Santos Silva & Tenreyro 2006, Review of Economics and Statistics 88:641). Fitted by
iteratively reweighted least squares with the effects taken out in every round (Correia, Guimaraes & Zylkin
2020, Stata Journal 20:95); errors are clustered by product.

A product that is zero throughout fits perfectly at minus infinity and says nothing: such rows are
*separated*, left out and counted, those of products and any others (Correia, Guimaraes & Zylkin 2021,
*Verifying the existence of maximum likelihood estimates for generalized linear models*, arXiv:1903.01633,
whose iterative rectifier finds them).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sarai.flows.models.errors import NotIdentified
from sarai.flows.models.panel import (
    Effect,
    Panel,
    check_identified,
    covariance,
    effect_of,
    panel_of,
    without_effects,
)
from sarai.flows.models.series import Floats, check_level

__all__ = ["ppml", "separated"]

ROUNDS = 200
CLOSE = 1e-10  # change of the deviance, as a share: the coefficient stands still long before
HEAVY = 1e6  # weight of rows with trade in the search for separated ones: they must be fitted exactly
NEAR = 1e-5  # what counts as fitted there
FLAT = 1e-9  # a column of which no more is left has been explained


def ppml(
    value: ArrayLike,
    product: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    post: ArrayLike,
    *,
    level: float = 0.95,
) -> Effect:
    """The effect of a treatment on expected trade.

    Parameters
    ----------
    value, product, period, treated, post, level
        As for `sarai.flows.models.did.did`.

    Returns
    -------
    Effect
        Whose `separated` counts rows left out.

    Raises
    ------
    BadSetting
        Arrays that cannot be a panel.
    NotIdentified
        As for `did`; or the treated have no trade at all after the event: the effect is -100 %, which
        no interval surrounds.
    """
    check_level(level)
    on = np.asarray(treated, bool) & np.asarray(post, bool)
    panel = panel_of(value, on[:, None].astype(float), product, period)
    out = separated(panel)
    panel = panel.kept(~out)
    check_identified(without_effects(panel.columns, panel), panel, f"ppml without {out.sum()} separated rows")
    slope, mean, columns = _fitted(panel)
    matrix = covariance(columns, panel.value - mean, panel, mean)
    return effect_of("ppml", slope, float(np.sqrt(matrix[0, 0])), panel, level, int(out.sum()))


def separated(panel: Panel) -> NDArray[np.bool_]:
    """Rows that the effects and the treatment fit perfectly at minus infinity.

    A combination of effects that is zero wherever there is trade, and nowhere negative, is positive just
    there. It is sought by least squares, and what is negative of it set to zero, until nothing is.
    """
    none = panel.value == 0
    weight = np.where(none, 1.0, HEAVY)
    target = none.astype(float)
    fit = np.zeros_like(target)
    for _ in range(ROUNDS):
        fit = _projected(target, panel, weight)
        if not none.any() or fit[none].min() > -NEAR:
            break
        target = np.where(none, np.maximum(fit, 0.0), 0.0)
    return none & (fit > NEAR)


def _projected(target: Floats, panel: Panel, weight: Floats) -> Floats:
    """The nearest combination of effects and columns."""
    rest = without_effects(np.column_stack([panel.columns, target]), panel, weight)
    root = np.sqrt(weight)[:, None]
    columns, left = rest[:, :-1], rest[:, -1]
    slopes = np.linalg.lstsq(root * columns, root[:, 0] * left, rcond=FLAT)[0]
    return target - (left - columns @ slopes)


def _fitted(panel: Panel) -> tuple[float, Floats, Floats]:
    """The coefficient, the means, and the column without effects under their weights."""
    value = panel.value
    mean = (value + value.mean()) / 2
    linear, deviance = np.log(mean), np.inf
    for _ in range(ROUNDS):
        working = linear + (value - mean) / mean
        rest = without_effects(np.column_stack([panel.columns, working]), panel, mean)
        columns, left = rest[:, :1], rest[:, 1]
        slope = float((mean * columns[:, 0]) @ left / ((mean * columns[:, 0]) @ columns[:, 0]))
        linear = working - (left - slope * columns[:, 0])
        mean = np.exp(linear)
        before, deviance = deviance, _deviance(value, mean)
        if abs(before - deviance) <= CLOSE * max(deviance, CLOSE):
            return slope, mean, columns
    raise NotIdentified(
        f"ppml did not settle in {ROUNDS} rounds; a few values outweigh all others, or effects run away to "
        "minus infinity: look at the largest values, and leave out products with hardly any trade"
    )


def _deviance(value: Floats, mean: Floats) -> float:
    from scipy.special import xlogy

    return float(2 * np.sum(xlogy(value, value / mean) - (value - mean)))
