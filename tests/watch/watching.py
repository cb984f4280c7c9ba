"""What the tests of the watch share: documents go in, and alerts, or the findings of one typology, come out.

A document is recorded a minute after its time, unless it is handed in as ``(time of record, document)``,
as the simulation does. The book is told the time once a day of record, so that waybills expire.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from math import inf
from pathlib import Path
from typing import Any

import sarai
from sarai.goods import (
    Answer,
    Arrival,
    Document,
    DocumentRef,
    Exit,
    Export,
    Import,
    Line,
    Party,
    Transit,
    Waybill,
)
from sarai.ledger import Book
from sarai.ledger.feed import Feed
from sarai.ledger.rows import to_us
from sarai.watch.engine import Watch
from sarai.watch.finding import Alert, Finding, alert_id
from sarai.watch.given import Given
from sarai.watch.memory import Memory
from sarai.watch.typologies import TYPOLOGIES
from sarai.watch.typology import Typology

Paper = Document | tuple[datetime, Document]

MEMORY = Path("/dev/shm")
QUICK = str(MEMORY) if MEMORY.is_dir() else None  # a disk that forgets is good enough for these books

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


# -- books ---------------------------------------------------------------------------------------------


@contextmanager
def booked(papers: Iterable[Paper], url: str = "") -> Iterator[Book]:
    """A book, in observe mode, in which papers are recorded in order; by default one that goes again."""
    with (
        tempfile.TemporaryDirectory(prefix="sarai-watch-", dir=QUICK) as directory,
        sarai.open(url or str(Path(directory) / "book.db")) as book,
    ):
        record(book, papers)
        yield book


def record(book: Book, papers: Iterable[Paper], day: date | None = None) -> date | None:
    """Record papers in a book, and let waybills expire whenever a day of record begins; the last such day."""
    for now, together in groupby(map(_dated, papers), key=lambda dated: dated[0]):
        if day not in (None, now.date()):
            book.expire(now=now)
        day = now.date()
        book.record([document for _, document in together], now=now, mode="observe")
    return day


def _dated(paper: Paper) -> tuple[datetime, Document]:
    return paper if isinstance(paper, tuple) else (paper.time + MINUTE, paper)


# -- watching them -------------------------------------------------------------------------------------


class Finder(Watch):
    """Keeps what is found, the same subject once, and weighs nothing."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.found: list[Finding] = []

    def _weigh(self, row: Typology, finding: Finding, own: Any, what: Any) -> None:
        if self.memory.standing.is_more(alert_id(row.name, finding.subject), inf):
            self.found.append(finding)


def watch(
    papers: Iterable[Paper],
    given: Given | None = None,
    typologies: Iterable[Typology] | None = None,
    until: datetime | None = None,
) -> list[Alert]:
    """All alerts, up to what was due before ``until``; a typology that fails fails the test."""
    watch = Watch(Memory(given=given or Given()), TYPOLOGIES if typologies is None else typologies)
    with booked(papers) as book:
        return list(_judged(watch, book, until))


def findings(
    papers: Iterable[Paper],
    typology: str | Typology,
    given: Given | None = None,
    until: datetime | None = None,
) -> list[Finding]:
    """What one typology, by its row or its name, finds; each subject once, before it is weighed."""
    finder = Finder(
        Memory(given=given or Given()), [row(typology) if isinstance(typology, str) else typology]
    )
    with booked(papers) as book:
        list(_judged(finder, book, until))
    return finder.found


def row(name: str) -> Typology:
    """A row of the table by its name."""
    (found,) = (each for each in TYPOLOGIES if each.name == name)
    return found


def words(finding: Finding, typology: str) -> str:
    """What an officer reads of a finding."""
    return row(typology).words(finding.facts)


def _judged(watch: Watch, book: Book, until: datetime | None) -> Iterator[Alert]:
    feed = Feed(book.store)
    for posted in feed:
        yield from watch.judge(posted, feed.accounts)
    if until is not None:
        yield from watch.tell_time(to_us(until))
    assert not watch.faults, watch.faults


# -- papers --------------------------------------------------------------------------------------------


def on(day: float, hour: float = 0) -> datetime:
    """So many days after the start of the tests' time."""
    return START + day * DAY + hour * HOUR


def party(id: str | Party, **more: Any) -> Party:
    """A party by its identifier, which is its name too."""
    return id if isinstance(id, Party) else Party(**{"id": id, "name": id, **more})


def line(hs: str, quantity: float | str = 10, value: int | None = None, item: int = 1, **more: Any) -> Line:
    """A goods item, by default of ten pieces."""
    worth = None if value is None else Decimal(value)
    currency = "" if value is None else "USD"
    stated = {"unit": "H87", "value": worth, "currency": currency, **more}
    return Line(item=item, hs=hs, quantity=Decimal(str(quantity)), **stated)


def imported(number: str, time: datetime, who: str | Party, *lines: Line, **more: Any) -> Import:
    """Goods come from Germany to a firm's store."""
    head = {"issuer": "customs", "place": "store", "country": "DE", **more}
    return Import(number=number, time=time, importer=party(who), lines=list(lines), **head)


def exported(number: str, time: datetime, who: str | Party, *lines: Line, **more: Any) -> Export:
    """Goods leave a firm's store for Russia."""
    head = {"issuer": "customs", "place": "store", "country": "RU", **more}
    return Export(number=number, time=time, exporter=party(who), lines=list(lines), **head)


def transited(number: str, time: datetime, who: str | Party, *lines: Line, **more: Any) -> Transit:
    """Goods of a firm set out from the border under customs control, and are due in five days."""
    head = {
        "issuer": "customs", "place": "BYBTS", "destination": "KZALA", "country": "DE",
        "destination_country": "KZ", "deadline": time + 5 * DAY, "principal": party("carrier"), **more,
    }  # fmt: skip
    return Transit(number=number, time=time, consignee=party(who), lines=list(lines), **head)


def sold(
    number: str, time: datetime, seller: str | Party, buyer: str | Party, *lines: Line, **more: Any
) -> list[Document]:
    """A waybill from store to store, and its confirmation a day later."""
    head = {"issuer": party(seller).id, "place": "store", "destination": "store", "deadline": time + 20 * DAY}
    waybill = Waybill(
        **{**head, **more}, number=number, time=time, consignor=party(seller), consignee=party(buyer),
        lines=list(lines),
    )  # fmt: skip
    confirmed = Answer(
        issuer=waybill.consignee.id, number=f"{number}/answer", time=time + DAY, consignment=ref(waybill),
        decision="confirm",
    )  # fmt: skip
    return [waybill, confirmed]


def arrived(consignment: Transit, time: datetime, **more: Any) -> Arrival:
    """A transit ends where it was bound for, in the hands of its consignee."""
    head = {"holder": consignment.consignee, "place": consignment.destination, "issuer": "customs", **more}
    return Arrival(number=f"{consignment.number}/arrival", time=time, consignment=ref(consignment), **head)


def exited(consignment: Transit, time: datetime, country: str = "RU", **more: Any) -> Exit:
    """A transit leaves the country."""
    head = {"place": "RUOMS", "issuer": "customs", **more}
    number = f"{consignment.number}/exit"
    return Exit(number=number, time=time, consignment=ref(consignment), country=country, **head)


def ref(document: Document) -> DocumentRef:
    """A document as others name it."""
    return DocumentRef(issuer=document.issuer, number=document.number)


def in_order(papers: Iterable[Document]) -> list[Document]:
    """By their times, as they would be recorded."""
    return sorted(papers, key=lambda paper: paper.time)
