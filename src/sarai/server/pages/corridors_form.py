"""The form of the page Corridors: from where to where, and what is turned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.corridors.changes import SHOCKS
from sarai.corridors.tables import Good
from sarai.goods import SaraiError
from sarai.server.corridors import Asked
from sarai.server.corridors.answer import Mapped, MappedPlace
from sarai.server.corridors.asked import BY
from sarai.server.corridors.knobs import BORDERS, SLIDERS, SWITCHES, TARIFFS
from sarai.server.pages import corridors_said as said
from sarai.server.pages import forms, questions
from sarai.server.pages.look.markup import tag
from sarai.server.pages.questions import marked
from sarai.server.words import Words

PATH = "/corridors"
TIMES, PERCENT = "× #", "# %"  # as in every language
THROUGH = ("waypoint", "strait", "canal")  # where nothing is loaded
NAMED = {
    "balance": "Money and time together", "hours": "Time", "usd": "Money", "co2e": "CO2",
    "reliability": "Reliability", "exposure": "Exposure",
}  # fmt: skip


def address(question: Asked, path: str = PATH) -> str:
    """The address that asks a question."""
    return f"{path}?{urlencode(question.address)}" if question.address else path


def form(question: Asked, held: Mapped, goods: tuple[Good, ...], words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    months = [
        ("", words("Average of the year")),
        *((str(each), said.month(each, words)) for each in range(1, 13)),
    ]
    fields = [
        _places(words("From"), "from", question.start, held, words, **marked("from", wrong)),
        _places(words("To"), "to", question.end, held, words, **marked("to", wrong)),
        forms.choice(words("Good"), "good", [(each.code, words(each.name)) for each in goods],
                     question.good, **marked("good", wrong)),
        forms.choice(words("Month"), "month", months, question.month, **marked("month", wrong)),
        forms.choice(words("Ranked by"), "by", [(each, words(NAMED[each])) for each in BY], question.by),
    ]  # fmt: skip
    supposed = _what_if(question, words, marked("if", wrong))
    return questions.asking(
        PATH, words, questions.fields(*fields), supposed, clear=bool(question.address), data_corridors=True
    )


def _places(
    label: str, name: str, chosen: str, held: Mapped, words: Words, **more: str
) -> Markup:  # fmt: skip
    """A choice of a place, by country; what was typed by hand stands among them to be mended."""
    by_country: dict[str, list[MappedPlace]] = {}
    for each in held.places:
        if each.kind not in THROUGH:
            by_country.setdefault(words.country(each.country) if each.country else "", []).append(each)
    inside = [tag("option", words("Choose a place"), value="", selected=not chosen)]
    if chosen and all(each.code != chosen for each in held.places):
        inside.append(tag("option", chosen, value=chosen, selected=True))
    for country in sorted(by_country):
        rows = sorted(by_country[country], key=lambda each: each.names[words.code])
        options = [tag("option", each.names[words.code], value=each.code, selected=each.code == chosen)
                   for each in rows]  # fmt: skip
        inside.append(tag("optgroup", *options, label=country))
    return tag("label", label, tag("select", *inside, class_="field", name=name, style=forms.PLAIN, **more),
               class_="labelled")  # fmt: skip


# -- what if ---------------------------------------------------------------------------------------


def _what_if(question: Asked, words: Words, marked: Mapping[str, str]) -> Markup:
    stand = dict(question.knobs)
    switches = [
        forms.tick(words(SAID[name]), name, on=stand.get(name) == "1") for name in SWITCHES
    ]  # fmt: skip
    own = [each for each in question.changes if each not in SHOCKS]
    written = forms.field(
        words("Anything else, in words"), "if", "; ".join(own), maxlength=400, autocomplete="off",
        spellcheck="false", placeholder="close place:SUEZ; slow border:CN-KZ x2",
        hint=words("{words}; several with ;", words="close, slow, tax, widen"), **marked,
    )  # fmt: skip
    more = tag(
        "details", tag("summary", words("More shocks"), class_="more"),
        tag("div", *_shocks(question, words), class_="shocks"), written,
        open=bool(question.changes) or bool(marked),
    )  # fmt: skip
    turns = tag("div", *switches, *_sliders(stand, words), class_="turns")
    return tag("fieldset", tag("legend", words("What if")), turns, more)


SAID = {
    "northern": "Northern route shut", "suez": "Suez Canal shut", "ferry": "A Caspian ferry lost",
    "caspian": "Caspian lower by", "weather": "Wind shuts Aktau and Kuryk", "border": "Hours at a border",
    "tariff": "Tariffs",
}  # fmt: skip


def _sliders(stand: Mapping[str, str], words: Words) -> Iterator[Markup]:
    metres = words("{metres} m", metres="#")
    units = {"caspian": metres, "weather": TIMES, "border": TIMES, "tariff": PERCENT}
    beside = {
        "border": ("border_at", words("Which border"), [(each, _border(each, words)) for each in BORDERS]),
        "tariff": ("tariff_on", words("Whose tariffs"), [(each, _tariff(each, words)) for each in TARIFFS]),
    }  # fmt: skip
    for name, slider in SLIDERS.items():
        value = stand.get(name, f"{slider.usual:g}")
        dial = tag(
            "input", type="range", name=name, min=f"{slider.least:g}", max=f"{slider.most:g}",
            step=f"{slider.step:g}", value=value, data_unit=units[name],
        )  # fmt: skip
        head = tag("span", tag("span", words(SAID[name])), tag("output", units[name].replace("#", value)))
        turn = tag("label", head, dial, class_="turn")
        if name not in beside:
            yield turn
            continue
        of, label, options = beside[name]
        chosen = stand.get(of, options[0][0])
        picks = [tag("option", name, value=code, selected=code == chosen) for code, name in options]
        yield tag(
            "div", turn, tag("select", *picks, class_="field", name=of, aria_label=label), class_="turn"
        )


def _border(code: str, words: Words) -> str:
    return " – ".join(map(words.country, code.split("-")))


def _tariff(code: str, words: Words) -> str:
    kind, _, of = code.partition(":")
    return words.country(of) if kind == "country" else words(of)


def _shocks(question: Asked, words: Words) -> Iterator[Markup]:
    for name, shock in SHOCKS.items():
        if name in (*SWITCHES.values(), "caspian-lower"):
            continue
        box = tag("input", type="checkbox", name="if", value=name, checked=name in question.changes)
        yield tag("label", box, tag("span", words(shock.words[:1].upper() + shock.words[1:])))


# -- what goes wrong -------------------------------------------------------------------------------


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {
        "from": words("From"), "to": words("To"), "good": words("Good"), "month": words("Month"),
        "by": words("Ranked by"), "if": words("What if"),
    }  # fmt: skip
    return questions.fault(found, words, address(question), named, "corridors")
