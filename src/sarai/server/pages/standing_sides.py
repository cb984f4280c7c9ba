"""The sides of the page Standing, each with an address of its own."""

from __future__ import annotations

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.words import Words

COMPASS, WHAT_IF, GAME = "/standing", "/standing/whatif", "/standing/game"
NAMED = {COMPASS: "Compass of powers", WHAT_IF: "What if", GAME: "Carrots and sticks"}


def sides(words: Words, here: str) -> Markup:
    """The row that leads from one side to the others; ``here`` is the address of the one that is shown."""
    several = [(words(text), to, to == here) for to, text in NAMED.items()]
    return forms.chips(words("Sides of the page"), several)
