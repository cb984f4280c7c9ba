"""An endless made-up trade that a strict book posts without refusal: the same for the same seed.

Traders are drawn by Zipf's law. They import, send goods to each other by waybill (which is confirmed
some fifty waybills later), process and export; none ever gives what it does not hold. Every step
comes with the same business as plain rows, which is what the baselines post.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple

from sarai.goods import (
    Answer,
    AnyDocument,
    DocumentRef,
    Export,
    Import,
    Line,
    OutputLine,
    Party,
    Processing,
    Waybill,
)

OUTSIDE = 0  # the baselines' account for what is in nobody's hands; it alone may be negative
UNDER_WAY = 50  # waybills that are open at a time
MAX_LINES = 20
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
COUNTRIES = ("CN", "DE", "TR", "KR", "IT", "US", "JP", "IN", "FR", "PL", "NL", "CZ")

WARES = (
    ("854231", "processors"), ("854232", "memories"), ("853224", "ceramic capacitors"),
    ("854129", "transistors"), ("847330", "parts of computers"), ("851762", "routers and switches"),
    ("880730", "parts of aeroplanes"), ("901380", "optical devices"), ("840734", "engines over 1 l"),
    ("848210", "ball bearings"), ("848180", "valves"), ("850440", "static converters"),
    ("853690", "electrical connectors"), ("870829", "parts of car bodies"), ("401110", "car tyres"),
    ("390110", "polyethylene"), ("390210", "polypropylene"), ("392690", "articles of plastics"),
    ("300490", "medicaments"), ("330499", "cosmetics"), ("310210", "urea"), ("271019", "gas oil"),
    ("100199", "wheat"), ("120190", "soya beans"), ("150710", "crude soya-bean oil"),
    ("170199", "white sugar"), ("180690", "chocolate"), ("090111", "coffee, not roasted"),
    ("220421", "wine"), ("470329", "wood pulp"), ("480256", "office paper"), ("520100", "cotton"),
    ("620342", "trousers"), ("610910", "T-shirts"), ("640399", "shoes"), ("690721", "tiles"),
    ("720839", "hot-rolled coils"), ("721420", "reinforcing bars"), ("730890", "steel structures"),
    ("740311", "copper cathodes"), ("760120", "aluminium alloys"), ("940360", "furniture"),
    ("950300", "toys"), ("841810", "refrigerators"), ("845011", "washing machines"),
)  # fmt: skip


class Row(NamedTuple):
    """A movement as a plain ledger knows it; ``quantity`` in hectograms."""

    giver: int
    taker: int
    lot: int
    quantity: int


class Step(NamedTuple):
    """One document, how many goods lines are in it, and its business as rows."""

    document: AnyDocument
    lines: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of trade, a document every ``pace_s`` from ``begin`` on; ``lean`` ones bear no names,
    texts and values.
    """

    mean_lines: float = 4.5
    traders: int = 2_000
    processing: float = 0.0
    lean: bool = False
    seed: int = 1
    pace_s: int = 15
    begin: datetime = BEGIN


class Trader(NamedTuple):
    """A trader at its one place; ``stock`` in hectograms by index of `WARES`."""

    index: int
    party: Party
    place: str
    stock: dict[int, int]


class Trade:
    """The stream of steps; `steps` goes on for ever.

    Parameters
    ----------
    shape
        What kind of trade.
    """

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.random = Random(shape.seed)
        self.traders = [self._trader(index) for index in range(shape.traders)]
        self._zipf = list(accumulate(1 / rank for rank in range(1, shape.traders + 1)))
        self._under_way: deque[tuple[Waybill, Trader, Trader, list]] = deque()
        self._pace = timedelta(seconds=shape.pace_s)
        self._count = 0
        self._line = 0

    def _trader(self, index: int) -> Trader:
        name = "" if self.shape.lean else f"Trading House {index:04d}"
        party = Party(id=f"T{index:06d}", name=name, country="" if self.shape.lean else "KZ")
        return Trader(index, party, f"store-{index:04d}", {})

    def steps(self) -> Iterator[Step]:
        """One document after the other, each later than the one before."""
        while True:
            if len(self._under_way) > UNDER_WAY:
                yield self._confirm()
                continue
            yield self._trade()

    def _trade(self) -> Step:
        random, trader, lines = self.random, self._pick(), self._number_of_lines()
        chance = random.random()
        if chance < 0.34 or len(trader.stock) < lines:
            return self._import(trader, lines)
        if chance < 0.34 + self.shape.processing:
            return self._process(trader, lines)
        if chance < 0.67:
            return self._waybill(trader, lines)
        return self._export(trader, lines)

    # -- one step of each kind -------------------------------------------------------------------

    def _import(self, trader: Trader, lines: int) -> Step:
        random, country = self.random, self.random.choice(COUNTRIES)
        wanted = [
            (ware, random.randrange(1_000, 100_000))
            for ware in random.sample(range(trader.index, trader.index + 2 * MAX_LINES), lines)
        ]
        goods = [(ware % len(WARES), quantity) for ware, quantity in wanted]
        self._put(trader, goods)
        rows = self._rows(OUTSIDE, _free(trader), goods)
        document = Import(
            importer=trader.party, place=trader.place, country=country,
            lines=self._lines(goods, country), **self._head("customs"),
        )  # fmt: skip
        return Step(document, lines, rows)

    def _export(self, trader: Trader, lines: int) -> Step:
        goods = self._take(trader, lines)
        document = Export(
            exporter=trader.party, place=trader.place, country=self.random.choice(COUNTRIES),
            lines=self._lines(goods), **self._head("customs"),
        )  # fmt: skip
        return Step(document, lines, self._rows(_free(trader), OUTSIDE, goods))

    def _waybill(self, trader: Trader, lines: int) -> Step:
        goods, consignee = self._take(trader, lines), self._pick()
        head = self._head(trader.party.id)
        document = Waybill(
            consignor=trader.party, consignee=consignee.party, place=trader.place,
            destination=consignee.place, deadline=head["time"] + timedelta(days=20),
            lines=self._lines(goods), **head,
        )  # fmt: skip
        self._under_way.append((document, trader, consignee, goods))
        return Step(document, lines, self._rows(_free(trader), _reserved(trader), goods))

    def _confirm(self) -> Step:
        waybill, trader, consignee, goods = self._under_way.popleft()
        self._put(consignee, goods)
        document = Answer(
            consignment=DocumentRef(issuer=waybill.issuer, number=waybill.number),
            decision="confirm", **self._head(consignee.party.id),
        )  # fmt: skip
        return Step(document, 0, self._rows(_reserved(trader), _free(consignee), goods))

    def _process(self, trader: Trader, lines: int) -> Step:
        goods = self._take(trader, lines)
        made = [(self.random.randrange(len(WARES)), sum(quantity for _, quantity in goods))]
        self._put(trader, made)
        inputs, output = self._lines(goods), self._lines(made)[0]
        document = Processing(
            processor=trader.party, place=trader.place, inputs=inputs,
            outputs=[OutputLine(item=lines + 1, hs=output.hs, quantity=output.quantity)],
            **self._head(trader.party.id),
        )  # fmt: skip
        rows = self._rows(_free(trader), OUTSIDE, goods) + self._rows(OUTSIDE, _free(trader), made)
        return Step(document, lines + 1, rows)

    # -- what they are made of -------------------------------------------------------------------

    def _pick(self) -> Trader:
        return self.random.choices(self.traders, cum_weights=self._zipf)[0]

    def _number_of_lines(self) -> int:
        mean = self.shape.mean_lines
        return 1 if mean <= 1 else min(MAX_LINES, 1 + int(self.random.expovariate(1 / (mean - 0.5))))

    def _head(self, issuer: str) -> dict:
        self._count += 1
        return {"issuer": issuer, "number": f"{self._count:09d}", "time": self._time()}

    def _time(self) -> datetime:
        return self.shape.begin + self._pace * self._count

    def _put(self, trader: Trader, goods: list[tuple[int, int]]) -> None:
        for ware, quantity in goods:
            trader.stock[ware] = trader.stock.get(ware, 0) + quantity

    def _take(self, trader: Trader, lines: int) -> list[tuple[int, int]]:
        """Some of what a trader has, often more than one layer of it and half the time all."""
        goods = []
        for ware in self.random.sample(list(trader.stock), lines):
            held = trader.stock[ware]
            quantity = min(held, 1 + int(held * self.random.uniform(0.1, 1.9)))
            goods.append((ware, quantity))
            trader.stock[ware] -= quantity
            if quantity == held:
                del trader.stock[ware]
        return goods

    def _rows(self, giver: int, taker: int, goods: list[tuple[int, int]]) -> list[Row]:
        first = self._line
        self._line += len(goods)
        return [Row(giver, taker, first + index, quantity) for index, (_, quantity) in enumerate(goods, 1)]

    def _lines(self, goods: list[tuple[int, int]], origin: str = "") -> list[Line]:
        return [self._a_line(item, *each, origin) for item, each in enumerate(goods, 1)]

    def _a_line(self, item: int, ware: int, quantity: int, origin: str) -> Line:
        hs, text = WARES[ware]
        kg = Decimal(quantity).scaleb(-1)
        if self.shape.lean:
            return Line(item=item, hs=hs, quantity=kg, origin=origin)
        value = Decimal(quantity * (3 + ware)).scaleb(-2)
        return Line(
            item=item, hs=hs, quantity=kg, origin=origin, description=text, value=value, currency="USD"
        )


def _free(trader: Trader) -> int:
    return 1 + 2 * trader.index


def _reserved(trader: Trader) -> int:
    return 2 + 2 * trader.index


def batches(steps: Iterator[Step], lines: int) -> Iterator[list[Step]]:
    """Steps in batches of at least so many goods lines; with ``lines`` 1, one document a batch."""
    batch: list[Step] = []
    count = 0
    for step in steps:
        batch.append(step)
        count += step.lines
        if count >= lines or lines == 1:
            yield batch
            batch, count = [], 0
