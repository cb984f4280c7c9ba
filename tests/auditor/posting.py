"""One document being posted: its movements, its facts, and the three ways to take goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from auditor import oracle
from auditor.checks import base_units
from auditor.state import UNEXPLAINED, Account, Birth, Consignment, Lot, Move, Refused, State
from sarai.goods import Code, CountedLine, Document, FactCode, Line, Seizure


def first_in_first_out(lefts: list[int], need: int) -> list[int]:
    """Page "Drawing from free stock", rule 2: the earlier candidate gives all it has."""
    taken = []
    for left in lefts:
        taken.append(min(left, need))
        need -= taken[-1]
    return taken


def proportional(lefts: list[int], need: int) -> list[int]:
    """Rule 2, the other setting: by share of what is left; largest remainders get the odd units."""
    if need >= sum(lefts):
        return list(lefts)
    return largest_remainder(lefts, need)


def largest_remainder(weights: list[int], whole: int) -> list[int]:
    """Share out `whole` by weight in integers; ties go to the earlier."""
    total = sum(weights)
    shares = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(whole * weights[i] % total), i))
    for i in by_remainder[: whole - sum(shares)]:
        shares[i] += 1
    return shares


@dataclass
class Posting:
    """A document on its way into a state."""

    state: State
    document: Document
    entry: int
    recorded: datetime
    is_strict: bool
    attribution: Callable[[list[int], int], list[int]]
    authorities: tuple[str, ...] = ()
    facts: list[tuple[int, FactCode]] = field(default_factory=list)
    moves: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    closed: int | None = None
    seized: int | None = None

    def __post_init__(self):
        # Page "Correction": a name means the lot of the latest version that bore it; what this
        # document bears itself has no name yet.
        self.known = {lot.name: number for number, lot in enumerate(self.state.lots)}

    def note(self, item: int, code: FactCode) -> None:
        self.facts.append((item, code))

    def move(self, move: Move) -> int:
        """Take from the source layer, if there is one, and make a layer."""
        number = len(self.state.moves)
        self.state.moves.append(move)
        self.state.left[number] = move.quantity
        if move.source is not None:
            self.state.left[move.source] -= move.quantity
        self.moves.append(number)
        return number

    def new_lot(self, line: Line | CountedLine) -> int:
        """Page "Lots": code, edition, origin and kind of unit are those of the line."""
        kind = oracle.FACTORS[line.unit][0]
        name = (self.document.issuer, self.document.number, line.item)
        self.state.lots.append(Lot(*name, line.hs[:6], line.edition, line.origin, kind))
        return len(self.state.lots) - 1

    def bear(self, lot: int, item: int, quantity: int, *, giver: Account, taker: Account, hold=None) -> None:
        """A birth is entered to the outside account that the first movement takes it from."""
        time = self.document.time
        self.state.births.append(Birth(time, self.recorded, lot, giver, quantity))
        self.move(Move(time, self.recorded, lot, giver, taker, quantity, item, hold=hold))

    def lend(self, lot: int, item: int, quantity: int, taker: Account) -> int:
        """`unexplained` lends; its balance becomes negative."""
        time = self.document.time
        return self.move(Move(time, self.recorded, lot, UNEXPLAINED, taker, quantity, item))

    def take(self, layer: int, quantity: int, item: int, taker: Account, hold=None) -> int:
        """One movement out of one layer, at the time of the document."""
        source = self.state.moves[layer]
        time = self.document.time
        return self.move(
            Move(time, self.recorded, source.lot, source.taker, taker, quantity, item, layer, hold)
        )

    def candidates(self, account: Account, line: Line | CountedLine, lot: int | None) -> list[int]:
        """Rule 1, in the order of rule 2: by time acquired, then by number of the movement."""
        kind, code = oracle.FACTORS[line.unit][0], (line.hs[:6], line.edition)
        found = []
        for number, left in sorted(self.state.left.items()):
            layer = self.state.moves[number]
            known = self.state.lots[layer.lot]
            is_meant = layer.lot == lot
            if lot is None:
                is_meant = oracle.is_compatible((known.hs, known.edition), code)
            is_free = layer.taker == account and layer.hold is None and left > 0
            if is_free and layer.time <= self.document.time and is_meant and known.kind == kind:
                found.append(number)
        return sorted(found, key=lambda number: (self.state.moves[number].time, number))

    def draw(self, line: Line, account: Account, taker: Account, hold=None) -> list[int]:
        """Rules 1 to 4; the movements that reached the taker."""
        lot, layers, passed = None, [], []
        if line.lot is not None:
            lot = self.known.get((line.lot.issuer, line.lot.number, line.lot.item))
            if lot is None and self.is_strict:
                raise Refused(Code.LOT_UNKNOWN)
            if self.is_stopped(lot):
                raise Refused(Code.LOT_HELD)
        if line.lot is None or lot is not None:
            found = self.candidates(account, line, lot)
            layers = [layer for layer in found if not self.is_stopped(self.state.moves[layer].lot)]
            passed = [layer for layer in found if layer not in layers]
        need = base_units(line.quantity, line.unit)
        moves = self.draw_from(layers, need, line, taker, hold)
        rest = need - sum(self.state.moves[number].quantity for number in moves)
        if rest and passed:
            raise Refused(Code.LOT_HELD)
        if rest and self.is_strict:
            raise Refused(Code.NOT_HELD)
        if rest:
            loan = self.lend(self.new_lot(line), line.item, rest, account)
            moves.append(self.take(loan, rest, line.item, taker, hold))
            self.note(line.item, FactCode.UNEXPLAINED)
        return moves

    def is_stopped(self, lot: int | None) -> bool:
        """Page "Holds and cases": whether this document must leave the lot alone."""
        return lot is not None and self.state.is_held(lot) and not self.is_seizure_of_authority()

    def is_seizure_of_authority(self) -> bool:
        """Which knows no holds."""
        return isinstance(self.document, Seizure) and self.document.issuer in self.authorities

    def draw_from(self, layers: list[int], need: int, line, taker: Account, hold=None) -> list[int]:
        """Take up to `need` from the layers, by the setting of the book."""
        taken = self.attribution([self.state.left[layer] for layer in layers], need)
        pairs = [(layer, quantity) for layer, quantity in zip(layers, taken, strict=True) if quantity]
        self.note_drift(line, [self.state.lots[self.state.moves[layer].lot] for layer, _ in pairs])
        return [self.take(layer, quantity, line.item, taker, hold) for layer, quantity in pairs]

    def note_drift(self, line: Line | CountedLine, lots: Iterable[Lot]) -> None:
        """Page "Facts", 2 and 3."""
        code = (line.hs[:6], line.edition)
        if not all(oracle.is_compatible((lot.hs, lot.edition), code) for lot in lots):
            self.note(line.item, FactCode.CODE_DRIFT)
        if line.origin and any(lot.origin not in ("", line.origin) for lot in lots):
            self.note(line.item, FactCode.ORIGIN_DRIFT)

    def unload(self, consignment: int, item: int, quantity: int, taker: Account, hold=None) -> None:
        """Out of a consignment the layers go in the order of their movements."""
        layers = self.state.held((consignment, item))
        taken = first_in_first_out([self.state.left[layer] for layer in layers], quantity)
        for layer, part in zip(layers, taken, strict=True):
            if part:
                self.take(layer, part, item, taker, hold)

    def open(self, consignment: Consignment) -> int:
        """A new consignment, still empty."""
        self.state.consignments.append(consignment)
        self.opened.append(len(self.state.consignments) - 1)
        return self.opened[-1]

    def change(self, consignment: int, **fields) -> None:
        """Replace fields of a consignment."""
        self.state.consignments[consignment] = replace(self.state.consignments[consignment], **fields)

    def close(self, consignment: int, state: str) -> None:
        """The consignment ends by this document."""
        self.change(consignment, state=state)
        self.closed = consignment
