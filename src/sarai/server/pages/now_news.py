"""What comes in as one looks on: the latest documents and alerts, and how much it was today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sarai.goods import BeforeTheBook, Code
from sarai.ledger import Book
from sarai.ledger.reading import Reader
from sarai.ledger.rows import from_us, to_us
from sarai.ledger.search import Line, find
from sarai.ledger.store import Store
from sarai.ledger.underway import BOOK
from sarai.server.access import Eyes, Scope, seen_alert
from sarai.server.pages.alerts_rows import severity
from sarai.server.pages.book_seen import Seen
from sarai.watch import Alert, AlertStore, Phrase
from sarai.watch.finding import sentence

MOST = 8  # of each that are shown
LOOKED_AT = 60  # entries that are looked through for some that may be seen
OTHERWISE = ("case_step", "seal_event")  # shown in other ways: cases, and the map
MICROSECOND = timedelta(microseconds=1)


class News(NamedTuple):
    """A document, or an alert, as it came.

    Attributes
    ----------
    key
        Of the catalogue: the kind of the document, or the typology.
    severity
        ``good`` for what was posted, ``serious`` for what was refused; of alerts by their score.
    """

    number: int
    time: datetime
    key: str
    name: str
    severity: str
    to: str = ""
    text: str | Phrase = ""


# -- documents -------------------------------------------------------------------------------------


def documents(book: Book, eyes: Eyes, most: int = MOST) -> list[News]:
    """The latest documents that somebody may see, the latest first."""
    lines = find(book.store, besides=OTHERWISE, most=LOOKED_AT)
    if eyes.scope is Scope.OWN:
        own = [
            line
            for party in eyes.visitor.parties
            for line in find(book.store, issuer=party, besides=OTHERWISE, most=most)
        ]
        lines = sorted({line.entry: line for line in [*lines, *own]}.values(), key=lambda line: -line.entry)
    seen = Seen(book, eyes)
    found: list[News] = []
    for line in lines:
        shown = seen(line) if line.issuer != BOOK else None
        if shown is not None:
            found.append(_document(line, shown.issuer, shown.number, shown.message, eyes))
        if len(found) == most:
            break
    return found


def _document(line: Line, issuer: str, number: str, message: str, eyes: Eyes) -> News:
    posted = line.code <= Code.REPEATED
    query = urlencode({"issuer": line.issuer, "number": line.number, "version": line.version})
    to = f"/book/document?{query}" if posted and eyes.scope is not Scope.SUMMARY else ""
    text = "" if posted else f"{line.pointer} {message}".strip()
    return News(
        line.entry, line.recorded, line.kind, f"{issuer}/{number}" if number else "",
        "good" if posted else "serious", to, text,
    )  # fmt: skip


# -- alerts ----------------------------------------------------------------------------------------


def alerts(store: AlertStore, eyes: Eyes, most: int = MOST) -> list[News]:
    """The latest alerts, the latest first."""
    found = store.after(max(0, store.last() - most), most)
    return [news for number, alert in reversed(found) if (news := alert_news(number, alert, eyes))]


def alert_news(number: int, alert: Alert, eyes: Eyes) -> News | None:
    """An alert with somebody's eyes; in a summary, no words: words name people."""
    seen = seen_alert(eyes, alert)
    if seen is None:
        return None
    whole = eyes.scope is Scope.ALL
    return News(
        number, from_us(alert.raised), alert.typology, "", severity(alert.score),
        f"/case/{alert.id}" if whole else "", sentence(alert) if whole else "",
    )  # fmt: skip


# -- today -----------------------------------------------------------------------------------------


class Today(NamedTuple):
    """How much was recorded since midnight."""

    posted: int
    refused: int
    alerts: int


class Counter:
    """Counts what is recorded on a day; what was counted is not counted again."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._since = 0
        self._entry = 0
        self._refused = self._posted = 0
        self._turn = Lock()

    def today(self, book: Book, store: AlertStore, now: datetime) -> Today:
        """The figures of the day, in a thread that reads."""
        since = midnight(now, self.zone)
        with self._turn:
            if to_us(since) != self._since:
                self._since, self._entry = to_us(since), last_before(book.store, since)
                self._posted = self._refused = 0
            self._count(book.store)
            ((raised,),) = store.database.query(
                "SELECT count(*) FROM alert WHERE raised >= ?", (self._since,)
            )
            return Today(self._posted, self._refused, raised)

    def _count(self, store: Store) -> None:
        ((entry, count, refused),) = store.query(
            "SELECT coalesce(max(id), 0), count(*), coalesce(sum(CASE WHEN code > 1 THEN 1 ELSE 0 END), 0) "
            "FROM entry WHERE id > ?",
            (self._entry,),
        )
        self._entry = max(self._entry, entry)
        self._posted += count - refused
        self._refused += refused


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the day in a time zone."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def last_before(store: Store, time: datetime) -> int:
    """The last entry before a time; 0 if there is none."""
    try:
        return Reader(store).last_entry(to_us(time - MICROSECOND))
    except BeforeTheBook:
        return 0


def newest(several: Iterable[News]) -> int:
    """The number of the newest; 0 if there is none."""
    return max((each.number for each in several), default=0)
