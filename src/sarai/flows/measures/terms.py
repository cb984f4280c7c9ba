"""The terms of a measure: which flows, as whom reported, over which span; and whether they were published."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.flows.periods import Span
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

__all__ = ["PER_YEAR", "Term", "held", "periods_of", "with_parties", "year_before"]

PER_YEAR = {"A": 1, "M": 12}
LISTED = ("source", "reporter", "flow", "period")


class Term(Struct, frozen=True, kw_only=True):
    """One sum that a measure is made of: whose figures of which flows, over which span.

    Attributes
    ----------
    flow : str
        "export" or "import"; an export's reporter is its exporter, an import's its importer.
    reporters, partners : tuple of str
        None means all; reporters are then those that have ever published that flow in that source.
    basis : str
        Which imports are taken: by "origin" or by "consignment".
    """

    source: str
    flow: str
    span: Span
    reporters: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    basis: str = "origin"

    def __post_init__(self) -> None:
        if self.flow not in ("export", "import"):
            raise BadSetting(f"flow {self.flow!r} has no two parties to sum by; use export or import")

    @property
    def reporter(self) -> str:
        """Which party of the flow reports it."""
        return "exporter" if self.flow == "export" else "importer"

    def of(self, rows: Table) -> BooleanValue:
        """Whether a row of trade is of this term."""
        kept = [self._published(rows)]
        if self.partners:
            kept.append(rows.partner.isin(self.partners))
        if self.flow == "import":
            kept.append(rows.basis == self.basis)
        return reduce(and_, kept)

    def covered(self, there: Table) -> BooleanValue:
        """Whether a row of `held` is of this term."""
        kept = [self._published(there)]
        if self.flow == "import":
            other = "consignment" if self.basis == "origin" else "origin"
            kept.append((there[self.basis] > 0) | (there[other] == 0))
        return reduce(and_, kept)

    def _published(self, rows: Table) -> BooleanValue:
        kept = [
            rows.source == self.source,
            rows.flow == self.flow,
            rows.period.between(self.span.first, self.span.last),
        ]
        if self.reporters:
            kept.append(rows.reporter.isin(self.reporters))
        return reduce(and_, kept)


def periods_of(span: Span, frequency: str) -> list[date]:
    """The first days of the periods of a span."""
    months = range(12 * span.first.year + span.first.month - 1, 12 * span.last.year + span.last.month)
    step = 12 // PER_YEAR[frequency]
    return [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]


def year_before(span: Span, years: int = 1) -> Span:
    """The same months so many years earlier: the seasonal base."""
    return Span(
        span.first.replace(year=span.first.year - years), span.last.replace(year=span.last.year - years)
    )


def with_parties(trade: Table) -> Table:
    """Exports and imports with their exporter and importer; re-exports are in exports already."""
    rows = trade.filter(trade.flow.isin(["export", "import"]))
    outward = rows.flow == "export"
    return rows.mutate(
        exporter=outward.ifelse(rows.reporter, rows.partner),
        importer=outward.ifelse(rows.partner, rows.reporter),
    )


def held(trade: Table, published: Table, frequency: str) -> Table:
    """What has been published, with the bases that a reporter's imports are told by.

    Coverage does not tell bases apart. A reporter whose imports in a source are all by consignment has
    not published any by origin: those are a hole, not zero.
    """
    there = published.filter(published.frequency == frequency).select(*LISTED).distinct()
    imports = trade.filter(trade.flow == "import")
    bases = imports.group_by(basis_source=imports.source, basis_reporter=imports.reporter).agg(
        origin=imports.count(where=imports.basis == "origin"),
        consignment=imports.count(where=imports.basis == "consignment"),
    )
    joined = there.left_join(
        bases, [there.source == bases.basis_source, there.reporter == bases.basis_reporter]
    )
    counts = {name: joined[name].fill_null(0) for name in ("origin", "consignment")}
    return joined.select(*LISTED, **counts)
