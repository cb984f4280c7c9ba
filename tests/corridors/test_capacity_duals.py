"""What one more unit is worth, and that every answer bounds all others from below."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.made_flows import flows
from sarai.corridors.capacity import Empties, Prices, Problem, prepared

SEEDS = st.integers(0, 10**6)
PRICES = Prices(undelivered_usd_per_t=3000.0)


def flow(seed, **more):
    return prepared(Problem.of(flows(seed), prices=PRICES, **more))


@given(seed=SEEDS, other=SEEDS)
@settings(max_examples=12, deadline=None)
def test_duals_bound_every_other_cost_from_below(seed, other):
    """Weak duality: what the cuts of an investment plan rest on."""
    ready, rng = flow(seed), np.random.default_rng(other)
    found = ready.solve()
    for _ in range(3):
        wide = {code: at * rng.choice([0, 0.3, 1, 2, 5]) for code, at in ready.capacities.items()}
        much = {key: at * rng.choice([0, 0.5, 1, 3]) for key, at in ready.demands.items()}
        below = sum(found.limit_duals[code] * at for code, at in wide.items())
        below += sum(found.demand_duals[key] * at for key, at in much.items())
        assert ready.solve(wide, much).cost >= below * (1 - 1e-9) - 1e-3
    assert max(found.limit_duals.values()) <= 0 <= min(found.demand_duals.values())


@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_duals_and_cost_are_the_same_figure(seed):
    """Strong duality: at its own capacities the line touches."""
    ready = flow(seed)
    found = ready.solve()
    below = sum(found.limit_duals[code] * at for code, at in ready.capacities.items())
    below += sum(found.demand_duals[key] * at for key, at in ready.demands.items())
    assert below == pytest.approx(found.cost, rel=1e-7, abs=1e-2)
    assert below == pytest.approx(found.bound, rel=1e-9, abs=1e-3)


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_duals_lie_between_the_differences_on_both_sides(seed):
    ready = flow(seed)
    base = ready.solve()
    worth = sorted(base.limit_duals.items(), key=lambda pair: pair[1])[:3]
    for code, dual in worth:
        step = max(1e-3 * ready.capacities[code], 1e-2)
        more, less = (
            (ready.solve({code: ready.capacities[code] + sign * step}).cost - base.cost) / (sign * step)
            for sign in (1, -1)
        )
        near = 1e-6 * base.cost / step
        assert less - near <= dual <= more + near
    for key in list(ready.demands)[:3]:
        more, less = (
            (ready.solve(demands={key: ready.demands[key] + sign}).cost - base.cost) / sign
            for sign in (1, -1)
        )
        near = 1e-7 * base.cost
        assert less - near <= base.demand_duals[key] <= more + near


@given(seed=SEEDS, other=SEEDS)
@settings(max_examples=8, deadline=None)
def test_kept_ways_change_nothing(seed, other):
    """Solved again after others, it costs what it costs when it is solved afresh."""
    rng, ready = np.random.default_rng(other), flow(seed)
    for _ in range(3):
        wide = {code: at * rng.uniform(0, 2) for code, at in ready.capacities.items()}
        again, fresh = ready.solve(wide).cost, flow(seed).solve(wide).cost
        assert again == pytest.approx(fresh, rel=1e-7, abs=1e-2)


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_more_room_is_never_worse(seed):
    ready = flow(seed)
    costs = [
        ready.solve({code: at * times for code, at in ready.capacities.items()}).cost
        for times in (0, 0.5, 1, 1.5, 10)
    ]
    assert all(less <= more * (1 + 1e-9) for more, less in pairwise(costs))
    assert costs[0] <= PRICES.undelivered_usd_per_t * sum(ready.demands.values()) * (1 + 1e-12)


@given(seed=SEEDS)
@settings(max_examples=8, deadline=None)
def test_empties_that_come_for_nothing_are_never_dearer(seed):
    free, back = flow(seed, empties="free").solve(), flow(seed).solve()
    carried_off = flow(seed, empties=Empties(tariff_share=0.0, t_per_teu=0.0, wagon_share=0.0)).solve()
    assert free.cost <= carried_off.cost * (1 + 1e-9) and carried_off.cost <= back.cost * (1 + 1e-9)
