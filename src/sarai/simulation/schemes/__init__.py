"""Ways to cheat: one file each, each with its source, its settings and one function ``stage``.

A scheme is staged by the clock at the start of its case. It plays honest deeds with wares that
are not what their papers say, and its case keeps parties, papers, lots and quantities.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sarai.simulation.calendar import OPENS_S, midnight, office
from sarai.simulation.deeds import State
from sarai.simulation.scenario import SCHEMES
from sarai.simulation.schemes import (
    false_transit,
    ghost_trade,
    impossible_consumption,
    misdeclared_code,
    phantom_return,
    round_trip,
    shell_chain,
    split_consignments,
    sudden_specialist,
    under_declared,
)
from sarai.simulation.truth import Case

__all__ = ["STAGES", "plan_schemes"]

STAGES: dict[str, Callable[[State, Case], None]] = {
    "false_transit": false_transit.stage,
    "shell_chain": shell_chain.stage,
    "misdeclared_code": misdeclared_code.stage,
    "under_declared": under_declared.stage,
    "round_trip": round_trip.stage,
    "split_consignments": split_consignments.stage,
    "sudden_specialist": sudden_specialist.stage,
    "phantom_return": phantom_return.stage,
    "impossible_consumption": impossible_consumption.stage,
    "ghost_trade": ghost_trade.stage,
}
ROOM_DAYS = 14  # cases begin so early, where the run is long enough, that most can end within it
MORNINGS_S = 8 * 3_600


def plan_schemes(state: State) -> None:
    """Set the beginnings of all cases, spread over the run."""
    scenario, dice = state.scenario, state.dice
    for name in SCHEMES:
        rate = scenario.schemes.get(name, 0)
        for number in range(1, max(1, scenario.traders * rate // 1000) + 1 if rate else 1):
            case = Case(name, number)
            state.truth.cases.append(case)
            day = scenario.start + timedelta(days=dice.below(max(1, scenario.days - ROOM_DAYS)))
            start = office(midnight(day) + OPENS_S + dice.below(MORNINGS_S))
            state.clock.at(start, STAGES[name], state, case)
