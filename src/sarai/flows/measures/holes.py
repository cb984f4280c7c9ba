r"""Which periods of a span a reporter has not published: the grid less the coverage.

.. math:: H = (R \times F \times T) \setminus P
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.method import Method
from sarai.flows.measures.terms import periods_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

    from sarai.flows.periods import Span

__all__ = ["METHOD", "holes"]

METHOD = Method(
    name="holes",
    title="Periods that were not published",
    formula=r"(R \times F \times T) \setminus P",
    source="this room's own, of what its sources say that they have published",
    unit="one row for each period of a reporter's flow",
    null="nothing is null in it",
)


def holes(
    published: Table,
    *,
    source: str,
    span: Span,
    reporters: Sequence[str] = (),
    flows: Sequence[str] = ("export", "import"),
    frequency: str = "M",
) -> Table:
    """The holes of a source within a span.

    Parameters
    ----------
    reporters : sequence of str
        Who should have published; none means all who ever did in that source. Who never did is a hole
        throughout, and only shows if it is named.

    Returns
    -------
    Table
        source, reporter, flow, frequency, period.
    """
    import ibis

    there = published.filter(published.source == source, published.frequency == frequency)
    there = there.select("reporter", "flow", "period").distinct()
    if reporters:
        who = ibis.memtable([(each,) for each in sorted(set(reporters))], schema={"reporter": "string"})
    else:
        who = there.select("reporter").distinct()
    which = ibis.memtable([(each,) for each in flows], schema={"flow": "string"})
    when = ibis.memtable([(each,) for each in periods_of(span, frequency)], schema={"period": "date"})
    grid = who.cross_join(which).cross_join(when)
    missing = grid.anti_join(there, ["reporter", "flow", "period"])
    return missing.select(
        source=ibis.literal(source),
        reporter=missing.reporter,
        flow=missing.flow,
        frequency=ibis.literal(frequency),
        period=missing.period,
    )
