"""Newton's method for the programme of prices: exact second derivatives, bounds kept by projection.

The value is convex with continuous slope, and its curvature steps at kinks only (a link opens, a mine is
full), so semismooth Newton steps with a search along each come to the least. HiGHS would need every curve in
pieces, and its quadratic solver thousands of columns; here months meet in the stocks' rents alone, so a step
is one small linear system a month and one of the rents (Schur complement), all by LAPACK.
"""

from __future__ import annotations

import numpy as np

from sarai.goods.errors import SaraiError
from sarai.minerals.shocks.clearing.curves import CEILING, LOWEST
from sarai.minerals.shocks.clearing.program import Program, Quantities, answer, between, surpluses

__all__ = ["CLOSE", "NotCleared", "balanced"]

CLOSE = 1e-11  # of the world's monthly use: what a market may miss
ROUNDS = 200
LENGTHS = tuple(0.5**halved for halved in range(40))
RIDGE = 1e-13  # keeps a price that nobody heeds from having no answer
NOISE = 1e-12  # of the value: rounding, not a rise


State = tuple[np.ndarray, np.ndarray, Quantities]
"""Prices (T, n), rents of stocks (n,) as of the first month, and what everyone does."""


class NotCleared(SaraiError):
    """No prices were found at which every market clears; the text says how far they are from it."""


def balanced(of: Program, start: tuple[np.ndarray, np.ndarray] | None = None) -> State:
    """Where all markets clear.

    Raises
    ------
    NotCleared
        After `ROUNDS` rounds.
    """
    price, rent = start or (np.ones(of.shape), np.zeros(of.shape[1]))
    state = price, rent, answer(of, price, rent / of.discount)
    for _ in range(ROUNDS):
        if _missed(of, state) < CLOSE:
            return state
        state = _searched(of, state, _step(of, state))
    raise NotCleared(
        f"after {ROUNDS} rounds a market still misses {_missed(of, state):.2g} of the world's use a month; "
        f"take fewer months, or elasticities further from 0"
    )


def _at_bounds(of: Program, state: State) -> tuple[np.ndarray, np.ndarray]:
    """Which prices (T, n) and rents (n,) are at a bound that they would pass."""
    price, rent, found = state
    held = ((price <= LOWEST) & (found.excess > 0)) | ((price >= CEILING) & (found.excess < 0))
    return held, (rent <= 0) & (found.left >= 0)


def _missed(of: Program, state: State) -> float:
    """What a market, or a stock, misses at most; as a share of the world's monthly use."""
    held, idle = _at_bounds(of, state)
    found = state[2]
    return float(
        max(np.abs(found.excess[~held]).max(initial=0.0), np.abs(found.left[~idle]).max(initial=0.0))
    )


def _step(of: Program, state: State) -> tuple[np.ndarray, np.ndarray]:
    """Newton's step of prices and rents; those at bounds stay."""
    found = state[2]
    held, idle = _at_bounds(of, state)
    curvature = _curvature(of, found, held)
    towards = np.where(held, 0.0, -of.discount * found.excess)
    active = np.flatnonzero(~idle)
    coupled = np.where(held, 0.0, -found.released.slope)[:, active]
    months, countries = of.shape
    right = np.zeros((months, countries, 1 + len(active)))
    right[:, :, 0] = towards
    right[:, active, 1 + np.arange(len(active))] = coupled
    solved = np.linalg.solve(curvature, right)
    alone, answering = solved[:, :, 0], solved[:, :, 1:]
    of_rents = np.diag((found.released.slope / of.discount).sum(axis=0)[active] + RIDGE)
    schur = of_rents - np.einsum("ta,tab->ab", coupled, answering[:, active, :])
    wanted = -found.left[active] - (coupled * alone[:, active]).sum(axis=0)
    rents = np.linalg.solve(schur, wanted)
    step = np.zeros(countries)
    step[active] = rents
    return alone - answering @ rents, step


def _curvature(of: Program, found: Quantities, held: np.ndarray) -> np.ndarray:
    """Second derivatives by the prices of a month (T, n, n)."""
    tied = between(of, found.shipped.slope)
    tied += tied.transpose(0, 2, 1)
    own = found.made.slope - found.used.slope + found.released.slope + tied.sum(axis=2)
    free = ~held
    matrix = -tied * (free[:, :, None] & free[:, None, :])
    places = np.arange(of.shape[1])
    matrix[:, places, places] = np.where(held, 1.0, own + RIDGE)
    return matrix * of.discount[:, :, None]


def _searched(of: Program, state: State, step: tuple[np.ndarray, np.ndarray]) -> State:
    """As far along the step, within bounds, as the value falls enough (Armijo).

    Close to the least, rounding hides in the value which step is better, and what markets miss tells instead;
    where that does not fall either, at a kink, the longest such step is taken.
    """
    price, rent, found = state
    value, missed = _value(of, found, rent), _missed(of, state)
    slope = of.discount * found.excess
    level: State | None = None
    for length in LENGTHS:
        tried = np.clip(price + length * step[0], LOWEST, CEILING)
        rents = np.maximum(rent + length * step[1], 0.0)
        there = tried, rents, answer(of, tried, rents / of.discount)
        promised = (slope * (tried - price)).sum() + found.left @ (rents - rent)
        change, rounding = _value(of, there[2], rents) - value, NOISE * abs(value)
        if change <= 1e-4 * min(promised, 0.0) - rounding:
            return there
        if abs(change) <= rounding:
            if _missed(of, there) < missed:
                return there
            level = level or there
    return level or there


def _value(of: Program, found: Quantities, rent: np.ndarray) -> float:
    """What the programme makes least."""
    return float(of.discount[:, 0] @ surpluses(found) + rent @ of.stocks)
