"""A plan held against every rule by plain arithmetic, with nothing of the program that found it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.plans import Plan, Taken
from sarai.minerals.diversify.tables import Supplier

__all__ = ["Check", "broken", "checked"]

SLACK = 2e-6  # of what is compared


class Check(Struct, frozen=True, kw_only=True):
    """One rule at one place: a value that must be at most (``<=``), at least or equal to a limit."""

    rule: str
    place: str
    value: float
    sign: str
    limit: float

    @property
    def holds(self) -> bool:
        """Whether it is kept, within `SLACK`."""
        over = self.value - self.limit
        slack = SLACK * max(1.0, abs(self.limit))
        return {"<=": over <= slack, ">=": over >= -slack, "=": abs(over) <= slack}[self.sign]


def checked(case: Case, plan: Plan) -> tuple[Check, ...]:
    """Every rule of a case at every place, from the tonnes of a plan."""
    parts = (_sources, _projects, _demand, _balances, _shares, _stocks, _corridors, _money)
    return tuple(check for part in parts for check in part(case, plan))


def broken(case: Case, plan: Plan) -> tuple[Check, ...]:
    """Those that a plan does not keep."""
    return tuple(each for each in checked(case, plan) if not each.holds)


def used(case: Case, plan: Plan) -> dict[tuple[str, str, int], dict[str, float]]:
    """Tonnes of consumption by country, for each need and year."""
    total: dict[tuple[str, str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each in plan.taken:
        total[each.material, each.stage, each.year][each.country] += each.t
    for row in plan.stocked:
        total[row.material, row.stage, row.year][row.country] += row.given_t - row.taken_t
    return total


def consumed(case: Case, plan: Plan) -> dict[tuple[str, str, int], float]:
    """Tonnes that each need and year asks, and that the importer's own projects take for what they give."""
    total = {key: asked for key, asked in case.demand.items() if key[2] in case.years}
    recipes = {
        each.code: (each.input_material or each.material, each.input_stage, each.input_t_per_t)
        for each in case.projects
        if each.input_stage and each.country in case.own
    }
    for each in plan.taken:
        if each.source in recipes:
            material, stage, input_t_per_t = recipes[each.source]
            key = material, stage, each.year
            total[key] = total.get(key, 0.0) + each.t * input_t_per_t
    return total


def _sum(taken: tuple[Taken, ...], **keys: object) -> float:
    return sum(each.t for each in taken if all(getattr(each, name) == key for name, key in keys.items()))


def _sources(case: Case, plan: Plan) -> Iterator[Check]:
    for each in case.suppliers:
        for year in case.years:
            there = each.since <= year <= (each.until or year) and each.standard >= case.rules.standard
            for tier, most in (("usual", each.t), ("more", each.more_t)):
                value = _sum(plan.taken, source=each.code, tier=tier, year=year)
                yield Check(rule="capacity", place=f"{each.code} {tier} {year}", value=value, sign="<=",
                            limit=most if there else 0.0)  # fmt: skip


def _projects(case: Case, plan: Plan) -> Iterator[Check]:
    for each in case.projects:
        mine = [row for row in plan.chosen if row.code == each.code]
        yield Check(rule="built once", place=each.code, value=len(mine), sign="<=", limit=1)
        for row in mine:
            yield Check(rule="lead", place=each.code, value=row.there - row.decided, sign="=",
                        limit=each.lead_y)  # fmt: skip
            yield Check(rule="decided", place=each.code, value=row.decided, sign=">=",
                        limit=max(each.earliest, case.years[0]))  # fmt: skip
            yield Check(rule="standard", place=each.code, value=each.standard, sign=">=",
                        limit=case.rules.standard)  # fmt: skip
        for year in case.years:
            there = sum(1 for row in mine if row.there <= year < row.there + each.life_y)
            if each.kind == "stockpile":
                value = sum(
                    row.held_t for row in plan.stocked if row.project == each.code and row.year == year
                )
            else:
                value = _sum(plan.taken, source=each.code, year=year)
            yield Check(rule="capacity", place=f"{each.code} {year}", value=value, sign="<=",
                        limit=there * each.t_per_year * each.offtake)  # fmt: skip


def _demand(case: Case, plan: Plan) -> Iterator[Check]:
    total = used(case, plan)
    for key, asked in consumed(case, plan).items():
        place = " ".join(map(str, key))
        yield Check(rule="demand", place=place, value=sum(total[key].values()), sign="=", limit=asked)
        for country, t in total[key].items():
            yield Check(rule="from stock or abroad", place=f"{place} {country}", value=t, sign=">=",
                        limit=-SLACK * asked)  # fmt: skip


def _balances(case: Case, plan: Plan) -> Iterator[Check]:
    """What is told of each year comes from its tonnes, and what comes is what goes."""
    total = consumed(case, plan)
    for each in plan.balances:
        key = each.material, each.stage, each.year
        place = " ".join(map(str, key))
        comes = each.abroad_t + each.own_t + each.projects_t + each.from_stock_t
        yield Check(rule="balance", place=place, value=comes, sign="=",
                    limit=each.asked_t + each.fed_t + each.to_stock_t)  # fmt: skip
        yield Check(rule="consumption", place=place, value=each.asked_t + each.fed_t, sign="=",
                    limit=total[key])  # fmt: skip


def _shares(case: Case, plan: Plan) -> Iterator[Check]:
    rules, total = case.rules, used(case, plan)
    for key, asked in consumed(case, plan).items():
        if key[2] < rules.by or asked == 0:
            continue
        place, shares = " ".join(map(str, key)), {code: t / asked for code, t in total[key].items()}
        for code, share in shares.items():
            if code not in case.own:
                yield Check(rule="share", place=f"{place} {code}", value=share, sign="<=", limit=rules.share)
        if rules.risk is not None:
            yield Check(rule="risk", place=place, value=_risk(case, shares), sign="<=",
                        limit=rules.risk)  # fmt: skip
        if rules.cover_days:
            held = sum(row.held_t for row in plan.stocked if (row.material, row.stage, row.year) == key)
            yield Check(rule="cover", place=place, value=held / asked * 365, sign=">=",
                        limit=rules.cover_days)  # fmt: skip


def _risk(case: Case, shares: Mapping[str, float]) -> float:
    power = 2 if case.rules.quadratic else 1
    return sum(case.weights.get(code, 1.0) * share**power for code, share in shares.items())


def _stocks(case: Case, plan: Plan) -> Iterator[Check]:
    piles = sorted({(row.project, row.country) for row in plan.stocked})
    for code, country in piles:
        held = 0.0
        by_year = {row.year: row for row in plan.stocked if (row.project, row.country) == (code, country)}
        for year in case.years:
            row = by_year.get(year)
            held += row.taken_t - row.given_t if row else 0.0
            yield Check(rule="stock", place=f"{code} {country} {year}", value=held, sign="=",
                        limit=row.held_t if row else 0.0)  # fmt: skip


def _corridors(case: Case, plan: Plan) -> Iterator[Check]:
    takes = {way.code: way.takes for way in case.ways}
    from_of = {way.code: way.origin for way in case.ways}
    for limit in case.limits:
        for year in case.years:
            t = sum(
                each.t * takes.get(each.way, {}).get(limit.code, 0.0)
                for each in plan.taken
                if each.year == year
            )
            yield Check(rule="corridor", place=f"{limit.code} {year}", value=t, sign="<=",
                        limit=limit.t_per_year)  # fmt: skip
    for each in plan.taken:
        if case.ways and each.country not in case.own:
            fits = from_of.get(each.way) == each.country
            yield Check(rule="way", place=f"{each.source} {each.way}", value=fits, sign="=", limit=1)


def _money(case: Case, plan: Plan) -> Iterator[Check]:
    if case.rules.budget_musd is not None:
        paid = sum(each.paid_musd for each in plan.chosen)
        yield Check(rule="budget", place="all years", value=paid, sign="<=", limit=case.rules.budget_musd)
    ways = {way.code: way.usd_per_t for way in case.ways} | {"": 0.0}
    rows = {row.code: row for row in (*case.suppliers, *case.projects)}
    for each in plan.taken:
        row = rows.get(each.source)
        standard = row.standard if row else -1
        yield Check(rule="standard", place=each.source, value=standard, sign=">=",
                    limit=case.rules.standard)  # fmt: skip
        dearer = row.premium if isinstance(row, Supplier) and each.tier == "more" else 0.0
        usd = row.usd_per_t * (1 + dearer) + ways.get(each.way, 0.0) if row else 0.0
        yield Check(rule="price", place=f"{each.source} {each.tier} {each.way}", value=each.usd_per_t,
                    sign="=", limit=usd)  # fmt: skip
