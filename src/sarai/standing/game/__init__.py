"""Carrots and sticks: the game between inspectors, traders and the partners who reward and threaten.

`one` is the 2x2 game, `table` and `reading` what the large one is made of, `plan` its best commitment,
`beside` what it is held against, `schedules` whole inspectors, `repeated` the game with reputation. How it
works and what it cannot do: docs/standing.md.
"""

from sarai.standing.game.answers import Answer, Answered, answered, faults
from sarai.standing.game.beside import Nash, greedy, nash, uniform
from sarai.standing.game.one import (
    PARAMETERS,
    Commitment,
    Equilibrium,
    Inspection,
    Statics,
    commitment,
    equilibrium,
    statics,
)
from sarai.standing.game.payoffs import COMPLY, Action, Payoffs, Post, payoffs
from sarai.standing.game.plan import GRID, Plan, commit
from sarai.standing.game.reading import example, read_game, read_repeated, repeated_example
from sarai.standing.game.repeated import Decisions, Kept, Step, decisions, frontier, keep, lowest
from sarai.standing.game.reputation import Mix, Period, Repeated, period
from sarai.standing.game.schedules import Schedule, draw, marginals, schedules
from sarai.standing.game.table import Checkpoint, Game, Levers, Shift, Trader, Typology

__all__ = [
    "COMPLY",
    "GRID",
    "PARAMETERS",
    "Action",
    "Answer",
    "Answered",
    "Checkpoint",
    "Commitment",
    "Decisions",
    "Equilibrium",
    "Game",
    "Inspection",
    "Kept",
    "Levers",
    "Mix",
    "Nash",
    "Payoffs",
    "Period",
    "Plan",
    "Post",
    "Repeated",
    "Schedule",
    "Shift",
    "Statics",
    "Step",
    "Trader",
    "Typology",
    "answered",
    "commit",
    "commitment",
    "decisions",
    "draw",
    "equilibrium",
    "example",
    "faults",
    "frontier",
    "greedy",
    "keep",
    "lowest",
    "marginals",
    "nash",
    "payoffs",
    "period",
    "read_game",
    "read_repeated",
    "repeated_example",
    "schedules",
    "statics",
    "uniform",
]
