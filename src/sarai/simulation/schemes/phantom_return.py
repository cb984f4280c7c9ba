"""A return that never was: papers give back goods that nobody had, to cover goods that nobody declared.

Either an import of "returned goods" or a waybill from a supposed customer. Source: misuse of
returns to make a balance (tax authorities' typologies of virtual warehouses).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import RUSSIA, again, contraband, newcomers, note, pass_on, smuggled_in
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """How often the return crosses the border, and how soon the goods are sold."""

    across_the_border: int = 500  # per mille of cases; in the others a waybill returns the goods
    sold_after_h: int = 90


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """Goods come without a paper, and a return is declared that will cover their export."""
    customer, firm = newcomers(state, case, 2, "importer")
    real = contraband(state)
    nothing = again(real, actual=0)
    note(case, "returned", nothing)
    smuggled_in(state, case, firm, firm.home, real)
    if state.dice.chance(SETTINGS.across_the_border):
        case.variant = "import of returned goods"
        border.bring_in(state, firm, RUSSIA, nothing, case=case)
        state.later(20, SETTINGS.sold_after_h, _export, case, [firm], real)
    else:
        case.variant = "waybill of returned goods"
        pass_on(state, case, [customer, firm], customer.home, nothing, _export)


def _export(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    """The goods that came without a paper leave with one."""
    wares = [Ware(ware.good, ware.quantity, price=115) for ware in wares]
    note(case, "exported under cover of the return", wares)
    border.send_out(state, chain[0], chain[0].home, RUSSIA, wares, case=case)
