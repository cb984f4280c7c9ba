"""Made-up cases of supply, and the least cost by trying every decision with another solver."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import linprog

from sarai.minerals.diversify import Case, Limit, Need, Project, Rules, Supplier, Way

ITEM = {"material": "gallium", "stage": "processing"}


def made(seed: int, **rules: object) -> Case:
    """Three suppliers, two projects, three years, ways that share a limit."""
    draw = np.random.default_rng(seed)
    years = (2028, 2029, 2030)
    suppliers = tuple(
        Supplier(code=f"s-{country}", country=country, t=float(draw.integers(20, 90)),
                 usd_per_t=float(draw.integers(100, 300)), more_t=float(draw.integers(0, 40)), premium=0.3,
                 standard=int(draw.integers(0, 3)), **ITEM)
        for country in ("CN", "JP", "RU")
    )  # fmt: skip
    projects = tuple(
        Project(code=f"p-{country}", country=country, kind="plant", t_per_year=float(draw.integers(20, 60)),
                capital_musd=float(draw.integers(1, 9)) / 1000, usd_per_t=float(draw.integers(50, 250)),
                lead_y=int(draw.integers(0, 2)), offtake=0.8, standard=2, **ITEM)
        for country in ("KZ", "DE")
    )  # fmt: skip
    ways = tuple(
        Way(code=f"w-{country}-{number}", origin=country, usd_per_t=float(draw.integers(1, 60)), limits=limit)
        for country in ("CN", "JP", "RU", "KZ")
        for number, limit in ((1, ""), (2, "narrow"))
    )
    needs = tuple(Need(year=year, t=100.0, **ITEM) for year in years)
    return Case(
        years=years, needs=needs, suppliers=suppliers, projects=projects, ways=ways, own=("DE",),
        limits=(Limit(code="narrow", t_per_year=30.0),), rules=Rules(by=2029, **rules),
        weights={"CN": 6.0, "JP": 2.0, "RU": 7.0, "KZ": 5.0, "DE": 1.5},
    )  # fmt: skip


def tried(case: Case) -> float | None:
    """The least cost over every choice of years for projects; none if nothing can be. Linear risk only."""
    options = [[None, *(y for y in case.years if y + p.lead_y <= case.years[-1])] for p in case.projects]
    costs = [cost for choice in product(*options) if (cost := _with(case, choice)) is not None]
    return min(costs, default=None)


def _with(case: Case, choice: tuple[int | None, ...]) -> float | None:
    capital = [p.capital_musd * p.offtake for p in case.projects]
    budget = case.rules.budget_musd
    if budget is not None and sum(c for c, y in zip(capital, choice, strict=True) if y) > budget + 1e-12:
        return None
    rate, total = case.rules.discount, 0.0
    for project, paid, decided in zip(case.projects, capital, choice, strict=True):
        yearly = paid * 1e6 * rate / (1 - (1 + rate) ** -project.life_y)  # a loan over its life
        for year in case.years:
            if decided is not None and year >= decided + project.lead_y:
                # the loan has grown while it was being built
                total += yearly * (1 + rate) ** (project.lead_y + case.years[0] - year)
    for year in case.years:
        there = [d is not None and year >= d + p.lead_y for p, d in zip(case.projects, choice, strict=True)]
        cost = _year(case, year, there)
        if cost is None:
            return None
        total += cost / (1 + rate) ** (year - case.years[0])
    return total


def _year(case: Case, year: int, there: list[bool]) -> float | None:
    """One year alone: a linear program in tonnes by source and way."""
    sources = [(s.country, most, s.usd_per_t * dear, s.standard) for s in case.suppliers
               for most, dear in ((s.t, 1.0), (s.more_t, 1 + s.premium))]  # fmt: skip
    sources += [(p.country, p.t_per_year * p.offtake * on, p.usd_per_t, p.standard)
                for p, on in zip(case.projects, there, strict=True)]  # fmt: skip
    columns = [
        (at, country, usd + way[1], way[2])
        for at, (country, _, usd, standard) in enumerate(sources) if standard >= case.rules.standard
        for way in ([("", 0.0, "")] if country in case.own else
                    [(w.code, w.usd_per_t, w.limits) for w in case.ways if w.origin == country])
    ]  # fmt: skip
    asked = sum(need.t for need in case.needs if need.year == year)
    rows, tops = [], []
    for at, (_, most, _, _) in enumerate(sources):
        rows.append([float(c[0] == at) for c in columns])
        tops.append(most)
    for limit in case.limits:
        rows.append([float(limit.code in c[3].split()) for c in columns])
        tops.append(limit.t_per_year)
    if year >= case.rules.by:
        for country in sorted({c[1] for c in columns} - set(case.own)):
            rows.append([float(c[1] == country) for c in columns])
            tops.append(case.rules.share * asked)
        if case.rules.risk is not None:
            rows.append([case.weights[c[1]] for c in columns])
            tops.append(case.rules.risk * asked)
    found = linprog([c[2] for c in columns], rows, tops, [[1.0] * len(columns)], [asked])
    return found.fun if found.status == 0 else None
