"""HTML as a tree of elements, with nothing of what is written taken for markup.

Names and descriptions come from traders, who may wish us ill. Every text is escaped where the tree is written
out; characters that turn the direction of writing, or that nobody sees, by which a name can be made to look
like another, are shown as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml.html import HtmlElement
from lxml.html.builder import E

_HIDDEN = re.compile(  # what XML may not have, what turns the direction of writing, what is not seen
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)


def shown(text: str) -> str:
    """A text with what cannot be seen made visible.

    >>> shown("abc\u202edef")
    'abc[U+202E]def'
    """
    return _HIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


class _Html:
    """Makes elements by their names, with every text and attribute `shown`."""

    def __getattr__(self, name: str) -> Callable[..., HtmlElement]:
        def make(*inside: Any, **attributes: str) -> HtmlElement:
            return E(name, *map(_safe, inside), **{key: shown(value) for key, value in attributes.items()})

        return make


def _safe(inside: Any) -> Any:
    if isinstance(inside, dict):
        return {name: shown(value) for name, value in inside.items()}
    return shown(inside) if isinstance(inside, str) else inside


H = _Html()


def tag(name: str, kind: str, *inside: Any, **attributes: str) -> HtmlElement:
    """An element of a class."""
    return getattr(H, name)({"class": kind, **attributes}, *inside)
