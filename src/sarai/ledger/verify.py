"""Verify: is the book what its documents say it is?

The journal is posted once more, into a scratch book, by the same code that records; then every
table is held against the scratch one, row by row. Whatever differs is named. That the journal
itself is the one of yesterday, its checkpoint tells: a Merkle root signed and given away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sarai.goods import BookDamaged
from sarai.ledger import meta
from sarai.ledger.journal import MODE_NAMES, Position, Reason, leaf_data
from sarai.ledger.merkle import leaf_hash
from sarai.ledger.posting import Posting
from sarai.ledger.rows import Entry
from sarai.ledger.settings import CHECKPOINT, MAX_FINDINGS, Settings
from sarai.ledger.sqlite import SqliteStore
from sarai.ledger.store import LOGS, META, PROJECTIONS, RUNS, TABLES, Store, Table

BATCH = 2_000

KEYS = {table.name: table.keys for table in TABLES}
TYPE_ORDER = {int: 1, float: 1, str: 2, bytes: 3}  # nothing at all comes first

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """A stored row that is not what the documents make of it."""

    table: str
    key: tuple
    message: str

    @property
    def where(self) -> str:
        """The key of the row, by the names of its columns."""
        names = KEYS.get(self.table, ())
        return ", ".join(f"{name} {_shown(value)}" for name, value in zip(names, self.key, strict=False))

    def __str__(self) -> str:
        return f"{self.table} {self.where}: {self.message}"


@dataclass(slots=True)
class Verification:
    """What `verify` found; no finding means that the book holds."""

    entries: int = 0
    movements: int = 0
    root: bytes = b""
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the book holds."""
        return not self.findings

    def add(self, table: str, key: tuple, message: str) -> None:
        """Keep a finding, up to a bound: a book that is all wrong need not be listed whole."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(Finding(table, key, message))


class Verifier:
    """Computes a book again from its journal and compares.

    Parameters
    ----------
    store
        The book's; it must not be written to meanwhile.
    settings
        The book's.
    position
        Where its projections stand.
    progress
        Called with entries done and entries in all.
    """

    def __init__(
        self, store: Store, settings: Settings, position: Position, progress: Progress | None = None
    ) -> None:
        self.store, self.settings, self.position = store, settings, position
        self.progress = progress or (lambda done, total: None)
        self.result = Verification()
        ((self.total,),) = store.query("SELECT count(*) FROM entry")

    def run(self) -> Verification:
        """Verify the whole book."""
        for row in self.store.stream("SELECT * FROM entry ORDER BY id"):
            self._check_entry(Entry(*row))
        if self.result.ok:
            with tempfile.TemporaryDirectory(prefix="sarai-verify-") as directory:
                scratch = Scratch(SqliteStore(Path(directory) / "scratch.db", durable=False), self.settings)
                try:
                    self._rebuild(scratch)
                finally:
                    scratch.store.close()
        return self.result

    # -- the journal by itself -------------------------------------------------------------------

    def _check_entry(self, entry: Entry) -> None:
        self.result.entries += 1
        wrong = self._fault_of(entry)
        if wrong:
            self.result.add("entry", (entry.id,), wrong)

    def _fault_of(self, entry: Entry) -> str:
        if entry.id != self.result.entries:
            self.result.entries = entry.id
            return "the entry before it is missing"
        if entry.mode not in MODE_NAMES:
            return f"its mode {entry.mode} is neither strict (0) nor observe (1)"
        if not isinstance(entry.body, bytes) or sha256(entry.body).digest() != entry.digest:
            return "its content does not have the hash that was recorded"
        reason = Reason(entry.code, entry.pointer, entry.message)
        data = leaf_data(*entry[:3], reason, entry.digest, self.settings.digest)
        if leaf_hash(data) != entry.leaf:
            return "its time, mode, code, reason or the book's settings are not those that the log has"
        return ""

    # -- the book computed again -----------------------------------------------------------------

    def _rebuild(self, scratch: Scratch) -> None:
        done = 0
        if not self.position.entry:
            self._check_projections(scratch)
        for row in self.store.stream("SELECT * FROM entry ORDER BY id"):
            entry = Entry(*row)
            try:
                scratch.replay(entry)
            except BookDamaged as fault:
                self.result.add("entry", (entry.id,), str(fault))
                return
            done += 1
            if entry.id == self.position.entry:
                self._check_projections(scratch)
            if done % BATCH == 0:
                scratch.save()
                self.progress(done, self.total)
        scratch.save()
        self.progress(done, self.total)
        for table in (*LOGS, *RUNS):
            self._compare(table, scratch.store)
        self.result.movements = scratch.posting.booking.next_movement - 1
        self.result.root = scratch.posting.journal.tree().root()

    def _check_projections(self, scratch: Scratch) -> None:
        scratch.save()
        scratch.flush()
        self._check_meta(scratch)
        for table in PROJECTIONS:
            self._compare(table, scratch.store)

    def _check_meta(self, scratch: Scratch) -> None:
        if scratch.posting.position != self.position:
            entry = scratch.posting.journal.head
            message = f"the checkpoint after entry {entry} is not what the journal leads to; restore a backup"
            self.result.add("meta", ("position",), message)
        runs = meta.fill_runs(scratch.store, self.position.movement)
        stored = meta.read(self.store, "runs")
        if stored != str(runs):
            self.result.add("meta", ("runs",), f"is {stored}, must be {runs}")
        for (name,) in self.store.query("SELECT name FROM meta ORDER BY name"):
            if not meta.is_known(name):
                self.result.add("meta", (name,), "no book writes this row")

    def _compare(self, table: Table, scratch: Store) -> None:
        """Hold a stored table against the one that was computed, both in the order of their keys."""
        sql = f"SELECT * FROM {table.name} ORDER BY {', '.join(table.keys)}"
        stored, computed = self.store.stream(sql), scratch.stream(sql)
        ours, right = next(stored, None), next(computed, None)
        while ours is not None or right is not None:
            if ours == right:
                ours, right = next(stored, None), next(computed, None)
            elif right is None or (ours is not None and _rank(table, ours) < _rank(table, right)):
                self.result.add(table.name, ours[: table.key], "no document made this row")
                ours = next(stored, None)
            elif ours is None or _rank(table, right) < _rank(table, ours):
                self.result.add(table.name, right[: table.key], "missing, though a document made it")
                right = next(computed, None)
            else:
                self.result.add(table.name, ours[: table.key], _difference(table, ours, right))
                ours, right = next(stored, None), next(computed, None)


def _rank(table: Table, row: tuple) -> list[tuple]:
    """The key of a row as databases order it, also where a value is of a type that it should not be."""
    return [(TYPE_ORDER.get(type(value), 0), value) for value in row[: table.key]]


def _difference(table: Table, ours: tuple, right: tuple) -> str:
    pairs = zip(table.names, ours, right, strict=True)
    return "; ".join(
        f"{name} is {_shown(one)}, must be {_shown(other)}" for name, one, other in pairs if one != other
    )


def _shown(value: object) -> str:
    """A stored value for people: hashes in hexadecimal, long ones cut."""
    text = value.hex() if isinstance(value, bytes) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


class Scratch:
    """The book that is computed again."""

    def __init__(self, store: SqliteStore, settings: Settings) -> None:
        self.store = store
        self.posting = Posting(store, settings, Position())
        self._flushed = 0
        with store.writing():
            store.append(META, [("runs", "0")])

    def replay(self, entry: Entry) -> None:
        """Post an entry again."""
        self.posting.replay(entry)

    def save(self) -> None:
        """Store the rows so far; now and then flush, so that memory stays bounded."""
        rows = self.posting.take_rows()
        with self.store.writing():
            for table in LOGS:
                self.store.append(table, rows[table.name])
        if self.posting.booking.next_movement - self._flushed >= CHECKPOINT:
            self.flush()

    def flush(self) -> None:
        """Bring the projections up to date."""
        with self.store.writing():
            self.posting.state.flush()
            self.posting.state.trim()
        self._flushed = self.posting.booking.next_movement
