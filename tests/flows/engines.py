"""Engines for tests: the same Parquet files on DuckDB and on Spark, and answers as plain rows."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from sarai.flows.engines import duckdb_engine, spark_engine
from sarai.flows.settings import FlowsSettings
from sarai.flows.shape import arrow_schema

Row = dict

SMALL = FlowsSettings(memory_mb=1024, threads=2)
QUICK = {"spark.sql.codegen.wholeStage": "false", "spark.sql.shuffle.partitions": "2"}
"""For a few thousand rows Spark takes longer to compile a query than to run it."""
COVERAGE_SCHEMA = ("source", "reporter", "flow", "frequency", "period")


@contextmanager
def duckdb() -> Iterator:
    """DuckDB, small."""
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    with duckdb_engine(SMALL) as engine:
        yield engine


@contextmanager
def spark() -> Iterator:
    """Spark on this machine; a test is skipped if it or Java is not there."""
    pytest.importorskip("pyspark", reason="Spark is not installed")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java, which is not installed")
    with spark_engine("local[2]", SMALL) as engine:
        for name, value in QUICK.items():
            engine._session.conf.set(name, value)
        yield engine


def write(folder: Path, trade: Sequence[Row], published: Sequence[tuple]) -> Path:
    """Trade and coverage as Parquet files, which keep null and NaN apart on every engine."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(list(trade), schema=arrow_schema()), folder / "trade.parquet")
    kinds = [(name, pa.date32() if name == "period" else pa.string()) for name in COVERAGE_SCHEMA]
    rows = [dict(zip(COVERAGE_SCHEMA, each, strict=True)) for each in published]
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(kinds)), folder / "published.parquet")
    return folder


def assert_alike(found: Sequence[Row], wanted: Sequence[Row], keys: Sequence[str], within: float = 1e-9):
    """Rows are the same but for their order and the last digits; null is only like null."""
    assert len(found) == len(wanted), f"{len(found)} rows for {len(wanted)}"
    for one, other in zip(in_order(found, keys), in_order(wanted, keys), strict=True):
        assert set(one) == set(other)
        pairs = {name: (one[name], other[name]) for name in other}
        unlike = {name: pair for name, pair in pairs.items() if not alike(*pair, within)}
        assert not unlike, f"{[other[key] for key in keys]}: {unlike}"


def in_order(rows: Sequence[Row], keys: Sequence[str]) -> list[Row]:
    """Rows by their keys, which must tell them apart; null comes first."""
    found = {tuple((row[key] is not None, str(row[key])) for key in keys): row for row in rows}
    assert len(found) == len(rows), f"{keys} do not tell rows apart"
    return [found[key] for key in sorted(found)]


def alike(one: object, other: object, within: float) -> bool:
    """Whether two figures are the same: null only null, NaN only NaN, infinite only infinite."""
    if one is None or other is None or isinstance(one, str | bool) or isinstance(other, str | bool):
        return one is other or (one == other and type(one) is type(other))
    if isinstance(one, float) or isinstance(other, float):
        if math.isnan(one) or math.isnan(other):
            return math.isnan(one) and math.isnan(other)
        return math.isclose(one, other, rel_tol=within, abs_tol=0 if one == 0 == other else 1e-12)
    return one == other


def without(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Rows without some columns."""
    return [{key: row[key] for key in row if key not in names} for row in rows]


def by_key(rows: Sequence[Row], keys: Sequence[str]) -> Mapping:
    """Rows by the values of their keys; of one key by its value alone."""
    return {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in rows}
