"""An under-declared quantity: less is imported on paper than comes, and all of it is sold on.

The book then sees an export that its imports do not cover. Source: the classic shortfall between
what is declared in and out (trade-based laundering; WCO mirror analysis).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.basket import priority_goods
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import RUSSIA, SUPPLIERS, again, contraband, newcomers, note, pass_on
from sarai.simulation.trade.wares import part
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """What share of the goods is declared, and which goods it can be done with."""

    least_declared: int = 25  # per cent of what comes
    most_declared: int = 65
    least_usual: int = 30  # units: of a single machine no part can be declared


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """More is imported than the paper says, and all of it is sold on."""
    chain = newcomers(state, case, 2, "importer")
    per_cent = state.dice.between(SETTINGS.least_declared, SETTINGS.most_declared)
    case.variant = f"{per_cent} % declared"
    many = [good for good in priority_goods() if good.usual >= SETTINGS.least_usual]
    real = contraband(state, size=3, among=many)
    declared = [
        Ware(ware.good, part(ware.good, ware.quantity, per_cent), actual=ware.quantity) for ware in real
    ]
    note(case, "imported", declared)
    border.bring_in(state, chain[0], state.dice.weighted(SUPPLIERS), declared, case=case)
    state.later(10, 70, pass_on, case, chain, chain[0].home, again(real, 110), _export)


def _export(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    note(case, "exported", wares)
    border.send_out(state, chain[0], chain[0].home, RUSSIA, wares, case=case)
