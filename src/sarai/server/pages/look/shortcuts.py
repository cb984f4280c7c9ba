"""What the keyboard can do, as a dialog that ``?`` opens; look.js listens."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sarai.server.pages.look.elements import show
from sarai.server.pages.look.markup import tag
from sarai.server.words import Words


def help_dialog(words: Words, pages: Sequence[tuple[str, str]]) -> None:
    """The dialog, closed; ``pages`` are the keys that follow ``g`` and the English names of the pages."""
    rows = [("/", words("Go to search")), ("?", words("Show this help")), ("Esc", words("Close"))]
    rows += [(f"g {key}", words("Go to {page}", page=words(name))) for key, name in pages]
    listed = [Markup("").join((tag("dt", *_keys(keys)), tag("dd", said))) for keys, said in rows]
    title = tag("h2", words("Keyboard shortcuts"), id="help-title")
    close = tag("button", words("Close"), type="button", class_="button", data_close=True)
    show(tag("dialog", title, tag("dl", *listed), close, class_="help", aria_labelledby="help-title"))


def _keys(keys: str) -> list[Markup]:
    return [Markup(" ").join(tag("kbd", key) for key in keys.split())]
