"""What rules are worth at the margin, against the costs of a little more and a little less of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from minerals.diversify_chained import built, chained
from minerals.diversify_made import ITEM
from sarai.minerals.diversify import Case, Limit, Need, Plan, Project, Rules, Supplier, best, worth

STEP = 1e-3  # of a share, a part of a limit
RULES = [{"share": 0.6}, {"share": 0.45, "ore_t": 30.0}, {"share": 0.55, "risk": 4.5, "quadratic": False}]


def choice(case: Case, plan: Plan) -> tuple[int | None, ...]:
    decided = {each.code: each.decided for each in plan.chosen}
    return tuple(decided.get(each.code) for each in case.projects)


def lies_between(usd: float, less: float, at: float, more: float) -> bool:
    """Costs with less, just as much and more of a rule: its worth is no more than the one and no less than
    the other takes away, each for one step."""
    slack = 1e-6 * max(1.0, usd)
    return at - more - slack <= usd <= less - at + slack


@pytest.mark.parametrize("rules", RULES, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_a_point_of_share_saves_what_it_is_said_to(seed, rules):
    """Each place of the rule alone is moved, with projects as built, in another solver's program."""
    case = chained(seed, **rules)
    plan = best(case)
    found = {
        (each.material, each.stage, each.country, each.year): each.usd
        for each in worth(case, plan)
        if each.rule == "share"
    }
    at = built(case, choice(case, plan), {})
    for stage in ("mining", "processing"):
        for country in ("CN", "JP", "RU", "KZ"):
            for year in case.bound_years:
                key = ("copper", stage, country, year)
                less, more = (
                    built(case, choice(case, plan), {key: case.rules.share + step}) or float("inf")
                    for step in (-STEP, STEP)
                )
                assert lies_between(found.get(key, 0.0) * STEP / 0.01, less, at, more), key


def test_shares_that_bind_are_there():
    """Else the test above would test nothing."""
    found = [row for seed in range(4) for rules in RULES for row in worth_of(chained(seed, **rules))]
    assert {"share", "risk", "corridor"} <= {row.rule for row in found}
    assert {"mining", "processing"} <= {row.stage for row in found if row.rule == "share"}
    assert all(row.usd > 0 for row in found)


def worth_of(case: Case):
    return worth(case, best(case))


@pytest.mark.parametrize("seed", range(4))
def test_all_places_together_and_corridors(seed):
    """The rule itself, and what 0.1 of the risk or a tonne of a corridor is worth in all years."""
    case = chained(seed, share=0.55, risk=4.5, quadratic=False)
    plan = best(case)
    found, chosen = worth(case, plan), choice(case, plan)
    at = built(case, chosen, {})
    for rule, name, unit in (("share", "share", 0.01), ("risk", "risk", 0.1)):
        usd = sum(each.usd for each in found if each.rule == rule) * STEP / unit
        less, more = (
            built(replace(case, rules=replace(case.rules, **{name: getattr(case.rules, name) + step})),
                  chosen, {}) or float("inf")
            for step in (-STEP, STEP)
        )  # fmt: skip
        assert lies_between(usd, less, at, more), rule
    usd = sum(each.usd for each in found if each.rule == "corridor") * STEP
    less, more = (
        built(replace(case, limits=(Limit(code="narrow", t_per_year=60.0 + step),)), chosen, {})
        or float("inf") for step in (-STEP, STEP)
    )  # fmt: skip
    assert lies_between(usd, less, at, more)


# -- by hand -------------------------------------------------------------------------------------


def two(**rules: object) -> Case:
    """A cheap and badly governed country, and a dear one."""
    suppliers = (
        Supplier(code="cheap", country="CN", t=100.0, usd_per_t=100.0, **ITEM),
        Supplier(code="dear", country="JP", t=100.0, usd_per_t=200.0, **ITEM),
    )
    pile = Project(code="pile", country="DE", kind="stockpile", t_per_year=50.0, capital_musd=0.0, lead_y=0,
                   usd_per_t=3.0, **ITEM)  # fmt: skip
    return Case(
        years=(2030,), needs=(Need(year=2030, t=100.0, **ITEM),), suppliers=suppliers, projects=(pile,),
        rules=Rules(by=2030, **rules), weights={"CN": 6.0, "JP": 2.0},
    )  # fmt: skip


def test_a_point_is_a_tonne_of_the_dear_one():
    (found,) = worth_of(two(share=0.65))
    assert (found.rule, found.country, found.year) == ("share", "CN", 2030)
    assert found.usd == pytest.approx(1.0 * (200 - 100))


def test_the_quadratic_risk_is_worth_its_slope():
    """A tonne costs 200 - 100 s, 6 s^2 + 2 (1 - s)^2 = R has dR = (16 s - 4) ds; s is (2 + sqrt(12)) / 8."""
    (found,) = worth_of(two(share=1.0, risk=3.0))
    share = (2 + 12**0.5) / 8
    assert found.rule == "risk"
    assert found.usd == pytest.approx(0.1 * 100 * 100 / (16 * share - 4), rel=1e-3)


def test_a_day_of_cover_is_a_stock_bought_and_held():
    found = {each.rule: each.usd for each in worth_of(two(share=1.0, cover_days=36.5))}
    assert found == {"cover": pytest.approx(100 / 365 * (200 + 3))}  # the cheap one is sold out


def test_what_does_not_bind_is_worth_nothing():
    assert worth_of(two(share=1.0, budget_musd=5.0)) == ()
