"""Past shocks: run forward from what was known before them, and held against what then happened."""

from sarai.minerals.shocks.cases.forecast import Assumed, Figure, Said
from sarai.minerals.shocks.cases.held import AS_BEFORE, Off, Outcome, Paid, Year, ran
from sarai.minerals.shocks.cases.known import CASES, EVENTS, Case, cases_of
from sarai.minerals.shocks.cases.shares import Sourced, World, ran_on_shares

__all__ = [
    "AS_BEFORE",
    "CASES",
    "EVENTS",
    "Assumed",
    "Case",
    "Figure",
    "Off",
    "Outcome",
    "Paid",
    "Said",
    "Sourced",
    "World",
    "Year",
    "cases_of",
    "ran",
    "ran_on_shares",
]
