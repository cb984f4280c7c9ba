"""The sides of the page Minerals: each has an address of its own, and all have the same row of chips."""

from __future__ import annotations

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.words import Words

__all__ = ["DIVERSIFY", "PATH", "SHOCK", "sides"]

PATH = "/minerals"
SHOCK, DIVERSIFY = f"{PATH}/shock", f"{PATH}/diversify"


def sides(words: Words, here: str) -> Markup:
    """The row of chips; ``here`` is the address of the side that is shown."""
    several = [
        (words("Who depends on whom"), PATH),
        (words("What a shock does"), SHOCK),
        (words("What would replace it"), DIVERSIFY),
    ]
    return forms.chips(words("Sides of the page"), [(name, to, to == here) for name, to in several])
