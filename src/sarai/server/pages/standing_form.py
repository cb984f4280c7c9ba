"""The form of the page Standing, and what stands there when it cannot be answered."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import SaraiError
from sarai.server.pages import forms, questions
from sarai.server.pages.look.markup import panel, tag
from sarai.server.pages.questions import marked
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import COMPASS
from sarai.server.standing.asked import MOST_COUNTRIES, MOST_TEXT, Asked
from sarai.server.words import Words
from sarai.standing import Standing
from sarai.standing.tables import year_of

__all__ = ["address", "fault", "form", "no_votes"]


def address(question: Asked, **changed: str) -> str:
    """The address that asks a question, with other fields if some are given."""
    said = replace(question, **changed).address
    return f"{COMPASS}?{urlencode(said)}" if said else COMPASS


def form(question: Asked, said: Said, wrong: str = "") -> Markup:
    """The form that asks; ``wrong`` is the field that could not be understood."""
    words = said.words
    years = [("", words("Best known dates"))]
    years += [(each, each) for each in _years(said.standing, question.year)]
    channels = [("", words("All channels in short")), *said.channels.items()]
    if question.channel and question.channel not in said.channels:
        channels.append((question.channel, question.channel))
    fields = [
        forms.choice(words("Year"), "year", years, question.year, **marked("year", wrong)),
        forms.choice(words("Channel"), "channel", channels, question.channel, **marked("channel", wrong)),
        forms.field(
            words("Votes of"), "countries", question.countries, maxlength=MOST_TEXT, autocomplete="off",
            spellcheck="false", **marked("countries", wrong),
            hint=words("up to {count} countries, by code or English name", count=MOST_COUNTRIES),
        ),
    ]  # fmt: skip
    return questions.asking(COMPASS, words, questions.fields(*fields), clear=bool(question.address))


def _years(standing: Standing, asked: str) -> list[str]:
    """The years of which there are figures, the latest first; and what was asked for."""
    known = {str(year_of(each.of)) for each in standing.figures}
    return sorted(known | {asked} - {""}, reverse=True)


def fault(found: SaraiError, question: Asked, words: Words) -> Markup:
    """What went wrong, with the value and the next step."""
    named = {"year": words("Year"), "channel": words("Channel"), "countries": words("Votes of")}
    return questions.fault(found, words, address(question), named, "standing")


def no_votes(words: Words) -> Markup:
    """How a server is given votes."""
    steps = [
        (words("Put the file of ideal points, as Voeten's United Nations General Assembly Voting Data "
               "publishes it, into a folder:"), "un_ideal_points*.csv"),
        (words("Start the server with that folder:"), "sarai serve --votes DIR"),
    ]  # fmt: skip
    rows = [tag("li", tag("p", said), tag("pre", tag("code", line))) for said, line in steps]
    said = tag("p", words("This server was given no votes in the United Nations."))
    return panel(words("Votes in the United Nations"), said, tag("ol", *rows))
