r"""Difference-in-differences: what changed for the treated beyond what changed for all.

.. math:: \operatorname{asinh} y_{pt} = \alpha_p + \gamma_t + \beta\, \text{treated}_p\, \text{post}_t
   + e_{pt}

by least squares with effects of products and periods, errors clustered by product (Angrist & Pischke 2009,
chapter 5; Bertrand, Duflo & Mullainathan 2004, Quarterly Journal of Economics 119:249). With zeros in the
data a per cent from asinh depends on the unit of value (Chen & Roth 2024, Quarterly Journal of Economics
139:891): read it beside `ppml`, which has no such choice.

It rests on *parallel trends*. The event study looks for what contradicts them: effects before the event.
Not finding any does not prove them (Roth 2022, American Economic Review: Insights 4:305).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

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
from sarai.flows.models.series import Floats, Interval, check_level

__all__ = ["EventStudy", "Step", "did", "event_study"]

REFERENCE = -1  # the period before the event, which the others are compared with


class Step(NamedTuple):
    """The effect in one period, as against the last before the event."""

    offset: int
    estimate: float
    interval: Interval
    p: float


class EventStudy(Struct, frozen=True):
    """The effect, period by period.

    Attributes
    ----------
    steps
        By offset from the event; the reference, -1, has none.
    leads_p
        Against no effect before the event (F, all leads together): small if trends were not parallel.
    """

    steps: tuple[Step, ...]
    leads_p: float
    level: float
    products: int
    treated_products: int
    observations: int
    holes: int


def did(
    value: ArrayLike,
    product: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    post: ArrayLike,
    *,
    level: float = 0.95,
) -> Effect:
    """The effect of a treatment on asinh of trade.

    Parameters
    ----------
    value : array of shape (n,)
        Trade of a product in a period, zero or more; NaN for a hole, which takes no part.
    product, period : arrays of shape (n,)
        Each row's; one row of each pair at most. Errors are clustered by product.
    treated, post : boolean arrays of shape (n,)
        Whether the product is treated; whether the period is after the event.

    Raises
    ------
    BadSetting
        Arrays that cannot be a panel.
    NotIdentified
        No product is treated, or all are, or none is seen both before and after.
    """
    check_level(level)
    on = np.asarray(treated, bool) & np.asarray(post, bool)
    panel = panel_of(value, on[:, None].astype(float), product, period)
    slopes, matrix = _least_squares(panel)
    return effect_of("asinh", float(slopes[0]), float(np.sqrt(matrix[0, 0])), panel, level)


def _least_squares(panel: Panel) -> tuple[Floats, Floats]:
    """Coefficients of a panel's columns on asinh, and their covariance."""
    k = panel.columns.shape[1]
    rest = without_effects(np.column_stack([panel.columns, np.arcsinh(panel.value)]), panel)
    columns, value = rest[:, :k], rest[:, k]
    check_identified(columns, panel, "difference-in-differences")
    slopes = np.linalg.lstsq(columns, value, rcond=None)[0]
    return slopes, covariance(columns, value - columns @ slopes, panel)


def event_study(
    value: ArrayLike,
    product: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    offset: ArrayLike,
    *,
    level: float = 0.95,
) -> EventStudy:
    """The effect on asinh of trade, by time before and after the event.

    Parameters
    ----------
    value, product, period, treated
        As for `did`.
    offset : whole numbers of shape (n,)
        Of each row's period from the event: 0 is the first after it, -1 the last before. In months, or
        in quarters or years, which need fewer products.

    Raises
    ------
    BadSetting
        Arrays that cannot be a panel.
    NotIdentified
        As for `did`; or there are no more products than offsets before the event, so that these cannot
        be tested together.
    """
    check_level(level)
    offsets = np.asarray(offset)
    known = np.isfinite(np.asarray(value, float))
    steps = [int(step) for step in np.unique(offsets[known]) if step != REFERENCE]
    on = (offsets[:, None] == steps) & np.asarray(treated, bool)[:, None]
    panel = panel_of(value, on.astype(float), product, period)
    slopes, matrix = _least_squares(panel)
    return _studied(panel, steps, slopes, matrix, level)


def _studied(panel: Panel, steps: list[int], slopes: Floats, matrix: Floats, level: float) -> EventStudy:
    from scipy.stats import f as fisher

    leads = np.array([step < REFERENCE for step in steps])
    products, count = int(panel.product.max()) + 1, int(leads.sum())
    if not 0 < count < products:
        raise NotIdentified(
            f"{count} offsets before the reference and {products} products: parallel trends are tested with "
            "one offset or more, and more products than those; take longer offsets, such as quarters"
        )
    wald = slopes[leads] @ np.linalg.solve(matrix[np.ix_(leads, leads)], slopes[leads])
    effects = [
        effect_of("asinh", float(slope), float(np.sqrt(variance)), panel, level)
        for slope, variance in zip(slopes, np.diag(matrix), strict=True)
    ]
    return EventStudy(
        steps=tuple(Step(s, e.estimate, e.interval, e.p) for s, e in zip(steps, effects, strict=True)),
        leads_p=float(fisher.sf(wald / count, count, products - 1)),
        level=level,
        products=products,
        treated_products=len(np.unique(panel.product[panel.columns.any(axis=1)])),
        observations=len(panel.value),
        holes=panel.holes,
    )
