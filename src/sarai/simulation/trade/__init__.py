"""Honest trade: what firms do of themselves, day by day."""

from sarai.simulation.trade.day import open_books, plan_day, who_orders
from sarai.simulation.trade.moves import stocked

__all__ = ["open_books", "plan_day", "stocked", "who_orders"]
