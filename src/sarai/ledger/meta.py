"""The few facts that a book keeps of itself: schema, settings, checkpoint, index runs; and marks.

A *mark* says how far a source has been read (a stream, a file). It is kept in the transaction of
what it brought, and is no part of what the book proves: it follows from no document.
"""

from __future__ import annotations

import json

import msgspec

from sarai.goods import BadSetting, BookDamaged, BookError
from sarai.ledger.journal import Position
from sarai.ledger.settings import Settings
from sarai.ledger.store import FILL_RUN, META, RUN, RUNS, SCHEMA_VERSION, Store

NAMES = ("position", "runs", "schema", "settings")
MARK = "mark:"  # before the name of a source
MAX_MARK = 1_000  # characters of a name or a position; a stream's is a number of at most 20 digits


def found(store: Store, settings: Settings) -> None:
    """Write what a new book begins with."""
    written = msgspec.json.encode(settings).decode()
    store.append(META, [("runs", "0"), ("schema", SCHEMA_VERSION), ("settings", written)])


def read(store: Store, name: str) -> str | None:
    """A stored fact, or None."""
    rows = store.query("SELECT value FROM meta WHERE name = ?", (name,))
    return rows[0][0] if rows else None


def read_settings(store: Store) -> Settings | None:
    """What the book was told at its birth; None if it is not born yet."""
    stored, schema = read(store, "settings"), read(store, "schema")
    if stored is None and not store.query("SELECT 1 FROM entry LIMIT 1"):
        return None
    if schema != SCHEMA_VERSION:
        raise BookError(
            f"the book has schema {schema}, this version reads {SCHEMA_VERSION}; "
            "open it with the version that wrote it"
        )
    try:
        return msgspec.json.decode(stored or "", type=Settings)
    except msgspec.DecodeError as fault:
        raise _damaged("settings", stored, fault) from fault


def parse_position(stored: str | None) -> Position:
    """Where the projections stand, out of its stored form."""
    if stored is None:
        return Position()
    try:
        *numbers, editions, frontier = json.loads(stored)
        position = Position(*map(int, numbers), tuple(map(int, editions)), bytes.fromhex(frontier))
    except (ValueError, TypeError) as fault:
        raise _damaged("position", stored, fault) from fault
    return position


def write_position(store: Store, position: Position, runs: int) -> str:
    """Keep where the projections stand; its stored form."""
    *numbers, frontier = position
    stored = json.dumps([*numbers, frontier.hex()])
    store.upsert(META, [("position", stored), ("runs", str(runs))])
    return stored


def read_runs(store: Store) -> int:
    """How many index runs are written."""
    stored = read(store, "runs")
    if stored is None or not stored.isdecimal():
        raise _damaged("runs", stored, "no number")
    return int(stored)


def fill_runs(store: Store, stop: int) -> int:
    """Write the index runs of the movements before ``stop`` that are complete; how many runs there are."""
    runs = read_runs(store)
    while (runs + 1) * RUN <= stop:
        start = runs * RUN
        bounds = {"run": runs, "start": start, "stop": start + RUN}
        for table in RUNS:
            store.execute(FILL_RUN[table.name].format(**bounds))
        runs += 1
    return runs


def is_known(name: str) -> bool:
    """Whether a book writes a row of this name."""
    return name in NAMES or name.startswith(MARK)


def read_mark(store: Store, name: str) -> str:
    """The position of a source; empty if none is kept."""
    return read(store, MARK + name) or ""


def write_mark(store: Store, name: str, position: str) -> None:
    """Keep the position of a source."""
    store.upsert(META, [(MARK + name, position)])


def check_mark(name: str, position: str) -> None:
    """BadSetting for a mark that not every database could keep."""
    for what, text in (("name", name), ("position", position)):
        if not (text and text.isprintable() and len(text) <= MAX_MARK):
            raise BadSetting(
                f"{what} {text[:80]!r} of a mark must be 1 to {MAX_MARK} printable characters; mend it"
            )


def _damaged(name: str, value: object, fault: object) -> BookDamaged:
    return BookDamaged(
        f"meta {name} of the book reads {str(value)[:80]!r}, which it never wrote ({fault}); restore a backup"
    )
