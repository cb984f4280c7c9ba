"""A question put to every measure, on one engine, within its time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sarai.flows.measures.legs import Sources
from sarai.flows.question import Question
from sarai.flows.ready import Ready, ready
from sarai.flows.statistics import Statistics
from sarai.goods import BadSetting
from sarai.reference.exchange import rates
from sarai.server.asking import Unclear
from sarai.server.flows import coverage, tracks
from sarai.server.flows.answer import Answer, Section, Value
from sarai.server.flows.asked import Meant
from sarai.telling.flows_asked import Lacking, around, passage
from sarai.telling.flows_measured import anomalous_by_chance, surged_by_chance

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from sarai.flows.measures.reexports import Passage

GROWTH = 1.0  # of an anomalous market: a doubling
SEED = 1  # of permutation tests: the same question has the same answer
TOP = 25  # rows of a section: more nobody reads, and the commands have them
PARTS = ("mirror", "reexports", "surges", "anomalies", "breaks")
NO_PASSAGE = "It needs who sends, the country in between, and who receives."
NO_ROWS = "Nothing is found that fits the question."


class Asking:
    """A question on an engine.

    Parameters
    ----------
    in_time : function
        Called between steps; raises when the time is over.
    """

    def __init__(
        self, meant: Meant, found: Ready, engine: BaseBackend, memory_mb: int, in_time: Callable[[], None]
    ) -> None:
        self.meant, self.ready, self.engine = meant, found, engine
        self.memory_mb, self.in_time = memory_mb, in_time

    @property
    def question(self) -> Question:
        """As it was asked."""
        return self.meant.question

    @property
    def wide(self) -> Question:
        """With who is in between as importer of the one leg and exporter of the other."""
        return around(self.question)

    @property
    def frequency(self) -> str:
        """Of the answer."""
        return self.meant.question.frequency

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Compute a table."""
        self.in_time()
        return self.engine.to_pyarrow(table).to_pylist()

    def top(self, table: Table, by: str, keys: Sequence[str], first: str = "") -> tuple[dict[str, Any], ...]:
        """The largest rows; those that are flagged before the others, and what is not known last."""
        import ibis

        order = [table[first].isnull(), _flag(table[first])] if first else []
        order += [table[by].isnull(), ibis.desc(by), *keys]
        return tuple(self.rows(table.order_by(order).limit(TOP)))

    def passage(self) -> Passage | None:
        """The way through the country in between; none if not all three are named."""
        try:
            return passage(self)
        except Lacking:
            return None
        except BadSetting as fault:
            raise Unclear("through", str(fault)) from fault


def answer(
    statistics: Statistics, meant: Meant, engine: BaseBackend, memory_mb: int, in_time: Callable[[], None],
    parts: Iterable[str] = PARTS,
) -> Answer:  # fmt: skip
    """What statistics answer, by the measures that are named.

    Raises
    ------
    NothingThere
        There are no such rows.
    Unclear
        The rows have several currencies, and the question names none.
    """
    found = _ready(statistics, meant, engine)
    asking = Asking(meant, found, engine, memory_mb, in_time)
    return Answer(
        question=meant.question, span=meant.span, base=meant.base, least=meant.least,
        currency=found.currency, edition=found.edition, sources=Sources(*found.sources),
        coverage=coverage.asked_for(asking),
        sections=tuple(MAKERS[name](asking) for name in parts),
        without_past=_left_out(asking, found.without_past()),
        without_rate=_left_out(asking, found.without_rate()),
    )  # fmt: skip


def _ready(statistics: Statistics, meant: Meant, engine: BaseBackend) -> Ready:
    try:
        return ready(statistics, meant.question, engine, rates())
    except BadSetting as fault:  # of all that it may object to, only the currency was not checked before
        said = str(fault).partition(";")[0]
        raise Unclear("currency", f"{said}; give the currency to answer in, such as USD") from fault


def studied(
    statistics: Statistics, meant: Meant, engine: BaseBackend, memory_mb: int, in_time: Callable[[], None],
    made: datetime,
) -> str:  # fmt: skip
    """The same question put to every measure and model, as a page by itself; faults as of `answer`."""
    from sarai.reference import priority
    from sarai.telling.flows_report import report_html
    from sarai.telling.flows_study import Study, study

    found = study(
        Study(
            question=meant.question, ready=_ready(statistics, meant, engine), engine=engine,
            statistics=statistics, base=meant.base, span=meant.span, least=meant.least,
            growth=GROWTH, treated=priority.codes(), treated_of="HS2022", memory_mb=memory_mb,
            top=TOP, seed=SEED,
        ),
        made,
    )  # fmt: skip
    in_time()
    return report_html(found)


def _left_out(asking: Asking, table: Table | None) -> tuple[dict[str, Any], ...]:
    return () if table is None else tuple(asking.rows(table.order_by(table.columns[:3])))


def _flag(column: Any) -> Any:
    """An order in which what is flagged comes first: true before false, anomalous before unknown."""
    return ~column if column.type().is_boolean() else column


# -- measures --------------------------------------------------------------------------------------


def _mirror(asking: Asking) -> Section:
    from sarai.flows.gaps import widest_gaps
    from sarai.flows.measures.mirror import METHOD

    asking.in_time()
    wide = dict(base=asking.meant.base, span=asking.meant.span, top=TOP, memory_mb=asking.memory_mb)
    rows = widest_gaps(asking.ready, asking.wide, asking.engine, **wide)
    by = "score"
    if not rows:  # no pair has a past of three periods
        by = "gap"
        rows = widest_gaps(asking.ready, asking.wide, asking.engine, **wide, by=by)
    drawn, more = tracks.both_legs(asking)
    return Section(
        name="mirror", method=METHOD, rows=tuple(rows), tracks=drawn, more_tracks=more,
        figures={"by": by}, lacking="" if rows or drawn else NO_ROWS,
    )  # fmt: skip


def _reexports(asking: Asking) -> Section:
    from sarai.flows.measures.reexports import METHOD, quantities, reexports, refused

    passage = asking.passage()
    if passage is None:
        return Section(name="reexports", method=METHOD, lacking=NO_PASSAGE)
    trade, published = asking.ready.trade, asking.ready.published
    of = dict(passage=passage, span=asking.meant.span, frequency=asking.frequency)
    found = reexports(trade, published, **of)
    compared = refused(quantities(trade, published, **of))
    rows = asking.top(found, "reexports", ("code", "period"))
    return Section(
        name="reexports", method=METHOD, rows=rows, tracks=tracks.passing(asking, passage),
        figures={"inbound": passage.inbound, "outbound": passage.outbound},
        refused=tuple(asking.rows(compared.order_by("code", "unit"))), lacking="" if rows else NO_ROWS,
    )  # fmt: skip


def _surges(asking: Asking) -> Section:
    from sarai.flows.measures.surges import METHOD, SurgeLine, surges

    passage, line = asking.passage(), SurgeLine()
    if passage is None:
        return Section(name="surges", method=METHOD, lacking=NO_PASSAGE)
    found = surges(
        asking.ready.trade, asking.ready.published, passage=passage, earlier=asking.meant.base,
        later=asking.meant.span, line=line, frequency=asking.frequency,
    )  # fmt: skip
    rows = asking.top(found, "outbound_later", ("code",), "surge")
    counted = found.agg(
        codes=found.count(), surges=found.count(where=found.surge), unknown=found.surge.isnull().sum()
    )
    (figures,) = asking.rows(counted)
    return Section(
        name="surges", method=METHOD, rows=rows, figures=_numbers(figures),
        chance=surged_by_chance(asking, passage, line, asking.meant.base, asking.meant.span, SEED),
        lacking="" if rows else NO_ROWS,
    )  # fmt: skip


def _anomalies(asking: Asking) -> Section:
    from sarai.flows.measures.anomalous import METHOD, anomalous, anomalous_share

    meant, trade = asking.meant, asking.ready.trade
    question = asking.wide
    found = anomalous(
        trade, asking.ready.published, source=asking.ready.sources.exported, span=meant.span, base=meant.base,
        reporters=question.exporters, partners=question.importers,
        six=trade.mutate(code=trade.code.left(6)) if question.digits > 6 else None,
        least=meant.least, growth=GROWTH, frequency=asking.frequency,
    )  # fmt: skip
    (figures,) = asking.rows(anomalous_share(found))
    kept = found.filter(found.verdict.isin(["anomalous", "unknown"]))
    rows = asking.top(kept, "value", ("exporter", "importer", "code"), "verdict")
    return Section(
        name="anomalies", method=METHOD, rows=rows, figures=_numbers(figures),
        chance=anomalous_by_chance(asking, meant.base, meant.span, meant.least, GROWTH, SEED),
        lacking="" if figures["markets"] else NO_ROWS,
    )  # fmt: skip


def _breaks(asking: Asking) -> Section:
    rows, drawn, more = tracks.broken(asking)
    return Section(
        name="breaks", method=tracks.BREAKS, rows=rows, tracks=drawn, more_tracks=more,
        lacking="" if rows else NO_ROWS,
    )  # fmt: skip


def _numbers(figures: dict[str, Any]) -> dict[str, Value]:
    return {name: each or 0 if name != "share" else each for name, each in figures.items()}


MAKERS: dict[str, Callable[[Asking], Section]] = {
    "mirror": _mirror, "reexports": _reexports, "surges": _surges, "anomalies": _anomalies, "breaks": _breaks,
}  # fmt: skip

__all__ = ["PARTS", "TOP", "Asking", "answer", "studied"]
