r"""Series and panels for models: every month of a span, zero where nothing was traded, null in holes.

.. math:: \operatorname{asinh} x = \ln\left(x + \sqrt{x^2 + 1}\right)

which is close to :math:`\ln 2x` for large values and is 0 at 0, so that zeros stay in (Burbidge, Magee and
Robb 1988, *Journal of the American Statistical Association* 83(401)). Its effects depend on the unit of
the values, and a Poisson model beside it says how much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import asinh
from sarai.flows.measures.method import Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

__all__ = ["METHOD", "panel", "series"]

METHOD = Method(
    name="series",
    title="Series of every period",
    formula=r"\operatorname{asinh} x = \ln(x + \sqrt{x^2 + 1})",
    source="Burbidge, Magee and Robb 1988, Journal of the American Statistical Association 83(401)",
    unit="currency; asinh of it",
)


def series(
    trade: Table, published: Table, *, term: Term, by: Sequence[str] = (), frequency: str = "M"
) -> Table:
    """The value of flows in every period of a span, of all together or for each group.

    Parameters
    ----------
    term : Term
        Whose figures of which flows, over which span.
    by : sequence of str
        Groups: some of exporter, importer, code.

    Returns
    -------
    Table
        The columns of `by`, period, value (currency), asinh; at_least (currency), holes (reporters that
        had not published the period), confidential (rows). A group has rows if it was ever traded in the
        span.
    """
    return _every(trade, published, term, by, frequency, ())


def panel(
    trade: Table,
    published: Table,
    *,
    term: Term,
    treated: Sequence[str],
    codes: Sequence[str] = (),
    frequency: str = "M",
) -> Table:
    """Products by periods, with whether a product is treated.

    Parameters
    ----------
    treated : sequence of str
        The treated codes, as long as the codes of the trade. They are in the panel even if nobody traded
        them: who leaves out what stayed at zero has selected on the outcome.
    codes : sequence of str
        Other codes that are in it whether traded or not.

    Returns
    -------
    Table
        code, period, treated, value (currency), asinh, at_least (currency), holes, confidential.
    """
    found = _every(trade, published, term, ("code",), frequency, sorted({*treated, *codes}))
    return found.mutate(treated=found.code.isin(list(treated)))


def _every(trade: Table, published: Table, term: Term, by: Sequence[str], frequency: str, codes) -> Table:
    found = tallies(
        trade,
        published,
        {"value": term},
        (*by, "period"),
        frequency=frequency,
        every_period=True,
        codes=codes,
    )
    return found.select(
        *by,
        "period",
        value=found.value,
        asinh=asinh(found.value),
        at_least=found.value_at_least,
        holes=found.value_holes,
        confidential=found.value_confidential,
    )
