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

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from sarai.flows.periods import Span

__all__ = ["LEAST_BASE", "LEAST_SPREAD", "mirror_gap"]

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
    gaps = legs.mutate(gap=legs.exported - legs.imported)
    gaps = gaps.mutate(gap_share=(gaps.exported > 0).ifelse(gaps.gap / gaps.exported, None))
    gaps = gaps.mutate(
        gap_log=both(gaps.exported, gaps.imported).ifelse((gaps.exported / gaps.imported).ln(), None)
    )
    past = _past(gaps, base)
    joined = gaps.left_join(past, [gaps[name] == past[f"past_{name}"] for name in PAIR])
    joined = joined.drop(*[f"past_{name}" for name in PAIR])
    known = joined.base_periods >= LEAST_BASE
    joined = joined.mutate(change=known.ifelse(joined.gap_log - joined.base_mean, None))
    spread = (joined.base_spread > LEAST_SPREAD).ifelse(joined.base_spread, LEAST_SPREAD)
    return joined.mutate(score=joined.change / spread)


def _past(gaps: Table, base: Span) -> Table:
    """Mean, spread and number of the gaps of each pair over its past."""
    then = gaps.filter(gaps.period.between(base.first, base.last), gaps.gap_log.notnull())
    sums = then.group_by(**{f"past_{name}": then[name] for name in PAIR}).agg(
        base_mean=then.gap_log.mean(), base_spread=then.gap_log.std(), base_periods=then.gap_log.count()
    )
    return sums.filter(sums.base_periods >= 1)
