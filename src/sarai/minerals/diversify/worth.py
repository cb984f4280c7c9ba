r"""What a rule is worth at the margin, given what is built: the duals of the plan's linear program.

With every project fixed as the plan has it the program is linear, and the dual of a row says how the least
cost changes with the row's right-hand side. A share's row is :math:`u_{ct} - s D_t \le 0`, so by the envelope
theorem one more of :math:`s` is worth :math:`-\lambda D_t`; risk and cover likewise. Where suppliers come to
an end just at the plan, giving and taking a point differ, and the dual lies between the two.

A budget is worth nothing given what is built: a project is there or it is not. What the whole rule costs is
told by `cost_of_rules`.
"""

from __future__ import annotations

from msgspec import Struct

from sarai.minerals.diversify.bounds import DAYS, bound
from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.model import Model, model
from sarai.minerals.diversify.plans import SECONDS, Plan
from sarai.minerals.diversify.program import Row, Solved
from sarai.minerals.diversify.risk import largest_weight, solved

__all__ = ["PER", "Worth", "worth"]

LEAST_USD = 1e-3
PER = {"share": "one point more", "risk": "0.1 more", "cover": "one day less", "corridor": "1 t a year more"}
"""What a family's worth is for."""
POINT, TENTH = 0.01, 0.1


class Worth(Struct, frozen=True, kw_only=True):
    """Discounted dollars that a plan would save if one rule gave a little, in one year.

    Attributes
    ----------
    rule : str
        One of `PER`, which says how little: a point of the share, 0.1 of the risk, a day, a tonne.
    country : str
        Of a share; otherwise empty.
    limit : str
        Of a corridor, whose year's tonnes several materials may share; otherwise empty.
    """

    rule: str
    year: int
    usd: float
    material: str = ""
    stage: str = ""
    country: str = ""
    limit: str = ""


def worth(case: Case, plan: Plan, *, seconds: float = SECONDS) -> tuple[Worth, ...]:
    """What each rule that binds is worth, the most first.

    Raises
    ------
    Impossible
        The plan is not one of the case.
    TimedOut
        The program was not solved in time.
    """
    made = model(case)
    bound(made)
    built = {("decide", each.code, each.decided) for each in plan.chosen}
    for name in [each for each in made.program.at if each[0] == "decide"]:
        made.program.fix(name, float(name in built))
    found = solved(made, seconds)
    rows = zip(made.program.rows, found.duals, strict=True)
    told = (_worth(made, found, row, dual) for row, dual in rows if row.of)
    return tuple(sorted((each for each in told if each.usd > LEAST_USD), key=_order))


def _order(each: Worth) -> tuple:
    return -each.usd, each.rule, each.year, each.material, each.stage, each.country, each.limit


def _worth(made: Model, found: Solved, row: Row, dual: float) -> Worth:
    """Of a row, by what its right-hand side grows with the rule."""
    usd = abs(dual) * made.usd
    if row.family == "corridor":
        code, year = row.of
        return Worth(rule="corridor", limit=code, year=year, usd=usd / made.whole_t[code])
    material, stage, *country, year = row.of
    whole = made.whole(material, stage, year)
    consumed = whole.value(found.of) if whole else 0.0
    step = {"share": POINT, "risk": TENTH / largest_weight(made), "cover": 1 / DAYS}[row.family]
    return Worth(
        rule=row.family, material=material, stage=stage, country="".join(country), year=year,
        usd=usd * consumed * step,
    )  # fmt: skip
