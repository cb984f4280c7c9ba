r"""Lost in transit: what exporters say they sent more than before, and destinations did not receive.

With :math:`X` exported and :math:`M` imported of the same flows, and :math:`\Delta` the change from the base
span to the span,

.. math:: \text{share} = \frac{\Delta X - \Delta M}{\Delta X}, \qquad \Delta X > 0

Chupilkin, Javorcik and Plekhanov (2025, CEPR DP20097) find about half of the additional exports of the EU
and the UK to Armenia, Kazakhstan and Kyrgyzstan in 2022-23 unrecorded on arrival. Freight, which importers
add, and origin, by which they may record another partner, are in both spans and fall out as far as they
stay the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import ratio
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term, year_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.measures.legs import Sources
    from sarai.flows.periods import Span

__all__ = ["METHOD", "lost_in_transit"]

METHOD = Method(
    name="lost_in_transit",
    title="Lost in transit",
    formula=r"(\Delta X - \Delta M) / \Delta X",
    source="after Chupilkin, Javorcik and Plekhanov 2025, CEPR Discussion Paper 20097",
    unit="currency; share as a ratio, above 1 if imports fell while exports grew",
    null=f"{HOLE}; the share also if exports did not grow",
)


def lost_in_transit(
    trade: Table,
    published: Table,
    *,
    sources: Sources,
    exporters: Sequence[str],
    importers: Sequence[str],
    span: Span,
    base: Span | None = None,
    by: Sequence[str] = (),
    basis: str = "origin",
    frequency: str = "M",
) -> Table:
    """Additional exports of a span, and how much of them the importers did not record.

    Parameters
    ----------
    base : Span, optional
        What the span is compared with; the same months of the year before if not given.
    by : sequence of str
        Groups: some of exporter, importer, code. A group's gap may be another's surplus (goods that arrive
        under another code), so the sum of the losses of groups is more than the loss of all.

    Returns
    -------
    Table
        The columns of `by`; exported, imported, exported_base, imported_base (currency) and of each
        NAME_holes and NAME_confidential; additional, unrecorded (currency: the change of exports, and of
        exports less imports), share (of the additional, null unless that is above zero).
    """
    base = base or year_before(span)
    senders, receivers = tuple(exporters), tuple(importers)
    outward = dict(flow="export", source=sources.exported, reporters=senders, partners=receivers)
    inward = dict(flow="import", source=sources.imported, reporters=receivers, partners=senders)
    terms = {
        "exported": Term(**outward, span=span),
        "imported": Term(**inward, span=span, basis=basis),
        "exported_base": Term(**outward, span=base),
        "imported_base": Term(**inward, span=base, basis=basis),
    }
    found = tallies(trade, published, terms, by, frequency=frequency)
    found = found.mutate(additional=found.exported - found.exported_base)
    found = found.mutate(unrecorded=found.additional - (found.imported - found.imported_base))
    found = found.mutate(share=ratio(found.unrecorded, found.additional))
    shown = [f"{name}{suffix}" for name in terms for suffix in ("", "_holes", "_confidential")]
    return found.select(*by, *shown, "additional", "unrecorded", "share")
