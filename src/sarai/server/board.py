"""The cases as they stand, kept for all who look, and never put together twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from sarai.ledger import Book
from sarai.watch import AlertStore
from sarai.watch.cases import Casework, Desk


class Board:
    """Gives desks over one casework; for any thread.

    Alerts, steps and holds are seen at once. Where goods are is read again at a bounded pace: most
    documents move goods of no case, and a busy book has thousands a second.

    Parameters
    ----------
    goods_s
        How old what is known of goods may be, in seconds.
    tick
        A monotonic clock, in seconds.
    """

    def __init__(self, goods_s: float, tick: Callable[[], float] = monotonic) -> None:
        self._goods_s, self._tick = goods_s, tick
        self._work = Casework()
        self._looked = float("-inf")

    def desk(self, book: Book, store: AlertStore, now: datetime, *, to_act: bool = False) -> Desk:
        """The desk, as of now; whoever is to act has the goods where they are at this moment."""
        desk = Desk(book, store, now, work=self._work)
        moment = self._tick()
        goods = to_act or moment - self._looked >= self._goods_s
        if goods:
            self._looked = moment
        desk.standing = self._work.look(book, store, goods=goods)
        return desk
