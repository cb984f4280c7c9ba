"""Carrots and sticks over time, against every policy there is on a small grid."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.standing.game import decisions, frontier, keep, lowest, period, repeated_example

EXAMPLE = repeated_example()
SMALL = replace(EXAMPLE, aid=(0.0, 3.0), access=(0.5,), threat=(0.0, 4.0), steps=3)
OTHERS = [
    SMALL,
    replace(SMALL, temptation=1.0, start=0.9),
    replace(SMALL, discount=0.5, inertia=0.9),
    replace(SMALL, threat=(0.0,), access=(0.0, 1.0), state_discount=0.97),
]


def every_policy(made):
    """Discounted re-exports and cost of each policy that does one thing at each reputation."""
    states, mixes = made.cost.shape
    for chosen in product(range(mixes), repeat=states):
        rows = np.arange(states), np.array(chosen)
        system = np.eye(states) - made.discount * made.moves[rows]
        worth = (1 - made.discount) * made.start @ np.linalg.inv(system)
        yield float(worth @ made.leaks[rows]), float(worth @ made.cost[rows])


def cheapest(points, level):
    """The least cost at a level by drawing lots between any two policies."""
    best = min((cost for leaks, cost in points if leaks <= level + 1e-9), default=np.inf)
    low = [each for each in points if each[0] < level]
    high = [each for each in points if each[0] > level]
    for (a, x), (b, y) in product(low, high):
        share = (level - a) / (b - a)
        best = min(best, x + share * (y - x))
    return best


@pytest.mark.parametrize("game", OTHERS)
def test_it_is_the_best_of_all_policies(game):
    made = decisions(game)
    points = list(every_policy(made))
    assert len(points) == 4**4
    least = min(leaks for leaks, _ in points)
    assert lowest(made) == pytest.approx(least, rel=1e-6)
    assert keep(made).cost == pytest.approx(min(cost for _, cost in points), abs=1e-7)
    for share in (0.1, 0.4, 0.8):
        level = least + share * (max(leaks for leaks, _ in points) - least)
        found = keep(made, level)
        assert found.cost == pytest.approx(cheapest(points, level), rel=1e-6, abs=1e-7)
        assert found.leaks <= level + 1e-6


def test_a_price_of_leaks_gives_what_value_iteration_gives():
    made = decisions(SMALL)
    found = keep(made, lowest(made) * 1.3)
    assert found.price > 0
    worth = np.zeros(len(made.reputations))
    for _ in range(600):
        worth = (made.cost + found.price * made.leaks + made.discount * made.moves @ worth).min(axis=1)
    lagrangian = (1 - made.discount) * made.start @ worth - found.price * found.level
    assert found.cost == pytest.approx(lagrangian, rel=1e-5)


def test_the_frontier_falls_and_is_convex():
    found = frontier(decisions(EXAMPLE), 8)
    assert len(found) == 8
    leaks, cost = ([getattr(each, name) for each in found] for name in ("leaks", "cost"))
    assert all(one > two for one, two in pairwise(leaks))
    assert all(one < two for one, two in pairwise(cost))
    prices = [(y2 - y1) / (x1 - x2) for (x1, y1), (x2, y2) in pairwise(zip(leaks, cost, strict=True))]
    assert all(one <= two + 1e-9 for one, two in pairwise(prices))
    assert found[0].cost == 0


def test_what_cannot_be_kept_is_told_with_what_can():
    made = decisions(SMALL)
    with pytest.raises(BadSetting, match=f"below {lowest(made):.6g}"):
        keep(made, lowest(made) * 0.9)


def test_a_policy_draws_lots_at_no_more_than_one_reputation():
    made = decisions(EXAMPLE)
    policy = keep(made, 220.0).policy
    assert sum(each.time for each in policy) == pytest.approx(1.0)
    drawn = {each.reputation for each in policy if 1e-6 < each.probability < 1 - 1e-6}
    assert len(drawn) <= 1


reputations = st.floats(0.0, 1.0)
mixes = st.sampled_from(EXAMPLE.mixes)


@given(reputations, mixes)
def test_beliefs_are_right_on_average(reputation, mix):
    found = period(replace(EXAMPLE, inertia=1.0), reputation, mix)
    assert sum(chance for chance, _ in found.after) == pytest.approx(1.0)
    assert sum(chance * after for chance, after in found.after) == pytest.approx(reputation, abs=1e-12)


@given(reputations, mixes)
def test_leaks_that_are_seen_cost_reputation(reputation, mix):
    found = period(replace(EXAMPLE, inertia=1.0), reputation, mix)
    (_, seen), (_, unseen) = found.after
    assert seen <= reputation + 1e-12 <= unseen + 2e-12


@given(reputations, reputations, mixes)
def test_who_is_thought_to_enforce_has_fewer_leaks(one, two, mix):
    low, high = sorted((one, two))
    assert period(EXAMPLE, high, mix).leaks <= period(EXAMPLE, low, mix).leaks + 1e-9


@given(reputations)
def test_each_lever_works(reputation):
    none = EXAMPLE.mixes[0]
    bare = period(EXAMPLE, reputation, none)
    assert period(EXAMPLE, reputation, replace(none, aid=4.0)).leaks < bare.leaks
    assert period(EXAMPLE, reputation, replace(none, access=1.0)).leaks < bare.leaks
    assert period(EXAMPLE, reputation, replace(none, threat=5.0)).enforces > bare.enforces


def test_without_a_stake_the_threshold_is_that_of_the_small_game():
    """A trader whose gain makes him indifferent at p has p = g / (g + F + r)."""
    game = replace(EXAMPLE, inspects=0.25, inspects_lax=0.25)
    mix = replace(game.mixes[0], access=0.5)
    violate = period(game, 0.5, mix).leaks / game.consignments / 0.75
    gain = -np.log(violate) * game.mean_gain
    assert gain / (gain + game.fine + mix.access) == pytest.approx(0.25)


def test_figures_that_contradict_each_other_are_refused():
    with pytest.raises(BadSetting, match="exchange them"):
        replace(EXAMPLE, inspects=0.01)
