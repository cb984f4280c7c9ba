"""What became of events in the book, and what master data says of the things that they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from sarai.server.epcis.conditions import Query
from sarai.server.epcis.context import expand
from sarai.server.epcis.database import EpcisDatabase, Run
from sarai.server.epcis.events import COLUMNS, Stored, stored
from sarai.server.epcis.hashing import plain
from sarai.server.epcis.indexing import identifier
from sarai.server.epcis.reading import encode, names
from sarai.server.epcis.views import View

FROM = "FROM outcome o JOIN event e ON e.seq = o.seq JOIN context c ON c.id = e.context"


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of an event in the book.

    Attributes
    ----------
    state
        ``waiting``, ``posted``, ``refused`` or ``sighting``.
    words, pointer
        Why, and which field of the event (or of the document, where the book refused it).
    code, entry
        What the book answered, and under which number it is in the journal.
    issuer, number
        Of the document that the event became.
    """

    state: str
    words: str = ""
    code: int | None = None
    entry: int | None = None
    issuer: str = ""
    number: str = ""
    pointer: str = ""


class OutcomeStore:
    """Outcomes in the file.

    Parameters
    ----------
    database
        The file.
    """

    def __init__(self, database: EpcisDatabase) -> None:
        self._database = database

    def waiting(self, count: int) -> list[Stored]:
        """Events whose outcome is not known yet, the oldest first."""
        rows = self._database.query(
            f"SELECT e.seq, 0, {COLUMNS} {FROM} WHERE o.state = 'waiting' ORDER BY o.seq LIMIT ?", (count,)
        )
        return [stored(row) for row in rows]

    def settle(self, outcomes: Iterable[tuple[int, Outcome]]) -> None:
        """Write down what became of events."""
        columns = Outcome.__struct_fields__
        told = ", ".join(f"{name} = ?" for name in columns)
        with self._database.writing() as run:
            for seq, each in outcomes:
                values = [getattr(each, name) for name in columns]
                run(f"UPDATE outcome SET {told} WHERE seq = ?", [*values, seq])

    def of(self, event_id: str, view: View) -> list[Outcome]:
        """What became of the events of a name, in the order of recording."""
        where, values = Query(view.condition()).where()
        columns = ", ".join(f"o.{name}" for name in Outcome.__struct_fields__)
        rows = self._database.query(
            f"SELECT {columns} FROM outcome o JOIN event e ON e.seq = o.seq "
            f"WHERE e.event_id = ? AND {where} ORDER BY e.seq",
            [event_id, *values],
        )
        return [_outcome(row) for row in rows]

    def posted(self, issuer: str, number: str) -> Stored | None:
        """The event that became the document of this name."""
        rows = self._database.query(
            f"SELECT e.seq, 0, {COLUMNS} {FROM} WHERE o.issuer = ? AND o.number = ? AND o.state = 'posted' "
            "ORDER BY o.seq LIMIT 1",
            (issuer, number),
        )
        return stored(rows[0]) if rows else None

    def undone(self, issuer: str, number: str) -> bool:
        """Whether an event that declares another wrong has cancelled that document."""
        return bool(
            self._database.query(
                "SELECT 1 FROM outcome o JOIN fact f ON f.seq = o.seq AND f.field = '?errorDeclaration' "
                "WHERE o.issuer = ? AND o.number = ? AND o.state = 'posted' LIMIT 1",
                (issuer, number),
            )
        )

    def posted_as(self, event_id: str) -> tuple[str, str] | None:
        """Issuer and number of the document that an event became."""
        rows = self._database.query(
            "SELECT o.issuer, o.number FROM outcome o JOIN event e ON e.seq = o.seq "
            "WHERE e.event_id = ? AND o.state = 'posted' ORDER BY e.seq LIMIT 1",
            (event_id,),
        )
        return rows[0] if rows else None

    def attribute(self, name: str, attributes: Sequence[str]) -> str | None:
        """What master data said of something last, under the first of the names that it has."""
        marks = ", ".join("?" * len(attributes))
        rows = self._database.query(
            f"SELECT attribute, value FROM master WHERE id = ? AND attribute IN ({marks}) ORDER BY rowid",
            [name, *attributes],
        )
        found = dict(rows)
        return next((found[each] for each in attributes if each in found), None)


def _outcome(row: tuple) -> Outcome:
    told = dict(zip(Outcome.__struct_fields__, row, strict=True))
    return Outcome(**{name: value for name, value in told.items() if value is not None})


def add_master(run: Run, context: Any, vocabularies: Iterable[Mapping[str, Any]]) -> None:
    """Add master data, within a transaction: attributes of things, and what lies within what."""
    known = names(context, {})
    insert = "INSERT OR IGNORE INTO master (id, type, attribute, value) VALUES (?, ?, ?, ?)"
    for told in vocabularies:
        for element in told.get("vocabularyElementList", ()):
            name = identifier(element["id"], known)
            for each in element.get("attributes", ()):
                run(insert, (name, told["type"], expand(each["id"], known), _value(each.get("attribute"))))
            for child in element.get("children", ()):
                run("INSERT OR IGNORE INTO kinship VALUES (?, ?)", (name, identifier(child, known)))


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return encode(value).decode()
    return value if isinstance(value, str) else plain(value)
