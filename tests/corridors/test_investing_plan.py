"""Plans on networks, against brute force over the changed tables, and against one mixed-integer program."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np
import pytest
from benchmarks.corridors_investing_case import Size, made
from benchmarks.corridors_investing_monolith import solved
from msgspec.structs import replace

from corridors.projects_made import (
    DEMANDS,
    PROJECTS,
    built_in,
    changed,
    cost,
    demand,
    narrow,
    project,
    random_case,
    spent,
    years_of,
)
from sarai.corridors.capacity import Prices
from sarai.corridors.investing import Plan, Question, Scenario, plan, single

YEARS = range(2026, 2029)
LOW, HIGH = Scenario(name="low", weight=3, growth=0.0), Scenario(name="high", of="t_high", growth=0.1)


def asked(objective: str = "time", **more) -> Question:
    given = {"network": narrow(), "projects": PROJECTS, "demands": DEMANDS, "years": range(2026, 2031)}
    return Question(**(given | {"objective": objective} | more))


def by_code(found: Plan) -> dict[str, int]:
    return {each.code: each.decided for each in found.chosen}


def brute(question: Question, years: int) -> Callable[[tuple], float]:
    """Discounted gain of a decision: each year on the changed network itself, one expected scenario."""
    known: dict[frozenset[str], float] = {}

    def year_cost(built: frozenset[str]) -> float:
        if built not in known:
            network = changed(question.network, question.projects, set(built))
            known[built] = cost(network, question.demands)
        return known[built]

    def gain(decision: tuple) -> float:
        saved = [
            year_cost(frozenset()) - year_cost(built_in(question.projects, decision, year))
            for year in range(years)
        ]
        return sum(each / (1 + question.discount) ** year for year, each in enumerate(saved))

    return gain


@pytest.mark.parametrize("seed", range(6))
def test_it_is_the_best_of_all_subsets_and_years(seed, tmp_path):
    rng = np.random.default_rng(seed)
    network, projects, demands = random_case(rng, tmp_path, projects=4)
    given = {"network": network, "demands": demands, "years": YEARS, "objective": "time"}
    unused = Question(projects=projects, **given).unused
    projects = [each for each in projects if each.code not in unused]
    question = Question(projects=projects, **given)
    budget = float(rng.integers(8, 30))
    gain = brute(question, len(YEARS))
    all_ways = [
        each for each in years_of(projects, len(YEARS)) if sum(spent(projects, each, len(YEARS))) <= budget
    ]
    best = max(gain(each) for each in all_ways)
    found = plan(question, budget=budget, gap=0.0)
    noise = 1e-5 * cost(network, demands) * len(YEARS)
    assert found.gain == pytest.approx(best, abs=noise)
    assert found.bound >= best - noise
    assert found.cost_musd <= budget
    chosen = by_code(found)
    decision = tuple(YEARS.index(chosen[p.code]) if p.code in chosen else None for p in projects)
    assert decision in set(years_of(projects, len(YEARS)))
    assert gain(decision) == pytest.approx(found.gain, abs=noise)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_one_mixed_integer_program_finds(seed):
    case = made(Size(rows=3, columns=4, demands=6, projects=8, years=5, scenarios=2), seed)
    alone = solved(case, case.budget)
    found = plan(case.question, budget=case.budget, gap=0.0)
    assert found.gain == pytest.approx(alone.nothing - alone.cost, rel=1e-6, abs=1.0)
    assert found.finished
    assert found.gap == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("objective", ["throughput", "value", "time"])
@pytest.mark.parametrize("budget", [90, 170, 300])
def test_it_is_never_worse_than_a_single_project_within_the_budget(objective, budget):
    question = asked(objective)
    found = plan(question, budget=budget)
    alone = [each for each in single(question) if each.cost_musd <= budget]
    assert alone
    assert all(found.gain >= each.gain for each in alone)
    assert found.gain <= found.bound


def test_not_even_without_any_time_but_for_the_singles():
    ticks = count()
    for seconds in (60, 200, 400):
        question = asked("throughput")
        found = plan(question, budget=170, seconds=seconds, clock=ticks.__next__)
        apart = [each.alone for each in found.chosen if each.alone is not None]
        assert all(found.gain >= each - 1e-6 for each in apart)
        assert 0 <= found.gain <= found.bound
        if not found.finished:
            assert "stopped short" in found.words


def test_it_says_what_is_paid_when_and_what_each_adds():
    question = asked("throughput", scenarios=[HIGH])
    found = plan(question, budget=300, gap=0.0)
    assert by_code(found) == {"line": 2026, "port": 2026, "arm": 2027}
    assert found.spending_musd == {2026: 220.0, 2027: 60.0, 2028: 0.0, 2029: 0.0, 2030: 0.0}
    assert found.cost_musd == 280
    for each in found.chosen:
        rest = [p for p in PROJECTS if p.code != each.code and each.code not in p.after.split()]
        rest = [p for p in rest if p.code in by_code(found)]
        less = plan(asked("throughput", projects=rest, scenarios=[HIGH]), gap=0.0)
        assert each.adds == pytest.approx(found.gain - less.gain, rel=1e-6)
    assert found.words.startswith("Build line (2026), port (2026), arm (2027) for 280 M USD; gained: ")
    assert "No plan within the budget gains more than" in found.words


def test_tonnes_are_those_that_dear_undelivered_ones_leave():
    """With what stays dearer than any way, the least cost delivers most: the cost then tells how much."""
    question = asked("throughput")
    found = plan(question, budget=300, gap=0.0)
    dear = Prices(usd_per_t_h=0.0, undelivered_usd_per_t=1e8)
    asked_t = sum(each.t for each in DEMANDS)
    for year in (2026, 2027, 2030):
        built = {code for code, decided in by_code(found).items() if decided < year}
        left = cost(changed(narrow(), PROJECTS, built), DEMANDS, dear) / 1e8
        (row,) = (each for each in found.gains if each.year == year)
        assert row.after == pytest.approx(asked_t - left, rel=1e-4)


def test_yearly_budgets_hold_and_lead_years_count():
    question = asked()
    yearly = {2026: 60.0, 2027: 100.0, 2028: 75.0}
    found = plan(question, budget=240, budgets=yearly, gap=0.0)
    assert all(found.spending_musd[year] <= most for year, most in yearly.items())
    assert found.cost_musd <= 240
    assert "line" in by_code(found), "two thirds of the second year's money"
    for each in found.chosen:
        lead = next(p.lead_years for p in PROJECTS if p.code == each.code)
        assert each.there == each.decided + lead <= 2030
    assert all(row.before == row.after for row in found.gains if row.year == 2026 and not at_once(found))


def at_once(found: Plan) -> bool:
    return any(each.there == 2026 for each in found.chosen)


def test_what_comes_after_waits_until_the_other_is_there():
    slow = [replace(PROJECTS[0], lead_years=2), PROJECTS[4]]
    found = plan(asked("throughput", projects=slow), gap=0.0)
    assert by_code(found) == {"line": 2026, "arm": 2028}


def test_nothing_is_built_without_money_or_time():
    assert plan(asked(), budget=0).chosen == ()
    late = [replace(each, lead_years=9, after="") for each in PROJECTS]
    found = plan(asked(projects=late))
    assert (found.chosen, found.gain, found.gap) == ((), 0.0, 0.0)
    assert all(each.there is None and each.gain == 0 for each in single(asked(projects=late)))


def test_what_adds_nothing_is_left_out():
    idle = project("idle", 1, "slow leg:D-C-rail x0.99")
    found = plan(asked("throughput", projects=[*PROJECTS, idle], scenarios=[HIGH]))
    assert set(by_code(found)) == {"line", "port", "arm"}, "faster is no more tonnes"


def test_scenarios_are_weighed():
    both = asked(scenarios=[LOW, HIGH])
    found = plan(both, budget=300, gap=0.0)
    assert found.gain == pytest.approx((3 * found.by_scenario["low"] + found.by_scenario["high"]) / 4)
    per_year = {
        name: sum(
            (row.before - row.after) / 1.05 ** (row.year - 2026)
            for row in found.gains
            if row.scenario == name
        )
        for name in ("low", "high")
    }
    assert per_year == pytest.approx(found.by_scenario)
    only = [plan(asked(scenarios=[each]), budget=300, gap=0.0) for each in (LOW, HIGH)]
    assert found.gain <= (3 * only[0].gain + only[1].gain) / 4 + 1
    assert found.gain >= max(
        plan(replace(both, projects=[p for p in PROJECTS if p.code in by_code(each)]), budget=300).gain - 1e6
        for each in only
    )


SHOCKS = {"ordinary": "", "mountains": "close leg:B-C-rail", "strike": "widen limit:AB x0.5; close place:D"}


@pytest.mark.parametrize("worst", [False, True])
def test_shocks_cost_what_the_shut_network_costs(worst):
    question = asked("resilience", shocks=SHOCKS, worst=worst)
    found = plan(question, budget=300, gap=0.0)
    dear = Prices(usd_per_t_h=0.0, undelivered_usd_per_t=1e8)
    asked_t = sum(each.t for each in DEMANDS)
    built = {each.code for each in found.chosen if each.there <= 2030}
    delivered = {}
    for name, does in SHOCKS.items():
        network = changed(narrow(), PROJECTS, built)
        network = changed(network, [project("shock", 0, does)], {"shock"}) if does else network
        (row,) = (each for each in found.gains if (each.year, each.shock) == (2030, name))
        left = cost(network, DEMANDS, dear) / 1e8
        assert row.after == pytest.approx(asked_t - left, rel=1e-4)
        delivered[name] = row.after
    assert delivered["ordinary"] > delivered["strike"]
    of_years = {
        year: [(each.before, each.after) for each in found.gains if each.year == year]
        for year in question.years
    }
    fold = min if worst else np.mean
    gained = [
        (fold([after for _, after in rows]) - fold([before for before, _ in rows])) / 1.05 ** (year - 2026)
        for year, rows in of_years.items()
    ]
    assert found.gain == pytest.approx(sum(gained))


def test_a_demand_that_projects_alone_open():
    found = plan(asked("throughput", demands=[demand("E", "C", 5e5)], projects=[PROJECTS[0], PROJECTS[4]]))
    assert set(by_code(found)) == {"line", "arm"}
    assert found.gains[0].before == 0
    assert found.gains[-1].after == 5e5
