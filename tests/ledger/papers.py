"""A made-up stream of papers for a book: every kind of document, right ones and wrong ones, from one seed.

What is refused here is refused for good: posting a batch again, wholly or from the middle, gives
nothing new. So a stream has one outcome, however often it was interrupted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, json, structs

import sarai
from sarai.goods import (
    Answer,
    AnyDocument,
    Arrival,
    CaseStep,
    Code,
    Consumption,
    Correction,
    CountedLine,
    Diversion,
    DocumentRef,
    Exit,
    Export,
    Hold,
    Import,
    ItemAnswer,
    ItemQuantity,
    Line,
    LotRef,
    OutputLine,
    Part,
    Party,
    Processing,
    Refusal,
    Release,
    SealEvent,
    Seizure,
    Split,
    StockCount,
    Transit,
    Waybill,
)
from sarai.goods.canonical import canonical
from sarai.ledger import Book, Result

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
EVERY = timedelta(minutes=20)
DUE = timedelta(hours=6)
PLACES = ("north", "south", "port")
GOODS = ("854231", "847150", "880730")
MADE = "852691"
AUTHORITY = "customs"
APART = "depot"  # nobody else draws there


class Batch(Struct, frozen=True):
    """What comes in at one time."""

    now: datetime
    documents: list[AnyDocument]
    refusals: list[Refusal] = []
    mode: str = "observe"


def open_book(url: str) -> Book:
    """A book that takes all of it."""
    return sarai.open(url, settings=sarai.BookSettings(authorities=(AUTHORITY,)))


encode = json.Encoder().encode
decode = json.Decoder(Batch).decode


def post(book: Book, batch: Batch) -> Iterator[list[tuple[Result, str]]]:
    """Post a batch in its three commits; gives what each acknowledged, with the hash of what was handed in.

    Expiry comes first: whoever goes on after a break a batch before it must find nothing to expire.
    """
    yield [(result, "") for result in book.expire(now=batch.now)]
    results = book.record(batch.documents, now=batch.now, mode=batch.mode)
    yield list(zip(results, map(hash_of, batch.documents), strict=True))
    results = book.refuse(batch.refusals, now=batch.now)
    yield list(zip(results, map(hash_of, batch.refusals), strict=True))


def hash_of(paper: AnyDocument | Refusal) -> str:
    """The hash that the journal must have of it."""
    return sha256(paper.raw if isinstance(paper, Refusal) else canonical(paper)).hexdigest()


def stream(seed: int, batches: int, traders: str = "trader", due: timedelta = DUE) -> list[Batch]:
    """That many batches of 1 to 50 documents, from traders whose names begin like this.

    Waybills are due so long after their time.
    """
    desk = Desk(random.Random(f"{traders} {seed}"), traders, due)
    return [desk.batch() for _ in range(batches)]


def write(batches: list[Batch], path: Path) -> Path:
    """A file of papers, a batch a line."""
    path.write_bytes(b"".join(encode(batch) + b"\n" for batch in batches))
    return path


class Desk:
    """Writes the papers; remembers those that later ones must name."""

    def __init__(self, rng: random.Random, traders: str, due: timedelta) -> None:
        self.rng, self.traders, self.due = rng, traders, due
        self.number = 0
        self.now = START
        self.waybills: list[Waybill] = []
        self.transits: list[Transit] = []
        self.imports: list[Import] = []
        self.holds: list[Hold] = []
        self.last: list[AnyDocument] = []

    def batch(self) -> Batch:
        self.now += EVERY
        size = self.rng.choice((1, 2, 5, 10, 20, 50))
        self.last = [document for _ in range(size) for document in self.some()]
        return Batch(self.now, self.last, [self.unreadable()] if self.rng.random() < 0.1 else [])

    def some(self) -> list[AnyDocument]:
        """One document, or a few that belong together."""
        write = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        written = write(self)
        return written if isinstance(written, list) else [written]

    # -- pieces ----------------------------------------------------------------------------------

    def head(self, issuer: str) -> dict:
        self.number += 1
        return {"issuer": issuer, "number": f"{self.traders}-{self.number}", "time": self.now}

    def trader(self) -> str:
        return f"{self.traders}-{self.rng.choice('abcd')}"

    def place(self) -> str:
        return self.rng.choice(PLACES)

    def line(self, item: int = 1, most: int = 40, **more: object) -> Line:
        quantity = Decimal(self.rng.randint(1, most)) / 4
        hs = self.rng.choice(GOODS)
        edition = self.rng.choice(("HS2022", "HS2022", "HS2022", "HS2017"))
        return Line(**{"item": item, "hs": hs, "quantity": quantity, "edition": edition, **more})

    def lines(self, most: int = 40, **more: object) -> list[Line]:
        return [self.line(item, most, **more) for item in range(1, self.rng.randint(1, 3) + 1)]

    def at(self, trader: str) -> dict:
        return {"holder": Party(id=trader), "place": self.place()}

    # -- documents -------------------------------------------------------------------------------

    def import_(self) -> Import:
        trader = self.trader()
        lines = self.lines(400, origin=self.rng.choice(("", "DE", "CN")))
        written = Import(
            **self.head(trader), importer=Party(id=trader), place=self.place(), country="DE", lines=lines
        )
        self.imports.append(written)
        return written

    def export(self) -> Export:
        trader, lot = self.trader(), None
        if self.imports and self.rng.random() < 0.3:
            named = self.rng.choice(self.imports)
            trader, lot = named.issuer, LotRef(issuer=named.issuer, number=named.number, item=1)
        lines = self.lines(lot=lot, origin="FR" if lot else "")
        return Export(
            **self.head(trader), exporter=Party(id=trader), place=self.place(), country="KZ", lines=lines
        )

    def waybill(self) -> Waybill:
        sender, receiver = self.trader(), self.trader()
        written = Waybill(
            **self.head(sender), consignor=Party(id=sender), consignee=Party(id=receiver),
            place=self.place(), destination=self.place(), deadline=self.now + self.due, lines=self.lines(),
        )  # fmt: skip
        self.waybills.append(written)
        return written

    def answer(self) -> Answer | Import:
        if not self.waybills:
            return self.import_()
        waybill = self.waybills.pop(self.rng.randrange(len(self.waybills)))
        decision = self.rng.choice(("confirm", "confirm", "decline", "partial", "revoke"))
        issuer = waybill.issuer if decision == "revoke" else waybill.consignee.id
        items = [ItemAnswer(item=1, accepted=Decimal(0), shortage=Decimal("0.25"))]
        return Answer(
            **self.head(issuer), consignment=ref(waybill), decision=decision,
            items=items if decision == "partial" else [],
        )  # fmt: skip

    def transit(self) -> Transit:
        trader = self.trader()
        written = Transit(
            **self.head(trader), principal=Party(id=trader), place="north", destination="south",
            country="CN", destination_country="KZ", deadline=self.now + self.due, lines=self.lines(),
        )  # fmt: skip
        self.transits.append(written)
        return written

    def transit_goes_on(self) -> AnyDocument | list[AnyDocument]:
        if not self.transits:
            return self.transit()
        transit = self.transits[self.rng.randrange(len(self.transits))]
        head, about = self.head(transit.issuer), ref(transit)
        way = self.rng.randrange(3)
        if way == 0:
            return Diversion(**head, consignment=about, destination=self.place())
        if way == 1:
            return SealEvent(**head, consignment=about, seal="s1", event="broken")
        self.transits.remove(transit)
        short = [ItemQuantity(item=1, quantity=Decimal("0.25"))]
        if self.rng.random() < 0.5:
            return Arrival(**head, consignment=about, **self.at(transit.issuer), shortages=short)
        return Exit(**head, consignment=about, place=self.place(), country="KZ", shortages=short)

    def split(self) -> list[AnyDocument]:
        """A transit, split in two, one part of which arrives."""
        trader = self.trader()
        line = self.line(quantity=Decimal(6))
        whole = Transit(
            **self.head(trader), principal=Party(id=trader), place="north", destination="south",
            country="CN", deadline=self.now + self.due, lines=[line],
        )  # fmt: skip
        halves = [ItemQuantity(item=1, quantity=Decimal(3))]
        head = self.head(trader)
        parts = [Part(number=f"{head['number']}/{n}", destination="port", items=halves) for n in (1, 2)]
        first = DocumentRef(issuer=trader, number=parts[0].number)
        return [
            whole,
            Split(**head, consignment=ref(whole), parts=parts),
            Arrival(**self.head(trader), consignment=first, **self.at(trader)),
        ]

    def processing(self) -> Processing:
        trader = self.trader()
        output = OutputLine(item=9, hs=MADE, quantity=Decimal(self.rng.randint(1, 9)))
        return Processing(
            **self.head(trader), processor=Party(id=trader), place=self.place(),
            inputs=self.lines(), outputs=[output],
        )  # fmt: skip

    def spent(self) -> Consumption:
        trader = self.trader()
        return Consumption(**self.head(trader), **self.at(trader), lines=self.lines())

    def count(self) -> StockCount:
        trader = self.trader()
        line = CountedLine(item=1, hs=self.rng.choice(GOODS), quantity=Decimal(self.rng.randint(0, 60)))
        return StockCount(**self.head(trader), **self.at(trader), lines=[line])

    def seizure(self) -> Seizure:
        return Seizure(**self.head(AUTHORITY), **self.at(self.trader()), lines=[self.line(most=8)])

    def hold(self) -> list[AnyDocument]:
        """Goods are held: until a release comes; or for good, and then somebody wants to use them up."""
        trader, line = self.trader(), self.line()
        holder = {"importer": Party(id=trader), "place": APART}
        arrived = Import(**self.head(trader), **holder, country="DE", lines=[line])
        lot = LotRef(issuer=trader, number=arrived.number, item=1)
        held = Hold(**self.head(AUTHORITY), lots=[lot], case=f"{self.traders} 1", reason="seal broken")
        if self.rng.random() < 0.5:
            self.holds.append(held)
            return [arrived, held]
        lines = [structs.replace(line, lot=lot)]
        used = Consumption(**self.head(trader), holder=Party(id=trader), place=APART, lines=lines)
        return [arrived, held, used]

    def officer(self) -> Release | CaseStep:
        case = f"{self.traders} 1"
        if not self.holds:
            return CaseStep(**self.head(AUTHORITY), case=case, step="note", officer="desk 3", text="looked")
        held = self.holds.pop(self.rng.randrange(len(self.holds)))
        return Release(**self.head(AUTHORITY), lots=held.lots, case=self.rng.choice((case, "")))

    def correction(self) -> Correction | Import:
        """An import is replaced (with less of its first item), or cancelled."""
        if not self.imports:
            return self.import_()
        former = self.imports.pop(self.rng.randrange(len(self.imports)))
        mark = {"issuer": former.issuer, "number": former.number, "version": 2}
        new = None
        if self.rng.random() < 0.7:
            lines = [self.line(quantity=Decimal("0.5")), *former.lines[1:]]
            new = Import(
                **mark, time=former.time, importer=former.importer, place=former.place,
                country=former.country, lines=lines,
            )  # fmt: skip
        return Correction(**mark, time=self.now, replacement=new)

    # -- what is refused, or nothing new -----------------------------------------------------------

    def wrong(self) -> AnyDocument:
        trader = self.trader()
        unknown = DocumentRef(issuer=trader, number="never sent")
        return self.rng.choice(
            (
                lambda: Consumption(**self.head(trader), **self.at(trader), lines=[self.line(unit="ZZZ")]),
                lambda: Answer(**self.head(trader), consignment=unknown, decision="confirm"),
                lambda: Consumption(
                    **self.head(trader), **self.at(trader), lines=[self.line(), self.line(unit="ZZZ", item=2)]
                ),
            )
        )()

    def again(self) -> AnyDocument:
        return self.rng.choice(self.last) if self.last else self.import_()

    def unreadable(self) -> Refusal:
        self.number += 1
        raw = sha256(f"{self.traders} {self.number}".encode()).digest()
        return Refusal(
            code=Code.NOT_TEXT, message="not text; send UTF-8", source="inbox.jsonl", position=self.number,
            raw=raw,
        )  # fmt: skip


WEIGHTS: dict[Callable[[Desk], AnyDocument | list[AnyDocument]], int] = {
    Desk.import_: 6,
    Desk.export: 4,
    Desk.waybill: 5,
    Desk.answer: 3,
    Desk.transit: 2,
    Desk.transit_goes_on: 3,
    Desk.split: 1,
    Desk.processing: 2,
    Desk.spent: 1,
    Desk.count: 1,
    Desk.seizure: 1,
    Desk.hold: 1,
    Desk.officer: 1,
    Desk.correction: 1,
    Desk.wrong: 2,
    Desk.again: 1,
}


def ref(document: AnyDocument) -> DocumentRef:
    """A document as others name it."""
    return DocumentRef(issuer=document.issuer, number=document.number)
