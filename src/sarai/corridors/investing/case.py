r"""What is to be decided, as arrays: projects that open limits, the cases that follow, and when it is done.

A *cell* is a year :math:`t` in a scenario of demand :math:`s` under a shock :math:`h`. What its flow costs
depends on the projects through the limits' capacities alone:

.. math::
    C_{tsh}(z) = c\bigl((b + A z_t) \circ \ell_h,\; d_{ts}\bigr)

with capacities :math:`b`, what each opening adds :math:`A`, whether it is open :math:`z_t`, the share of each
limit that the shock leaves :math:`\ell_h`, and demands :math:`d`. An opening is open in the years in which
all of the projects that it requires are there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from msgspec import Struct

__all__ = ["Answer", "Build", "Case", "Decision", "Opening"]

Decision = tuple[int | None, ...]
"""By project, the index of the year in which it is decided; none for never."""


class Answer(Protocol):
    """What one flow costs, and what another unit of a limit or of a demand would change (US dollars or t)."""

    cost: float
    limit_duals: Any
    demand_duals: Any


class Build(Struct, frozen=True):
    """A project: millions of US dollars, years until it is there, and what must be there before (indices)."""

    code: str
    cost: float
    lead: int = 1
    after: tuple[int, ...] = ()

    @property
    def paid_over(self) -> int:
        """Years over which it is paid for, evenly, from the one in which it is decided."""
        return max(1, self.lead)


class Opening(Struct, frozen=True):
    """Capacity that is there once all of some projects are: pairs of a limit and what it adds, 0 or more."""

    requires: tuple[int, ...]
    adds: tuple[tuple[int, float], ...]


class Case(Struct, frozen=True, dict=True):
    """Projects, and the cells in which they are judged.

    Attributes
    ----------
    base : ndarray, shape (limits,)
        Capacities without any project.
    left : ndarray, shape (shocks, limits)
        What a shock leaves of each limit, from 0 to 1.
    demands : ndarray, shape (years, scenarios, demands)
    likely : ndarray, shape (scenarios,)
        Weights, which sum to one.
    struck : ndarray, shape (shocks,)
        Weights of the shocks, which sum to one; the worst shock of each year counts instead if `worst`.
    discount : ndarray, shape (years,)
        What a unit in that year counts for today.
    cost : callable
        Least cost of a flow by capacities (limits,) and demands (demands,). For its duals must hold, for all
        capacities and demands, ``cost >= sum(limit_duals * capacities) + sum(demand_duals * demands)``.
    accuracy : float
        As a share of a cost, how far above the least it may be told, and below it its duals prove.
    """

    builds: tuple[Build, ...]
    years: tuple[int, ...]
    openings: tuple[Opening, ...]
    base: np.ndarray
    left: np.ndarray
    demands: np.ndarray
    likely: np.ndarray
    struck: np.ndarray
    discount: np.ndarray
    cost: Callable[[np.ndarray, np.ndarray], Answer]
    worst: bool = False
    accuracy: float = 1e-9

    def __post_init__(self) -> None:
        self.__dict__["adds"] = adds = np.zeros((len(self.base), len(self.openings)))
        for at, opening in enumerate(self.openings):
            for limit, amount in opening.adds:
                adds[limit, at] += amount

    @property
    def adds(self) -> np.ndarray:
        """What each opening adds to each limit, shape (limits, openings)."""
        return self.__dict__["adds"]

    def capacities(self, opened: np.ndarray, shock: int) -> np.ndarray:
        """Of all limits, with openings open (from 0 to 1) under a shock."""
        return (self.base + self.adds @ opened) * self.left[shock]

    def there(self, decision: Decision) -> np.ndarray:
        """Whether each project is there, shape (projects, years)."""
        found = np.zeros((len(self.builds), len(self.years)))
        for at, (build, year) in enumerate(zip(self.builds, decision, strict=True)):
            if year is not None:
                found[at, year + build.lead :] = 1.0
        return found

    def opened(self, decision: Decision) -> np.ndarray:
        """Whether each opening is open, shape (openings, years)."""
        there = self.there(decision)
        rows = [there[list(each.requires)].min(axis=0) for each in self.openings]
        return np.array(rows).reshape(len(self.openings), len(self.years))

    def spending(self, decision: Decision) -> np.ndarray:
        """Millions of US dollars by year, shape (years,)."""
        spent = np.zeros(len(self.years))
        for build, year in zip(self.builds, decision, strict=True):
            if year is not None:
                spent[year : year + build.paid_over] += build.cost / build.paid_over
        return spent

    def worth(self, costs: np.ndarray) -> np.ndarray:
        """Discounted cost of each scenario, from costs by cell (years, scenarios, shocks)."""
        struck = costs.max(axis=2) if self.worst else costs @ self.struck
        return self.discount @ struck

    def soonest(self, wanted: Sequence[int], first: int = 0) -> Decision:
        """Projects with what must be there before them, each as early as that allows, from a year on.

        One that would come to be there after the last year is left out.
        """
        chosen: dict[int, int] = {}

        def decide(at: int) -> int:
            if at not in chosen:
                ready = [decide(before) + self.builds[before].lead for before in self.builds[at].after]
                chosen[at] = max([first, *ready])
            return chosen[at]

        for at in wanted:
            decide(at)
        last = len(self.years) - 1
        return tuple(
            chosen[at] if at in chosen and chosen[at] + build.lead <= last else None
            for at, build in enumerate(self.builds)
        )
