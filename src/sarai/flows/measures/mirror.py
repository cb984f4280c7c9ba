r"""The mirror gap: what the exporter says it sent, against what the importer says it received.

With :math:`X` exported and :math:`M` imported of one code between two countries in a period,

.. math::

   \text{level} = X - M, \qquad \text{share} = \frac{X - M}{X}, \qquad \text{log} = \ln X - \ln M

(Bhagwati 1964; the log gap is that of Fisman and Wei, 2004, *Journal of Political Economy* 112(2)).
Levels are biased by freight, origin and classification, and stay biased from year to year. So a pair is
scored by the *change* of its log gap against its own past:

.. math:: \text{score}_t = \frac{g_t - \bar g_{base}}{\max(s_{base}, s_{min})}

with the mean and the standard deviation of the gap over the base span. Without at least `LEAST_BASE`
periods in it a pair has no past and no score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.legs import both
from sarai.flows.measures.method import Method

if TYPE_CHECKING:
    from ibis.expr.types import Table, Value

    from sarai.flows.periods import Span

__all__ = ["LEAST_BASE", "LEAST_SPREAD", "METHOD", "mirror_gap", "widest_pairs"]

METHOD = Method(
    name="mirror_gap",
    title="Mirror gap",
    formula=r"X - M, \quad (X - M) / X, \quad \ln X - \ln M",
    source="Bhagwati 1964; Fisman and Wei 2004, Journal of Political Economy 112(2)",
    unit="currency; ratio; logarithm; score in spreads of the pair's own past",
)

LEAST_BASE = 3  # periods: from fewer, a spread says nothing
LEAST_SPREAD = 0.05  # of the log gap: rounding and exchange rates alone move it so much
PAIR = ("exporter", "importer", "code")


def mirror_gap(legs: Table, base: Span) -> Table:
    """The gap of every pair, code and period, scored against the pair's own past.

    Parameters
    ----------
    legs : Table
        As `sarai.flows.measures.legs.legs` makes it.
    base : Span
        The past that gaps are scored against; its own periods get scores too.

    Returns
    -------
    Table
        Those of `legs`, and gap (currency), gap_share, gap_log, base_mean, base_spread (of gap_log),
        base_periods, change (gap_log less base_mean), score. Null where a leg is a hole; gap_log and
        what follows from it also where a leg is zero.
    """
    gaps = _gaps(legs)
    past = gaps.group_by(**{f"past_{name}": gaps[name] for name in PAIR}).agg(**_past(gaps, base))
    joined = gaps.left_join(past, [gaps[name] == past[f"past_{name}"] for name in PAIR])
    joined = joined.drop(*[f"past_{name}" for name in PAIR])
    return joined.mutate(**_scored(joined, joined.gap_log))


def widest_pairs(legs: Table, base: Span, span: Span, by: str, top: int) -> Table:
    """The pairs and codes whose gaps grew widest within a span, without keeping every gap.

    The most of a pair's scores is the score of the most of its logarithms, so one pass over the legs
    suffices; `mirror_gap` of those pairs alone then has every row that is among the widest of all.

    Parameters
    ----------
    by : str
        "score", "change", "gap_share" or "gap".

    Returns
    -------
    Table
        exporter, importer, code, that column at its most, base_periods; at most `top` rows.
    """
    import ibis

    gaps = _gaps(legs)
    now = gaps.period.between(span.first, span.last)
    most = {f"most_{name}": gaps[name].max(where=now) for name in ("gap_log", "gap_share", "gap")}
    pairs = gaps.group_by(list(PAIR)).agg(**_past(gaps, base), **most)
    pairs = pairs.mutate(
        gap=pairs.most_gap, gap_share=pairs.most_gap_share, **_scored(pairs, pairs.most_gap_log)
    )
    kept = pairs.filter(pairs[by].notnull()).select(*PAIR, by, "base_periods")
    return kept.order_by([ibis.desc(by), *PAIR]).limit(top)


def _gaps(legs: Table) -> Table:
    known = both(legs.exported, legs.imported)
    return legs.mutate(
        gap=legs.exported - legs.imported,
        gap_share=(legs.exported > 0).ifelse((legs.exported - legs.imported) / legs.exported, None),
        gap_log=known.ifelse((legs.exported / legs.imported).ln(), None),
    )


def _past(gaps: Table, base: Span) -> dict[str, Value]:
    """Mean, spread and number of the gaps of each pair over its past."""
    then = gaps.period.between(base.first, base.last) & gaps.gap_log.notnull()
    return {
        "base_mean": gaps.gap_log.mean(where=then),
        "base_spread": gaps.gap_log.std(where=then),
        "base_periods": gaps.gap_log.count(where=then),
    }


def _scored(table: Table, gap_log: Value) -> dict[str, Value]:
    """Change and score of a logarithm against the past beside it."""
    change = (table.base_periods >= LEAST_BASE).ifelse(gap_log - table.base_mean, None)
    spread = (table.base_spread > LEAST_SPREAD).ifelse(table.base_spread, LEAST_SPREAD)
    return {"change": change, "score": change / spread}
