r"""Concentration of trade over partners or over products.

With shares :math:`s_i` of :math:`n` partners or products that have any trade,

.. math::

   H = \sum_i s_i^2, \qquad H^* = \frac{H - 1/n}{1 - 1/n}, \qquad N = \frac{1}{H}

the Herfindahl-Hirschman index (Hirschman 1964, *American Economic Review* 54(5)), between :math:`1/n` and 1;
normalised, between 0 and 1; and the number of equal ones that would be as concentrated (Adelman 1969).
Shares are of what is known: with holes or confidential rows, which are counted beside, of that alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.measures.arithmetic import ratio
from sarai.flows.measures.method import Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import Term
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

__all__ = ["METHOD", "concentration"]

METHOD = Method(
    name="concentration",
    title="Concentration",
    formula=r"H = \sum_i s_i^2, H^* = (H - 1/n) / (1 - 1/n), N = 1/H",
    source="Hirschman 1964, American Economic Review 54(5); Adelman 1969",
    unit="ratio between 0 and 1; N a number of partners or products",
    null="nothing is known to have been traded; normalised, also if there is only one",
)


def concentration(
    trade: Table,
    published: Table,
    *,
    term: Term,
    over: str,
    by: Sequence[str] = (),
    top: int = 3,
    frequency: str = "M",
) -> Table:
    """How concentrated flows are over partners or products.

    Parameters
    ----------
    over : str
        What shares are of: "exporter", "importer" or "code".
    by : sequence of str
        Groups: others of exporter, importer, code, period. None for one figure.
    top : int
        How many of the largest `top_share` takes together.

    Returns
    -------
    Table
        The columns of `by`; known (currency, the sum of what is known), number, hhi, hhi_normalised,
        equivalent, top_share; holes (of periods times reporters), confidential (rows).
    """
    import ibis

    if over in by or over == "period":
        raise BadSetting(f"shares over {over!r} within {', '.join(by) or 'all'} say nothing; use another")
    found = tallies(trade, published, {"value": term}, (*by, over), frequency=frequency)
    rank = ibis.row_number().over(group_by=list(by), order_by=[found.value_at_least.desc(), found[over]])
    found = found.mutate(known=found.value_at_least, rank=rank)
    sums = found.group_by(list(by)) if by else found
    sums = sums.agg(
        total=found.known.sum(),
        squares=(found.known * found.known).sum(),
        largest=found.known.sum(where=found["rank"] < top),
        number=found.count(where=found.known > 0),
    )
    whole = tallies(trade, published, {"value": term}, by, frequency=frequency)
    whole = whole.select(
        **{f"of_{name}": whole[name] for name in by},
        holes=whole.value_holes,
        confidential=whole.value_confidential,
    )
    if not by:
        return _indices(sums.cross_join(whole), by)
    return _indices(sums.left_join(whole, [sums[name] == whole[f"of_{name}"] for name in by]), by)


def _indices(sums: Table, by: Sequence[str]) -> Table:
    even = ratio(1.0, sums.number)
    sums = sums.mutate(hhi=ratio(sums.squares, sums.total * sums.total), even=even)
    return sums.select(
        *by,
        known=sums.total,
        number=sums.number,
        hhi=sums.hhi,
        hhi_normalised=ratio(sums.hhi - sums.even, 1 - sums.even),
        equivalent=ratio(1.0, sums.hhi),
        top_share=ratio(sums.largest, sums.total),
        holes=sums.holes,
        confidential=sums.confidential,
    )
