"""Pictures of the page Minerals, in somebody's language, each with its table."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import SaraiError
from sarai.minerals.dependence import Exposure
from sarai.reference.countries import country
from sarai.server.minerals.flows import Flows
from sarai.server.pages import minerals_said as said
from sarai.server.pages.drawn import figure
from sarai.server.words import Words
from sarai.telling import charts
from sarai.telling.minerals_exposure import Told, chart
from sarai.telling.minerals_footprint import Told as Footprint
from sarai.telling.minerals_footprint import picture

__all__ = ["BASIS", "bought", "carried", "sources", "ways"]

BASIS = {
    "trade in t": "trade in tonnes", "trade in kUSD": "trade by value", "EU study": "the EU's study of 2023",
    "world production": "world production, as if bought of all",
}  # fmt: skip
"""What shares rest on, as the page says it."""

MOST_SELLERS = 5
PER_CENT = 100


def sources(exposed: Exposure, words: Words) -> str:
    """Whose figures an exposure rests on."""
    if exposed.basis.startswith("trade in "):
        return words("trade of {year}: BACI (CEPII); production: World Mining Data, EU study of 2023; "
                     "stability: World Bank (WGI)", year=str(exposed.year))  # fmt: skip
    return words("EU study of 2023; World Mining Data, {year}; stability: World Bank (WGI)",
                 year=str(exposed.year))  # fmt: skip


def ways(exposed: Exposure, words: Words) -> Markup:
    """From whom, sold by whom: what the command draws."""
    found = chart(Told(importer=exposed.importer, year=exposed.year, materials=(exposed,), words=()))
    assert isinstance(found, charts.Sankey)
    local = _countries(exposed, words)
    name = said.material(exposed.material, words)
    title = f"{name} → {words.country(exposed.importer)}, {exposed.year}"
    named = replace(
        found, layers=(words("from"), words("sold by"), words("to")),
        links=tuple(
            replace(each, giver=local.get(each.giver, each.giver), taker=local.get(each.taker, each.taker),
                    value=PER_CENT * each.value)
            for each in found.links
        ),
        words=charts.Words(title=title, unit=words("% of purchases"), source=sources(exposed, words)),
    )  # fmt: skip
    told = words("From who begins, by way of who sells, to {importer}.",
                 importer=words.country(exposed.importer))  # fmt: skip
    return figure(named, "ways", words, told)


def _countries(exposed: Exposure, words: Words) -> dict[str, str]:
    """Names of countries as the chart has them, and as the language has them."""
    codes = {exposed.importer, *(end for way in exposed.ways for end in (way.origin, way.seller))}
    found = {_english(code): said.country(code, words) for code in codes}
    return found | {"others": said.country("others", words)}


def _english(code: str) -> str:
    try:
        return country(code).name if code != "EU" else code
    except SaraiError:
        return code


def bought(found: Flows, title: str, words: Words) -> Markup:
    """What was bought of the largest sellers; a year without data is a hole."""
    totals: dict[str, float] = {}
    for year in found.years:
        for seller, amount in year.bought.items():
            totals[seller] = totals.get(seller, 0.0) + amount
    largest = sorted(totals, key=lambda each: (-totals[each], each))[:MOST_SELLERS]
    first = date(found.years[0].year, 1, 1)
    series = tuple(
        charts.Series(
            name=said.country(seller, words), first=first, step_months=12,
            values=tuple(None if year.reason else year.bought.get(seller, 0.0) for year in found.years),
        )
        for seller in largest
    )  # fmt: skip
    name = said.material(found.material, words)
    note = words("A code that is not in use in a year leaves a hole.")
    drawn = charts.Lines(
        words=charts.Words(title=title, unit=words(said.UNITS[found.unit]), note=note,
                           source=words("BACI (CEPII), gross weight")),
        panels=(charts.Panel(name=f"{name}, {said.stage(found.stage, words)}", series=series),),
    )  # fmt: skip
    holes = sum(bool(year.reason) for year in found.years)
    told = words("{holes} of {cells} were not published.", holes=holes, cells=len(found.years))
    return figure(drawn, "bought", words, told)


def carried(told: Footprint, title: str, words: Words) -> Markup:
    """The chain and its steps, stacked by kind: what the command draws."""
    found = picture(told)
    whole, *steps = found.rows
    named = replace(
        found, parts=tuple(words.name("emission", each) for each in found.parts),
        rows=(replace(whole, name=words("the whole chain")), *steps),
        words=charts.Words(title=title, unit=words("t CO2e for a tonne of product delivered"),
                           source=found.words.source),
    )  # fmt: skip
    assert told.total is not None
    between = words("{total} t CO2e, {low} to {high}.", total=words.number(told.total.value, 1),
                    low=words.number(told.total.low, 1), high=words.number(told.total.high, 1))  # fmt: skip
    return figure(named, "carried", words, between)
