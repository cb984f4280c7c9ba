"""How fast goods lines are posted to SQLite, beside a plain table with a trigger and a hash chain."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import sarai
from benchmarks.contest import PLAIN, Batch, Case, Chain, FromDocuments, FromJson, compete
from benchmarks.report import Goal, Report
from benchmarks.workload import Shape

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768", "wal_autocheckpoint = 8192")
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


class PlainSqlite:
    """The baseline. Its pragmas are those of the book's store."""

    def __init__(self, path: Path, accounts: int) -> None:
        self.chain = Chain()
        self.connection = sqlite3.connect(path, isolation_level=None)
        for pragma in PRAGMAS:
            self.connection.execute(f"PRAGMA {pragma}")
        self.connection.executescript(SCHEMA)
        self.connection.executemany("INSERT INTO account VALUES (?, 0)", ((i,) for i in range(accounts)))

    def post(self, work: Sequence[Batch]) -> None:
        """Post rows, a durable transaction for each batch."""
        for batch in work:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany(
                "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?, ?)", self.chain.link(batch)
            )
            self.connection.execute("COMMIT")

    @property
    def movements(self) -> int:
        """How many rows were posted."""
        return self.chain.count


def cases(quick: bool) -> list[Case]:
    """The goal is 0.7 at batches of 1,000 lines and of one."""
    goal = Goal("≥", 0.7)
    many = (1_000, 35, 3, 10) if quick else (1_000, 50, 8, 100)
    one = (1, 400, 3, 10) if quick else (1, 1_500, 8, 100)
    trade, single = Shape(), Shape(mean_lines=1)
    found = [
        Case("batches of 1,000 lines", trade, *many, {"JSON: lines": goal}),
        Case("batches of 1 document of 1 line", single, *one, {"JSON: lines and answers": goal}),
    ]
    if not quick:
        lean, rough = Shape(lean=True), (1_000, 35, 5, 35)
        found += [
            Case("batches of 1,000 lines, lean documents", lean, *rough, {}),
            Case("batches of 1,000 lines, 1 line per document", single, *rough, {}),
        ]
    return found


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report = Report("Posting to SQLite")
    for number, case in enumerate(cases(quick)):
        home = directory / f"posting-{number}"
        home.mkdir()
        with sarai.open(str(home / "json.db")) as one, sarai.open(str(home / "documents.db")) as other:
            plain = PlainSqlite(home / "plain.db", 1 + 2 * case.shape.traders)
            contestants = {"JSON": FromJson(one), "documents": FromDocuments(other), PLAIN: plain}
            compete(case, contestants, home, report)
            plain.connection.close()
    return report
