"""From a path or an address to an open book."""

from __future__ import annotations

from sarai.goods import BadSetting
from sarai.ledger.book import Book, Clock
from sarai.ledger.settings import Settings


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
        try:
            from sarai.ledger.postgres import PostgresStore
        except ModuleNotFoundError as fault:
            raise BadSetting(
                f"{fault.name} is needed for PostgreSQL: pip install 'sarai[postgres]'"
            ) from fault
        return Book(PostgresStore(str(url), create=create), settings, clock)
    from sarai.ledger.sqlite import SqliteStore

    return Book(SqliteStore(str(url).removeprefix("sqlite:///"), create=create), settings, clock)
