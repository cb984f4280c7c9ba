"""Corrections: what the former version did is undone, then the replacement is posted.

The rules stand in docs/book.md, Correction. Nothing is overwritten: undoing is a movement too,
at the event time of the one that it undoes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sarai.goods import (
    Answer,
    Arrival,
    CaseStep,
    Code,
    Correction,
    Diversion,
    Document,
    Exit,
    FactCode,
    Hold,
    Import,
    Release,
    SealEvent,
    Seizure,
    Split,
    Transit,
    Waybill,
)
from sarai.ledger.booking import Booking
from sarai.ledger.journal import Journal
from sarai.ledger.kinds import POST
from sarai.ledger.measuring import Measured, commodity_of
from sarai.ledger.rows import COMMODITY_BITS, ITEM_BITS, Consignment, Identity, Layer, Movement, net, to_us
from sarai.ledger.state import State
from sarai.ledger.underway import change
from sarai.ledger.verdict import Refused


class Former(NamedTuple):
    """The version that is corrected.

    ``made`` are the consignments that it opened, ``about`` the one that it took goods out of,
    ``movements`` those of all versions so far that still stand, with what still stands of each.
    """

    document: Document
    made: list[Consignment]
    about: Consignment | None
    movements: list[Movement]


def former_of(state: State, journal: Journal, booking: Booking, document: Correction) -> Former:
    """The version that a correction corrects."""
    versions = state.versions(document.issuer, document.number)
    former = journal.document(versions[-1].entry)
    if isinstance(former, Correction):
        former = former.replacement
    movements = [
        movement for version in versions for movement in booking.movements_of(journal.entry(version.entry))
    ]
    return Former(
        former, _made(state, former, versions[-1]), _about(state, former), net(movements, movements)
    )


def _made(state: State, former: Document, identity: Identity) -> list[Consignment]:
    if isinstance(former, Split):
        parts = range(1, len(former.parts) + 1)
        return [state.consignment(identity.entry << ITEM_BITS | part) for part in parts]
    return [state.consignment(identity.target)] if identity.target else []


def _about(state: State, former: Document) -> Consignment | None:
    ref = None if isinstance(former, SealEvent) else getattr(former, "consignment", None)
    return state.consignment(state.versions(ref.issuer, ref.number)[-1].target) if ref else None


def post_correction(
    booking: Booking, former: Former, replacement: Document | None, lines: Sequence[Measured]
) -> None:
    """Undo the former version; post the replacement, if there is one."""
    check_correctable(former, replacement)
    if isinstance(replacement, Import) and keeps_lots(former.document, replacement):
        adjust_import(booking, former, replacement, lines)
        return
    for movement in reversed(former.movements):
        take_back(booking, former, movement)
    reopen(booking, former)
    if replacement is not None:
        booking.time = to_us(replacement.time)
        POST[type(replacement)](booking, replacement, lines)


def reopen(booking: Booking, former: Former) -> None:
    """What the former version opened is void; what it ended, or took from, is open again."""
    for consignment in former.made:
        change(booking, consignment, state="corrected")
    if former.about is not None:
        seized = isinstance(former.document, Seizure)
        change(booking, former.about, state="open", touched=former.about.touched - seized)


# -- what may be corrected -------------------------------------------------------------------


def check_correctable(former: Former, replacement: Document | None) -> None:
    """Refuse what would pull the ground from under other documents."""
    document = former.document
    if isinstance(document, Diversion) or (isinstance(document, Answer) and document.decision == "expire"):
        _refuse("a diversion or an expiry cannot be corrected; record what happened next instead")
    if isinstance(document, Hold | Release | CaseStep):
        _refuse("a hold, a release or a step of a case cannot be corrected; issue the next one instead")
    if replacement is not None:
        _check_replacement(document, replacement)
    for consignment in former.made:
        if consignment.state != "open":
            _refuse(f"its consignment is {consignment.state}; correct the document that ended it first")
        if consignment.touched:
            _refuse("its consignment was diverted or seized from; it can no longer be corrected")
    if isinstance(document, Seizure) and former.about and former.about.state not in ("open", "seized"):
        _refuse(f"the consignment is {former.about.state} since; it cannot get goods back")


def _check_replacement(document: Document, replacement: Document) -> None:
    if isinstance(document, Split):
        _refuse("a split can only be cancelled; cancel it, then split again under new numbers")
    if type(replacement) is not type(document):
        _refuse("a document is replaced by one of its own kind; cancel it and post the other")
    if isinstance(document, Answer | Arrival | Exit) and replacement.consignment != document.consignment:
        _refuse("it answers for another consignment; cancel it and answer for that one")
    if isinstance(document, Waybill | Transit) and (
        _parties(document) != _parties(replacement) or replacement.time < document.time
    ):
        _refuse("parties cannot change and the time cannot move earlier; cancel it and post another")


def _parties(document: Waybill | Transit) -> tuple[str, ...]:
    if isinstance(document, Transit):
        return (document.principal.id,)
    return document.consignor.id, document.consignee.id


def _refuse(message: str) -> None:
    raise Refused(Code.NOT_CORRECTABLE, message)


# -- undoing ---------------------------------------------------------------------------------


def take_back(booking: Booking, former: Former, movement: Movement) -> None:
    """Undo a movement: out of the layer that it made, into the one that it took from."""
    booking.state.holds.check(movement.lot)
    pool = _pool_made(booking, former, movement)
    lack = movement.quantity
    if pool is None:  # outside accounts give back always
        undo_part(booking, former, movement, movement.taker, lack)
        return
    layer = booking.state.layer(pool, movement.id)
    held = min(layer.left, lack) if layer else 0
    if held:
        booking.take_from(layer, held)
        undo_part(booking, former, movement, movement.taker, held)
    if lack > held:
        lend_back(booking, former, movement, lack - held)


def lend_back(booking: Booking, former: Former, movement: Movement, quantity: int) -> None:
    """Undo what is not there any more: refused, or lent by ``unexplained``."""
    if not booking.observe:
        raise Refused(
            Code.MOVED_ON,
            f"goods of item {movement.item} have moved on since (movement {movement.id}); correct the later "
            "documents first, or correct in observe mode",
        )
    booking.note(movement.item, FactCode.TAKEN_BACK_UNEXPLAINED, quantity)
    undo_part(booking, former, movement, booking.account("unexplained"), quantity)


def undo_part(booking: Booking, former: Former, movement: Movement, giver: int, quantity: int) -> None:
    """Write the movement that undoes so much of another, and refill the layer that this one took from."""
    number = booking.write(
        movement.item, movement.lot, movement.id, movement.id, giver, movement.giver, quantity, movement.time
    )
    booking.undo_parents(movement, number)
    if movement.source:
        refill(booking, former, movement, quantity)


def refill(booking: Booking, former: Former, movement: Movement, quantity: int) -> None:
    """Give back to the layer that a movement took from, with its age."""
    lot = booking.lot(movement.lot)
    if booking.account_state(movement.giver) == "reserved":
        pool = -former.about.id
    else:
        pool = movement.giver << COMMODITY_BITS | commodity_of(lot.code, lot.dimension)
    layer = booking.state.layer(pool, movement.source)
    if layer is not None:
        booking.take_from(layer, -quantity)
        return
    source = booking.movement(movement.source)
    commodity = commodity_of(lot.code, lot.dimension)
    layer = Layer(
        source.time, source.id, lot.id, commodity, lot.origin, source.item, quantity, pool, stored=True
    )
    booking.on_undo(booking.state.refill(layer))


def _pool_made(booking: Booking, former: Former, movement: Movement) -> int | None:
    """The pool in which a movement laid down what it gave; None if it went outside."""
    state = booking.account_state(movement.taker)
    if not state:
        return None
    if state == "reserved":
        pools = [-consignment.id for consignment in former.made]
        return next((pool for pool in pools if booking.state.layer(pool, movement.id)), pools[0])
    lot = booking.lot(movement.lot)
    return movement.taker << COMMODITY_BITS | commodity_of(lot.code, lot.dimension)


# -- imports that keep their lots --------------------------------------------------------------


def keeps_lots(former: Document, replacement: Import) -> bool:
    """Whether an import's lots stay what they were, but for their quantities."""
    return isinstance(former, Import) and _frame(former) == _frame(replacement) and not former.previous_regime


def _frame(document: Import) -> tuple:
    return (
        document.importer.id, document.place, document.regime, document.previous_regime,
        document.country, document.time,
    )  # fmt: skip


def adjust_import(booking: Booking, former: Former, replacement: Import, lines: Sequence[Measured]) -> None:
    """Move only the differences of items that are the same goods; undo or bear the others."""
    booking.time = to_us(replacement.time)
    births: dict[int, list[Movement]] = {}
    for movement in former.movements:
        births.setdefault(movement.item, []).append(movement)
    wanted = {measured.line.item: measured for measured in lines}
    kept = {
        item for item, measured in wanted.items() if item in births and _same(booking, births[item], measured)
    }
    for line in reversed(former.document.lines):
        standing = births[line.item]
        quantity = wanted[line.item].quantity if line.item in kept else 0
        take_back_births(booking, former, standing, sum(m.quantity for m in standing) - quantity)
    giver = booking.account(f"abroad:{replacement.country}")
    taker = booking.holding(replacement.importer.id, replacement.place, replacement.regime)
    for measured in lines:
        pool = taker << COMMODITY_BITS | measured.goods.commodity
        if measured.line.item in kept:
            bear_more(booking, births[measured.line.item], measured.quantity, pool)
        else:
            booking.bear(measured, giver, taker)


def _same(booking: Booking, births: list[Movement], measured: Measured) -> bool:
    lot, goods = booking.lot(births[0].lot), measured.goods
    return (lot.code, lot.origin, lot.dimension) == (goods.code, measured.line.origin, goods.dimension)


def take_back_births(booking: Booking, former: Former, births: list[Movement], quantity: int) -> None:
    """Make a lot smaller: out of what its layers still hold, the latest first; the rest is lent."""
    if quantity > 0:
        booking.state.holds.check(births[0].lot)
    lent: list[Movement] = []
    for movement in reversed(births):
        layer = booking.state.layer(_pool_made(booking, former, movement), movement.id)
        held = min(quantity, movement.quantity, layer.left if layer else 0)
        if held > 0:
            booking.take_from(layer, held)
            undo_part(booking, former, movement, movement.taker, held)
            quantity -= held
        if movement.quantity > held:
            lent.append(movement._replace(quantity=movement.quantity - max(held, 0)))
    for movement in lent:
        part = min(quantity, movement.quantity)
        if part > 0:
            lend_back(booking, former, movement, part)
            quantity -= part


def bear_more(booking: Booking, births: list[Movement], quantity: int, pool: int) -> None:
    """Make a lot larger, in a new layer."""
    first = births[0]
    more = quantity - sum(movement.quantity for movement in births)
    if more > 0:
        lot = booking.lot(first.lot)
        number = booking.move(first.item, first.lot, 0, first.giver, first.taker, more)
        commodity = commodity_of(lot.code, lot.dimension)
        booking.lay_down(Layer(booking.time, number, lot.id, commodity, lot.origin, first.item, more, pool))
