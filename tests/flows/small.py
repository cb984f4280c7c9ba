"""Tables of a few rows for tests of single measures, written as one would say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flows.engines import duckdb
from sarai.flows.engines import rows_of
from sarai.flows.shape import COLUMNS


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def export(exporter, importer, when, value, code="854231", source="a", **said) -> dict:
    """A row of what an exporter reports."""
    return _row(source, exporter, importer, "export", "destination", when, value, code) | said


def bought(importer, exporter, when, value, code="854231", source="b", **said) -> dict:
    """A row of what an importer reports, by origin unless said."""
    return _row(source, importer, exporter, "import", "origin", when, value, code) | said


def _row(source, reporter, partner, flow, basis, when, value, code) -> dict:
    said = dict(source=source, reporter=reporter, partner=partner, flow=flow, basis=basis, code=code)
    said |= dict(period=month(when), value=value, edition="HS2017", frequency="M", currency="USD")
    return dict.fromkeys(COLUMNS) | said


def publishes(source, reporter, flow, *whens) -> list[tuple]:
    """Coverage: what a reporter has published."""
    return [(source, reporter, flow, "M", month(when)) for when in whens]


def answered(trade: Sequence[dict], published: Sequence[tuple], measure: Callable) -> list[dict]:
    """The rows of `measure(trade, published)` on DuckDB."""
    import pyarrow as pa

    from flows.engines import COVERAGE_SCHEMA
    from sarai.flows.shape import arrow_schema

    kinds = [(name, pa.date32() if name == "period" else pa.string()) for name in COVERAGE_SCHEMA]
    rows = [dict(zip(COVERAGE_SCHEMA, each, strict=True)) for each in published]
    with duckdb() as engine:
        table = engine.create_table("trade", pa.Table.from_pylist(list(trade), schema=arrow_schema()))
        coverage = engine.create_table("published", pa.Table.from_pylist(rows, schema=pa.schema(kinds)))
        return rows_of(engine, measure(table, coverage))
