"""A file of the server's own: SQLite, one connection that writes and one that reads, for any thread."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import ClassVar

from sarai.goods import SaraiError

Run = Callable[..., sqlite3.Cursor]


class KeptFile:
    """The file; made if it is absent. Reading waits for no commit.

    Attributes
    ----------
    schema
        Statements that make its tables.
    mark, layout
        Tell its kind from other SQLite files, and its versions apart.
    fault
        What is raised when it cannot be opened, read or written.
    busy_s
        How long another process may hold it.
    private
        Whether nobody else on the machine may read it.
    trouble
        Why it could not be written to the last time; empty if it could.
    """

    schema: ClassVar[Sequence[str]]
    mark: ClassVar[int]
    layout: ClassVar[int] = 1
    fault: ClassVar[type[SaraiError]]
    busy_s: ClassVar[float] = 60
    private: ClassVar[bool] = False

    def __init__(self, path: str | Path) -> None:
        self.path, self.trouble = str(path), ""
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
                self.path, timeout=self.busy_s, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as fault:
            raise self.fault(f"{self.path} cannot be opened: {fault}; mend the path") from fault

    def _recognise(self) -> None:
        run = self._writer.execute
        try:
            ((mark,), (layout,)) = (
                run(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
            )
            empty = not run("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except sqlite3.Error as fault:
            raise self.fault(f"{self.path} cannot be used: {fault}; name another") from fault
        if mark == 0 and empty:
            self._make()
        elif mark != self.mark:
            raise self.fault(f"{self.path} cannot be used: it is a database of something else; name another")
        elif layout > self.layout:
            raise self.fault(f"{self.path} was made by a later Sarai (layout {layout}); use that one")

    def _make(self) -> None:
        self._writer.execute("PRAGMA journal_mode = WAL")
        if self.private:
            Path(self.path).chmod(0o600)
        with self.writing() as run:
            for statement in self.schema:
                run(statement)
            run(f"PRAGMA application_id = {self.mark}")
            run(f"PRAGMA user_version = {self.layout}")

    @contextmanager
    def writing(self) -> Iterator[Run]:
        """Be the only writer until the block ends; if it fails, nothing of it was written."""
        with self._turn:
            run = self._writer.execute
            try:
                run("BEGIN IMMEDIATE")
                yield run
                run("COMMIT")
                self.trouble = ""
            except sqlite3.Error as fault:
                self.trouble = str(fault)
                self._roll_back()
                raise self.fault(
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
            raise self.fault(f"{self.path} could not be read: {fault}; mend the cause") from fault

    def close(self) -> None:
        """Let go of the file, once nobody is at it."""
        with self._turn, self._reading_turn:
            self._reader.close()
            self._writer.close()
