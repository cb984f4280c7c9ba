"""HTML in NiceGUI: elements by their tag, with attributes as data, and markup that is escaped already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sarai.server.pages.look.markup import Content

if TYPE_CHECKING:
    from nicegui.element import Element
    from nicegui.elements.html import Html


def element(name: str, /, *, class_: str = "", **attributes: str | bool) -> Element:
    """An element that others can be put into (``with``). ``_`` in attributes stands for ``-``.

    Attributes are set as data, never read as a line of properties, so they may hold any text.
    """
    from nicegui import ui

    made = ui.element(name).classes(class_)
    for attribute, value in attributes.items():
        made.props[attribute.rstrip("_").replace("_", "-")] = value
    return made


def show(content: Content, name: str = "div", class_: str = "") -> Html:
    """Markup, or text, as an element whose content can be set anew with `put`."""
    from nicegui import ui

    return ui.html(str(escape(content)), sanitize=False, tag=name).classes(class_)


def put(shown: Html, content: Content) -> None:
    """Other content in what `show` has made; nothing is sent if it is the same."""
    text = str(escape(content))
    if text != shown.content:
        shown.set_content(text)


def unseen(text: str) -> Html:
    """Text for who hears the page and does not see it."""
    return show(Markup("{}").format(text), "span", "unseen")
