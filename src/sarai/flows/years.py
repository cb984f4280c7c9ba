"""Years out of months, for reporters that publish months against those that publish years.

A year is the sum of its twelve months, if all of them are published and the year itself is not: eleven
months are no year, and what a source says of a year goes before what its months add up to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.shape import COLUMNS, COVERAGE

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["by_year"]

WHO = ("source", "reporter", "flow")


def by_year(trade: Table, published: Table) -> tuple[Table, Table]:
    """Trade and coverage with a row of the frequency ``A`` for every row of a year, stated or added up.

    Returns
    -------
    (Table, Table)
        The columns of the shape, where a cell has a row for each of its months; and those of the coverage.
    """
    stated = published.filter(published.frequency == "A").select(*COVERAGE)
    months = published.filter(published.frequency == "M")
    months = months.mutate(period=months.period.truncate("Y").cast("date"), month=months.period.month())
    whole = months.group_by([*WHO, "period"]).agg(number=months.month.nunique())
    whole = whole.filter(whole.number == 12).anti_join(stated, [*WHO, "period"])
    added = whole.mutate(frequency=_literal("A")).select(*COVERAGE)
    rows = trade.filter(trade.frequency == "M")
    rows = rows.mutate(period=rows.period.truncate("Y").cast("date"), frequency=_literal("A"))
    rows = rows.semi_join(added, [*WHO, "period"]).select(*COLUMNS)
    return trade.filter(trade.frequency == "A").select(*COLUMNS).union(rows), stated.union(added)


def _literal(text: str):
    import ibis

    return ibis.literal(text)
