"""The form of the side Diversify: of what, for whom, by when, under which rules; and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.goods import SaraiError
from sarai.minerals import STAGES
from sarai.minerals.diversify import STANDARDS
from sarai.server.minerals.diversify_asked import BY, SHARE, YEARS, Asked
from sarai.server.pages import forms, questions
from sarai.server.pages import minerals_said as said
from sarai.server.pages.look.markup import tag
from sarai.server.pages.minerals_form import importers, materials_by_name
from sarai.server.pages.minerals_sides import DIVERSIFY as PATH
from sarai.server.pages.questions import marked
from sarai.server.words import Words

__all__ = ["EXAMPLE", "NAMED", "address", "fault", "form"]

EXAMPLE = Asked(material="gallium", importer="EU", demand="40")
NAMED = {
    "material": "Material", "importer": "Importer", "by": "From which year", "share": "Most from one country",
    "risk": "Most risk", "budget": "Budget, USD", "standard": "Environmental standard",
    "cover": "Days in stock", "years": "Years of the plan", "demand": "Demand, tonnes a year",
    "growth": "Growth of the demand a year",
    "discount": "Discount a year", "carbon": "USD a tonne of CO2e", "stage": "Stage",
}  # fmt: skip
"""What the fields are called."""

RULES = ("risk", "budget", "standard", "cover", "discount", "carbon")


def address(question: Asked) -> str:
    """The address that asks a question."""
    return f"{PATH}?{urlencode(question.address)}" if question.address else PATH


def form(question: Asked, words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    rules = questions.fields(*_rules(question, words, wrong))
    stands = wrong in RULES or any(getattr(question, name) for name in (*RULES, "linear"))
    more = tag("details", tag("summary", words("More rules"), class_="more"), rules, open=stands)
    main = questions.fields(*_main(question, words, wrong))
    return questions.asking(PATH, words, main, more, clear=bool(question.address), ask=words("Plan it"))


def _main(question: Asked, words: Words, wrong: str) -> Iterator[Markup]:
    """What is planned for whom."""
    one = question.stages[0] if len(question.stages) == 1 else ""
    stages = [("", words("mining and processing")), *((each, said.stage(each, words)) for each in STAGES)]
    yield _choice(
        "material", question, [("", words("Choose a material")), *materials_by_name(words)], words, wrong
    )
    yield _choice("importer", question, [("", words("Choose an importer")), *importers(words)], words, wrong)
    yield _field("share", question, SHARE, words("of a year's use, from a country that is not its own"),
                 words, wrong)  # fmt: skip
    yield _field("by", question, BY, words("on the rules hold"), words, wrong)
    yield _field("years", question, YEARS, words("first and last, 15 at most"), words, wrong)
    yield _field("demand", question, "", words("at each stage; if empty, what is bought today"), words, wrong)
    yield _field("growth", question, "0", words("as a share, 3% or 0.03"), words, wrong)
    yield forms.choice(words(NAMED["stage"]), "stage", stages, one, **marked("stage", wrong))


def _rules(question: Asked, words: Words, wrong: str) -> Iterator[Markup]:
    """What more the plan must keep, and how money is counted."""
    standards = [("", words("any")), *((str(at), words(each)) for at, each in STANDARDS.items() if at)]
    yield _field("risk", question, "", words("governance, 0 best to 10 worst, times share squared, summed"),
                 words, wrong)  # fmt: skip
    yield forms.tick(words("Shares not squared"), "linear", on=question.linear == "1")
    yield _field("budget", question, "", words("for the importer's part of all capital"), words, wrong)
    yield _choice("standard", question, standards, words, wrong)
    yield _field("cover", question, "0", words("of use, that stockpiles hold"), words, wrong)
    yield _field("discount", question, "5%", "", words, wrong)
    yield _field("carbon", question, "0", words("of source and way, counted as a cost"), words, wrong)


def _field(name: str, question: Asked, usual: str, hint: str, words: Words, wrong: str) -> Markup:
    return forms.field(words(NAMED[name]), name, getattr(question, name), autocomplete="off", maxlength=16,
                       placeholder=usual, hint=hint, **marked(name, wrong))  # fmt: skip


def _choice(name: str, question: Asked, options: list[tuple[str, str]], words: Words, wrong: str) -> Markup:
    """A choice; what was typed by hand stands among the options, to be mended."""
    chosen = getattr(question, name)
    known = options if any(value == chosen for value, _ in options) else [(chosen, chosen), *options]
    return forms.choice(words(NAMED[name]), name, known, chosen, **marked(name, wrong))


# -- what goes wrong -------------------------------------------------------------------------------


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {name: words(text) for name, text in NAMED.items()}
    return questions.fault(found, words, address(question), named)
