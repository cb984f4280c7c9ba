"""What the watch keeps in a file of its own: alerts, how far it has judged, which typologies are off.

All of it follows from the book, and can be built from it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import msgpack

from sarai.goods.errors import NotInBook
from sarai.screening.database import Kept, never_changed
from sarai.watch.engine import Fault
from sarai.watch.finding import Alert

SCHEMA = (
    "CREATE TABLE alert (id TEXT PRIMARY KEY, raised INTEGER NOT NULL, entry INTEGER NOT NULL, "
    "typology TEXT NOT NULL, score REAL NOT NULL, body BLOB NOT NULL)",
    "CREATE INDEX alert_raised ON alert (raised)",
    "CREATE TABLE typology (name TEXT PRIMARY KEY, version INTEGER NOT NULL, off_since INTEGER, "
    "fault TEXT NOT NULL)",
    "CREATE TABLE judged (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, "
    "marker TEXT NOT NULL, memory BLOB NOT NULL)",
    *never_changed("alert"),
)

JUDGED = "INSERT OR REPLACE INTO judged SELECT 1, ?, ?, ? WHERE ?"

_encode, _decode = msgpack.Encoder(decimal_format="number").encode, msgpack.Decoder(Alert).decode


class Known(NamedTuple):
    """How a typology stands: the version last asked, and since which entry it is off, if it is."""

    version: int
    off_since: int | None
    fault: str


class Judged(NamedTuple):
    """How far the watch has come, and what it remembered there."""

    position: int
    marker: str
    memory: bytes


class AlertStore(Kept):
    """Alerts, and where the watch stands."""

    schema = SCHEMA

    # -- what there is -------------------------------------------------------------------------------

    def alerts(self, typology: str = "", since: int = 0) -> list[Alert]:
        """Alerts in the order in which they were raised; of one typology, raised from a time on."""
        rows = self.database.query(
            "SELECT body FROM alert WHERE raised >= ? AND ? IN ('', typology) ORDER BY raised, entry, id",
            (since, typology),
        )
        return [_decode(body) for (body,) in rows]

    def alert(self, id: str) -> Alert:
        """One alert; NotInBook if there is none."""
        rows = self.database.query("SELECT body FROM alert WHERE id = ?", (id,))
        if not rows:
            raise NotInBook(f"no alert {id!r}; see `sarai cases list`, or what `sarai watch run` has told")
        return _decode(rows[0][0])

    def after(self, number: int, most: int) -> list[tuple[int, Alert]]:
        """Alerts in the order in which they were kept, with their numbers: the first after a number."""
        rows = self.database.query(
            "SELECT rowid, body FROM alert WHERE rowid > ? ORDER BY rowid LIMIT ?", (number, most)
        )
        return [(number, _decode(body)) for number, body in rows]

    def last(self) -> int:
        """The number of the alert that was kept last; 0 if there is none."""
        ((number,),) = self.database.query("SELECT coalesce(max(rowid), 0) FROM alert")
        return number

    def known(self) -> dict[str, Known]:
        """Every typology that was asked before."""
        rows = self.database.query("SELECT name, version, off_since, fault FROM typology")
        return {name: Known(*rest) for name, *rest in rows}

    def judged(self) -> Judged:
        """How far the watch has come."""
        rows = self.database.query("SELECT position, marker, memory FROM judged")
        return Judged(*rows[0]) if rows else Judged(0, "", b"")

    # -- what is kept ----------------------------------------------------------------------------------

    def keep(
        self,
        alerts: Iterable[Alert],
        faults: Iterable[Fault] = (),
        on: Sequence[tuple[str, int]] = (),
        judged: Judged | None = None,
    ) -> list[Alert]:
        """Keep all of it or nothing; the alerts that were not there before.

        Parameters
        ----------
        on
            Names and versions of typologies that judge, and are off no more.
        """
        new = []
        with self.database.writing() as run:
            for alert in alerts:
                row = (alert.id, alert.raised, alert.entry, alert.typology, alert.score, _encode(alert))
                if run("INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
                    new.append(alert)
            for name, version in on:
                run("INSERT OR REPLACE INTO typology VALUES (?, ?, NULL, '')", (name, version))
            for fault in faults:
                row = (fault.typology, fault.version, fault.entry, fault.why)
                run("INSERT OR REPLACE INTO typology VALUES (?, ?, ?, ?)", row)
            if judged:
                run(JUDGED, (*judged, True))
                run(JUDGED, (0, "", b"", False))  # SQLite holds a copy of what a statement was last given
        return new
