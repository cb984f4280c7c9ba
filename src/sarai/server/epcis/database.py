"""The file that the events are kept in: SQLite, one connection that writes and one that reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sarai.goods import SaraiError

BUSY_TIMEOUT_S = 60  # a backup may hold the file for a while
APPLICATION_ID = 0x53415245  # tells our files from other SQLite files
LAYOUT = 1

SCHEMA = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, digest BLOB NOT NULL, type TEXT NOT NULL,
        event_time INTEGER NOT NULL, record_time INTEGER NOT NULL, captor TEXT NOT NULL, view BLOB NOT NULL,
        job TEXT NOT NULL, context INTEGER NOT NULL REFERENCES context (id), body BLOB NOT NULL)""",
    "CREATE UNIQUE INDEX event_said ON event (event_id, digest)",
    "CREATE INDEX event_time ON event (event_time, seq)",
    "CREATE INDEX event_record_time ON event (record_time, seq)",
    "CREATE INDEX event_type ON event (type, seq)",
    "CREATE INDEX event_job ON event (job)",
    "CREATE TABLE context (id INTEGER PRIMARY KEY, body BLOB NOT NULL UNIQUE)",
    """CREATE TABLE fact (
        field TEXT NOT NULL, value NOT NULL, seq INTEGER NOT NULL, said TEXT,
        PRIMARY KEY (field, value, seq)) WITHOUT ROWID""",
    "CREATE INDEX fact_of_event ON fact (seq, field)",
    """CREATE TABLE outcome (
        seq INTEGER PRIMARY KEY REFERENCES event (seq), state TEXT NOT NULL, code INTEGER, entry INTEGER,
        issuer TEXT, number TEXT, words TEXT NOT NULL, pointer TEXT NOT NULL)""",
    "CREATE INDEX outcome_waiting ON outcome (seq) WHERE state = 'waiting'",
    "CREATE INDEX outcome_document ON outcome (issuer, number)",
    """CREATE TABLE master (
        id TEXT NOT NULL, type TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX master_said ON master (id, attribute, value, type)",
    """CREATE TABLE kinship (
        parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)) WITHOUT ROWID""",
    """CREATE TABLE job (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, captor TEXT NOT NULL,
        view BLOB NOT NULL,
        created INTEGER NOT NULL, finished INTEGER, proceed INTEGER NOT NULL,
        success INTEGER NOT NULL, errors BLOB NOT NULL,
        payload BLOB)""",
    "CREATE INDEX job_running ON job (seq) WHERE finished IS NULL",
    """CREATE TABLE query (
        seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, captor TEXT NOT NULL, body BLOB NOT NULL)""",
    """CREATE TABLE subscription (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, query TEXT NOT NULL REFERENCES query (name),
        view BLOB NOT NULL, body BLOB NOT NULL, created INTEGER NOT NULL,
        position INTEGER NOT NULL, min_record INTEGER NOT NULL,
        notified INTEGER)""",
    "CREATE INDEX subscription_query ON subscription (query)",
)  # fmt: skip


class EpcisStoreError(SaraiError):
    """The file of events cannot be opened, read or written."""


Run = Callable[..., sqlite3.Cursor]


class EpcisDatabase:
    """The file; its methods may be called from any thread.

    Parameters
    ----------
    path
        Made if it is absent.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writes, self._reads = Lock(), Lock()
        self._writer = self._connect()
        try:
            self._recognise()
            self._reader = self._connect()
        except (sqlite3.Error, EpcisStoreError) as fault:
            self._writer.close()
            raise EpcisStoreError(f"{path} cannot be used: {fault}; name another directory") from fault

    def _connect(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise EpcisStoreError(f"{self.path} cannot be opened: {fault}; mend the path") from fault

    def _recognise(self) -> None:
        run = self._writer.execute
        ((mark,), (layout,)) = run("PRAGMA application_id").fetchone(), run("PRAGMA user_version").fetchone()
        if mark == 0 and not run("SELECT 1 FROM sqlite_master").fetchone():
            run("PRAGMA journal_mode = WAL")
            with self.writing() as write:
                for statement in SCHEMA:
                    write(statement)
                write(f"PRAGMA application_id = {APPLICATION_ID}")
                write(f"PRAGMA user_version = {LAYOUT}")
        elif mark != APPLICATION_ID:
            raise EpcisStoreError("it is a database of something else")
        elif layout > LAYOUT:
            raise EpcisStoreError(f"it was made by a later Sarai (layout {layout})")

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """Be the only writer until the block ends; if it fails, nothing of it was written."""
        with self._writes:
            run = self._writer.execute
            try:
                run("BEGIN IMMEDIATE")
                yield run
                run("COMMIT")
            except sqlite3.Error as fault:
                self._roll_back()
                raise EpcisStoreError(
                    f"{self.path} could not be written to: {fault}. What it held before stands; mend the "
                    "cause and send it again"
                ) from fault
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple]:
        """All rows of a question."""
        with self._reads:
            try:
                return self._reader.execute(statement, values).fetchall()
            except sqlite3.Error as fault:
                raise EpcisStoreError(f"{self.path} could not be read: {fault}; mend the cause") from fault

    def close(self) -> None:
        """Let go of the file."""
        with self._writes, self._reads:
            self._reader.close()
            self._writer.close()
