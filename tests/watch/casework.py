"""A book with an authority, a file of alerts, and a desk over both, for the tests of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from alerting import alert
from watching import Paper, exported, imported, line, on, record, ref, transited

import sarai
from sarai.goods import Document, SealEvent
from sarai.ledger import Book
from sarai.watch.cases import Desk, Officer
from sarai.watch.finding import Alert
from sarai.watch.store import AlertStore

AUTHORITY = "customs"
OFFICER = Officer("officer-7", AUTHORITY)
LOT = 1 << 16 | 1  # of the first entry, item 1
NOW = on(20)
CHIPS = "854231"

IMPORTED = imported("I-1", on(0), "F", line(CHIPS, 10, value=5_000), line(CHIPS, 4, value=100, item=2))
SENT = transited("T-1", on(1), "G", line("880730", 3, value=900))
BROKEN = SealEvent(
    issuer="post", number="S-1", time=on(2), consignment=ref(SENT),
    seal="A-1", event="broken", place="road",
)  # fmt: skip
EXPORTED = exported("E-1", on(3), "F", line(CHIPS, 6, value=4_000))
STORY: list[Document] = [IMPORTED, SENT, BROKEN, EXPORTED]


def alerts() -> list[Alert]:
    """One about the goods that were imported and partly exported, one about the transit."""
    return [
        alert("aaaa1111", 3.1, lots=(LOT,), parties=("F",), entry=4, words="6 of 10 chips went on at once."),
        alert("bbbb2222", 4, lots=(2 << 16 | 1,), parties=("G",), entry=3, consignment="customs/T-1",
              typology="seal-broken", words="Seal A-1 broke on the road."),
    ]  # fmt: skip


@contextmanager
def desk(
    directory: Path,
    url: str = "",
    papers: Iterable[Paper] = STORY,
    raised: Iterable[Alert] | None = None,
    now: datetime = NOW,
) -> Iterator[Desk]:
    """A desk over a book with these papers in it and these alerts raised."""
    settings = sarai.BookSettings(authorities=(AUTHORITY,), origin="customs.example/book")
    with (
        sarai.open(url or str(directory / "book.db"), settings) as book,
        AlertStore.open(directory / "alerts.db") as store,
    ):
        record(book, papers)
        store.keep(alerts() if raised is None else raised)
        yield Desk(book, store, now)


def post(book: Book, document: Document, mode: str = "strict") -> tuple[int, str]:
    """Record one more document; its code, and what was said."""
    (result,) = book.record([document], now=NOW, mode=mode)
    return int(result.code), result.message
