"""The file in which screening keeps lists and decisions: SQLite, written in whole transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Self

from sarai.goods.errors import BadSetting, SaraiError

BUSY_TIMEOUT_S = 60  # another process loads the largest list in a few seconds
APPLICATION_ID = 0x53415243  # tells our files from other SQLite files
LAYOUT = 1


class StoreError(SaraiError):
    """The file of lists and decisions cannot be opened, read or written."""


class Database:
    """A SQLite file of our own.

    Parameters
    ----------
    path
        The file; made if it is absent and ``create`` says so.
    """

    def __init__(self, path: str | Path, *, create: bool = True) -> None:
        self.path = str(path)
        if not create and not Path(path).exists():
            raise StoreError(f"no store of lists at {path}; load a list first, or mend the path")
        try:
            self._connection = sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        except sqlite3.Error as fault:
            raise StoreError(f"{path} cannot be opened: {fault}; mend the path") from fault
        try:
            self._recognise()
        except StoreError:
            self._connection.close()
            raise

    def _recognise(self) -> None:
        (mark,), (layout,) = *self.query("PRAGMA application_id"), *self.query("PRAGMA user_version")
        if mark == 0 and not self.query("SELECT 1 FROM sqlite_master LIMIT 1"):
            self.query("PRAGMA journal_mode = WAL")
            with self.writing() as run:
                run(f"PRAGMA application_id = {APPLICATION_ID}")
                run(f"PRAGMA user_version = {LAYOUT}")
        elif mark != APPLICATION_ID:
            raise StoreError(f"{self.path} is a database of something else; name another file")
        elif layout > LAYOUT:
            raise StoreError(f"{self.path} was made by a later Sarai (layout {layout}); use that one")

    def prepare(self, statements: Sequence[str]) -> None:
        """Make tables, unless the first of them is there: who may only read can open what was made."""
        table = statements[0].split()[2]
        if not self.query("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)):
            with self.writing() as run:
                for statement in statements:
                    run(statement)

    @contextmanager
    def writing(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """Be the only writer until the block ends; if it fails, nothing of it was written."""
        run = self._connection.execute
        try:
            run("BEGIN IMMEDIATE")
            yield run
            run("COMMIT")
        except sqlite3.Error as fault:
            self._roll_back()
            raise StoreError(
                f"{self.path} could not be written to: {fault}. What it held before stands; mend the cause "
                "and do it again"
            ) from fault
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def write_all(self, statement: str, rows: Iterator[tuple] | Sequence[tuple]) -> None:
        """Run a statement for each row, within `writing`."""
        self._connection.executemany(statement, rows)

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple]:
        """All rows of a query."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as fault:
            raise StoreError(f"{self.path} could not be read: {fault}; name another file") from fault

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def never_changed(table: str) -> tuple[str, str]:
    """Triggers that keep rows as they were written."""
    return tuple(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'what is recorded is not changed'); END"
        for verb in ("UPDATE", "DELETE")
    )


def stamp(moment: datetime) -> str:
    """A time as it is stored, in UTC; refuses one without zone.

    >>> stamp(datetime(2026, 3, 2, 9, 15, tzinfo=UTC))
    '2026-03-02T09:15:00.000000+00:00'
    """
    if moment.tzinfo is None:
        raise BadSetting(f"{moment} has no zone; give the time with its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Kept:
    """Tables of our own in a database, which may hold those of others of us too."""

    schema: ClassVar[tuple[str, ...]]

    def __init__(self, database: Database) -> None:
        self.database = database
        database.prepare(self.schema)

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True) -> Self:
        """Open them in a file; StoreError if there is none and ``create`` is false."""
        return cls(Database(path, create=create))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
