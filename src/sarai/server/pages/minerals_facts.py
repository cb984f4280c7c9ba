"""What the packaged tables say of a material: codes with their problems, uses, what could stand in."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from sarai.minerals import HsCode, cited_sources, hs_codes, material, substitutes, uses
from sarai.server.pages import forms
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, facts, panel, tag
from sarai.server.words import Words

__all__ = ["codes_of", "facts_of", "uses_of"]

HOW_GOOD = {"equal": "good", "near": "notice", "poor": "serious", "none": "critical"}
"""How a substitute is marked, by how good it is."""


def facts_of(code: str, words: Words) -> Markup:
    """What it is."""
    each = material(code)
    beside = ", ".join(words(one.strip()) for one in each.by_product_of.split(";") if one.strip())
    return facts([
        (words("Symbol"), each.symbol), (words("Group"), words(each.group)),
        (words("Strategic in the Act"), words("yes") if each.strategic else words("no")),
        (words("Mainly won beside"), beside or words("mostly won for itself")),
    ])  # fmt: skip


def codes_of(code: str, counted: Iterable[str], words: Words) -> Markup:
    """Codes of the Harmonized System; ``counted`` are those whose trade the answer counts."""
    taken = {*counted}
    columns = [
        Column(words("HS code"), leads=True), Column(words("Stage")), Column(words("In force")),
        Column(words("Shared with")), Column(words("What to know")),
    ]  # fmt: skip
    rows: list[list[Content]] = [
        [
            tag("span", each.hs, " ", badge(words, "good", words("counted")) if each.hs in taken else ""),
            said.stage(each.stage, words), f"{each.since}–{each.until or ''}", _shared(each, words),
            each.note,
        ]
        for each in hs_codes(code)
    ]  # fmt: skip
    title = words("Codes, and what is wrong with them")
    note = words("Harmonized System of the World Customs Organization; years are those of its editions. "
                 "Notes are kept in English. Trade under a shared code is not this material "
                 "alone.")  # fmt: skip
    return panel(title, forms.table(columns, rows, caption=title), tag("p", note, class_="quiet said"))


def _shared(each: HsCode, words: Words) -> Content:
    if each.alone:
        return words("nothing")
    goods = each.shared_with.partition("+")[2].strip()
    named = [*(said.material(other, words) for other in each.others), *([goods] if goods else [])]
    return tag("span", badge(words, "serious", words("shared")), " ", "; ".join(named))


def uses_of(code: str, words: Words) -> Markup:
    """What it is for, and what could stand in."""
    stand_in: dict[str, list[Markup]] = {}
    for each in substitutes(code):
        mark = badge(words, HOW_GOOD[each.how_good], words.name("substitute", each.how_good))
        text = words(each.substitute) if each.substitute else ""
        stand_in.setdefault(each.use, []).append(tag("span", mark, " ", text, style="display:block"))
    columns = [Column(words("Use"), leads=True), Column(words("What could stand in"))]
    known = dict.fromkeys([*(each.use for each in uses(code)), *stand_in])
    rows: list[list[Content]] = [
        [words(use), tag("span", *stand_in[use]) if use in stand_in else words("unknown")] for use in known
    ]
    title = words("Uses, and what could stand in")
    cited = {each.source for each in (*uses(code), *substitutes(code))}
    assumed = any(cited_sources()[each].kind == "assumed" for each in cited)
    note = words("General knowledge, not looked up (assumed).") if assumed else ""
    return panel(title, forms.table(columns, rows, caption=title), tag("p", note, class_="quiet said"))
