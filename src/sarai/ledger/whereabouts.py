"""Where goods are: a lot's accounts, what is known of a consignment, which lots are held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sarai.goods import Hold, NotInBook
from sarai.ledger.balance import BalanceRow, row_of
from sarai.ledger.journal import Journal
from sarai.ledger.reading import LotName, LotRow, Reader
from sarai.ledger.rows import ITEM_MASK, Movement, from_us
from sarai.ledger.state import State
from sarai.reference import units


@dataclass(frozen=True, slots=True)
class ConsignmentView:
    """A consignment as it stands. ``left`` is in base units by item, ``units`` those that its lines state."""

    issuer: str
    number: str
    kind: str
    state: str
    sender: str
    consignee: str
    destination: str
    destination_country: str
    began: datetime
    deadline: datetime
    left: dict[int, int]
    units: dict[int, str]

    def amount(self, item: int) -> Decimal:
        """What is left of an item, in the unit that its line states."""
        return units.from_base(self.left[item], self.units[item])


class HeldLot(NamedTuple):
    """A lot that is held, by the hold of this issuer and number, posted as ``entry``, for this case."""

    lot: LotName
    entry: int
    issuer: str
    number: str
    case: str
    reason: str
    time: datetime


def held_lots(state: State, journal: Journal) -> list[HeldLot]:
    """Every lot that is held now, by name, then by entry; once for each document that holds it."""
    rows = state.holds.rows()
    holds: dict[int, Hold] = {entry: journal.document(entry) for entry in {row.entry for row in rows}}
    found = {  # several lots may go by one name, after a correction
        HeldLot(
            LotName(row.lot_issuer, row.lot_number, row.lot & ITEM_MASK), row.entry, row.issuer, row.number,
            row.case_id, holds[row.entry].reason, holds[row.entry].time,
        )
        for row in rows
    }  # fmt: skip
    return sorted(found)


def consignment_view(state: State, issuer: str, number: str) -> ConsignmentView:
    """What the book knows of a consignment."""
    versions = state.versions(issuer, number)
    if not versions or not versions[-1].target:
        raise NotInBook(f"no consignment {issuer}/{number} in the book; look at its issuer and number")
    found = state.consignment(versions[-1].target)
    stated = {int(item): unit for item, unit in (pair.split(":") for pair in found.items.split())}
    left = dict.fromkeys(stated, 0)
    for layer in state.pool(-found.id):
        left[layer.item] += layer.left
    return ConsignmentView(
        found.issuer, found.number, found.kind, found.state, found.sender, found.consignee, found.destination,
        found.destination_country, from_us(found.time), from_us(found.deadline), left, stated,
    )  # fmt: skip


def whereabouts(reader: Reader, issuer: str, number: str, item: int | None) -> list[BalanceRow]:
    """Every account that holds something of the lots which a document bore."""
    rows: list[BalanceRow] = []
    for lot in lots_born(reader, issuer, number, item):
        movements = [Movement(*row) for row in reader.by_lot(lot.id)]
        accounts = reader.accounts([account for m in movements for account in (m.giver, m.taker)])
        name = reader.names([lot.id])[lot.id]
        held = _held(movements, {number for number, key in accounts.items() if key[0] == "unexplained"})
        rows += [
            row_of(accounts[account], name, lot, quantity) for account, quantity in held.items() if quantity
        ]
    return sorted(rows)


def _held(movements: list[Movement], lenders: set[int]) -> dict[int, int]:
    """What each account holds of a lot; a birth takes nothing from where it comes, but a loan does."""
    births = {movement.id for movement in movements if not movement.source}
    held: dict[int, int] = {}
    for movement in movements:
        if movement.reverses not in births or movement.taker in lenders:
            held[movement.taker] = held.get(movement.taker, 0) + movement.quantity
        if movement.id not in births or movement.giver in lenders:
            held[movement.giver] = held.get(movement.giver, 0) - movement.quantity
    return held


def lots_born(reader: Reader, issuer: str, number: str, item: int | None = None) -> list[LotRow]:
    """The lots that the versions of a document bore; NotInBook if there are none."""
    entries = reader.entries_of(issuer, number)
    lots = [lot for entry in entries for lot in reader.lots_of(entry)]
    found = [lot for lot in lots if item in (None, lot.id & ITEM_MASK)]
    if not found:
        what = f"item {item} of {issuer}/{number}" if item else f"{issuer}/{number}"
        raise NotInBook(f"{what} bore no lot; only imports, transits from abroad and outputs do")
    return found
