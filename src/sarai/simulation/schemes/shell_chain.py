"""A chain of shells: goods pass through young firms within hours each, and leave at the end.

The firms share address, phone or director, and each sale blurs who bought what from whom.
Sources: FinCEN and BIS joint alert FIN-2023-Alert004 (May 2023); Tri-Seal note (March 2023).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import RUSSIA, SUPPLIERS, again, contraband, newcomers, note, pass_on
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """How many firms a chain has."""

    fewest: int = 3
    most: int = 6


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """The head of a chain of newcomers imports, and sells on within hours."""
    chain = newcomers(state, case, state.dice.between(SETTINGS.fewest, SETTINGS.most))
    case.variant = f"{len(chain)} firms"
    head, wares = chain[0], contraband(state)
    border.bring_in(state, head, state.dice.weighted(SUPPLIERS), wares, case=case)
    state.later(4, 30, _sell_on, case, chain, again(wares, 108))


def _sell_on(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    holder = chain[0]
    if len(chain) > 1:
        return pass_on(state, case, chain, holder.home, wares, _sell_on)
    note(case, "exported at the end of the chain", wares)
    border.send_out(state, holder, holder.home, RUSSIA, wares, case=case)
    return None
