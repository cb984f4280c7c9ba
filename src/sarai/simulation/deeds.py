"""What deeds are made of: the state of play, wares, consignments, and the lines that tell of them.

A deed does two things at once: it moves what a ware *is*, and it writes what the ware's paper
*says*. For honest people the two are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappop, heappush
from typing import Any

from sarai.goods import AnyDocument, Diversion, DocumentRef, Line, LotRef, Party, Regime, Transit, Waybill
from sarai.simulation.basket import Good
from sarai.simulation.calendar import HOUR_S, moment, office
from sarai.simulation.dice import Dice
from sarai.simulation.paper import Desk
from sarai.simulation.scenario import Scenario
from sarai.simulation.stock import Holding, Lot, Portion, Stock
from sarai.simulation.traders import Population, Trader
from sarai.simulation.truth import Case, Truth, decimal, lot_name
from sarai.simulation.world import CURRENCIES, DOLLAR, HOME


class Clock:
    """What is going to happen, in the order of its time."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._waiting: list[tuple[int, int, Callable[..., None], tuple[Any, ...]]] = []
        self._serial = 0

    def at(self, time: int, action: Callable[..., None], *args: Any) -> None:
        """Plan ``action(*args)`` for a Unix time; of one second, what was planned first happens first."""
        self._serial += 1
        heappush(self._waiting, (time, self._serial, action, args))

    def run_until(self, end: int) -> None:
        """Let everything happen that is planned for before ``end``, and what it brings about."""
        while self._waiting and self._waiting[0][0] < end:
            self.now, _, action, args = heappop(self._waiting)
            action(*args)


@dataclass(slots=True, eq=False)
class Ware:
    """One line's goods: ``good`` and ``quantity`` as the paper has them, ``actual*`` as they are.

    ``price`` is per cent of the usual unit value; ``portions`` is what was really taken.
    """

    good: Good
    quantity: int
    origin: str = ""
    lot: Lot | None = None
    price: int = 100
    actual_hs: str = ""
    actual: int = -1
    portions: list[Portion] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.actual_hs = self.actual_hs or self.good.hs
        if self.actual < 0:
            self.actual = self.quantity


@dataclass(slots=True, eq=False)
class Consignment:
    """Goods under way; ``wares`` by item number. ``paper`` is the waybill or transit behind it."""

    ref: DocumentRef
    paper: Waybill | Transit
    wares: dict[int, Ware]
    source: Holding
    consignee: Trader | None
    destination: str
    deadline: int
    case: Case | None = None
    open: bool = True


@dataclass(slots=True, eq=False)
class State:
    """Everything that a deed may touch; ``stocked`` is called when goods have come to a firm."""

    scenario: Scenario
    dice: Dice
    clock: Clock
    people: Population
    stock: Stock
    desk: Desk
    truth: Truth
    stocked: Callable[[State, Trader, str], None]
    underway: dict[tuple[str, str], Consignment] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The Unix time of the deed in hand."""
        return self.clock.now

    def soon(self, low_h: int, high_h: int) -> int:
        """An office moment some hours from now."""
        return office(self.now + self.dice.between(low_h * HOUR_S, high_h * HOUR_S))

    def later(self, low_h: int, high_h: int, action: Callable[..., None], *args: Any) -> None:
        """Plan an action of the form ``action(state, ...)`` some hours from now."""
        self.clock.at(self.soon(low_h, high_h), action, self, *args)

    def file(self, document: AnyDocument, case: Case | None = None) -> None:
        """Hand a paper to the desk; with a ``case``, the case keeps it too."""
        self.desk.file(document, self.now, careful=case is not None)
        if case is not None:
            case.saw(document, self.now)


def take(state: State, holding: Holding, ware: Ware, case: Case | None = None) -> None:
    """Draw what the ware really is out of a holding."""
    if not ware.actual:
        return
    out_of_turn = case is None and ware.lot is None and state.dice.chance(state.scenario.out_of_turn)
    if out_of_turn:
        ware.portions = state.stock.draw_out_of_turn(holding, ware.actual_hs, ware.actual)
    else:
        ware.portions = state.stock.draw(holding, ware.actual_hs, ware.actual, ware.lot)


def give(state: State, holding: Holding, portions: Iterable[Portion]) -> None:
    """Lay goods down in a holding, each portion as a layer of its own."""
    for layer, quantity in portions:
        state.stock.put(holding, layer.lot, quantity, state.now)


def bear(
    state: State,
    document: dict[str, str],
    wares: Iterable[Ware],
    case: Case | None = None,
    first: int = 1,
) -> list[Lot]:
    """A lot for each ware that comes into being with a document, named by its item."""
    lots = []
    for item, ware in enumerate(wares, start=first):
        ref = LotRef(issuer=document["issuer"], number=document["number"], item=item)
        lot = Lot(ref, ware.actual_hs, ware.origin, ware.actual)
        if (ware.actual_hs, ware.actual) != (ware.good.hs, ware.quantity):
            lot.declared = (ware.good.hs, ware.quantity)
        lots.append(state.stock.bear(lot))
        if case is not None:
            case.lots.append(lot_name(ref))
    return lots


def lines(wares: Iterable[Ware], country: str = HOME) -> list[Line]:
    """The goods items of a document, from item 1, priced in the currency of trade with ``country``."""
    return [line(item, ware, country) for item, ware in enumerate(wares, start=1)]


def line(item: int, ware: Ware, country: str = HOME) -> Line:
    """One goods item as the paper has it, priced in the currency of trade with ``country``."""
    good = ware.good
    currency, rate = CURRENCIES.get(country, DOLLAR)
    value = ware.quantity * good.unit_value_cusd * ware.price * rate // 10_000_000
    mass_g = ware.quantity * good.unit_mass_g // 1000
    weighed = good.unit != "KGM" and country != HOME
    return Line(
        item=item,
        hs=good.hs,
        quantity=decimal(ware.quantity),
        unit=good.unit,
        origin=ware.lot.origin if ware.lot else ware.origin,
        description=good.name,
        net_mass_kg=decimal(mass_g) if weighed else None,
        value=Decimal(value).scaleb(-2),
        currency=currency,
        lot=ware.lot.ref if ware.lot else None,
    )


def carrier(state: State, per_mille: int = 1000) -> Party | None:
    """Some carrier, with this probability; None where nobody is named."""
    carriers = state.people.by_role.get("carrier")
    return state.dice.pick(carriers).party if carriers and state.dice.chance(per_mille) else None


def vehicle(state: State) -> str:
    """The registration number of some lorry."""
    return f"V-{state.dice.below(9_000):04d}"


def set_off(
    state: State,
    paper: Waybill | Transit,
    wares: list[Ware],
    source: Holding,
    consignee: Trader | None,
    case: Case | None,
) -> Consignment:
    """A consignment begins its way, with its paper filed."""
    consignment = Consignment(
        ref=DocumentRef(issuer=paper.issuer, number=paper.number),
        paper=paper,
        wares=dict(enumerate(wares, start=1)),
        source=source,
        consignee=consignee,
        destination=paper.destination,
        deadline=int(paper.deadline.timestamp()),
        case=case,
    )
    state.file(paper, case)
    return follow(state, consignment)


def follow(state: State, consignment: Consignment) -> Consignment:
    """Count a consignment among those under way."""
    state.underway[consignment.ref.issuer, consignment.ref.number] = consignment
    return consignment


def divert(
    state: State,
    consignment: Consignment,
    destination: str,
    reason: str,
    *,
    country: str = "",
    consignee: Trader | None = None,
) -> None:
    """An open consignment is sent elsewhere, or to somebody else."""
    issuer = consignment.source[0]
    consignment.destination = destination
    consignment.consignee = consignee or consignment.consignee
    document = Diversion(
        issuer=issuer,
        number=state.desk.number(issuer, "D"),
        time=moment(state.now),
        consignment=consignment.ref,
        destination=destination,
        destination_country=country,
        consignee=consignee.party if consignee else None,
        reason=reason,
    )
    state.file(document, consignment.case)


def close(state: State, consignment: Consignment) -> None:
    """Nothing is under way in this consignment any more."""
    consignment.open = False
    del state.underway[consignment.ref.issuer, consignment.ref.number]


def by_trader(state: State, trader: Trader, prefix: str) -> dict[str, str]:
    """Issuer and number of the next paper of a trader's own series."""
    return {"issuer": trader.id, "number": state.desk.number(trader.id, prefix)}


def holding(trader: Trader, place: str, regime: Regime = Regime.HOME_USE) -> Holding:
    """The holding of a trader at a place, in home use unless said otherwise."""
    return (trader.id, place, regime)
