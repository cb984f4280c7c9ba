"""With whose eyes a route looks: the visitor's, as far as its right reaches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from fastapi import Request

from sarai.goods import Document, DocumentRef, NotInBook, Split
from sarai.ledger import Book
from sarai.ledger.journal import decode
from sarai.ledger.reading import Reader
from sarai.ledger.search import Kept, kept
from sarai.server.access import Consigned, Eyes, Grant, seen_document
from sarai.server.problems import Problem

T = TypeVar("T")


def eyes_of(request: Request, grant: Grant) -> Eyes:
    """The visitor's."""
    return request.app.state.access.eyes(grant)


def consigned_of(book: Book) -> Callable[[DocumentRef], Consigned]:
    """Tells who has to do with a consignment of a book; nobody, if there is none of that name."""

    def tell(reference: DocumentRef) -> Consigned:
        try:
            view = book.consignment(reference.issuer, reference.number)
            return Consigned(view.sender, view.consignee, _carrier(book, reference))
        except NotInBook:
            return Consigned()

    return tell


def _carrier(book: Book, reference: DocumentRef) -> str:
    """Who carries a consignment: of a part, who carried the whole."""
    document = document_of(kept(book.store, book.entry_of(reference.issuer, reference.number)))
    while isinstance(document, Split):  # of a part of a part of it
        reference = document.consignment
        document = document_of(kept(book.store, book.entry_of(reference.issuer, reference.number)))
    carrier = getattr(getattr(document, "replacement", None) or document, "carrier", None)
    return carrier.id if carrier else ""


def document_of(found: Kept) -> Document | None:
    """The document of an entry; None if what came in was none."""
    try:
        return decode(found.body)
    except msgspec.DecodeError:
        return None


def content_of(eyes: Eyes, found: Kept, book: Book) -> Any:
    """What came in, as somebody may see it; None if it may not."""
    document = document_of(found)
    if document is None:
        return found.body.decode(errors="backslashreplace") if eyes.scope == "all" else None
    reference = getattr(document, "consignment", None)
    consigned = consigned_of(book)(reference) if reference is not None and eyes.scope == "own" else None
    return seen_document(eyes, document, consigned)


def may_read(eyes: Eyes, book: Book, issuer: str, number: str, version: int | None = None) -> bool:
    """Whether somebody may see a document at all; also if it is not there, it may not."""
    try:
        entry = Reader(book.store).entry_of(issuer, number, version)
    except NotInBook:
        return False
    return content_of(eyes, kept(book.store, entry), book) is not None


def sought(eyes: Eyes, find: Callable[[], T]) -> T:
    """What is looked for; who may not see all is not told whether it is not there or not theirs."""
    try:
        return find()
    except NotInBook as fault:
        if eyes.scope == "all":
            raise
        raise not_yours() from fault


def not_yours() -> Problem:
    """The answer to who asks for what is not there, or is not theirs."""
    return Problem(404, "Not found", "there is no such document among yours", name="not-in-book")
