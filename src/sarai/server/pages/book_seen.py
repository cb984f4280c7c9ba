"""Entries of the journal, as somebody may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct

from sarai.goods import Code, Document, DocumentRef
from sarai.ledger import Book
from sarai.ledger.journal import decode
from sarai.ledger.search import Line
from sarai.server.access import Consigned, Eyes, Scope, seen_document
from sarai.server.routes.sight import consigned_of

ABOUT_CONSIGNMENT = b'"consignment":'


class Shown(Struct, frozen=True, kw_only=True):
    """An entry as somebody may see it.

    Attributes
    ----------
    issuer, number
        Labels, where those stand for them.
    content
        The document as built-in types; as text, if what came in was none.
    pointer, message
        Where and why it was refused.
    """

    entry: int
    recorded: datetime
    code: Code
    kind: str
    issuer: str
    number: str
    version: int
    content: Mapping[str, Any] | str
    pointer: str = ""
    message: str = ""

    @property
    def is_posted(self) -> bool:
        """Whether the book took it."""
        return self.code <= Code.REPEATED

    @property
    def text(self) -> str:
        """All that stands in it, in small letters, to look for words in."""
        said = self.content if isinstance(self.content, str) else msgspec.json.encode(self.content).decode()
        return f"{self.issuer} {self.number} {self.message} {said}".casefold()


class Seen:
    """Looks at entries with somebody's eyes.

    Parameters
    ----------
    eyes
        With the scope of ``book.read``.
    """

    def __init__(self, book: Book, eyes: Eyes) -> None:
        self._book, self.eyes = book, eyes
        self._marks = tuple(msgspec.json.encode(party) for party in eyes.visitor.parties)
        self._bodies: dict[int, bytes] = {}
        self._consigned: Callable[[DocumentRef], Consigned] = cache(consigned_of(book))

    def read(self, lines: Sequence[Line]) -> None:
        """Fetch what came in with these entries, in one go; what was fetched before is let go."""
        marks = ", ".join("?" * len(lines))
        entries = [line.entry for line in lines]
        rows = self._book.store.query(f"SELECT id, body FROM entry WHERE id IN ({marks})", entries)
        self._bodies = {entry: bytes(body) for entry, body in rows}

    def __call__(self, line: Line) -> Shown | None:
        """An entry, cut to what may be seen of it; None if nothing may."""
        if line.entry not in self._bodies:
            self.read([line])
        content = self._content(self._bodies[line.entry])
        if content is None:
            return None
        eyes, hidden = self.eyes, self.eyes.scope is Scope.SUMMARY
        return Shown(
            entry=line.entry, recorded=line.recorded, code=line.code, kind=line.kind,
            issuer=eyes.party(line.issuer) if hidden else line.issuer,
            number=eyes.number(line.issuer, line.number) if hidden else line.number,
            version=line.version, content=content,
            pointer=line.pointer, message="" if hidden else line.message,
        )  # fmt: skip

    def _content(self, body: bytes) -> Mapping[str, Any] | str | None:
        """What came in; one's own is decoded only if it may be one's own, for most is not."""
        scope = self.eyes.scope
        if scope is Scope.OWN and not any(each in body for each in (*self._marks, ABOUT_CONSIGNMENT)):
            return None
        document = _document(body)
        if document is None:
            return body.decode(errors="backslashreplace") if scope is Scope.ALL else None
        if scope is Scope.ALL:
            return msgspec.json.decode(body)
        reference = getattr(document, "consignment", None) if scope is Scope.OWN else None
        return seen_document(self.eyes, document, self._consigned(reference) if reference else None)


def _document(body: bytes) -> Document | None:
    try:
        return decode(body)
    except msgspec.DecodeError:
        return None
