"""The widest mirror gaps of a question, however large: asked in parts, the widest of each kept.

All of a world's trade has more pairs, codes and periods than anyone reads, and more than memory holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarai.flows.measures.legs import legs
from sarai.flows.measures.mirror import mirror_gap
from sarai.flows.parts import parts

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from sarai.flows.periods import Span
    from sarai.flows.question import Question
    from sarai.flows.ready import Ready

__all__ = ["rows_within", "widest_gaps"]

ROW_BYTES = 200  # of a row on its way through grouping and scoring, and as much again for the rest


def rows_within(memory_mb: int) -> int:
    """How many rows a part may have so that its work fits in memory."""
    return memory_mb * 1_000_000 // (2 * ROW_BYTES)


def widest_gaps(
    ready: Ready,
    question: Question,
    engine: BaseBackend,
    *,
    base: Span,
    span: Span,
    top: int,
    memory_mb: int,
    by: str = "score",
) -> list[dict[str, Any]]:
    """The gaps of a span that are widest by score, change, share or level; those of known score first.

    Returns
    -------
    list of dict
        As `mirror_gap` has them, the widest first.
    """
    whole = parts(ready.raw, engine, rows_within(memory_mb))
    found: list[dict[str, Any]] = []
    for part in whole:
        trade = ready.trade if len(whole) == 1 else ready.of(part)
        found += engine.to_pyarrow(_widest(ready, question, trade, base, span, top, by)).to_pylist()
    return sorted(found, key=lambda row: (-row[by], _name(row)))[:top]


def _widest(
    ready: Ready, question: Question, trade: Table, base: Span, span: Span, top: int, by: str
) -> Table:
    import ibis

    both = legs(trade, ready.published, ready.sources, mass=False)
    if question.exporters:
        both = both.filter(both.exporter.isin(question.exporters))
    if question.importers:
        both = both.filter(both.importer.isin(question.importers))
    gaps = mirror_gap(both.cache(), base)
    shown = gaps.filter(gaps.period.between(span.first, span.last), gaps[by].notnull())
    return shown.order_by([ibis.desc(by), "exporter", "importer", "code", "period"]).limit(top)


def _name(row: dict[str, Any]) -> tuple:
    return row["exporter"], row["importer"], row["code"], row["period"]
