"""Plans of supply against every decision tried with another solver, and against plain arithmetic."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from minerals.diversify_made import ITEM, made, tried
from sarai.goods import BadSetting
from sarai.minerals.diversify import (
    Case,
    Impossible,
    Limit,
    Need,
    Project,
    Rules,
    Supplier,
    Way,
    best,
    broken,
    checked,
    cost_of_rules,
    frontier,
    relaxed,
)

RULES = [
    {"share": 0.65}, {"share": 0.4}, {"share": 0.5, "budget_musd": 0.004},
    {"share": 0.6, "risk": 4.5, "quadratic": False}, {"share": 0.8, "standard": 1},
    {"share": 0.5, "risk": 3.5, "quadratic": False, "discount": 0.0001},
]  # fmt: skip


@pytest.mark.parametrize("rules", RULES, ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_no_decision_is_cheaper(seed, rules):
    case = made(seed, **rules)
    least = tried(case)
    if least is None:
        with pytest.raises(Impossible):
            best(case)
        return
    plan = best(case)
    assert plan.cost_usd == pytest.approx(least, rel=1e-6)
    assert plan.bound_usd == pytest.approx(least, rel=1e-6)
    assert broken(case, plan) == ()


def test_cases_are_of_both_kinds():
    """Else the test above would test nothing."""
    outcomes = [tried(made(seed, **rules)) is None for seed in range(5) for rules in RULES]
    assert {True, False} == set(outcomes)
    assert any(best(made(seed, share=0.4)).chosen for seed in range(5) if tried(made(seed, share=0.4)))


def two(**rules: object) -> Case:
    """All can come from a cheap and badly governed country, or from a dear one."""
    suppliers = (
        Supplier(code="cheap", country="CN", t=100.0, usd_per_t=100.0, **ITEM),
        Supplier(code="dear", country="JP", t=100.0, usd_per_t=200.0, **ITEM),
    )
    return Case(
        years=(2030,), needs=(Need(year=2030, t=100.0, **ITEM),), suppliers=suppliers,
        rules=Rules(by=2030, **rules), weights={"CN": 6.0, "JP": 2.0},
    )  # fmt: skip


def test_the_quadratic_risk_is_kept_exactly():
    """6 s^2 + 2 (1 - s)^2 = 3 has the root s = (2 + sqrt(12)) / 8."""
    case = two(share=1.0, risk=3.0)
    plan = best(case)
    share = (2 + 12**0.5) / 8
    assert plan.years[0].shares["CN"] == pytest.approx(share, abs=1e-5)
    assert plan.cost_usd == pytest.approx(100 * (100 * share + 200 * (1 - share)), rel=1e-5)
    assert broken(case, plan) == ()


def test_of_equals_the_better_governed_gives():
    """Three at one price: what the rule lets be is the best one's, and the cheaper one goes before it."""
    case = two(share=0.65)
    equal = tuple(replace(each, usd_per_t=200.0) for each in case.suppliers)
    other = replace(equal[0], code="other", country="RU")
    case = replace(case, suppliers=(*equal, other), weights={**case.weights, "RU": 7.0})
    plan = best(case)
    assert plan.cost_usd == pytest.approx(20000)
    assert plan.years[0].shares == {"JP": pytest.approx(0.65), "CN": pytest.approx(0.35)}
    cheaper = replace(case, suppliers=(*equal, replace(other, usd_per_t=199.9)))
    assert best(cheaper).years[0].shares == {"RU": pytest.approx(0.65), "JP": pytest.approx(0.35)}


def test_what_rules_cost():
    case = two(share=0.65)
    plan = best(case)
    assert plan.cost_usd == pytest.approx(13500)
    assert cost_of_rules(case, plan) == {"share": pytest.approx(3500)}


def test_the_importers_own_is_not_bound():
    own = replace(two(share=0.1), own=("CN",))
    assert best(own).years[0].shares == {"CN": pytest.approx(1.0)}


@pytest.mark.parametrize("seed", range(3))
def test_the_frontier_is_monotone(seed):
    levels = frontier(made(seed), (1.0, 0.8, 0.65, 0.5, 0.4, 0.34))
    costs = [each.plan.cost_usd if each.plan else float("inf") for each in levels]
    assert [each.level for each in levels] == sorted((each.level for each in levels), reverse=True)
    assert costs == sorted(costs)
    for each in levels:
        assert each.plan is None or each.plan.greatest_share <= each.level + 1e-6


def test_order_is_irrelevant():
    case = made(2, share=0.5)
    turned = replace(
        case, needs=case.needs[::-1], suppliers=case.suppliers[::-1], projects=case.projects[::-1],
        ways=case.ways[::-1],
    )  # fmt: skip
    assert best(turned) == best(case)


def test_materials_share_a_corridor():
    """30 t go through the narrow way together; it is worth more to what saves more there."""
    case = two(share=1.0)
    other = [replace(each, code=f"o-{each.code}", material="germanium", usd_per_t=each.usd_per_t * times)
             for each, times in zip(case.suppliers, (1.0, 5.0), strict=True)]  # fmt: skip
    ways = (Way(code="narrow", origin="CN", usd_per_t=0.0, limits="pass"),
            Way(code="wide", origin="JP", usd_per_t=0.0))  # fmt: skip
    both = replace(
        case, needs=(*case.needs, replace(case.needs[0], material="germanium")), ways=ways,
        suppliers=(*case.suppliers, *other), limits=(Limit(code="pass", t_per_year=30.0),),
    )  # fmt: skip
    plan = best(both)
    assert {each.material: each.t for each in plan.taken if each.way == "narrow"} == {"germanium": 30.0}
    assert broken(both, plan) == ()
    assert cost_of_rules(both, plan) == {"corridor": pytest.approx(70 * 900 + 100 * 100)}


# -- stockpiles ----------------------------------------------------------------------------------


def stocked(**rules: object) -> Case:
    """The cheap supplier ends in 2029, the dear one is too small from then on."""
    years = (2028, 2029, 2030)
    suppliers = (
        Supplier(code="cheap", country="CN", t=150.0, usd_per_t=100.0, until=2029, **ITEM),
        Supplier(code="dear", country="JP", t=80.0, usd_per_t=200.0, **ITEM),
    )
    pile = Project(code="pile", country="DE", kind="stockpile", t_per_year=60.0, capital_musd=0.0,
                   usd_per_t=1.0, lead_y=0, **ITEM)  # fmt: skip
    return Case(
        years=years, needs=tuple(Need(year=year, t=100.0, **ITEM) for year in years), suppliers=suppliers,
        projects=(pile,), rules=Rules(discount=0.0, **rules),
    )  # fmt: skip


def test_a_stockpile_bridges_a_gap():
    """60 t are bought cheap before 2030 and held for a dollar a year; the rest of 2030 is dear."""
    case = stocked(by=2028, share=1.0)
    plan = best(case)
    assert broken(case, plan) == ()
    first = 110 * 100 + 10 * 1  # ten of them to be held for two years
    assert plan.cost_usd == pytest.approx(first + 150 * 100 + 60 * 1 + 40 * 200)


def test_a_stock_keeps_its_origin():
    """What was bought before the rule counts as its origin's when it is used under it."""
    case = stocked(by=2030, share=0.3)
    with pytest.raises(Impossible):
        best(case)
    plan = best(replace(case, rules=replace(case.rules, share=0.8)))
    assert plan.years[-1].shares["CN"] <= 0.6 + 1e-6


def test_cover_is_held():
    case = stocked(by=2029, share=1.0, cover_days=73.0)
    bare = replace(case, suppliers=(replace(case.suppliers[0], until=0), case.suppliers[1]))
    plan = best(bare)
    held = {year: sum(row.held_t for row in plan.stocked if row.year == year) for year in (2029, 2030)}
    assert held == {2029: pytest.approx(20.0), 2030: pytest.approx(20.0)}
    assert broken(bare, plan) == ()


# -- what cannot be ------------------------------------------------------------------------------


def test_the_least_relaxation_is_named():
    case = two(share=0.3)
    given = {each.families[0]: each.gives[0] for each in relaxed(case)}
    assert given["share"] == "a share of 50.0% instead of 30.0%"
    assert given["demand"] == "up to 40 t a year less of gallium (processing) in 2030"
    assert relaxed(two(share=0.65)) == ()


def test_a_relaxation_does():
    """What is said to be enough is, and a little less is not."""
    case = two(share=1.0, risk=1.0)
    given = {each.families[0]: each.gives[0] for each in relaxed(case)}
    assert given["risk"] == "a risk of 1.5 instead of 1"  # 6 s^2 + 2 (1 - s)^2 is least at s = 1/4
    best(replace(case, rules=replace(case.rules, risk=1.5001)))
    with pytest.raises(Impossible):
        best(replace(case, rules=replace(case.rules, risk=1.499)))


def test_a_budget_is_named():
    """50 t of the cheap one at most and 20 of the other need a plant of USD 10 M."""
    plant = Project(code="plant", country="KZ", kind="plant", t_per_year=40.0, capital_musd=10.0, lead_y=0,
                    usd_per_t=150.0, **ITEM)  # fmt: skip
    case = two(share=0.5, budget_musd=4.0)
    case = replace(case, suppliers=(case.suppliers[0], replace(case.suppliers[1], t=20.0)), projects=(plant,))
    given = {each.families[0]: each.gives for each in relaxed(case)}
    assert given["budget"] == ("a budget of USD 10.0 M instead of 4.0 M",)
    assert given["share"] == ("a share of 80.0% instead of 50.0%",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"t": 0.5}, "demand"), ({"country": "XX"}, "way"), ({"source": "cheap", "t": 101.0}, "capacity"),
    ],
)  # fmt: skip
def test_a_false_plan_is_seen(change, said):
    """The check can fail: a plan that is spoilt breaks the rule that it should."""
    case = made(0, share=0.65)
    plan = best(case)
    first = replace(
        plan.taken[0], **({**change, "source": plan.taken[0].source} if "t" in change else change)
    )
    if said == "capacity":
        first = replace(first, t=1000.0)
    spoilt = replace(plan, taken=(first, *plan.taken[1:]))
    assert said in {each.rule for each in broken(case, spoilt)}
    assert all(each.holds for each in checked(case, plan))


@pytest.mark.parametrize(
    "wrong",
    [
        {"years": (2028, 2030)}, {"rules": Rules(by=2040)}, {"rules": Rules(by=2030, share=65.0)},
        {"needs": ()}, {"rules": Rules(by=2030, standard=9)},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(BadSetting):
        replace(made(0), **wrong)
