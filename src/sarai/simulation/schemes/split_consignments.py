"""Split consignments: one large order comes as many, each just under the value that is checked.

Several importers and suppliers, the same goods within days, one collector. Source: FinCEN and BIS
joint alert FIN-2023-Alert004 (red flag RF19).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.simulation import border
from sarai.simulation.basket import Good, priority_goods
from sarai.simulation.deeds import State, Ware, holding
from sarai.simulation.schemes.cast import RUSSIA, SUPPLIERS, newcomers, note, pass_on
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """The value that is checked, and into how many parts an order falls below it."""

    threshold_usd: int = 10_000
    least_of_it: int = 82  # per cent
    most_of_it: int = 99
    fewest: int = 6
    most: int = 14
    importers: int = 3
    window_h: int = 110


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """Several importers bring the parts in; each then sends what it has to the collector."""
    dice = state.dice
    *importers, collector = newcomers(state, case, SETTINGS.importers + 1, "importer")
    small = [good for good in priority_goods() if good.unit_value_cusd * 4 < SETTINGS.threshold_usd * 100]
    good = dice.pick(small)
    count = dice.between(SETTINGS.fewest, SETTINGS.most)
    case.variant = f"{count} consignments under USD {SETTINGS.threshold_usd}"
    for _ in range(count):
        state.later(0, SETTINGS.window_h, _import, case, dice.pick(importers), good)
    for importer in importers:
        state.later(
            SETTINGS.window_h + 60, SETTINGS.window_h + 90, _collect, case, [importer, collector], good
        )


def _import(state: State, case: Case, importer: Trader, good: Good) -> None:
    per_cent = state.dice.between(SETTINGS.least_of_it, SETTINGS.most_of_it)
    pieces = SETTINGS.threshold_usd * per_cent // good.unit_value_cusd
    wares = [Ware(good, pieces * 1000)]
    note(case, "imported under the threshold", wares)
    border.bring_in(state, importer, state.dice.weighted(SUPPLIERS), wares, case=case)


def _collect(state: State, case: Case, chain: list[Trader], good: Good) -> None:
    """What one importer has brought in goes to the collector."""
    home = chain[0].home
    held = state.stock.held(holding(chain[0], home), good.hs)
    if held:
        pass_on(state, case, chain, home, [Ware(good, held, price=110)], _export)


def _export(state: State, case: Case, chain: list[Trader], wares: list[Ware]) -> None:
    note(case, "exported", wares)
    border.send_out(state, chain[0], chain[0].home, RUSSIA, wares, case=case)
