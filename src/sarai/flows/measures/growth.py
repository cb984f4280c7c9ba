r"""Growth of a group of flows over a base span, such as "sanctioned goods to the neighbours".

.. math:: \text{growth} = \frac{\sum_{t \in \text{span}} x_t}{\sum_{t \in \text{base}} x_t} - 1

Spans of the same months of two years keep seasons out of it (Zemlys 2023 compares March to November 2022
with March to November 2021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import growth_of
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.periods import Span

__all__ = ["METHOD", "growth"]

METHOD = Method(
    name="growth",
    title="Growth over a base span",
    formula=r"\sum_{t \in \text{span}} x_t / \sum_{t \in \text{base}} x_t - 1",
    source="Zemlys 2023, after Eurostat's monthly exports by CN8",
    unit="currency; growth as a ratio, 1 for a doubling",
    null=f"{HOLE}; `value_at_least` and `growth_at_least` are what is known of it",
)


def growth(
    trade: Table,
    published: Table,
    *,
    source: str,
    span: Span,
    base: Span,
    flow: str = "export",
    reporters: Sequence[str] = (),
    partners: Sequence[str] = (),
    by: Sequence[str] = (),
    basis: str = "origin",
    frequency: str = "M",
) -> Table:
    """Growth of flows over a base span, of all together or for each group.

    Parameters
    ----------
    trade, published : Table
        Prepared trade, and the coverage.
    reporters, partners : sequence of str
        Whose figures, and with whom; none means all.
    by : sequence of str
        Groups: some of exporter, importer, code. None for one figure.

    Returns
    -------
    Table
        The columns of `by`; value, base (currency); change (currency), growth (ratio, infinite from zero);
        value_at_least, base_at_least (currency), growth_at_least (null without a base that is known);
        value_holes, base_holes (periods times reporters), value_confidential, base_confidential (rows).
    """
    shared = dict(source=source, flow=flow, reporters=tuple(reporters), partners=tuple(partners), basis=basis)
    terms = {"value": Term(span=span, **shared), "base": Term(span=base, **shared)}
    found = tallies(trade, published, terms, by, frequency=frequency)
    found = found.mutate(
        change=found.value - found.base,
        growth=growth_of(found.value, found.base),
        growth_at_least=growth_of(found.value_at_least, found.base),
    )
    figures = ("value", "base", "change", "growth", "value_at_least", "base_at_least", "growth_at_least")
    doubts = ("value_holes", "base_holes", "value_confidential", "base_confidential")
    return found.select(*by, *figures, *doubts)
