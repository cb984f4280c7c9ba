"""Capacity: what a corridor can carry a year, where it binds, and what one more unit is worth.

`answer` solves a `Problem`, `by_month` the twelve months, `most` the largest throughput, `compare` two
networks; `prepared` makes a flow ready that is asked again and again with other capacities and demands.
"""

from sarai.corridors.capacity.answer import (
    Answer,
    CarriedDemand,
    EmptyWay,
    LegFlow,
    LimitUse,
    Totals,
    Way,
    answer,
    answered,
)
from sarai.corridors.capacity.comparing import Compared, Shift, compare, moved
from sarai.corridors.capacity.flow import Flow, Solution, prepared
from sarai.corridors.capacity.lp import TimedOut
from sarai.corridors.capacity.monthly import LimitYear, Year, by_month
from sarai.corridors.capacity.most import Cut, Most, most
from sarai.corridors.capacity.problem import Empties, Key, Prices, Problem

__all__ = [
    "Answer", "CarriedDemand", "Compared", "Cut", "Empties", "EmptyWay", "Flow", "Key", "LegFlow", "LimitUse",
    "LimitYear", "Most", "Prices", "Problem", "Shift", "Solution", "TimedOut", "Totals", "Way", "Year",
    "answer", "answered", "by_month", "compare", "most", "moved", "prepared",
]  # fmt: skip
