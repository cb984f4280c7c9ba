"""Cases: alerts that belong together, their score, what officers do with them, and until when."""

from sarai.watch.cases.building import build
from sarai.watch.cases.case import Case
from sarai.watch.cases.casework import Casework
from sarai.watch.cases.clocks import CLOCKS, Clock, Due, read_clocks
from sarai.watch.cases.desk import Desk, Officer, authority
from sarai.watch.cases.gather import Gathered, Link, Merged, gather
from sarai.watch.cases.ranking import Ranked
from sarai.watch.cases.score import Contribution, Score, Weights, learn
from sarai.watch.cases.steps import Step, StepStore

__all__ = [
    "CLOCKS",
    "Case",
    "Casework",
    "Clock",
    "Contribution",
    "Desk",
    "Due",
    "Gathered",
    "Link",
    "Merged",
    "Officer",
    "Ranked",
    "Score",
    "Step",
    "StepStore",
    "Weights",
    "authority",
    "build",
    "gather",
    "learn",
    "read_clocks",
]
