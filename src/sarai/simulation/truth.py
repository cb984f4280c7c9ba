"""What really happened, kept beside the papers.

The truth is a list of records, each with its ``record`` (the kind of record). A document is
named by ``{"issuer", "number", "version"}``, a lot by ``{"issuer", "number", "item"}``;
quantities are decimals in the unit of the commodity, as in the documents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sarai.goods import Document, LotRef
from sarai.simulation.basket import GOODS
from sarai.simulation.calendar import moment
from sarai.simulation.stock import Holding, Lot, Pool, Portion, Stock
from sarai.simulation.traders import Trader

Record = dict[str, Any]


def decimal(quantity: int) -> Decimal:
    """Thousandths of a unit as the decimal that a document states."""
    whole, part = divmod(quantity, 1000)
    return Decimal(quantity).scaleb(-3).normalize() if part else Decimal(whole)


def identity(document: Document) -> Record:
    """The name of a document in the truth."""
    return {"issuer": document.issuer, "number": document.number, "version": document.version}


def lot_name(ref: LotRef) -> Record:
    """The name of a lot in the truth."""
    return {"issuer": ref.issuer, "number": ref.number, "item": ref.item}


def by_lot(portions: list[Portion] | tuple[Portion, ...]) -> list[Record]:
    """Portions as lots with quantities, in the order in which they were taken."""
    sums: dict[Lot, int] = {}
    for layer, quantity in portions:
        sums[layer.lot] = sums.get(layer.lot, 0) + quantity
    return [{**lot_name(lot.ref), "quantity": decimal(total)} for lot, total in sums.items()]


@dataclass(slots=True, eq=False)
class Case:
    """One instance of a scheme: who, with which papers and lots, how much, from when to when."""

    scheme: str
    number: int
    variant: str = ""
    parties: list[str] = field(default_factory=list)
    documents: list[Record] = field(default_factory=list)
    lots: list[Record] = field(default_factory=list)
    quantities: list[Record] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def joined_by(self, *traders: Trader) -> None:
        """Firms take part in the case, and are honest no more."""
        for trader in traders:
            trader.honest = False
            if trader.id not in self.parties:
                self.parties.append(trader.id)

    def saw(self, document: Document, time: int) -> None:
        """Keep a paper of the case; the first begins it, the last ends it."""
        self.documents.append(identity(document) | {"kind": document.__struct_config__.tag})
        self.start = self.start or time
        self.end = max(self.end, time)

    def moved(self, what: str, hs: str, declared: int, actual: int, actual_hs: str = "") -> None:
        """Note one quantity of the case: as the papers have it, and as it was."""
        self.quantities.append(
            {
                "what": what,
                "hs": hs,
                "actual_hs": actual_hs or hs,
                "unit": GOODS[hs].unit if hs in GOODS else GOODS[actual_hs].unit,
                "declared": decimal(declared),
                "actual": decimal(actual),
            }
        )

    def record(self) -> Record:
        """The case as a record of the truth."""
        return {
            "record": "scheme",
            "scheme": self.scheme,
            "case": f"{self.scheme}/{self.number}",
            "variant": self.variant,
            "parties": self.parties,
            "documents": self.documents,
            "lots": self.lots,
            "quantities": self.quantities,
            "start": moment(self.start) if self.start else None,
            "end": moment(self.end) if self.end else None,
        }


class Truth:
    """The records as they come in, and the reckoning at the end."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.cases: list[Case] = []

    def add(self, record: str, **fields: Any) -> None:
        """Keep one record; ``record`` is its kind."""
        self.records.append({"record": record, **fields})

    def origin(self, document: Document, item: int, hs: str, portions: list[Portion]) -> None:
        """Where the goods of one export line really came from."""
        self.add(
            "origin",
            document=identity(document),
            item=item,
            hs=hs,
            quantity=decimal(sum(p.quantity for p in portions)),
            lots=by_lot(portions),
        )

    def reckon(self, stock: Stock, underway: dict[Lot, int]) -> None:
        """At the end: every case, every lot with its fates, and what is really in stock.

        ``underway`` is what open consignments hold of each lot.
        """
        self.records += [case.record() for case in self.cases]
        left: dict[Lot, int] = {}
        for holding, pools in stock.holdings.items():
            for hs, pool in pools.items():
                for layer in pool.layers:
                    left[layer.lot] = left.get(layer.lot, 0) + layer.left
                if pool.total:
                    self.records.append(_stock_record(holding, hs, pool))
        self.records += [_lot_record(lot, left.get(lot, 0), underway.get(lot, 0)) for lot in stock.lots]


def _stock_record(holding: Holding, hs: str, pool: Pool) -> Record:
    party, place, regime = holding
    return {
        "record": "stock",
        "party": party,
        "place": place,
        "regime": regime,
        "hs": hs,
        "unit": GOODS[hs].unit,
        "quantity": decimal(pool.total),
        "lots": by_lot([Portion(layer, layer.left) for layer in pool.layers]),
    }


def _lot_record(lot: Lot, left: int, underway: int) -> Record:
    row: Record = {
        "record": "lot",
        **lot_name(lot.ref),
        "hs": lot.hs,
        "unit": GOODS[lot.hs].unit,
        "origin": lot.origin,
        "born": decimal(lot.born),
        "stock": decimal(left),
        "underway": decimal(underway),
        "fates": {fate: decimal(quantity) for fate, quantity in lot.fates.items()},
    }
    if lot.declared is not None:
        row["declared"] = {"hs": lot.declared[0], "quantity": decimal(lot.declared[1])}
    if lot.parents:
        row["parents"] = by_lot(lot.parents)
    if lot.formerly is not None:
        row["formerly"] = lot_name(lot.formerly)
    return row
