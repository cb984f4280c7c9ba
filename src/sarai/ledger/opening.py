"""From a path or an address to an open book."""

from __future__ import annotations

from sarai.ledger.book import Book, Clock
from sarai.ledger.booking import Settings


def open_book(
    url: str, settings: Settings | None = None, *, create: bool = True, clock: Clock | None = None
) -> Book:
    """Open a book, or make a new one.

    Parameters
    ----------
    url
        A path (or ``sqlite:///path``) or ``postgresql://…``; there, ``?schema=NAME`` picks a schema.
    create
        Whether a book that is absent is made.
    """
    if str(url).startswith(("postgresql://", "postgres://")):
        from sarai.ledger.postgres import PostgresStore

        return Book(PostgresStore(str(url), create=create), settings, clock)
    from sarai.ledger.sqlite import SqliteStore

    return Book(SqliteStore(str(url).removeprefix("sqlite:///"), create=create), settings, clock)
