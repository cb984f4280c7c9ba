"""What traders answer to inspectors they know of, and what the state has of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from sarai.standing.game.payoffs import COMPLY, Action, Choices, Payoffs

__all__ = ["Answer", "Answered", "answered", "faults"]

TIE = 1e-6  # of the size of the money: what is as good as the best


class Answer(Struct, frozen=True, kw_only=True):
    """What a type of traders does, and what a consignment of it is worth to them and to the state."""

    trader: str
    consignments: float
    action: Action
    own: float
    state: float


class Answered(Struct, frozen=True, kw_only=True):
    """The answers of all; `value` is the state's in a day with what inspectors cost, `violations` a day's."""

    value: float
    violations: float
    inspectors: float
    answers: tuple[Answer, ...]


def answered(game: Payoffs, coverage: np.ndarray) -> Answered:
    """Every type's best answer; of answers as good as each other the one that the state would have.

    It could make them strictly best by an inspector a hair more often there (strong Stackelberg).

    Parameters
    ----------
    coverage : ndarray (posts,)
        Inspectors on average.
    """
    answers = tuple(_answer(each, coverage, TIE * game.scale) for each in game.traders)
    inspectors = float(coverage.sum())
    return Answered(
        value=sum(each.consignments * each.state for each in answers) - game.cost * inspectors,
        violations=sum(each.consignments for each in answers if each.action.does != COMPLY),
        inspectors=inspectors,
        answers=answers,
    )


def _answer(trader: Choices, coverage: np.ndarray, tie: float) -> Answer:
    own = trader.own + trader.own_slope @ coverage
    state = trader.state + trader.state_slope @ coverage
    good = np.flatnonzero(own >= own.max() - tie)
    liked = good[state[good] >= state[good].max() - tie]
    best = min(liked, key=lambda at: _name(trader.actions[at]))
    return Answer(trader=trader.code, consignments=trader.weight, action=trader.actions[best],
                  own=float(own[best]), state=float(state[best]))  # fmt: skip


def _name(action: Action) -> tuple[bool, str, str, str]:
    """By name, so that the order of tables does not matter; compliance first."""
    return action.does != COMPLY, action.checkpoint, action.shift, action.does


def faults(game: Payoffs, coverage: Sequence[float] | np.ndarray) -> list[str]:
    """Where a coverage breaks a bound, in words; none if it keeps all of them."""
    cover = np.asarray(coverage, float)
    there = np.bincount(game.stratum, cover, len(game.room))
    told = []
    if cover.sum() > game.staff + 1e-9:
        told.append(f"{cover.sum():.6f} inspectors stand somewhere, of {game.staff}")
    for at in np.flatnonzero(there > game.room + 1e-9):
        post = game.posts[int(np.flatnonzero(game.stratum == at)[0])]
        told.append(f"{there[at]:.6f} stand at {post.checkpoint} {post.shift}, of {game.room[at]:g}")
    for at in np.flatnonzero(cover < game.least - 1e-6):
        post = game.posts[int(at)]
        told.append(f"{post.checkpoint} {post.shift} {post.typology} is checked less than must be")
    return told
