"""The partner's side of a gap: what it reports of the cell, and of its neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.booked.gap import Question
from sarai.flows.booked.marking import months_around
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["Reported", "Theirs", "theirs"]


class Reported(NamedTuple):
    """What the partner reports of one code in one month; null is confidential, or not stated."""

    code: str
    period: date
    value: float | None
    mass: float | None


class Theirs(NamedTuple):
    """The partner's rows in and around a cell, and the months that it has published."""

    question: Question
    rows: tuple[Reported, ...]
    published: frozenset[date]

    @property
    def own(self) -> list[Reported]:
        """The rows of the cell."""
        span = self.question.cell.span
        within = [row for row in self.rows if row.code.startswith(self.question.cell.code)]
        return [row for row in within if span.first <= row.period <= span.last]

    def amount(self, rows: Iterable[Reported]) -> float | None:
        """Their sum in the measure of the question; null if one of them is."""
        by_mass = self.question.rates is None
        amounts = [row.mass if by_mass else row.value for row in rows]
        return None if None in amounts else float(sum(amounts))

    def by_code(self) -> dict[str, float | None]:
        """In the span, each code of the family beside the cell's own."""
        span, own = self.question.cell.span, self.question.cell.code
        beside = [row for row in self.rows if span.first <= row.period <= span.last]
        codes = sorted({row.code for row in beside if not row.code.startswith(own)})
        return {code: self.amount(row for row in beside if row.code == code) for code in codes}

    def by_month(self) -> dict[date, float | None]:
        """The cell's code in each published month around the span."""
        span, own = self.question.cell.span, self.question.cell.code
        around = sorted(each for each in self.published if not span.first <= each <= span.last)
        return {
            month: self.amount(row for row in self.rows if row.period == month and row.code.startswith(own))
            for month in around
        }


def theirs(trade: Table, published: Table, question: Question) -> Theirs:
    """Fetch the partner's side.

    Raises
    ------
    BadSetting
        A month of the span is not published, something in the cell is confidential, or the trade holds
        several statistics of the same cell.
    """
    first, last = months_around(question)
    reports = "export" if question.imports else "import"
    flow = trade.filter(
        trade.reporter == question.partner, trade.partner == question.reporter, trade.flow == reports,
        trade.code.startswith(question.family), trade.period.between(first, last),
    )  # fmt: skip
    _require_one(flow)
    cells = (
        flow.group_by("code", "period")
        .agg(value=_whole(flow.value), mass=_whole(flow.mass_kg))
        .order_by("code", "period")
    )
    rows = tuple(Reported(**row) for row in cells.to_pyarrow().to_pylist())
    months = published.filter(published.reporter == question.partner, published.flow == reports)
    months = months.filter(months.period.between(first, last)).select("period").distinct().to_pyarrow()
    found = Theirs(question, rows, frozenset(months["period"].to_pylist()))
    _require_whole(found)
    return found


def _whole(measure: Table) -> Table:
    return (measure.count() == measure.isnull().count()).ifelse(measure.cast("float64").sum(), None)


def _require_one(flow: Table) -> None:
    names = ("source", "basis", "valuation")
    kinds = flow.select(*names).distinct().to_pyarrow()
    for name in names:
        several = sorted({str(each) for each in kinds[name].to_pylist()})
        if len(several) > 1:
            raise BadSetting(
                f"the trade holds several statistics, of {name} {' and '.join(several)}; select one"
            )


def _require_whole(found: Theirs) -> None:
    question, span = found.question, found.question.cell.span
    wanted, month = [], span.first
    while month <= span.last:
        wanted.append(month)
        month = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    holes = [f"{each:%Y-%m}" for each in wanted if each not in found.published]
    if holes:
        raise BadSetting(
            f"{question.partner} has not published {', '.join(holes)}; choose a span without these months"
        )
    if found.amount(found.own) is None:
        what = (
            "net mass; ask by value" if question.rates is None else "value; ask by mass, or for other codes"
        )
        raise BadSetting(
            f"{question.partner} does not report all of {question.cell.code} {span} with its {what}"
        )
