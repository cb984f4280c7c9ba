"""What several schemes share: firms founded for the purpose, accomplices, and their wares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sarai.goods import LotRef
from sarai.simulation.basket import Good, priority_goods
from sarai.simulation.calendar import DAY_S
from sarai.simulation.deeds import State, Ware, holding
from sarai.simulation.dice import Weighted
from sarai.simulation.inland import confirm, dispatch
from sarai.simulation.stock import Lot, end
from sarai.simulation.trade.wares import load
from sarai.simulation.traders import SEATS, TRADES, Trader
from sarai.simulation.truth import Case, lot_name

RUSSIA = "RU"
DEADLINE_DAYS = 20
SUPPLIERS = Weighted((("DE", 22), ("LT", 18), ("PL", 16), ("NL", 14), ("IT", 10), ("CN", 20)))

Next = Callable[[State, Case, list[Trader], list[Ware]], None]


class Nest(NamedTuple):
    """How firms founded together look alike: shares per mille, and their age in days."""

    same_address: int = 850
    same_phone: int = 600
    same_director: int = 450
    youngest_days: int = 12
    oldest_days: int = 240


NEST = Nest()


def newcomers(state: State, case: Case, count: int, role: str = "wholesaler") -> list[Trader]:
    """Firms founded shortly before, which share address, phone and director more or less."""
    dice, people = state.dice, state.people
    home = dice.weighted(SEATS).code
    address = people.address(home)
    phone, director = f"+7 000 {people.number():06d}", f"Person {dice.below(900_000):06d}"
    firms = []
    for _ in range(count):
        age = timedelta(days=dice.between(NEST.youngest_days, NEST.oldest_days))
        firm = people.found(
            role,
            dice.weighted(TRADES),
            1,
            home=home,
            founded=state.scenario.start - age,
            address=address if dice.chance(NEST.same_address) else "",
            phone=phone if dice.chance(NEST.same_phone) else "",
            director=director if dice.chance(NEST.same_director) else "",
        )
        firms.append(firm)
    case.joined_by(*firms)
    return firms


def accomplice(state: State, case: Case, *roles: str, not_in: Sequence[str] = ()) -> Trader:
    """An established firm of one of the roles (and of none of the sectors ``not_in``, if there is one).

    Where no honest one is left, somebody does it again.
    """
    of_role = [trader for trader in state.people.established if trader.role in roles]
    fitting = [trader for trader in of_role if trader.sector not in not_in]
    tempted = [trader for trader in fitting if trader.honest]
    chosen = state.dice.pick(tempted or fitting or of_role)
    case.joined_by(chosen)
    return chosen


def apart(state: State, trader: Trader) -> str:
    """A place where the firm keeps no honest stock."""
    places = [place for place in SEATS.choices if place.code not in (trader.home, trader.depot)]
    return state.dice.pick(places).code


def contraband(
    state: State, lines: int = 0, size: int = 2, among: Sequence[Good] = (), price: int = 105
) -> list[Ware]:
    """Goods of the priority list, one to four lines unless said otherwise."""
    goods = state.dice.sample(among or priority_goods(), lines or state.dice.between(1, 4))
    return [Ware(good, load(state.dice, good, size), price=price) for good in goods]


def again(wares: Sequence[Ware], price: int = 100, **changes: object) -> list[Ware]:
    """The same wares for another deed, at ``price`` per cent of the last one's."""
    return [
        replace(ware, portions=[], lot=None, price=ware.price * price // 100, **changes) for ware in wares
    ]


def pass_on(
    state: State,
    case: Case,
    chain: list[Trader],
    place: str,
    wares: list[Ware],
    then: Next,
    destination: str = "",
) -> None:
    """The first of the chain sends the wares to the second, who confirms within hours; then on."""
    seller, buyer, *_ = chain
    deadline = state.now + DEADLINE_DAYS * DAY_S
    sent = dispatch(state, seller, place, buyer, wares, deadline=deadline, destination=destination, case=case)

    def received(state: State) -> None:
        confirm(state, sent)
        state.later(2, 20, then, case, chain[1:], again(wares, 108))

    state.later(2, 14, received)


def smuggled_in(state: State, case: Case, trader: Trader, place: str, wares: Sequence[Ware]) -> None:
    """Goods of which no paper tells come to a firm."""
    for item, ware in enumerate(wares, start=1):
        ref = LotRef(issuer="undeclared", number=f"{case.scheme}/{case.number}", item=item)
        lot = state.stock.bear(Lot(ref, ware.actual_hs, ware.origin, ware.quantity, nameable=False))
        state.stock.put(holding(trader, place), lot, ware.quantity, state.now)
        case.lots.append(lot_name(ref))


def smuggled_out(state: State, trader: Trader, place: str, wares: Sequence[Ware]) -> None:
    """Goods leave for Russia without any paper."""
    for ware in wares:
        quantity = min(ware.quantity, state.stock.held(holding(trader, place), ware.actual_hs))
        if quantity:
            portions = state.stock.draw(holding(trader, place), ware.actual_hs, quantity)
            end(portions, f"smuggled:{RUSSIA}")


def note(case: Case, what: str, wares: Sequence[Ware]) -> None:
    """Keep the quantities of a deed in the case: as declared, and as they were."""
    for ware in wares:
        case.moved(what, ware.good.hs, ware.quantity, ware.actual, ware.actual_hs)
