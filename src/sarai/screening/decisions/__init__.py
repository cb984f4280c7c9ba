"""What was screened, what officers decided, and when either has to be done again."""

from sarai.screening.decisions.facts import MATTERING, FactChange, Facts, facts, what_changed
from sarai.screening.decisions.log import Decision, Log, Screening, Standing, Verdict
from sarai.screening.decisions.rescreening import Hit, HitChange, HitDifference, difference

__all__ = [
    "MATTERING",
    "Decision",
    "FactChange",
    "Facts",
    "Hit",
    "HitChange",
    "HitDifference",
    "Log",
    "Screening",
    "Standing",
    "Verdict",
    "difference",
    "facts",
    "what_changed",
]
