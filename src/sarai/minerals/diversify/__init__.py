"""Diversifying: who is to supply a material, what to build and hold, at least cost, under stated rules.

>>> case = Case(years=..., needs=..., rules=Rules(by=2030), suppliers=..., projects=...)  # doctest: +SKIP
>>> best(case).greatest_share  # doctest: +SKIP
"""

from sarai.corridors.capacity.lp import TimedOut
from sarai.minerals.diversify.balance import Balance, Fed
from sarai.minerals.diversify.case import FAMILIES, Case, Rules
from sarai.minerals.diversify.checking import Check, broken, checked
from sarai.minerals.diversify.frontier import LEVELS, Level, frontier
from sarai.minerals.diversify.plans import Chosen, Plan, Stocked, Taken, YearOf, best, cost_of_rules
from sarai.minerals.diversify.program import Impossible
from sarai.minerals.diversify.relaxing import Relaxation, relaxed
from sarai.minerals.diversify.tables import KINDS, STAGES, STANDARDS, Limit, Need, Project, Supplier, Way
from sarai.minerals.diversify.worth import PER, Worth, worth

__all__ = [
    "FAMILIES", "KINDS", "LEVELS", "PER", "STAGES", "STANDARDS", "Balance", "Case", "Check", "Chosen", "Fed",
    "Impossible", "Level", "Limit", "Need", "Plan", "Project", "Relaxation", "Rules", "Stocked", "Supplier",
    "Taken", "TimedOut", "Way", "Worth", "YearOf", "best", "broken", "checked", "cost_of_rules", "frontier",
    "relaxed", "worth",
]  # fmt: skip
