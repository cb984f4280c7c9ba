"""How long a full desk takes to answer: 10,000 alerts, 5,000 consignments under way, a lot with 1,300 orders.

What the server does for a page, without browser and network; tests/server/test_full_desk.py has those.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import sarai
from benchmarks.full import AUTHORITY, BLEND, LOT, Full, alert, fill, position
from benchmarks.report import Goal, Report
from sarai.ledger import Book
from sarai.reference.places import places
from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.board import Board
from sarai.server.pages.alerts_rows import Wanted, alerts, cases
from sarai.server.pages.trace_asked import Asked, traced
from sarai.server.pages.trace_svg import draw
from sarai.server.words import Words
from sarai.watch import AlertStore
from sarai.watch.cases import Desk, Officer

EYES = Eyes(visitor=Visitor(role=Role.SUPERVISOR, officer="officer-7"), scope=Scope.ALL)
OFFICER = Officer("officer-7", AUTHORITY)


def run(directory: Path, quick: bool) -> Report:
    """Ask everything in each round (quick: three of ten)."""
    report, full = Report("Full desk"), Full(datetime.now(UTC))
    settings = sarai.BookSettings(authorities=(AUTHORITY,), origin="benchmarks.example/book")
    with (
        sarai.open(str(directory / "book.db"), settings) as book,
        AlertStore.open(directory / "alerts.db") as store,
    ):
        fill(book, store, full)
        asking = Asking(book, store, full)
        rounds = [asking.round(number) for number in range(3 if quick else 10)]
    for name in rounds[0]:
        goal = Goal("≤", 1_000) if name.startswith("trace") else None
        report.add("10,000 alerts, 5,000 under way", name, [each[name] for each in rounds], "ms", goal)
    return report


class Asking:
    """Asks a board that is kept, while the book goes on."""

    def __init__(self, book: Book, store: AlertStore, full: Full) -> None:
        self.book, self.store, self.full = book, store, full
        self.board, self.stations = Board(0.0), places()

    def round(self, number: int) -> dict[str, float]:
        """Milliseconds of each question, by its name."""
        took: dict[str, float] = {}
        took["put together anew"] = _ms(lambda: Desk(self.book, self.store, self.full.now).ranked())
        self._queue()
        seals = [
            position(1 + each, number, self.stations, self.full.now + timedelta(seconds=1))
            for each in range(50)
        ]
        self.book.record(seals, now=self.full.now)
        took["queue, after 50 positions"] = _ms(self._queue)
        self.store.keep([alert(self.full.alerts + number, self.full)])
        took["queue, after an alert"] = _ms(self._queue)
        desk = self._desk()
        desk.note(desk.cases[number], OFFICER, "Looked at it.")
        took["queue, after an officer's step"] = _ms(self._queue)
        took["queue, nothing new"] = _ms(self._queue)
        for name, find in (("cases", cases), ("alerts", alerts)):
            wanted = Wanted(view=name, state="all", text="number 77")
            took[f"a page of {name}, searched"] = _ms(lambda f=find, w=wanted: f(self._desk(), w, EYES))
        for (issuer, name), direction in ((LOT, "down"), (BLEND, "up")):
            asked = Asked(issuer=issuer, number=name, direction=direction)
            took[f"trace {direction}, drawn"] = _ms(lambda a=asked: draw(traced(self.book, a, EYES), Words()))
        return took

    def _desk(self) -> Desk:
        return self.board.desk(self.book, self.store, self.full.now)

    def _queue(self) -> None:
        self._desk().ranked()


def _ms(ask: Callable[[], object]) -> float:
    begin = perf_counter()
    ask()
    return (perf_counter() - begin) * 1e3
