"""The form of the game of inspections: which game, what is turned, and what goes wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import SaraiError
from sarai.server.pages import forms, questions
from sarai.server.pages.look.markup import link, panel, tag
from sarai.server.pages.questions import marked
from sarai.server.pages.standing_sides import GAME
from sarai.server.standing.game_asked import SLIDERS, VARIED, Playing, Slider
from sarai.server.words import Words
from sarai.standing.game import PARAMETERS

__all__ = ["NAMED", "SAID", "STAKES", "address", "fault", "form", "varied"]

NAMED = {
    "plan": "The plan to announce", "statics": "One trader, one inspector", "repeated": "Again and again",
}  # fmt: skip
SAID = {
    "inspectors": "Inspectors a day", "aid": "Aid for inspectors a day, USD",
    "access": "Market access for verified compliance, USD", "threat": "Measures threatened for a leak, USD",
    "fines": "Fines, times those of the table",
    "fine": "Fine, thousand USD", "notices": "Leaks that partners notice, as a share",
    "temptation": "What being lax brings the state, USD m",
    "at_stake": "Weight of access and threat to the state",
}  # fmt: skip
STAKES = {
    "gain": "Gain of a violation", "fine": "Fine", "reward": "Reward of compliance",
    "cost": "Cost of an inspection", "loss": "Loss by a violation",
}  # fmt: skip


def address(question: Playing, path: str = GAME) -> str:
    """The address that asks a question."""
    return f"{path}?{urlencode(question.address)}" if question.address else path


def form(question: Playing, words: Words, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    games = [
        (words(text), address(Playing(what=what)), what == question.what) for what, text in NAMED.items()
    ]
    ends = [forms.button(words("Ask")), link(words("Clear"), address(Playing(what=question.what)), "button")]
    kept = [("what", question.what), ("vary", question.vary),
            *(("set", f"{name}={text}") for name, text in question.turned
              if name not in SLIDERS.get(question.what, {}))]  # fmt: skip
    asking = tag(
        "form", *(forms.unseen(*each) for each in kept if each[1]), *_sliders(question, words),
        *_own(question, words, wrong), forms.buttons(*ends), method="get", action=GAME, style=forms.STACK,
        aria_label=words("What can be turned"), role="search", data_game=True,
    )  # fmt: skip
    return panel(words("What can be turned"), forms.chips(words("Games"), games), asking)


def _sliders(question: Playing, words: Words) -> Iterator[Markup]:
    stand = dict(question.turned)
    for name, slider in SLIDERS.get(question.what, {}).items():
        value = _standing(stand.get(name, ""), slider)
        dial = tag(
            "input", type="range", name=name, min=f"{slider.least:g}", max=f"{slider.most:g}",
            step=f"{slider.step:g}", value=f"{value:g}", aria_valuetext=words.number(value),
        )  # fmt: skip
        head = tag("span", tag("span", words(SAID[name])), tag("output", words.number(value)))
        yield tag("label", head, dial, class_="turn")


def _standing(text: str, slider: Slider) -> float:
    """Where a slider stands; at its usual place if what is typed is no place of it."""
    try:
        value = float(text)
    except ValueError:
        return slider.usual
    return value if slider.least <= value <= slider.most else slider.usual


def _own(question: Playing, words: Words, wrong: str) -> Iterator[Markup]:
    """Fields that only one of the games has."""
    if question.what == "repeated":
        yield forms.field(
            words("Re-exports at most, a period"), "level", question.level, inputmode="decimal", maxlength=12,
            autocomplete="off", hint=words("if empty, half of the way from the cheapest to the fewest"),
            **marked("level", wrong),
        )  # fmt: skip
    if question.what == "statics":
        stand = dict(question.stakes)
        typed = {"inputmode": "decimal", "maxlength": 12, "autocomplete": "off"}
        fields = [
            forms.field(words(STAKES[name]), name, stand.get(name, ""), **typed, **marked(name, wrong))
            for name in PARAMETERS
        ]
        yield tag(
            "details", tag("summary", words("Stakes of your own"), class_="more"),
            tag("div", *fields, style=forms.GRID), open=bool(stand) or bool(marked("gain", wrong)),
        )  # fmt: skip


def varied(question: Playing, words: Words) -> Markup:
    """Ways to see what each figure of the plan is worth."""
    several = [
        (words(SAID[name]), address(replace(question, vary=name)), question.vary == name) for name in VARIED
    ]
    return forms.chips(words("Compare over"), several)


# -- what goes wrong -------------------------------------------------------------------------------


def fault(found: SaraiError, question: Playing, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {"set": words("What can be turned"), **{name: words(text) for name, text in STAKES.items()}}
    return questions.fault(found, words, address(question), named, "standing")
