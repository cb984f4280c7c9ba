r"""Imports by origin against imports by consignment: what came by way of somebody else.

With :math:`O` imported from where goods were made and :math:`C` from where they were sent,

.. math:: \text{difference} = O - C, \qquad \text{share} = \frac{O - C}{\max(O, C)} \in [-1, 1]

A partner above zero made goods that others sent; one below zero sent goods that others made. Over all
partners both are the same imports, so differences add up to zero (IMTS 2010, chapter VI).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import ratio
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.periods import Span

__all__ = ["METHOD", "origin_consignment"]

METHOD = Method(
    name="origin_consignment",
    title="Origin against consignment",
    formula=r"(O - C) / \max(O, C)",
    source="IMTS 2010, chapter VI, which asks for both",
    unit="currency; share as a ratio between -1 and 1",
    null=f"{HOLE}, or its imports are told by one of the two bases only",
)


def origin_consignment(
    trade: Table,
    published: Table,
    *,
    source: str,
    span: Span,
    reporters: Sequence[str] = (),
    partners: Sequence[str] = (),
    by: Sequence[str] = ("exporter", "importer", "period"),
    frequency: str = "M",
) -> Table:
    """Imports of the same partner on both bases.

    Parameters
    ----------
    by : sequence of str
        Groups: some of exporter, importer, code, period.

    Returns
    -------
    Table
        The columns of `by`; by_origin, by_consignment, difference (currency), share (null if both are zero)
        and by_origin_holes, by_consignment_holes, by_origin_confidential, by_consignment_confidential.
    """
    import ibis

    shared = dict(
        source=source, flow="import", span=span, reporters=tuple(reporters), partners=tuple(partners)
    )
    terms = {f"by_{basis}": Term(**shared, basis=basis) for basis in ("origin", "consignment")}
    found = tallies(trade, published, terms, by, frequency=frequency)
    found = found.mutate(difference=found.by_origin - found.by_consignment)
    larger = ibis.greatest(found.by_origin, found.by_consignment)
    found = found.mutate(share=ratio(found["difference"], larger))
    doubts = [f"{name}_{doubt}" for doubt in ("holes", "confidential") for name in terms]
    return found.select(*by, *terms, "difference", "share", *doubts)
