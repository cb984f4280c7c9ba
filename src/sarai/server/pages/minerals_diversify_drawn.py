"""Pictures of the side Diversify: the frontier, and tonnes by year and source."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.diversify import Plan, YearOf
from sarai.server.pages import minerals_said
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.drawn import figure
from sarai.server.words import Words
from sarai.telling import charts
from sarai.telling.minerals_diversify import MUSD, Told, picture

__all__ = ["frontier", "tonnes"]

SOURCES = 3  # told apart by colour; the table has all


def frontier(found: Told, words: Words) -> Markup:
    """What each level costs beyond the cheapest; nothing where no level has a plan."""
    try:
        chart = picture(found)
    except BadSetting:
        return Markup("")
    costs = [each.cost_usd for each in found.frontier if each.cost_usd is not None]
    least = words.number(min(costs) / MUSD, 1)
    lacking = len(found.frontier) - len(costs)
    note = words("{first} to {last}, rules from {by}.", first=str(found.years[0]), last=str(found.years[-1]),
                 by=str(found.rules.by))  # fmt: skip
    if lacking:
        note += " " + words("Levels without a plan: {count}.", count=str(lacking))
    drawn = replace(
        chart,
        words=charts.Words(
            title=words("What diversity costs"), note=note, source=words("the plans of the frontier"),
            unit=words("million US dollars beyond the cheapest plan ({least}), discounted", least=least),
        ),
        x=words("most from any one country, %") if found.frontier_by == "share" else
        words("risk, weight times share squared"),
        y=words("million US dollars more"),
    )  # fmt: skip
    dearest = words.number((max(costs) - min(costs)) / MUSD, 1)
    told = words("From the loosest to the tightest level that has a plan: {usd} million US dollars more.",
                 usd=dearest)  # fmt: skip
    return figure(drawn, "frontier", words, told)


def tonnes(plan: Plan, need: tuple[str, str], words: Words) -> Markup:
    """Tonnes of a need by year, by the countries that give most."""
    years = [each for each in plan.years if (each.material, each.stage) == need]
    few = _greatest(years)
    rows = tuple(charts.Stack(name=str(each.year), values=_parts(each, few)) for each in years)
    material, stage = need
    title = words("{material}, {stage}: by source", material=minerals_said.material(material, words),
                  stage=minerals_said.stage(stage, words))  # fmt: skip
    chart = charts.Stacks(
        words=charts.Words(title=title, unit=words("tonnes a year"), source=words("the plan")),
        parts=(*(said.country(code, words) for code in few), words("all others")), rows=rows,
    )  # fmt: skip
    last = years[-1]
    told = words("In {year} most comes from {country}: {share}.", year=str(last.year),
                 country=said.country(last.greatest, words) if last.greatest else "–",
                 share=words.percent(last.greatest_share))  # fmt: skip
    return figure(chart, f"tonnes-{stage}", words, told)


def _greatest(years: Sequence[YearOf]) -> list[str]:
    """Who gives most over all years."""
    whole: dict[str, float] = {}
    for each in years:
        for code, share in each.shares.items():
            whole[code] = whole.get(code, 0.0) + share * each.t
    return sorted(whole, key=lambda code: (-whole[code], code))[:SOURCES]


def _parts(each: YearOf, few: Sequence[str]) -> tuple[float, ...]:
    """Tonnes of each of a few, and of all others; what goes into stock is not used, and none here."""
    others = sum(share for code, share in each.shares.items() if code not in few)
    return tuple(
        max(0.0, share) * each.t for share in (*(each.shares.get(code, 0.0) for code in few), others)
    )
