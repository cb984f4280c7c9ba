"""Four curves: what is supplied, used, shipped and released at a price; each with slope and surplus.

Prices are relative to the base, in which every one is 1. A surplus is the area between a curve and the price,
so its derivative by the price is the quantity itself: that is all that the equilibrium needs to know.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = [
    "CEILING",
    "CHOKE",
    "HIGHEST",
    "LOWEST",
    "SHUT",
    "Point",
    "demand",
    "released",
    "shipped",
    "supply",
]

CHOKE = 10.0
"""Price beyond which users begin to shut, on a straight line down to none at twice that. Assumed: the rare
earths of 2011 rose about tenfold, and beyond what was ever seen a constant elasticity says nothing."""
HIGHEST = 2 * CHOKE
SHUT = 0.3
"""Price below which producers begin to shut, on a straight line down to none at nothing. Assumed: with no
elasticity would they give away, year after year, what nobody takes."""
LOWEST = 1e-6  # where nobody buys at all
CEILING = 100 * HIGHEST  # in a hub that has nothing left to pass on, far above what its neighbours pay
STEEPEST = 30.0  # exponent of e: the price at which a very inelastic producer reaches its capacity, bounded


class Point(NamedTuple):
    """Of a curve at a price: quantity, its derivative, and the surplus; arrays of one shape."""

    quantity: np.ndarray
    slope: np.ndarray
    surplus: np.ndarray


def demand(price: np.ndarray, base: np.ndarray, elasticity: np.ndarray) -> Point:
    """Used at a price: base * price ** -elasticity as far as `CHOKE`, then straight to none at `HIGHEST`."""
    from scipy.special import boxcox

    at_choke = base * CHOKE**-elasticity
    below = price < CHOKE
    low, left = np.minimum(price, CHOKE), np.clip(HIGHEST - price, 0.0, CHOKE)
    used = np.where(below, base * low**-elasticity, at_choke * left / CHOKE)
    falling = (price >= CHOKE) & (price < HIGHEST)
    slope = np.where(below, -elasticity * used / low, np.where(falling, -at_choke / CHOKE, 0.0))
    area = boxcox(CHOKE, 1 - elasticity) - boxcox(low, 1 - elasticity)
    return Point(used, slope, base * area + at_choke * left**2 / (2 * CHOKE))


def supply(price: np.ndarray, base: np.ndarray, elasticity: np.ndarray, spare: np.ndarray) -> Point:
    """Given at a price: base * price ** elasticity from `SHUT` to the capacity, base * (1 + spare)."""
    full_at = np.exp(np.minimum(np.log1p(spare) / elasticity, STEEPEST))
    usual = np.clip(price, SHUT, full_at)
    on_curve = base * usual**elasticity
    closing = np.minimum(price / SHUT, 1.0)
    rising = np.where(price < full_at, elasticity * on_curve / usual, 0.0)
    slope = np.where(price < SHUT, on_curve / SHUT, rising)
    below = base * SHUT**elasticity * SHUT
    area = below * closing**2 / 2 + (on_curve * usual - below) / (1 + elasticity)
    return Point(on_curve * closing, slope, area + on_curve * np.maximum(price - full_at, 0.0))


def shipped(gap: np.ndarray, base: np.ndarray, per_gap: np.ndarray, cap: np.ndarray) -> Point:
    """Flow of a link at a gap of prices beyond its cost: base + per_gap * gap, from nothing to the cap."""
    within = gap + base / per_gap
    full_at = cap / per_gap
    flowing = (within > 0) & (within < full_at)
    moved = np.clip(within, 0.0, full_at)
    flow = per_gap * moved
    surplus = flow * moved / 2 + flow * np.maximum(within - full_at, 0.0)
    return Point(flow, np.where(flowing, per_gap, 0.0), surplus)


def released(gain: np.ndarray, per_gain: np.ndarray) -> Point:
    """Given from stocks at a price so much above what holding on is worth."""
    above = np.maximum(gain, 0.0)
    return Point(per_gain * above, np.where(gain > 0, per_gain, 0.0), per_gain * above**2 / 2)
