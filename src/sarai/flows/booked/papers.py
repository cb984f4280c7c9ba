"""Documents as a flat table, one row for each statement that bears on trade; it may be as long as it likes.

Nothing is decided here: what counts as trade is told by `sarai.flows.booked.crossings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import chain, islice
from os import PathLike
from typing import TYPE_CHECKING, Any

from sarai.goods import (
    Arrival,
    Correction,
    CountedLine,
    Document,
    DocumentRef,
    Exit,
    Export,
    Import,
    Line,
    Party,
    Processing,
    Seizure,
    Split,
    StockCount,
    TooLarge,
    Transit,
)
from sarai.reference import units

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["PAPERS", "papers", "write_papers"]

PAPERS = {
    "issuer": "what names the document, with number and version",
    "number": "",
    "version": "",
    "kind": "of the statement: `import`, `export`, `transit`, `made`, `arrival`, `exit`, `part`, `short`, "
    "`seized` or `cancelled`",
    "day": "of the event, in the state's time zone",
    "party": "who imports, exports, answers for a transit or holds what arrived",
    "other_country": "the country of the seller or the consignee abroad",
    "place": "where",
    "country": "from where, or to where",
    "regime": "what goods come under, or leave from",
    "previous": "what they were under before",
    "item": "",
    "edition": "",
    "code": "",
    "quantity": "in `unit`, the one in which its dimension is shown",
    "unit": "",
    "stated": "the quantity in the unit of the line; for a part or a shortage, of the transit's line",
    "mass_kg": "net mass as stated; of goods that are measured by mass, their quantity",
    "currency": "null without a value",
    "value": "null without a currency",
    "origin": "",
    "lot_issuer": "the lot that the line names",
    "lot_number": "",
    "lot_item": "",
    "of_issuer": "the consignment that an arrival, exit, part, shortage or seizure is of",
    "of_number": "",
    "root_issuer": "the transit that this consignment is, or is a part of",
    "root_number": "",
    "part": "the number of a part",
}
"""The columns, and what they say. What a document does not say is null."""

BATCH = 10_000  # rows: a few megabytes
VALUE, MEASURE = Decimal("1E-4"), Decimal("1E-9")  # no currency has finer parts; mg in tonnes
MOST = Decimal("1E18")  # of any currency, more than all trade; what says so is a slip, and no value

Row = dict[str, Any]
Roots = dict[tuple[str, str], DocumentRef]


def papers(documents: Iterable[Document], *, zone: tzinfo = UTC) -> Iterator[pa.RecordBatch]:
    """The statements of documents, some at a time.

    Parameters
    ----------
    documents
        As they were posted, in the order of the journal; what was refused is not among them.
        Kept in mind is only of which consignment each part of a split is.
    zone
        In which days, and so months, begin.
    """
    import pyarrow as pa

    schema, roots = _schema(), Roots()
    rows = chain.from_iterable(_statements(document, roots, zone) for document in documents)
    while some := list(islice(rows, BATCH)):
        yield pa.RecordBatch.from_pylist(some, schema=schema)


def write_papers(documents: Iterable[Document], path: str | PathLike[str], *, zone: tzinfo = UTC) -> None:
    """Write the statements of documents as a Parquet file, which any engine reads; see `papers`."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, _schema()) as file:
        for batch in papers(documents, zone=zone):
            file.write_batch(batch)


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {
        "version": pa.int32(),
        "day": pa.date32(),
        "item": pa.int32(),
        "lot_item": pa.int32(),
        "quantity": pa.decimal128(38, 9),
        "mass_kg": pa.decimal128(38, 9),
        "value": pa.decimal128(38, 4),
        "stated": pa.float64(),
    }
    return pa.schema([(name, kinds.get(name, pa.string())) for name in PAPERS])


def _statements(document: Document, roots: Roots, zone: tzinfo) -> Iterator[Row]:
    """The rows of one document; of a correction, those of what replaces the version before."""
    identity = {"issuer": document.issuer, "number": document.number, "version": document.version}
    if isinstance(document, Correction):
        if document.replacement is None:
            yield {**identity, "kind": "cancelled"}
            return
        document = document.replacement
    write = _WRITERS.get(type(document))
    if write is None:
        return
    head = {**identity, "day": document.time.astimezone(zone).date()}
    for row in write(document, roots):
        yield head | row


def _import(document: Import, _: Roots) -> Iterator[Row]:
    head = {
        "kind": "import",
        "party": document.importer.id,
        "other_country": _country(document.seller),
        "place": document.place,
        "country": document.country or None,
        "regime": document.regime.value,
        "previous": document.previous_regime.value if document.previous_regime else None,
    }
    return (head | _goods(line) for line in document.lines)


def _export(document: Export, _: Roots) -> Iterator[Row]:
    head = {
        "kind": "export",
        "party": document.exporter.id,
        "other_country": _country(document.consignee),
        "place": document.place,
        "country": document.country,
        "regime": document.regime.value,
    }
    return (head | _goods(line) for line in document.lines)


def _transit(document: Transit, _: Roots) -> Iterator[Row]:
    head = {
        "kind": "transit",
        "party": document.principal.id,
        "place": document.destination,
        "country": document.country or None,
        "regime": document.regime.value,
        **_of(document, {}),
    }
    return (head | _goods(line) for line in document.lines)


def _processing(document: Processing, _: Roots) -> Iterator[Row]:
    return ({"kind": "made"} | _goods(line) for line in document.outputs)


def _count(document: StockCount, _: Roots) -> Iterator[Row]:
    return ({"kind": "made"} | _goods(line) for line in document.lines)


def _arrival(document: Arrival, roots: Roots) -> Iterator[Row]:
    of = _of(document.consignment, roots)
    yield of | {
        "kind": "arrival",
        "party": document.holder.id,
        "place": document.place,
        "regime": document.regime.value,
    }
    yield from _short(document, of)


def _exit(document: Exit, roots: Roots) -> Iterator[Row]:
    of = _of(document.consignment, roots)
    yield of | {"kind": "exit", "place": document.place, "country": document.country}
    yield from _short(document, of)


def _short(document: Arrival | Exit, of: Row) -> Iterator[Row]:
    for each in document.shortages:
        yield of | {"kind": "short", "item": each.item, "stated": float(each.quantity)}


def _seizure(document: Seizure, roots: Roots) -> Iterator[Row]:
    if document.consignment is not None:
        of = _of(document.consignment, roots)
        for line in document.lines:
            yield of | {"kind": "seized"} | _goods(line)


def _split(document: Split, roots: Roots) -> Iterator[Row]:
    of = _of(document.consignment, roots)
    root = DocumentRef(issuer=of["root_issuer"], number=of["root_number"])
    for part in document.parts:
        roots[document.issuer, part.number] = root
        for each in part.items:
            yield of | {
                "kind": "part",
                "part": part.number,
                "item": each.item,
                "stated": float(each.quantity),
            }


_WRITERS: Mapping[type[Document], Callable[[Any, Roots], Iterator[Row]]] = {
    Import: _import,
    Export: _export,
    Transit: _transit,
    Processing: _processing,
    StockCount: _count,
    Arrival: _arrival,
    Exit: _exit,
    Seizure: _seizure,
    Split: _split,
}


def _of(consignment: Document | DocumentRef, roots: Roots) -> Row:
    """A consignment, and the transit in which its goods set out."""
    root = roots.get((consignment.issuer, consignment.number), consignment)
    return {
        "of_issuer": consignment.issuer,
        "of_number": consignment.number,
        "root_issuer": root.issuer,
        "root_number": root.number,
    }


def _goods(line: Line | CountedLine) -> Row:
    quantity, unit = _measure(line.quantity, line.unit)
    return {
        "item": line.item,
        "edition": line.edition,
        "code": line.hs,
        "quantity": quantity,
        "unit": unit,
        "stated": float(line.quantity),
        "origin": line.origin or None,
        **(_stated(line, quantity if unit == "KGM" else None) if isinstance(line, Line) else {}),
    }


def _stated(line: Line, weighed: Decimal | None) -> Row:
    """What only lines of a declaration say."""
    mass = weighed if line.net_mass_kg is None else _measure(line.net_mass_kg, "KGM")[0]
    valued = line.value is not None and line.currency and line.value < MOST
    row = {
        "mass_kg": mass,
        "currency": line.currency if valued else None,
        "value": line.value.quantize(VALUE, ROUND_HALF_EVEN) if valued else None,
    }
    if line.lot is not None:
        row |= {"lot_issuer": line.lot.issuer, "lot_number": line.lot.number, "lot_item": line.lot.item}
    return row


def _measure(quantity: Decimal, code: str) -> tuple[Decimal | None, str | None]:
    """A quantity in the unit in which its dimension is shown; nothing, where it cannot be one."""
    try:
        shown = units.base_unit(units.dimension(code))
        return units.from_base(units.to_base(quantity, code), shown).quantize(MEASURE), shown
    except (units.TooFine, units.UnknownUnit, TooLarge):
        return None, None


def _country(party: Party | None) -> str | None:
    return (party.country or None) if party else None
