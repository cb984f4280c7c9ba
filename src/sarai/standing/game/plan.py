"""The inspection plan: where inspectors stand how often, announced first, as traders answer it best.

A Bayesian Stackelberg game. With one type of traders: one LP for each of their actions, in which it is the
best answer (Conitzer and Sandholm 2006); with several: DOBSS (Paruchuri and others 2008), a mixed program
in which each type chooses one action. Payoffs are affine in coverage, so that what is decided is the number
of inspectors at each post on average and not which of countless schedules (ERASER, Kiekintveld 2009);
`schedules` makes schedules of it. The program chooses answers; an LP with these answers fixed then gives
the coverage, and the worth of one more inspector as its dual.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from sarai.standing.game.answers import Answered, answered
from sarai.standing.game.payoffs import Payoffs
from sarai.standing.game.solving import Program, Solved

__all__ = ["Plan", "capacity", "commit", "in_grid", "spread"]

GRID = 1_000_000_000  # coverage is told in parts of this, so that schedules realise it exactly
PROVEN = 1e-6  # of all the money in a game: a bound so near to the value is the value
INF = float("inf")


class Plan(Struct, frozen=True, kw_only=True):
    """A coverage and what comes of it.

    Attributes
    ----------
    coverage : tuple of int
        By post, in parts of `GRID` inspectors.
    bound : float
        What is proven that no plan exceeds.
    gap : float
        By how much, as a share of the value, another plan might still be better; 0 where that is excluded
        to the solver's tolerance.
    inspector_worth : float or None
        Of one more inspector a day, at the margin: the dual of their number.
    room_worth : tuple of float
        Of room for one more, by checkpoint and shift.
    """

    coverage: tuple[int, ...]
    bound: float
    gap: float
    inspector_worth: float
    room_worth: tuple[float, ...]
    answered: Answered

    @property
    def value(self) -> float:
        """The state's in a day."""
        return self.answered.value

    @property
    def shares(self) -> np.ndarray:
        """Coverage as inspectors on average (posts,)."""
        return np.array(self.coverage) / GRID


def commit(game: Payoffs, time_limit_s: float = 60.0) -> Plan:
    """The best plan to announce.

    Raises
    ------
    TimedOut
        Nothing was found in time.
    """
    if len(game.traders) == 1:
        solved = _each_answer(game, time_limit_s)
        bound = solved.value
    else:
        chosen, bound = _dobss(game, time_limit_s)
        solved = _with_answers(game, chosen, time_limit_s)
        assert solved is not None
    coverage = in_grid(game, solved.columns)
    found = answered(game, np.array(coverage) / GRID)
    above = bound - found.value
    return Plan(
        coverage=coverage,
        bound=bound,
        gap=above / max(abs(found.value), 1e-9) if above > PROVEN * game.size else 0.0,
        inspector_worth=float(solved.duals[0]),
        room_worth=tuple(solved.duals[1 : 1 + len(game.room)].tolist()),
        answered=found,
    )


def capacity(game: Payoffs) -> tuple[np.ndarray, np.ndarray]:
    """Rows over posts and what they may come to: all inspectors, then room by checkpoint and shift."""
    strata = (np.arange(len(game.room))[:, None] == game.stratum).astype(float)
    return np.vstack([np.ones(len(game.posts)), strata]), np.array([float(game.staff), *game.room])


def in_grid(game: Payoffs, coverage: np.ndarray) -> tuple[int, ...]:
    """A coverage in whole parts of `GRID` that exceeds no capacity by what a solver tolerates."""
    parts = np.floor(np.maximum(coverage, 0.0) * GRID + 0.5).astype(np.int64)
    rows, most = capacity(game)
    for row, bound in zip(rows[::-1], most[::-1], strict=True):
        over = int(parts[row > 0].sum()) - round(float(bound) * GRID)
        while over > 0:
            at = int(np.argmax(np.where(row > 0, parts, -1)))
            less = min(over, int(parts[at]))
            parts[at] -= less
            over -= less
    return tuple(parts.tolist())


# -- one type, or answers known ------------------------------------------------------------------


def _each_answer(game: Payoffs, time_limit_s: float) -> Solved:
    """Of the LPs for every action of the one type, the best; to any coverage some action is best."""
    (trader,) = game.traders
    solved = [_with_answers(game, [at], time_limit_s) for at in range(len(trader.actions))]
    return max((each for each in solved if each is not None), key=lambda each: each.value)


def _with_answers(game: Payoffs, chosen: list[int], time_limit_s: float) -> Solved | None:
    """The best coverage to which these actions are best answers; its value and duals are in money."""
    scale = game.scale
    rows, most = capacity(game)
    low, gain, base = [np.full(len(most), -INF)], np.full(len(game.posts), -game.cost / scale), 0.0
    parts = [rows]
    for trader, at in zip(game.traders, chosen, strict=True):
        parts.append((trader.own_slope[at] - trader.own_slope) / scale)
        low.append((trader.own - trader.own[at]) / scale)
        gain = gain + trader.weight * trader.state_slope[at] / scale
        base += trader.weight * trader.state[at]
    low_all = np.concatenate(low)
    high = np.concatenate([most, np.full(len(low_all) - len(most), INF)])
    solved = Program(
        gain=gain, matrix=np.vstack(parts), low=low_all, high=high, least=game.least,
        most=game.room[game.stratum], whole=np.zeros(len(game.posts), bool),
    ).solve(time_limit_s)  # fmt: skip
    if solved is None:
        return None
    value = solved.value * scale + base
    return Solved(value, value, solved.columns, solved.duals * scale)


# -- several types -------------------------------------------------------------------------------


def _dobss(game: Payoffs, time_limit_s: float) -> tuple[list[int], float]:
    """The action of each type in the best plan, and what is proven that no plan exceeds."""
    layout = _Layout(game)
    solved = layout.program().solve(time_limit_s)
    assert solved is not None
    chosen = [int(np.argmax(solved.columns[layout.chosen(at)])) for at in range(len(game.traders))]
    return chosen, solved.bound * game.scale


class _Layout:
    """Columns: coverage, then for each type what the state has of it, what it has itself, its choice."""

    def __init__(self, game: Payoffs) -> None:
        self.game, self.posts = game, len(game.posts)
        self.types = len(game.traders)
        counts = [len(each.actions) for each in game.traders]
        self.starts = self.posts + 2 * self.types + np.concatenate([[0], np.cumsum(counts)])
        self.columns = int(self.starts[-1])

    def chosen(self, at: int) -> slice:
        """Columns of a type's choice."""
        return slice(int(self.starts[at]), int(self.starts[at + 1]))

    def program(self) -> Program:
        """DOBSS, in money over the game's scale."""
        game, posts = self.game, self.posts
        capacities, bounds = capacity(game)
        first = np.zeros((len(bounds), self.columns))
        first[:, :posts] = capacities
        parts = [(first, np.full(len(bounds), -INF), bounds)]
        parts += [self._answers(at) for at in range(self.types)]
        gain = np.zeros(self.columns)
        gain[:posts] = -game.cost / game.scale
        gain[posts : posts + self.types] = [each.weight for each in game.traders]
        least, most = np.full(self.columns, -INF), np.full(self.columns, INF)
        least[:posts], most[:posts] = game.least, game.room[game.stratum]
        least[self.starts[0] :], most[self.starts[0] :] = 0.0, 1.0
        return Program(
            gain=gain, matrix=np.vstack([each[0] for each in parts]),
            low=np.concatenate([each[1] for each in parts]), high=np.concatenate([each[2] for each in parts]),
            least=least, most=most, whole=np.arange(self.columns) >= self.starts[0],
        )  # fmt: skip

    def _answers(self, at: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows of one type: one choice; its worth is the best; the state has no more than of the chosen."""
        trader, scale = self.game.traders[at], self.game.scale
        count = len(trader.actions)
        own, state = trader.own / scale, trader.state / scale
        own_spread, state_spread = (spread(self.game, base, slope / scale) for base, slope in
                                    ((own, trader.own_slope), (state, trader.state_slope)))  # fmt: skip
        choice = np.zeros((1, self.columns))
        choice[0, self.chosen(at)] = 1.0
        best = self._rows(at, -trader.own_slope / scale, self.types, 0.0)  # worth - slope x >= base
        only = self._rows(at, -trader.own_slope / scale, self.types, own_spread)
        has = self._rows(at, -trader.state_slope / scale, 0, state_spread)
        none, free = np.full(count, -INF), np.full(count, INF)
        return (
            np.vstack([choice, best, only, has]),
            np.concatenate([[1.0], own, none, none]),
            np.concatenate([[1.0], free, own + own_spread, state + state_spread]),
        )

    def _rows(self, at: int, slope: np.ndarray, block: int, spread: np.ndarray | float) -> np.ndarray:
        """A row for each action: a worth, less what coverage adds to the action, and its choice."""
        made = np.zeros((len(slope), self.columns))
        made[:, : self.posts] = slope
        made[:, self.posts + block + at] = 1.0
        chosen = self.chosen(at)
        made[:, chosen] = np.eye(len(slope)) * spread
        return made


def spread(game: Payoffs, base: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """By how much, at most, any action can be worth more than this one: what frees its row.

    What an action is worth hangs on posts of one checkpoint and shift alone, and changes in one direction.
    """
    most = np.minimum(game.room, game.staff)[game.stratum]
    gain, fall = np.maximum(slope, 0) * most, np.minimum(slope, 0) * most
    return (base + gain.max(axis=1)).max() - (base + fall.min(axis=1))
