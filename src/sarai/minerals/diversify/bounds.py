"""The rows of the rules: demand, shares, corridors, budget, cover; each with slack where it is relaxed.

Shares are of a year's consumption, which is linear too: what is asked, and what projects built take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from sarai.minerals.diversify.model import Model, asked_projects

__all__ = ["DAYS", "bound"]

DAYS = 365.0
Sums = dict[Hashable, float]


def bound(made: Model) -> None:
    """Put all of them into the program; a row says what it is `of`, where its worth can be told."""
    for put in (_demands, _shares, _corridors, _budget, _covers):
        put(made)


def _demands(made: Model) -> None:
    totals: dict[tuple[str, str, int], Sums] = defaultdict(dict)
    for (material, stage, _, year), sums in sorted(made.uses.items(), key=lambda item: item[0]):
        totals[material, stage, year] |= sums
        made.program.row("", sums, low=0.0)
    for (material, stage, year), t in made.case.demand.items():
        if year in made.case.years:
            fed = {name: -value for name, value in made.feeds.get((material, stage, year), {}).items()}
            asked = t / made.unit_t[material, stage]
            short = {name: 1.0 for name in made.slack("demand", f"{material} {stage} {year}", asked)}
            made.program.row("demand", totals[material, stage, year] | fed | short, asked, asked)


def _shares(made: Model) -> None:
    case = made.case
    for (material, stage, country, year), sums in sorted(made.uses.items(), key=lambda item: item[0]):
        whole = made.whole(material, stage, year)
        if year in case.bound_years and country not in case.own and whole:
            part = made.unit_t[material, stage] / whole.t
            shares = {name: value * part for name, value in sums.items()}
            fed, high = whole.times(case.rules.share)
            slack = made.slack("share", most=1.0)
            made.program.row("share", shares | fed | slack, high=high, of=(material, stage, country, year))


def _corridors(made: Model) -> None:
    for limit in sorted(made.case.limits, key=lambda row: row.code):
        through = [each for each in made.offers if limit.code in each.way.takes]
        whole = max([1.0, *(made.unit_t[each.need] for each in through)])
        made.whole_t[limit.code] = whole
        for year in made.case.years:
            sums = {
                ("take", *each.name, year): made.unit_t[each.need] / whole * each.way.takes[limit.code]
                for each in through
                if each.is_there(year)
            }
            if sums:
                slack = made.slack("corridor", limit.code)
                made.program.row(
                    "corridor", sums | slack, high=limit.t_per_year / whole, of=(limit.code, year)
                )


def _budget(made: Model) -> None:
    budget = made.case.rules.budget_musd
    if budget is None:
        return
    paid = {each.code: each.paid_musd for each in asked_projects(made)}
    whole = sum(paid.values()) or 1.0
    sums = {name: paid[name[1]] / whole for name in made.program.at if name[0] == "decide"}
    if sums:
        made.program.row("budget", sums | made.slack("budget"), high=budget / whole)


def _covers(made: Model) -> None:
    case = made.case
    if not case.rules.cover_days:
        return
    stock_of = {each.code: (each.material, each.stage) for each in asked_projects(made)}
    for material, stage, year in case.demand:
        whole = made.whole(material, stage, year)
        if year not in case.bound_years or not whole:
            continue
        part = made.unit_t[material, stage] / whole.t
        held = {
            name: part for name in made.program.at
            if name[0] == "held" and name[3] == year and stock_of[name[1]] == (material, stage)
        }  # fmt: skip
        slack = {name: 1.0 for name in made.slack("cover")}
        fed, low = whole.times(case.rules.cover_days / DAYS)
        made.program.row("cover", held | fed | slack, low=low, of=(material, stage, year))
