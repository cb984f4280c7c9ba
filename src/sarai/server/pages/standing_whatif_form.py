"""The small forms that put a what-if together, the changes that it has, and what goes wrong with it."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import SaraiError
from sarai.server.pages import forms, questions
from sarai.server.pages.look.markup import empty, link, panel, tag
from sarai.server.pages.questions import marked
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import WHAT_IF
from sarai.server.standing.whatif_asked import MOST_TEXT, Supposing
from sarai.server.words import Words
from sarai.standing.bodies import BODIES
from sarai.standing.tables import year_of

__all__ = ["address", "fault", "form", "opened"]

EXAMPLES = {
    "shut pipeline:CPC": "The Caspian pipeline shut",
    "sanction RU trade 30%": "Trade with Russia cut by 30 %",
    "join BRICS; leave CSTO": "From one bloc to another",
    "invest CN 2bn": "Two billion invested from China",
}


def address(question: Supposing, path: str = WHAT_IF) -> str:
    """The address that asks a question."""
    return f"{path}?{urlencode(question.address)}" if question.address else path


def form(question: Supposing, said: Said, wrong: str = "") -> Markup:
    """What is supposed so far, and what adds to it; ``wrong`` is the field that is not understood."""
    words = said.words
    adding = [_sanction(question, said), _invest(question, said), _shut(question, said),
              _bodies(question, said, "join"), _bodies(question, said, "leave"),
              _in_words(question, said, wrong)]  # fmt: skip
    return panel(
        words("What is supposed"), _changes(question, words), _year(question, said, wrong),
        tag("div", *adding, class_="adding"),
    )  # fmt: skip


def _changes(question: Supposing, words: Words) -> Markup:
    """The changes, each with a way to take it back."""
    if not question.changes:
        return tag("p", words("Nothing yet: add a change below."), class_="quiet")
    rows = []
    for each in question.changes:
        without = replace(question, changes=tuple(one for one in question.changes if one != each))
        away = tag("a", words("Take back"), href=address(without), class_="button",
                   aria_label=words("Take back: {change}", change=each))  # fmt: skip
        rows.append(tag("li", tag("code", each), away))
    return tag("ul", *rows, class_="changes")


def _year(question: Supposing, said: Said, wrong: str) -> Markup:
    words = said.words
    years = sorted({str(year_of(each.of)) for each in said.standing.figures} | {question.year} - {""})
    options = [("", words("Each channel at its best known date")), *((each, each) for each in years[::-1])]
    kept = [forms.unseen("if", each) for each in question.changes]
    chosen = forms.choice(words("Figures of"), "year", options, question.year, **marked("year", wrong))
    ends = [forms.button(words("Show"), look="")]
    if question.address:
        ends.append(link(words("Clear"), WHAT_IF, "button"))
    return tag("form", *kept, chosen, forms.buttons(*ends), method="get", action=WHAT_IF, class_="one-line")


# -- a form for each verb --------------------------------------------------------------------------


def _adding(question: Supposing, words: Words, add: str, title: str, *fields: Markup) -> Markup:
    kept = [forms.unseen(name, value) for name, value in question.address]
    ends = forms.buttons(forms.button(words("Add"), look="", aria_label=f"{words('Add')}: {title}"))
    return tag(
        "form", tag("fieldset", tag("legend", title), *kept, forms.unseen("add", add), *fields, ends),
        method="get", action=WHAT_IF,
    )  # fmt: skip


def _powers(said: Said) -> Markup:
    return forms.choice(said.words("Power"), "power", said.powers.items())


def _sanction(question: Supposing, said: Said) -> Markup:
    words, tables = said.words, said.standing
    of_routes = {each.measure for each in tables.routes}
    cut = dict.fromkeys(
        each.channel for each in tables.measures if each.code not in BODIES and each.code not in of_routes
    )
    made = {each.channel for each in tables.measures if each.code in (*BODIES, *of_routes)}
    channels = [(each, said.channels[each]) for each in cut if each not in made]
    share = forms.field(words("Cut by, %"), "share", "30", kind="number", min=0, max=100, step="any",
                        required=True)  # fmt: skip
    return _adding(question, words, "sanction", words("A sanction"), _powers(said),
                   forms.choice(words("Channel"), "channel", channels), share)  # fmt: skip


def _invest(question: Supposing, said: Said) -> Markup:
    words = said.words
    amount = forms.field(
        words("More, USD bn"), "amount", "2", kind="number", min=0, step="any", required=True
    )
    return _adding(question, words, "invest", words("An investment"), _powers(said), amount)


def _shut(question: Supposing, said: Said) -> Markup:
    words = said.words
    routes = [(each.code, said.part(each.code)) for each in said.standing.routes]
    chosen = forms.choice(words("Route"), "route", routes)
    return _adding(question, words, "shut", words("A route that shuts"), chosen)


def _bodies(question: Supposing, said: Said, verb: str) -> Markup:
    """Bodies that the state has not joined, or those that it may leave."""
    words = said.words
    is_in = verb == "leave"
    bodies = [(each.code, said.part(each.code)) for each in said.standing.memberships
              if bool(each.since and not each.until) == is_in]  # fmt: skip
    title = words("An agreement left") if is_in else words("An agreement joined")
    return _adding(question, words, verb, title, forms.choice(words("Body"), "body", bodies))


def _in_words(question: Supposing, said: Said, wrong: str) -> Markup:
    words = said.words
    written = forms.field(
        words("Change"), "words", maxlength=MOST_TEXT, autocomplete="off", spellcheck="false",
        placeholder="join UNION of CN RU", required=True, **marked("if", wrong),
        hint=words("{words}; several with ;", words="join, leave, sanction, invest, shut"),
    )  # fmt: skip
    return _adding(question, words, "say", words("In words"), written)


# -- what stands there instead of an answer ---------------------------------------------------------


def opened(words: Words) -> Markup:
    """What stands there while nothing is supposed."""
    examples = [
        tag("li", link(words(name), address(Supposing(changes=tuple(said.split("; "))))))
        for said, name in EXAMPLES.items()
    ]
    said = words("Suppose agreements, sanctions, investments or shut routes, and see what they change.")
    return tag("div", empty(said), tag("p", words("For example:")), tag("ul", *examples, class_="plain"),
               class_="standing")  # fmt: skip


def fault(found: SaraiError, question: Supposing, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {"year": words("Figures of"), "if": words("What is supposed")}
    return questions.fault(found, words, address(question), named, "standing")
