"""Deeds between holders: waybills, what becomes of them, and splits."""

from __future__ import annotations

from dataclasses import replace

from sarai.goods import (
    Answer,
    DocumentRef,
    ItemAnswer,
    ItemQuantity,
    Part,
    Split,
    Waybill,
)
from sarai.simulation.calendar import moment
from sarai.simulation.deeds import (
    Consignment,
    State,
    Ware,
    by_trader,
    carrier,
    close,
    follow,
    give,
    holding,
    lines,
    set_off,
    take,
    vehicle,
)
from sarai.simulation.stock import divide, end
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case, decimal


def dispatch(
    state: State,
    seller: Trader,
    place: str,
    buyer: Trader,
    wares: list[Ware],
    *,
    deadline: int,
    destination: str = "",
    case: Case | None = None,
) -> Consignment:
    """Goods go to another holder or place, and are reserved until they are answered for."""
    source = holding(seller, place)
    for ware in wares:
        take(state, source, ware, case)
    document = Waybill(
        **by_trader(state, seller, "W"),
        time=moment(state.now),
        consignor=seller.party,
        consignee=buyer.party,
        place=place,
        destination=destination or buyer.home,
        deadline=moment(deadline),
        carrier=carrier(state, 500),
        vehicle=vehicle(state),
        lines=lines(wares),
    )
    return set_off(state, document, wares, source, buyer, case)


def _answer(
    state: State, consignment: Consignment, issuer: str, decision: str, items: list[ItemAnswer]
) -> Answer:
    document = Answer(
        issuer=issuer,
        number=state.desk.number(issuer, "A"),
        time=moment(state.now),
        consignment=consignment.ref,
        decision=decision,
        items=items,
    )
    close(state, consignment)
    state.file(document, consignment.case)
    return document


def confirm(state: State, consignment: Consignment) -> Answer:
    """The consignee has it all; what really came lies at the destination."""
    buyer = consignment.consignee
    for ware in consignment.wares.values():
        give(state, holding(buyer, consignment.destination), ware.portions)
    return _answer(state, consignment, buyer.id, "confirm", [])


def turn_back(state: State, consignment: Consignment, decision: str) -> Answer:
    """The consignee declines or the consignor revokes: goods and paper go back."""
    issuer = consignment.source[0] if decision == "revoke" else consignment.consignee.id
    for ware in consignment.wares.values():
        give(state, consignment.source, ware.portions)
    return _answer(state, consignment, issuer, decision, [])


def accept_partly(state: State, consignment: Consignment, findings: dict[int, tuple[int, int]]) -> Answer:
    """Some items came short or were refused: (accepted, missing) of those; the others are whole."""
    buyer = consignment.consignee
    answers = []
    for item, ware in consignment.wares.items():
        accepted, missing = findings.get(item, (ware.quantity, 0))
        kept, lost, back = divide(ware.portions, accepted, missing)
        give(state, holding(buyer, consignment.destination), kept)
        end(lost, "lost")
        give(state, consignment.source, back)
        if item in findings:
            answers.append(ItemAnswer(item=item, accepted=decimal(accepted), shortage=decimal(missing)))
    return _answer(state, consignment, buyer.id, "partial", answers)


def lapse(state: State, consignment: Consignment) -> None:
    """Nobody answered. The goods stand aside: the book gives them back only when it expires them."""
    close(state, consignment)
    for ware in consignment.wares.values():
        end(ware.portions, "set aside")
        state.stock.muddle(consignment.source, ware.actual_hs)


def cancel(state: State, consignment: Consignment) -> None:
    """The waybill is cancelled before anybody answered: it never was."""
    close(state, consignment)
    for ware in consignment.wares.values():
        state.stock.undo(consignment.source, ware.actual_hs, ware.portions)
    state.desk.correct(consignment.paper, None, state.now, "waybill made out by mistake")


def split(state: State, consignment: Consignment, destinations: list[str]) -> list[Consignment]:
    """An open consignment goes on as several, in equal parts as far as items can be shared."""
    issuer = consignment.source[0]
    number = state.desk.number(issuer, "S")
    shares = _shares(consignment, len(destinations))
    parts = [
        Part(
            number=f"{number}/{index}",
            destination=destination,
            items=[ItemQuantity(item=item, quantity=decimal(ware.quantity)) for item, ware in wares.items()],
        )
        for index, (destination, wares) in enumerate(zip(destinations, shares, strict=True), start=1)
    ]
    document = Split(
        issuer=issuer, number=number, time=moment(state.now), consignment=consignment.ref, parts=parts
    )
    close(state, consignment)
    state.file(document, consignment.case)
    return [
        _part_of(state, consignment, issuer, part, wares) for part, wares in zip(parts, shares, strict=True)
    ]


def _shares(consignment: Consignment, count: int) -> list[dict[int, Ware]]:
    """Each item divided over the parts, whole units first; the last part takes what is over."""
    shares: list[dict[int, Ware]] = [{} for _ in range(count)]
    for item, ware in consignment.wares.items():
        each = ware.quantity // count // 1000 * 1000
        sizes = [each] * (count - 1)
        portions = divide(ware.portions, *sizes)
        for share, size, portion in zip(shares, [*sizes, ware.quantity - sum(sizes)], portions, strict=True):
            if size:
                share[item] = Ware(ware.good, size, portions=portion)
    return [share for share in shares if share]


def _part_of(
    state: State, whole: Consignment, issuer: str, part: Part, wares: dict[int, Ware]
) -> Consignment:
    ref = DocumentRef(issuer=issuer, number=part.number)
    return follow(state, replace(whole, ref=ref, wares=wares, destination=part.destination, open=True))
