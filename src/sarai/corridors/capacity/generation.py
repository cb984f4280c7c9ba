r"""The flow by column generation: ways are looked for where the prices say that they would help.

.. math::
    \min \sum_w c_w x_w + P \sum_k u_k, \qquad
    \sum_{w \in W_k} x_w + u_k = d_k, \qquad A x \le b, \qquad B x = 0

over ways :math:`w` of demands and of empties, bounds :math:`b`, and what is filled and emptied at yards. Each
round proves a lower bound (Lagrange); it ends when that meets the cost. Ways are looked for between the
master's prices and the ones that proved most so far, which keeps them from swinging, and at the master's
where few are found so. For the same reason undelivered tonnes are charged little to begin with: no room can
be worth more then, and what is proven so holds for the full price too.

Source: L. R. Ford and D. R. Fulkerson, A suggested computation for maximal multi-commodity network flows,
Management Science 5 (1958); M. Lübbecke and J. Desrosiers, Selected topics in column generation, Operations
Research 53 (2005); P. Wentges, Weighted Dantzig-Wolfe decomposition for linear mixed-integer programming,
International Transactions in Operational Research 4 (1997).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sarai.corridors.capacity.columns import Column
from sarai.corridors.capacity.loading import loaded
from sarai.corridors.capacity.lp import TimedOut
from sarai.corridors.capacity.master import Duals, Master, State
from sarai.corridors.capacity.model import Model
from sarai.corridors.capacity.pricing import Pricing

__all__ = ["GAP", "Found", "Generation"]

GAP = 1e-9  # of the cost, at which it is proven; the last rounds are quick
INWARDS = 0.4  # from the master's prices to the ones that proved most
FEW = 10  # ways found between, up to which they are looked for at the master's prices too
NEAR = 1e-2  # of the cost: a gap from which on they are looked for at the master's prices alone
CHARGED = 4.0  # times a demand's cheapest way, for a tonne undelivered, to begin with
ROUGHLY = 5e-2  # of the cost: the gap to which it is solved so


class Found(NamedTuple):
    """What came out.

    Attributes
    ----------
    cost, bound : float
        US dollars of the flow, and what no flow can be below.
    prices, least : ndarray, shape (bounds,) and (demands,)
        Duals that prove the bound.
    used : list of (Column, float)
        Ways with their tonnes, or units of empties.
    capacity, extra : ndarray, shape (limits,)
        A year's, as it was asked about; and what was added to it, if it could be.
    asked, undelivered : ndarray, shape (demands,)
        Tonnes.
    stopped : str
        Why it ended before it was proven; empty if it was.
    """

    cost: float
    bound: float
    prices: np.ndarray
    least: np.ndarray
    used: list[tuple[Column, float]]
    asked: np.ndarray
    undelivered: np.ndarray
    capacity: np.ndarray
    extra: np.ndarray
    rounds: int
    stopped: str

    @property
    def gap(self) -> float:
        """Of the cost, that a better flow could save at most."""
        return max(0.0, self.cost - self.bound) / max(1.0, abs(self.cost))


class Proof(NamedTuple):
    """Prices, and the bound that they prove."""

    bound: float
    duals: Duals
    least: np.ndarray

    def gap(self, objective: float) -> float:
        """Of an objective, what is not proven of it."""
        return (objective - self.bound) / max(1.0, abs(objective))


class Run(NamedTuple):
    """How far it has come."""

    state: State
    proof: Proof
    rounds: int


class Generation:
    """Column generation over one model; ways are kept from one solve to the next."""

    def __init__(self, model: Model, clock: Callable[[], float], elastic: np.ndarray | None = None) -> None:
        self.model, self._clock = model, clock
        self.master, self.pricing = Master(model, elastic), Pricing(model)
        self._begun = False

    def solve(self, capacity: np.ndarray, asked: np.ndarray, time_limit_s: float) -> Found:
        """The least cost of a year's capacities by limit and of demands; proven, or stopped in time."""
        end, rights = self._clock() + time_limit_s, self.model.rights(capacity)
        run = self._nothing(rights, asked)
        if not len(asked):
            return self._found(run, "", asked, capacity)
        for charged, gap in self._stages(rights, asked):
            if run.rounds:
                self.master = self.master.pruned(run.state, rights)
            self.master.charge(charged)
            run, in_time = self._until(gap, run, rights, asked, end)
            if not in_time:
                stopped = f"the time limit of {time_limit_s:g} s was reached in round {max(1, run.rounds)}"
                return self._found(run, stopped, asked, capacity)
        return self._found(run, "", asked, capacity)

    def _stages(self, rights: np.ndarray, asked: np.ndarray) -> list[tuple[np.ndarray, float]]:
        """What undelivered tonnes are charged, and up to which gap; once there are ways, the full price."""
        full = np.full(len(asked), self.model.problem.prices.undelivered_usd_per_t)
        if self._begun:
            return [(full, GAP)]
        self._begun = True
        self.master.add(loaded(self.model, self.pricing, rights, asked))
        plain = self.pricing.plain()
        reached = plain[np.isfinite(plain)]
        usual = float(np.median(reached)) if len(reached) else np.inf
        little = np.minimum(full, CHARGED * np.maximum(plain, usual))
        return [(little, ROUGHLY), (full, GAP)]

    def _until(
        self, gap: float, run: Run, rights: np.ndarray, asked: np.ndarray, end: float
    ) -> tuple[Run, bool]:
        """Rounds until the objective is proven but for a gap, or no way helps; whether that was in time."""
        while True:
            try:
                state, duals = self.master.solve(rights, asked, end - self._clock())
            except TimedOut:
                return run, False
            new, proof = self._priced(duals, run.proof, state.objective, rights, asked)
            run = Run(state, proof, run.rounds + 1)
            if not new or proof.gap(state.objective) <= gap:
                return run, True
            if self._clock() >= end:
                return run, False

    def _nothing(self, rights: np.ndarray, asked: np.ndarray) -> Run:
        """Nothing carried; and that nothing costs less than nothing."""
        price = self.model.problem.prices.undelivered_usd_per_t
        unpriced = [np.full(len(self.model.problem.network.places), np.nan) for _ in self.model.fleets]
        free = Duals(np.zeros(len(asked)), np.zeros(len(rights)), unpriced)
        cost = price * asked.sum()
        state = State(cost, cost, [], np.zeros(0), np.zeros(0), asked, np.zeros(len(self.model.limits)))
        return Run(state, Proof(0.0, free, free.demand), 0)

    def _priced(
        self, duals: Duals, proof: Proof, objective: float, rights: np.ndarray, asked: np.ndarray
    ) -> tuple[int, Proof]:
        """How many ways are new, and the best proof."""
        new, swings = 0, proof.bound > 0 and proof.gap(objective) > NEAR
        for each in ([_between(duals, proof.duals)] if swings else []) + [duals]:
            columns, least = self.pricing(each)
            priced = each.bound > 0
            bound = float(least @ asked - each.bound[priced] @ rights[priced])
            if bound > proof.bound:
                proof = Proof(bound, each, least)
            new += self.master.add(columns)
            if new > FEW or proof.gap(objective) <= GAP:
                break
        return new, proof

    def _found(self, run: Run, stopped: str, asked: np.ndarray, capacity: np.ndarray) -> Found:
        state, proof, rounds = run
        used = [
            (column, float(amount))
            for column, amount in zip(state.ways, state.amounts, strict=False)
            if amount > 0
        ]
        return Found(
            state.cost, proof.bound, proof.duals.bound, proof.least, used, asked, state.undelivered, capacity,
            state.extra, rounds, stopped,
        )  # fmt: skip


def _between(duals: Duals, other: Duals) -> Duals:
    """Prices half-way; an empty that one of them does not price is worth what the other says."""
    yards = [
        np.where(np.isnan(there), here, _mean(here, there))
        for here, there in zip(duals.yards, other.yards, strict=True)
    ]
    return Duals(_mean(duals.demand, other.demand), _mean(duals.bound, other.bound), yards)


def _mean(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (1 - INWARDS) * one + INWARDS * other
