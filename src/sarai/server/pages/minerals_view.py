"""One material on the page Minerals: figures that matter, who sells, who really supplies, year by year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from sarai.minerals.dependence import BENCHMARK, Exposure
from sarai.server.minerals.answer import Sheet
from sarai.server.pages import forms
from sarai.server.pages import minerals_drawn as drawn
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, facts, panel, tag, tile, tiles
from sarai.server.pages.minerals_facts import codes_of, facts_of, uses_of
from sarai.server.pages.minerals_terms import benchmarks_of, terms_of
from sarai.server.words import Words
from sarai.telling.minerals_exposure import Passed, beside, passed

__all__ = ["body", "head"]

MOST_COUNTRIES = 12
LEAST = 0.005  # of purchases: who sells and supplies less is not listed


def head(sheet: Sheet, words: Words) -> Markup:
    """What it is about, and the figures that matter."""
    title = f"{said.material(sheet.material, words)}: {words.country(sheet.importer)}, {sheet.year}"
    parts: list[Content] = [tag("h2", title), tiles(_tiles(sheet, words)), facts_of(sheet.material, words)]
    for line in _reasons(sheet, words):
        parts.append(tag("p", badge(words, "notice", words("unknown")), " ", line))
    return tag("section", *parts, class_="panel")


def _tiles(sheet: Sheet, words: Words) -> Iterator[Markup]:
    risk = sheet.risk.materials[0] if sheet.risk else None
    if sheet.risk and risk and risk.risk is not None:
        year = str(sheet.risk.year)
        note = words("by the EU's method, {year}", year=year)
        if risk.published is not None:
            note = words("published for {year}: {risk}", year=year, risk=words.number(risk.published, 1))
        yield tile(words("Supply risk"), words.number(risk.risk, 2), note=note)
    exposed = sheet.exposed
    if exposed is None:
        return
    for label, shares in ((words("Largest seller"), exposed.direct),
                          (words("Really supplied most by"), exposed.traced)):  # fmt: skip
        if shares:
            first = shares[0]
            over = "serious" if first in exposed.over else ""
            share = words.percent(first.share)
            yield tile(label, said.country(first.country, words), note=share, severity=over)
    if exposed.score:
        between = f"{words.number(exposed.low, 2)} – {words.number(exposed.high, 2)}"
        note = words("0 to 1; within {between}", between=between) if exposed.high > exposed.low else "0 – 1"
        yield tile(words("GeoPolRisk score"), words.number(exposed.score.score, 3), note=note)


def _reasons(sheet: Sheet, words: Words) -> Iterator[str]:
    """Why figures are not there."""
    yield from (said.note(each, words) for each in sheet.lacking.values())
    for each in sheet.risk.materials if sheet.risk else ():
        if each.reason:
            yield said.note(each.reason, words)
    for lack in sheet.exposure.lacking if sheet.exposure else ():
        yield said.parted(said.note(lack.reason, words))


def body(sheet: Sheet, words: Words) -> Markup:
    """All below the map."""
    exposed = sheet.exposed
    counted = exposed.codes if exposed else ()
    parts: list[Content] = []
    if exposed:
        parts += [_sellers(sheet, exposed, words), _years(sheet, words)]
    if sheet.risk:
        parts += [benchmarks_of(sheet.risk, words), terms_of(sheet, words)]
    parts += [codes_of(sheet.material, counted, words), uses_of(sheet.material, words)]
    return tag("div", *parts, class_="minerals")


# -- who sells, who supplies -----------------------------------------------------------------------


def _sellers(sheet: Sheet, exposed: Exposure, words: Words) -> Markup:
    title = words("Who sells, and who really supplies")
    picture = drawn.ways(exposed, words) if exposed.ways else Markup("")
    columns = [Column(words("Country"), leads=True), Column(words("Sells"), numeric=True),
               Column(words("Supplies"), numeric=True)]  # fmt: skip
    largest = [each for each in beside(exposed) if max(each[1:]) >= LEAST][:MOST_COUNTRIES]
    rows = [_beside(*each, exposed, words) for each in largest]
    return panel(
        title, picture, forms.table(columns, rows, caption=title), *_hubs(sheet, words),
        _basis(exposed, words), *_notes(sheet, exposed, words),
    )  # fmt: skip


def _beside(code: str, direct: float, begun: float, exposed: Exposure, words: Words) -> list[Content]:
    over = any(each.country == code for each in exposed.over)
    mark = badge(words, "serious", words("over {share}", share=words.percent(BENCHMARK))) if over else ""
    traced = words.percent(begun, 1) if exposed.traced else "–"
    return [tag("span", said.country(code, words), " ", mark), words.percent(direct, 1), traced]


def _hubs(sheet: Sheet, words: Words) -> Iterator[Markup]:
    """Who sells what others made, and who is behind."""
    several = list(passed(sheet.exposure)) if sheet.exposure else []
    exposed = sheet.exposed
    if exposed is None or not exposed.traced:
        return
    title = words("Hubs, and who is behind them")
    yield tag("h3", title)
    if not several:
        yield tag("p", words("No hub: who sells is who supplies."))
        return
    columns = [Column(words("Hub"), leads=True), Column(words("Sells"), numeric=True),
               Column(words("Supplies"), numeric=True), Column(words("Behind it"))]  # fmt: skip
    yield forms.table(columns, (_hub(each, words) for each in several), caption=title)


def _hub(each: Passed, words: Words) -> list[Content]:
    several = [f"{said.country(one.country, words)} {words.percent(one.share)}" for one in each.behind]
    shares = words.percent(each.direct, 1), words.percent(each.traced, 1)
    return [said.country(each.hub, words), *shares, ", ".join(several)]


def _basis(exposed: Exposure, words: Words) -> Markup:
    """What the shares rest on."""
    traced = {"production": words("production"), "net exports": words("net exports")}
    concentration = words.number(exposed.hhi, 2)
    if exposed.traced_hhi is not None:
        concentration = words("{direct} by sales, {traced} by origin", direct=concentration,
                              traced=words.number(exposed.traced_hhi, 2))  # fmt: skip
    return facts([
        (words("Stage"), said.stage(exposed.stage, words)),
        (words("Rests on"), words(drawn.BASIS[exposed.basis])),
        (words("HS codes"), ", ".join(exposed.codes)),
        (words("Who begins is told by"), traced.get(exposed.traced_by, "")),
        (words("Concentration (HHI, 0 to 1)"), concentration),
        (words("Sellers of unknown origin"), _items(exposed.unexplained, words)),
    ])  # fmt: skip


def _items(several: Iterable[str], words: Words) -> str:
    return ", ".join(said.country(each, words) for each in several)


def _notes(sheet: Sheet, exposed: Exposure, words: Words) -> Iterator[Markup]:
    several = [said.parted(said.note(each, words)) for each in exposed.notes]
    if exposed.estimated > said.WORTH_SAYING:
        several.append(words("Tonnes of {share} of the value are reckoned from its worth (assumed).",
                             share=words.percent(exposed.estimated, 1)))  # fmt: skip
    if exposed.traced:
        several.append(words("Goods are taken to mix in each country, which sends on that mix (assumed)."))
    if several:
        yield tag("ul", *(tag("li", each) for each in several), class_="plain quiet")
    told = words("Source: {sources}.", sources=drawn.sources(exposed, words))
    yield tag("p", told, class_="quiet said")


# -- over the years --------------------------------------------------------------------------------


def _years(sheet: Sheet, words: Words) -> Markup:
    """What the largest sellers sold, year by year."""
    if sheet.flows is None or not any(each.bought for each in sheet.flows.years):
        return Markup("")
    title = words("What was bought from whom, by year")
    return panel(title, drawn.bought(sheet.flows, title, words))
