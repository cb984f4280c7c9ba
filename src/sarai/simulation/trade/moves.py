"""What a firm does with goods that it has: sell, make, use or export them, by its role."""

from __future__ import annotations

from sarai.goods import Regime
from sarai.simulation import border, keeping
from sarai.simulation.basket import GOODS, Recipe
from sarai.simulation.deeds import State, Ware, holding
from sarai.simulation.dice import Weighted
from sarai.simulation.trade.sales import sell, transfer
from sarai.simulation.trade.wares import LINES, chosen
from sarai.simulation.traders import Trader
from sarai.simulation.world import SELLS_TO

BUYERS_ABROAD = {sector: Weighted(pairs) for sector, pairs in SELLS_TO.items()}
NEXT_MOVES = Weighted(((1, 50), (2, 38), (3, 12)))
REASONS = Weighted((("sold to consumers", 86), ("own use", 10), ("destroyed, out of date", 4)))
MOVES: dict[str, Weighted[str]] = {
    "importer": Weighted((("sell", 86), ("use", 6), ("export", 5), ("transfer", 3))),
    "wholesaler": Weighted((("sell", 80), ("use", 8), ("export", 9), ("transfer", 3))),
    "processor": Weighted((("make", 62), ("sell", 26), ("export", 12))),
    "exporter": Weighted((("export", 84), ("sell", 16))),
    "producer": Weighted((("sell", 60), ("export", 40))),
    "retailer": Weighted((("use", 95), ("sell", 5))),
    "carrier": Weighted((("use", 100),)),
    "forwarder": Weighted((("use", 100),)),
}


def stocked(state: State, trader: Trader, place: str) -> None:
    """Goods have come to a firm: plan what it does with them over the next days."""
    for _ in range(state.dice.weighted(NEXT_MOVES)):
        state.later(4, 110, move, trader, place)


def move(state: State, trader: Trader, place: str) -> None:
    """One move, of the kind that the firm's role makes likely."""
    _MOVES[state.dice.weighted(MOVES[trader.role])](state, trader, place)


def use(state: State, trader: Trader, place: str) -> None:
    """Goods are sold over the counter or used up."""
    wares = chosen(state, holding(trader, place), state.dice.weighted(LINES) + 4, low=25, high=95)
    if wares:
        keeping.consume(state, trader, place, wares, state.dice.weighted(REASONS))


def export(state: State, trader: Trader, place: str) -> None:
    """Goods of one sector leave for one country."""
    wares = chosen(state, holding(trader, place), state.dice.weighted(LINES), low=40)
    if not wares:
        return
    sector = wares[0].good.sector
    wares = [ware for ware in wares if ware.good.sector == sector]
    table = BUYERS_ABROAD[sector if sector in BUYERS_ABROAD else ""]
    border.send_out(state, trader, place, state.dice.weighted(table), wares)


def make(state: State, maker: Trader, place: str) -> None:
    """One run of the firm's recipe, with what inputs it has; what cannot be made is sold."""
    recipe, home = maker.recipe, holding(maker, place, Regime.HOME_USE)
    held = [state.stock.held(home, hs) // (amount * 1000) for hs, amount in recipe.inputs]
    batches = min(held) * state.dice.between(40, 100) // 100
    if not batches:
        return sell(state, maker, place)
    inputs = [Ware(GOODS[hs], amount * batches * 1000) for hs, amount in recipe.inputs]
    keeping.process(state, maker, place, inputs, _outputs(state, recipe, batches))
    state.stocked(state, maker, place)
    return None


def _outputs(state: State, recipe: Recipe, batches: int) -> list[tuple[Ware, int]]:
    """Products by the recipe; bulk ones with a yield that varies a little, and their share."""
    outputs = []
    for hs, amount, share in recipe.outputs:
        good = GOODS[hs]
        yielded = state.dice.between(970, 1000) if good.unit == "KGM" else 1000
        outputs.append((Ware(good, amount * batches * yielded, "KZ"), share))
    return outputs


_MOVES = {"sell": sell, "make": make, "use": use, "export": export, "transfer": transfer}
