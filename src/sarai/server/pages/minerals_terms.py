"""The supply risk of a material term by term, and the benchmarks of the Critical Raw Materials Act."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from sarai.minerals.dependence import Benchmark
from sarai.server.minerals.answer import Sheet, Term
from sarai.server.pages import forms
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, facts, panel, tag
from sarai.server.words import Words
from sarai.telling.minerals_risk import Told, Weighed

__all__ = ["NAMES", "benchmarks_of", "terms_of"]

NAMES = {
    "extraction": "Extracted within, at least", "processing": "Processed within, at least",
    "recycling": "Recycled within, at least", "one country": "From one third country, at most",
}  # fmt: skip
"""Of the benchmarks, as the page says them."""

COUNTS = " (counts)"  # the mark that the answer has at the stage that counts
FIRST = 2  # stages that are seen at once; a group has many


def benchmarks_of(found: Told, words: Words) -> Markup:
    """Each against what is known; nothing where the importer's own supply is not."""
    several = [each for one in found.materials for each in one.benchmarks]
    if not several:
        return Markup("")
    title = words("Benchmarks of 2030")
    columns = [Column(words("Benchmark"), leads=True), Column(words("Demanded"), numeric=True),
               Column(words("Found"), numeric=True), Column(words("Standing")),
               Column(words("What to know"))]  # fmt: skip
    note = words("Critical Raw Materials Act, Regulation (EU) 2024/1252, article 5. The Act counts "
                 "consumption; here it is supply by the EU's study of {year}.", year="2023")  # fmt: skip
    return panel(title, forms.table(columns, (_benchmark(each, words) for each in several), caption=title),
                 tag("p", note, class_="quiet said"))  # fmt: skip


def _benchmark(each: Benchmark, words: Words) -> list[Content]:
    standing = {
        True: badge(words, "good", words("met")), False: badge(words, "serious", words("missed")),
        None: badge(words, "neutral", words("unknown")),
    }[each.met]  # fmt: skip
    return [
        words(NAMES[each.name]), words.percent(each.benchmark),
        "–" if each.share is None else words.percent(each.share), standing, _said(each, words),
    ]  # fmt: skip


def _said(each: Benchmark, words: Words) -> str:
    country, comma, stage = each.said.partition(", ")
    if each.name == "one country" and comma and len(country) == 2:
        return f"{words.country(country)}, {said.stage(stage, words)}"
    return said.note(each.said, words)


def terms_of(sheet: Sheet, words: Words) -> Markup:
    """The formula, and for each stage what stands in it."""
    assert sheet.risk is not None
    if not sheet.terms:
        return Markup("")
    formula = "SR = [HHI_GS · IR / 2 + HHI_EU · (1 − IR / 2)] · (1 − EoL_RIR) · SI_SR"
    shown = [_term(each, words) for each in sheet.terms[:FIRST]]
    rest = [_term(each, words) for each in sheet.terms[FIRST:]]
    if rest:
        count = words.count("{count} more stage", "{count} more stages", len(rest))
        shown.append(tag("details", tag("summary", count, class_="more"), *rest))
    title, told = words("Supply risk, term by term"), tag("p", tag("code", formula))
    return panel(title, told, *shown, *_notes(sheet, words))


def _term(each: Term, words: Words) -> Markup:
    stage, counts = each.stage, each.title.endswith(COUNTS)
    name = each.title.removesuffix(COUNTS).rpartition(", ")[0]
    title = f"{said.material(name, words)}, {said.stage(stage.stage, words)}"
    mark = badge(words, "notice", words("counts")) if counts else ""

    def number(value: float | None, decimals: int = 2) -> str:
        return "–" if value is None else words.number(value, decimals)

    terms = facts([
        (words("Risk of the stage"), number(stage.risk)),
        (words("HHI of world supply"), number(stage.hhi_world)),
        (words("HHI of the importer's sourcing"), number(stage.hhi_sourcing)),
        (words("Import reliance (IR)"), number(stage.import_reliance)),
        (words("Recycled (EoL_RIR)"), number(stage.recycled)),
        (words("Substitution (SI_SR)"), number(stage.substitution)),
    ])  # fmt: skip
    columns = [Column(words("Country"), leads=True), Column(words("Supply")),
               Column(words("Share"), numeric=True), Column(words("Governance, 0 to 10"), numeric=True),
               Column(words("Trade (t)"), numeric=True),
               Column(words("Adds to the HHI"), numeric=True)]  # fmt: skip
    table = forms.table(columns, (_weighed(one, words) for one in each.countries), caption=title)
    behind = tag("details", tag("summary", words("Countries that weigh most"), class_="more"), table)
    return tag("div", tag("h3", title, " ", mark), terms, behind)


def _weighed(one: Weighed, words: Words) -> list[Content]:
    supply = {"world": words("the world's"), "sourcing": words("the importer's")}[one.supply]
    return [said.country(one.country, words), supply, words.percent(one.share, 1),
            words.number(one.governance, 2), words.number(one.t), words.number(one.adds, 3)]  # fmt: skip


def _notes(sheet: Sheet, words: Words) -> Iterator[Markup]:
    assert sheet.risk is not None
    lines = [*(line for each in sheet.risk.materials for line in each.words), *sheet.risk.words]
    yield tag("ul", *(tag("li", said.parted(said.note(line, words))) for line in lines), class_="plain quiet")
    yield tag("p", words("Source: European Commission (study of 2023), World Bank (WGI), World Mining Data."),
              class_="quiet said")  # fmt: skip
