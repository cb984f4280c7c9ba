"""The book in one SQLite file: write-ahead log, one writer at a time, every commit on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from time import monotonic, sleep

from msgspec import json

from sarai.goods import BookError
from sarai.ledger.store import TABLES, Query, Row, Table

BUSY_TIMEOUT_S = 60  # another process posts a batch in well under a second
BUSY_POLL_S = 0.001
CACHE_KIB = 32_768
WAL_PAGES = 8_192  # 32 MiB of log before it is carried over to the file
FETCH = 1_000
TYPES = {"int": "INTEGER", "text": "TEXT", "bytes": "BLOB"}


class SqliteStore:
    """Store of one book in a SQLite file.

    Parameters
    ----------
    path
        The file; made if it is absent and ``create`` says so.
    durable
        False for a scratch copy that need not survive.
    """

    def __init__(self, path: str | Path, *, create: bool = True, durable: bool = True) -> None:
        self.path = Path(path)
        if not create and not self.path.exists():
            raise BookError(f"no book at {self.path}; post something to it first, or mend the path")
        self._lock = RLock()
        self._closed = False
        self._inserts: dict[tuple[str, str], str] = {}
        try:
            self._connection = self._connect()
            self._prepare(durable)
        except (sqlite3.Error, BookError) as fault:
            if hasattr(self, "_connection"):
                self._connection.close()
            raise BookError(f"{self.path} cannot be opened as a book: {fault}") from fault

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False,
            cached_statements=256,
        )  # fmt: skip
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        return connection

    def _prepare(self, durable: bool) -> None:
        run = self._connection.execute
        self._patiently("PRAGMA journal_mode = WAL" if durable else "PRAGMA journal_mode = OFF")
        run(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        run(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
        run("PRAGMA busy_timeout = 0")  # from here on `_patiently` waits
        with self.writing():
            for table in TABLES:
                run(create(table))
                if table.index:
                    run(f"CREATE INDEX IF NOT EXISTS {table.name}_index ON {table.name} {table.index}")

    @contextmanager
    def writing(self, *asked: Query) -> Iterator[list[list[tuple]]]:
        """Be the only writer until the block ends; see `Store.writing`."""
        with self._lock:
            self._check_open()
            try:
                self._patiently("BEGIN IMMEDIATE")
                yield [self._connection.execute(sql, values).fetchall() for sql, values in asked]
                self._connection.execute("COMMIT")
            except sqlite3.Error as fault:
                self._roll_back()
                raise BookError(
                    f"{self.path} could not be written to: {fault}. Nothing of this batch is in the book; "
                    "mend the cause and post it again"
                ) from fault
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _patiently(self, sql: str, values: Row = ()) -> sqlite3.Cursor:
        """Wait for our turn, looking often, so that one who posts without pause leaves others a turn."""
        give_up = monotonic() + BUSY_TIMEOUT_S
        while True:
            try:
                return self._connection.execute(sql, values)
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > give_up:
                    raise
                sleep(BUSY_POLL_S)

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows with new keys."""
        self._many("INSERT", table, rows)

    def upsert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, or replace those with the same keys."""
        self._many("REPLACE", table, rows)

    def _many(self, verb: str, table: Table, rows: Sequence[Row]) -> None:
        if not rows:
            return
        sql = self._inserts.get((verb, table.name))
        if sql is None:
            marks = ", ".join("?" * len(table.columns))
            sql = self._inserts[verb, table.name] = f"{verb} INTO {table.name} VALUES ({marks})"
        self._connection.executemany(sql, rows)

    def delete(self, table: Table, keys: Sequence[Row]) -> None:
        """Remove the rows with these keys."""
        where = " AND ".join(f"{name} = ?" for name in table.keys)
        self._connection.executemany(f"DELETE FROM {table.name} WHERE {where}", keys)

    def execute(self, sql: str) -> None:
        """Run a statement within `writing`."""
        self._connection.execute(sql)

    def query(self, sql: str, values: Row = ()) -> list[tuple]:
        """All rows of a query."""
        with self._lock:
            self._check_open()
            try:
                return self._patiently(sql, values).fetchall()
            except sqlite3.Error as fault:
                raise BookError(f"{self.path} could not be read: {fault}") from fault

    def stream(self, sql: str, values: Row = ()) -> Iterator[tuple]:
        """The rows of a query, a few at a time, from one snapshot of the book."""
        connection = self._connect()
        try:
            cursor = connection.execute(sql, values)
            while rows := cursor.fetchmany(FETCH):
                yield from rows
        finally:
            connection.close()

    def lookup(self, table: Table, columns: int, keys: Sequence[Row]) -> Query:
        """How to ask for the rows whose first so many key columns are among these."""
        one, many = lookups(table, columns)
        return Query(one, keys[0]) if len(keys) == 1 else Query(many, (json.encode(keys).decode(),))

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        self._connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise BookError("the book is closed; open it again")


@cache
def lookups(table: Table, columns: int) -> tuple[str, str]:
    """The statements that find a table's rows by one key, and by a JSON array of keys."""
    names = table.names[:columns]
    where = " AND ".join(f"{name} = ?" for name in names)
    on = " AND ".join(f"t.{name} = k.value->>{i}" for i, name in enumerate(names))
    return (
        f"SELECT * FROM {table.name} WHERE {where}",
        f"SELECT t.* FROM json_each(?) AS k CROSS JOIN {table.name} AS t ON {on}",
    )


def create(table: Table) -> str:
    """The statement that makes a table, unless it is there."""
    columns = [f"{name} {TYPES[kind]} NOT NULL" for name, kind in table.columns]
    if table.keys == ("id",):
        columns[0] = "id INTEGER PRIMARY KEY"
        return f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)})"
    columns.append(f"PRIMARY KEY ({', '.join(table.keys)})")
    return f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)}) WITHOUT ROWID"
