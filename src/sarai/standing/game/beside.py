"""Plans to hold the best one against: everywhere alike, greedy, and what comes of no commitment (Nash)."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from sarai.standing.game.answers import TIE, answered
from sarai.standing.game.payoffs import COMPLY, Choices, Payoffs
from sarai.standing.game.plan import INF, capacity, spread
from sarai.standing.game.solving import TIGHT, Program, Solved

TOLERANCES = (TIGHT, 1e-8, 1e-7)

__all__ = ["Nash", "greedy", "nash", "uniform"]


class Nash(Struct, frozen=True, kw_only=True):
    """An equilibrium without commitment: the best for the state, if `gap` is 0.

    `coverage` is inspectors on average by post; `mixes` for each type the probabilities of its actions.
    """

    value: float
    violations: float
    gap: float
    coverage: tuple[float, ...]
    mixes: tuple[tuple[float, ...], ...]


def uniform(game: Payoffs) -> np.ndarray:
    """All inspectors everywhere alike, as far as there is room (posts,)."""
    coverage, left = game.least.copy(), game.staff - game.least.sum()
    sizes = np.bincount(game.stratum)
    while left > 1e-12:
        free = game.room - np.bincount(game.stratum, coverage)
        open_ = (free > 1e-12)[game.stratum]
        if not open_.any():
            break
        more = min(left / open_.sum(), float((free / sizes)[free > 1e-12].min()))
        coverage += np.where(open_, more, 0.0)
        left -= more * open_.sum()
    return coverage


def greedy(game: Payoffs) -> np.ndarray:
    """One inspector after the other to where, as traders now answer, most is lost (posts,)."""
    coverage = game.least.copy()
    for _ in range(int(game.staff - np.ceil(game.least.sum() - 1e-9))):
        harm = _harm(game, coverage)
        free = game.room - np.bincount(game.stratum, coverage)
        harm[(free < 1 - 1e-9)[game.stratum]] = -INF
        if harm.max() <= 0:
            break
        ties = np.flatnonzero(harm >= harm.max() - TIE * game.scale)
        coverage[min(ties, key=lambda at: _name(game, at))] += 1.0
    return coverage


def _name(game: Payoffs, at: int) -> tuple[str, str, str]:
    post = game.posts[at]
    return post.checkpoint, post.shift, post.typology


def _harm(game: Payoffs, coverage: np.ndarray) -> np.ndarray:
    """What an inspector at each post would save of what its violators now do."""
    saved = np.zeros(len(game.posts))
    for trader, answer in zip(game.traders, answered(game, coverage).answers, strict=True):
        at = trader.actions.index(answer.action)
        saved += trader.weight * np.maximum(trader.state_slope[at], 0.0)
    return saved


# -- Nash ----------------------------------------------------------------------------------------


def nash(game: Payoffs, time_limit_s: float = 30.0) -> Nash | None:
    """The Nash equilibrium that is best for the state; none if none was found.

    As a mixed program (Sandholm, Gilpin and Conitzer 2005): traders mix only what is best, and coverage is
    best against their mixture by the conditions of its LP, prices of inspectors and of room among them.

    Raises
    ------
    TimedOut
        Nothing was found in time.
    """
    made = _Conditions(game)
    solved = _solved(made.program(), time_limit_s)
    if solved is None:
        return None
    mixes = tuple(tuple(np.clip(solved.columns[made.mix(at)], 0, 1).tolist()) for at in range(made.types))
    comply = [sum(p for p, action in zip(mix, each.actions, strict=True) if action.does == COMPLY)
              for mix, each in zip(mixes, game.traders, strict=True)]  # fmt: skip
    return Nash(
        value=solved.value * game.scale,
        violations=float(sum(each.weight * (1 - p) for each, p in zip(game.traders, comply, strict=True))),
        gap=0.0 if solved.gap < 1e-6 else solved.gap,
        coverage=tuple(solved.columns[: made.posts].tolist()),
        mixes=mixes,
    )


def _solved(program: Program, time_limit_s: float) -> Solved | None:
    """There always is an equilibrium: where none is found within tight tolerances, they are widened."""
    for tolerance in TOLERANCES:
        if (solved := program.solve(time_limit_s, tolerance)) is not None:
            return solved
    return None


class _Conditions:
    """Columns: coverage; prices of all inspectors, of rooms and of least; for each type its worth, its
    mixture and which actions it may mix; and which capacities and leasts bind."""

    def __init__(self, game: Payoffs) -> None:
        self.game, self.posts, self.types = game, len(game.posts), len(game.traders)
        self.rows, self.most = capacity(game)
        counts = np.array([len(each.actions) for each in game.traders])
        self.prices = self.posts
        self.floors = self.prices + len(self.most)
        self.worths = self.floors + self.posts
        self.mixes = self.worths + self.types + np.concatenate([[0], np.cumsum(counts)])
        self.may = int(counts.sum())
        self.binds = int(self.mixes[-1]) + self.may
        self.columns = self.binds + len(self.most) + self.posts
        self.parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def mix(self, at: int) -> slice:
        """Columns of a type's mixture."""
        return slice(int(self.mixes[at]), int(self.mixes[at + 1]))

    def program(self) -> Program:
        """The conditions of equilibrium, and the state's value, which by duality is linear in them."""
        for at, trader in enumerate(self.game.traders):
            self._mixed(at, trader)
        self._stationary()
        self._binding()
        least, most = np.zeros(self.columns), np.full(self.columns, INF)
        least[: self.posts], most[: self.posts] = self.game.least, self.game.room[self.game.stratum]
        least[self.worths : self.worths + self.types] = -INF
        most[self.mixes[0] :] = 1.0
        most[self.prices : self.worths] = self._dearest()
        whole = np.arange(self.columns) >= int(self.mixes[-1])
        matrices, low, high = zip(*self.parts, strict=True)
        return Program(gain=self._value(), matrix=np.vstack(matrices), low=np.concatenate(low),
                       high=np.concatenate(high), least=least, most=most, whole=whole)  # fmt: skip

    def _add(self, matrix: np.ndarray, low: np.ndarray | float, high: np.ndarray | float) -> None:
        count = len(matrix)
        self.parts.append((matrix, np.broadcast_to(low, count), np.broadcast_to(high, count)))

    def _blank(self, count: int) -> np.ndarray:
        return np.zeros((count, self.columns))

    def _mixed(self, at: int, trader: Choices) -> None:
        """A type's worth is its best action's; it mixes only what it may, which must be worth as much."""
        scale, count, mix = self.game.scale, len(trader.actions), self.mix(at)
        slope, base = trader.own_slope / scale, trader.own / scale
        apart = spread(self.game, base, slope)
        total, best, may = self._blank(1), self._blank(count), self._blank(count)
        total[0, mix] = 1.0
        self._add(total, 1.0, 1.0)
        best[:, : self.posts], best[:, self.worths + at] = -slope, 1.0
        self._add(best, base, INF)
        only = best.copy()
        chosen = slice(mix.start + self.may, mix.stop + self.may)
        only[:, chosen] = np.eye(count) * apart[:, None]
        self._add(only, -INF, base + apart)
        may[:, mix], may[:, chosen] = np.eye(count), -np.eye(count)
        self._add(may, -INF, 0.0)

    def _stationary(self) -> None:
        """What one more inspector at a post brings is what he, and room, are priced at, less a floor's."""
        rows = self._blank(self.posts)
        for at, trader in enumerate(self.game.traders):
            rows[:, self.mix(at)] = trader.weight * trader.state_slope.T / self.game.scale
        rows[:, self.prices : self.floors] = -self.rows.T
        rows[:, self.floors : self.worths] = np.eye(self.posts)
        self._add(rows, self.game.cost / self.game.scale, self.game.cost / self.game.scale)

    def _dearest(self) -> float:
        """More than any price can be."""
        slopes = sum(each.weight * np.abs(each.state_slope).max() for each in self.game.traders)
        return float(slopes + self.game.cost) / self.game.scale

    def _binding(self) -> None:
        """A capacity with a price is used up, and a post with a floor's price has no more than its least."""
        count, game = len(self.most), self.game
        priced, full = self._blank(count), self._blank(count)
        binds = slice(self.binds, self.binds + count)
        priced[:, self.prices : self.floors], priced[:, binds] = (
            np.eye(count),
            -self._dearest() * np.eye(count),
        )
        self._add(priced, -INF, 0.0)
        full[:, : self.posts] = self.rows
        self._add(full.copy(), -INF, self.most)
        full[:, binds] = -np.diag(self.most)
        self._add(full, 0.0, INF)
        floor, low = self._blank(self.posts), self._blank(self.posts)
        binds, room = slice(binds.stop, self.columns), game.room[game.stratum] - game.least
        floor[:, self.floors : self.worths] = np.eye(self.posts)
        floor[:, binds] = -self._dearest() * np.eye(self.posts)
        self._add(floor, -INF, 0.0)
        low[:, : self.posts], low[:, binds] = np.eye(self.posts), np.diag(room)
        self._add(low, -INF, game.least + room)

    def _value(self) -> np.ndarray:
        """What violations cost, and by duality what coverage is worth against the mixture."""
        gain = np.zeros(self.columns)
        for at, trader in enumerate(self.game.traders):
            gain[self.mix(at)] = trader.weight * trader.state / self.game.scale
        gain[self.prices : self.floors] = self.most
        gain[self.floors : self.worths] = -self.game.least
        return gain
