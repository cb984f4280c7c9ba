"""Shocks: measures in words, how they spread over a trade network, and what past ones show of that."""

from sarai.minerals.shocks.cascade import Market, Spread, cascade
from sarai.minerals.shocks.elasticities import parameters
from sarai.minerals.shocks.markets import market_of
from sarai.minerals.shocks.measures import Cut, Measure, cut, parse
from sarai.minerals.shocks.playing import Doubt, Intervals, Months, by_month, doubt_of, intervals

__all__ = [
    "Cut",
    "Doubt",
    "Intervals",
    "Market",
    "Measure",
    "Months",
    "Spread",
    "by_month",
    "cascade",
    "cut",
    "doubt_of",
    "intervals",
    "market_of",
    "parameters",
    "parse",
]
