"""What a study asks statistics, and how its figures are fetched: both sides of a question, series, legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from sarai.flows.measures.terms import PER_YEAR, Term, held, periods_of, year_before
from sarai.flows.periods import Span
from sarai.goods import SaraiError
from sarai.telling.charts.data import Value

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from sarai.flows.chance import Grid
    from sarai.flows.measures.reexports import Passage
    from sarai.flows.question import Question
    from sarai.flows.ready import Ready

__all__ = ["LEGS", "Asking", "Lacking", "Study", "around", "grid", "line_of", "passage", "span_of", "term"]

LEGS = ("exported", "imported")


class Lacking(SaraiError):
    """A part of a study for which there is nothing to say, with the reason."""


class Asking(Protocol):
    """A question, the trade that answers it, and what computes it."""

    @property
    def question(self) -> Question:
        """The question."""

    @property
    def ready(self) -> Ready:
        """The trade that answers it."""

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Compute a table."""


class Study(Struct, frozen=True, kw_only=True):
    """A question put to all measures.

    Attributes
    ----------
    engine
        An Ibis backend.
    statistics : Statistics
        Where the trade is from.
    base, span : Span
        What is asked about, and what it is compared with.
    least, growth : float
        Of anomalous markets: the value (currency), and the growth above which they are so.
    treated : tuple of str
        Codes of the difference in differences, of the edition `treated_of` (that of the answer if empty).
    """

    question: Any
    ready: Any
    engine: Any
    statistics: Any
    base: Span
    span: Span
    least: float = 10_000_000
    growth: float = 1.0
    treated: tuple[str, ...] = ()
    treated_of: str = ""
    memory_mb: int = 4096
    top: int = 20
    seed: int = 1

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Compute a table."""
        from sarai.flows.engines import rows_of

        return rows_of(self.engine, table)

    @property
    def now(self) -> dict[str, Any]:
        """The span, for measures of one."""
        return {"span": self.span, "frequency": self.question.frequency}

    @property
    def both(self) -> dict[str, Any]:
        """Both spans, for measures that compare sums over them."""
        return {**self.now, "base": self.alike}

    @property
    def alike(self) -> Span:
        """The base, if it has as many periods as the span; else the same months of the year before.

        Raises
        ------
        Lacking
            These are not in the base.
        """
        now, then = (len(periods_of(each, self.question.frequency)) for each in (self.span, self.base))
        before = year_before(self.span)
        if now == then:
            return self.base
        if self.base.first <= before.first and before.last <= self.base.last:
            return before
        raise Lacking(
            f"sums of {now} and of {then} periods cannot be compared; give spans of the same months"
        )


# -- sides ---------------------------------------------------------------------------------------


def around(question: Question) -> Question:
    """With who is in between as importer of the one leg and exporter of the other."""
    if not (question.exporters and question.importers):
        return question
    return replace(
        question,
        exporters=tuple(dict.fromkeys(question.exporters + question.through)),
        importers=tuple(dict.fromkeys(question.through + question.importers)),
    )


def passage(ask: Asking, inbound: str = "", outbound: str = "") -> Passage:
    """The way through the country in between.

    Parameters
    ----------
    inbound, outbound : str
        Whose figures of each leg, "exported" or "imported"; if empty, those of the country in between, or
        of its partners where it has published none.

    Raises
    ------
    Lacking
        One of the three sides is not named, or several countries are in between.
    """
    from sarai.flows.measures.reexports import Passage

    asked, sources = ask.question, ask.ready.sources
    if not (asked.exporters and asked.through and asked.importers):
        raise Lacking("it needs who sends, who is in between and who receives: --from, --through and --to")
    if len(asked.through) > 1:
        raise Lacking(f"{' and '.join(asked.through)} are several; ask of one country in between at a time")
    transit = asked.through[0]
    return Passage(
        transit=transit, senders=asked.exporters, destinations=asked.importers,
        exported=sources.exported, imported=sources.imported,
        inbound=inbound or ("imported" if _publishes(ask, transit, "import") else "exported"),
        outbound=outbound or ("exported" if _publishes(ask, transit, "export") else "imported"),
    )  # fmt: skip


def _publishes(ask: Asking, country: str, flow: str) -> bool:
    """Whether a country has published anything of a flow in the time that is asked about."""
    source = ask.ready.sources.exported if flow == "export" else ask.ready.sources.imported
    there, span = ask.ready.published, span_of(ask)
    found = there.filter(
        there.source == source, there.reporter == country, there.flow == flow,
        there.frequency == ask.question.frequency, there.period.between(span.first, span.last),
    )  # fmt: skip
    return bool(ask.rows(found.limit(1)))


def term(ask: Asking, leg: str, exporters: Sequence[str], importers: Sequence[str]) -> Term:
    """Flows as their exporters, or as their importers, report them."""
    sources, out = ask.ready.sources, leg == "exported"
    return Term(
        source=sources.exported if out else sources.imported, flow="export" if out else "import",
        span=span_of(ask), reporters=tuple(exporters if out else importers),
        partners=tuple(importers if out else exporters),
    )  # fmt: skip


def span_of(ask: Asking) -> Span:
    """All of the time that is asked about."""
    if ask.question.span is None:
        raise Lacking("it needs a span of time: --span")
    return ask.question.span


# -- series --------------------------------------------------------------------------------------


def grid(ask: Asking, of: Term, by: Sequence[str] = (), trade: Table | None = None) -> Grid:
    """The series of each group, of every period of the question."""
    from sarai.flows.chance import grid_of
    from sarai.flows.measures.series import series

    rows = ask.ready.trade if trade is None else trade
    found = series(rows, ask.ready.published, term=of, by=tuple(by), frequency=ask.question.frequency)
    return grid_of(ask.rows(found), by)


def line_of(ask: Asking, of: Grid, group: tuple, known: Mapping[str, set[date]], reporter: str) -> tuple:
    """The values of a group; of one without any row, zero where its reporter published, else a hole."""
    if group in of.groups:
        return tuple(None if isnan(each) else float(each) for each in of.values[of.groups.index(group)])
    there = known.get(reporter, set())
    return tuple(0.0 if period in there else None for period in periods_of(span_of(ask), _frequency(ask)))


def published_by(ask: Asking, of: Term) -> dict[str, set[date]]:
    """The periods that each reporter of a term has published."""
    there = held(ask.ready.trade, ask.ready.published, _frequency(ask))
    found: dict[str, set[date]] = {}
    for row in ask.rows(there.filter(of.covered(there)).select("reporter", "period").distinct()):
        found.setdefault(row["reporter"], set()).add(row["period"])
    return found


def sizes(of: Grid) -> dict[tuple, float]:
    """What is known of each group, added up."""
    import numpy as np

    return dict(zip(of.groups, np.nansum(of.values, axis=1).tolist(), strict=True)) if of.groups else {}


def step_months(ask: Asking) -> int:
    """From one period to the next."""
    return 12 // PER_YEAR[_frequency(ask)]


def first_period(ask: Asking) -> date:
    """The first of the question."""
    return periods_of(span_of(ask), _frequency(ask))[0]


def _frequency(ask: Asking) -> str:
    return ask.question.frequency


def known(value: Value) -> Value:
    """A figure that a chart can draw: an infinite one, such as growth from zero, is none."""
    from math import isfinite

    return value if value is not None and isfinite(value) else None
