"""A sudden specialist: a firm of another trade begins to import goods of the priority list.

Large, from the first day, and sold abroad at once. Sources: FinCEN and BIS joint alert
FIN-2023-Alert004 (red flags RF02 and RF03); BIS red flag indicators (RF04).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import (
    RUSSIA,
    SUPPLIERS,
    accomplice,
    again,
    apart,
    contraband,
    newcomers,
    note,
)
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """Who the firm may be, and how large and frequent its consignments are."""

    established: int = 700  # per mille: an old firm of another trade; else a new one
    own_trades: tuple[str, ...] = ("components", "electronics", "machinery", "vehicles")
    fewest: int = 3
    most: int = 6
    size: int = 5
    every_h: int = 40
    direct: int = 800  # per mille of consignments that go to Russia, the others by a neighbour


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """A firm of another trade imports priority goods several times, and exports them."""
    dice = state.dice
    old = dice.chance(SETTINGS.established)
    case.variant = "established firm" if old else "new firm"
    roles = ("importer", "wholesaler", "retailer")
    if old:
        firm = accomplice(state, case, *roles, not_in=SETTINGS.own_trades)
    else:
        (firm,) = newcomers(state, case, 1, "importer")
    place = apart(state, firm)
    for number in range(dice.between(SETTINGS.fewest, SETTINGS.most)):
        state.later(number * SETTINGS.every_h, (number + 1) * SETTINGS.every_h, _import, case, firm, place)


def _import(state: State, case: Case, firm: Trader, place: str) -> None:
    wares = contraband(state, size=SETTINGS.size)
    border.bring_in(state, firm, state.dice.weighted(SUPPLIERS), wares, place=place, case=case)
    state.later(12, 70, _export, case, firm, place, again(wares, 115))


def _export(state: State, case: Case, firm: Trader, place: str, wares: list[Ware]) -> None:
    note(case, "imported and exported by a firm of another trade", wares)
    country = RUSSIA if state.dice.chance(SETTINGS.direct) else "KG"
    border.send_out(state, firm, place, country, wares, case=case)
