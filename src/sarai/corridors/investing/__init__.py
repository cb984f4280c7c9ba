"""Investing: which projects, when, within a budget, proven; the frontier, scenarios and regret.

>>> question = Question(network=..., projects=..., demands=..., years=range(2026, 2036))  # doctest: +SKIP
>>> plan(question, budget=5000.0).words  # doctest: +SKIP
"""

from sarai.corridors.investing.comparing import Judged, Regret, frontier, regret
from sarai.corridors.investing.plans import Chosen, Gain, Plan, plan
from sarai.corridors.investing.question import OBJECTIVES, Question
from sarai.corridors.investing.scenario import Scenario
from sarai.corridors.investing.singles import Alone, single

__all__ = [
    "OBJECTIVES",
    "Alone",
    "Chosen",
    "Gain",
    "Judged",
    "Plan",
    "Question",
    "Regret",
    "Scenario",
    "frontier",
    "plan",
    "regret",
    "single",
]
