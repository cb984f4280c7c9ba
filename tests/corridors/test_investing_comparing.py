"""More budget and less, and regret, against brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from corridors.projects_made import DEMANDS, PROJECTS, changed, cost, narrow, spent, years_of
from sarai.corridors.investing import Question, Scenario, frontier, plan, regret
from sarai.goods import BadSetting

FEW = (PROJECTS[0], PROJECTS[1], PROJECTS[3], PROJECTS[5])
SCENARIOS = (
    Scenario(name="boxes", goods={"boxes": 3.0, "grain": 0.5}),
    Scenario(name="grain", times=1.4, goods={"boxes": 0.2}, growth=0.1),
    Scenario(name="less", times=0.6),
)
YEARS = range(2026, 2029)


def asked(**more) -> Question:
    given = {"network": narrow(), "projects": FEW, "demands": DEMANDS[:3], "years": YEARS}
    return Question(**(given | {"objective": "time", "scenarios": SCENARIOS} | more))


def test_more_budget_never_gains_less():
    question = asked()
    points = frontier(question, [400, 0, 30, 100, 130, 150, 250], gap=0.0)
    assert [each.budget_musd for each in points] == [0, 30, 100, 130, 150, 250, 400]
    gains, bounds = [each.gain for each in points], [each.bound for each in points]
    assert gains == sorted(gains)
    assert bounds == sorted(bounds)
    assert gains[0] == 0 < gains[-1]
    assert all(each.cost_musd <= each.budget_musd for each in points)
    for each in points:
        again = plan(asked(), budget=each.budget_musd, gap=0.0)
        assert each.gain == pytest.approx(again.gain, rel=1e-5)


def test_what_is_known_from_one_budget_serves_the_next():
    shared = asked()
    frontier(shared, [100, 250])
    apart = [asked(), asked()]
    for question, budget in zip(apart, (100, 250), strict=True):
        plan(question, budget=budget)
    assert shared.recourse.solved < sum(each.recourse.solved for each in apart)


def test_time_too_short_still_never_gains_less():
    ticks = iter(range(10**6))
    points = frontier(asked(), [30, 130, 250], seconds=150, clock=ticks.__next__)
    gains = [each.gain for each in points]
    assert gains == sorted(gains)
    assert all(each.gain <= each.bound for each in points)


def judged_by_hand(budget: float) -> tuple[dict, np.ndarray]:
    """Discounted cost of each decision in each scenario, on changed networks, and of building nothing."""
    known: dict = {}

    def year_cost(built: frozenset, scenario: int, year: int) -> float:
        if (built, scenario, year) not in known:
            rows = [
                type(each)(good=each.good, start=each.start, end=each.end, source="made",
                           t=SCENARIOS[scenario].tonnes(each, year))
                for each in DEMANDS[:3]
            ]  # fmt: skip
            known[built, scenario, year] = cost(changed(narrow(), FEW, set(built)), rows)
        return known[built, scenario, year]

    found = {}
    for decision in years_of(FEW, len(YEARS)):
        if sum(spent(FEW, decision, len(YEARS))) <= budget:
            costs = np.zeros(len(SCENARIOS))
            for scenario, year in product(range(len(SCENARIOS)), range(len(YEARS))):
                there = frozenset(
                    p.code
                    for p, decided in zip(FEW, decision, strict=True)
                    if decided is not None and decided + p.lead_years <= year
                )
                costs[scenario] += year_cost(there, scenario, year) / 1.05**year
            found[decision] = costs
    return found, found[None, None, None, None]


@pytest.mark.parametrize("budget", [100.0, 155.0])
def test_regret_is_that_of_brute_force(budget):
    costs, nothing = judged_by_hand(budget)
    best = np.min(list(costs.values()), axis=0)
    least = min((each - best).max() for each in costs.values())
    found = regret(asked(), budget=budget, gap=0.0)
    noise = 1e-5 * nothing.max()
    assert found.finished
    assert [each.name for each in found.plans] == ["boxes", "grain", "less", "expected", "least regret"]
    assert found.least.most == pytest.approx(least, abs=noise)
    assert found.bound <= least + noise
    assert found.least.most == min(each.most for each in found.plans)
    for each in found.plans:
        decision = tuple(YEARS.index(each.decided[p.code]) if p.code in each.decided else None for p in FEW)
        assert list(each.gains.values()) == pytest.approx((nothing - costs[decision]).tolist(), abs=noise)
        assert list(each.regrets.values()) == pytest.approx((costs[decision] - best).tolist(), abs=noise)
        assert each.cost_musd <= budget
    assert all(slack <= noise for slack in found.slack.values())


def test_scenarios_differ_in_what_they_would_build():
    found = regret(asked(), budget=155.0)
    assert len({tuple(sorted(each.decided.items())) for each in found.plans[:3]}) > 1
    assert any(each.most > 0 for each in found.plans)


def test_regret_takes_two_scenarios():
    with pytest.raises(BadSetting, match="two or more"):
        regret(asked(scenarios=SCENARIOS[:1]))
