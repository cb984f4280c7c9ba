"""The search, against brute force over all subsets and years, on flows that scipy solves."""

from __future__ import annotations

from functools import cache
from itertools import count
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors import flows_made
from sarai.corridors.investing.master import Budget
from sarai.corridors.investing.recourse import OutOfTime, Recourse, Watch
from sarai.corridors.investing.search import Goal, search

SEEDS = st.integers(0, 10**6)
CLOSE = 1e-7


def ample() -> Watch:
    return Watch(monotonic, 60)


@st.composite
def asked(draw):
    """A case with one to three shocks, and a budget of the whole, of a year, or of both."""
    projects, shocks = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    made = flows_made.case(draw(SEEDS), projects=projects, years=3, shocks=shocks)
    total = draw(st.none() | st.integers(0, 20))
    yearly = draw(st.dictionaries(st.integers(0, 2), st.integers(0, 9), max_size=2))
    return made, Budget(total, yearly)


def brute(made, budget):
    """Discounted costs by scenario of all that the budget allows, by decision; sums written out."""
    known = cache(lambda decision: tuple(flows_made.worth(made, decision)))
    return {
        each: np.array(known(each))
        for each in flows_made.decisions(made)
        if affordable(flows_made.paid(made, each), budget)
    }


def affordable(paid, budget):
    within = budget.total is None or sum(paid) <= budget.total + 1e-9
    return within and all(paid[year] <= most + 1e-9 for year, most in budget.yearly.items())


@settings(deadline=None, max_examples=15)
@given(asked())
def test_the_plan_is_the_best_of_all(drawn):
    made, budget = drawn
    costs = {each: worth @ made.likely for each, worth in brute(made, budget).items()}
    found = search(Recourse(made), Goal(made), budget, ample())
    scale = CLOSE * (1 + max(costs.values()))
    assert found.decision in costs, "the budget, the leads and the orders hold"
    assert found.finished
    assert found.value == pytest.approx(costs[found.decision], abs=scale)
    assert found.value <= min(costs.values()) + scale
    assert found.bound <= min(costs.values()) + scale
    assert found.bound >= found.value - scale


@settings(deadline=None, max_examples=15)
@given(asked())
def test_the_least_regret_is_the_least_of_all(drawn):
    made, budget = drawn
    costs = brute(made, budget)
    best = np.min(list(costs.values()), axis=0)
    regrets = {each: (worth - best).max() for each, worth in costs.items()}
    found = search(Recourse(made), Goal(made, best=best), budget, ample())
    scale = CLOSE * (1 + max(worth.max() for worth in costs.values()))
    assert found.value == pytest.approx(min(regrets.values()), abs=scale)
    assert regrets[found.decision] == pytest.approx(found.value, abs=scale)
    assert found.bound <= found.value


@settings(deadline=None, max_examples=15)
@given(SEEDS, st.integers(1, 3))
def test_cuts_of_one_cell_hold_in_all_others(seed, shocks):
    made = flows_made.case(seed, shocks=shocks)
    recourse, rng = Recourse(made), np.random.default_rng(seed)
    shape = (len(made.openings), len(made.years))
    recourse.costs(rng.random(shape))
    recourse.costs((rng.random(shape) < 0.5).astype(float))
    other = rng.random(shape) * (rng.random(shape) < 0.7)
    said = recourse.cuts.values(other)
    costs = recourse.costs(other)
    assert (said <= costs[None] + CLOSE * (1 + costs.max())).all()
    now = recourse.cuts.values(other).max(axis=0)
    assert now == pytest.approx(costs, rel=1e-7), "and each is met by its own"


@pytest.mark.parametrize("seed", range(3))
def test_it_stops_in_time_with_a_bound_and_the_best_so_far(seed):
    made, budget = flows_made.case(seed, projects=5), Budget(12.0)
    best = min(worth @ made.likely for worth in brute(made, budget).values())
    for ticks in (1, 30, 120):
        clock = count().__next__
        recourse = Recourse(made)
        found = search(recourse, Goal(made), budget, Watch(clock, ticks))
        assert found.bound <= best + CLOSE * best
        assert best <= found.value + CLOSE * best
        assert found.value == Goal(made).of(recourse.of(found.decision))
    assert search(Recourse(made), Goal(made), budget, Watch(count().__next__, 1)).finished is False


def test_what_is_known_is_not_undercut_even_without_time_for_more():
    made, budget = flows_made.case(3, projects=5), Budget(12.0)
    best = search(Recourse(made), Goal(made), budget, ample())
    ticks = count()
    recourse = Recourse(made)
    recourse.of(best.decision)
    found = search(recourse, Goal(made), budget, Watch(ticks.__next__, 3), starts=[best.decision])
    assert found.value == best.value


def test_answers_are_remembered():
    made = flows_made.case(1)
    recourse = Recourse(made)
    nothing = (None,) * len(made.builds)
    recourse.of(nothing)
    solved = recourse.solved
    assert solved == len(np.unique(made.demands.reshape(-1, 3), axis=0))
    recourse.of(nothing)
    assert recourse.solved == solved
    with pytest.raises(OutOfTime):
        recourse.of((0,) * len(made.builds), Watch(count().__next__, 0))
