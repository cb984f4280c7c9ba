"""The book's trade in the tidy shape, by month, partner, code and basis; and what its documents leave out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from sarai.flows.booked.crossings import Booked, booked
from sarai.flows.booked.papers import write_papers
from sarai.flows.engines import duckdb_engine
from sarai.flows.periods import Span
from sarai.flows.settings import FlowsSettings
from sarai.flows.shape import CELL, COLUMNS, COVERAGE, FLOWS, VALUATIONS, arrow_schema
from sarai.goods import BadSetting, Document

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table

__all__ = ["SOURCE", "coverage", "lacking", "opened", "rows", "statistics"]

SOURCE = "book"
DIGITS = (2, 4, 6, 8, 10)
ASKED = ("country", "origin", "value", "mass_kg")
"""What a line may leave out, of what a statistic needs."""


def rows(
    documents: Iterable[Document],
    *,
    reporter: str,
    digits: int = 6,
    source: str = SOURCE,
    zone: tzinfo = UTC,
    valuations: tuple[str | None, str | None] = (None, None),
    settings: FlowsSettings | None = None,
    folder: Path | None = None,
) -> Iterator[pa.RecordBatch]:
    """The statistics of a book's documents, in the order of their cells; see `statistics`.

    Parameters
    ----------
    documents
        Those that were posted, in the order of the journal.
    folder
        Where the papers lie meanwhile, and what does not fit in the memory of the settings; by default
        among the system's temporary files.
    """
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(prefix="sarai-flows-", dir=folder) as name:
        path, cells = Path(name) / "papers.parquet", Path(name) / "cells.parquet"
        write_papers(documents, path, zone=zone)
        with duckdb_engine(settings, Path(name) / "spill") as engine, opened(engine, path) as read:
            table = statistics(read, reporter=reporter, digits=digits, source=source, valuations=valuations)
            table.to_parquet(cells)
        with pq.ParquetFile(cells) as file:
            for batch in file.iter_batches():
                yield batch.cast(arrow_schema())


@contextmanager
def opened(engine: BaseBackend, path: Path) -> Iterator[Booked]:
    """The papers that `write_papers` wrote, read once with an engine, which keeps what it read meanwhile."""
    read = booked(engine.read_parquet(str(path)))
    with read.lines.cache() as lines, read.transits.cache() as transits:
        yield Booked(lines, transits)


def statistics(
    read: Booked,
    *,
    reporter: str,
    digits: int = 6,
    source: str = SOURCE,
    valuations: tuple[str | None, str | None] = (None, None),
) -> Table:
    """Trade by month, in the tidy shape, one row for each cell.

    Imports stand there twice: by consignment (the country whence they were sent), and by origin with
    whence they were sent as second partner. Exports are by destination. Of a part of them the origin is
    known, stated by the line or by the document that bore the lot which it names: what was made in the
    reporter's country is ``domestic_export`` or, coming back, ``reimport``; what was made elsewhere and
    leaves is ``reexport``. The rest stands only in the whole.

    Null is what documents do not say: a partner, a value (a figure without a currency is none), and the
    mass of a cell if any of its lines lacks it, since a sum of a part would be read as the whole.

    Parameters
    ----------
    reporter
        Alpha-2 code of the state that keeps the book.
    digits
        Of codes; a line that states fewer keeps what it has.
    valuations
        What the state's law makes of declared values, of imports and of exports: ``cif`` or ``fob``. A
        document does not say it.
    """
    _check(digits, valuations)
    lines = _views(read.lines, reporter)
    imported = lines.flow.isin(["import", "reimport"])
    lines = lines.mutate(
        source=_text(source),
        reporter=_text(reporter),
        code=lines.code.substr(0, digits),
        frequency=_text("M"),
        valuation=imported.ifelse(_text(valuations[0]), _text(valuations[1])),
    )
    cells = lines.group_by(*CELL).agg(
        value=lines.value.sum(),
        quantity=_whole(lines.quantity),
        mass_kg=_whole(lines.mass_kg),
    )
    return cells.select(**{name: cells[name].cast(_IBIS[kind]) for name, kind in COLUMNS.items()}).order_by(
        CELL
    )


def lacking(read: Booked) -> Table:
    """How many lines lack what: columns flow, field, lines, lacking and share (of lines).

    The fields are country (of consignment or destination), origin, value (with its currency) and mass_kg.
    """
    lines = read.lines
    parts = [
        lines.group_by("flow")
        .agg(lines=lines.count(), lacking=lines[name].isnull().sum())
        .mutate(field=_text(name))
        for name in ASKED
    ]
    table = parts[0].union(*parts[1:])
    return table.select("flow", "field", "lines", "lacking", share=table.lacking / table.lines).order_by(
        "flow", "field"
    )


def coverage(span: Span, *, reporter: str, source: str = SOURCE) -> pa.Table:
    """The months that a book is kept for, as coverage: only its keeper knows which are complete."""
    import pyarrow as pa

    first, last = span.first.year * 12 + span.first.month - 1, span.last.year * 12 + span.last.month - 1
    months = [span.first.replace(year=at // 12, month=at % 12 + 1) for at in range(first, last + 1)]
    found = [(source, reporter, flow, "M", month) for flow in FLOWS for month in months]
    schema = pa.schema([arrow_schema().field(name) for name in COVERAGE])
    return pa.table([list(column) for column in zip(*found, strict=True)], schema=schema)


HERE, ELSEWHERE = "here", "elsewhere"
_VIEWS = (
    ("import", "import", "consignment", ""), ("import", "import", "origin", ""),
    ("import", "reimport", "consignment", HERE), ("import", "reimport", "origin", HERE),
    ("export", "export", "destination", ""), ("export", "reexport", "destination", ELSEWHERE),
    ("export", "domestic_export", "destination", HERE),
)  # fmt: skip
"""What crossed, the flows and bases that it stands under, and where it must then have been made."""
_IBIS = {"string": "string", "double": "float64", "date32[day]": "date"}


def _views(lines: Table, reporter: str) -> Table:
    """Every line under each flow and basis that it belongs to."""
    import ibis

    names = ("crossed", "flow", "basis", "made")
    views = ibis.memtable(_VIEWS, schema=dict.fromkeys(names, "string"))
    seen = lines.rename(crossed="flow").join(views, "crossed")
    made = ibis.cases((seen.origin == reporter, HERE), (seen.origin != reporter, ELSEWHERE))
    seen = seen.filter((seen.made == "") | (seen.made == made))
    by_origin = seen.basis == "origin"
    return seen.mutate(
        partner=by_origin.ifelse(seen.origin, seen.country),
        second_partner=by_origin.ifelse(seen.country, None),
    )


def _whole(measure: Table) -> Table:
    """The sum, if every line has it."""
    return (measure.count() == measure.isnull().count()).ifelse(measure.sum(), None)


def _text(text: str | None) -> Table:
    import ibis

    return ibis.literal(text, type="string")


def _check(digits: int, valuations: tuple[str | None, str | None]) -> None:
    if digits not in DIGITS:
        raise BadSetting(
            f"codes of {digits} digits are not kept; ask for one of {', '.join(map(str, DIGITS))}"
        )
    for each in valuations:
        if each not in (None, *VALUATIONS):
            raise BadSetting(f"valuation {each!r} is not known; use {' or '.join(VALUATIONS)}, or none")
