r"""What the models of a panel share: effects of products and periods taken out, errors clustered.

Two sets of effects are taken out of a column exactly, whatever is missing: those of products follow from
those of periods, and these solve one small linear system (a few hundred unknowns for months),

.. math:: (D_t - W' D_p^{-1} W)\, \gamma = s_t - W' D_p^{-1} s_p

with weights :math:`W` by product and period, their row and column sums :math:`D`, and the weighted sums
:math:`s` of the column (Frisch & Waugh 1933; Guimaraes & Portugal 2010, Stata Journal 10:628).

Standard errors allow any dependence within a product (Liang & Zeger 1986; Cameron & Miller 2015, Journal
of Human Resources 50:317), with their factor :math:`\frac{G}{G-1}\frac{N-1}{N-K}` and Student's t with
:math:`G - 1` degrees of freedom; effects of products lie within clusters and do not count in K.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from sarai.flows.models.errors import NotIdentified
from sarai.flows.models.series import Floats, Interval
from sarai.goods import BadSetting

__all__ = ["Effect", "Panel", "check_identified", "covariance", "effect_of", "panel_of", "without_effects"]

FLAT = 1e-9  # what is left of a column's squares if product and period explain it all


class Effect(Struct, frozen=True):
    """The effect of a treatment on trade.

    Attributes
    ----------
    model
        ``asinh`` (least squares) or ``ppml``.
    estimate, std_error, interval, p
        Of the coefficient; the interval at `level`.
    percent, percent_interval
        exp(estimate) - 1, in per cent; with asinh only near where trade is large.
    products, treated_products, periods
        Of the rows that were used.
    observations, holes, separated
        Rows used; rows without a value; rows left out because their effects fit them perfectly.
    """

    model: str
    estimate: float
    std_error: float
    interval: Interval
    p: float
    percent: float
    percent_interval: Interval
    level: float
    products: int
    treated_products: int
    periods: int
    observations: int
    holes: int
    separated: int = 0


class Panel(NamedTuple):
    """Rows of a panel that have a value.

    Attributes
    ----------
    value, columns
        Shapes (n,) and (n, k).
    product, period
        Whole numbers from 0 on, without gaps.
    """

    value: Floats
    columns: Floats
    product: NDArray[np.intp]
    period: NDArray[np.intp]
    holes: int

    def kept(self, rows: NDArray[np.bool_]) -> Panel:
        """Some of the rows, numbered anew."""
        return Panel(
            self.value[rows],
            self.columns[rows],
            np.unique(self.product[rows], return_inverse=True)[1],
            np.unique(self.period[rows], return_inverse=True)[1],
            self.holes,
        )


def panel_of(value: ArrayLike, columns: ArrayLike, product: ArrayLike, period: ArrayLike) -> Panel:
    """A panel of rows; those whose value is NaN are holes and take no part.

    Raises
    ------
    BadSetting
        Arrays of different lengths, a negative or infinite value, or a row that is there twice.
    """
    values = np.asarray(value, dtype=np.float64)
    arrays = {"columns": np.asarray(columns, float), "product": product, "period": period}
    for name, array in arrays.items():
        if len(array) != len(values):
            raise BadSetting(
                f"{name} has {len(array)} rows and value {len(values)}; give one of each per row"
            )
    known = ~np.isnan(values)
    wrong = known & ~((values >= 0) & np.isfinite(values))
    if wrong.any():
        row = int(wrong.argmax())
        raise BadSetting(
            f"value {values[row]} in row {row}: trade is zero or more, and NaN where not published"
        )
    _, products = np.unique(np.asarray(product), return_inverse=True)
    _, periods = np.unique(np.asarray(period), return_inverse=True)
    cell = products * (int(periods.max(initial=0)) + 1) + periods
    if len(np.unique(cell)) < len(cell):
        raise BadSetting(
            "a product has two rows in one period; add them up, or give each partner its own product"
        )
    whole = Panel(values, arrays["columns"], products, periods, int((~known).sum()))
    return whole.kept(known)


def without_effects(columns: Floats, panel: Panel, weight: Floats | None = None) -> Floats:
    """Columns, shape (n, k), without effects of products and periods."""
    weight = np.ones(len(columns)) if weight is None else weight
    shape = panel.product.max() + 1, panel.period.max() + 1
    by_cell = np.zeros(shape)
    np.add.at(by_cell, (panel.product, panel.period), weight)
    of_product, of_period = by_cell.sum(axis=1), by_cell.sum(axis=0)
    weighted = weight[:, None] * columns
    product_sums = _sums(weighted, panel.product) / of_product[:, None]
    system = np.diag(of_period) - by_cell.T @ (by_cell / of_product[:, None])
    wanted = _sums(weighted, panel.period) - by_cell.T @ product_sums
    # one effect, or one of each part that no product joins, is free: the least-squares solution will do
    period_effects = np.linalg.lstsq(system, wanted, rcond=None)[0]
    product_effects = product_sums - by_cell @ period_effects / of_product[:, None]
    return columns - product_effects[panel.product] - period_effects[panel.period]


def _sums(columns: Floats, group: NDArray[np.intp]) -> Floats:
    return np.column_stack([np.bincount(group, column) for column in columns.T])


def covariance(columns: Floats, residuals: Floats, panel: Panel, weight: Floats | None = None) -> Floats:
    """The clustered covariance of coefficients on columns without effects.

    Parameters
    ----------
    residuals : array of shape (n,)
        Of the score: value less fit, without weight.
    weight : array of shape (n,), optional
        Of rows in the squares of columns.
    """
    weighted = columns if weight is None else weight[:, None] * columns
    bread = np.linalg.inv(columns.T @ weighted)
    scores = _sums(columns * residuals[:, None], panel.product)
    n, groups = len(columns), len(scores)
    coefficients = columns.shape[1] + int(panel.period.max()) + 1
    factor = groups / (groups - 1) * (n - 1) / (n - coefficients)
    return factor * bread @ (scores.T @ scores) @ bread


def check_identified(columns: Floats, panel: Panel, what: str) -> None:
    """Refuse columns that product and period explain.

    Raises
    ------
    NotIdentified
        Nothing of the columns is left, or there are fewer than two products.
    """
    if panel.product.max(initial=0) < 1:
        raise NotIdentified(f"{what}: fewer than two products have values; nothing to compare with")
    scale = np.sqrt((panel.columns**2).sum(axis=0))
    size = np.linalg.svd(columns / np.where(scale > 0, scale, 1.0), compute_uv=False)
    if size.min(initial=np.inf) < FLAT:
        raise NotIdentified(
            f"{what}: product and period explain the treatment; it needs products that are treated and "
            "others that are not, each observed before and after"
        )


def effect_of(
    model: str, estimate: float, std_error: float, panel: Panel, level: float, separated: int = 0
) -> Effect:
    """An effect with its interval and p."""
    from scipy.stats import t as student

    products = int(panel.product.max()) + 1
    reach = float(student.isf((1 - level) / 2, products - 1)) * std_error
    interval = Interval(estimate - reach, estimate + reach)
    return Effect(
        model=model,
        estimate=estimate,
        std_error=std_error,
        interval=interval,
        p=float(2 * student.sf(abs(estimate) / std_error, products - 1)) if std_error else 0.0,
        percent=100 * float(np.expm1(estimate)),
        percent_interval=Interval(*(100 * float(np.expm1(end)) for end in interval)),
        level=level,
        products=products,
        treated_products=len(np.unique(panel.product[panel.columns[:, 0] != 0])),
        periods=int(panel.period.max()) + 1,
        observations=len(panel.value),
        holes=panel.holes,
        separated=separated,
    )
