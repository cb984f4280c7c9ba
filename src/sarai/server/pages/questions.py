"""Questions in the address of a page: their form, the field that is wrong, and what is said then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from sarai.goods import SaraiError
from sarai.server.asking import Busy, Crowded, Unclear
from sarai.server.pages import forms
from sarai.server.pages.look.markup import Content, badge, link, panel, tag
from sarai.server.words import Words

__all__ = ["asking", "fault", "fields", "marked", "wrong"]

WRONG = "wrong"  # the element that says what is; a page asks one question


def asking(path: str, words: Words, *inside: Content, clear: bool, ask: str = "", **more: Any) -> Markup:
    """The panel of a question: its form, a button that asks, and with ``clear`` a way back to none."""
    ends = [forms.button(ask or words("Ask"))]
    if clear:
        ends.append(link(words("Clear"), path, "button"))
    asked = tag(
        "form", *inside, forms.buttons(*ends), method="get", action=path, style=forms.STACK,
        aria_label=words("Question"), role="search", **more,
    )  # fmt: skip
    return panel(words("Question"), asked)


def fields(*several: Content) -> Markup:
    """Fields side by side, as many as there is room for."""
    return tag("div", *several, style=f"{forms.GRID};align-items:start")


# -- what is wrong ---------------------------------------------------------------------------------


def wrong(found: SaraiError | None) -> str:
    """The field that a fault is about."""
    return found.field if isinstance(found, Unclear) else ""


def marked(name: str, wrong: str) -> dict[str, str]:
    """The attributes of a field that say whether it is the wrong one."""
    return {"aria_invalid": "true", "aria_describedby": WRONG} if name == wrong else {}


def fault(
    found: SaraiError, words: Words, again: str, named: Mapping[str, str], class_: str | None = None
) -> Markup:
    """What went wrong, with the value and the next step.

    Parameters
    ----------
    again : str
        The address that asks the same once more.
    named : mapping of str to str
        What the fields are called, in the page's language.
    """
    name, text = named.get(wrong(found), ""), _said(found, words)
    told = tag("p", badge(words, "serious"), " ", f"{name}: {text}" if name else text, id=WRONG)
    once_more = tag("p", link(words("Ask again"), again, "button")) if isinstance(found, Busy) else ""
    return tag("div", told, once_more, role="alert", class_=class_)


def _said(found: SaraiError, words: Words) -> str:
    if isinstance(found, Crowded):
        return words("Others are asking too. Ask again in a moment.")
    if isinstance(found, Busy):
        return words("Somebody else's question is being worked out. Ask again in a moment.")
    return str(found)
