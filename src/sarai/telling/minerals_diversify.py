"""How a plan of supply is told: who gives, what is built, what the rules cost, and the frontier."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.diversify import (
    LEVELS,
    Case,
    Impossible,
    Plan,
    Relaxation,
    Rules,
    Worth,
    best,
    checked,
    cost_of_rules,
    frontier,
    relaxed,
    worth,
)
from sarai.minerals.diversify.gathering import Asked, Gathered, gathered
from sarai.minerals.diversify.own import read_folder
from sarai.telling.charts import Point, Scatter, Words

__all__ = ["Carriage", "Rung", "Shift", "Told", "picture", "share_in", "shifts", "solve", "told", "years_in"]

MUSD = 1e6
RISKS = (0.4, 0.6, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0)  # levels of the frontier, times the risk that is asked


class Rung(Struct, frozen=True, kw_only=True):
    """A level of the frontier: the least cost, or none and why."""

    level: float
    cost_usd: float | None
    greatest_share: float | None
    greatest_risk: float | None
    projects: tuple[str, ...]
    why: str = ""


class Shift(Struct, frozen=True, kw_only=True):
    """A country's share of a need, today and in the last year of the plan."""

    material: str
    stage: str
    country: str
    before: float
    after: float


class Carriage(Struct, frozen=True, kw_only=True):
    """What a plan sends by one way.

    Attributes
    ----------
    t : float
        Over all years of the plan.
    limits : tuple of str
        Names of those that it goes through.
    source : str
        ``assumed`` where the network has no way.
    """

    way: str
    material: str
    origin: str
    t: float
    usd_per_t: float
    limits: tuple[str, ...]
    source: str


class Told(Struct, frozen=True, kw_only=True):
    """The answer.

    Attributes
    ----------
    plan : Plan, optional
        None where no plan keeps the rules; `relaxations` then says what would do.
    rules_cost_usd : mapping of str to float
        What each rule costs, by its name.
    checks, broken : int
        How many constraints were recomputed from the plan's tonnes, and how many of them do not hold.
    frontier_by : str
        ``share`` or ``risk``.
    carried : tuple of Carriage
        Ways that the plan uses, the one with most first.
    worth : tuple of Worth
        What each rule that binds is worth at the margin, given what is built.
    """

    material: str
    importer: str
    years: tuple[int, ...]
    rules: Rules
    plan: Plan | None
    shifts: tuple[Shift, ...]
    rules_cost_usd: Mapping[str, float]
    checks: int
    broken: int
    frontier_by: str
    frontier: tuple[Rung, ...]
    relaxations: tuple[Relaxation, ...]
    words: tuple[str, ...]
    carried: tuple[Carriage, ...] = ()
    worth: tuple[Worth, ...] = ()


def told(
    asked: Asked, rules: Rules, own: Path | None = None, *, seconds: float = 60.0,
    between: Callable[[], None] = lambda: None,
) -> Told:  # fmt: skip
    """The plan for what is asked, with tables of the user's own before all others.

    Parameters
    ----------
    seconds : float
        For each plan, and for the frontier.
    between : callable
        Called between the steps; what it raises ends them.
    """
    given = gathered(asked, rules, read_folder(own) if own else None)
    between()
    return solve(asked, rules, given, seconds, between)


def solve(
    asked: Asked, rules: Rules, given: Gathered, seconds: float, between: Callable[[], None] = lambda: None
) -> Told:
    """The plan of a case, what its rules cost, and its frontier."""
    case = given.case
    try:
        plan = best(case, seconds=seconds)
    except Impossible:
        plan = None
    between()
    checks = checked(case, plan) if plan else ()
    costs = cost_of_rules(case, plan, seconds=seconds) if plan else {}
    between()
    saved = worth(case, plan, seconds=seconds) if plan else ()
    between()
    by = "share" if rules.risk is None else "risk"
    rungs = tuple(_rungs(case, by, seconds))
    between()
    return Told(
        material=asked.material, importer=asked.importer, years=case.years, rules=rules, plan=plan,
        shifts=tuple(shifts(given, plan)) if plan else (),
        rules_cost_usd=costs,
        checks=len(checks), broken=sum(not each.holds for each in checks), frontier_by=by,
        frontier=rungs, carried=tuple(carriages(case, plan)) if plan else (),
        relaxations=() if plan else relaxed(case, seconds=seconds), words=given.words, worth=saved,
    )  # fmt: skip


def _rungs(case: Case, by: str, seconds: float) -> Iterator[Rung]:
    asked = case.rules.risk or 0.0
    levels = sorted({*LEVELS, case.rules.share}) if by == "share" else [asked * each for each in RISKS]
    for each in frontier(case, levels, by=by, seconds=seconds):
        plan = each.plan
        yield Rung(
            level=each.level, cost_usd=plan.cost_usd if plan else None,
            greatest_share=plan.greatest_share if plan else None,
            greatest_risk=plan.greatest_risk if plan else None,
            projects=tuple(one.code for one in plan.chosen) if plan else (), why=each.why,
        )  # fmt: skip


def shifts(given: Gathered, plan: Plan) -> Iterator[Shift]:
    """Shares before and after, the greatest before first."""
    last = max(each.year for each in plan.years)
    for year in (each for each in plan.years if each.year == last):
        before = given.before.get(f"{year.material} {year.stage}", {})
        both = {
            code: (before.get(code, 0.0), year.shares.get(code, 0.0)) for code in {**before, **year.shares}
        }
        for code, (was, is_now) in sorted(both.items(), key=lambda item: (-max(item[1]), item[0])):
            yield Shift(material=year.material, stage=year.stage, country=code, before=was, after=is_now)


def carriages(case: Case, plan: Plan) -> Iterator[Carriage]:
    """Ways that a plan uses, the one with most tonnes first."""
    names = {each.code: each.name or each.code for each in case.limits}
    tonnes: dict[str, float] = {}
    for each in plan.taken:
        tonnes[each.way] = tonnes.get(each.way, 0.0) + each.t
    used = [each for each in case.ways if each.code in tonnes]
    for way in sorted(used, key=lambda each: (-tonnes[each.code], each.code)):
        yield Carriage(
            way=way.code, material=way.material, origin=way.origin, t=tonnes[way.code],
            usd_per_t=way.usd_per_t, limits=tuple(dict.fromkeys(names[code] for code in way.takes)),
            source=way.source,
        )  # fmt: skip


# -- what people type ----------------------------------------------------------------------------


def share_in(said: str) -> float:
    """A share as it is written.

    >>> share_in("65%"), share_in("0.65")
    (0.65, 0.65)
    """
    number = said.strip().removesuffix("%")
    try:
        share = float(number) / (100 if said.strip().endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise BadSetting(f"share {said!r} cannot be read; write 65% or 0.65")
    return share


def years_in(said: str) -> tuple[int, ...]:
    """Years as they are written.

    >>> years_in("2027..2029")
    (2027, 2028, 2029)
    """
    first, dots, last = said.partition("..")
    try:
        return tuple(range(int(first), int(last if dots else first) + 1))
    except ValueError:
        raise BadSetting(f"years {said!r} cannot be read; write them as 2026..2035") from None


# -- pictures ------------------------------------------------------------------------------------


def picture(found: Told) -> Scatter:
    """The frontier: what each level costs beyond the cheapest."""
    known = [each for each in found.frontier if each.cost_usd is not None]
    if not known:
        raise BadSetting("no level of the frontier has a plan; relax a rule as the answer says")
    least = min(each.cost_usd or 0.0 for each in known)
    by_share = found.frontier_by == "share"
    asked = found.rules.share if by_share else found.rules.risk
    points = [
        Point(
            name=f"{each.level:.0%}" if by_share else f"{each.level:.2f}", marked=each.level == asked,
            x=each.level * (100 if by_share else 1), y=((each.cost_usd or 0.0) - least) / MUSD,
        )
        for each in known
    ]  # fmt: skip
    return Scatter(
        words=_words(found, least, len(found.frontier) - len(known)), points=tuple(points), joined=True,
        x="most from any one country, %" if by_share else "risk, weight times share squared",
        y="million US dollars more",
    )  # fmt: skip


def _words(found: Told, least: float, lacking: int) -> Words:
    return Words(
        title=f"What diversity costs: {found.material}, {found.importer}",
        unit=f"million US dollars beyond the cheapest plan ({least / MUSD:,.1f}), discounted",
        source="the plan's own data; sarai minerals diversify",
        note=f"{found.years[0]} to {found.years[-1]}, rules from {found.rules.by}."
        + (f" Levels without a plan: {lacking}." if lacking else ""),
    )  # fmt: skip
