"""What each kind of document does to the book: one function a kind, one table of them all.

The sentences stand in docs/book.md, "What each document does".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Consumption,
    Diversion,
    Document,
    Exit,
    Export,
    FactCode,
    Hold,
    Import,
    Processing,
    Release,
    SealEvent,
    Seizure,
    Split,
    StockCount,
    Transit,
    Waybill,
)
from sarai.ledger import authority, underway
from sarai.ledger.attribution import apportion
from sarai.ledger.booking import Booking
from sarai.ledger.measuring import Measured

Lines = Sequence[Measured]


def post_import(booking: Booking, document: Import, lines: Lines) -> None:
    """From abroad into somebody's stock; or from one regime to another."""
    holder, place = document.importer.id, document.place
    taker = booking.holding(holder, place, document.regime)
    if document.previous_regime is None:
        bear_all(booking, lines, booking.account(f"abroad:{document.country}"), taker)
    else:
        hand_over(booking, lines, booking.holding(holder, place, document.previous_regime), taker)


def post_export(booking: Booking, document: Export, lines: Lines) -> None:
    """Out of somebody's stock, abroad."""
    giver = booking.holding(document.exporter.id, document.place, document.regime)
    spend_all(booking, lines, giver, booking.account(f"abroad:{document.country}"))


def post_transit(booking: Booking, document: Transit, lines: Lines) -> None:
    """From abroad, or out of the principal's stock, into a consignment."""
    holder, place = document.principal.id, document.place
    taker = booking.account(holder, place, "transit", "reserved")
    consignment = underway.open_for(booking, document, home=0, account=taker)
    if document.country:
        giver = booking.account(f"abroad:{document.country}")
        bear_all(booking, lines, giver, taker, pool=-consignment.id)
    else:
        giver = booking.holding(holder, place, document.regime)
        hand_over(booking, lines, giver, taker, pool=-consignment.id)


def post_waybill(booking: Booking, document: Waybill, lines: Lines) -> None:
    """Out of the consignor's free stock into a consignment; still the consignor's, but reserved."""
    holder, place, regime = document.consignor.id, document.place, document.regime
    giver = booking.holding(holder, place, regime)
    taker = booking.account(holder, place, regime, "reserved")
    consignment = underway.open_for(booking, document, home=giver, account=taker)
    hand_over(booking, lines, giver, taker, pool=-consignment.id)


def post_processing(booking: Booking, document: Processing, lines: Lines) -> None:
    """Inputs are used; outputs are made, with the inputs' lots for parents."""
    holding = booking.holding(document.processor.id, document.place, document.regime)
    used, made = booking.account("used"), booking.account("made")
    outputs = lines[len(document.inputs) :]
    weights = output_weights(document, outputs)
    inputs = []
    for measured in lines[: len(document.inputs)]:
        item = measured.line.item
        takes = booking.draw(measured, holding)
        first = booking.next_movement
        booking.transfer(takes, item, holding, used, keep=False)
        for number, (layer, quantity) in enumerate(takes, first):
            inputs.append((number, layer.lot, apportion(weights, quantity)))
    for index, measured in enumerate(outputs):
        child, made_quantity = booking.bear(measured, made, holding).lot, measured.quantity
        booking.parents += [
            (child, number, parent, shares[index], made_quantity)
            for number, parent, shares in inputs
            if shares[index]
        ]


def output_weights(document: Processing, outputs: Lines) -> list[int]:
    """How much of every input goes into each output: as stated, else by quantity, else equally."""
    if any(line.share is not None for line in document.outputs):
        return [line.share or 0 for line in document.outputs]
    if len({measured.goods.dimension for measured in outputs}) > 1:
        return [1] * len(outputs)
    return [measured.quantity for measured in outputs]


def post_consumption(booking: Booking, document: Consumption, lines: Lines) -> None:
    """Used up."""
    giver = booking.holding(document.holder.id, document.place, document.regime)
    spend_all(booking, lines, giver, booking.account("used"))


def post_stock_count(booking: Booking, document: StockCount, lines: Lines) -> None:
    """Agree with what was counted."""
    holding = booking.holding(document.holder.id, document.place, document.regime)
    for measured in lines:
        layers = list(booking.candidates(holding, measured.goods))
        surplus = measured.quantity - sum(layer.left for layer in layers if layer.acquired <= booking.time)
        if surplus > 0:
            booking.lend(measured, holding, surplus, FactCode.COUNT_SURPLUS)
        elif surplus < 0:
            takes, _ = booking.take(layers, -surplus, booking.time)
            booking.note_drift(measured, takes)
            booking.transfer(takes, measured.line.item, holding, booking.account("lost"), keep=False)
            booking.note(measured.line.item, FactCode.COUNT_LOSS, -surplus)


def post_seizure(booking: Booking, document: Seizure, lines: Lines) -> None:
    """Taken by the authority, out of stock or out of a consignment."""
    seized = booking.account("seized")
    if document.consignment is None:
        giver = booking.holding(document.holder.id, document.place, document.regime)
        held = document.issuer in booking.settings.authorities
        spend_all(booking, lines, giver, seized, held=held)
    else:
        underway.seize(booking, document, lines, seized)


# -- what several kinds share ----------------------------------------------------------------


def bear_all(booking: Booking, lines: Lines, giver: int, taker: int, pool: int | None = None) -> None:
    """Every line bears a lot, whose whole quantity goes to the taker."""
    for measured in lines:
        booking.bear(measured, giver, taker, pool)


def hand_over(booking: Booking, lines: Lines, giver: int, taker: int, pool: int | None = None) -> None:
    """Draw every line's quantity and lay it down with the taker, lot by lot."""
    for measured in lines:
        booking.transfer(booking.draw(measured, giver), measured.line.item, giver, taker, pool)


def spend_all(booking: Booking, lines: Lines, giver: int, taker: int, *, held: bool = False) -> None:
    """Draw every line to an outside account; ``held``: held lots too."""
    for measured in lines:
        takes = booking.draw(measured, giver, held=held)
        booking.transfer(takes, measured.line.item, giver, taker, keep=False)


HOLDER = {
    Export: "exporter",
    Transit: "principal",
    Waybill: "consignor",
    Processing: "processor",
    Consumption: "holder",
    Seizure: "holder",
}


def drawn_from(document: Document) -> tuple[str, str, str, str] | None:
    """The account that a document draws from, if it is somebody's free stock (most are)."""
    role = HOLDER.get(type(document))
    if role is None:
        return None
    return getattr(document, role).id, document.place, document.regime, "free"


POST: dict[type[Document], Callable[[Booking, Document, Lines], None]] = {
    Import: post_import,
    Export: post_export,
    Transit: post_transit,
    Arrival: underway.post_arrival,
    Exit: underway.post_exit,
    Waybill: post_waybill,
    Answer: underway.post_answer,
    Diversion: underway.post_diversion,
    Split: underway.post_split,
    Processing: post_processing,
    Consumption: post_consumption,
    StockCount: post_stock_count,
    Seizure: post_seizure,
    SealEvent: underway.post_seal_event,
    Hold: authority.post_hold,
    Release: authority.post_release,
    CaseStep: authority.post_case_step,
}
