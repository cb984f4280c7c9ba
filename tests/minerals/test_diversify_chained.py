"""Stages that feed each other, against every decision tried with another solver, and by hand."""

from __future__ import annotations

from functools import cache

import pytest
from msgspec.structs import replace

from minerals.diversify_chained import METAL, ORE, YEARS, chained, tried
from sarai.goods import BadSetting
from sarai.minerals.diversify import (
    Case,
    Impossible,
    Need,
    Plan,
    Project,
    Rules,
    Supplier,
    best,
    broken,
    checked,
    frontier,
    relaxed,
)

RULES = [
    {"share": 1.0}, {"share": 0.6}, {"share": 0.45, "ore_t": 30.0}, {"share": 0.55, "budget_musd": 0.009},
    {"share": 0.7, "risk": 4.5, "quadratic": False}, {"share": 0.1}, {"share": 0.6, "recipe": 12.0},
]  # fmt: skip


@cache
def answered(seed: int, at: int) -> tuple[Case, float | None, Plan | None]:
    """A case, the least cost by trying all, and ours."""
    case = chained(seed, **RULES[at])
    try:
        return case, tried(case), best(case)
    except Impossible:
        return case, tried(case), None


@pytest.mark.parametrize("at", range(len(RULES)), ids=lambda at: str(RULES[at]))
@pytest.mark.parametrize("seed", range(4))
def test_no_decision_is_cheaper(seed, at):
    case, least, plan = answered(seed, at)
    assert (least is None) == (plan is None)
    if plan is not None:
        assert plan.cost_usd == pytest.approx(least, rel=1e-6)
        assert plan.bound_usd == pytest.approx(least, rel=1e-6)
        assert broken(case, plan) == ()


def test_cases_are_of_all_kinds():
    """Else the test above would test nothing: some cannot be, and some smelt with ore that the rules bind."""
    cases = [answered(seed, at) for seed in range(4) for at in range(len(RULES))]
    possible = [(case, plan) for case, _, plan in cases if plan is not None]
    plans = [plan for _, plan in possible]
    assert 0 < len(possible) < len(cases)
    assert any(each.fed for each in plans) and not all(each.fed for each in plans)
    assert any(row.code == "mine-DE" for each in plans if each.fed for row in each.chosen)
    at_the_share = [
        case.rules.share - year.greatest_share < 1e-6
        for case, plan in possible
        for year in plan.years
        if year.stage == "mining" and year.fed_t > 0 and year.year >= case.rules.by
    ]
    assert any(at_the_share) and not all(at_the_share)


@pytest.mark.parametrize("seed", range(3))
def test_without_recipes_stages_stand_alone(seed):
    """Ore and metal planned together cost what each alone does, and nothing is fed."""
    both = chained(seed, ore_t=60.0, recipe=0.0, share=0.7)
    both = replace(both, limits=(replace(both.limits[0], t_per_year=1e6),))
    alone = [
        replace(both, needs=tuple(need for need in both.needs if need.stage == stage))
        for stage in ("mining", "processing")
    ]
    plan = best(both)
    assert plan.cost_usd == pytest.approx(sum(best(each).cost_usd for each in alone), rel=1e-6)
    assert plan.fed == () and {year.fed_t for year in plan.years} == {0.0}


@pytest.mark.parametrize("seed", range(2))
def test_the_frontier_is_monotone(seed):
    levels = frontier(chained(seed), (1.0, 0.8, 0.65, 0.5, 0.4, 0.34))
    costs = [each.plan.cost_usd if each.plan else float("inf") for each in levels]
    assert costs == sorted(costs)
    for each in levels:
        assert each.plan is None or each.plan.greatest_share <= each.level + 1e-6


# -- by hand -------------------------------------------------------------------------------------


def smelting(*, country: str = "DE", mine_t: float = 0.0, **rules: object) -> Case:
    """100 t of metal from one smelter alone, which takes 2 t of ore a tonne: cheap, dear, or of a mine."""
    smelter = Project(code="smelter", country=country, kind="plant", t_per_year=100.0, capital_musd=0.0,
                      usd_per_t=50.0, lead_y=0, input_stage="mining", input_t_per_t=2.0, **METAL)  # fmt: skip
    mine = Project(code="mine", country="DE", kind="mine", t_per_year=mine_t, capital_musd=0.0,
                   usd_per_t=5.0, lead_y=0, **ORE)  # fmt: skip
    ores = (Supplier(code="cheap", country="CN", t=1000.0, usd_per_t=10.0, **ORE),
            Supplier(code="dear", country="JP", t=1000.0, usd_per_t=20.0, **ORE))  # fmt: skip
    return Case(
        years=(2030,), needs=(Need(year=2030, t=100.0, **METAL),), suppliers=ores, projects=(smelter, mine),
        own=("DE",), rules=Rules(by=2030, **rules), weights={"CN": 6.0, "JP": 2.0, "DE": 0.0},
    )  # fmt: skip


def test_a_smelter_needs_ore():
    plan = best(smelting(share=1.0))
    assert plan.cost_usd == pytest.approx(100 * 50 + 200 * 10)
    assert [(each.project, each.stage, each.t) for each in plan.fed] == [
        ("smelter", "mining", pytest.approx(200.0))
    ]


def test_new_consumption_is_under_the_rule_of_its_stage():
    """No ore is needed today; what the smelter takes is the year's consumption, and 65 % of it the most."""
    case = smelting(share=0.65)
    plan = best(case)
    assert plan.cost_usd == pytest.approx(100 * 50 + 130 * 10 + 70 * 20)
    assert plan.years[0].shares == {"CN": pytest.approx(0.65), "JP": pytest.approx(0.35)}
    assert broken(case, plan) == ()


def test_a_mine_of_ones_own_feeds_it():
    """140 t are the mine's, the rest the cheap one's: 30 %, so the rule does not bind."""
    case = smelting(share=0.65, mine_t=140.0)
    plan = best(case)
    assert plan.cost_usd == pytest.approx(100 * 50 + 140 * 5 + 60 * 10)
    ore = next(each for each in plan.balances if each.stage == "mining")
    assert (ore.asked_t, ore.fed_t, ore.projects_t, ore.abroad_t) == pytest.approx((0, 200, 140, 60))
    assert broken(case, plan) == ()


def test_carbon_of_the_ore_counts():
    """3 t of CO2e a tonne of the cheap ore at USD 5 make it dearer than the dear one."""
    case = smelting(share=1.0, carbon_usd_per_t=5.0)
    case = replace(case, suppliers=(replace(case.suppliers[0], co2e_t_per_t=3.0), case.suppliers[1]))
    plan = best(case)
    assert plan.years[0].shares == {"JP": pytest.approx(1.0)}
    assert plan.cost_usd == pytest.approx(100 * 50 + 200 * 20)


def test_the_ore_of_a_smelter_abroad_is_not_the_importers():
    plan = best(smelting(country="KZ", share=1.0))
    assert plan.cost_usd == pytest.approx(100 * 50)
    assert plan.fed == () and {each.stage for each in plan.years} == {"processing"}
    assert (plan.chosen[0].input_of, plan.chosen[0].follows) == ("copper mining", False)


def test_the_quadratic_risk_is_of_what_is_consumed():
    """6 s^2 + 2 (1 - s)^2 = 3 has the root s = (2 + sqrt(12)) / 8, whatever the smelter takes."""
    case = smelting(share=1.0, risk=3.0)
    elsewhere = Supplier(code="metal", country="CA", t=60.0, usd_per_t=70.0, **METAL)
    for each in (case, replace(case, suppliers=(*case.suppliers, elsewhere))):
        plan = best(replace(each, weights={**case.weights, "CA": 1.0, "DE": 1.0}))
        ore = next(year for year in plan.years if year.stage == "mining")
        assert ore.shares["CN"] == pytest.approx((2 + 12**0.5) / 8, abs=1e-5)
    assert ore.t == pytest.approx(80.0)


def test_cover_is_of_what_is_consumed():
    """36.5 days of 200 t are 20 t, bought beside what is smelted."""
    case = smelting(share=1.0, cover_days=36.5)
    piles = [Project(code=f"pile-{at['stage']}", country="DE", kind="stockpile", t_per_year=50.0, lead_y=0,
                     capital_musd=0.0, usd_per_t=1.0, **at) for at in (ORE, METAL)]  # fmt: skip
    metal = Supplier(code="metal", country="CA", t=10.0, usd_per_t=1.0, **METAL)
    case = replace(case, projects=(*case.projects, *piles), suppliers=(*case.suppliers, metal))
    plan = best(case)
    held = {row.stage: row.held_t for row in plan.stocked}
    assert held == {"processing": pytest.approx(10.0), "mining": pytest.approx(20.0)}
    assert broken(case, plan) == ()


def test_three_stages():
    """A tonne of metal takes 2 of matte, and each of them 3 of ore."""
    refining = {"material": "copper", "stage": "refining"}
    case = smelting(share=1.0)
    smelter = replace(case.projects[0], input_stage="refining")
    works = Project(code="works", country="DE", kind="plant", t_per_year=500.0, capital_musd=0.0, lead_y=0,
                    usd_per_t=7.0, input_stage="mining", input_t_per_t=3.0, **refining)  # fmt: skip
    plan = best(replace(case, projects=(smelter, works)))
    assert plan.cost_usd == pytest.approx(100 * 50 + 200 * 7 + 600 * 10)
    assert {each.stage: each.t for each in plan.fed} == pytest.approx({"refining": 200.0, "mining": 600.0})


# -- what cannot be ------------------------------------------------------------------------------


def test_the_least_level_is_found():
    """The dear one has 50 of the 200 t that the smelter takes, so 75 % are the cheap one's."""
    case = smelting(share=0.65)
    case = replace(case, suppliers=(case.suppliers[0], replace(case.suppliers[1], t=50.0)))
    given = {each.families[0]: each.gives[0] for each in relaxed(case)}
    assert given["share"] == "a share of 75.0% instead of 65.0%"
    # what metal is missing needs no ore: 50 t of ore are 35 % of 142.9, which smelt 71.4 t
    assert given["demand"] == "up to 29 t a year less of copper (processing) in 2030"


@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_to_be_enough_is(seed):
    case = chained(seed, share=0.05)
    case = replace(case, limits=(replace(case.limits[0], t_per_year=1e6),))
    shares = [each.gives[0] for each in relaxed(case) if each.families == ("share",)]
    level = float(shares[0].split()[3].rstrip("%")) / 100
    assert tried(replace(case, rules=replace(case.rules, share=level + 1e-3))) is not None
    assert tried(replace(case, rules=replace(case.rules, share=level - 1e-3))) is None


def test_ore_that_nobody_asked_for_is_seen():
    """The check can fail: ore left out, or metal from more of the smelter than there is ore for."""
    case = smelting(share=0.65)
    plan = best(case)
    ore = [each for each in plan.taken if each.stage == "mining"]
    spoilt = replace(plan, taken=tuple(each for each in plan.taken if each is not ore[0]))
    assert "demand" in {each.rule for each in broken(case, spoilt)}
    balances = tuple(replace(each, fed_t=each.fed_t / 2) for each in plan.balances)
    assert {each.rule for each in broken(case, replace(plan, balances=balances))} == {
        "balance",
        "consumption",
    }
    assert all(each.holds for each in checked(case, plan))


def plant(code: str, at: dict, **more: object) -> Project:
    return Project(code=code, country="DE", t_per_year=1.0, capital_musd=0.0, usd_per_t=1.0,
                   **{"kind": "plant", **at, **more})  # fmt: skip


@pytest.mark.parametrize(
    ("projects", "said"),
    [
        ([plant("a", METAL, input_stage="mining")], "go together"),
        ([plant("a", METAL, input_t_per_t=2.0)], "go together"),
        ([plant("a", METAL, input_stage="digging", input_t_per_t=2.0)], "digging"),
        ([plant("a", METAL, kind="stockpile", input_stage="mining", input_t_per_t=2.0)], "stockpile"),
        ([plant("a", METAL, input_stage="processing", input_t_per_t=2.0)], "before"),
        ([plant("a", METAL, input_stage="mining", input_t_per_t=2.0),
          plant("b", ORE, input_stage="processing", input_t_per_t=2.0)], "before"),
    ],
)  # fmt: skip
def test_recipes_that_cannot_be_are_refused(projects, said):
    needs = tuple(Need(year=year, t=1.0, **METAL) for year in YEARS)
    with pytest.raises(BadSetting, match=said):
        Case(years=YEARS, needs=needs, rules=Rules(by=2029), projects=tuple(projects), own=("DE",))
