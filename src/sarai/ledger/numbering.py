"""Identity: is a document new, the same again, or neither? (docs/book.md, Journal)"""

from __future__ import annotations

from sarai.goods import Code, Correction, Document, Split
from sarai.ledger.journal import Journal
from sarai.ledger.rows import Identity
from sarai.ledger.state import State
from sarai.ledger.underway import BOOK
from sarai.ledger.verdict import Refused


def check_issuer(document: Document) -> None:
    """Nobody but the book may issue in its name."""
    if document.issuer == BOOK:
        raise Refused(Code.NOT_ENTITLED, f"the issuer {BOOK} is the book itself; give your own", "/issuer")


def find_repeat(state: State, journal: Journal, document: Document, digest: bytes) -> int:
    """The entry that this document repeats, or 0 if it is new; refuses what is neither."""
    issuer, number, version = document.issuer, document.number, document.version
    versions = state.versions(issuer, number)
    for known in versions:
        if known.version == version:
            return _same(journal, document, known, digest)
    if versions:
        _check_no_part(journal, document, versions[0])
    if isinstance(document, Split):
        _check_parts(state, document)
    if isinstance(document, Correction):
        _check_correction(journal, document, versions)
    elif version != 1:
        kind = document.__struct_config__.tag
        message = f"version {version} must be a correction; a {kind} is version 1"
        raise Refused(Code.NOT_FIRST_VERSION, message, "/version")
    return 0


def _same(journal: Journal, document: Document, known: Identity, digest: bytes) -> int:
    if journal.entry(known.entry).digest == digest:
        return known.entry
    raise Refused(
        Code.IDENTITY_CONFLICT,
        f"{document.issuer}/{document.number} version {document.version} is in the book with other content "
        f"(entry {known.entry}); number this one anew, or post a correction as version {known.version + 1}",
        "/number",
    )


def _check_no_part(journal: Journal, document: Document, first: Identity) -> None:
    """No document may bear the number of a split's part."""
    split = journal.entry(first.entry)
    if (split.issuer, split.number) != (document.issuer, document.number):
        name = f"{document.issuer}/{document.number}"
        message = f"{name} is a part of {split.issuer}/{split.number}; number this document anew"
        raise Refused(Code.IDENTITY_CONFLICT, message, "/number")


def _check_correction(journal: Journal, document: Correction, versions: tuple[Identity, ...]) -> None:
    name = f"{document.issuer}/{document.number}"
    latest = versions[-1] if versions else None
    if latest is None or latest.version != document.version - 1 or _is_void(journal, latest):
        state = f"stands at version {latest.version}" if latest else "is not in the book"
        raise Refused(
            Code.NOTHING_TO_CORRECT,
            f"{name} {state}, so version {document.version} corrects nothing that stands",
            "/version",
        )
    new = document.replacement
    if new is not None and _identity(new) != _identity(document):
        raise Refused(
            Code.REPLACEMENT_MISMATCH,
            f"the replacement must bear {name} version {document.version}, as its correction does",
            "/replacement",
        )


def _identity(document: Document) -> tuple[str, str, int]:
    return document.issuer, document.number, document.version


def _is_void(journal: Journal, latest: Identity) -> bool:
    """Cancelled."""
    return latest.version > 1 and journal.document(latest.entry).replacement is None


def _check_parts(state: State, document: Split) -> None:
    seen = {document.number}
    for index, part in enumerate(document.parts):
        if part.number in seen or state.versions(document.issuer, part.number):
            raise Refused(
                Code.IDENTITY_CONFLICT,
                f"{document.issuer}/{part.number} is taken; number the part anew",
                f"/parts/{index}/number",
            )
        seen.add(part.number)
