r"""Two sources on the same cell: both shown, beside each other.

.. math:: \text{difference} = a - b, \qquad \text{ratio} = \frac{a}{b}

Neither is taken for the truth, and they are never averaged. Sources differ by revisions, by what they
estimate, by exchange rates and by rounding.
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

__all__ = ["METHOD", "disagreement"]

METHOD = Method(
    name="disagreement",
    title="Two sources on the same cell",
    formula="a - b, a / b",
    source="this room's own",
    unit="currency; ratio of the first source to the second",
    null=f"{HOLE}; the ratio also if the second source says zero",
)

CELL = ("exporter", "importer", "code", "period")


def disagreement(
    trade: Table,
    published: Table,
    *,
    first: str,
    second: str,
    flow: str,
    span: Span,
    reporters: Sequence[str] = (),
    partners: Sequence[str] = (),
    by: Sequence[str] = CELL,
    basis: str = "origin",
    frequency: str = "M",
) -> Table:
    """What two sources say of the same flows, in every cell that either has a row of.

    Parameters
    ----------
    first, second : str
        The sources.
    by : sequence of str
        What a cell is: some of exporter, importer, code, period.

    Returns
    -------
    Table
        The columns of `by`; first, second, difference (currency), ratio; first_holes, second_holes,
        first_confidential, second_confidential.
    """
    shared = dict(flow=flow, span=span, reporters=tuple(reporters), partners=tuple(partners), basis=basis)
    terms = {"first": Term(source=first, **shared), "second": Term(source=second, **shared)}
    found = tallies(trade, published, terms, by, frequency=frequency)
    said = {
        "difference": found["first"] - found["second"],
        "ratio": ratio(found["first"], found["second"]),
    }
    doubts = [f"{name}_{doubt}" for doubt in ("holes", "confidential") for name in terms]
    return found.mutate(**said).select(*by, *terms, *said, *doubts)
