"""That an entry is in the book: the proof, checked there and then, in steps that one can follow."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sarai.goods import ProofError
from sarai.ledger import (
    Book,
    Checkpoint,
    InclusionProof,
    SigningKey,
    VerifierKey,
    leaf_hash,
    open_note,
    verify_inclusion,
)
from sarai.ledger.proofs import Prover
from sarai.ledger.reading import Reader
from sarai.ledger.search import kept

NUMBER, DIGEST = 0, 4  # of an entry's lines (docs/proofs.md)


class Step(NamedTuple):
    """One step of a check.

    Attributes
    ----------
    what
        ``document``, ``entry`` or ``checkpoint``: what was held against what follows from it.
    holds
        None if it could not be checked.
    values
        What was found, by name.
    fault
        Why it does not hold.
    """

    what: str
    holds: bool | None
    values: dict[str, str]
    fault: str = ""


class Proved(Struct, frozen=True, kw_only=True):
    """A proof and what became of checking it."""

    proof: InclusionProof
    steps: tuple[Step, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return all(step.holds is not False for step in self.steps)

    @property
    def is_signed(self) -> bool:
        """Whether somebody answers for it with a signature."""
        return all(step.holds for step in self.steps if step.what == "checkpoint")


def prove(book: Book, entry: int, keys: Sequence[SigningKey], *, bare: bool = False) -> Proved:
    """The proof of an entry against today's log, refused ones too; ``bare``, without its document.

    Bytes that are no text cannot stand in a proof file: then it is bare too.
    """
    body = kept(book.store, entry).body
    prover = Prover(Reader(book.store), book.settings.origin, book.settings.digest)
    proof = prover.inclusion(entry, keys)
    bare = bare or proof.document.encode() != body
    return check(proof, [key.verifier for key in keys], bare=bare)


def check(proof: InclusionProof, verifiers: Sequence[VerifierKey], *, bare: bool = False) -> Proved:
    """Hold each part of a proof against the next; all steps are taken, whatever the first ones gave."""
    steps = (_document(proof, bare=bare), _entry(proof), _checkpoint(proof, verifiers))
    return Proved(proof=msgspec.structs.replace(proof, document="") if bare else proof, steps=steps)


def _document(proof: InclusionProof, *, bare: bool) -> Step:
    """The entry tells the digest of the document; who holds one compares it."""
    said = (proof.lines.split("\n") + [""] * (DIGEST + 1))[DIGEST]
    if bare:
        return Step("document", None, {"digest": said})
    found = sha256(proof.document.encode()).hexdigest()
    values = {"digest": found, "said": said}
    fault = (
        "" if found == said else f"the document has SHA-256 {found}, the entry says {said}: one was altered"
    )
    return Step("document", found == said, values, fault)


def _entry(proof: InclusionProof) -> Step:
    """The entry and its neighbours' hashes give the root."""
    number = str(proof.index + 1)
    values = {"entry": number, "size": str(proof.size), "hashes": str(len(proof.hashes)), "root": proof.root}
    try:
        if proof.lines.split("\n")[NUMBER] != number:
            raise ProofError(f"the lines are those of another entry than {number}")
        hashes, root = [_hash(each) for each in proof.hashes], _hash(proof.root)
        verify_inclusion(leaf_hash(proof.lines.encode()), proof.index, proof.size, hashes, root)
    except ProofError as fault:
        return Step("entry", False, values, str(fault))
    return Step("entry", True, values)


def _checkpoint(proof: InclusionProof, verifiers: Sequence[VerifierKey]) -> Step:
    """The root is that of the checkpoint, which the keeper has signed."""
    try:
        text = proof.checkpoint.partition("\n\n")[0].rstrip("\n") + "\n"
        note = open_note(proof.checkpoint, *verifiers) if verifiers else Checkpoint.parse(text)
        if (note.size, note.root) != (proof.size, _hash(proof.root)):
            raise ProofError("the checkpoint is of another size or root than the proof's")
    except ProofError as fault:
        return Step("checkpoint", False, {}, str(fault))
    values = {"origin": note.origin, "size": str(note.size)}
    values |= {"signer": verifiers[0].label, "key": str(verifiers[0])} if verifiers else {}
    return Step("checkpoint", True if verifiers else None, values)


def _hash(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as fault:
        raise ProofError(f"{text[:60]!r} is not base64") from fault
