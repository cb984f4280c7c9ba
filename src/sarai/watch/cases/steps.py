"""What officers did: the steps, holds and releases in the book, in the order of their entries."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from sarai.goods import CaseStep, Hold, Release
from sarai.ledger import Book
from sarai.ledger.journal import decode
from sarai.screening.database import Kept

SCHEMA = (
    "CREATE TABLE case_step (entry INTEGER PRIMARY KEY, recorded INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE TABLE case_read (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL)",
)

BETWEEN = (
    "SELECT id, recorded, body FROM entry WHERE id > ? AND id <= ? AND code = 0 "
    "AND kind IN ('case_step', 'hold', 'release') ORDER BY id"
)
Deed: TypeAlias = CaseStep | Hold | Release


class Step(NamedTuple):
    """A document about a case (or, of a hold, perhaps about none), by whose entry it is in the book."""

    entry: int
    recorded: int
    document: Deed


class StepStore(Kept):
    """A copy of the steps in the book, so that not the whole journal is read for each question."""

    schema = SCHEMA

    def read(self, book: Book) -> list[Step]:
        """All steps that are in the book by now, in order."""
        self.keep_up(book)
        rows = self.database.query("SELECT entry, recorded, body FROM case_step ORDER BY entry")
        return [Step(entry, recorded, decode(body)) for entry, recorded, body in rows]

    def keep_up(self, book: Book) -> None:
        """Copy what is new."""
        position = self._position(book)
        ((head,),) = book.store.query("SELECT coalesce(max(id), 0) FROM entry")
        if head == position:
            return
        new = book.store.query(BETWEEN, (position, head))
        with self.database.writing() as run:
            if not position:
                run("DELETE FROM case_step")
            for row in new:
                run("INSERT OR REPLACE INTO case_step VALUES (?, ?, ?)", row)
            run("INSERT OR REPLACE INTO case_read VALUES (1, ?)", (head,))

    def _position(self, book: Book) -> int:
        """How far the book was read; 0 if the copy is of another book, or of one that was restored."""
        rows = self.database.query("SELECT position FROM case_read")
        if not rows:
            return 0
        last = self.database.query("SELECT entry, body FROM case_step ORDER BY entry DESC LIMIT 1")
        same = all(
            book.store.query("SELECT body FROM entry WHERE id = ?", (entry,)) == [(body,)]
            for entry, body in last
        )
        there = book.store.query("SELECT 1 FROM entry WHERE id = ?", rows[0])
        return rows[0][0] if same and there else 0


def steps_between(book: Book, after: int, last: int) -> list[Step]:
    """The steps that were recorded after an entry, up to another."""
    return [
        Step(entry, recorded, decode(body))
        for entry, recorded, body in book.store.query(BETWEEN, (after, last))
    ]
