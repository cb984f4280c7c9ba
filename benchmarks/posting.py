"""How fast lines are posted, durably, beside a plain table with a trigger and a hash chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

import sarai
from benchmarks.rounds import Spread, fdatasync_ms, timed
from benchmarks.workload import Row, Shape, Step, Trade, batches
from sarai.goods import AnyDocument
from sarai.goods.canonical import canonical

SCHEMA = """
CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, CHECK (balance >= 0 OR id = 0));
CREATE TABLE movement (
    id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, debit INTEGER NOT NULL, credit INTEGER NOT NULL,
    lot INTEGER NOT NULL, qty INTEGER NOT NULL CHECK (qty > 0), hash BLOB NOT NULL
);
CREATE TRIGGER book AFTER INSERT ON movement BEGIN
    UPDATE account SET balance = balance - NEW.qty WHERE id = NEW.debit;
    UPDATE account SET balance = balance + NEW.qty WHERE id = NEW.credit;
END;
"""

decode = msgspec.json.Decoder(AnyDocument).decode


class Size(NamedTuple):
    """A batch size, and how many batches make a round."""

    lines: int
    batches: int
    shape: Shape


class Chain:
    """Rows of the plain ledger, each with the hash of its content and of the row before it."""

    def __init__(self) -> None:
        self.count = 0
        self.hash = bytes(32)

    def link(self, batch: list[Row]) -> list[tuple]:
        """Rows as they are stored."""
        linked = []
        for row in batch:
            self.count += 1
            content = f"{self.count}|{self.count}|{row.giver}|{row.taker}|{row.lot}|{row.quantity}"
            self.hash = sha256(self.hash + content.encode()).digest()
            linked.append((self.count, self.count, *row, self.hash))
        return linked


class PlainSqlite:
    """The baseline: the same pragmas as the book's store, one transaction a batch."""

    def __init__(self, path: Path, accounts: int) -> None:
        self.chain = Chain()
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768",
                       "wal_autocheckpoint = 8192"):  # fmt: skip
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.executescript(SCHEMA)
        self.connection.executemany("INSERT INTO account VALUES (?, 0)", ((i,) for i in range(accounts)))

    def post(self, batch: list[Row]) -> None:
        """Post rows in one durable transaction."""
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        self.connection.executemany("INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?)", self.chain.link(batch))
        run("COMMIT")


def post_bytes(book, batch: list[list[bytes]], now) -> None:
    book.record(map(decode, batch), now=now)
