"""Page "What each document does", row by row."""

from __future__ import annotations

from dataclasses import replace

from auditor import oracle
from auditor.checks import base_units, lines_of
from auditor.posting import Posting, largest_remainder
from auditor.state import LOST, MADE, SEIZED, USED, Account, Consignment, Held, Refused, abroad
from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Code,
    Consumption,
    Diversion,
    Exit,
    Export,
    FactCode,
    Hold,
    Import,
    LotRef,
    Processing,
    Regime,
    Release,
    SealEvent,
    Seizure,
    Split,
    StockCount,
    Transit,
    Waybill,
)

STATE_AFTER = {
    "confirm": "confirmed", "decline": "declined", "partial": "partial",
    "revoke": "revoked", "expire": "expired",
}  # fmt: skip


def free(party: str, place: str, regime: Regime | str) -> Account:
    """The account of what is in somebody's hands and at their disposal."""
    return Account(party, place, Regime(regime).value, "free")


def record(posting: Posting) -> None:
    """Do what the document does, and note what its lines say of the tables."""
    EFFECTS[type(posting.document)](posting, posting.document)
    for line in lines_of(posting.document):
        if not oracle.is_known(line.hs, line.edition):
            posting.note(line.item, FactCode.UNKNOWN_HS)


def record_import(posting: Posting, doc: Import) -> None:
    to = free(doc.importer.id, doc.place, doc.regime)
    for line in doc.lines:
        if doc.previous_regime is None:
            bear_line(posting, line, abroad(doc.country), to)
        else:
            posting.draw(line, free(doc.importer.id, doc.place, doc.previous_regime), to)


def bear_line(posting: Posting, line, giver: Account, taker: Account, hold=None) -> int:
    """A new lot for the whole line."""
    lot = posting.new_lot(line)
    quantity = base_units(line.quantity, line.unit)
    posting.bear(lot, line.item, quantity, giver=giver, taker=taker, hold=hold)
    return lot


def record_export(posting: Posting, doc: Export) -> None:
    for line in doc.lines:
        posting.draw(line, free(doc.exporter.id, doc.place, doc.regime), abroad(doc.country))


def record_consumption(posting: Posting, doc: Consumption) -> None:
    for line in doc.lines:
        posting.draw(line, free(doc.holder.id, doc.place, doc.regime), USED)


def record_waybill(posting: Posting, doc: Waybill) -> None:
    consignment = posting.open(
        consignment_of(posting, doc, doc.consignor.id, doc.regime.value, doc.consignee.id)
    )
    to = posting.state.consignments[consignment].held_by
    for line in doc.lines:
        posting.draw(line, free(doc.consignor.id, doc.place, doc.regime), to, hold=(consignment, line.item))


def record_transit(posting: Posting, doc: Transit) -> None:
    consignee = doc.consignee.id if doc.consignee else ""
    consignment = posting.open(
        consignment_of(posting, doc, doc.principal.id, Regime.TRANSIT.value, consignee)
    )
    to = posting.state.consignments[consignment].held_by
    for line in doc.lines:
        hold = (consignment, line.item)
        if doc.country:
            bear_line(posting, line, abroad(doc.country), to, hold)
        else:
            posting.draw(line, free(doc.principal.id, doc.place, doc.regime), to, hold)


def consignment_of(posting: Posting, doc, holder: str, regime: str, consignee: str) -> Consignment:
    """Page "Consignments": what a waybill or a transit opens."""
    return Consignment(
        kind=type(doc).__name__.lower(), name=(doc.issuer, doc.number), entry=posting.entry, part=0,
        opened=doc.time, issuer=doc.issuer, consignor=holder, place=doc.place, regime=regime,
        consignee=consignee, destination=doc.destination,
        destination_country=getattr(doc, "destination_country", ""), deadline=doc.deadline,
        units=tuple((line.item, line.unit) for line in doc.lines),
    )  # fmt: skip


def find(posting: Posting, doc, kind: str = "", *, any_state: bool = False) -> int:
    """302, 303, 304, 305, 308, 312, in that order."""
    number = posting.state.consignment_named((doc.consignment.issuer, doc.consignment.number))
    if number is None:
        raise Refused(Code.CONSIGNMENT_UNKNOWN)
    found = posting.state.consignments[number]
    if found.state != "open" and not any_state:
        raise Refused(Code.CONSIGNMENT_CLOSED)
    if kind and found.kind != kind:
        raise Refused(Code.WRONG_CONSIGNMENT_KIND)
    if isinstance(doc, Answer) and not may_answer(posting, doc, found):
        raise Refused(Code.NOT_ENTITLED)
    if doc.time < found.opened:
        raise Refused(Code.TIME_BEFORE_CONSIGNMENT)
    if not may_move_held(posting, doc) and has_held(posting, number):
        raise Refused(Code.LOT_HELD)
    return number


def may_move_held(posting: Posting, doc) -> bool:
    """Page "Holds and cases": goods come home, or the authority takes them."""
    if isinstance(doc, Answer):
        return doc.decision in ("decline", "revoke", "expire")
    return isinstance(doc, SealEvent) or posting.is_seizure_of_authority()


def has_held(posting: Posting, consignment: int) -> bool:
    """Whether something of a held lot is left in it."""
    state = posting.state
    layers = [i for item, _ in state.consignments[consignment].units for i in state.held((consignment, item))]
    return any(state.is_held(state.moves[layer].lot) for layer in layers)


def may_answer(posting: Posting, doc: Answer, found: Consignment) -> bool:
    """Page "Consignments": who may answer."""
    if doc.decision == "expire" or doc.issuer == "book":
        return doc.issuer == "book"
    if doc.issuer in posting.authorities:
        return True
    if doc.decision == "revoke":
        return doc.issuer in (found.issuer, found.consignor)
    return doc.issuer == found.consignee


def listed(posting: Posting, consignment: int, item: int, *quantities) -> list[int]:
    """306, 206, 307 for one item that a document lists; its quantities in base units."""
    units = dict(posting.state.consignments[consignment].units)
    if item not in units:
        raise Refused(Code.ITEM_UNKNOWN)
    amounts = [base_units(quantity, units[item]) for quantity in quantities]
    if sum(amounts) > posting.state.left_of(consignment)[item]:
        raise Refused(Code.MORE_THAN_DISPATCHED)
    return amounts


def end(posting: Posting, consignment: int, state: str, *, shares: dict, to: Account, back: Account) -> None:
    """Item by item: so much accepted, so much missing, the rest back; unlisted ones are accepted whole."""
    for item, left in posting.state.left_of(consignment).items():
        accepted, shortage = shares.get(item, (left, 0))
        if shortage:
            posting.note(item, FactCode.SHORTAGE)
        for quantity, taker in ((accepted, to), (shortage, LOST), (left - accepted - shortage, back)):
            if quantity:
                posting.unload(consignment, item, quantity, taker)
    found = posting.state.consignments[consignment]
    if posting.document.time > found.deadline and state != "expired":
        posting.note(0, FactCode.LATE)
    posting.close(consignment, state)


def record_arrival(posting: Posting, doc: Arrival) -> None:
    consignment = find(posting, doc, "transit")
    if doc.place != posting.state.consignments[consignment].destination:
        posting.note(0, FactCode.ARRIVED_ELSEWHERE)
    finish_transit(posting, doc, consignment, "arrived", free(doc.holder.id, doc.place, doc.regime))


def record_exit(posting: Posting, doc: Exit) -> None:
    consignment = find(posting, doc, "transit")
    found = posting.state.consignments[consignment]
    if doc.place != found.destination or found.destination_country not in ("", doc.country):
        posting.note(0, FactCode.EXITED_ELSEWHERE)
    finish_transit(posting, doc, consignment, "exited", abroad(doc.country))


def finish_transit(posting: Posting, doc, consignment: int, state: str, to: Account) -> None:
    """Shortages to `lost` first, then the rest to its taker."""
    shortages = {
        missing.item: listed(posting, consignment, missing.item, missing.quantity)[0]
        for missing in doc.shortages
    }
    shares = {item: (0, shortage) for item, shortage in shortages.items()}
    end(posting, consignment, state, shares=shares, to=to, back=to)


def record_answer(posting: Posting, doc: Answer) -> None:
    consignment = find(posting, doc, "waybill")
    found = posting.state.consignments[consignment]
    to = free(found.consignee, found.destination, found.regime)
    back = replace(found.held_by, state="free")
    shares = {}
    if doc.decision == "partial":
        for said in doc.items:
            shares[said.item] = tuple(listed(posting, consignment, said.item, said.accepted, said.shortage))
    elif doc.decision != "confirm":
        to = back
    if doc.decision == "expire":
        posting.note(0, FactCode.EXPIRED)
    end(posting, consignment, STATE_AFTER[doc.decision], shares=shares, to=to, back=back)


def record_diversion(posting: Posting, doc: Diversion) -> None:
    consignment = find(posting, doc)
    found = posting.state.consignments[consignment]
    posting.change(
        consignment, destination=doc.destination, is_diverted=True,
        destination_country=doc.destination_country or found.destination_country,
        consignee=doc.consignee.id if doc.consignee else found.consignee,
    )  # fmt: skip
    posting.note(0, FactCode.DIVERTED)


def record_split(posting: Posting, doc: Split) -> None:
    consignment = find(posting, doc)
    shared = {item: 0 for item in posting.state.left_of(consignment)}
    amounts = []
    for part in doc.parts:
        for entry in part.items:
            amounts.append(split_item(posting, consignment, entry, shared))
    if shared != posting.state.left_of(consignment):
        raise Refused(Code.NOT_SPLIT_EXACTLY)
    quantities = iter(amounts)
    for index, part in enumerate(doc.parts, start=1):
        part_number = posting.open(part_of(posting, doc, consignment, index, part))
        to = posting.state.consignments[part_number].held_by
        for entry in part.items:
            posting.unload(consignment, entry.item, next(quantities), to, hold=(part_number, entry.item))
    posting.close(consignment, "split")


def split_item(posting: Posting, consignment: int, entry, shared: dict[int, int]) -> int:
    """306, 206, 307; what the parts before it asked for counts."""
    quantity = listed(posting, consignment, entry.item, entry.quantity)[0]
    shared[entry.item] += quantity
    if shared[entry.item] > posting.state.left_of(consignment)[entry.item]:
        raise Refused(Code.MORE_THAN_DISPATCHED)
    return quantity


def part_of(posting: Posting, doc: Split, consignment: int, index: int, part) -> Consignment:
    """A part is as the whole, but for what it states."""
    whole = posting.state.consignments[consignment]
    units = dict(whole.units)
    return replace(
        whole, name=(doc.issuer, part.number), entry=posting.entry, part=index, opened=doc.time,
        issuer=doc.issuer, destination=part.destination, deadline=part.deadline or whole.deadline,
        consignee=part.consignee.id if part.consignee else whole.consignee, is_diverted=False,
        units=tuple((entry.item, units[entry.item]) for entry in part.items),
    )  # fmt: skip


def record_processing(posting: Posting, doc: Processing) -> None:
    account = free(doc.processor.id, doc.place, doc.regime)
    used = [number for line in doc.inputs for number in posting.draw(line, account, USED)]
    made = [bear_line(posting, line, MADE, account) for line in doc.outputs]
    weights = output_weights(doc)
    for number in used:
        move = posting.state.moves[number]
        shares = largest_remainder(weights, move.quantity)
        for child, share in zip(made, shares, strict=True):
            if share:
                posting.state.parents.append((child, move.lot, number, share))


def output_weights(doc: Processing) -> list[int]:
    """By stated shares; else by quantity if all are of one kind of unit; else equally."""
    if any(line.share is not None for line in doc.outputs):
        return [line.share or 0 for line in doc.outputs]
    if len({oracle.FACTORS[line.unit][0] for line in doc.outputs}) == 1:
        return [base_units(line.quantity, line.unit) for line in doc.outputs]
    return [1 for _ in doc.outputs]


def record_stock_count(posting: Posting, doc: StockCount) -> None:
    account = free(doc.holder.id, doc.place, doc.regime)
    for line in doc.lines:
        layers = posting.candidates(account, line, None)
        found = base_units(line.quantity, line.unit)
        held = sum(posting.state.left[layer] for layer in layers)
        if found > held:
            posting.lend(posting.new_lot(line), line.item, found - held, account)
            posting.note(line.item, FactCode.COUNT_SURPLUS)
        if found < held:
            posting.draw_from(layers, held - found, line, LOST)
            posting.note(line.item, FactCode.COUNT_LOSS)


def record_seizure(posting: Posting, doc: Seizure) -> None:
    if doc.consignment is None:
        for line in doc.lines:
            posting.draw(line, free(doc.holder.id, doc.place, doc.regime), SEIZED)
        return
    consignment = find(posting, doc)
    posting.seized = consignment
    units = dict(posting.state.consignments[consignment].units)
    amounts = []
    for line in doc.lines:
        kind = oracle.FACTORS[line.unit][0]
        if line.item not in units or oracle.FACTORS[units[line.item]][0] != kind:
            raise Refused(Code.ITEM_UNKNOWN)
        amounts.append(base_units(line.quantity, line.unit))
        if amounts[-1] > posting.state.left_of(consignment)[line.item]:
            raise Refused(Code.MORE_THAN_DISPATCHED)
    for line, quantity in zip(doc.lines, amounts, strict=True):
        posting.unload(consignment, line.item, quantity, SEIZED)
    if not any(posting.state.left_of(consignment).values()):
        posting.change(consignment, state="seized")


def record_seal_event(posting: Posting, doc: SealEvent) -> None:
    find(posting, doc, any_state=True)


def check_authority(posting: Posting, doc: Hold | Release | CaseStep) -> None:
    if doc.issuer not in posting.authorities:
        raise Refused(Code.NOT_ENTITLED)


def lots_named(posting: Posting, ref: LotRef) -> list[int]:
    """Page "Holds and cases": every lot that any version bore of the item."""
    name = (ref.issuer, ref.number, ref.item)
    lots = [number for number, lot in enumerate(posting.state.lots) if lot.name == name]
    if not lots:
        raise Refused(Code.LOT_UNKNOWN)
    return lots


def record_hold(posting: Posting, doc: Hold) -> None:
    check_authority(posting, doc)
    for ref in doc.lots:
        for lot in lots_named(posting, ref):
            posting.state.holds.append(Held(lot, (doc.issuer, doc.number), doc.case))


def record_release(posting: Posting, doc: Release) -> None:
    check_authority(posting, doc)
    for ref in doc.lots:
        lots = lots_named(posting, ref)
        lifted = [held for held in posting.state.holds if held.lot in lots and doc.case in ("", held.case)]
        if not lifted:
            raise Refused(Code.NO_HOLD)
        posting.state.holds = [held for held in posting.state.holds if held not in lifted]


EFFECTS = {
    Import: record_import, Export: record_export, Transit: record_transit, Arrival: record_arrival,
    Exit: record_exit, Waybill: record_waybill, Answer: record_answer, Diversion: record_diversion,
    Split: record_split, Processing: record_processing, Consumption: record_consumption,
    StockCount: record_stock_count, Seizure: record_seizure, SealEvent: record_seal_event,
    Hold: record_hold, Release: record_release, CaseStep: check_authority,
}  # fmt: skip
