"""All 34 materials in a table: with figures for an importer, or as the packaged tables have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.minerals import hs_codes, material, materials, uses
from sarai.minerals.dependence import BENCHMARK, EU, Benchmark, Exposure, MaterialRisk, stages_of
from sarai.server.minerals.answer import Overview
from sarai.server.minerals.asked import Asked
from sarai.server.pages import forms
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag
from sarai.server.words import Words
from sarai.telling.minerals_risk import Row, rows

__all__ = ["BENCHMARKS", "overview", "packaged", "standing"]

FEW_USES = 3
BENCHMARKS = {
    "extraction": "own extraction", "processing": "own processing", "recycling": "recycling",
    "one country": "one country",
}  # fmt: skip
"""Of the Act, by the names that the answer has."""


def overview(found: Overview, question: Asked, words: Words) -> Markup:
    """All materials with their figures, those of the highest risk first."""
    of_eu = found.importer == EU
    columns = [
        Column(words("Material"), leads=True), Column(words("Supply risk"), numeric=True),
        Column(words("Largest seller")), Column(words("Really supplied most by")),
    ]  # fmt: skip
    if of_eu:
        columns += [Column(words("Import reliance"), numeric=True), Column(words("Benchmarks of 2030"))]
    exposed = {each.material: each for each in found.exposure.known} if found.exposure else {}
    query = "".join(f"&{name}={value}" for name, value in question.address)
    told = [
        [*_row(code, row, exposed.get(code), query, words), *(_of_eu(row, risk, words) if of_eu else ())]
        for code, row, risk in _ranked(found)
    ]  # fmt: skip
    title = words("Raw materials of {importer}, {year}", importer=words.country(found.importer),
                  year=str(found.year))  # fmt: skip
    table = tag("div", forms.table(columns, told, caption=title), class_="overview")
    parts = panel(title, table, *_notes(found, words)), *_lacking(found, words)
    return tag("div", *parts, class_="minerals")


def _ranked(found: Overview) -> list[tuple[str, Row | None, MaterialRisk | None]]:
    if found.risk is None:
        return [(code, None, None) for code in materials()]
    lines = zip(rows(found.risk), found.risk.materials, strict=True)
    ranked = sorted(lines, key=lambda each: (each[0].risk is None, -(each[0].risk or 0.0)))
    return [(row.material, row, each) for row, each in ranked]


def _row(
    code: str, row: Row | None, exposed: Exposure | None, query: str, words: Words
) -> Iterator[Content]:  # fmt: skip
    yield _named(code, query, words)
    yield _risk(row, words)
    yield _supplier(exposed.direct, words) if exposed else "–"
    yield _supplier(exposed.traced, words) if exposed else "–"


def _of_eu(row: Row | None, risk: MaterialRisk | None, words: Words) -> Iterator[Content]:
    """What is known of the Union alone."""
    reliance = row.import_reliance if row else None
    yield "–" if reliance is None else words.percent(reliance)
    yield standing(risk.benchmarks, words) if risk else ""


def _risk(row: Row | None, words: Words) -> Content:
    """Ours, and in small the published figure and the stage that counts."""
    if row is None or row.risk is None:
        return "–"
    beside = [words("published: {risk}", risk=words.number(row.published, 1))] if row.published else []
    small = ", ".join([*beside, said.stage(row.stage, words)])
    return tag("span", words.number(row.risk, 2), tag("span", small, class_="quiet"))


def _named(code: str, query: str, words: Words) -> Markup:
    """Its name, and in small what it is for."""
    each = material(code)
    few = ", ".join(words(use.use) for use in uses(code)[:FEW_USES])
    strategic = badge(words, "notice", words("strategic")) if each.strategic else ""
    return tag("span", said.to_material(code, words, query), " ", strategic, tag("span", few, class_="quiet"))


def _supplier(shares: Iterable, words: Words) -> Content:
    """The largest, with its share; over the benchmark it is marked."""
    first = next(iter(shares), None)
    if first is None:
        return "–"
    text = f"{said.country(first.country, words)} {words.percent(first.share)}"
    return badge(words, "serious", text) if first.share > BENCHMARK else text


def standing(benchmarks: Iterable[Benchmark], words: Words) -> Markup:
    """Which benchmarks are met, which are missed, and of which that is not known."""
    several = list(benchmarks)
    parts = (
        (words("missed"), "greater", [each for each in several if each.met is False]),
        (words("met"), "", [each for each in several if each.met]),
        (words("unknown"), "quiet", [each for each in several if each.met is None]),
    )
    lines = [
        tag("span", f"{name}: {', '.join(words(BENCHMARKS[each.name]) for each in few)}", class_=look or None)
        for name, look, few in parts if few
    ]  # fmt: skip
    return tag("span", *lines, class_="standing")


def _notes(found: Overview, words: Words) -> Iterator[Markup]:
    """What a reader must know of all figures, and their sources."""
    marked = words("A badge marks who has over {share} of it.", share=words.percent(BENCHMARK))
    traced = words(
        "Who really supplies is found by following re-exports; goods are taken to mix in each country."
    )
    yield tag("p", f"{marked} {traced}", class_="quiet said")
    for line in found.risk.words if found.risk else ():
        yield tag("p", said.note(line, words), class_="quiet said")
    if found.exposure:
        sources = words("Trade of {year}: BACI (CEPII). Supply risk: European Commission, World Bank (WGI), "
                        "World Mining Data.", year=str(found.year))  # fmt: skip
        yield tag("p", sources, class_="quiet said")


def _lacking(found: Overview, words: Words) -> Iterator[Markup]:
    """Reasons in the place of figures."""
    lines = [*found.lacking.values()]
    for each in found.risk.materials if found.risk else ():
        if each.reason:
            lines.append(f"{said.material(each.material, words)}: {said.note(each.reason, words)}")
    for lack in found.exposure.lacking if found.exposure else ():
        lines.append(f"{said.material(lack.material, words)}: {said.note(lack.reason, words)}")
    if lines:
        told = [tag("li", line) for line in lines]
        yield panel(words("What the data lack"), tag("ul", *told, class_="plain"))


# -- without data ----------------------------------------------------------------------------------


def packaged(question: Asked, words: Words) -> Markup:
    """The packaged tables: stages, codes and uses of all."""
    columns = [
        Column(words("Material"), leads=True), Column(words("Stages")), Column(words("HS codes")),
        Column(words("Mainly won beside")),
    ]  # fmt: skip
    query = f"&{urlencode(question.address)}" if question.address else ""
    told = [
        [
            _named(each.code, query, words),
            ", ".join(said.stage(one, words) for one in stages_of(each.code)),
            _codes(each.code),
            ", ".join(words(one.strip()) for one in each.by_product_of.split(";") if one.strip()) or "–",
        ]
        for each in materials().values()
    ]  # fmt: skip
    title = words("The 34 critical raw materials")
    note = words("List of 2023 and annex I of Regulation (EU) 2024/1252; codes of the Harmonized System. "
                 "A star: the code holds other goods too.")  # fmt: skip
    return panel(title, forms.table(columns, told, caption=title), tag("p", note, class_="quiet said"))


def _codes(code: str) -> str:
    found = {each.hs: each for each in hs_codes(code) if each.until is None}
    return ", ".join(hs if each.alone else f"{hs}*" for hs, each in found.items())
