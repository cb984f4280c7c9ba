"""Where in a text of JSON something stands to which a pointer points: so that one sees what to mend."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from json.decoder import scanstring
from typing import NamedTuple

_SPACE = re.compile(r"[\s,:]*")
_raw_decode = JSONDecoder().raw_decode


class Stretch(NamedTuple):
    """Characters of a text, from ``begin`` to before ``end``; ``line`` counts from 0."""

    begin: int
    end: int
    line: int


def place_of(text: str, pointer: str) -> Stretch | None:
    """Where the value is that an RFC 6901 pointer points to, or what it would have to be in; None if nowhere.

    >>> text = '{"a": [1, {"b": "x"}]}'
    >>> begin, end, line = place_of(text, "/a/1/b")
    >>> text[begin:end], text[slice(*place_of(text, "/a/1/c")[:2])]
    ('"x"', '{"b": "x"}')
    """
    try:
        at = _after_space(text, 0)
        for step in pointer.split("/")[1:]:
            inner = _step(text, at, step.replace("~1", "/").replace("~0", "~"))
            if inner is None:
                break
            at = inner
        end = _raw_decode(text, at)[1]
    except (JSONDecodeError, IndexError, RecursionError):
        return None
    return Stretch(at, end, text.count("\n", 0, at))


def _step(text: str, at: int, step: str) -> int | None:
    """Where the member or element of that name begins; None if there is none."""
    kind = text[at]
    if kind not in "{[":
        return None
    at, number = _after_space(text, at + 1), 0
    while text[at] not in "}]":
        name = str(number)
        if kind == "{":
            name, at = scanstring(text, at + 1)
            at = _after_space(text, at)
        if name == step:
            return at
        at = _after_space(text, _raw_decode(text, at)[1])
        number += 1
    return None


def _after_space(text: str, at: int) -> int:
    """Past white space, commas and colons, which decide nothing here."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
