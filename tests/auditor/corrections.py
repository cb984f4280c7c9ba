"""Page "Correction": what may be corrected, how it is undone, and which lots are kept."""

from __future__ import annotations

from auditor import kinds, oracle
from auditor.checks import base_units
from auditor.posting import Posting
from auditor.state import UNEXPLAINED, Birth, Effect, Move, Refused, abroad
from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Code,
    Diversion,
    Exit,
    FactCode,
    Hold,
    Import,
    Release,
    Split,
    Transit,
    Waybill,
)


def correct(posting: Posting, former: Effect, replacement) -> None:
    """Undo the former version, then record what replaces it."""
    if not is_correctable(posting, former, replacement):
        raise Refused(Code.NOT_CORRECTABLE)
    if keeps_lots(former.document, replacement):
        change_import(posting, former, replacement)
        return
    for number in reversed(former.moves):
        undo(posting, number, posting.state.moves[number].quantity - undone(posting, number))
    reopen(posting, former)
    posting.state.parents = [row for row in posting.state.parents if row[2] not in former.moves]
    if replacement is not None:
        posting.document = replacement
        kinds.record(posting)


def is_correctable(posting: Posting, former: Effect, replacement) -> bool:
    """The rules for 310, one by one."""
    doc = former.document
    if isinstance(doc, Diversion) or (isinstance(doc, Answer) and doc.decision == "expire"):
        return False
    if isinstance(doc, Hold | Release | CaseStep):
        return False
    if not all(is_as_made(posting, number) for number in former.opened):
        return False
    if former.seized is not None:
        state = posting.state.consignments[former.seized].state
        if state not in ("open", "seized"):
            return False
    return replacement is None or may_replace(doc, replacement)


def is_as_made(posting: Posting, number: int) -> bool:
    """Open, never diverted, and no seizure out of it in force."""
    found = posting.state.consignments[number]
    seized = {effect.seized for effect in posting.state.effects.values()}
    return found.state == "open" and not found.is_diverted and number not in seized


def may_replace(doc, replacement) -> bool:
    """The same kind, and for some kinds the same of more."""
    if type(doc) is not type(replacement) or isinstance(doc, Split):
        return False
    if isinstance(doc, Answer | Arrival | Exit):
        return doc.consignment == replacement.consignment
    if isinstance(doc, Waybill):
        same = doc.consignor.id == replacement.consignor.id and doc.consignee.id == replacement.consignee.id
        return same and replacement.time >= doc.time
    if isinstance(doc, Transit):
        return doc.principal.id == replacement.principal.id and replacement.time >= doc.time
    return True


def reopen(posting: Posting, former: Effect) -> None:
    """What it ended is open again; what it opened is `corrected`."""
    if former.closed is not None:
        posting.change(former.closed, state="open")
    if former.seized is not None:
        posting.change(former.seized, state="open")
    for number in former.opened:
        posting.change(number, state="corrected")


def undone(posting: Posting, number: int) -> int:
    """How much of a movement has been taken back so far."""
    return posting.state.undone.get(number, 0)


def undo(posting: Posting, number: int, quantity: int) -> None:
    """Take back out of the layer that the movement made; `unexplained` lends what is not there."""
    check_not_held(posting, number, quantity)
    there = min(quantity, posting.state.left[number])
    take_back(posting, number, there)
    borrow_back(posting, number, quantity - there)


def check_not_held(posting: Posting, number: int, quantity: int) -> None:
    """Page "Holds and cases": no movement of a held lot is undone."""
    if quantity and posting.state.is_held(posting.state.moves[number].lot):
        raise Refused(Code.LOT_HELD)


def take_back(posting: Posting, number: int, quantity: int) -> None:
    """From the layer that the movement made, into the layer that it took from."""
    posting.state.left[number] -= quantity
    give_back(posting, number, quantity, posting.state.moves[number].taker)


def borrow_back(posting: Posting, number: int, quantity: int) -> None:
    """What has moved on: refused in strict mode, lent in observe mode."""
    if quantity and posting.is_strict:
        raise Refused(Code.MOVED_ON)
    if quantity:
        posting.note(posting.state.moves[number].item, FactCode.TAKEN_BACK_UNEXPLAINED)
    give_back(posting, number, quantity, UNEXPLAINED)


def give_back(posting: Posting, number: int, quantity: int, giver) -> None:
    """Enter the opposite movement, at the movement's own event time."""
    if not quantity:
        return
    state, move = posting.state, posting.state.moves[number]
    state.undone[number] = undone(posting, number) + quantity
    state.moves.append(Move(move.time, posting.recorded, move.lot, giver, move.giver, quantity, move.item))
    if move.source is not None:
        state.left[move.source] += quantity
    elif move.giver != UNEXPLAINED:
        state.births.append(Birth(move.time, posting.recorded, move.lot, move.giver, -quantity))


def keeps_lots(doc, replacement) -> bool:
    """Whether both are imports with the same head."""
    if not (isinstance(doc, Import) and isinstance(replacement, Import)):
        return False
    heads = [(one.importer.id, one.place, one.regime, one.country, one.time) for one in (doc, replacement)]
    return heads[0] == heads[1] and doc.previous_regime is None and replacement.previous_regime is None


def change_import(posting: Posting, former: Effect, replacement: Import) -> None:
    """Page "Kept lots": first all that is taken back, then what is born."""
    posting.document = replacement
    lines = {line.item: line for line in replacement.lines}
    births = {line.item: [] for line in former.document.lines}
    for number in former.moves:
        births[posting.state.moves[number].item].append(number)
    kept = set()
    for line in reversed(former.document.lines):
        new = lines.get(line.item)
        if new is not None and identity(new) == identity(line):
            kept.add(line.item)
            reduce(posting, births[line.item], base_units(new.quantity, new.unit))
        else:
            for number in reversed(births[line.item]):
                undo(posting, number, posting.state.moves[number].quantity - undone(posting, number))
    to = kinds.free(replacement.importer.id, replacement.place, replacement.regime)
    for line in replacement.lines:
        if line.item in kept:
            posting.moves.extend(births[line.item])
            more = base_units(line.quantity, line.unit) - still_born(posting, births[line.item])
            if more:
                lot = posting.state.moves[births[line.item][0]].lot
                posting.bear(lot, line.item, more, giver=abroad(replacement.country), taker=to)
        else:
            kinds.bear_line(posting, line, abroad(replacement.country), to)
        if not oracle.is_known(line.hs, line.edition):
            posting.note(line.item, FactCode.UNKNOWN_HS)
    posting.moves.sort()


def identity(line) -> tuple:
    """What must be the same for a lot to be kept."""
    return line.hs[:6], line.edition, line.origin, oracle.FACTORS[line.unit][0]


def still_born(posting: Posting, births: list[int]) -> int:
    """What the births brought, less what was taken back."""
    return sum(posting.state.moves[number].quantity - undone(posting, number) for number in births)


def reduce(posting: Posting, births: list[int], wanted: int) -> None:
    """Take back, the latest first, from layers that still hold something; then the rest is lent."""
    for source in (take_back, borrow_back):
        for number in reversed(births):
            surplus = max(0, still_born(posting, births) - wanted)
            most = min(surplus, still_born(posting, [number]))
            check_not_held(posting, number, most)
            source(posting, number, min(most, posting.state.left[number]) if source is take_back else most)
