"""Ghost trade: goods that left on paper and stayed, or came on paper and never arrived.

Source: Financial Times, May 2023: of USD 2 bn of controlled European goods sent to neighbours of
Russia in 2022, more than 1 bn never arrived.
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import (
    SUPPLIERS,
    again,
    contraband,
    newcomers,
    note,
    pass_on,
    smuggled_out,
)
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """How often goods never come rather than never leave, and where they are said to go."""

    never_came: int = 500  # per mille of cases; in the others the goods stay that are exported
    harmless_countries: tuple[str, ...] = ("KG", "UZ", "AZ", "GE")


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """Goods are imported on paper and sold on, or imported in truth and exported on paper."""
    firms = newcomers(state, case, 2, "importer")
    country = state.dice.weighted(SUPPLIERS)
    if state.dice.chance(SETTINGS.never_came):
        case.variant = "never came"
        wares = contraband(state)
        nothing = again(wares, actual=0)
        note(case, "imported", nothing)
        border.bring_in(state, firms[0], country, nothing, case=case)
        state.later(20, 100, pass_on, case, firms, firms[0].home, again(nothing, 104), _keep_on_paper)
    else:
        case.variant = "never left"
        wares = contraband(state)
        border.bring_in(state, firms[0], country, wares, case=case)
        state.later(20, 100, _export_on_paper, case, firms[0], again(wares, 108))


def _keep_on_paper(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    """The last firm keeps a stock that only the book has."""


def _export_on_paper(state: State, case: Case, firm: Trader, wares: list[Ware]) -> None:
    """A neighbour is declared as the destination; the goods stay, and leave later without a paper."""
    nothing = again(wares, actual=0)
    note(case, "exported", nothing)
    harmless = state.dice.pick(SETTINGS.harmless_countries)
    border.send_out(state, firm, firm.home, harmless, nothing, case=case)
    state.later(30, 120, smuggled_out, firm, firm.home, wares)
