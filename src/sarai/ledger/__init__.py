"""The book: accounts, lots, movements; record, balance, trace, prove."""

from __future__ import annotations

from importlib import import_module

from sarai.ledger.book import Book
from sarai.ledger.settings import Settings
from sarai.ledger.verdict import Fact, Result

_LATER = {
    "Account": "way",
    "Balance": "balance",
    "BalanceRow": "balance",
    "Checkpoint": "checkpoint",
    "ConsignmentView": "whereabouts",
    "ConsistencyProof": "proofs",
    "Destination": "trace",
    "DocumentName": "way",
    "Downstream": "trace",
    "Finding": "verify",
    "HeldLot": "whereabouts",
    "InclusionProof": "proofs",
    "LotName": "reading",
    "Origin": "trace",
    "SigningKey": "checkpoint",
    "Step": "way",
    "Upstream": "trace",
    "Verification": "verify",
    "VerifierKey": "checkpoint",
    "check_checkpoint": "checking",
    "check_consistency": "checking",
    "check_document": "checking",
    "check_entry": "checking",
    "leaf_hash": "merkle",
    "open_book": "opening",
    "open_note": "checkpoint",
    "verify_consistency": "merkle",
    "verify_inclusion": "merkle",
}  # read when first asked for: posting needs neither numpy nor cryptography

__all__ = ["Book", "Fact", "Result", "Settings", *sorted(_LATER)]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"sarai.ledger.{_LATER[name]}"), name)
    raise AttributeError(f"module 'sarai.ledger' has no attribute {name!r}")
