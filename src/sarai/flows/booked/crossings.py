"""What of the book's papers is trade: IMTS 2010, the general trade system.

The statistical territory is the whole country, bonded warehouses, free zones and inward processing
included: goods are imported when they come under one of `INSIDE`, and exported when they leave it.
What is in transit, in temporary storage or admitted for a while is in the country, but not in its
trade (IMTS 2010, 1.41-1.47 and 2.14). So

- an import counts if it takes goods from outside (abroad, or one of the other regimes) to inside. Out
  of a warehouse into home use they have been counted; out of temporary storage they have not.
- an export counts if it takes goods from inside.
- a transit is no trade, unless it ends otherwise than it began: what entered under it and arrived in one
  of `INSIDE` is imported, what set out from one of them and left the country is exported.

Every document counts in its latest version alone, in the month of that version's event time; what was
cancelled does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarai.goods import Regime

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, StringColumn, Table

__all__ = ["INSIDE", "LINES", "Booked", "booked"]

INSIDE = (
    Regime.HOME_USE.value, Regime.WAREHOUSE.value, Regime.FREE_ZONE.value, Regime.INWARD_PROCESSING.value
)  # fmt: skip

IDENTITY = ("issuer", "number", "version")
MEASURED = ("quantity", "mass_kg", "value")
GOODS = ("item", "edition", "code", "unit", "currency", "origin", *MEASURED)

LINES = (
    "flow", *IDENTITY, "item", "day", "period", "party", "place", "country", "other_country", "origin",
    "edition", "code", "quantity", "unit", "mass_kg", "currency", "value",
)  # fmt: skip
"""The columns of goods lines that crossed; `country` is that of consignment or destination."""


class Booked(NamedTuple):
    """The book's papers, read.

    Attributes
    ----------
    lines
        What is trade: `LINES`, a row for each goods line.
    transits
        What came under transit from abroad, by consignment and item: the same columns without flow,
        with `ended` (`arrival`, `exit` or null), `ended_day`, `holder`, `left_to`, and the share that was
        `lost` on the way or seized.
    """

    lines: Table
    transits: Table


def booked(papers: Table) -> Booked:
    """Read a table of `sarai.flows.booked.papers` on any engine."""
    now = _current(papers)
    under_way = _consignments(now)
    ended = _ended(now, under_way)
    lines = _declared(now).union(_arrived_inside(ended)).union(_left_from_inside(ended))
    return Booked(lines, ended.filter(ended.country.notnull()))


def _inside(regime: StringColumn) -> BooleanColumn:
    return regime.fill_null("").isin(INSIDE)


def _current(papers: Table) -> Table:
    """The latest version of every document; of one that was handed in twice, once."""
    latest = papers.group_by("issuer", "number").agg(latest=papers.version.max())
    joined = papers.join(latest, ["issuer", "number"])
    return (
        joined.filter(joined.version == joined.latest, joined.kind != "cancelled")
        .select(*papers.columns)
        .distinct()
    )


def _declared(now: Table) -> Table:
    """Imports and exports that cross into or out of what is `INSIDE`."""
    crosses = _inside(now.regime) & ((now.kind == "export") | ~_inside(now.previous))
    lines = now.filter(now.kind.isin(["import", "export"]), crosses)
    told = lines.left_join(_births(now), ["lot_issuer", "lot_number", "lot_item"])
    imported = told.kind == "import"
    return told.mutate(
        flow=told.kind,
        origin=told.origin.coalesce(told.born_origin),
        country=told.country.coalesce(imported.ifelse(told.born_country, None)),
        period=told.day.truncate("M"),
    ).select(*LINES)


def _births(now: Table) -> Table:
    """What documents say of the lots that they bore."""
    bears = now.kind.isin(["import", "made"]) | ((now.kind == "transit") & now.country.notnull())
    return now.filter(bears).select(
        lot_issuer=now.issuer,
        lot_number=now.number,
        lot_item=now.item,
        born_origin=now.origin,
        born_country=now.country,
    )


def _consignments(now: Table) -> Table:
    """What set out under transit, by consignment and item; of what was split, the parts."""
    transits = now.filter(now.kind == "transit")
    parts = now.filter(now.kind == "part")
    split = parts.select(whole_issuer=parts.of_issuer, whole_number=parts.of_number).distinct()
    wholes = transits.mutate(share=1.0)
    of_parts = parts.select(
        part_issuer=parts.issuer, part=parts.part, root_issuer=parts.root_issuer,
        root_number=parts.root_number, item=parts.item, part_stated=parts.stated,
    )  # fmt: skip
    shared = transits.drop("part").join(of_parts, ["root_issuer", "root_number", "item"])
    shared = shared.mutate(
        share=shared.part_stated / shared.stated, of_issuer=shared.part_issuer, of_number=shared.part
    )
    columns = [*IDENTITY, "day", "party", "place", "country", "regime", *GOODS, "stated", "share"]
    columns += ["of_issuer", "of_number"]
    every = wholes.select(*columns).union(shared.select(*columns))
    return every.anti_join(
        split, [every.of_issuer == split.whole_issuer, every.of_number == split.whole_number]
    )


def _ended(now: Table, under_way: Table) -> Table:
    """Consignments with what became of them."""
    ends = now.filter(now.kind.isin(["arrival", "exit"]))
    ends = ends.select(
        "of_issuer", "of_number", ended=ends.kind, ended_day=ends.day, ended_place=ends.place,
        end_issuer=ends.issuer, end_number=ends.number, end_version=ends.version, holder=ends.party,
        left_to=ends.country, into=ends.regime,
    )  # fmt: skip
    missing = now.filter(now.kind.isin(["short", "seized"]))
    short = missing.group_by("of_issuer", "of_number", "item").agg(
        short=missing.stated.sum(where=missing.kind == "short").fill_null(0.0),
        seized=missing.quantity.cast("float64").sum(where=missing.kind == "seized").fill_null(0.0),
    )
    both = under_way.left_join(ends, ["of_issuer", "of_number"])
    both = both.select(*under_way.columns, *(name for name in ends.columns if not name.startswith("of_")))
    told = both.left_join(short, ["of_issuer", "of_number", "item"])
    lost = told.short.fill_null(0.0) / told.stated
    seized = told.seized.fill_null(0.0) / told.quantity.cast("float64")
    return told.select(*both.columns, lost=lost + seized.fill_null(0.0))


def _arrived_inside(ended: Table) -> Table:
    """What entered under transit, or out of what is not trade, and went straight to one of `INSIDE`."""
    came = ended.filter(ended.ended == "arrival", _inside(ended.into))
    came = came.filter(came.country.notnull() | ~_inside(came.regime))
    return _crossed(came, "import").select(*LINES)


def _left_from_inside(ended: Table) -> Table:
    """What was taken from one of `INSIDE` and left the country under transit."""
    left = ended.filter(ended.ended == "exit", ended.country.isnull(), _inside(ended.regime))
    return _crossed(left.mutate(country=left.left_to), "export").select(*LINES)


def _crossed(ended: Table, flow: str) -> Table:
    """The lines of what a transit's end made trade: under the identity and day of that end."""
    rest = (ended.share - ended.lost).clip(lower=0.0)
    kept = {name: (ended[name].cast("float64") * rest).round(4).cast(ended[name].type()) for name in MEASURED}
    return ended.mutate(
        flow=_literal(flow),
        issuer=ended.end_issuer,
        number=ended.end_number,
        version=ended.end_version,
        day=ended.ended_day,
        period=ended.ended_day.truncate("M"),
        party=ended.holder.coalesce(ended.party),
        place=ended.ended_place,
        other_country=_literal(None),
        **kept,
    )


def _literal(text: str | None) -> StringColumn:
    import ibis

    return ibis.literal(text, type="string")
