"""What the page Book asks of the book, with somebody's eyes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sarai.goods import NotInBook
from sarai.ledger import BalanceRow, Book, SigningKey
from sarai.ledger.reading import Reader
from sarai.ledger.search import Line, find, kept
from sarai.server.access import Eyes, Scope, seen_rows
from sarai.server.pages.book_proof import Proved, prove
from sarai.server.pages.book_seen import Seen
from sarai.server.pages.book_view import Known


class Sight(Struct, frozen=True, kw_only=True):
    """With whose eyes each thing is looked at; None where the right is lacking.

    Attributes
    ----------
    read, proofs, balances
        For ``book.read``, ``proofs.read`` and ``balances.read``.
    keys
        They sign the checkpoint of a proof.
    """

    read: Eyes | None
    proofs: Eyes | None = None
    balances: Eyes | None = None
    keys: tuple[SigningKey, ...] = ()


def known(book: Book, entry: int, sight: Sight) -> Known:
    """All of an entry that somebody may see; NotInBook if that is nothing."""
    found = kept(book.store, entry)
    seen = Seen(book, sight.read) if sight.read else None
    shown = seen(found.line) if seen else None
    if seen is None or shown is None:
        raise NotInBook(f"there is no entry {entry:,} among those that you may see")
    names = seen.eyes.scope is not Scope.SUMMARY
    return Known(
        shown=shown,
        facts=found.facts,
        versions=tuple(_versions(book, found.line, seen)),
        where=_where(book, found.line, sight.balances),
        proved=_proved(book, entry, sight),
        names=names,
    )


def _versions(book: Book, line: Line, seen: Seen) -> Iterator[Line]:
    """The posted entries of the same number, the latest first; names as they may be seen are not needed."""
    try:
        entries = Reader(book.store).entries_of(line.issuer, line.number)
    except NotInBook:
        return
    for entry in reversed(entries):
        each = kept(book.store, entry).line
        if seen(each) is not None:
            yield each


def _where(book: Book, line: Line, eyes: Eyes | None) -> tuple[BalanceRow, ...] | None:
    if eyes is None:
        return None
    try:
        return tuple(seen_rows(eyes, book.where(line.issuer, line.number)))
    except NotInBook:
        return ()


def _proved(book: Book, entry: int, sight: Sight) -> Proved | None:
    if sight.proofs is None:
        return None
    return prove(book, entry, sight.keys, bare=sight.proofs.scope is Scope.SUMMARY)


def proved(book: Book, issuer: str, number: str, sight: Sight) -> Proved:
    """The proof of a document by its name, for who may read proofs; NotInBook if there is none to be seen."""
    entry = Reader(book.store).entry_of(issuer, number)
    if sight.proofs is None or (sight.proofs.scope is Scope.OWN and not _sees(book, entry, sight.proofs)):
        raise NotInBook(f"there is no document {issuer}/{number} among those that you may see")
    return prove(book, entry, sight.keys, bare=sight.proofs.scope is Scope.SUMMARY)


def _sees(book: Book, entry: int, eyes: Eyes) -> bool:
    return Seen(book, eyes)(kept(book.store, entry).line) is not None


def named(book: Book, text: str, eyes: Eyes) -> int | None:
    """The entry that somebody means by ``ISSUER/NUMBER`` or a number; None if that is not a single one."""
    if eyes.scope is Scope.SUMMARY:  # names are not theirs to try
        return None
    candidates = [*_by_name(book, text), *_by_number(book, text)]
    return next((entry for entry in candidates if _sees(book, entry, eyes)), None)


def _by_name(book: Book, text: str) -> Iterator[int]:
    parts = text.split("/")
    for place in range(1, len(parts)):
        try:
            yield Reader(book.store).entry_of("/".join(parts[:place]), "/".join(parts[place:]))
        except NotInBook:
            continue


def _by_number(book: Book, text: str) -> Sequence[int]:
    found = {(line.issuer, line.number): line.entry for line in find(book.store, number=text, most=20)[::-1]}
    exact = [entry for (_, number), entry in found.items() if number == text]
    return exact if len(exact) == 1 else []
