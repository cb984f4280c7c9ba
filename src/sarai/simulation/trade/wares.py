"""Choosing wares: what to order from abroad, and what to take out of stock."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sarai.simulation.basket import GOODS, Good
from sarai.simulation.calendar import local_day
from sarai.simulation.deeds import State, Ware
from sarai.simulation.dice import Dice, Weighted
from sarai.simulation.stock import Holding, Lot, Pool
from sarai.simulation.traders import Trader

LINES = Weighted(((1, 12), (2, 12), (3, 11), (4, 11), (5, 10), (7, 13), (9, 11), (12, 9), (16, 7), (24, 4)))
ELSEWHERE = 120  # per mille of goods that come from another country than the one that made them


def ordered(state: State, trader: Trader, country: str, among: Sequence[Good] = ()) -> list[Ware]:
    """What a firm orders from abroad: a few goods of its assortment, by season, in its size."""
    dice = state.dice
    month = local_day(state.now).month - 1
    goods = dice.sample(among or trader.assortment, dice.weighted(LINES))
    in_season = [g for g in goods if dice.chance(110 * int(g.season[month]))] or goods[:1]
    return [
        Ware(good, load(dice, good, trader.size), _origin(dice, country), price=dice.between(86, 114))
        for good in in_season
    ]


def _origin(dice: Dice, country: str) -> str:
    return "CN" if dice.chance(ELSEWHERE) else country


def load(dice: Dice, good: Good, size: int) -> int:
    """A quantity in thousandths: around the usual, now and then many times that (Zipf)."""
    units = good.usual * (1 + size) * dice.between(40, 160) * dice.pareto(10, 120) // 10_000
    if good.unit != "KGM":
        return max(1, units) * 1000
    tenths = dice.below(10) * 100 if dice.chance(150) else 0
    return max(1, units) * 1000 + tenths


def chosen(
    state: State,
    home: Holding,
    most: int,
    *,
    low: int = 20,
    high: int = 100,
    among: Collection[str] | None = None,
) -> list[Ware]:
    """Wares out of stock: up to ``most`` commodities, ``low`` to ``high`` per cent of each."""
    pools = [
        (hs, pool)
        for hs, pool in state.stock.holdings[home].items()
        if pool.total and (among is None or hs in among)
    ]
    return [
        _ware(state, hs, pool, state.dice.between(low, high)) for hs, pool in state.dice.sample(pools, most)
    ]


def _ware(state: State, hs: str, pool: Pool, per_cent: int) -> Ware:
    good = GOODS[hs]
    quantity = part(good, pool.total, per_cent)
    lot = _named(state, pool)
    if lot is not None:
        quantity = min(quantity, sum(layer.left for layer in pool.layers if layer.lot is lot))
    return Ware(good, quantity, lot=lot, price=state.dice.between(95, 130))


def part(good: Good, total: int, per_cent: int) -> int:
    """A share of a quantity in a figure that people would write; all of it if the share is nothing."""
    grain = 1000 if good.unit != "KGM" or total > 20_000 else 1
    return total * per_cent // 100 // grain * grain or total


def _named(state: State, pool: Pool) -> Lot | None:
    if not state.dice.chance(state.scenario.named):
        return None
    lot = state.dice.pick(pool.layers).lot
    return lot if lot.nameable else None
