"""The form of the side Shock: whose market, which shocks, what is assumed; and what goes wrong."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.goods import SaraiError
from sarai.minerals import STAGES
from sarai.minerals.shocks.markets import ABSORBED
from sarai.minerals.shocks.measures import GROUPS, VERBS
from sarai.server.corridors.mapped import names_of
from sarai.server.minerals.shock_asked import Asked
from sarai.server.minerals.supposed import MOST_TEXT
from sarai.server.pages import forms, questions
from sarai.server.pages import minerals_said as said
from sarai.server.pages import minerals_supposed_said as supposed
from sarai.server.pages.look.markup import tag
from sarai.server.pages.minerals_form import importers, materials_by_name
from sarai.server.pages.minerals_sides import SHOCK as PATH
from sarai.server.pages.questions import marked
from sarai.server.words import Words

__all__ = ["EXAMPLE", "HAPPENS", "NARROW", "address", "fault", "form"]

NARROW = ("strait", "canal")  # kinds of places that are offered to be closed
HAPPENS = {
    "embargo": "nothing goes there", "quota": "no more than a share goes there",
    "delay": "licences hold deliveries up", "lose": "a country makes less", "close": "a corridor is closed",
}  # fmt: skip
"""What a shock is, by its word."""

EXAMPLE = Asked(material="lree", year="2009", importer="JP", shocks=("embargo CN>JP",))


def address(question: Asked) -> str:
    """The address that asks a question."""
    return f"{PATH}?{urlencode(question.address)}" if question.address else PATH


def form(question: Asked, network: Network, words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    return questions.asking(
        PATH, words, questions.fields(*_market(question, words, wrong)), _shocks(question, words),
        _one_more(question, network, words, wrong), clear=bool(question.address), ask=words("Play it"),
    )  # fmt: skip


def _market(question: Asked, words: Words, wrong: str) -> list[Markup]:
    """Whose market, and what is assumed of it."""
    stages = [(each, said.stage(each, words)) for each in STAGES]

    def choice(label: str, name: str, options: list[tuple[str, str]], hint: str = "") -> Markup:
        chosen = getattr(question, name)
        known = options if any(value == chosen for value, _ in options) else [(chosen, chosen), *options]
        return forms.choice(label, name, known, chosen, hint=hint, **marked(name, wrong))

    def field(label: str, name: str, usual: str, hint: str) -> Markup:
        return forms.field(label, name, getattr(question, name), inputmode="decimal", autocomplete="off",
                           maxlength=12, placeholder=usual, hint=hint, **marked(name, wrong))  # fmt: skip

    return [
        choice(words("Material"), "material", [("", words("Choose a material")), *materials_by_name(words)]),
        field(words("Year"), "year", "", words("of trade; if empty, the last one")),
        choice(words("Importer"), "importer", [("", words("nobody in particular")), *importers(words)],
               words("whose suppliers and stocks are told")),
        choice(words("Stage"), "stage", [("", words("the furthest that is traded")), *stages]),
        field(words("Days in stock"), "reserves", "",
              words("of consumption, everywhere; if empty, what is assumed of the material")),
        field(words("Borne at once"), "absorbed", words.percent(ABSORBED),
              words("share that consumption bears before trade changes")),
    ]  # fmt: skip


# -- shocks ----------------------------------------------------------------------------------------


def _shocks(question: Asked, words: Words) -> Markup:
    """Those that are asked about, each of which can be taken away."""
    if not question.shocks:
        return tag("p", words("Nothing happens yet: put a shock together."), class_="quiet said")
    rows = []
    for each in question.shocks:
        left = replace(question, shocks=tuple(other for other in question.shocks if other != each))
        away = tag("a", words("Take away"), href=address(left), class_="button",
                   aria_label=words("Take away: {shock}", shock=each))  # fmt: skip
        told = tag("span", tag("strong", supposed.shock_in_words(each, words)), " ", tag("code", each))
        rows.append(tag("li", told, away, forms.unseen("if", each)))
    return tag("ul", *rows, class_="shocks", aria_label=words("What happens"))


def _one_more(question: Asked, network: Network, words: Words, wrong: str) -> Markup:
    """A small form that puts a shock together, or takes its words."""
    groups = [(code, words.country(code)) for code in GROUPS if code != "EU"]
    countries = [*importers(words), *groups]
    narrow = [each for each in network.places if each.kind in NARROW]
    closed = [(f"place:{each.code}", names_of(each)[words.code]) for each in narrow]
    number = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}
    fields = [
        forms.choice(words("What happens"), "verb", [(verb, words(HAPPENS[verb])) for verb in VERBS]),
        forms.choice(words("Who"), "who", [("", words("Choose a country")), *countries]),
        forms.choice(words("To whom"), "whom", [("", words("everybody")), *countries]),
        forms.choice(words("What is closed"), "what", [("", words("no corridor")), *closed]),
        forms.field(words("How much, %"), "much", **number,
                    hint=words("what is left of a quota, what is lost of production")),
        forms.field(words("For how many days"), "days", **number, hint=words("if empty, for good")),
        forms.field(words("Or in words"), "if", maxlength=MOST_TEXT, autocomplete="off", spellcheck="false",
                    placeholder="quota CN>* 50% 90d", hint=", ".join(VERBS), **marked("if", wrong)),
    ]  # fmt: skip
    told = words("Add another shock") if question.shocks else words("Put a shock together")
    return tag("details", tag("summary", told, class_="more"), questions.fields(*fields),
               open=not question.shocks or wrong == "if")  # fmt: skip


# -- what goes wrong -------------------------------------------------------------------------------


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {
        "material": words("Material"), "year": words("Year"), "importer": words("Importer"),
        "stage": words("Stage"), "reserves": words("Days in stock"), "absorbed": words("Borne at once"),
        "if": words("What happens"),
    }  # fmt: skip
    return questions.fault(found, words, address(question), named)
