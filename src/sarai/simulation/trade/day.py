"""A day of trade: who orders, who passes through, who counts, whom the inspection visits."""

from __future__ import annotations

from datetime import date

from sarai.simulation import keeping
from sarai.simulation.basket import GOODS, PRODUCTS
from sarai.simulation.calendar import CLOSES_S, HOUR_S, OPENS_S, midnight, works
from sarai.simulation.deeds import State, holding
from sarai.simulation.dice import Weighted
from sarai.simulation.trade.supply import order
from sarai.simulation.trade.through import pass_through
from sarai.simulation.trade.wares import chosen, load
from sarai.simulation.traders import Trader

ORDERS = {"importer": 10, "processor": 4, "exporter": 2, "wholesaler": 2, "retailer": 1}
KEEPS_STOCK = ("importer", "wholesaler", "processor", "exporter", "retailer")
HARVEST_WEEKDAY = 0  # producers take their week's output into stock on Mondays


def open_books(state: State) -> None:
    """On the first morning, firms with stock count it into the book."""
    start = midnight(state.scenario.start)
    for trader in state.people.established:
        if trader.role in KEEPS_STOCK and state.dice.chance(state.scenario.opening):
            state.clock.at(start + state.dice.below(OPENS_S), _open_stock, state, trader)


def _open_stock(state: State, trader: Trader) -> None:
    goods = state.dice.sample(trader.assortment, 6)
    keeping.count(state, trader, trader.home, [(g, load(state.dice, g, trader.size)) for g in goods])
    state.stocked(state, trader, trader.home)


def plan_day(state: State, day: date, importers: Weighted[Trader]) -> None:
    """Plan what begins on a day; goods pass through every day, offices work on working days."""
    scenario, dice, start = state.scenario, state.dice, midnight(day)
    for _ in range(_times(state, scenario.through)):
        state.clock.at(start + dice.below(24 * HOUR_S), pass_through, state)
    if not works(day):
        return
    for _ in range(_times(state, scenario.imports)):
        state.clock.at(_hour(state, start), order, state, dice.weighted(importers))
    for _ in range(_times(state, scenario.counts)):
        state.clock.at(_hour(state, start), _count, state, dice.pick(state.people.established))
    for _ in range(_times(state, scenario.seizures)):
        state.clock.at(_hour(state, start), _inspect, state, dice.pick(state.people.established))
    if day.weekday() == HARVEST_WEEKDAY:
        for producer in state.people.by_role.get("producer", ()):
            state.clock.at(_hour(state, start), _take_in, state, producer)


def who_orders(state: State) -> Weighted[Trader]:
    """Firms by how often they order from abroad: their size times what their role makes of it."""
    return Weighted((t, t.weight * ORDERS.get(t.role, 0)) for t in state.people.established)


def _times(state: State, per_mille: int) -> int:
    """How often today: the rate times the traders, the fraction by chance, give or take a fifth."""
    expected = state.scenario.traders * per_mille * state.dice.between(80, 120) // 100
    return expected // 1000 + (state.dice.below(1000) < expected % 1000)


def _hour(state: State, start: int) -> int:
    return start + state.dice.between(OPENS_S, CLOSES_S - 1)


def _count(state: State, keeper: Trader) -> None:
    """Stock is counted: mostly as expected, now and then a little less, rarely more."""
    found = []
    pools = state.stock.holdings[holding(keeper, keeper.home)]
    for hs, pool in list(pools.items())[:12]:
        if pool.muddled:  # the book may yet be given back what stands aside here
            continue
        quantity = pool.total
        if state.dice.chance(state.scenario.shrinkage):
            quantity -= quantity * state.dice.between(0, 4) // 100 // 1000 * 1000
        elif state.dice.chance(8):
            quantity += 1000 * state.dice.between(1, 20)
        found.append((GOODS[hs], quantity))
    if found:
        keeping.count(state, keeper, keeper.home, found)


def _inspect(state: State, keeper: Trader) -> None:
    wares = chosen(state, holding(keeper, keeper.home), 2, low=10, high=60)
    if wares:
        keeping.seize(state, keeper, keeper.home, wares, "no certificate of conformity")


def _take_in(state: State, producer: Trader) -> None:
    """A week's harvest or output is counted into stock: the book knows no other birth for it."""
    home = holding(producer, producer.home)
    found = [
        (GOODS[hs], state.stock.held(home, hs) + load(state.dice, GOODS[hs], producer.size))
        for hs in PRODUCTS[producer.sector]
        if not (hs in state.stock.holdings[home] and state.stock.holdings[home][hs].muddled)
    ]
    if found:
        keeping.count(state, producer, producer.home, found)
        state.stocked(state, producer, producer.home)
