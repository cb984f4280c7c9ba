"""Checking a proof without the book: what docs/proofs.md says, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from sarai.goods import BadSetting, ProofError
from sarai.ledger import (
    ConsistencyProof,
    InclusionProof,
    VerifierKey,
    check_checkpoint,
    check_consistency,
    check_document,
    check_entry,
)


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


def _step(what: str, hold: Callable[[], str]) -> Check:
    """A step that raises what does not hold, and returns what was found."""
    try:
        return Check(what, True, hold())
    except ProofError as fault:
        return Check(what, False, str(fault))


def _stands_for(proof: InclusionProof) -> str:
    return f"SHA-256 {check_document(proof)}"


def _included(proof: InclusionProof) -> str:
    check_entry(proof)
    return f"entry {proof.index + 1:,} of {proof.size:,}, by {len(proof.hashes)} hashes"


def _consistent(proof: ConsistencyProof) -> str:
    check_consistency(proof)
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
    checkpoint = check_checkpoint(note, size, root, *([verifier] if verifier else []))
    signer = f", signed by {verifier.label}" if verifier else ""
    return f"{checkpoint.origin}, {checkpoint.size:,} entries{signer}"
