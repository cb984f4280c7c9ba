r"""Surge lines: goods that surged on both legs of a passage, into a transit country and out of it.

.. math::

   s = \frac{\bar x_{later} + c}{\bar x_{earlier} + c}, \qquad
   \text{surge} = (s_{in} \ge 2) \wedge (s_{out} \ge 2) \wedge
   (\bar x_{later,in} > 0.2\,\text{m}) \wedge (\bar x_{later,out} > 0.1\,\text{m})

with means per year: of each reporter over the periods that it has published, times the periods of a year,
added up over reporters. The constant :math:`c` keeps lines that were nearly nothing from growing without
bound. Surge lines are *selected on the outcome*: a model that is run on them afterwards must repeat the
selection in a permutation test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.flows.measures.arithmetic import ratio
from sarai.flows.measures.method import Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import PER_YEAR, Term, held, periods_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ibis.expr.types import Table

    from sarai.flows.measures.reexports import Passage
    from sarai.flows.periods import Span

__all__ = ["METHOD", "SurgeLine", "surges"]

METHOD = Method(
    name="surges",
    title="Surge lines on both legs",
    formula=r"(\bar x_{later} + c) / (\bar x_{earlier} + c) \ge 2 \text{ on both legs}",
    source="this room's own thresholds, each of them an argument",
    unit="currency per year, as the mean of the published periods",
    null="a reporter has published no period of the span, or keeps a value in it confidential",
)


class SurgeLine(Struct, frozen=True, kw_only=True):
    """What counts as a surge; in the currency of the trade, per year, as of US dollars."""

    constant: float = 10_000
    growth: float = 2
    inbound: float = 200_000
    outbound: float = 100_000


def surges(
    trade: Table,
    published: Table,
    *,
    passage: Passage,
    earlier: Span,
    later: Span,
    line: SurgeLine | None = None,
    frequency: str = "M",
) -> Table:
    """Whether each code surged on both legs of a passage.

    Returns
    -------
    Table
        code; inbound_earlier, inbound_later, outbound_earlier, outbound_later (currency per year) and of
        each NAME_holes (periods times reporters that the mean does without), NAME_silent (reporters that
        published none: then the mean is null), NAME_confidential (rows: then it is null too);
        inbound_surge, outbound_surge (ratios); surge (null if it cannot be told).
    """
    line = line or SurgeLine()
    terms = _terms(passage, earlier, later)
    found = _means(trade, published, terms, frequency)
    for leg in ("inbound", "outbound"):
        before, after = found[f"{leg}_earlier"], found[f"{leg}_later"]
        found = found.mutate(**{f"{leg}_surge": ratio(after + line.constant, before + line.constant)})
    surged = (found.inbound_surge >= line.growth) & (found.outbound_surge >= line.growth)
    large = (found.inbound_later > line.inbound) & (found.outbound_later > line.outbound)
    return found.mutate(surge=surged & large)


def _terms(passage: Passage, earlier: Span, later: Span) -> dict[str, Term]:
    sides = {"inbound": passage.inbound, "outbound": passage.outbound}
    spans = {"earlier": earlier, "later": later}
    return {
        f"{leg}_{when}": passage.terms(span)[f"{leg}_{side}"]
        for leg, side in sides.items()
        for when, span in spans.items()
    }


def _means(trade: Table, published: Table, terms: Mapping[str, Term], frequency: str) -> Table:
    """Means per year of each code: of each reporter over what it published, added up."""
    flows = tallies(trade, published, terms, ("exporter", "importer", "code"), frequency=frequency)
    columns = {}
    for name, term in terms.items():
        total = flows[f"{name}_at_least"]
        known = len(periods_of(term.span, frequency)) - flows[f"{name}_holes"]
        mean = (total > 0).ifelse(total * PER_YEAR[frequency] / known.nullif(0), 0.0)
        columns[f"{name}_mean"] = mean.sum()
        columns[f"{name}_confidential"] = flows[f"{name}_confidential"].sum()
    sums = flows.group_by("code").agg(**columns)
    return _known_means(sums.cross_join(_silent(trade, published, terms, frequency)), terms)


def _silent(trade: Table, published: Table, terms: Mapping[str, Term], frequency: str) -> Table:
    """How much each term lacks, in one row: periods of reporters, and reporters altogether."""
    there = held(trade, published, frequency)
    columns = {}
    for name, term in terms.items():
        of = term.covered(there)
        expected = len(term.reporters) * len(periods_of(term.span, frequency))
        columns[f"{name}_holes"] = expected - there.count(where=of)
        columns[f"{name}_silent"] = len(term.reporters) - there.reporter.nunique(where=of)
    return there.agg(**columns)


def _known_means(sums: Table, terms: Mapping[str, Term]) -> Table:
    columns = {}
    for name in terms:
        known = (sums[f"{name}_silent"] == 0) & (sums[f"{name}_confidential"] == 0)
        columns[name] = known.ifelse(sums[f"{name}_mean"], None)
        for suffix in ("holes", "silent", "confidential"):
            columns[f"{name}_{suffix}"] = sums[f"{name}_{suffix}"]
    return sums.select("code", **columns)
