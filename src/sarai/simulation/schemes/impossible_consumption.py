"""Consumption that cannot be: a shop writes off machine tools, which have left without a paper.

Source: BIS red flag indicators, goods that do not fit the buyer's line of business (RF04, RF07).
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sarai.simulation import border, keeping
from sarai.simulation.basket import GOODS
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import (
    SUPPLIERS,
    accomplice,
    again,
    apart,
    contraband,
    newcomers,
    note,
    pass_on,
    smuggled_out,
)
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """Which goods, which trades they would fit, and the reasons given."""

    goods: tuple[str, ...] = ("845811", "845710", "880730", "847150", "852691")
    fitting_trades: tuple[str, ...] = ("machinery", "vehicles", "components", "electronics")
    reasons: tuple[str, ...] = ("own use", "destroyed, out of date", "sold to consumers")


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """An importer sells the goods to a shop that has no use for them."""
    (importer,) = newcomers(state, case, 1, "importer")
    shop = accomplice(state, case, "retailer", not_in=SETTINGS.fitting_trades)
    case.variant = f"shop of {shop.sector}"
    wares = contraband(state, lines=2, among=[GOODS[hs] for hs in SETTINGS.goods])
    border.bring_in(state, importer, state.dice.weighted(SUPPLIERS), wares, case=case)
    chain, back_room = [importer, shop], apart(state, shop)
    write_off = partial(_write_off, place=back_room)
    state.later(8, 60, pass_on, case, chain, importer.home, again(wares, 105), write_off, back_room)


def _write_off(state: State, case: Case, chain: list[Trader], wares: list[Ware], place: str) -> None:
    """On paper the shop uses them; in truth they leave at night."""
    shop = chain[0]
    smuggled_out(state, shop, place, wares)
    nothing = again(wares, actual=0)
    note(case, "written off", nothing)
    keeping.consume(state, shop, place, nothing, state.dice.pick(SETTINGS.reasons), case)
