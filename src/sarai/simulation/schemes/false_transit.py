"""False transit: goods bound for here on paper never come; they stay in Russia on their way.

A firm of the transit state orders European goods; the carrier leaves the declared route, or the
destination is changed shortly before arrival, or a paper says that they arrived. Source: OCCRP,
February 2024 (goods changed destination in temporary storage and never reached the country).
"""

from __future__ import annotations

from typing import NamedTuple

from sarai.goods import Regime
from sarai.simulation import border
from sarai.simulation.calendar import DAY_S, HOUR_S
from sarai.simulation.deeds import Consignment, State, divert
from sarai.simulation.dice import Weighted
from sarai.simulation.schemes.cast import RUSSIA, accomplice, again, contraband, newcomers, note
from sarai.simulation.stock import end
from sarai.simulation.truth import Case


class Settings(NamedTuple):
    """What routes, ends and terms such a transit has."""

    variants: tuple[tuple[str, int], ...] = (
        ("never discharged", 40),
        ("rerouted", 35),
        ("paper arrival", 25),
    )
    countries: tuple[str, ...] = ("LT", "PL", "DE", "NL", "IT")
    entry: str = "KZURA"
    gone_to: tuple[str, ...] = ("RUKUF", "RUREN", "RUOMS")
    days_allowed: int = 9
    young_buyer: int = 700  # per mille


SETTINGS = Settings()


def stage(state: State, case: Case) -> None:
    """A firm orders; its goods turn off to Russia within days."""
    dice = state.dice
    case.variant = dice.weighted(Weighted(SETTINGS.variants))
    young = dice.chance(SETTINGS.young_buyer)
    buyer = newcomers(state, case, 1, "importer")[0] if young else accomplice(state, case, "importer")
    mover = accomplice(state, case, "forwarder")
    wares = contraband(state)
    note(case, "declared for the country, left in Russia", wares)
    sent = border.enter(
        state, mover, dice.pick(SETTINGS.countries), SETTINGS.entry, buyer.home, wares,
        days=SETTINGS.days_allowed, consignee=buyer, case=case,
    )  # fmt: skip
    state.clock.at(state.now + HOUR_S, border.seal, state, sent, "applied", SETTINGS.entry)
    state.clock.at(state.now + dice.between(20, 60) * HOUR_S, _leave_the_route, state, sent)


def _leave_the_route(state: State, sent: Consignment) -> None:
    """The lorry turns to Russia; the goods are gone, whatever the papers will say."""
    dice = state.dice
    there = dice.pick(SETTINGS.gone_to)
    for ware in sent.wares.values():
        end(ware.portions, f"diverted:{RUSSIA}")
        ware.portions = []
    border.seal(state, sent, dice.pick(("off_route", "silent", "off_route")), there)
    if sent.case.variant == "rerouted":
        state.later(2, 20, _reroute, sent, there)
    elif sent.case.variant == "paper arrival":
        state.clock.at(state.now + dice.between(2, 4) * DAY_S, _arrive_on_paper, state, sent)


def _reroute(state: State, sent: Consignment, there: str) -> None:
    divert(state, sent, there, "consignee gave up the goods", country=RUSSIA)
    state.later(2, 12, border.leave, sent, SETTINGS.entry, RUSSIA)


def _arrive_on_paper(state: State, sent: Consignment) -> None:
    """The arrival is declared and the goods cleared, of which nothing is there."""
    border.arrive(state, sent, sent.consignee)
    state.later(3, 30, _clear_on_paper, sent)


def _clear_on_paper(state: State, sent: Consignment) -> None:
    nothing = again(list(sent.wares.values()), actual=0)
    storage = Regime.TEMPORARY_STORAGE
    border.clear(state, sent.consignee, sent.destination, storage, nothing, sent.case)
