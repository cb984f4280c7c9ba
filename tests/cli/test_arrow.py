"""Answers as Arrow tables, held against pyarrow's own reading of them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

import sarai
from sarai.goods import BadSetting
from sarai.ledger.arrow import table_of

pyarrow = pytest.importorskip("pyarrow", reason="Arrow needs the extra `arrow`")


class Inner(NamedTuple):
    name: str
    item: int


class Row(NamedTuple):
    inner: Inner
    share: float
    low: int | None
    exact: bool
    amount: Decimal
    time: datetime


NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_nested_values_get_dotted_names():
    rows = [Row(Inner("a", 1), 0.5, None, True, Decimal("1E+3"), NOON)]
    table = table_of(rows, Row)
    assert table.to_pylist() == [
        {"inner.name": "a", "inner.item": 1, "share": 0.5, "low": None, "exact": True, "amount": "1000",
         "time": NOON},
    ]  # fmt: skip


def test_without_rows_the_types_are_still_there():
    schema = table_of([], Row).schema
    assert [str(kind) for kind in schema.types] == [
        "string", "int64", "double", "int64", "bool", "string", "timestamp[us, tz=UTC]",
    ]  # fmt: skip


def test_every_answer_can_be_one(book: Path):
    with sarai.open(str(book), create=False) as opened:
        balance = opened.balance().to_arrow()
        up = opened.trace("customs", "AST/02/1").to_arrow()
        down = opened.trace("customs", "ALA/01/1", direction="down").to_arrow()
    assert sum(balance.column("quantity").to_pylist()) == 67_000_000 + 200_000 + 3_000
    assert up.column("lot.number").to_pylist() == ["ALA/01/1"]
    assert "account.party" in down.column_names


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(BadSetting, match=r"sarai\[arrow\]"):
        table_of([], Row)
