"""Small trade in the tidy shape, for tests that say what they mean row by row."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa

from sarai.flows.engines import duckdb_engine
from sarai.flows.shape import COLUMNS, COVERAGE, arrow_schema


def row(
    reporter: str, flow: str, partner: str, code: str, month: str, value: float | None, **more: Any
) -> dict[str, Any]:
    """A row of a reporter; month as 2022-03."""
    year, number = month.split("-")
    told = {
        "source": "comtrade", "reporter": reporter, "partner": partner, "second_partner": None, "flow": flow,
        "edition": "HS2017", "code": code, "frequency": "M", "period": date(int(year), int(number), 1),
        "currency": "USD", "value": value, "quantity": None, "unit": None, "mass_kg": None,
        "basis": "origin" if flow == "import" else "destination",
        "valuation": "cif" if flow == "import" else "fob",
    }  # fmt: skip
    assert set(more) <= set(COLUMNS)
    return told | more


def table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows as Arrow, in the tidy shape."""
    return pa.Table.from_pylist(list(rows), schema=arrow_schema())


@contextmanager
def on_duckdb(rows: Iterable[dict[str, Any]]):
    """An engine with the tables trade and published; published is what has any row."""
    with duckdb_engine() as engine:
        trade = engine.create_table("trade", table(rows))
        yield engine, trade, trade.select(*COVERAGE).distinct()
