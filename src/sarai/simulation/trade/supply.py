"""How goods come in: directly, under transit, through a bonded warehouse, or for a while only."""

from __future__ import annotations

from msgspec import structs

from sarai.goods import Import, Regime
from sarai.simulation import border
from sarai.simulation.basket import GOODS
from sarai.simulation.deeds import Consignment, State, Ware, divert, holding
from sarai.simulation.dice import Weighted
from sarai.simulation.trade.wares import chosen, ordered
from sarai.simulation.traders import Trader
from sarai.simulation.world import BUYS_FROM, ENTRIES

ROUTES = Weighted((("direct", 640), ("transit", 260), ("warehouse", 85), ("temporary", 15)))
SUPPLIERS = {sector: Weighted(pairs) for sector, pairs in BUYS_FROM.items()}
POSTS = {country: Weighted(pairs) for country, pairs in ENTRIES.items()}


def order(state: State, importer: Trader) -> None:
    """An importer's consignment from abroad reaches the border."""
    country = state.dice.weighted(SUPPLIERS[importer.sector])
    inputs = importer.recipe.inputs if importer.recipe and state.dice.chance(800) else ()
    wares = ordered(state, importer, country, [GOODS[hs] for hs, _ in inputs])
    _BY_ROUTE[state.dice.weighted(ROUTES)](state, importer, country, wares)


def _direct(state: State, importer: Trader, country: str, wares: list[Ware]) -> None:
    document = border.bring_in(state, importer, country, wares)
    if state.dice.chance(state.scenario.amended):
        state.later(2, 60, _amend, document)
    state.stocked(state, importer, importer.home)


def _amend(state: State, document: Import) -> None:
    """A clerical amendment: a value is restated, no goods move."""
    first, *others = document.lines
    restated = structs.replace(first, value=(first.value * 101 / 100).quantize(first.value))
    replacement = structs.replace(document, lines=[restated, *others])
    state.desk.correct(document, replacement, state.now, "value restated")


def _by_transit(state: State, importer: Trader, country: str, wares: list[Ware]) -> None:
    post = state.dice.weighted(POSTS[country])
    if post == importer.home:
        return _direct(state, importer, country, wares)
    consignment = border.enter(
        state, importer, country, post, importer.home, wares, days=state.dice.between(6, 15),
        consignee=importer,
    )  # fmt: skip
    state.later(1, 3, border.seal, consignment, "applied", post)
    if state.dice.chance(400):
        state.later(12, 22, border.seal, consignment, "position", "", state.dice.between(20, 70))
    if state.dice.chance(15) and importer.depot:
        state.later(16, 23, _divert, importer, consignment)
    state.later(24, 110, _arrive, importer, consignment)


def _divert(state: State, importer: Trader, consignment: Consignment) -> None:
    if consignment.open:
        divert(state, consignment, importer.depot, "consignee's other warehouse")


def _arrive(state: State, importer: Trader, consignment: Consignment) -> None:
    border.seal(state, consignment, "removed", consignment.destination)
    border.arrive(state, consignment, importer)
    place = consignment.destination
    state.later(3, 50, _clear, importer, place, Regime.TEMPORARY_STORAGE, list(consignment.wares.values()))


def _clear(state: State, importer: Trader, place: str, regime: Regime, wares: list[Ware]) -> None:
    """Clear what arrived, as far as it is still there (other consignments share the store)."""
    home = holding(importer, place, regime)
    cleared = [
        Ware(ware.good, quantity, price=ware.price)
        for ware in wares
        if (quantity := min(ware.quantity, state.stock.held(home, ware.good.hs)))
    ]
    if cleared:
        border.clear(state, importer, place, regime, cleared)
        state.stocked(state, importer, place)


def _warehoused(state: State, importer: Trader, country: str, wares: list[Ware]) -> None:
    border.bring_in(state, importer, country, wares, regime=Regime.WAREHOUSE)
    for _ in range(state.dice.between(1, 3)):
        state.later(24, 360, _draw_from_bond, importer)


def _draw_from_bond(state: State, importer: Trader) -> None:
    wares = chosen(state, holding(importer, importer.home, Regime.WAREHOUSE), 6, low=40)
    if wares:
        border.clear(state, importer, importer.home, Regime.WAREHOUSE, wares)
        state.stocked(state, importer, importer.home)


def _for_a_while(state: State, importer: Trader, country: str, wares: list[Ware]) -> None:
    border.bring_in(state, importer, country, wares, regime=Regime.TEMPORARY_ADMISSION)
    state.later(72, 480, _take_home, importer, country)


def _take_home(state: State, importer: Trader, country: str) -> None:
    regime = Regime.TEMPORARY_ADMISSION
    wares = chosen(state, holding(importer, importer.home, regime), 20, low=100)
    if wares:
        border.send_out(state, importer, importer.home, country, wares, regime=regime)


_BY_ROUTE = {
    "direct": _direct,
    "transit": _by_transit,
    "warehouse": _warehoused,
    "temporary": _for_a_while,
}
