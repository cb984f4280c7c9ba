"""The book in PostgreSQL: many processes on many machines, one of them posting at a time.

Rows are sent in bulk: by COPY where they are new, as arrays where they replace others. A batch
waits until it is read from or committed, so that a small one costs few round trips.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zlib import crc32

import psycopg
from psycopg import sql as syntax

from sarai.goods import BadSetting, BookError
from sarai.ledger.store import TABLES, Query, Row, Table

LOCK = 0x5A8A1  # first half of the advisory lock that whoever posts to a book holds
COPY_FROM = 10  # rows; fewer go as one INSERT, which can share a round trip
FETCH = 2_000
TYPES = {"int": "BIGINT", "text": 'TEXT COLLATE "C"', "bytes": "BYTEA"}
BINARY = {"int": "int8", "text": "text", "bytes": "bytea"}
ARRAYS = {"int": "bigint[]", "text": "text[]", "bytes": "bytea[]"}


class PostgresStore:
    """Store of one book in a schema of a PostgreSQL database.

    Parameters
    ----------
    url
        ``postgresql://…``, with ``?schema=NAME`` for another schema than ``public``.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._url, self.schema = _split(url)
        self._lock = RLock()
        self._closed = False
        self._waiting: list[tuple[Table, Sequence[Row]]] = []
        try:
            self._connection = self._connect()
        except psycopg.Error as fault:
            raise BookError(f"no book can be opened in schema {self.schema}: {fault}") from fault
        try:
            self._prepare(create)
        except BaseException:
            self._connection.close()
            raise

    def _connect(self) -> psycopg.Connection:
        connection = psycopg.connect(self._url, autocommit=True)
        # A plan made while a table was small scans it for ever after; planning costs less than that.
        connection.execute("SET plan_cache_mode = force_custom_plan")
        connection.execute(syntax.SQL("SET search_path TO {}").format(syntax.Identifier(self.schema)))
        return connection

    def _prepare(self, create: bool) -> None:
        rows = self._connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = %s", (self.schema,)
        ).fetchall()
        found = {name for (name,) in rows}
        lacking = [table for table in TABLES if table.name not in found]  # all; or what an older book lacks
        if not lacking:
            return
        if not create and "entry" not in found:
            raise BookError(
                f"no book in schema {self.schema}; post something to it first, or mend the address"
            )
        with self.writing():
            run = self._connection.execute
            run(syntax.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(syntax.Identifier(self.schema)))
            for table in lacking:
                run(_create(table))
                if table.index:
                    run(f"CREATE INDEX IF NOT EXISTS {table.name}_index ON {table.name} {table.index}")

    # -- writing ---------------------------------------------------------------------------------

    @contextmanager
    def writing(self, *asked: Query) -> Iterator[list[list[tuple]]]:
        """Be the only writer until the block ends; see `Store.writing`. All of it is one round trip."""
        with self._lock:
            self._check_open()
            lock = f"SELECT pg_advisory_xact_lock({LOCK}, {crc32(self.schema.encode()) - 2**31})"
            try:
                if self._connection.closed:
                    self._connection = self._connect()
                _, _, *answers = self._at_once([Query("BEGIN"), Query(lock), *asked])
                yield answers
                self._commit()
            except psycopg.Error as fault:
                self._roll_back()
                raise BookError(
                    f"the database of the book failed: {fault}. Nothing of this batch was acknowledged; "
                    "see that it runs, and post the batch again"
                ) from fault
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        self._waiting.clear()
        if not self._connection.closed:
            self._connection.execute("ROLLBACK")

    def _commit(self) -> None:
        """Send what waits and COMMIT; in one round trip if it is little."""
        small = [(table, rows) for table, rows in self._waiting if len(rows) <= COPY_FROM]
        if len(small) < len(self._waiting):
            self._send()
            self._connection.execute("COMMIT")
            return
        self._waiting.clear()
        self._at_once([*(_insert(table, rows) for table, rows in small), Query("COMMIT")])

    def _at_once(self, queries: Sequence[Query]) -> list[list[tuple]]:
        """The rows of each statement, all sent as one text with its values in it: a round trip."""
        cursor = psycopg.ClientCursor(self._connection)
        text = "; ".join(query.sql for query in queries).replace("?", "%s")
        cursor.execute(text, [value for query in queries for value in query.values])
        answers = []
        for _ in queries:
            answers.append(cursor.fetchall() if cursor.pgresult.nfields else [])
            cursor.nextset()
        return answers

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows with new keys."""
        if rows:
            self._waiting.append((table, rows))

    def _send(self) -> None:
        waiting, self._waiting = self._waiting, []
        for table, rows in waiting:
            if len(rows) <= COPY_FROM:
                self._execute(*_insert(table, rows))
            else:
                self._copy(table, rows)

    def _copy(self, table: Table, rows: Sequence[Row]) -> None:
        sql = f"COPY {table.name} FROM STDIN (FORMAT BINARY)"
        with self._connection.cursor() as cursor, cursor.copy(sql) as copy:
            copy.set_types([BINARY[kind] for _, kind in table.columns])
            for row in rows:
                copy.write_row(row)

    def upsert(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, or replace those with the same keys."""
        if not rows:
            return
        self._send()
        changes = [name for name in table.names if name not in table.keys]
        action = "UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in changes)
        self._connection.execute(
            f"INSERT INTO {table.name} SELECT * FROM {_unnest(table, len(table.columns))} "
            f"ON CONFLICT ({', '.join(table.keys)}) DO {action}",
            [list(column) for column in zip(*rows, strict=True)],
        )

    def delete(self, table: Table, keys: Sequence[Row]) -> None:
        """Remove the rows with these keys."""
        if not keys:
            return
        self._send()
        names = ", ".join(table.keys)
        self._connection.execute(
            f"DELETE FROM {table.name} WHERE ({names}) IN (SELECT * FROM {_unnest(table, table.key)})",
            [list(column) for column in zip(*keys, strict=True)],
        )

    def execute(self, sql: str) -> None:
        """Run a statement within `writing`."""
        self._send()
        self._connection.execute(sql)

    # -- reading ---------------------------------------------------------------------------------

    def query(self, sql: str, values: Row = ()) -> list[tuple]:
        """All rows of a query."""
        with self._lock:
            self._check_open()
            self._send()
            try:
                return self._execute(sql, values).fetchall()
            except psycopg.Error as fault:
                raise BookError(f"the database of the book could not be read: {fault}") from fault

    def _execute(self, sql: str, values: Row = ()) -> psycopg.Cursor:
        return self._connection.execute(sql.replace("?", "%s"), values)

    def stream(self, sql: str, values: Row = ()) -> Iterator[tuple]:
        """The rows of a query, a few at a time, from one snapshot of the book."""
        with self._connect() as connection, connection.transaction(), connection.cursor("stream") as cursor:
            cursor.itersize = FETCH
            cursor.execute(sql.replace("?", "%s"), values)
            yield from cursor

    def lookup(self, table: Table, columns: int, keys: Sequence[Row]) -> Query:
        """How to ask for the rows whose first so many key columns are among these."""
        names = table.names[:columns]
        if len(keys) == 1:  # planned sooner
            where = " AND ".join(f"{name} = ?" for name in names)
            return Query(f"SELECT * FROM {table.name} WHERE {where}", keys[0])
        among = f"SELECT * FROM {_unnest(table, columns)}"
        sql = f"SELECT * FROM {table.name} WHERE ({', '.join(names)}) IN ({among})"
        return Query(sql, [list(column) for column in zip(*keys, strict=True)])

    def close(self) -> None:
        """Let go of the database."""
        self._closed = True
        self._connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise BookError("the book is closed; open it again")


def _split(url: str) -> tuple[str, str]:
    """The address for the driver, and the schema."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    schema = options.pop("schema", "public")
    if not schema.isidentifier():
        raise BadSetting(f"schema {schema!r} in the address of the book is no plain name")
    return urlunsplit(parts._replace(query=urlencode(options))), schema


def _create(table: Table) -> str:
    columns = [f"{name} {TYPES[kind]} NOT NULL" for name, kind in table.columns]
    columns.append(f"PRIMARY KEY ({', '.join(table.keys)})")
    return f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)})"


def _insert(table: Table, rows: Sequence[Row]) -> Query:
    marks = f"({', '.join('?' * len(table.columns))})"
    values = [value for row in rows for value in row]
    return Query(f"INSERT INTO {table.name} VALUES {', '.join([marks] * len(rows))}", values)


def _unnest(table: Table, columns: int) -> str:
    """Arrays, one a column, as rows."""
    return f"unnest({', '.join(f'%s::{ARRAYS[kind]}' for _, kind in table.columns[:columns])})"
