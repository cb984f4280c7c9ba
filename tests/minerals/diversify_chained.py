"""Made-up cases whose stages feed each other, and the least cost by trying all decisions with another solver.

The linear program of a year is written in tonnes, all stages at once, with nothing of the model's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import product

import numpy as np
from scipy.optimize import linprog

from sarai.minerals.diversify import Case, Limit, Need, Project, Rules, Supplier, Way

YEARS = (2028, 2029, 2030)
ORE, METAL = {"material": "copper", "stage": "mining"}, {"material": "copper", "stage": "processing"}
Shares = Mapping[tuple[str, str, str, int], float]


def chained(seed: int, *, ore_t: float = 0.0, recipe: float = 2.5, **rules: object) -> Case:
    """Metal from abroad or from two smelters that need ore, of which one is the importer's own; two mines."""
    draw = np.random.default_rng(seed)
    suppliers = [
        Supplier(code=f"{at['stage']}-{country}", country=country, t=float(draw.integers(*most)),
                 usd_per_t=float(draw.integers(*usd)), more_t=float(draw.integers(0, 40)), premium=0.3, **at)
        for at, most, usd in ((ORE, (40, 160), (10, 60)), (METAL, (20, 60), (250, 500)))
        for country in ("CN", "JP", "RU")
    ]  # fmt: skip
    return Case(
        years=YEARS, suppliers=tuple(suppliers), projects=tuple(_projects(draw, recipe)), own=("DE",),
        needs=tuple(Need(year=year, t=t, **at) for year in YEARS for at, t in ((ORE, ore_t), (METAL, 100.0))),
        ways=tuple(_ways(draw)), limits=(Limit(code="narrow", t_per_year=60.0),),
        rules=Rules(by=2029, **rules), weights={"CN": 6.0, "JP": 2.0, "RU": 7.0, "KZ": 5.0, "DE": 1.5},
    )  # fmt: skip


def _projects(draw: np.random.Generator, recipe: float) -> list[Project]:
    fed = {"input_stage": "mining", "input_t_per_t": recipe} if recipe else {}
    rows = (("smelter-DE", "DE", METAL, "plant", fed, (40, 80), (50, 120)),
            ("smelter-KZ", "KZ", METAL, "plant", fed, (10, 40), (200, 400)),
            ("mine-DE", "DE", ORE, "mine", {}, (40, 120), (20, 70)),
            ("scrap-DE", "DE", METAL, "recycling", {}, (5, 30), (250, 450)))  # fmt: skip
    return [
        Project(code=code, country=country, kind=kind, t_per_year=float(draw.integers(*most)),
                capital_musd=float(draw.integers(1, 9)) / 1000, usd_per_t=float(draw.integers(*usd)),
                lead_y=int(draw.integers(0, 2)), offtake=0.9, **at, **more)
        for code, country, at, kind, more, most, usd in rows
    ]  # fmt: skip


def _ways(draw: np.random.Generator) -> list[Way]:
    return [
        Way(code=f"w-{country}-{number}", origin=country, usd_per_t=float(draw.integers(1, 30)), limits=limit)
        for country in ("CN", "JP", "RU", "KZ")
        for number, limit in ((1, ""), (2, "narrow"))
    ]


# -- every decision ------------------------------------------------------------------------------


def tried(case: Case) -> float | None:
    """The least cost over every choice of years for projects; none if nothing can be. Linear risk only."""
    options = [[None, *(y for y in case.years if y + p.lead_y <= case.years[-1])] for p in case.projects]
    years = cache(partial(_year, case, {}))
    costs = [cost for choice in product(*options) if (cost := _cost(case, choice, years)) is not None]
    return min(costs, default=None)


def built(case: Case, choice: tuple[int | None, ...], shares: Shares) -> float | None:
    """The least cost with projects as chosen; `shares` go before the rule's."""
    return _cost(case, choice, partial(_year, case, shares))


def _cost(case: Case, choice: tuple[int | None, ...], years: Callable) -> float | None:
    paid = [p.capital_musd * p.offtake for p in case.projects]
    budget, rate = case.rules.budget_musd, case.rules.discount
    if budget is not None and sum(c for c, y in zip(paid, choice, strict=True) if y) > budget + 1e-12:
        return None
    total = 0.0
    for year in case.years:
        there = [y is not None and year >= y + p.lead_y for p, y in zip(case.projects, choice, strict=True)]
        for project, musd in ((p, m) for p, m, on in zip(case.projects, paid, there, strict=True) if on):
            yearly = musd * 1e6 * rate / (1 - (1 + rate) ** -project.life_y)
            total += yearly * (1 + rate) ** (project.lead_y + case.years[0] - year)
        cost = years(year, frozenset(p.code for p, on in zip(case.projects, there, strict=True) if on))
        if cost is None:
            return None
        total += cost / (1 + rate) ** (year - case.years[0])
    return total


def _year(case: Case, shares: Shares, year: int, there: frozenset[str]) -> float | None:
    sources = [(s, most, s.usd_per_t * dear) for s in case.suppliers
               for most, dear in ((s.t, 1.0), (s.more_t, 1 + s.premium))]  # fmt: skip
    sources += [(p, p.t_per_year * p.offtake, p.usd_per_t) for p in case.projects if p.code in there]
    columns = [
        (at, one, usd + way_usd, limit)
        for at, (one, _, usd) in enumerate(sources)
        for way_usd, limit in ([(0.0, "")] if one.country in case.own else
                               [(w.usd_per_t, w.limits) for w in case.ways if w.origin == one.country])
    ]  # fmt: skip
    rows = [[float(c[0] == at) for c in columns] for at in range(len(sources))]
    tops = [most for _, most, _ in sources]
    for limit in case.limits:
        rows.append([float(limit.code in c[3].split()) for c in columns])
        tops.append(limit.t_per_year)
    equal, asked = [], []
    for stage in ("mining", "processing"):
        fed = [c[1].input_t_per_t if _takes(case, c[1], stage) else 0.0 for c in columns]
        t = sum(need.t for need in case.needs if (need.stage, need.year) == (stage, year))
        equal.append([float(c[1].stage == stage) - f for c, f in zip(columns, fed, strict=True)])
        asked.append(t)
        if year >= case.rules.by:
            for row, top in _rules(case, stage, year, columns, fed, t, shares):
                rows.append(row)
                tops.append(top)
    found = linprog([c[2] for c in columns], rows, tops, equal, asked)
    return found.fun if found.status == 0 else None


def _takes(case: Case, one: object, stage: str) -> bool:
    return getattr(one, "input_stage", "") == stage and one.country in case.own


def _rules(case, stage, year, columns, fed, t, shares):
    """At most a share of what is consumed, which the smelters add to."""
    for country in sorted({c[1].country for c in columns} - set(case.own)):
        share = shares.get((METAL["material"], stage, country, year), case.rules.share)
        of = [float((c[1].stage, c[1].country) == (stage, country)) for c in columns]
        yield [one - share * f for one, f in zip(of, fed, strict=True)], share * t
    if case.rules.risk is not None:
        of = [case.weights[c[1].country] * (c[1].stage == stage) for c in columns]
        yield [one - case.rules.risk * f for one, f in zip(of, fed, strict=True)], case.rules.risk * t
