"""What was dropped, kept until the book has all of it: the files, how far each is, and what was refused.

A file is kept as it came until every record of it was answered. If the server dies before that, it is
read again from its beginning: what the book has already is repeated, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sarai.goods import NotInBook
from sarai.ledger.rows import from_us, to_us
from sarai.screening.database import Kept

NAME = "drops.db"
SHOWN = 200  # drops of one account that are listed; older ones stay in the file

SCHEMA = (
    "CREATE TABLE post_drop (id INTEGER PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, "
    "dropped INTEGER NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL, fault TEXT NOT NULL, "
    "bytes_read INTEGER NOT NULL, records INTEGER NOT NULL, lines INTEGER NOT NULL, posted INTEGER NOT NULL, "
    "repeated INTEGER NOT NULL, refused INTEGER NOT NULL, seconds REAL NOT NULL)",
    "CREATE INDEX post_drop_account ON post_drop (account)",
    "CREATE TABLE post_refused (id INTEGER PRIMARY KEY, post_drop INTEGER NOT NULL, "
    "position INTEGER NOT NULL, code INTEGER NOT NULL, issuer TEXT NOT NULL, number TEXT NOT NULL, "
    "pointer TEXT NOT NULL, "
    "message TEXT NOT NULL, entry INTEGER NOT NULL, text TEXT NOT NULL, whole INTEGER NOT NULL, "
    "mended INTEGER NOT NULL)",
    "CREATE INDEX post_refused_drop ON post_refused (post_drop)",
)


class Drop(NamedTuple):
    """A file that somebody dropped, and how far it is.

    Attributes
    ----------
    state
        ``waiting``, ``running``, ``stopped`` (with a fault; it can go on), ``done``.
    bytes_read
        Of the file as it came, compressed or not.
    records, lines
        Records that were answered, and the goods lines in those that were documents.
    seconds
        How long that took.
    """

    id: int
    account: str
    name: str
    dropped: datetime
    size: int
    state: str = "waiting"
    fault: str = ""
    bytes_read: int = 0
    records: int = 0
    lines: int = 0
    posted: int = 0
    repeated: int = 0
    refused: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """How much of it is done, of one."""
        if self.state == "done":
            return 1.0
        return min(1.0, self.bytes_read / self.size) if self.size else 0.0

    @property
    def lines_per_s(self) -> float:
        """Goods lines a second, so far."""
        return self.lines / self.seconds if self.seconds > 0 else 0.0


class RefusedRecord(NamedTuple):
    """A record that was refused, with its text.

    Attributes
    ----------
    position
        In the file: the line, or the number of the document.
    entry
        Of the journal, in which the refusal is kept.
    whole
        Whether ``text`` is all of the record, so that it can be mended.
    mended
        The entry of what was posted in its place; 0 if nothing was yet.
    """

    id: int
    drop: int
    position: int
    code: int
    issuer: str
    number: str
    pointer: str
    message: str
    entry: int
    text: str
    whole: bool = True
    mended: int = 0


class DropStore(Kept):
    """The file of drops; the bytes lie beside it, each in a file of its own."""

    schema = SCHEMA

    @classmethod
    def within(cls, directory: Path) -> DropStore:
        """The one of a house; made if it is not there."""
        folder = directory / "dropped"
        folder.mkdir(parents=True, exist_ok=True)
        return cls.open(folder / NAME)

    def bytes_of(self, drop: int) -> Path:
        """Where the file lies as it came; it is there until the drop is done."""
        return Path(self.database.path).parent / str(drop)

    # -- drops -------------------------------------------------------------------------------------

    def add(self, account: str, name: str, now: datetime, content: Path) -> Drop:
        """Take a file in: ``content`` (on the same disk) is moved beside the store before anything else."""
        size = content.stat().st_size
        with self.database.writing() as run:
            row = (account, name, to_us(now), size, "waiting", "", 0, 0, 0, 0, 0, 0, 0.0)
            cursor = run(f"INSERT INTO post_drop VALUES (NULL{', ?' * len(row)})", row)
            number = int(cursor.lastrowid or 0)
            content.replace(self.bytes_of(number))
        return self.one(number)

    def one(self, drop: int) -> Drop:
        """A drop; NotInBook if there is none of that number."""
        rows = self.database.query("SELECT * FROM post_drop WHERE id = ?", (drop,))
        if not rows:
            raise NotInBook(f"nothing was dropped under the number {drop}; the page Post lists what was")
        return _drop(rows[0])

    def of(self, account: str) -> list[Drop]:
        """What an account dropped, the latest first."""
        rows = self.database.query(
            "SELECT * FROM post_drop WHERE account = ? ORDER BY id DESC LIMIT ?",
            (account, SHOWN),
        )
        return list(map(_drop, rows))

    def keep(self, drop: Drop, refused: Iterable[RefusedRecord] = ()) -> None:
        """Keep how far a drop is, and what of it was refused since."""
        with self.database.writing() as run:
            run(
                "UPDATE post_drop SET state = ?, fault = ?, bytes_read = ?, records = ?, lines = ?, "
                "posted = ?, repeated = ?, refused = ?, seconds = ? WHERE id = ?",
                (*drop[5:], drop.id),
            )
            for each in refused:
                run("INSERT INTO post_refused VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", each[1:])
        if drop.state == "done":
            self.bytes_of(drop.id).unlink(missing_ok=True)

    def begin(self, drop: int) -> Drop:
        """Read it from its beginning: what was counted and refused before is counted anew.

        What was mended stays: those records are told apart by their place.
        """
        was = self.one(drop)
        begun = Drop(was.id, was.account, was.name, was.dropped, was.size, state="running")
        with self.database.writing() as run:
            run("DELETE FROM post_refused WHERE post_drop = ? AND mended = 0", (drop,))
        self.keep(begun)
        return begun

    def broken_off(self) -> list[Drop]:
        """What was on its way when a server ended, now marked as stopped: whoever dropped it goes on."""
        rows = self.database.query("SELECT * FROM post_drop WHERE state IN ('waiting', 'running')")
        for row in rows:
            self.keep(_drop(row)._replace(state="stopped"))
        return list(map(_drop, rows))

    # -- what was refused --------------------------------------------------------------------------

    def refused(self, drop: int, after: int = 0, most: int = 50) -> list[RefusedRecord]:
        """Records of a drop that were refused, in order, those after a number."""
        rows = self.database.query(
            "SELECT * FROM post_refused WHERE post_drop = ? AND id > ? ORDER BY id LIMIT ?",
            (drop, after, most),
        )
        return list(map(_refused, rows))

    def amend(self, record: RefusedRecord) -> None:
        """Keep what became of a record that was mended."""
        with self.database.writing() as run:
            run(
                "UPDATE post_refused SET code = ?, issuer = ?, number = ?, pointer = ?, message = ?, "
                "entry = ?, text = ?, whole = ?, mended = ? WHERE id = ?",
                (*record[3:], record.id),
            )

    def mended(self, drop: int) -> dict[int, int]:
        """Entries of what was mended, by the place in the file."""
        rows = self.database.query(
            "SELECT position, mended FROM post_refused WHERE post_drop = ? AND mended > 0", (drop,)
        )
        return dict(rows)


def _drop(row: Sequence) -> Drop:
    number, account, name, dropped, *rest = row
    return Drop(number, account, name, from_us(dropped), *rest)


def _refused(row: Sequence) -> RefusedRecord:
    *some, whole, mended = row
    return RefusedRecord(*some, bool(whole), mended)
