"""HTML made of parts: functions from values to text in which everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup, escape

from sarai.server.pages.look.colours import SEVERITIES
from sarai.server.pages.look.icons import icon
from sarai.server.words import Words
from sarai.server.words.values import iso

Content = str | Markup  # of which only Markup is taken as it is
Attribute = str | int | bool | None
VOID = frozenset({"br", "input", "meta"})  # elements that nothing can be in


def tag(name: str, /, *children: Content, **attributes: Attribute) -> Markup:
    """An element. Attributes are written with ``_`` for ``-`` and a last ``_`` for Python's words.

    >>> str(tag("p", "a < b", class_="lead", aria_hidden="true", hidden=None))
    '<p class="lead" aria-hidden="true">a &lt; b</p>'
    """
    inside = "".join(map(escape, children))
    closing = "" if name in VOID else f"</{name}>"
    return Markup(f"<{name}{_written(attributes)}>{inside}{closing}")


def _written(attributes: dict[str, Attribute]) -> str:
    return "".join(
        f" {_plain(name)}" if value is True else f' {_plain(name)}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )


def _plain(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def link(text: Content, to: str, class_: str | None = None) -> Markup:
    """A link to a page of our own; an address that leads elsewhere is not linked.

    >>> str(link("Alerts", "/alerts")), str(link("x", "javascript:alert(1)")), str(link("x", "//host"))
    ('<a href="/alerts">Alerts</a>', 'x', 'x')
    """
    ours = to.startswith(("/", "#", "?")) and not to.startswith(("//", "/\\"))
    return tag("a", text, href=to, class_=class_) if ours else escape(text)


def hidden(text: str) -> Markup:
    """Text for who hears the page and does not see it."""
    return tag("span", text, class_="unseen")


def when(words: Words, moment: datetime, *, offset: bool = False) -> Markup:
    """A time, for people and for machines."""
    return tag("time", words.moment(moment, offset=offset), datetime=iso(moment))


def badge(words: Words, severity: str, text: str = "") -> Markup:
    """How weighty something is, by colour, shape and words; what is not known is neutral."""
    known = severity if severity in SEVERITIES else "neutral"
    return tag("span", icon(known), text or words.name("severity", known), class_=f"badge {known}")


def tile(label: str, figure: str, *, note: str = "", to: str = "", severity: str = "") -> Markup:
    """One figure that matters, with what it counts; with ``to``, the whole tile leads there."""
    inside = (
        tag("span", label, class_="tile-label"),
        tag("span", figure, class_="tile-figure"),
        tag("span", note, class_="tile-note") if note else "",
    )
    look = f"tile {severity}" if severity in SEVERITIES else "tile"
    return link(Markup("").join(inside), to, look) if to else tag("div", *inside, class_=look)


def tiles(several: Iterable[Markup]) -> Markup:
    """Tiles beside each other, as many as fit."""
    return tag("div", *several, class_="tiles")


def facts(rows: Iterable[tuple[str, Content]]) -> Markup:
    """Names and values. Rows without a value are left out."""
    return tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in rows if value),
        class_="facts",
    )


def empty(text: str, *, action: Content = "") -> Markup:
    """What stands where there is nothing yet: why, and what can be done."""
    return tag("div", icon("empty"), tag("p", text), action, class_="empty")


class Happening(NamedTuple):
    """Something on a timeline."""

    time: datetime
    title: Content
    text: Content = ""
    severity: str = "neutral"


def timeline(words: Words, happenings: Iterable[Happening]) -> Markup:
    """What happened, in the order given."""
    rows = [
        tag(
            "li",
            when(words, each.time),
            tag("div", tag("strong", each.title), tag("p", each.text) if each.text else ""),
            class_=each.severity if each.severity in SEVERITIES else "neutral",
        )
        for each in happenings
    ]
    return tag("ol", *rows, class_="timeline")


def panel(title: str, *children: Content, severity: str = "") -> Markup:
    """A part of a page, with its heading."""
    look = f"panel {severity}" if severity in SEVERITIES else "panel"
    return tag("section", tag("h2", title), *children, class_=look)
