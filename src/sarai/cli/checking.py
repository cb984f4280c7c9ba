"""Checking a proof without the book: what docs/proofs.md says, step by step."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256
from typing import NamedTuple

import msgspec

from sarai.goods import BadSetting, ProofError
from sarai.ledger import (
    Checkpoint,
    ConsistencyProof,
    InclusionProof,
    VerifierKey,
    leaf_hash,
    open_note,
    verify_consistency,
    verify_inclusion,
)

ENTRY, DIGEST = 0, 4  # of an entry's lines


class Check(NamedTuple):
    """One step: whether it holds (None: it could not be checked), and what was found."""

    what: str
    holds: bool | None
    found: str


def read_proof(text: bytes, source: str) -> InclusionProof | ConsistencyProof:
    """Read a proof file; BadSetting if it is none."""
    for kind in (InclusionProof, ConsistencyProof):
        try:
            return msgspec.json.decode(text, type=kind)
        except msgspec.DecodeError as error:
            why = error
    raise BadSetting(f"{source} is not a proof ({why}); give a file that sarai prove --out wrote")


def check(proof: InclusionProof | ConsistencyProof, verifier: VerifierKey | None) -> list[Check]:
    """Every step of a proof; all are taken, whatever the ones before them gave."""
    if isinstance(proof, ConsistencyProof):
        return [
            _signed(proof.checkpoint, proof.new_size, proof.new_root, verifier),
            _step("the log goes on from the older one", lambda: _consistent(proof)),
        ]
    return [
        _step("the entry stands for the document", lambda: _stands_for(proof)),
        _step("the entry is in the log", lambda: _included(proof)),
        _signed(proof.checkpoint, proof.size, proof.root, verifier),
    ]


def _step(what: str, hold) -> Check:
    """A step that raises what does not hold, and returns what was found."""
    try:
        return Check(what, True, hold())
    except ProofError as fault:
        return Check(what, False, str(fault))


def _stands_for(proof: InclusionProof) -> str:
    lines = proof.lines.split("\n")
    digest = sha256(proof.document.encode()).hexdigest()
    if len(lines) <= DIGEST or lines[DIGEST] != digest:
        raise ProofError(f"the document has SHA-256 {digest}, the entry says otherwise: one was altered")
    return f"SHA-256 {digest}"


def _included(proof: InclusionProof) -> str:
    if proof.lines.split("\n")[ENTRY] != str(proof.index + 1):
        raise ProofError(f"the lines are those of another entry than {proof.index + 1}")
    hashes, root = [_hash(text) for text in proof.hashes], _hash(proof.root)
    verify_inclusion(leaf_hash(proof.lines.encode()), proof.index, proof.size, hashes, root)
    return f"entry {proof.index + 1:,} of {proof.size:,}, by {len(hashes)} hashes"


def _consistent(proof: ConsistencyProof) -> str:
    hashes = [_hash(text) for text in proof.hashes]
    verify_consistency(proof.old_size, proof.new_size, _hash(proof.old_root), _hash(proof.new_root), hashes)
    return (
        f"from {proof.old_size:,} to {proof.new_size:,} entries; compare with the checkpoint that you kept: "
        f"{proof.old_root}"
    )


def _signed(note: str, size: int, root: str, verifier: VerifierKey | None) -> Check:
    what = "the checkpoint is the keeper's"
    step = _step(what, lambda: _checkpoint(note, size, root, verifier))
    if verifier is None and step.holds:
        return Check(what, None, f"{step.found}; give the keeper's key (--verifier) to check who signed it")
    return step


def _checkpoint(note: str, size: int, root: str, verifier: VerifierKey | None) -> str:
    text = note.partition("\n\n")[0].rstrip("\n") + "\n"
    checkpoint = Checkpoint.parse(text) if verifier is None else open_note(note, verifier)
    if (checkpoint.size, checkpoint.root) != (size, _hash(root)):
        raise ProofError(f"the checkpoint is of {checkpoint.size:,} entries or another root than the proof's")
    signer = f", signed by {verifier.label}" if verifier else ""
    return f"{checkpoint.origin}, {checkpoint.size:,} entries{signer}"


def _hash(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise ProofError(f"{text[:60]!r} is not base64") from error
