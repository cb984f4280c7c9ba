"""Targeting: which declarations to open under a budget, learnt from what was found before.

Needs LightGBM, the extra ``targeting``. How it works and how good it is: docs/targeting.md.
"""

from sarai.watch.targeting.booked import BOOKED, Opened, from_book
from sarai.watch.targeting.columns import Columns
from sarai.watch.targeting.declarations import Category, Declarations
from sarai.watch.targeting.handed import Draw, Plan, draw_by, read_plan
from sarai.watch.targeting.measures import Measures, measure, rate_of_all
from sarai.watch.targeting.model import Model
from sarai.watch.targeting.picking import Pick, Ranking, rank
from sarai.watch.targeting.reading import header_of, read_declarations
from sarai.watch.targeting.settings import RANDOM_SHARE, Settings
from sarai.watch.targeting.training import fit, judge, train

__all__ = [
    "BOOKED",
    "RANDOM_SHARE",
    "Category",
    "Columns",
    "Declarations",
    "Draw",
    "Measures",
    "Model",
    "Opened",
    "Pick",
    "Plan",
    "Ranking",
    "Settings",
    "draw_by",
    "fit",
    "from_book",
    "header_of",
    "judge",
    "measure",
    "rank",
    "rate_of_all",
    "read_declarations",
    "read_plan",
    "train",
]
