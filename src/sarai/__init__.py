"""Sarai: the book of goods of a country that lies between powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarai.ledger import Book, Settings

__version__ = "0.1.0"
__all__ = ["BookSettings", "open"]


def open(url: str, settings: Settings | None = None, *, create: bool = True) -> Book:
    """Open a book: a path to a SQLite file, or a ``postgresql://`` URL."""
    from sarai.ledger import opening

    return opening.open_book(url, settings, create=create)


def __getattr__(name: str) -> object:
    if name == "BookSettings":
        from sarai.ledger import Settings

        return Settings
    raise AttributeError(f"module 'sarai' has no attribute {name!r}")
