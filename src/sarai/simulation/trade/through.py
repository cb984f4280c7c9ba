"""Transit through the country: sealed at one border, checked at the other."""

from __future__ import annotations

from sarai.simulation import border
from sarai.simulation.basket import BY_SECTOR, SECTORS
from sarai.simulation.calendar import DAY_S, HOUR_S
from sarai.simulation.deeds import Consignment, State
from sarai.simulation.dice import Weighted
from sarai.simulation.trade.wares import ordered
from sarai.simulation.world import CORRIDORS, Corridor

WAYS = Weighted((corridor, corridor.weight) for corridor in CORRIDORS)
SLIPS = 25  # per mille of transits whose seal is silent for a while though nothing is amiss


def pass_through(state: State) -> None:
    """A foreign consignment enters, crosses and leaves; borders never close."""
    dice = state.dice
    principal = dice.pick(state.people.by_role["forwarder"])
    way = dice.weighted(WAYS)
    wares = ordered(state, principal, way.country, BY_SECTOR[dice.pick(SECTORS)])
    sent = border.enter(
        state, principal, way.country, way.entry, way.leave, wares, days=way.days * 2, onward=way.onward
    )
    at = state.clock.at
    at(state.now + HOUR_S, border.seal, state, sent, "applied", way.entry)
    for leg in range(1, dice.between(1, 3)):
        halfway = state.now + leg * way.days * DAY_S // 4 + dice.below(4 * HOUR_S)
        at(halfway, border.seal, state, sent, "position", "", 25 * leg + dice.below(15))
    if dice.chance(SLIPS):
        at(state.now + dice.between(6, 20) * HOUR_S, border.seal, state, sent, "silent", "", 20)
    late = way.days * dice.between(1, 2) if dice.chance(30) else 0
    travelled = way.days * DAY_S - dice.below(18 * HOUR_S) + late * DAY_S
    at(state.now + travelled, _leave, state, sent, way)


def _leave(state: State, sent: Consignment, way: Corridor) -> None:
    border.seal(state, sent, "removed", way.leave)
    border.leave(state, sent, way.leave, way.onward)
