"""The form of the page Minerals: which material, for whom, of which year and stage; and what goes wrong."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup

from sarai.goods import SaraiError
from sarai.minerals import STAGES, materials
from sarai.minerals.dependence import EU
from sarai.minerals.sources import PUBLISHED
from sarai.reference.countries import country, exists
from sarai.server.minerals.asked import Asked
from sarai.server.pages import forms, questions
from sarai.server.pages import minerals_said as said
from sarai.server.pages.look.markup import panel, tag
from sarai.server.pages.minerals_sides import PATH
from sarai.server.pages.questions import marked
from sarai.server.words import Words

__all__ = ["address", "fault", "form", "importers", "materials_by_name", "not_given"]


def address(question: Asked) -> str:
    """The address that asks a question."""
    return f"{PATH}?{urlencode(question.address)}" if question.address else PATH


def form(question: Asked, words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    stages = [("", words("where most is bought")), *((each, said.stage(each, words)) for each in STAGES)]
    fields = [
        forms.choice(words("Material"), "material",
                     _typed([("", words("All materials")), *materials_by_name(words)], question.material),
                     question.material, **marked("material", wrong)),
        forms.choice(words("Importer"), "importer", _typed(importers(words), question.importer),
                     question.importer, **marked("importer", wrong)),
        forms.field(words("Year"), "year", question.year, inputmode="numeric", autocomplete="off",
                    maxlength=4, hint=words("of trade; if empty, the last one"), **marked("year", wrong)),
        forms.choice(words("Stage"), "stage", _typed(stages, question.stage), question.stage,
                     **marked("stage", wrong)),
    ]  # fmt: skip
    return questions.asking(PATH, words, questions.fields(*fields), clear=bool(question.address))


def materials_by_name(words: Words) -> list[tuple[str, str]]:
    """All materials, by what they are called."""
    return sorted(((code, said.material(code, words)) for code in materials()), key=lambda each: each[1])


def importers(words: Words) -> list[tuple[str, str]]:
    """The Union as one, then all countries, by what they are called."""
    several = [code for code in words.locale.territories if exists(code) and country(code).alpha3]
    named = ((code, words.country(code)) for code in several)
    return [(EU, words.country(EU)), *sorted(named, key=lambda each: each[1])]


def _typed(options: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """What was typed by hand stands among the options, to be mended."""
    there = any(value == chosen for value, _ in options)
    return options if there else [(chosen, chosen), *options]


# -- what goes wrong -------------------------------------------------------------------------------


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {
        "material": words("Material"), "importer": words("Importer"), "year": words("Year"),
        "stage": words("Stage"),
    }  # fmt: skip
    return questions.fault(found, words, address(question), named)


def not_given(words: Words) -> Markup:
    """How a server is given data, and which files."""
    rows = [
        tag("li", tag("code", each.pattern), f" {each.what}; {each.publisher}") for each in PUBLISHED.values()
    ]
    return panel(
        words("This server was given no data about raw materials."),
        tag("p", words("What is packaged is shown all the same. For figures, start the server with data:")),
        tag("pre", tag("code", "sarai serve --minerals DIR")),
        tag("p", words("It has files by the names that their publishers give them:")),
        tag("ul", *rows, class_="plain"),
    )  # fmt: skip
