"""Carrots and sticks that keep re-exports below a level at least cost, by reputation.

A Markov decision process over reputation with a bound on discounted re-exports, as a linear program over
how often each mix is used at each reputation (Altman 1999, "Constrained Markov Decision Processes"). Cost
and re-exports are averages by period, discounted. A best policy does one thing at each reputation, but for
at most one reputation at which it draws lots between two.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from sarai.goods import BadSetting
from sarai.standing.game.reputation import Mix, Repeated, period
from sarai.standing.game.solving import Program, Solved

__all__ = ["Decisions", "Kept", "Step", "decisions", "frontier", "keep"]

SELDOM = 1e-9  # how often a mix is used that is told
TIME_LIMIT_S = 60.0
INF = float("inf")


class Decisions(Struct, frozen=True, kw_only=True):
    """The process on a grid: by reputation and mix what it costs, what leaks, and where it leads."""

    reputations: np.ndarray
    mixes: tuple[Mix, ...]
    cost: np.ndarray
    leaks: np.ndarray
    moves: np.ndarray
    start: np.ndarray
    discount: float


class Step(Struct, frozen=True, kw_only=True):
    """At a reputation, a mix with the probability to use it, and the time (discounted) spent so."""

    reputation: float
    mix: Mix
    probability: float
    time: float


class Kept(Struct, frozen=True, kw_only=True):
    """The cheapest policy for a level.

    Attributes
    ----------
    level : float or None
        That re-exports were to stay below; none if they were free.
    cost, leaks : float
        In a period, discounted.
    price : float
        What one re-exported consignment fewer would cost more: the dual of the level.
    reputation : float
        On average, discounted.
    """

    level: float | None
    cost: float
    leaks: float
    price: float
    reputation: float
    policy: tuple[Step, ...]


def decisions(game: Repeated) -> Decisions:
    """The process of a repeated game; `moves` is (reputations, mixes, reputations)."""
    grid, mixes = np.arange(game.steps + 1) / game.steps, game.mixes
    shape = (len(grid), len(mixes))
    cost, leaks, moves = np.zeros(shape), np.zeros(shape), np.zeros((*shape, len(grid)))
    for at, reputation in enumerate(grid.tolist()):
        for by, mix in enumerate(mixes):
            found = period(game, reputation, mix)
            cost[at, by], leaks[at, by] = found.cost, found.leaks
            for chance, after in found.after:
                moves[at, by] += chance * _between(after, game.steps)
    return Decisions(reputations=grid, mixes=mixes, cost=cost, leaks=leaks, moves=moves,
                     start=_between(game.start, game.steps), discount=game.discount)  # fmt: skip


def _between(reputation: float, steps: int) -> np.ndarray:
    """A reputation as weights of the two on the grid beside it."""
    place = min(max(reputation, 0.0), 1.0) * steps
    low = min(int(place), steps - 1)
    weights = np.zeros(steps + 1)
    weights[low], weights[low + 1] = 1.0 - (place - low), place - low
    return weights


def keep(made: Decisions, level: float | None = None) -> Kept:
    """The cheapest policy whose re-exports stay at or below a level.

    Raises
    ------
    BadSetting
        No policy does; the text says how low they can be brought.
    """
    solved = _solve(made, made.cost, level)
    if solved is None:
        least = lowest(made)
        raise BadSetting(
            f"no mix keeps re-exports at {level:g} a period; they cannot be brought below {least:.6g}: "
            "give that, or stronger levers"
        )
    return _kept(made, level, solved)


def lowest(made: Decisions) -> float:
    """The fewest re-exports that any policy brings, whatever it costs."""
    solved = _solve(made, made.leaks, None)
    assert solved is not None
    return -solved.value


def frontier(made: Decisions, count: int = 9) -> tuple[Kept, ...]:
    """Least cost against re-exports: from those of the cheapest policy down to the fewest there can be."""
    free, least = keep(made), lowest(made)
    least += 1e-9 * max(1.0, abs(least))
    levels = np.linspace(free.leaks, least, count).tolist() if free.leaks > least else []
    return (free, *(keep(made, level) for level in levels[1:]))


def _solve(made: Decisions, cost: np.ndarray, level: float | None) -> Solved | None:
    """Least cost over how often each reputation and mix occur; the rows are balances, then the level."""
    states, mixes = cost.shape
    into = made.moves.reshape(states * mixes, states).T
    balance = np.repeat(np.eye(states), mixes, axis=1) - made.discount * into
    born = (1.0 - made.discount) * made.start
    scale = max(1.0, float(np.abs(cost).max()))
    solved = Program(
        gain=-cost.ravel() / scale,
        matrix=np.vstack([balance, made.leaks.ravel()]),
        low=np.append(born, -INF),
        high=np.append(born, INF if level is None else level),
        least=np.zeros(states * mixes),
        most=np.full(states * mixes, INF),
        whole=np.zeros(states * mixes, bool),
    ).solve(TIME_LIMIT_S)
    if solved is None:
        return None
    return Solved(solved.value * scale, solved.bound * scale, solved.columns, solved.duals * scale)


def _kept(made: Decisions, level: float | None, solved: Solved) -> Kept:
    often = np.maximum(solved.columns, 0.0).reshape(made.cost.shape)
    return Kept(
        level=level,
        cost=float((often * made.cost).sum()),
        leaks=float((often * made.leaks).sum()),
        price=max(0.0, float(solved.duals[-1])),
        reputation=float(often.sum(axis=1) @ made.reputations),
        policy=tuple(_steps(made, often)),
    )


def _steps(made: Decisions, often: np.ndarray) -> Sequence[Step]:
    return [
        Step(reputation=float(made.reputations[at]), mix=mix,
             probability=float(often[at, by] / often[at].sum()), time=float(often[at, by]))
        for at in range(len(often))
        for by, mix in enumerate(made.mixes)
        if often[at, by] > SELDOM
    ]  # fmt: skip
