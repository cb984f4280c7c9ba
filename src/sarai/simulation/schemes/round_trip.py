"""A round trip: the same goods leave and come back, dearer each time, between related firms.

It makes turnover, refunds and an origin. Source: the standard typology of trade-based money
laundering (carousel; red flag RF32).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.goods import Party
from sarai.simulation import border
from sarai.simulation.basket import GOODS
from sarai.simulation.deeds import State, Ware
from sarai.simulation.schemes.cast import again, contraband, newcomers, note
from sarai.simulation.traders import Trader
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """Which goods travel, by which countries, how often and how much dearer each time."""

    goods: tuple[str, ...] = ("851713", "847130", "854231", "854232", "851762")
    countries: tuple[str, ...] = ("AE", "KG", "GE", "AZ")
    fewest_rounds: int = 2
    most_rounds: int = 3
    dearer: int = 135  # per cent, each round


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """Goods are imported for the first time, soon to leave again."""
    firms = newcomers(state, case, 2, "importer")
    dice = state.dice
    country = dice.pick(SETTINGS.countries)
    partner = dice.pick(state.people.abroad[country])
    rounds = dice.between(SETTINGS.fewest_rounds, SETTINGS.most_rounds)
    case.variant = f"{rounds} rounds by {country}"
    wares = contraband(state, lines=1, among=[GOODS[hs] for hs in SETTINGS.goods])
    border.bring_in(state, firms[0], country, wares, seller=partner, case=case)
    state.later(10, 40, _leave, case, firms, again(wares, SETTINGS.dearer), partner, rounds)


def _leave(
    state: State, case: Case, firms: list[Trader], wares: list[Ware], partner: Party, rounds: int
) -> None:
    holder = firms[0]
    note(case, "exported, to come back", wares)
    border.send_out(state, holder, holder.home, partner.country, wares, case=case)
    if rounds:
        state.later(24, 60, _return, case, firms[::-1], wares, partner, rounds - 1)


def _return(
    state: State, case: Case, firms: list[Trader], gone: list[Ware], partner: Party, rounds: int
) -> None:
    """The other firm imports them again: a new lot on paper, the same goods in truth."""
    wares = again(gone, SETTINGS.dearer)
    border.bring_in(state, firms[0], partner.country, wares, seller=partner, case=case)
    for lot, ware in zip(state.stock.lots[-len(wares) :], gone, strict=True):
        lot.formerly = ware.portions[0].lot.ref
    state.later(10, 40, _leave, case, firms, again(wares), partner, rounds)
