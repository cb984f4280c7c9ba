"""Proofs that leave the house: this entry is in the book; this book continues that one."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from msgspec import Struct

from sarai.goods import BookDamaged, NotInBook
from sarai.ledger.checkpoint import Checkpoint, SigningKey, sign
from sarai.ledger.journal import Reason, leaf_data
from sarai.ledger.merkle import EMPTY_ROOT, SubtreeReader, consistency_proof, inclusion_proof, leaf_hash
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Entry


class InclusionProof(Struct, frozen=True, kw_only=True):
    """That an entry is in the log (docs/proofs.md says how to check it).

    ``lines`` are the leaf's data, ``document`` the content that their hash stands for; hashes in
    base64, the lowest first; ``checkpoint`` is the signed note, or its text where no key was given.
    """

    index: int
    size: int
    lines: str
    document: str
    hashes: list[str]
    root: str
    checkpoint: str


class ConsistencyProof(Struct, frozen=True, kw_only=True):
    """That the log of one size is the beginning of that of another."""

    old_size: int
    new_size: int
    old_root: str
    new_root: str
    hashes: list[str]
    checkpoint: str


class Prover:
    """Makes proofs out of the stored hashes of one book."""

    def __init__(self, reader: Reader, origin: str, terms: str) -> None:
        self.reader = reader
        self.origin = origin
        self.terms = terms
        self.subtree = SubtreeReader(self._leaves, self._stored)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        """The state of the log, now or at an earlier size."""
        head = self.reader.head()
        size = head if size is None else size
        if not 0 <= size <= head:
            raise NotInBook(f"the log has {head:,} entries and never had {size:,}; ask for a size up to that")
        return Checkpoint(self.origin, size, self._root(size))

    def inclusion(self, number: int, keys: Sequence[SigningKey], size: int | None = None) -> InclusionProof:
        """That entry ``number`` is in the log of that size (by default, today's)."""
        checkpoint = self.checkpoint(size)
        entry = self._entry(number)
        proof = inclusion_proof(number - 1, checkpoint.size, self.subtree)
        data = leaf_data(
            *entry[:3], Reason(entry.code, entry.pointer, entry.message), entry.digest, self.terms
        )
        if leaf_hash(data) != entry.leaf:
            raise BookDamaged(f"entry {number} is not what the log has; run sarai verify")
        return InclusionProof(
            index=number - 1,
            size=checkpoint.size,
            lines=data.decode(),
            document=entry.body.decode(errors="backslashreplace"),
            hashes=[_base64(node) for node in proof],
            root=_base64(checkpoint.root),
            checkpoint=_note(checkpoint, keys),
        )

    def consistency(self, old: int, keys: Sequence[SigningKey], new: int | None = None) -> ConsistencyProof:
        """That the log of size ``old`` is the beginning of that of size ``new`` (by default, today's)."""
        before, after = self.checkpoint(old), self.checkpoint(new)
        proof = consistency_proof(before.size, after.size, self.subtree)
        return ConsistencyProof(
            old_size=before.size,
            new_size=after.size,
            old_root=_base64(before.root),
            new_root=_base64(after.root),
            hashes=[_base64(node) for node in proof],
            checkpoint=_note(after, keys),
        )

    def _root(self, size: int) -> bytes:
        return self.subtree(0, size) if size else EMPTY_ROOT

    def _entry(self, number: int) -> Entry:
        return Entry(*self.reader.store.query("SELECT * FROM entry WHERE id = ?", (number,))[0])

    def _leaves(self, start: int, stop: int) -> list[bytes]:
        sql = "SELECT leaf FROM entry WHERE id > ? AND id <= ? ORDER BY id"
        return [leaf for (leaf,) in self.reader.store.query(sql, (start, stop))]

    def _stored(self, level: int, index: int) -> bytes | None:
        sql = "SELECT hash FROM node WHERE level = ? AND position = ?"
        rows = self.reader.store.query(sql, (level, index))
        return rows[0][0] if rows else None


def _note(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> str:
    return sign(checkpoint, *keys) if keys else checkpoint.text()


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
