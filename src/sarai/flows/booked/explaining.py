r"""Which documents explain a gap between the book and a partner's statistics.

Of a group of cells with :math:`T` in the partner's statistics and :math:`B` in the book, the gap is
:math:`G = T - B`. Every reason of `sarai.flows.booked.gap.REASONS` names neighbouring cells, or documents
that are no trade, in which what is missing may lie. A neighbour :math:`n` (another code, another month)
that the partner has published differs by :math:`G_n`; goods have strayed into it only as far as it differs
the other way round, so it could explain

.. math:: E_n = \min(|G|, \max(0, -\operatorname{sign}(G)\, G_n)).

Where nothing can be compared, it is :math:`\min(|G|, A_n)` with what its documents hold, :math:`A_n`: an
upper bound. A unit value that differs explains, code by code, with masses :math:`m` and values per kg
:math:`u`,

.. math:: \min(m_T, m_B)\,(u_T - u_B).

What was cleared without a country explains as much as its holder received from the partner under transit,
or, if the holder received nothing so from anywhere, all that it cleared.

No document serves two reasons but that of the unit value, and goods that strayed twice (into another code
and another month) are found by none. A candidate is no finding: it says which documents to open first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sarai.flows.booked.crossings import Booked
from sarai.flows.booked.found import Found, found
from sarai.flows.booked.gap import Candidate, Explanation, Question
from sarai.flows.booked.marking import OWN, marked
from sarai.flows.booked.mirrored import Theirs, theirs
from sarai.flows.booked.priced import priced

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["explain"]

UNLESS_LESS = ("other_party", "edition", "third_country", "left_again", "under_way", "lost", "passed_through")
"""Reasons that nothing compares with: what their documents hold may be missing in the cell."""


def explain(read: Booked, trade: Table, published: Table, question: Question) -> Explanation:
    """Explain a gap by the documents of the book.

    Parameters
    ----------
    read
        The book's papers, on the engine on which the statistics are too.
    trade, published
        The partner's statistics, prepared (one source, monthly, one edition and currency), and coverage.

    Raises
    ------
    BadSetting
        The partner has not published the whole span, something in the cell is confidential, or the trade
        holds several statistics of it.
    """
    reported = theirs(trade, published, question)
    with marked(read, question).cache() as marks:
        ours = found(marks, question.shown)
        total, stated = ours.amount(OWN), reported.amount(reported.own)
        gap = stated - total
        candidates = [*_candidates(ours, reported, gap), *priced(marks, ours, reported, gap)]
    candidates = sorted(
        (each for each in candidates if each.explains > 0), key=lambda c: (-c.explains, c.reason, c.where)
    )
    return Explanation(
        question=question,
        ours=total,
        theirs=stated,
        gap=gap,
        count=ours.count(OWN),
        papers=ours.papers(OWN),
        unmeasured=ours.unmeasured(OWN),
        candidates=tuple(candidates),
        unexplained=max(0.0, abs(gap) - sum(each.explains for each in candidates)),
    )


def _candidates(ours: Found, reported: Theirs, gap: float) -> Iterator[Candidate]:
    """What may have strayed out of the cell, or into it."""
    yield from _neighbours("code", reported.by_code(), ours, gap)
    months = {f"{month:%Y-%m}": amount for month, amount in reported.by_month().items()}
    yield from _neighbours("month", months, ours, gap)
    if gap < 0:
        for where in ours.places(OWN):
            if where:
                yield ours.candidate("other_basis", where, None, gap, listed=(OWN, where))
        return
    for reason in UNLESS_LESS:
        for where in ours.places(reason):
            yield ours.candidate(reason, where, None, gap)
    for where in ours.places("no_country"):
        yield ours.candidate("no_country", where, ours.received(reported.question.partner), gap)


def _neighbours(
    reason: str, stated: Mapping[str, float | None], ours: Found, gap: float
) -> Iterator[Candidate]:
    """Cells beside ours, with how much more one side has there: we, if we lack goods here, else they."""
    for where in sorted({*stated, *ours.places(reason)}):
        here = ours.amount(reason, where)
        there = stated.get(where, 0.0 if reason == "code" else None)
        surplus = None if there is None else here - there
        if gap > 0:
            yield ours.candidate(reason, where, surplus, gap)
        elif surplus is not None:
            yield ours.candidate(reason, where, -surplus, gap, listed=(OWN, None))
