"""Consignments: goods between the document that sends them and the one that answers for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from msgspec import structs

from sarai.goods import (
    Answer,
    Arrival,
    Code,
    Diversion,
    DocumentRef,
    Exit,
    FactCode,
    SealEvent,
    Seizure,
    Split,
    Transit,
    Waybill,
)
from sarai.ledger.attribution import first_in_first_out
from sarai.ledger.booking import Booking, Take
from sarai.ledger.measuring import Measured, base_units
from sarai.ledger.rows import ITEM_BITS, Consignment, Identity, Layer, from_us, to_us
from sarai.ledger.verdict import Refused
from sarai.reference import units

FOREVER = 1 << 63  # what is under way was there before whatever ends it
BOOK = "book"  # the issuer of what the book writes itself

OUTCOME = {
    "confirm": "confirmed",
    "decline": "declined",
    "partial": "partial",
    "revoke": "revoked",
    "expire": "expired",
}


# -- opening and finding ---------------------------------------------------------------------


def open_for(booking: Booking, document: Waybill | Transit, *, home: int, account: int) -> Consignment:
    """The consignment that a waybill or a transit opens."""
    transit = isinstance(document, Transit)
    consignment = Consignment(
        id=booking.entry << ITEM_BITS,
        kind="transit" if transit else "waybill",
        state="open",
        issuer=document.issuer,
        number=document.number,
        sender=document.principal.id if transit else document.consignor.id,
        home=home,
        account=account,
        destination=document.destination,
        destination_country=document.destination_country if transit else "",
        consignee=document.consignee.id if document.consignee else "",
        regime=document.regime.value,
        time=booking.time,
        deadline=to_us(document.deadline),
        items=" ".join(f"{line.item}:{line.unit}" for line in document.lines),
    )
    _add(booking, consignment)
    return consignment


def _add(booking: Booking, consignment: Consignment) -> None:
    state, number = booking.state, consignment.id
    state.consignments[number] = state.dirty_consignments[number] = consignment
    state.open_pool(-number)
    booking.on_undo(lambda: (state.consignments.pop(number), state.dirty_consignments.pop(number)))


def change(booking: Booking, consignment: Consignment, **values: object) -> None:
    """Change a consignment; undone with the document."""
    former = {name: getattr(consignment, name) for name in values}
    _set(booking, consignment, values)
    booking.on_undo(lambda: _set(booking, consignment, former))


def _set(booking: Booking, consignment: Consignment, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        setattr(consignment, name, value)
    booking.state.dirty_consignments[consignment.id] = consignment


def find(booking: Booking, ref: DocumentRef) -> Consignment:
    """The consignment of that number, open or not."""
    versions = booking.state.versions(ref.issuer, ref.number)
    if not versions or not versions[-1].target:
        raise Refused(
            Code.CONSIGNMENT_UNKNOWN,
            f"no consignment {ref.issuer}/{ref.number} in the book; post its waybill or transit first",
            "/consignment",
        )
    return booking.state.consignment(versions[-1].target)


def find_open(booking: Booking, ref: DocumentRef, *kinds: str) -> Consignment:
    """The open consignment of that number, if it is of one of these kinds."""
    consignment = find(booking, ref)
    if consignment.state != "open":
        raise Refused(
            Code.CONSIGNMENT_CLOSED,
            f"consignment {ref.issuer}/{ref.number} is {consignment.state}, not open any more",
            "/consignment",
        )
    if kinds and consignment.kind not in kinds:
        raise Refused(
            Code.WRONG_CONSIGNMENT_KIND,
            f"consignment {ref.issuer}/{ref.number} is a {consignment.kind}: "
            "a waybill is answered, a transit arrives or exits",
            "/consignment",
        )
    return consignment


def check_time(booking: Booking, consignment: Consignment) -> None:
    """Nothing happens to goods before they were sent."""
    if booking.time < consignment.time:
        raise Refused(
            Code.TIME_BEFORE_CONSIGNMENT,
            f"the consignment began only at {from_us(consignment.time).isoformat()}; check the date",
            "/time",
        )


def check_not_held(booking: Booking, consignment: Consignment) -> None:
    """What is held may come home or be seized, and nothing else."""
    holds = booking.state.holds
    for layer in booking.state.pool(-consignment.id) if holds else ():
        if layer.left:
            holds.check(layer.lot, "/consignment")


# -- how a consignment ends ------------------------------------------------------------------


def post_answer(booking: Booking, document: Answer, lines: object) -> None:
    """A waybill is confirmed, declined, accepted in part, revoked, or has expired."""
    consignment = find_open(booking, document.consignment, "waybill")
    check_entitled(booking, document, consignment)
    check_time(booking, consignment)
    if document.decision in ("confirm", "partial"):
        check_not_held(booking, consignment)
    stock = Stock(booking, consignment)
    if document.decision in ("confirm", "partial"):
        accept(booking, document, consignment, stock)
    else:
        give_back(booking, stock, consignment.home)
    close(booking, consignment, OUTCOME[document.decision])
    if document.decision == "expire":
        booking.note(0, FactCode.EXPIRED)
    elif booking.time > consignment.deadline:
        booking.note(0, FactCode.LATE)


def check_entitled(booking: Booking, document: Answer, consignment: Consignment) -> None:
    """Who may answer: the consignee; to revoke, the sender; the authority; to expire, the book."""
    issuer = document.issuer
    if document.decision == "expire":
        allowed = issuer == BOOK
    elif document.decision == "revoke":
        allowed = issuer in (consignment.issuer, consignment.sender)
    else:
        allowed = bool(issuer) and issuer == consignment.consignee
    if not allowed and (document.decision == "expire" or issuer not in booking.settings.authorities):
        raise Refused(
            Code.NOT_ENTITLED,
            f"{issuer} may not {document.decision} this consignment; "
            f"its consignee is {consignment.consignee or 'not known'}",
            "/issuer",
        )


def accept(booking: Booking, document: Answer, consignment: Consignment, stock: Stock) -> None:
    """Listed items as answered, the others whole; the rest of each goes back before the next is taken."""
    listed = document.items if document.decision == "partial" else []
    answers = {answer.item: answer for answer in listed}
    wanted = {}
    for index, answer in enumerate(listed):
        pointer = f"/items/{index}"
        accepted = base_units(answer.accepted, stock.unit(answer.item, pointer), pointer)
        shortage = base_units(answer.shortage, stock.unit(answer.item, pointer), pointer)
        check_left(stock, answer.item, accepted + shortage, pointer)
        wanted[answer.item] = accepted, shortage
    taker = booking.holding(consignment.consignee, consignment.destination, consignment.regime)
    for item in stock.units:
        accepted, shortage = wanted[item] if item in answers else (stock.left(item), 0)
        deliver(booking, stock, item, stock.take(item, accepted), taker)
        lose(booking, stock, item, stock.take(item, shortage))
        deliver(booking, stock, item, stock.take(item, stock.left(item)), consignment.home)


def post_arrival(booking: Booking, document: Arrival, lines: object) -> None:
    """A transit ends here, in somebody's hands."""
    consignment = find_open(booking, document.consignment, "transit")
    check_time(booking, consignment)
    check_not_held(booking, consignment)
    taker = booking.holding(document.holder.id, document.place, document.regime)
    end_transit(booking, document, consignment, taker, keep=True)
    if document.place != consignment.destination:
        booking.note(0, FactCode.ARRIVED_ELSEWHERE, 0, f"{document.place}, not {consignment.destination}")
    close(booking, consignment, "arrived")


def post_exit(booking: Booking, document: Exit, lines: object) -> None:
    """A transit leaves the country."""
    consignment = find_open(booking, document.consignment, "transit")
    check_time(booking, consignment)
    check_not_held(booking, consignment)
    end_transit(booking, document, consignment, booking.account(f"abroad:{document.country}"), keep=False)
    declared = (consignment.destination, consignment.destination_country or document.country)
    if (document.place, document.country) != declared:
        detail = f"{document.place} to {document.country}, not {' to '.join(declared)}"
        booking.note(0, FactCode.EXITED_ELSEWHERE, 0, detail)
    close(booking, consignment, "exited")


def end_transit(
    booking: Booking, document: Arrival | Exit, consignment: Consignment, taker: int, *, keep: bool
) -> None:
    """Shortages to ``lost``, the rest to the taker; ``keep``: it may be drawn from there."""
    stock = Stock(booking, consignment)
    short = {}
    for index, shortage in enumerate(document.shortages):
        pointer = f"/shortages/{index}"
        short[shortage.item] = base_units(shortage.quantity, stock.unit(shortage.item, pointer), pointer)
        check_left(stock, shortage.item, short[shortage.item], pointer)
    for item in stock.units:
        lose(booking, stock, item, stock.take(item, short.get(item, 0)))
        deliver(booking, stock, item, stock.take(item, stock.left(item)), taker, keep=keep)
    if booking.time > consignment.deadline:
        booking.note(0, FactCode.LATE)


def post_diversion(booking: Booking, document: Diversion, lines: object) -> None:
    """Sent elsewhere, or to somebody else."""
    consignment = find_open(booking, document.consignment)
    check_time(booking, consignment)
    check_not_held(booking, consignment)
    former = consignment.destination
    change(
        booking,
        consignment,
        destination=document.destination,
        destination_country=document.destination_country or consignment.destination_country,
        consignee=document.consignee.id if document.consignee else consignment.consignee,
        touched=consignment.touched + 1,
    )
    booking.note(0, FactCode.DIVERTED, 0, f"{document.destination}, not {former}")


def post_split(booking: Booking, document: Split, lines: object) -> None:
    """Goes on as several consignments, which share it out exactly."""
    whole = find_open(booking, document.consignment)
    check_time(booking, whole)
    check_not_held(booking, whole)
    stock = Stock(booking, whole)
    quantities = split_quantities(stock, document)
    for index, (part, shares) in enumerate(zip(document.parts, quantities, strict=True), 1):
        consignment = structs.replace(
            whole,
            id=booking.entry << ITEM_BITS | index,
            issuer=document.issuer,
            number=part.number,
            destination=part.destination,
            consignee=part.consignee.id if part.consignee else whole.consignee,
            deadline=to_us(part.deadline) if part.deadline else whole.deadline,
            time=booking.time,
            items=" ".join(f"{share.item}:{stock.units[share.item]}" for share in part.items),
            touched=0,
        )
        _add(booking, consignment)
        _name(booking, document.issuer, part.number, consignment.id)
        for share, quantity in zip(part.items, shares, strict=True):
            takes = stock.take(share.item, quantity)
            booking.transfer(takes, share.item, whole.account, whole.account, -consignment.id)
    close(booking, whole, "split")


def split_quantities(stock: Stock, document: Split) -> list[list[int]]:
    """Base units of every item of every part; refuses what does not add up to what is left."""
    given = dict.fromkeys(stock.units, 0)
    quantities = []
    for number, part in enumerate(document.parts):
        shares = []
        for index, share in enumerate(part.items):
            pointer = f"/parts/{number}/items/{index}"
            quantity = base_units(share.quantity, stock.unit(share.item, pointer), pointer)
            given[share.item] += quantity
            check_left(stock, share.item, given[share.item], pointer)
            shares.append(quantity)
        quantities.append(shares)
    over = [str(item) for item, quantity in given.items() if quantity < stock.left(item)]
    if over:
        raise Refused(
            Code.NOT_SPLIT_EXACTLY,
            f"something of item {', '.join(over)} is left over; share out all that is under way",
            "/parts",
        )
    return quantities


def _name(booking: Booking, issuer: str, number: str, target: int) -> None:
    booking.state.identify(issuer, number, Identity(1, booking.entry, target))
    booking.on_undo(lambda: booking.state.forget_identity(issuer, number))


def seize(booking: Booking, document: Seizure, lines: Sequence[Measured], seized: int) -> None:
    """The authority takes out of a consignment, by item."""
    consignment = find_open(booking, document.consignment)
    check_time(booking, consignment)
    if document.issuer not in booking.settings.authorities:
        check_not_held(booking, consignment)
    stock = Stock(booking, consignment)
    for measured in lines:
        line, goods, pointer = measured.line, measured.goods, measured.pointer
        if stock.dimension(line.item, pointer) != goods.dimension:
            raise Refused(
                Code.ITEM_UNKNOWN,
                f"item {line.item} is not counted in {line.unit} in this consignment; use its own unit",
                f"{pointer}/unit",
            )
        check_left(stock, line.item, measured.quantity, pointer)
    for measured in lines:
        item = measured.line.item
        deliver(booking, stock, item, stock.take(item, measured.quantity), seized, keep=False)
    change(booking, consignment, touched=consignment.touched + 1)
    if not any(stock.left(item) for item in stock.units):
        close(booking, consignment, "seized")


def post_seal_event(booking: Booking, document: SealEvent, lines: object) -> None:
    """Moves nothing; may come after the consignment's end."""
    check_time(booking, find(booking, document.consignment))


# -- quantities under way --------------------------------------------------------------------


class Stock:
    """What is left of a consignment, item by item, in the order of its document."""

    def __init__(self, booking: Booking, consignment: Consignment) -> None:
        pairs = (pair.split(":") for pair in consignment.items.split())
        self.units = {int(item): unit for item, unit in pairs}
        self.layers: dict[int, list[Layer]] = {item: [] for item in self.units}
        self.account = consignment.account
        for layer in sorted(booking.state.pool(-consignment.id), key=attrgetter("id")):
            if layer.left:
                self.layers[layer.item].append(layer)

    def left(self, item: int) -> int:
        """Base units left of an item."""
        return sum(layer.left for layer in self.layers[item])

    def unit(self, item: int, pointer: str) -> str:
        """The unit which the item's document states."""
        if item not in self.units:
            raise Refused(
                Code.ITEM_UNKNOWN,
                f"the consignment has no item {item}; it has {', '.join(map(str, self.units))}",
                f"{pointer}/item",
            )
        return self.units[item]

    def dimension(self, item: int, pointer: str) -> int:
        """The kind of unit of an item."""
        return int(units.dimension(self.unit(item, pointer)))

    def take(self, item: int, quantity: int) -> list[Take]:
        """What to take of an item, in the order of the movements that sent it."""
        return first_in_first_out(self.layers[item], quantity, FOREVER)[0] if quantity else []


def check_left(stock: Stock, item: int, quantity: int, pointer: str) -> None:
    """No more than is left."""
    if quantity > stock.left(item):
        unit = stock.unit(item, pointer)
        raise Refused(
            Code.MORE_THAN_DISPATCHED,
            f"item {item}: {units.from_base(quantity, unit)} {unit} is more than the "
            f"{units.from_base(stock.left(item), unit)} {unit} under way",
            pointer,
        )


# -- where it goes ---------------------------------------------------------------------------


def deliver(
    booking: Booking, stock: Stock, item: int, takes: Sequence[Take], taker: int, *, keep: bool = True
) -> None:
    """To the taker; ``keep``: laid down in the taker's pools."""
    booking.transfer(takes, item, stock.account, taker, keep=keep)


def lose(booking: Booking, stock: Stock, item: int, takes: Sequence[Take]) -> None:
    """A shortage: dispatched and not received."""
    if takes:
        deliver(booking, stock, item, takes, booking.account("lost"), keep=False)
        booking.note(item, FactCode.SHORTAGE, sum(quantity for _, quantity in takes))


def give_back(booking: Booking, stock: Stock, home: int) -> None:
    """What is left goes back to the consignor's free stock."""
    for item in stock.units:
        deliver(booking, stock, item, stock.take(item, stock.left(item)), home)


def close(booking: Booking, consignment: Consignment, state: str) -> None:
    """The consignment has ended."""
    change(booking, consignment, state=state)
