"""What the tests of the book's statistics share: papers of a small state, and plain sums over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from ibis.backends import BaseBackend

from sarai.flows.booked import Booked, coverage, opened, write_papers
from sarai.flows.engines import duckdb_engine
from sarai.flows.periods import span
from sarai.flows.shape import COVERAGE, arrow_schema
from sarai.goods import (
    Arrival,
    Correction,
    Document,
    DocumentRef,
    Exit,
    Export,
    Import,
    Line,
    Party,
    Transit,
)

HOME, PARTNER = "KZ", "DE"
FIRM = Party(id="firm")
START = datetime(2026, 3, 10, 9, tzinfo=UTC)


@contextmanager
def read(documents: Iterable[Document], folder: Path, **more: Any) -> Iterator[tuple[BaseBackend, Booked]]:
    """The papers of documents on DuckDB."""
    path = folder / "papers.parquet"
    write_papers(documents, path, **more)
    with duckdb_engine() as engine, opened(engine, path) as trade:
        yield engine, trade


def line(
    hs: str = "854231", mass: float | str | None = 10, value: float | str | None = 1000, **more: Any
) -> Line:
    """A goods item in pieces, with its net mass and value in euro."""
    stated = {
        "item": 1, "quantity": Decimal(1), "unit": "C62", "origin": PARTNER,
        "net_mass_kg": None if mass is None else Decimal(str(mass)),
        "value": None if value is None else Decimal(str(value)), "currency": "EUR", **more,
    }  # fmt: skip
    return Line(hs=hs, **stated)


def imported(number: str, *lines: Line, day: float = 0, **more: Any) -> Import:
    """Goods come from the partner."""
    head = {"issuer": "customs", "importer": FIRM, "place": "store", "country": PARTNER, **more}
    return Import(number=number, time=on(day), lines=list(lines or (line(),)), **head)


def exported(number: str, *lines: Line, day: float = 0, **more: Any) -> Export:
    """Goods leave for the partner."""
    head = {"issuer": "customs", "exporter": FIRM, "place": "store", "country": PARTNER, **more}
    return Export(number=number, time=on(day), lines=list(lines or (line(),)), **head)


def transited(number: str, *lines: Line, day: float = 0, **more: Any) -> Transit:
    """Goods enter from the partner under transit."""
    head = {
        "issuer": "customs", "principal": Party(id="forwarder"), "place": "border", "destination": "store",
        "country": PARTNER, "deadline": on(day + 10), **more,
    }  # fmt: skip
    return Transit(number=number, time=on(day), lines=list(lines or (line(),)), **head)


def arrived(number: str, of: Document | str, day: float = 1, **more: Any) -> Arrival:
    """A consignment arrives with the firm."""
    head = {"issuer": "customs", "holder": FIRM, "place": "store", **more}
    return Arrival(number=number, time=on(day), consignment=ref(of), **head)


def exited(number: str, of: Document | str, day: float = 1, **more: Any) -> Exit:
    """A consignment leaves for Uzbekistan."""
    head = {"issuer": "customs", "place": "border", "country": "UZ", **more}
    return Exit(number=number, time=on(day), consignment=ref(of), **head)


def corrected(document: Document, replacement: Document | None, day: float = 90) -> Correction:
    """The next version."""
    version = {"issuer": document.issuer, "number": document.number, "version": document.version + 1}
    return Correction(time=on(day), replacement=replacement, **version)


def on(day: float) -> datetime:
    """So many days after the first."""
    return START + timedelta(days=day)


def ref(of: Document | str) -> DocumentRef:
    """A consignment as others name it."""
    return DocumentRef(issuer="customs", number=of if isinstance(of, str) else of.number)


# -- a partner's statistics ---------------------------------------------------------------------------


def reported(
    cells: Iterable[tuple], flow: str = "export", reporter: str = PARTNER, partner: str = HOME
) -> pa.Table:
    """Statistics of ``(code, month, value, kg)``, as prepared for a measure."""
    rows = [
        {
            "source": "made up", "reporter": reporter, "partner": partner, "flow": flow, "edition": "HS2022",
            "code": code, "frequency": "M", "period": date.fromisoformat(f"{month}-01"), "currency": "EUR",
            "value": value, "mass_kg": mass, "basis": "destination", "valuation": "fob",
        }
        for code, month, value, mass in cells
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=arrow_schema())


def published(months: str, reporter: str = PARTNER) -> pa.Table:
    """That the partner has published all of these months."""
    table = coverage(span(months), reporter=reporter, source="made up")
    assert table.column_names == list(COVERAGE)
    return table
