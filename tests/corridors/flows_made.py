"""Small flows over stated ways, as linear programs by scipy, and cases of projects on them, at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from sarai.corridors.investing.case import Build, Case, Decision, Opening

UNDELIVERED = 50.0


class Answer(NamedTuple):
    """As `sarai.corridors.investing.case.Answer` has it."""

    cost: float
    limit_duals: np.ndarray
    demand_duals: np.ndarray


def flow(rng: np.random.Generator, limits: int, demands: int) -> Callable[[np.ndarray, np.ndarray], Answer]:
    """The least cost over four ways of each demand, each through some of the limits, and staying behind."""
    uses = rng.random((limits, demands, 5)) < 0.4
    uses[:, :, 4] = False
    price = rng.integers(1, 10, (demands, 5)).astype(float)
    price[:, 4] = UNDELIVERED
    of = np.kron(np.eye(demands), np.ones(5))

    @cache
    def solved(capacities: tuple[float, ...], asked: tuple[float, ...]) -> Answer:
        found = linprog(price.ravel(), uses.reshape(limits, -1).astype(float), capacities, of, asked)
        assert found.status == 0, found.message
        return Answer(found.fun, found.ineqlin.marginals, found.eqlin.marginals)

    return lambda capacities, asked: solved(tuple(capacities.tolist()), tuple(asked.tolist()))


def case(seed: int, projects: int = 4, years: int = 4, scenarios: int = 2, shocks: int = 1) -> Case:
    """Projects of one limit each, and one pair that does more together."""
    rng = np.random.default_rng(seed)
    limits, demands = 6, 3
    builds = tuple(
        Build(
            f"P{at}", float(rng.integers(1, 10)), int(rng.integers(0, 3)),
            (int(rng.integers(0, at)),) if at and rng.random() < 0.3 else (),
        )
        for at in range(projects)
    )  # fmt: skip

    def wider(*requires: int) -> Opening:
        return Opening(requires, ((int(rng.integers(limits)), float(rng.integers(1, 20))),))

    left = np.ones((shocks, limits))
    left[np.arange(1, shocks), rng.integers(limits, size=shocks - 1)] = 0.0
    likely, struck = (rng.dirichlet(np.ones(size)) for size in (scenarios, shocks))
    return Case(
        builds, tuple(range(2026, 2026 + years)), (*map(wider, range(projects)), wider(0, 1)),
        rng.integers(0, 15, limits).astype(float), left,
        rng.integers(1, 20, (years, scenarios, demands)).astype(float),
        likely, struck, 0.9 ** np.arange(years), flow(rng, limits, demands), worst=bool(seed % 2),
    )  # fmt: skip


def decisions(made: Case) -> Iterator[Decision]:
    """All that can be decided, budgets aside, with what comes after what kept."""
    last = len(made.years)
    choices = [(None, *range(max(0, last - each.lead))) for each in made.builds]
    for found in product(*choices):
        pairs = [
            (year, found[at], made.builds[at].lead)
            for each, year in zip(made.builds, found, strict=True)
            if year is not None
            for at in each.after
        ]
        if all(before is not None and before + lead <= year for year, before, lead in pairs):
            yield found


def worth(made: Case, decision: Decision) -> np.ndarray:
    """Discounted cost by scenario, cell after cell, written out."""
    total = np.zeros(made.demands.shape[1])
    for year, scenario in np.ndindex(*made.demands.shape[:2]):
        there = {
            at
            for at, (each, decided) in enumerate(zip(made.builds, decision, strict=True))
            if decided is not None and decided + each.lead <= year
        }
        capacities = made.base.copy()
        for opening in made.openings:
            if set(opening.requires) <= there:
                for limit, amount in opening.adds:
                    capacities[limit] += amount
        struck = [made.cost(capacities * left, made.demands[year, scenario]).cost for left in made.left]
        cost = max(struck) if made.worst else float(np.dot(struck, made.struck))
        total[scenario] += made.discount[year] * cost
    return total


def paid(made: Case, decision: Decision) -> list[float]:
    """By year, each project's cost evenly over the years until it is there; all at once if it is at once."""
    found = [0.0] * len(made.years)
    for each, decided in zip(made.builds, decision, strict=True):
        if decided is not None:
            for year in range(decided, decided + max(1, each.lead)):
                found[year] += each.cost / max(1, each.lead)
    return found
