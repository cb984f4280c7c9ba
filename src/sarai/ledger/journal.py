"""The journal: every input that the book acknowledged, numbered without a gap, each a Merkle leaf."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import msgspec

from sarai.goods import AnyDocument, BookDamaged, Document
from sarai.ledger.merkle import TILE_WIDTH, Frontier, leaf_hash
from sarai.ledger.rows import Entry
from sarai.ledger.store import Store

MODE_NAMES = {0: "strict", 1: "observe"}  # as entries number them
LEAF = Entry._fields.index("leaf")

decode = msgspec.json.Decoder(AnyDocument).decode


class Position(NamedTuple):
    """How far a book has come: its last entry, the next movement and fact, the clock, the log."""

    entry: int = 0
    movement: int = 1
    fact: int = 1
    recorded: int = 0
    editions: tuple[int, ...] = ()
    frontier: bytes = Frontier().dump()


class Name(NamedTuple):
    """What an entry is called: kind and identity of a document; for other inputs, what tells them apart."""

    kind: str
    issuer: str
    number: str
    version: int


class Reason(NamedTuple):
    """Code, and for a refusal where and why."""

    code: int = 0
    pointer: str = ""
    message: str = ""


class Journal:
    """The journal's end, with the entries that are still to be stored.

    Parameters
    ----------
    store
        Holds the entries before.
    terms
        SHA-256 of the book's settings, in hexadecimal.
    position
        Where it goes on.
    """

    def __init__(self, store: Store, terms: str, position: Position) -> None:
        self.store = store
        self.terms = terms
        self._frontier = Frontier.load(position.frontier)
        self.head = position.entry
        self.recorded = self.now = position.recorded
        self._entries: list[tuple] = []
        self._leaves: list[bytes] = []

    def tell_time(self, now: int) -> None:
        """Hand in the clock, in microseconds; it never runs backwards."""
        self.now = max(now, self.recorded)

    def enter(
        self, name: Name, mode: int, reason: Reason, movements: tuple[int, int], digest: bytes, body: bytes
    ) -> int:
        """Add an entry; its number. ``movements``: the number of its first, and how many they are."""
        self.head += 1
        self.recorded = self.now
        data = leaf_data(self.head, self.now, mode, reason, digest, self.terms)
        code, pointer, message = reason
        hashes = (digest, leaf_hash(data))
        self._entries.append(
            (self.head, self.now, mode, code, *name, *movements, *hashes, body, pointer, message)
        )
        return self.head

    def entry(self, number: int) -> Entry:
        """An entry, stored or not yet."""
        if self._entries and number >= self._entries[0][0]:
            return Entry(*self._entries[number - self._entries[0][0]])
        rows = self.store.query("SELECT * FROM entry WHERE id = ?", (number,))
        if not rows:
            raise BookDamaged(f"entry {number} is missing from the journal; run sarai verify")
        return Entry(*rows[0])

    def document(self, number: int) -> Document:
        """The document of an entry."""
        return decode(self.entry(number).body)

    def take_rows(self) -> dict[str, list[tuple]]:
        """The rows that are to be stored, by table; they are no longer kept here."""
        entries, self._entries = self._entries, []
        self._leaves += [entry[LEAF] for entry in entries]
        is_tile_full = self._frontier.size % TILE_WIDTH + len(self._leaves) >= TILE_WIDTH
        return {"entry": entries, "node": self._grow() if is_tile_full else []}

    def _grow(self) -> list[tuple]:
        """Grow the tree by the leaves that wait: an extension costs more than a leaf."""
        leaves, self._leaves = self._leaves, []
        return [tuple(node) for node in self._frontier.extend(leaves)]

    def tree(self) -> Frontier:
        """The tree over all entries."""
        self._grow()
        return self._frontier


def leaf_data(entry: int, recorded: int, mode: int, reason: Reason, digest: bytes, terms: str) -> bytes:
    """The bytes that an entry puts into the Merkle log (docs/book.md, Proof)."""
    code, pointer, message = reason
    note = sha256(f"{pointer}\0{message}".encode()).hexdigest() if code else ""
    return f"{entry}\n{recorded}\n{MODE_NAMES.get(mode)}\n{code}\n{digest.hex()}\n{note}\n{terms}\n".encode()
