"""A prepared problem, to be solved over and over with other capacities and demands."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from msgspec import Struct

from sarai.corridors.capacity.generation import Found, Generation
from sarai.corridors.capacity.model import Model, model
from sarai.corridors.capacity.problem import Key, Problem
from sarai.goods import NotInNetwork

__all__ = ["TIME_LIMIT_S", "Flow", "Solution", "prepared"]

TIME_LIMIT_S = 600.0


class Solution(Struct, frozen=True):
    """The least cost, and what it hangs on.

    For every other capacities `c` and demands `d` of the same problem, whether this solution is proven or was
    stopped: ``cost(c, d) >= sum(limit_duals[l] * c[l]) + sum(demand_duals[k] * d[k])``.

    Attributes
    ----------
    cost : float
        US dollars, with what undelivered tonnes are said to cost.
    bound : float
        What no flow can be below.
    limit_duals : mapping of str to float
        By code of the limit: US dollars for one more unit a year; 0 or less, for it saves.
    demand_duals : mapping of Key to float
        US dollars for one more tonne; 0 or more.
    stopped : str
        Why the cost is not proven to be the least; empty if it is.
    """

    cost: float
    bound: float
    limit_duals: Mapping[str, float]
    demand_duals: Mapping[Key, float]
    stopped: str = ""

    @property
    def gap(self) -> float:
        """Of the cost, that a better flow could save at most."""
        return max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))


class Flow:
    """A problem made ready; `prepared` makes it. Ways that were found once are kept.

    Attributes
    ----------
    capacities : dict of str to float
        A year's capacity by code of the limit, as the network has it; ``service:CODE`` are those that
        services have by themselves, ``handling:...`` those of what handlings do in a day.
    demands : dict of Key to float
        Tonnes by demand.
    """

    def __init__(self, made: Model, clock: Callable[[], float] = time.monotonic) -> None:
        self.model = made
        self.capacities = dict(zip(made.limits, made.capacity.tolist(), strict=True))
        self.demands = dict(zip(made.keys, made.asked.tolist(), strict=True))
        self._generation = Generation(made, clock)

    def solve(
        self,
        capacities: Mapping[str, float] | None = None,
        demands: Mapping[Key, float] | None = None,
        *,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Solution:
        """The least cost with other capacities or demands; those that are not named stay as they are.

        Less than nothing counts as nothing. A time limit that is reached is said in `Solution.stopped`.

        Raises
        ------
        NotInNetwork
            A limit or demand that the problem does not have.
        """
        found = self.found(capacities, demands, time_limit_s)
        worth = worth_of_limits(self.model, found)
        return Solution(
            found.cost,
            found.bound,
            dict(zip(self.model.limits, (-worth).tolist(), strict=True)),
            dict(zip(self.model.keys, found.least.tolist(), strict=True)),
            found.stopped,
        )

    def found(
        self,
        capacities: Mapping[str, float] | None = None,
        demands: Mapping[Key, float] | None = None,
        time_limit_s: float = TIME_LIMIT_S,
    ) -> Found:
        """As `solve`, with the ways."""
        capacity = _vector("limit", self.capacities, capacities or {})
        asked = _vector("demand", self.demands, demands or {})
        return self._generation.solve(capacity, asked, time_limit_s)

    def plain(self) -> np.ndarray:
        """What a tonne of each demand costs at least where there is room everywhere, shape (demands,)."""
        return self._generation.pricing.plain()


def prepared(problem: Problem, clock: Callable[[], float] = time.monotonic) -> Flow:
    """A problem made ready to be solved; raises `NotInNetwork` for what the network does not have."""
    return Flow(model(problem), clock)


def worth_of_limits(made: Model, found: Found) -> np.ndarray:
    """US dollars that one more unit a year of each limit saves, shape (limits,)."""
    return np.bincount(made.limit_of, found.prices * made.open_share, len(made.limits))


def _vector(kind: str, base: Mapping[Any, float], other: Mapping[Any, float]) -> np.ndarray:
    unknown = [name for name in other if name not in base]
    if unknown:
        raise NotInNetwork(f"{kind} {unknown[0]!r} is not in the problem, which has {len(base)} of them")
    values = np.array([other.get(name, value) for name, value in base.items()], float)
    return np.where(values > 0, values, 0.0)
