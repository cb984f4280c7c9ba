"""Capacity: what a corridor can carry a year, where it binds, and what one more unit is worth."""

from sarai.corridors.capacity.flow import Flow, Solution, prepared
from sarai.corridors.capacity.lp import TimedOut
from sarai.corridors.capacity.problem import Empties, Key, Prices, Problem

__all__ = ["Empties", "Flow", "Key", "Prices", "Problem", "Solution", "TimedOut", "prepared"]
