"""Through the months: with all of them foreseen, or one after the other."""

from __future__ import annotations

import numpy as np

from sarai.minerals.shocks.clearing.newton import balanced
from sarai.minerals.shocks.clearing.program import Program, month

__all__ = ["foreseen", "month_by_month"]

Path = tuple[np.ndarray, np.ndarray]
"""Prices, and rents of stocks as of the month; both (T, n)."""


def foreseen(of: Program, start: Path | None = None) -> Path:
    """All months as one programme: stocks go where they are worth most."""
    first = None if start is None else (start[0], start[1][0])
    prices, rents, _ = balanced(of, first)
    return prices, rents / of.discount


def month_by_month(of: Program, start: Path | None = None) -> Path:
    """Each month as a programme of its own, with what the last has left of stocks.

    Where nothing is left, a tonne would be worth all that the price is above the base.
    """
    left, prices, rents = of.stocks, [], []
    price, rent = np.ones((1, of.shape[1])), np.zeros(of.shape[1])
    for at in range(of.shape[0]):
        if start is not None:
            price, rent = start[0][at : at + 1], start[1][at]
        alone = month(of, at, left)
        price, rent, found = balanced(alone, (price, rent))
        prices.append(price[0])
        rents.append(np.where(alone.stocks > 0, rent, np.maximum(price[0] - 1, 0.0)))
        left = np.maximum(found.left, 0.0)
    return np.array(prices), np.array(rents)
