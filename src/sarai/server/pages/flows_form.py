"""The form of the page Flows, and what stands there when it cannot be answered."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup

from sarai.goods import SaraiError
from sarai.server.flows import Asked
from sarai.server.flows.asked import DIGITS, LEAST
from sarai.server.pages import forms, questions
from sarai.server.pages.look.markup import panel, tag
from sarai.server.pages.questions import marked
from sarai.server.words import Words

PATH = "/flows"


def address(question: Asked, path: str = PATH) -> str:
    """The address that asks a question."""
    return f"{path}?{urlencode(question.address)}" if question.address else path


def form(question: Asked, words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    text = {"maxlength": 400, "autocomplete": "off", "spellcheck": "false"}

    def field(label: str, name: str, value: str, **more: str) -> Markup:
        return forms.field(label, name, value, **text, **more, **marked(name, wrong))

    digits = [(each, words("All goods together") if each == "0" else each) for each in DIGITS]
    countries = words("codes, English names or groups, such as DE, KZ, EU")
    fields = [
        field(words("Who sends"), "from", question.exporters, hint=countries),
        field(words("Through"), "through", question.through, hint=words("the country in between")),
        field(words("Who receives"), "to", question.importers, hint=countries),
        field(words("Codes"), "codes", question.codes,
              hint=words("first digits, or {all} for the priority list, {tier} for a tier of it", all="chpl",
                         tier="chpl:1")),
        field(words("Time"), "span", question.span, placeholder="2022-03..2022-11",
              hint=words("years or months, such as 2022 or 2022-03..2022-11")),
        field(words("Compared with"), "base", question.base, placeholder="2020-01..2021-12",
              hint=words("if empty, the same months before")),
        forms.choice(words("Digits"), "digits", digits, question.digits,
                     hint=words("how far codes are told apart"), **marked("digits", wrong)),
        field(words("Currency"), "currency", question.currency, placeholder="USD",
              hint=words("only needed where there are several")),
        field(words("Markets above"), "least", question.least, inputmode="numeric",
              placeholder=words.number(LEAST), hint=words("value in the time asked about")),
        forms.tick(words("Years instead of months"), "annual", on=bool(question.annual)),
    ]  # fmt: skip
    return questions.asking(PATH, words, questions.fields(*fields), clear=not question.is_open)


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {
        "from": words("Who sends"), "through": words("Through"), "to": words("Who receives"),
        "codes": words("Codes"), "span": words("Time"), "base": words("Compared with"),
        "digits": words("Digits"), "currency": words("Currency"), "least": words("Markets above"),
    }  # fmt: skip
    return questions.fault(found, words, address(question), named, "flows")


def not_given(words: Words) -> Markup:
    """How a server is given statistics."""
    steps = [
        (words("Load files of UN Comtrade, Eurostat, BACI or any table into a folder:"),
         "sarai flows load FILE... --store DIR"),
        (words("Start the server with that folder:"), "sarai serve --statistics DIR"),
    ]  # fmt: skip
    rows = [tag("li", tag("p", said), tag("pre", tag("code", line))) for said, line in steps]
    return panel(words("This server was given no trade statistics."), tag("ol", *rows))
