"""The cases as they stand, put together once for all who look."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from sarai.ledger import Book
from sarai.watch import AlertStore
from sarai.watch.cases import Desk

Version = tuple[int, int]  # the last alert, the last entry that cases hang on


class Board:
    """Keeps the desk until there are new alerts or steps; clocks run on all the same."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: Version | None = None
        self._desk: Desk | None = None

    def desk(self, book: Book, store: AlertStore, now: datetime) -> Desk:
        """The desk, as of now.

        What was read of alerts and steps is kept; holds and what is at stake follow the book.
        """
        with self._lock:
            version = (store.last(), _head(book))
            if self._desk is None or version != self._version:
                self._desk, self._version = Desk(book, store, now), version
                _ = self._desk.ranked(closed=True)  # read now, by whoever's thread this is
            self._desk.now = now
            return self._desk


def _head(book: Book) -> int:
    ((head,),) = book.store.query("SELECT coalesce(max(id), 0) FROM entry")
    return head
