"""Prices under a shock: a market by country and month, cleared as a spatial price equilibrium."""

from sarai.minerals.shocks.clearing.calibrating import MOST, REST, Market, market
from sarai.minerals.shocks.clearing.curves import CHOKE, HIGHEST, SHUT
from sarai.minerals.shocks.clearing.months import INTEREST_A_YEAR, Cleared, cleared
from sarai.minerals.shocks.clearing.shock import Shock, calm
from sarai.minerals.shocks.clearing.uncertain import DRAWS, PERCENTILES, Intervals, drawings, intervals
from sarai.minerals.shocks.elasticities import Elasticities, Parameter, drawn, parameters, read, typical

__all__ = [
    "CHOKE",
    "DRAWS",
    "HIGHEST",
    "INTEREST_A_YEAR",
    "MOST",
    "PERCENTILES",
    "REST",
    "SHUT",
    "Cleared",
    "Elasticities",
    "Intervals",
    "Market",
    "Parameter",
    "Shock",
    "calm",
    "cleared",
    "drawings",
    "drawn",
    "intervals",
    "market",
    "parameters",
    "read",
    "typical",
]
