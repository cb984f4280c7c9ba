"""The same money on Spark as on DuckDB."""

from __future__ import annotations

import importlib.util
import shutil
from datetime import date
from itertools import product
from pathlib import Path

import ibis
import pyarrow as pa
import pytest

from sarai.flows.engines import duckdb_engine, spark_engine
from sarai.flows.money import at_fob, in_currency, without_rate
from sarai.reference.exchange import rates
from sarai.reference.margins import margins

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
    pytest.mark.filterwarnings("ignore"),  # pyspark's own, of pandas and of sockets that it leaves open
]


def rows() -> pa.Table:
    """Every currency, frequency and valuation, with what is not stated among them."""
    currencies = ("USD", "EUR", "CNY", "RUB", "KZT", "GEL", None)
    cells = product(("KZ", "GE"), ("import", "export"), "AM", currencies, ("cif", "fob"))
    return pa.Table.from_pylist(
        [
            {
                "row": number,
                "reporter": reporter,
                "partner": "DE",
                "flow": flow,
                "frequency": frequency,
                "period": date(2010 + number % 16, 1 if frequency == "A" else 1 + number % 12, 1),
                "currency": currency,
                "value": None if number % 5 == 0 else 1000.0 + number,
                "valuation": valuation,
            }
            for number, (reporter, flow, frequency, currency, valuation) in enumerate(cells)
        ]
    )


def answers(engine: ibis.BaseBackend) -> list[list[dict]]:
    trade = engine.create_table("trade", rows(), overwrite=True)
    converted = in_currency(trade, rates(), "USD")
    asked = (at_fob(converted, margins()).order_by("row"), without_rate(converted))
    return [engine.to_pyarrow(each).to_pylist() for each in asked]


def close(value: object) -> object:
    return pytest.approx(value, rel=1e-9) if isinstance(value, float) else value


def test_spark_and_duckdb_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)  # Spark leaves a warehouse where it is started
    with duckdb_engine() as engine:
        here = answers(engine)
    with spark_engine("local[1]", spill=tmp_path) as engine:
        there = answers(engine)
    assert [len(each) for each in here] == [112, len(there[1])]
    for mine, other in zip(here, there, strict=True):
        assert [{name: close(value) for name, value in each.items()} for each in mine] == other
