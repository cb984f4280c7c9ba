"""A desk that is full: thousands of consignments that move, ten thousand alerts, a lot with 1,300 orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from sarai.goods import (
    Answer,
    Document,
    DocumentRef,
    Export,
    Import,
    Line,
    OutputLine,
    Party,
    Processing,
    SealEvent,
    Transit,
    Waybill,
)
from sarai.ledger import Book
from sarai.ledger.rows import to_us
from sarai.reference.places import Place, places
from sarai.watch import Alert, AlertStore
from sarai.watch.finding import Reason, alert_id

AUTHORITY = "customs:KZ"
AGO = timedelta(days=3)
WARES = ("854231", "847130", "870323", "271019", "880730", "640399", "851762", "843149")
OFTEN = ("off-route", "seal-broken", "diverted-before-arrival", "unit-value", "transit-overdue")
BATCH = 1_000  # documents, or alerts, in one commit
SOURCE, COLLECTOR = Party(id="maker", name="Maker"), Party(id="collector", name="Collector")
LOT, BLEND = ("customs", "LOT-1300"), ("customs", "BLEND-1300")
"""The lot with all the orders, and the export of what was blended of them again."""


class Full(NamedTuple):
    """How full; ``now`` is when one looks."""

    now: datetime
    moving: int = 5_000
    alerts: int = 10_000
    cases: int = 2_500
    orders: int = 1_300
    buyers: int = 213

    @property
    def begin(self) -> datetime:
        """When it all began."""
        return self.now - AGO


def fill(book: Book, store: AlertStore, full: Full) -> None:
    """Put all of it into an empty book and its file of alerts."""
    several = documents(full)
    while some := list(islice(several, BATCH)):
        refused = [each.message for each in book.record(some, now=full.now) if not each.ok]
        assert not refused, refused[0]
    for first in range(0, full.alerts, BATCH):
        store.keep(alert(number, full) for number in range(first, min(first + BATCH, full.alerts)))


def documents(full: Full) -> Iterator[Document]:
    """Consignments first, so that their entries have their numbers."""
    stations = places()
    yield from (transit(number, stations, full) for number in range(1, full.moving + 1))
    yield from split_and_blended(full)


# -- what moves --------------------------------------------------------------------------------------


def transit(number: int, stations: Sequence[Place], full: Full) -> Transit:
    """A consignment under way for days still, from one place to another."""
    start, end = _way(number, stations)
    quantity = Decimal(10 + number % 90)
    line = Line(
        item=1,
        hs=WARES[number % len(WARES)],
        quantity=quantity,
        unit="H87",
        value=quantity * 120,
        currency="USD",
    )
    return Transit(
        issuer="customs", number=f"T-{number}", time=full.begin + timedelta(minutes=number % 4_000 * 0.5),
        place=start.code, destination=end.code, deadline=full.now + timedelta(days=1 + number % 9),
        country="DE", destination_country="KZ", principal=_firm("Carrier", number % 60),
        consignee=_firm("Trader", number), seals=[f"SEAL-{number}"], lines=[line],
    )  # fmt: skip


def position(number: int, count: int, stations: Sequence[Place], time: datetime) -> SealEvent:
    """Where its seal says that it is, for the ``count``-th time: a hundredth of the way further on each."""
    start, end = _way(number, stations)
    share = Decimal(min(20 + count, 90)) / 100
    here = [
        round(Decimal(a) + (Decimal(b) - Decimal(a)) * share, 5)
        for a, b in (
            (start.latitude_deg, end.latitude_deg),
            (start.longitude_deg, end.longitude_deg),
        )
    ]
    return SealEvent(
        issuer="seals", number=f"SEAL-{number}/{count}", time=time,
        consignment=DocumentRef(issuer="customs", number=f"T-{number}"), seal=f"SEAL-{number}",
        event="position", latitude_deg=here[0], longitude_deg=here[1],
    )  # fmt: skip


def _way(number: int, stations: Sequence[Place]) -> tuple[Place, Place]:
    return stations[number % len(stations)], stations[number * 7 % (len(stations) - 1) - 1]


def _firm(what: str, number: int) -> Party:
    return Party(id=f"{what[0]}{number:05d}", name=f"{what} {number}")


# -- what is odd -------------------------------------------------------------------------------------


def alert(number: int, full: Full) -> Alert:
    """One about the goods of a consignment; several tell of the same, and so are of one case."""
    entry = 1 + number % full.cases
    typology, subject = OFTEN[number // full.cases % len(OFTEN)], f"T-{entry} {number}"
    words = f"Number {number}: consignment T-{entry} is not where it should be by now."
    points = 3.0 + number * 7 % 40 / 10
    reason = Reason(typology=typology, points=points, words=words, entries=(entry,))
    return Alert(
        id=alert_id(typology, subject), typology=typology, version=1, subject=subject,
        raised=to_us(full.begin + timedelta(seconds=number * 24)), entry=entry, score=points, words=words,
        reasons=(reason,), facts={"subject": subject}, parties=(_firm("Trader", entry).id,),
        lots=(entry << 16 | 1,), consignment=f"customs/T-{entry}",
    )  # fmt: skip


# -- the lot with many orders ------------------------------------------------------------------------


def split_and_blended(full: Full) -> Iterator[Document]:
    """One lot goes out in orders to many buyers; all sell to one, who blends it and exports the blend."""
    yield Import(
        issuer=LOT[0], number=LOT[1], time=full.begin, importer=SOURCE, place="store", country="DE",
        lines=[_oil(1_000_000)],
    )  # fmt: skip
    total = 0
    held = [0] * full.buyers
    for number in range(full.orders):
        buyer = _buyer_of(number, full)
        quantity = 20 + number * 37 % 400
        held[buyer] += quantity
        yield from _sold(
            f"O-{number}",
            full.begin + timedelta(minutes=60 + number),
            SOURCE,
            _firm("Buyer", buyer),
            quantity,
        )
    for buyer, quantity in enumerate(held):
        total += quantity // 2
        yield from _sold(
            f"R-{buyer}",
            full.begin + timedelta(minutes=1_800 + buyer),
            _firm("Buyer", buyer),
            COLLECTOR,
            quantity // 2,
        )
    time = full.begin + timedelta(minutes=2_500)
    yield Processing(
        issuer=COLLECTOR.id, number="MIX-1300", time=time, processor=COLLECTOR, place="store",
        inputs=[_oil(total)], outputs=[OutputLine(item=2, hs="340319", quantity=Decimal(total), unit="KGM")],
    )  # fmt: skip
    yield Export(
        issuer=BLEND[0], number=BLEND[1], time=time + timedelta(hours=1), exporter=COLLECTOR, place="store",
        country="RU", lines=[Line(item=1, hs="340319", quantity=Decimal(total), unit="KGM")],
    )  # fmt: skip


def _buyer_of(number: int, full: Full) -> int:
    """Each buys once at least; a few of them buy most."""
    return number if number < full.buyers else number * number % 97 % full.buyers


def _oil(quantity: int) -> Line:
    return Line(item=1, hs="271019", quantity=Decimal(quantity), unit="KGM")


def _sold(number: str, time: datetime, seller: Party, buyer: Party, quantity: int) -> Iterator[Document]:
    waybill = Waybill(
        issuer=seller.id, number=number, time=time, consignor=seller, place="store", consignee=buyer,
        destination="store", deadline=time + timedelta(days=9), lines=[_oil(quantity)],
    )  # fmt: skip
    yield waybill
    yield Answer(
        issuer=buyer.id, number=f"{number}/answer", time=time + timedelta(minutes=30),
        consignment=DocumentRef(issuer=waybill.issuer, number=waybill.number), decision="confirm",
    )  # fmt: skip
