"""That an entry is in the book: the proof, checked there and then, in steps that one can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sarai.goods import ProofError
from sarai.ledger import (
    Book,
    InclusionProof,
    SigningKey,
    VerifierKey,
    check_checkpoint,
    check_document,
    check_entry,
)
from sarai.ledger.checking import said_digest
from sarai.ledger.proofs import Prover
from sarai.ledger.reading import Reader
from sarai.ledger.search import kept


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
    said = said_digest(proof)
    if bare:
        return Step("document", None, {"digest": said})
    try:
        found = check_document(proof)
    except ProofError as fault:
        return Step("document", False, {"said": said}, str(fault))
    return Step("document", True, {"digest": found, "said": said})


def _entry(proof: InclusionProof) -> Step:
    """The entry and its neighbours' hashes give the root."""
    values = {
        "entry": str(proof.index + 1), "size": str(proof.size), "hashes": str(len(proof.hashes)),
        "root": proof.root,
    }  # fmt: skip
    try:
        check_entry(proof)
    except ProofError as fault:
        return Step("entry", False, values, str(fault))
    return Step("entry", True, values)


def _checkpoint(proof: InclusionProof, verifiers: Sequence[VerifierKey]) -> Step:
    """The root is that of the checkpoint, which the keeper has signed."""
    try:
        note = check_checkpoint(proof.checkpoint, proof.size, proof.root, *verifiers)
    except ProofError as fault:
        return Step("checkpoint", False, {}, str(fault))
    values = {"origin": note.origin, "size": str(note.size)}
    values |= {"signer": verifiers[0].label, "key": str(verifiers[0])} if verifiers else {}
    return Step("checkpoint", True if verifiers else None, values)
