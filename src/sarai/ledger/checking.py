"""Checking a proof without the book, part by part, as docs/proofs.md says; what does not hold is raised."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING

from sarai.goods import ProofError
from sarai.ledger.checkpoint import Checkpoint, VerifierKey, open_note
from sarai.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion

if TYPE_CHECKING:
    from sarai.ledger.proofs import ConsistencyProof, InclusionProof

NUMBER, DIGEST = 0, 4  # of an entry's lines


def said_digest(proof: InclusionProof) -> str:
    """The digest of the document that the entry tells; empty if it tells none."""
    lines = proof.lines.split("\n")
    return lines[DIGEST] if len(lines) > DIGEST else ""


def check_document(proof: InclusionProof) -> str:
    """That the entry stands for the document; the document's digest. Raises `ProofError`."""
    found, said = sha256(proof.document.encode()).hexdigest(), said_digest(proof)
    if found != said:
        raise ProofError(f"the document has SHA-256 {found}, the entry says {said}: one was altered")
    return found


def check_entry(proof: InclusionProof) -> None:
    """That the entry and its neighbours' hashes give the root. Raises `ProofError`."""
    number = str(proof.index + 1)
    if proof.lines.split("\n")[NUMBER] != number:
        raise ProofError(f"the lines are those of another entry than {number}")
    hashes, root = [_hash(each) for each in proof.hashes], _hash(proof.root)
    verify_inclusion(leaf_hash(proof.lines.encode()), proof.index, proof.size, hashes, root)


def check_consistency(proof: ConsistencyProof) -> None:
    """That the log goes on from the older one. Raises `ProofError`."""
    hashes = [_hash(each) for each in proof.hashes]
    verify_consistency(proof.old_size, proof.new_size, _hash(proof.old_root), _hash(proof.new_root), hashes)


def check_checkpoint(note: str, size: int, root: str, *verifiers: VerifierKey) -> Checkpoint:
    """That a checkpoint is of this size and root, and signed by these; without any, whoever signed it.

    Raises `ProofError`.
    """
    text = note.partition("\n\n")[0].rstrip("\n") + "\n"
    found = open_note(note, *verifiers) if verifiers else Checkpoint.parse(text)
    if (found.size, found.root) != (size, _hash(root)):
        raise ProofError(f"the checkpoint is of {found.size:,} entries or another root than the proof's")
    return found


def _hash(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as fault:
        raise ProofError(f"{text[:60]!r} is not base64") from fault
