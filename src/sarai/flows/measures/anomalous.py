r"""Anomalous markets: one reporter's trade of one product with one partner that grew out of proportion.

.. math:: x_{span} > 10\,\text{m} \quad \wedge \quad \frac{x_{span}}{x_{base}} - 1 > 1

From a base of zero, growth is infinite; from a base that is a hole it is unknown, and the market is listed as
such (Zemlys 2023, on Eurostat's exports by CN8: March to November 2022 against the same months of 2021).

A code that nobody used in the base span may be new in the nomenclature: its trade is not. It is compared
at six digits, carried to one edition, where it has the base of the codes that it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import growth_of, ratio
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.periods import Span

__all__ = ["METHOD", "anomalous", "anomalous_share"]

METHOD = Method(
    name="anomalous",
    title="Anomalous markets",
    formula=r"x_{span} > 10\,\text{m} \wedge x_{span} / x_{base} - 1 > 1",
    source="Zemlys 2023, on Eurostat's monthly exports by CN8",
    unit="currency; growth as a ratio, 1 for a doubling, infinite from zero",
    null=f"{HOLE}; the market is then `unknown`",
)

MARKET = ("exporter", "importer", "code")


def anomalous(
    trade: Table,
    published: Table,
    *,
    source: str,
    span: Span,
    base: Span,
    flow: str = "export",
    reporters: Sequence[str] = (),
    partners: Sequence[str] = (),
    six: Table | None = None,
    least: float = 10_000_000,
    growth: float = 1,
    basis: str = "origin",
    frequency: str = "M",
) -> Table:
    """Every market, with its growth and whether it is anomalous.

    Parameters
    ----------
    six : Table, optional
        Trade prepared at six digits of one edition, for codes that nobody used in the base span. Codes of
        `trade` should be carried to the same edition; national digits may follow.
    least : float
        The value (currency, over the span) above which a market is looked at.
    growth : float
        The growth above which it is anomalous.

    Returns
    -------
    Table
        exporter, importer, code; value, base (currency), value_at_least, value_holes, base_holes,
        value_confidential, base_confidential; digits (what growth was compared at), compared, compared_base
        (currency), growth; verdict: "anomalous", "unknown" if a hole or a confidential value keeps it from
        being told, "ordinary", or "small".
    """
    shared = dict(source=source, flow=flow, reporters=tuple(reporters), partners=tuple(partners), basis=basis)
    terms = {"value": Term(span=span, **shared), "base": Term(span=base, **shared)}
    found = tallies(trade, published, terms, MARKET, frequency=frequency)
    found = found.mutate(digits=found.code.length(), compared=found.value, compared_base=found.base)
    if six is not None:
        found = _new_at_six(found, trade, tallies(six, published, terms, MARKET, frequency=frequency), terms)
    found = found.mutate(growth=growth_of(found.compared, found.compared_base))
    found = found.mutate(verdict=_verdict(found, least, growth))
    sums = ("value", "base", "value_at_least")
    doubts = ("value_holes", "base_holes", "value_confidential", "base_confidential")
    growths = ("digits", "compared", "compared_base", "growth", "verdict")
    return found.select(*MARKET, *sums, *doubts, *growths)


def _new_at_six(found: Table, trade: Table, six: Table, terms: dict[str, Term]) -> Table:
    """Codes that nobody used in the base span, compared by the six digits that they begin with."""
    base = terms["base"]
    then = trade.filter(
        trade.source == base.source,
        trade.flow == base.flow,
        trade.period.between(base.span.first, base.span.last),
    )
    used = then.select(used_code=then.code).distinct()
    six = six.select(
        **{f"six_{name}": six[name] for name in MARKET}, six_value=six["value"], six_base=six["base"]
    )
    joined = found.left_join(used, [found.code == used.used_code])
    begins = joined.code.left(6)
    joined = joined.left_join(
        six,
        [joined.exporter == six.six_exporter, joined.importer == six.six_importer, begins == six.six_code],
    )
    new = joined.used_code.isnull() & joined.six_code.notnull()
    return joined.mutate(
        digits=new.ifelse(6, joined.digits),
        compared=new.ifelse(joined.six_value, joined.compared),
        compared_base=new.ifelse(joined.six_base, joined.compared_base),
    )


def _verdict(found: Table, least: float, growth: float):
    import ibis

    return ibis.cases(
        ((found.value <= least), "small"),
        (found.value.isnull() | found.compared.isnull() | found.compared_base.isnull(), "unknown"),
        (found.growth > growth, "anomalous"),
        else_="ordinary",
    )


def anomalous_share(markets: Table) -> Table:
    """How many markets are anomalous, and how much of the value they hold.

    Parameters
    ----------
    markets : Table
        As `anomalous` makes it.

    Returns
    -------
    Table
        One row: markets, anomalous, unknown, with_holes (numbers), value, anomalous_value (currency, of what
        is known), share. The share is of what is known of all markets; `unknown` says how many might change
        it, and `with_holes` how many lack a period.
    """
    flagged = markets.verdict == "anomalous"
    sums = markets.agg(
        markets=markets.count(),
        anomalous=markets.count(where=flagged),
        unknown=markets.count(where=markets.verdict == "unknown"),
        with_holes=markets.count(where=markets.value_holes + markets.base_holes > 0),
        value=markets.value_at_least.sum(),
        anomalous_value=markets.value_at_least.sum(where=flagged).fill_null(0.0),
    )
    return sums.mutate(share=ratio(sums.anomalous_value, sums.value))
