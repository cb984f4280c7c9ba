"""Of plans that cost the same, the one whose suppliers are governed best.

Many of today's suppliers cost the same by assumption, so the least cost alone leaves open which of them gives
way, and a solver's choice would differ from year to year for no reason. Projects and the cost stay as they
were found. Where a risk is asked for, it says enough of governance, and nothing is settled.
"""

from __future__ import annotations

from msgspec.structs import replace

from sarai.goods import SaraiError
from sarai.minerals.diversify.model import Model
from sarai.minerals.diversify.program import Solved

__all__ = ["settled"]


def settled(made: Model, found: Solved, seconds: float) -> Solved:
    """The solution with the least sum of governance times consumption; `made` is of no further use.

    Where that cannot be solved in numbers, the solution stays as it was found.
    """
    case, program = made.case, made.program
    if case.rules.risk is not None or not case.weights or found.value <= 0:
        return found
    cost = {name: program.cost[at] / found.value for name, at in program.at.items() if program.cost[at]}
    program.row("", cost, high=1.0)
    for name in [each for each in program.at if each[0] == "decide"]:
        program.fix(name, found.of[name])
    program.cost = [0.0] * len(program.cost)
    for (_, _, country, _), sums in made.uses.items():
        for name, part in sums.items():
            program.cost[program.at[name]] += part * case.weight(country)
    try:
        return replace(found, of=program.solve(seconds).of)
    except SaraiError:
        return found
