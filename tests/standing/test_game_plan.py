"""The inspection plan, against a plain account of the game that shares no code with it."""

from __future__ import annotations

from dataclasses import replace as with_
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.standing.game import (
    GRID,
    Checkpoint,
    Game,
    Inspection,
    Levers,
    Shift,
    Trader,
    Typology,
    answered,
    commit,
    commitment,
    draw,
    equilibrium,
    example,
    faults,
    greedy,
    marginals,
    nash,
    payoffs,
    schedules,
    uniform,
)
from sarai.standing.game.plan import in_grid

LIMIT_S = 20.0


def simple(gain=3.0, fine=5.0, reward=1.0, cost=0.5, loss=8.0):
    """One trader, one checkpoint, one inspector who sees everything: the 2x2 game."""
    return Game(
        name="simple", inspectors=1, cost=cost, levers=Levers(access=reward),
        checkpoints=(Checkpoint(code="A", consignments=1, room=1),),
        typologies=(Typology(code="divert", fine=fine, loss=loss, opens=1, detection=1),),
        traders=(Trader(code="t", consignments=1, gain={"divert": gain}),),
    )  # fmt: skip


def made(seed, points=2, kinds=1, types=1, shifts=1, inspectors=None):
    """A random small game."""
    rng = np.random.default_rng(seed)

    def number(low, high):
        return float(np.round(rng.uniform(low, high), 3))

    codes = [f"k{each}" for each in range(kinds)]
    places = [f"P{each}" for each in range(points)]
    return Game(
        name=f"seed {seed}", inspectors=inspectors or int(rng.integers(1, 3)), cost=number(0.1, 6),
        levers=Levers(access=number(0, 3), borne=number(0, 1), threat=number(0, 3)),
        checkpoints=tuple(Checkpoint(code=each, consignments=number(4, 20), room=int(rng.integers(1, 3)),
                                     skill=number(0.5, 1)) for each in places),
        shifts=tuple(Shift(code=f"s{each}", traffic=number(0.5, 1.5)) for each in range(shifts)),
        typologies=tuple(Typology(code=each, fine=number(3, 30), loss=number(2, 40), opens=number(1, 6),
                                  detection=number(0.5, 1)) for each in codes),
        traders=tuple(Trader(code=f"t{each}", consignments=number(1, 5),
                             gain={code: number(1, 12) for code in codes},
                             route={place: number(0, 2) for place in places}) for each in range(types)),
    )  # fmt: skip


# -- a plain account -----------------------------------------------------------------------------


def posts(game):
    return [(c, s, k) for c in game.checkpoints for s in game.shifts for k in game.typologies]


def room(game, point, shift):
    return min(
        point.room, max(1, int(point.consignments * shift.traffic / max(k.opens for k in game.typologies)))
    )


def worths(game, trader, cover):
    """Of each action of a type: what it is worth to it, and to the state; by the words of the docs."""
    found = []
    for c in game.checkpoints:
        for s in game.shifts:
            seen = {k.code: min(1, k.opens / (c.consignments * s.traffic)) * cover[c.code, s.code, k.code]
                    for k in game.typologies}  # fmt: skip
            reward = game.levers.access * sum(seen.values())
            route = trader.route.get(c.code, 0.0)
            found.append((reward - route, -game.levers.borne * reward))
            for k in game.typologies:
                caught = seen[k.code] * k.detection * c.skill
                own = (1 - caught) * trader.gain[k.code] - caught * k.fine - route
                found.append((own, caught * k.fine - (1 - caught) * (k.loss + game.levers.threat)))
    return found


def value(game, coverage, tie=1e-7):
    """What the state has of a coverage to which all answer best, and of ties as it likes."""
    cover = {(c.code, s.code, k.code): x for (c, s, k), x in zip(posts(game), coverage, strict=True)}
    total = -game.cost * sum(coverage)
    for trader in game.traders:
        found = worths(game, trader, cover)
        best = max(own for own, _ in found)
        total += trader.consignments * max(state for own, state in found if own >= best - tie)
    return total


def fits(game, coverage, tolerance=1e-9):
    there = {}
    for (c, s, _), x in zip(posts(game), coverage, strict=True):
        there.setdefault((c, s), []).append(x)
    return (
        min(coverage) >= -tolerance
        and sum(coverage) <= game.inspectors + tolerance
        and all(sum(each) <= room(game, c, s) + tolerance for (c, s), each in there.items())
    )


def planes(game):
    """Every hyperplane on which something changes: capacities, and ties of two actions of a type."""
    count = len(posts(game))
    lines = [(np.eye(count)[at], 0.0) for at in range(count)] + [(np.ones(count), float(game.inspectors))]
    for c in game.checkpoints:
        for s in game.shifts:
            row = np.array([float(p[:2] == (c, s)) for p in posts(game)])
            lines.append((row, float(room(game, c, s))))
    keys = [(c.code, s.code, k.code) for c, s, k in posts(game)]
    for trader in game.traders:

        def at(x, who=trader):
            return np.array([own for own, _ in worths(game, who, dict(zip(keys, x, strict=True)))])

        base = at(np.zeros(count))
        slope = np.array([at(row) - base for row in np.eye(count)]).T
        for one, two in combinations(range(len(base)), 2):
            if np.abs(slope[one] - slope[two]).max() > 1e-9:
                lines.append((slope[one] - slope[two], base[two] - base[one]))
    return lines


def best_vertex(game):
    """The best value at any vertex that the planes make: it is linear in between, so nothing is better."""
    count, best = len(posts(game)), -np.inf
    lines = planes(game)
    for chosen in combinations(range(len(lines)), count):
        matrix = np.array([lines[at][0] for at in chosen])
        if abs(np.linalg.det(matrix)) < 1e-9:
            continue
        at = np.linalg.solve(matrix, np.array([lines[at][1] for at in chosen]))
        if fits(game, at):
            best = max(best, value(game, at))
    return best


# -- the 2x2 game again --------------------------------------------------------------------------


@pytest.mark.parametrize("stakes", [{}, {"reward": 0.0}, {"loss": 1.0}, {"cost": 40.0}, {"gain": 30.0}])
def test_of_one_post_it_is_the_small_game(stakes):
    game = simple(**stakes)
    said = {"gain": 3.0, "fine": 5.0, "reward": 1.0, "cost": 0.5, "loss": 8.0, **stakes}
    led, at_once = commitment(Inspection(**said)), equilibrium(Inspection(**said))
    plan, found = commit(payoffs(game), LIMIT_S), nash(payoffs(game), LIMIT_S)
    assert plan.value == pytest.approx(led.inspector, abs=1e-6)
    assert plan.shares[0] == pytest.approx(led.inspects, abs=1e-6)
    assert found.value == pytest.approx(at_once.inspector, abs=1e-6)
    assert found.violations == pytest.approx(at_once.violates, abs=1e-6)


# -- brute force ---------------------------------------------------------------------------------

SMALL = [
    *[{"seed": seed} for seed in range(4)],
    *[{"seed": seed, "points": 1, "kinds": 2} for seed in range(4, 7)],
    *[{"seed": seed, "types": 2} for seed in range(7, 12)],
    *[{"seed": seed, "types": 3} for seed in range(12, 15)],
    {"seed": 15, "points": 1, "shifts": 2, "types": 2},
    {"seed": 16, "points": 3, "inspectors": 1},
]


@pytest.mark.parametrize("case", SMALL, ids=lambda case: f"seed {case['seed']}")
def test_it_is_what_brute_force_finds(case):
    game = made(**case)
    plan = commit(payoffs(game), LIMIT_S)
    assert plan.gap == 0
    assert plan.value == pytest.approx(best_vertex(game), abs=1e-5)
    assert plan.bound == pytest.approx(plan.value, abs=1e-4)
    assert plan.value == pytest.approx(value(game, plan.shares, tie=1e-4), abs=1e-5)


@pytest.mark.parametrize("seed", range(20, 24))
def test_no_point_of_a_grid_is_better(seed):
    game = made(seed, types=2)
    best = commit(payoffs(game), LIMIT_S).value
    for x in np.linspace(0, 2, 41):
        for y in np.linspace(0, 2, 41):
            if fits(game, (x, y)):
                assert value(game, (x, y)) <= best + 1e-6


@pytest.mark.parametrize("seed", [1, 4])
def test_one_type_by_many_programs_is_as_by_one(seed):
    game = made(seed, kinds=2)
    (trader,) = game.traders
    halves = tuple(replace(trader, code=code, consignments=trader.consignments / 2) for code in ("a", "b"))
    alone, both = (commit(payoffs(each), LIMIT_S) for each in (game, replace(game, traders=halves)))
    assert alone.value == pytest.approx(both.value, abs=1e-5)


# -- Nash, and rules of thumb --------------------------------------------------------------------


def supports(a, b):
    """All equilibria of a bimatrix game with supports of one size, by trying them."""
    rows, columns = a.shape
    for size in range(1, min(rows, columns) + 1):
        for i in map(list, combinations(range(rows), size)):
            for j in map(list, combinations(range(columns), size)):
                y, x = _indifferent(a[np.ix_(i, j)]), _indifferent(b[np.ix_(i, j)].T)
                if x is None or y is None or min(*x, *y) < -1e-9:
                    continue
                one, two = np.zeros(rows), np.zeros(columns)
                one[i], two[j] = x, y
                if (a @ two).max() <= one @ a @ two + 1e-8 and (one @ b).max() <= one @ b @ two + 1e-8:
                    yield one @ a @ two


def _indifferent(matrix):
    """The mixture of columns to which all rows are worth the same; none if it is not one point."""
    size = len(matrix)
    system = np.block([[matrix, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    if abs(np.linalg.det(system)) < 1e-9:
        return None
    return np.linalg.solve(system, np.append(np.zeros(size), 1.0))[:size]


def matrices(game):
    """The bimatrix of one inspector, who stands at one post or stays away, and one type."""
    count = len(posts(game))
    keys = [(c.code, s.code, k.code) for c, s, k in posts(game)]
    (trader,) = game.traders
    state, own = [], []
    for stands in [np.zeros(count), *np.eye(count)]:
        found = worths(game, trader, dict(zip(keys, stands, strict=True)))
        state.append([trader.consignments * s - game.cost * stands.sum() for _, s in found])
        own.append([o for o, _ in found])
    return np.array(state), np.array(own)


@pytest.mark.parametrize("seed", range(30, 40))
def test_leading_is_never_worse_than_any_nash_equilibrium(seed):
    game = made(seed, points=2, kinds=1, inspectors=1)
    led, found = commit(payoffs(game), LIMIT_S).value, nash(payoffs(game), LIMIT_S)
    every = list(supports(*matrices(game)))
    assert every
    assert found.gap == 0
    assert found.value >= max(every) - 1e-6
    assert led >= found.value - 1e-6


@pytest.mark.parametrize("seed", range(40, 46))
def test_nash_is_an_equilibrium_and_leading_beats_all_else(seed):
    game = replace(made(seed, kinds=2, types=2, inspectors=2), least=0.05 * (seed % 2))
    arrays = payoffs(game)
    found, led = nash(arrays, LIMIT_S), commit(arrays, LIMIT_S).value
    keys = [(c.code, s.code, k.code) for c, s, k in posts(game)]
    cover = dict(zip(keys, found.coverage, strict=True))
    assert fits(game, found.coverage, 1e-6)
    total, slope = -game.cost * sum(found.coverage), np.full(len(keys), -game.cost)
    for trader, mix in zip(game.traders, found.mixes, strict=True):
        own, state = np.array(worths(game, trader, cover)).T
        assert sum(mix) == pytest.approx(1.0)
        assert np.array(mix) @ own == pytest.approx(own.max(), abs=1e-5)
        total += trader.consignments * (np.array(mix) @ state)
        bare = np.array(worths(game, trader, dict.fromkeys(keys, 0.0)))[:, 1]
        for at, key in enumerate(keys):
            one = np.array(worths(game, trader, {each: float(each == key) for each in keys}))[:, 1]
            slope[at] += trader.consignments * (np.array(mix) @ (one - bare))
    assert found.value == pytest.approx(total, abs=1e-5)
    assert slope @ found.coverage == pytest.approx(_most(game, slope), abs=1e-4)
    assert led >= found.value - 1e-6
    assert led >= max(answered(arrays, plan(arrays)).value for plan in (uniform, greedy)) - 1e-6


def _most(game, slope):
    """The most that inspectors can bring against a fixed mixture: what must be, then the dearest posts."""
    must = [
        game.least / min(1, k.opens / (c.consignments * s.traffic)) for c, s, k in posts(game)
    ]  # fmt: skip
    left, total = game.inspectors - sum(must), float(np.dot(slope, must))
    free = {(c, s): room(game, c, s) for c, s, _ in posts(game)}
    for (c, s, _), needed in zip(posts(game), must, strict=True):
        free[c, s] -= needed
    for worth, (c, s, _) in sorted(zip(slope, posts(game), strict=True), key=lambda each: -each[0]):
        used = min(left, free[c, s]) if worth > 0 else 0.0
        total, left, free[c, s] = total + worth * used, left - used, free[c, s] - used
    return total


# -- properties ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [50, 51])
def test_the_order_of_tables_does_not_matter(seed):
    game = made(seed, points=2, kinds=2, types=2)
    turned = replace(game, checkpoints=game.checkpoints[::-1], typologies=game.typologies[::-1],
                     traders=game.traders[::-1])  # fmt: skip
    one, two = payoffs(game), payoffs(turned)
    assert commit(one, LIMIT_S).value == pytest.approx(commit(two, LIMIT_S).value, abs=1e-5)
    assert nash(one, LIMIT_S).value == pytest.approx(nash(two, LIMIT_S).value, abs=1e-5)
    for plan in (uniform, greedy):
        assert answered(one, plan(one)).value == pytest.approx(answered(two, plan(two)).value, abs=1e-6)


@pytest.mark.parametrize("seed", [60, 61])
def test_an_inspector_more_is_worth_what_the_dual_says_at_the_margin(seed):
    game = made(seed, types=2, inspectors=1)
    arrays = payoffs(game)
    plan = commit(arrays, LIMIT_S)
    more, step = commit(with_(arrays, staff=1 + 1e-4), LIMIT_S), 1e-4
    assert plan.inspector_worth >= 0
    assert (more.value - plan.value) / step >= plan.inspector_worth - 0.05


def test_aid_is_inspectors():
    game = replace(made(70), inspectors=1)
    aided = replace(game, levers=replace(game.levers, aid=450.0, inspector_price=200.0))
    assert payoffs(aided).staff == 3
    assert commit(payoffs(aided), LIMIT_S).value >= commit(payoffs(game), LIMIT_S).value - 1e-9


def test_more_inspectors_are_never_worse_and_every_bound_holds():
    values = []
    for inspectors in (0, 1, 2, 4):
        game = replace(
            made(71, points=2, kinds=2, types=2), inspectors=inspectors, least=0.001 * (inspectors > 0)
        )
        plan = commit(payoffs(game), LIMIT_S)
        assert fits(game, [each / GRID for each in plan.coverage])
        opened = [x * post.opened for x, post in zip(plan.shares, payoffs(game).posts, strict=True)]
        assert min(opened) >= game.least - 1e-7
        values.append(commit(payoffs(replace(game, least=0.0)), LIMIT_S).value)
    assert values == sorted(values)


def test_a_plan_that_time_cut_short_tells_what_is_not_excluded():
    game = payoffs(example())
    plan = commit(game, 2.0)
    assert faults(game, plan.shares) == []
    assert plan.bound >= plan.value - 1e-3
    assert plan.gap == pytest.approx(max(0.0, plan.bound - plan.value) / abs(plan.value), abs=1e-4)


def test_too_few_for_the_least_are_told():
    with pytest.raises(BadSetting, match="lower the least share"):
        payoffs(replace(example(), least=0.2))


def test_there_is_room_only_for_whom_there_is_work():
    game = made(72, points=1, kinds=2)
    (point,), (one, two) = game.checkpoints, game.typologies
    busy = replace(
        game,
        shifts=(Shift(code="day"),),
        checkpoints=(replace(point, consignments=10.0, room=3),),
        typologies=(replace(one, opens=4.0), replace(two, opens=1.0)),
    )
    assert payoffs(busy).room.tolist() == [2]


def test_what_a_solver_tolerates_is_cut_off():
    game = payoffs(made(73, points=2, inspectors=1))
    parts = in_grid(game, np.array([0.5 + 3e-9, 0.5 + 4e-9]))
    assert sum(parts) == GRID
    assert min(parts) >= GRID // 2 - 7


# -- schedules -----------------------------------------------------------------------------------


@given(st.lists(st.lists(st.integers(0, 2 * GRID), min_size=1, max_size=4), min_size=1, max_size=5))
@settings(deadline=None)
def test_schedules_realise_a_coverage_exactly(strata):
    coverage = [each for stratum in strata for each in stratum]
    lottery = schedules(coverage)
    assert sum(each.parts for each in lottery) == GRID
    assert len(lottery) <= len(coverage) + 1
    assert marginals(lottery) == tuple(Fraction(each, GRID) for each in coverage)
    for schedule in lottery:
        assert all(each >= 0 for each in schedule.inspectors)
        assert sum(schedule.inspectors) <= -(-sum(coverage) // GRID)
        begin = 0
        for stratum in strata:
            assert sum(schedule.inspectors[begin : begin + len(stratum)]) <= -(-sum(stratum) // GRID)
            begin += len(stratum)


def test_drawn_schedules_come_as_often_as_they_should():
    lottery = schedules((GRID // 4, GRID // 2, 0))
    drawn = draw(lottery, np.random.default_rng(1), 4000)
    often = np.mean([each.inspectors for each in drawn], axis=0)
    assert often == pytest.approx([0.25, 0.5, 0.0], abs=0.03)
