"""What the flows of all cells cost with some openings: each asked once, and every answer kept as a cut."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from math import inf

import numpy as np

from sarai.corridors.investing.case import Case, Decision
from sarai.corridors.investing.cuts import Cuts

__all__ = ["OutOfTime", "Recourse", "Watch"]

Clock = Callable[[], float]


class OutOfTime(Exception):
    """The time stated for a plan is over; what was found so far is still good."""


class Watch:
    """The time that is left, by a clock that only goes forward."""

    def __init__(self, clock: Clock, seconds: float = inf) -> None:
        self._clock, self._end = clock, clock() + seconds

    @property
    def left_s(self) -> float:
        """Seconds until the end; negative after it."""
        return self._end - self._clock()

    def check(self) -> None:
        """Raises `OutOfTime` after the end."""
        if self.left_s <= 0:
            raise OutOfTime


class Recourse:
    """The costs of all cells, with a memory; one for all searches of a case.

    A flow is not solved where its cost is known already: what it costs with less open, it need not cost more,
    and if cuts prove that it cannot cost less either, that is it.

    Attributes
    ----------
    cuts : Cuts
        Of all answers so far.
    solved : int
        Flows that were solved.
    """

    def __init__(self, case: Case) -> None:
        self.case, self.cuts, self.solved = case, Cuts(case), 0
        self._known: dict[bytes, float] = {}
        self._with_less: dict[tuple[bytes, int], list[tuple[np.ndarray, float]]] = {}

    def of(self, decision: Decision, watch: Watch | None = None) -> np.ndarray:
        """Costs with projects decided, shape (years, scenarios, shocks)."""
        return self.costs(self.case.opened(decision), watch)

    def costs(self, opened: np.ndarray, watch: Watch | None = None) -> np.ndarray:
        """Costs with openings open from 0 to 1, shape (openings, years).

        Raises
        ------
        OutOfTime
            Before all cells were answered; what was is remembered.
        """
        found = np.zeros((*self.case.demands.shape[:2], len(self.case.left)))
        for cell in np.ndindex(*found.shape):
            found[cell] = self._cost(opened[:, cell[0]], *cell, watch)
        return found

    def _cost(self, opened: np.ndarray, year: int, scenario: int, shock: int, watch: Watch | None) -> float:
        demands, capacities = self.case.demands[year, scenario], self.case.capacities(opened, shock)
        key = blake2b(capacities.tobytes() + demands.tobytes(), digest_size=16).digest()
        if key not in self._known:
            with_less = self._with_less.setdefault((demands.tobytes(), shock), [])
            most = min((cost for less, cost in with_less if (less <= opened).all()), default=inf)
            least = self.cuts.at(opened, year, scenario, shock)
            if most - least > self.case.accuracy * abs(most) or most == inf:
                most = self._solved(capacities, demands, watch)
            with_less.append((opened, most))
            self._known[key] = most
        return self._known[key]

    def _solved(self, capacities: np.ndarray, demands: np.ndarray, watch: Watch | None) -> float:
        if watch is not None:
            watch.check()
        answer = self.case.cost(capacities, demands)
        self.cuts.add(answer)
        self.solved += 1
        return answer.cost
