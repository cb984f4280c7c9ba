"""The quadratic risk against a solver for curved constraints that shares nothing with ours."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.optimize import minimize

from minerals.diversify_made import ITEM
from sarai.minerals.diversify import Case, Need, Rules, Supplier, best, broken

PEOPLE = ("CN", "JP", "RU", "CL", "AU")


def many(seed: int, times: float) -> Case:
    """Five suppliers of a year; the risk is a share of the cheapest plan's."""
    draw = np.random.default_rng(seed)
    suppliers = tuple(
        Supplier(code=code, country=code, t=float(draw.integers(40, 100)),
                 usd_per_t=float(draw.integers(50, 400)), **ITEM)
        for code in PEOPLE
    )  # fmt: skip
    weights = {code: float(draw.uniform(1, 8)) for code in PEOPLE}
    case = Case(years=(2030,), needs=(Need(year=2030, t=100.0, **ITEM),), suppliers=suppliers,
                rules=Rules(by=2030, share=1.0), weights=weights)  # fmt: skip
    return replace(case, rules=Rules(by=2030, share=1.0, risk=best(case).years[0].risk * times))


@pytest.mark.parametrize("times", [0.95, 0.75])
@pytest.mark.parametrize("seed", range(4))
def test_the_least_cost_is_that_of_another_solver(seed, times):
    case = many(seed, times)
    prices = np.array([each.usd_per_t for each in case.suppliers])
    weights = np.array([case.weights[each.country] for each in case.suppliers])
    other = minimize(
        lambda share: prices @ share / 100, np.full(5, 0.2), method="SLSQP",
        bounds=[(0, each.t / 100) for each in case.suppliers],
        constraints=[{"type": "eq", "fun": lambda share: share.sum() - 1},
                     {"type": "ineq", "fun": lambda share: case.rules.risk - weights @ share**2}],
        options={"ftol": 1e-10, "maxiter": 500},
    )  # fmt: skip
    plan = best(case)
    assert other.success
    assert plan.cost_usd == pytest.approx(other.fun * 100 * 100, rel=1e-5)
    assert plan.years[0].risk <= case.rules.risk * (1 + 1e-5)
    assert broken(case, plan) == ()
