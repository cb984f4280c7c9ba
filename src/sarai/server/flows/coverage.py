"""What is at hand, and what was published of what is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sarai.flows.measures.terms import periods_of
from sarai.flows.periods import Span
from sarai.flows.shape import TOTAL
from sarai.flows.statistics import Statistics
from sarai.server.flows.answer import AtHand, Coverage, Held

if TYPE_CHECKING:
    from datetime import date

    from ibis.backends import BaseBackend

    from sarai.server.flows.answering import Asking

MOST_ROWS = 40  # of a picture; the rest is counted
MOST_MONTHS = 120  # of a picture: more would be lines
ROW = ("source", "reporter", "flow")
FLOWS = ("export", "import")  # of which the others are parts


def at_hand(statistics: Statistics, engine: BaseBackend) -> AtHand:
    """All that is at hand: sources, and the months that each reporter has published."""
    trade, refused = statistics.trade(engine), statistics.refused(engine)
    rows = trade.group_by("source").agg(
        rows=trade.count(), reporters=trade.reporter.nunique(), first=trade.period.min(),
        last=trade.period.max(), digits=(trade.code == TOTAL).ifelse(0, trade.code.length()).max(),
        currencies=trade.currency.collect(distinct=True),
    )  # fmt: skip
    sources = [
        Held(**each | {"currencies": tuple(sorted(filter(None, each["currencies"])))})
        for each in engine.to_pyarrow(rows.order_by("source")).to_pylist()
    ]
    return AtHand(
        sources=tuple(sources),
        coverage=_all_months(engine.to_pyarrow(statistics.published(engine)).to_pylist()),
        refused=int(engine.to_pyarrow(refused["rows"].sum()).as_py() or 0),
    )


def _all_months(rows: Iterable[dict[str, Any]]) -> Coverage:
    """The latest months, whether published by themselves or within their year."""
    known = {
        (*(row[name] for name in ROW), row["period"].replace(month=month))
        for row in rows
        for month in (range(1, 13) if row["frequency"] == "A" else [row["period"].month])
    }
    ends = [period for *_, period in known]
    whole = Span(min(ends), max(ends))
    flows = sorted({who[:3] for who in known if who[2] in FLOWS})
    return _over(flows, known, periods_of(whole, "M")[-MOST_MONTHS:], "M")


def asked_for(asking: Asking) -> Coverage:
    """Of each country of the question, by period, whether its exports and imports were published."""
    question, sources, published = asking.wide, asking.ready.sources, asking.ready.published
    sides = (
        (sources.exported, "export", question.exporters),
        (sources.imported, "import", question.importers),
    )
    there = asking.rows(
        published.filter(
            published.frequency == asking.frequency,
            published.period.between(question.span.first, question.span.last),
            published.flow.isin(["export", "import"]),
        ).select(*ROW, "period").distinct()
    )  # fmt: skip
    known = {(row["source"], row["reporter"], row["flow"], row["period"]) for row in there}
    wanted = [
        (source, reporter, flow)
        for source, flow, named in sides
        for reporter in named or sorted({who for of, who, what, _ in known if (of, what) == (source, flow)})
    ]
    return _over(wanted, known, periods_of(question.span, asking.frequency), asking.frequency)


def _over(
    wanted: list[tuple[str, str, str]], known: set[tuple], periods: list[date], frequency: str
) -> Coverage:
    """Those with most holes first, if not all can be shown."""
    cells = {
        who: tuple(1.0 if (*who, period) in known else None for period in periods)
        for who in dict.fromkeys(wanted)
    }
    shown = sorted(cells, key=lambda who: (-cells[who].count(None), who))[:MOST_ROWS]
    rows = tuple(who for who in cells if who in set(shown))
    return Coverage(
        rows=rows,
        columns=tuple(f"{each:%Y}" if frequency == "A" else f"{each:%Y-%m}" for each in periods),
        cells=tuple(cells[who] for who in rows),
        more=len(cells) - len(rows),
    )
