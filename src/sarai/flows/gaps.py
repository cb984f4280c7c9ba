"""The widest mirror gaps of a question, however large: asked in parts, the widest of each kept.

All of a world's trade has more pairs, codes and periods than anyone reads, and more than memory holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sarai.flows.engines import rows_of
from sarai.flows.measures.legs import legs
from sarai.flows.measures.mirror import PAIR, mirror_gap, widest_pairs
from sarai.flows.parts import parts

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

    from sarai.flows.periods import Span
    from sarai.flows.question import Question
    from sarai.flows.ready import Ready

__all__ = ["rows_within", "widest_gaps"]

LEVELS = ("gap", "gap_share")  # which a leg of zero has too
ROW_BYTES = 100  # of a row on its way through grouping, as measured


def rows_within(memory_mb: int) -> int:
    """How many rows a part may have so that its work fits in memory."""
    return memory_mb * 1_000_000 // ROW_BYTES


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
    pairs: list[dict[str, Any]] = []
    for part in whole:
        trade = ready.trade if len(whole) == 1 else ready.of(part)
        both = _both(ready, question, trade, zeros=by in LEVELS)
        pairs += rows_of(engine, widest_pairs(both, base, span, by, top))
    widest = sorted(pairs, key=lambda row: (-row[by], _pair(row)))[:top]
    rows = _of_pairs(ready, question, widest, engine, base, span, by)
    return sorted(rows, key=lambda row: (-row[by], _pair(row), row["period"]))[:top]


def _of_pairs(
    ready: Ready,
    question: Question,
    pairs: Sequence[dict[str, Any]],
    engine: BaseBackend,
    base: Span,
    span: Span,
    by: str,
) -> list[dict[str, Any]]:
    """Every gap of some pairs."""
    parties = {pair[side] for pair in pairs for side in ("exporter", "importer")}
    trade = ready.between({pair["code"] for pair in pairs}, parties)
    gaps = mirror_gap(_both(ready, question, trade, zeros=True), base)
    shown = gaps.filter(gaps.period.between(span.first, span.last), gaps[by].notnull())
    wanted = {_pair(pair) for pair in pairs}
    return [row for row in rows_of(engine, shown) if _pair(row) in wanted]


def _both(ready: Ready, question: Question, trade: Table, *, zeros: bool) -> Table:
    """Both legs between the countries of the question."""
    frequency = question.frequency
    both = legs(trade, ready.published, ready.sources, frequency=frequency, mass=False, zeros=zeros)
    if question.exporters:
        both = both.filter(both.exporter.isin(question.exporters))
    if question.importers:
        both = both.filter(both.importer.isin(question.importers))
    return both


def _pair(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in PAIR)
