"""The search: master and flows in turn, until what may still be gained is less than the gap asked for.

First without whole numbers, which gathers cuts where they matter; then with them. The bound of the master
holds whenever it stops, and the best plan met on the way is never lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
from msgspec import Struct

from sarai.corridors.investing.case import Case, Decision
from sarai.corridors.investing.master import Budget, Master
from sarai.corridors.investing.recourse import OutOfTime, Recourse, Watch

__all__ = ["Found", "Goal", "noise_of", "search"]

NO_PROGRESS = 0.01  # of what is open between bound and plan: the relaxation is left when it gains less


class Goal(Struct, frozen=True):
    """What is made least: the expected discounted cost, or the regret beside the best cost of each scenario.

    Attributes
    ----------
    best : ndarray, optional, shape (scenarios,)
        The least cost of each scenario; regret counts if it is given.
    weights : ndarray, optional, shape (scenarios,)
        Of scenarios, if not those of the case.
    """

    case: Case
    best: np.ndarray | None = None
    weights: np.ndarray | None = None

    def of(self, costs: np.ndarray) -> float:
        """Of costs by cell, shape (years, scenarios, shocks)."""
        worth = self.case.worth(costs)
        return float(worth @ self.likely if self.best is None else (worth - self.best).max())

    @property
    def likely(self) -> np.ndarray:
        """Weights of scenarios."""
        return self.case.likely if self.weights is None else self.weights


class Found(Struct, frozen=True):
    """The best plan met, and the bound that no plan within the budget can pass.

    Attributes
    ----------
    value, bound : float
        Of the goal, which is made least: ``bound <= value``.
    masters : int
        Runs of the master problem.
    finished : bool
        Whether the gap was closed in the time.
    """

    decision: Decision
    value: float
    bound: float
    masters: int
    finished: bool


def noise_of(case: Case, costs: np.ndarray) -> float:
    """What two discounted costs may differ by and be the same, of costs by cell."""
    return 2 * case.accuracy * float(case.worth(np.abs(costs)).max(initial=0.0))


class _Search:
    """One search as it goes."""

    def __init__(self, recourse: Recourse, goal: Goal, budget: Budget, watch: Watch) -> None:
        case = recourse.case
        self.recourse, self.goal, self.watch = recourse, goal, watch
        nothing = recourse.of((None,) * len(case.builds))
        floor = self._floor(np.ones((len(case.openings), len(case.years))))
        self.noise = noise_of(case, nothing)
        self.nothing = goal.of(nothing)
        self.decision: Decision = (None,) * len(case.builds)
        self.value, self.bound = self.nothing, min(goal.of(floor), self.nothing)
        self.masters, self._in_master = 0, set()
        scale = float((nothing - floor).max(initial=0.0)) or 1.0
        weights = goal.likely if goal.best is None else None
        self.master = Master(case, budget, np.minimum(floor, nothing), scale, weights, goal.best)

    def _floor(self, opened: np.ndarray) -> np.ndarray:
        """What cells cost at least, by what the duals prove with everything open."""
        self.recourse.costs(opened)
        return self.recourse.cuts.values(opened).max(axis=0)

    def allowed(self, gap: float) -> float:
        """How far from the bound a plan may be, of a share of what can be gained over building nothing."""
        return max(self.noise, gap * (self.nothing - self.bound))

    def take(self, decision: Decision) -> None:
        """Keep a plan if it is better than the one there is."""
        value = self.goal.of(self.recourse.of(decision, self.watch))
        if value < self.value:
            self.decision, self.value = decision, value

    def solve(self, whole: bool, gap: float) -> np.ndarray | None:
        """Run the master; what it opens, and whether there is anything."""
        self.watch.check()
        self.masters += 1
        point = self.master.solve(whole, self.watch.left_s, gap, self.decision)
        self.bound = max(self.bound, min(point.bound, self.value))
        if point.decision is not None:
            self.take(point.decision)
        return point.opened

    def tighten(self, opened: np.ndarray) -> int:
        """Give the master, for each cell, the cut that says most of it; how many were new to it."""
        values = self.recourse.cuts.values(opened)
        best, new = values.argmax(axis=0), 0
        for cell in np.ndindex(*best.shape):
            at = int(best[cell])
            if (at, *cell) not in self._in_master:
                self._in_master.add((at, *cell))
                cuts = self.recourse.cuts
                self.master.add(*cell, float(cuts.constants[(at, *cell)]), cuts.slopes[at, cell[2]])
                new += 1
        return new

    def relax(self, gap: float) -> None:
        """Without whole numbers: with the cuts there are until they say no more, then with new ones.

        New cuts are looked for between the master's point and those before it, where they cut deeper
        (Fischetti, Ljubić and Sinnl 2016), and at the point itself if that does not cut it off.
        """
        case, last = self.recourse.case, -inf
        inner = np.full((len(case.openings), len(case.years)), 0.5)
        while self.value - self.bound > self.allowed(gap):
            opened = self.solve(False, 0.0)
            if opened is None:
                return
            if self.tighten(opened):
                continue
            if self.bound - last <= NO_PROGRESS * (self.value - self.bound):
                return
            last, inner = self.bound, (inner + opened) / 2
            if not (self.deepen(inner, opened) or self.deepen(opened, opened)):
                return

    def deepen(self, where: np.ndarray, opened: np.ndarray) -> int:
        """Solve the flows at one point, and tighten at another."""
        self.recourse.costs(where, self.watch)
        return self.tighten(opened)

    def close(self, gap: float) -> bool:
        """With whole numbers, until the gap is closed; whether it was."""
        while self.value - self.bound > self.allowed(gap):
            opened = self.solve(True, self.allowed(gap) / 2)
            if opened is None or not self.tighten(opened):
                break
        return self.value - self.bound <= self.allowed(gap)


def search(
    recourse: Recourse,
    goal: Goal,
    budget: Budget,
    watch: Watch,
    gap: float = 0.0,
    starts: Iterable[Decision] = (),
) -> Found:
    """The plan within a budget with the least value of a goal.

    What it costs to build nothing, and everything at once, is computed whatever the time, so that there is
    always a plan and a bound.

    Parameters
    ----------
    gap : float
        How far from the best the plan may be, as a share of what can be gained over building nothing.
    starts : iterable of tuple
        Plans that are known; those within the budget are not undercut.
    """
    run = _Search(recourse, goal, budget, watch)
    finished = False
    try:
        for each in starts:
            if budget.covers(recourse.case.spending(each)):
                run.take(each)
        run.relax(gap)
        finished = run.close(gap)
    except OutOfTime:
        pass
    return Found(run.decision, run.value, min(run.bound, run.value), run.masters, bool(finished))
