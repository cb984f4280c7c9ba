"""The events that were captured: added, found, listed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from sarai.server.epcis import vocabulary
from sarai.server.epcis.conditions import Query, Sql
from sarai.server.epcis.database import EpcisDatabase, Run
from sarai.server.epcis.hashing import event_hash
from sarai.server.epcis.indexing import index, short
from sarai.server.epcis.moments import microseconds, of_microseconds, written
from sarai.server.epcis.reading import again, canonical, encode, names
from sarai.server.epcis.views import ALL, View, kept

UNHASHED = ("recordTime", "@context")  # what the repository sets itself, and what only explains the rest
CHUNK = 16  # rows of a page that are read at a time, so that a page of large events stops early

COLUMNS = "e.event_id, c.body, e.body, e.record_time, e.view"
"""Of an event, after its number and key; they make a `Stored`."""


class Stored(Struct, frozen=True):
    """An event as it is kept.

    Attributes
    ----------
    seq
        In the order of recording.
    key
        What the query that found it is ordered by.
    context
        Of the document that it came in, as JSON.
    event
        As it is given out: as captured, with its identifier and its time of record.
    view
        Who captured it, as JSON.
    size
        In bytes.
    """

    seq: int
    key: Any
    event_id: str
    context: bytes
    event: dict[str, Any]
    view: bytes
    size: int


class After(Struct, frozen=True):
    """Where a page ends: key and number of its last event, the last event at the time, how many so far."""

    key: Any
    seq: int
    top: int
    given: int


class EventStore:
    """Events in the file.

    Parameters
    ----------
    database
        The file.
    """

    def __init__(self, database: EpcisDatabase) -> None:
        self._database = database

    # -- adding ------------------------------------------------------------------------------------

    def add(
        self, run: Run, context: Any, events: Iterable[Mapping[str, Any]], now_us: int, view: View, job: str
    ) -> list[int]:
        """Add events that were found in order, within a transaction; the numbers of those that were new.

        What says the same in the same words under the same identifier is the same event, and not added again.
        """
        where = _context(run, context)
        numbers = []
        for event in events:
            known = names(context, event)
            hashed = event_hash(event, known)
            found = run(
                "INSERT OR IGNORE INTO event (event_id, digest, type, event_time, record_time, captor, view, "
                "job, context, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    event.get("eventID") or hashed, digest(event, hashed),
                    vocabulary.event_type(event["type"], known), microseconds(event["eventTime"]), now_us,
                    view.account, kept(view), job, where, encode(event),
                ),
            )  # fmt: skip
            if found.rowcount:
                numbers.append(found.lastrowid or 0)
                _index(run, numbers[-1], event, known)
        return numbers

    # -- finding -----------------------------------------------------------------------------------

    def top(self) -> int:
        """The number of the last event."""
        ((seq,),) = self._database.query("SELECT coalesce(max(seq), 0) FROM event")
        return seq

    def find(
        self, query: Query, count: int, most_bytes: int, after: After | None = None, since: int = 0
    ) -> tuple[list[Stored], After | None]:
        """A page of the events that a query finds, and where it ends if there are more.

        Parameters
        ----------
        count, most_bytes
            The most events, and the most that they may take together (one is always given).
        since
            Only those recorded after this number.
        """
        top, given = (after.top, after.given) if after else (self.top(), 0)
        wanted = min(count, query.limit - given) if query.limit else count
        page: list[Stored] = []
        size = 0
        for stored in self._walk(query, wanted + 1, top, after, since):
            if len(page) == wanted or (page and size + stored.size > most_bytes):
                more = not query.limit or given + len(page) < query.limit
                last = page[-1] if page else None
                end = After(last.key, last.seq, top, given + len(page)) if last and more else None
                return page, end
            page.append(stored)
            size += stored.size
        return page, None

    def _walk(self, query: Query, count: int, top: int, after: After | None, since: int) -> Iterator[Stored]:
        """Events one after the other, read in pieces."""
        while count > 0:
            piece = min(CHUNK, count)
            found = self._piece(query, piece, top, after, since)
            yield from found
            if len(found) < piece:
                return
            count -= piece
            after = After(found[-1].key, found[-1].seq, top, 0)

    def _piece(
        self, query: Query, count: int, top: int, after: After | None, since: int
    ) -> list[Stored]:  # fmt: skip
        (key, key_values), (where, values) = query.key(), query.where()
        way, direction = ("<", "DESC") if query.descending else (">", "ASC")
        tests, told = [where, "e.seq BETWEEN ? AND ?"], [*values, since + 1, top]
        if after is not None and query.order:
            tests.append(f"({key}, e.seq) {way} (?, ?)")
            told += [*key_values, after.key, after.seq]
        elif after is not None:
            tests.append("e.seq > ?")
            told.append(after.seq)
        order = f"{key} {direction}, e.seq {direction}" if query.order else "e.seq"
        rows = self._database.query(
            f"SELECT e.seq, {key}, {COLUMNS} FROM event e JOIN context c ON c.id = e.context "
            f"WHERE {' AND '.join(tests)} ORDER BY {order} LIMIT ?",
            [*key_values, *told, *(key_values if query.order else []), count],
        )
        return [stored(row) for row in rows]

    def numbered(self, seq: int) -> Stored:
        """The event of this number."""
        (row,) = self._database.query(
            f"SELECT e.seq, 0, {COLUMNS} FROM event e JOIN context c ON c.id = e.context WHERE e.seq = ?",
            (seq,),
        )
        return stored(row)

    def count(self, query: Query, most: int, since: int = 0) -> int:
        """How many events a query finds, counted up to one more than ``most``."""
        where, values = query.where()
        ((found,),) = self._database.query(
            f"SELECT count(*) FROM (SELECT 1 FROM event e WHERE {where} AND e.seq > ? LIMIT ?)",
            [*values, since, most + 1],
        )
        return found

    def said(self, event_id: str, view: View = ALL) -> bool:
        """Whether somebody may see an event of that name that does not declare itself wrong."""
        where, told = Query(view.condition()).where()
        return bool(
            self._database.query(
                f"SELECT 1 FROM event e WHERE {where} AND event_id = ? AND NOT EXISTS "
                "(SELECT 1 FROM fact WHERE seq = e.seq AND field = '?errorDeclaration')",
                (*told, event_id),
            )
        )

    # -- what there is -----------------------------------------------------------------------------

    def listed(
        self, fields: Sequence[str], count: int, after: str = "", view: View = ALL
    ) -> list[tuple[str, str]]:
        """What events name in some fields: each once, as it is found and as it was written, in order."""
        seen, told = _seen(view)
        return self._database.query(
            f"SELECT value, min(coalesce(said, value)) FROM fact WHERE field IN ({_marks(fields)}) "
            f"AND value > ? {seen} GROUP BY value ORDER BY value LIMIT ?",
            [*fields, after, *told, count],
        )

    def named(self, fields: Sequence[str], value: str, view: View = ALL) -> bool:
        """Whether some event names this in one of the fields."""
        seen, told = _seen(view)
        return bool(
            self._database.query(
                f"SELECT 1 FROM fact WHERE field IN ({_marks(fields)}) AND value = ? {seen} LIMIT 1",
                [*fields, short(value), *told],
            )
        )

    def types(self, view: View = ALL) -> list[str]:
        """The event types that there are."""
        where, told = Query(view.condition()).where()
        rows = self._database.query(f"SELECT DISTINCT type FROM event e WHERE {where} ORDER BY 1", told)
        return [kind for (kind,) in rows]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _seen(view: View) -> Sql:
    """That a fact is of an event that may be seen."""
    if view.parties is None:
        return "", []
    where, values = Query(view.condition()).where()
    return f"AND seq IN (SELECT e.seq FROM event e WHERE {where})", values


def _index(run: Run, seq: int, event: Mapping[str, Any], known: Mapping[str, str]) -> None:
    for row in sorted(index(event, known), key=repr):
        run(
            "INSERT OR IGNORE INTO fact (field, value, seq, said) VALUES (?, ?, ?, ?)",
            (row.field, row.value, seq, row.said),
        )
    run("INSERT INTO outcome (seq, state, words, pointer) VALUES (?, 'waiting', '', '')", (seq,))


def _context(run: Run, context: Any) -> int:
    body = canonical(context)
    run("INSERT OR IGNORE INTO context (body) VALUES (?)", (body,))
    return run("SELECT id FROM context WHERE body = ?", (body,)).fetchone()[0]


def digest(event: Mapping[str, Any], hashed: str) -> bytes:
    """What an event says and how it writes it, in 32 bytes; the event hash has its names in full."""
    said = canonical({name: value for name, value in event.items() if name not in UNHASHED})
    return hashlib.sha256(said + hashed.encode()).digest()


def stored(row: tuple) -> Stored:
    """A row of `COLUMNS`, after number and key, as an event."""
    seq, key, event_id, context, body, recorded, view = row
    event = again(body)
    event["eventID"] = event_id
    event["recordTime"] = written(of_microseconds(recorded))
    return Stored(seq, key, event_id, context, event, view, len(body))
