r"""Re-exports through a transit country: what came in from its senders, and what went on.

With :math:`I` inbound (senders to the transit country) and :math:`O` outbound (from there to a
destination), of one code, each summed over the last :math:`k` periods:

.. math::

   R = \min(I, O), \qquad \text{pass-through} = \frac{R}{I}, \qquad \text{retained} = I - R, \qquad
   \text{weight ratio} = \frac{O_{kg}}{I_{kg}}, \qquad
   \text{wedge} = \frac{O / O_{kg}}{I / I_{kg}}

Re-exports are foreign goods that leave in the state in which they came (IMTS 2010, chapter II); few
statistics tell them by destination. So :math:`R` is what *could* be: at most so much of what went out came
in within the window. It is no more than that where the country makes such goods itself, or where what came
in stays and what goes out came earlier. A wedge far from 1 says that these are other goods, or another
price of them; a weight ratio above 1 that not all of them came this way. Windows of neighbouring periods
overlap: their re-exports must not be added.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from sarai.flows.measures.arithmetic import lesser, ratio
from sarai.flows.measures.method import HOLE, Method
from sarai.flows.measures.tallies import tallies
from sarai.flows.measures.terms import PER_YEAR, Term, with_parties
from sarai.flows.periods import Span
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from ibis.expr.types import Table

__all__ = ["METHOD", "Passage", "quantities", "reexports", "refused"]

METHOD = Method(
    name="reexports",
    title="Re-exports and pass-through",
    formula=r"R = \min(I, O), R / I, I - R, O_{kg} / I_{kg}, (O / O_{kg}) / (I / I_{kg})",
    source="IMTS 2010, chapter II, for what a re-export is; the estimate is the lesser of both legs",
    unit="currency, kg; ratios without a unit",
    null=f"{HOLE}; ratios also without an inbound, kg also where a row states none",
)

LEGS = ("inbound", "outbound")
SIDES = ("exported", "imported")


class Passage(Struct, frozen=True, kw_only=True):
    """A way through a transit country, and whose figures are taken of each leg.

    Attributes
    ----------
    senders, destinations : tuple of str
        One or more countries (alpha-2).
    exported, imported : str
        The sources of exporters' and of importers' figures.
    inbound, outbound : str
        Which side a leg's ratios are made of: what was "exported" or what was "imported". As set, both are
        the transit country's own, one valued c.i.f. and the other f.o.b.
    basis : str
        Which imports are taken: by "origin" or by "consignment".
    """

    transit: str
    senders: tuple[str, ...]
    destinations: tuple[str, ...]
    exported: str
    imported: str
    inbound: str = "imported"
    outbound: str = "exported"
    basis: str = "origin"

    def __post_init__(self) -> None:
        if self.inbound not in SIDES or self.outbound not in SIDES:
            raise BadSetting(
                f"leg {self.inbound!r}, {self.outbound!r} is not known; use exported or imported"
            )
        if not self.senders or not self.destinations:
            raise BadSetting(f"a passage through {self.transit} needs senders and destinations; name them")
        if {self.transit} & {*self.senders, *self.destinations}:
            raise BadSetting(f"{self.transit} cannot be its own sender or destination; leave it out of them")

    def terms(self, span: Span) -> dict[str, Term]:
        """The four sums: each leg as its exporter and as its importer reports it."""
        here = (self.transit,)
        ends = {"inbound": (self.senders, here), "outbound": (here, self.destinations)}
        out, into = dict(flow="export", source=self.exported), dict(flow="import", source=self.imported)
        found = {}
        for leg, (exporters, importers) in ends.items():
            found[f"{leg}_exported"] = Term(**out, span=span, reporters=exporters, partners=importers)
            found[f"{leg}_imported"] = Term(
                **into, span=span, reporters=importers, partners=exporters, basis=self.basis
            )
        return found


def reexports(
    trade: Table, published: Table, *, passage: Passage, span: Span, window: int = 1, frequency: str = "M"
) -> Table:
    """Both legs of a passage with their re-exports, for each code and period.

    Parameters
    ----------
    window : int
        How many periods, this one the last, goods may take to go on.

    Returns
    -------
    Table
        code, period; inbound_exported, inbound_imported, outbound_exported, outbound_imported (currency, of
        the period alone) and of each NAME_holes and NAME_confidential; then over the window, of the sides
        chosen: inbound, outbound, reexports, retained (currency), pass_through; inbound_kg, outbound_kg,
        weight_ratio; inbound_unit_value, outbound_unit_value (currency per kg, of the rows that state their
        mass), wedge. A code has rows if it was traded on any leg within the span or its first window.
    """
    if window < 1:
        raise BadSetting(f"window {window} is not a number of periods; give 1 for the same period alone")
    terms = passage.terms(_with_window(span, window, frequency))
    grid = dict(frequency=frequency, every_period=True, mass=True)
    found = tallies(trade, published, terms, ("code", "period"), **grid)
    found = _over_window(found, passage, window)
    found = found.filter(found.period.between(span.first, span.last))
    found = _ratios(found)
    shown = [f"{name}{suffix}" for name in terms for suffix in ("", "_holes", "_confidential")]
    values = ("inbound", "outbound", "reexports", "retained", "pass_through")
    weights = ("inbound_kg", "outbound_kg", "weight_ratio")
    prices = ("inbound_unit_value", "outbound_unit_value", "wedge")
    return found.select("code", "period", *shown, *values, *weights, *prices)


def _with_window(span: Span, window: int, frequency: str) -> Span:
    """The span with the periods before it that its first window needs."""
    months = 12 * span.first.year + span.first.month - 1 - (window - 1) * 12 // PER_YEAR[frequency]
    return Span(span.first.replace(year=months // 12, month=months % 12 + 1), span.last)


def _over_window(found: Table, passage: Passage, window: int) -> Table:
    """The chosen sides summed over the window; null if any of its periods is."""
    import ibis

    over = ibis.window(group_by="code", order_by="period", preceding=window - 1, following=0)
    columns = {}
    for leg, side in zip(LEGS, (passage.inbound, passage.outbound), strict=True):
        for name, suffix in ((leg, ""), (f"{leg}_kg", "_kg")):
            column = found[f"{leg}_{side}{suffix}"]
            columns[name] = (column.count().over(over) == window).ifelse(column.sum().over(over), None)
        for part in ("weighed", "weighed_kg"):
            columns[f"{leg}_{part}"] = found[f"{leg}_{side}_{part}"].sum().over(over)
    return found.mutate(**columns)


def _ratios(found: Table) -> Table:
    found = found.mutate(reexports=lesser(found.inbound, found.outbound))
    for leg in LEGS:
        price = ratio(found[f"{leg}_weighed"], found[f"{leg}_weighed_kg"])
        found = found.mutate(**{f"{leg}_unit_value": found[leg].notnull().ifelse(price, None)})
    return found.mutate(
        pass_through=ratio(found.reexports, found.inbound),
        retained=found.inbound - found.reexports,
        weight_ratio=ratio(found.outbound_kg, found.inbound_kg),
        wedge=ratio(found.outbound_unit_value, found.inbound_unit_value),
    )


class _Leg(NamedTuple):
    name: str
    term: Term


def quantities(
    trade: Table, published: Table, *, passage: Passage, span: Span, frequency: str = "M"
) -> Table:
    """The quantities of both legs in each unit, and why those that cannot be compared are refused.

    Nothing is converted: a unit that only one leg states has nothing to stand beside.

    Returns
    -------
    Table
        code, unit (null for rows that state none), inbound, outbound (in the unit, over the span),
        quantity_ratio, inbound_rows, outbound_rows, inbound_holes, outbound_holes, reason (null if they
        can be compared). Without a reason a ratio is null if a leg has a hole, or states no quantity.
    """
    terms = passage.terms(span)
    legs = [
        _Leg(leg, terms[f"{leg}_{side}"])
        for leg, side in zip(LEGS, (passage.inbound, passage.outbound), strict=True)
    ]
    found = _quantities(trade, legs)
    chosen = {leg.name: leg.term for leg in legs}
    held = tallies(trade, published, chosen, ("code",), frequency=frequency)
    held = held.select(held_code=held.code, **{f"{leg}_holes": held[f"{leg}_holes"] for leg in LEGS})
    found = found.left_join(held, [found.code == held.held_code]).drop("held_code")
    whole = (found.inbound_holes == 0) & (found.outbound_holes == 0) & found.reason.isnull()
    found = found.mutate(quantity_ratio=whole.ifelse(ratio(found.outbound, found.inbound), None))
    amounts = ("inbound", "outbound", "quantity_ratio", "inbound_rows", "outbound_rows")
    return found.select("code", "unit", *amounts, "inbound_holes", "outbound_holes", "reason")


def _quantities(trade: Table, legs: list[_Leg]) -> Table:
    import ibis

    rows = with_parties(trade)
    rows = rows.filter(reduce(or_, [leg.term.of(rows) for leg in legs]))
    columns = {}
    for leg in legs:
        of = leg.term.of(rows)
        columns[f"{leg.name}_rows"] = rows.count(where=of)
        columns[f"{leg.name}_unstated"] = rows.count(where=of & rows.quantity.isnull())
        columns[f"{leg.name}_stated"] = rows.quantity.sum(where=of)
    found = rows.group_by("code", "unit").agg(**columns)
    for leg in LEGS:
        whole = (found[f"{leg}_rows"] > 0) & (found[f"{leg}_unstated"] == 0)
        found = found.mutate(**{leg: whole.ifelse(found[f"{leg}_stated"], None)})
    return found.mutate(
        reason=ibis.cases(
            (found.unit.isnull(), "no unit is stated"),
            (found.inbound_rows == 0, "no inbound row states this unit"),
            (found.outbound_rows == 0, "no outbound row states this unit"),
        )
    )


def refused(compared: Table) -> Table:
    """Of `quantities`, the rows that cannot be compared: those with a reason."""
    return compared.filter(compared.reason.notnull())
