"""Deeds inside the country: waybills and their answers, splits, processing, use, counts, seizures."""

from __future__ import annotations

from sarai.goods import (
    Answer,
    Consumption,
    CountedLine,
    DocumentRef,
    ItemAnswer,
    ItemQuantity,
    OutputLine,
    Part,
    Processing,
    Regime,
    Seizure,
    Split,
    StockCount,
    Waybill,
)
from sarai.simulation.basket import Good
from sarai.simulation.calendar import moment
from sarai.simulation.deeds import (
    Consignment,
    State,
    Ware,
    bear,
    carrier,
    close,
    give,
    holding,
    line,
    lines,
    take,
    vehicle,
)
from sarai.simulation.stock import divide, end
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case, decimal

AUTHORITY = "customs:inspection"


def _by_trader(state: State, trader: Trader, prefix: str) -> dict[str, str]:
    return {"issuer": trader.id, "number": state.desk.number(trader.id, prefix)}


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
    name = _by_trader(state, seller, "W")
    document = Waybill(
        **name,
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
    consignment = Consignment(
        DocumentRef(**name),
        document,
        dict(enumerate(wares, start=1)),
        source,
        buyer,
        document.destination,
        deadline,
        case,
    )
    state.underway[name["issuer"], name["number"]] = consignment
    state.file(document, case)
    return consignment


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


def accept_partly(
    state: State, consignment: Consignment, findings: dict[int, tuple[int, int]]
) -> Answer:
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
            items=[
                ItemQuantity(item=item, quantity=decimal(ware.quantity)) for item, ware in wares.items()
            ],
        )
        for index, (destination, wares) in enumerate(zip(destinations, shares, strict=True), start=1)
    ]
    document = Split(
        issuer=issuer, number=number, time=moment(state.now), consignment=consignment.ref, parts=parts
    )
    close(state, consignment)
    state.file(document, consignment.case)
    return [
        _part_of(state, consignment, issuer, part, wares)
        for part, wares in zip(parts, shares, strict=True)
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
    consignment = Consignment(
        DocumentRef(issuer=issuer, number=part.number),
        whole.paper,
        wares,
        whole.source,
        whole.consignee,
        part.destination,
        whole.deadline,
        whole.case,
    )
    state.underway[issuer, part.number] = consignment
    return consignment


def process(
    state: State, maker: Trader, place: str, inputs: list[Ware], outputs: list[tuple[Ware, int]]
) -> Processing:
    """Inputs are used and outputs made; every output lot has all that was used for its parents."""
    name = _by_trader(state, maker, "P")
    for ware in inputs:
        take(state, holding(maker, place), ware)
        end(ware.portions, "used")
    first = len(inputs) + 1
    made = [ware for ware, _ in outputs]
    parents = tuple(portion for ware in inputs for portion in ware.portions)
    for lot in bear(state, name, made, first=first):
        lot.parents = parents
        state.stock.put(holding(maker, place), lot, lot.born, state.now)
    document = Processing(
        **name,
        time=moment(state.now),
        processor=maker.party,
        place=place,
        inputs=lines(inputs),
        outputs=[_output(item, ware, share) for item, (ware, share) in enumerate(outputs, start=first)],
    )
    state.file(document)
    return document


def _output(item: int, ware: Ware, share: int) -> OutputLine:
    plain = line(item, ware)
    return OutputLine(share=share, **{name: getattr(plain, name) for name in plain.__struct_fields__})


def consume(
    state: State, keeper: Trader, place: str, wares: list[Ware], reason: str, case: Case | None = None
) -> Consumption:
    """Goods are used up, sold to consumers or destroyed."""
    for ware in wares:
        take(state, holding(keeper, place), ware, case)
        end(ware.portions, "used")
    document = Consumption(
        **_by_trader(state, keeper, "C"),
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        reason=reason,
        lines=lines(wares),
    )
    state.file(document, case)
    return document


def count(state: State, keeper: Trader, place: str, found: list[tuple[Good, int]]) -> StockCount:
    """Stock is counted; what was found beyond the known is a new lot, what is wanting was lost."""
    name = _by_trader(state, keeper, "N")
    home = holding(keeper, place)
    for item, (good, quantity) in enumerate(found, start=1):
        known = state.stock.held(home, good.hs)
        if quantity > known:
            _find(state, home, name, item, good, quantity - known)
        elif quantity < known:
            end(state.stock.draw(home, good.hs, known - quantity), "lost")
    document = StockCount(
        **name,
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        lines=[
            CountedLine(item=item, hs=good.hs, quantity=decimal(quantity), unit=good.unit)
            for item, (good, quantity) in enumerate(found, start=1)
        ],
    )
    state.file(document)
    return document


def _find(
    state: State, home: tuple[str, str, Regime], name: dict[str, str], item: int, good: Good, surplus: int
) -> None:
    (lot,) = bear(state, name, [Ware(good, surplus)], first=item)
    lot.nameable = False  # the book bears it with quantity zero: a name for nothing
    state.stock.put(home, lot, surplus, state.now)


def seize(state: State, keeper: Trader, place: str, wares: list[Ware], reason: str) -> Seizure:
    """The authority takes goods from a holder's stock."""
    for ware in wares:
        take(state, holding(keeper, place), ware)
        end(ware.portions, "seized")
    document = Seizure(
        issuer=AUTHORITY,
        number=state.desk.number(AUTHORITY, "Z"),
        time=moment(state.now),
        holder=keeper.party,
        place=place,
        reason=reason,
        lines=lines(wares),
    )
    state.file(document)
    return document
