"""The file of accounts: SQLite, one connection that writes and one that reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from sarai.goods.errors import BookError
from sarai.screening.database import never_changed

BUSY_TIMEOUT_S = 10  # another process (a command that makes an account) writes for milliseconds
APPLICATION_ID = 0x53415241  # tells our files from other SQLite files
LAYOUT = 1

SCHEMA = (
    "CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE account (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, parties TEXT NOT "
    "NULL, officer TEXT NOT NULL, authority TEXT NOT NULL, language TEXT NOT NULL, active INTEGER NOT NULL, "
    "demo INTEGER NOT NULL, subject TEXT, password TEXT NOT NULL, made INTEGER NOT NULL)",
    "CREATE UNIQUE INDEX account_subject ON account (subject)",
    "CREATE TABLE session (token BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, "
    "began INTEGER NOT NULL, seen INTEGER NOT NULL, until INTEGER NOT NULL, address TEXT NOT NULL, "
    "agent TEXT NOT NULL)",
    "CREATE INDEX session_account ON session (account)",
    "CREATE TABLE api_key (id TEXT PRIMARY KEY, secret BLOB NOT NULL, account TEXT NOT NULL, label TEXT NOT "
    "NULL, made INTEGER NOT NULL, until INTEGER NOT NULL, used INTEGER NOT NULL)",
    "CREATE INDEX api_key_account ON api_key (account)",
    "CREATE TABLE failure (name BLOB PRIMARY KEY, count INTEGER NOT NULL, last INTEGER NOT NULL)",
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, deed TEXT NOT "
    "NULL, account TEXT NOT NULL, detail TEXT NOT NULL, address TEXT NOT NULL)",
    *never_changed("audit"),
)

Run = Callable[..., sqlite3.Cursor]


class AccountsUnavailable(BookError):
    """The file of accounts cannot be opened, read or written."""


class AccountsFile:
    """The file; its methods may be called from any thread.

    Reading waits for no commit, so that who asks is found while a password is being written.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._turn, self._reading_turn = Lock(), Lock()
        self._writer = self._connect()
        try:
            self._recognise()
            self._reader = self._connect()
        except BaseException:
            self._writer.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise AccountsUnavailable(f"{self.path} cannot be opened: {fault}; mend the path") from fault

    def _recognise(self) -> None:
        try:
            (mark,) = self._writer.execute("PRAGMA application_id").fetchone()
            (layout,) = self._writer.execute("PRAGMA user_version").fetchone()
            empty = not self._writer.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.Error as fault:
            raise AccountsUnavailable(f"{self.path} cannot be read: {fault}; name another file") from fault
        if mark == 0 and empty:
            self._make()
        elif mark != APPLICATION_ID:
            raise AccountsUnavailable(f"{self.path} is a database of something else; name another file")
        elif layout > LAYOUT:
            raise AccountsUnavailable(
                f"{self.path} was made by a later Sarai (layout {layout}); use that one"
            )

    def _make(self) -> None:
        self._writer.execute("PRAGMA journal_mode = WAL")
        Path(self.path).chmod(0o600)  # hashes are no secrets, but nobody else's business
        with self.writing() as run:
            for statement in SCHEMA:
                run(statement)
            run(f"PRAGMA application_id = {APPLICATION_ID}")
            run(f"PRAGMA user_version = {LAYOUT}")

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """Be the only writer until the block ends; if it fails, nothing of it was written."""
        with self._turn:
            run = self._writer.execute
            try:
                run("BEGIN IMMEDIATE")
                yield run
                run("COMMIT")
            except sqlite3.Error as fault:
                self._roll_back()
                raise AccountsUnavailable(
                    f"{self.path} could not be written to: {fault}. What it held before stands; mend the "
                    "cause and do it again"
                ) from fault
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    def query(self, statement: str, values: Sequence[object] = ()) -> list[tuple]:
        """All rows of a query, as it was last committed."""
        try:
            with self._reading_turn, closing(self._reader.execute(statement, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as fault:
            raise AccountsUnavailable(f"{self.path} could not be read: {fault}; mend the cause") from fault

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()
        self._writer.close()
