"""A document under way: what the rows of a table said of it so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from sarai.goods import MAX_LINES, AnyDocument, Code
from sarai.intake.explain import DECODE_ERRORS, explain, shown
from sarai.intake.record import Read, Refused

LISTS = ("lines", "inputs", "outputs", "items", "shortages")
NUMBERED = ("lines", "inputs", "outputs")  # where the file has no item numbers, they run on over these
WHOLE_NUMBERS = ("version", "item", "share")

Path = tuple[str, ...]


class Column(msgspec.Struct, frozen=True):
    """Where a value goes in the document, and how it is had from the cells of a row."""

    path: Path
    cell: Callable[[Sequence[str]], str]

    @property
    def pointer(self) -> str:
        """Where the value goes, as a JSON pointer (for a list: to the list)."""
        return "/" + "/".join(self.path[:1] if self.path[0] in LISTS else self.path)


class Draft:
    """A document under way, and the first fault among its rows: one refuses the whole."""

    def __init__(self, key: Path, position: int, fault: Refused | None) -> None:
        self.key, self.position, self.fault = key, position, fault
        self.head: dict[Path, str] = {}
        self.lists: dict[str, list[dict]] = {}
        self.records, self.raw = 0, b""

    def add(self, values: list[tuple[Column, str]], fault: Refused | None) -> None:
        """Take in one row: cells of a list make one element of it, the others are the head's."""
        self.records += 1
        self.fault = self.fault or fault
        elements: dict[str, dict] = {}
        for column, text in values:
            path = column.path
            if path[0] in LISTS and len(path) > 1:
                _put(elements.setdefault(path[0], {}), path[1:], text)
            elif self.head.setdefault(path, text) != text:
                self.fault = self.fault or _contradiction(column, self.head[path], text)
        for name, element in elements.items():
            self._append(name, element)

    def _append(self, name: str, element: dict) -> None:
        if name in NUMBERED:
            element.setdefault("item", 1 + sum(len(self.lists.get(other, ())) for other in NUMBERED))
        listed = self.lists.setdefault(name, [])
        if len(listed) <= MAX_LINES:  # one too many is enough to be refused
            listed.append(element)

    def read(self, source: str) -> Read:
        """Close the draft: a document, or why it is none."""
        tree: dict = {}
        for path, text in self.head.items():
            _put(tree, path, text)
        tree |= self.lists
        try:
            if self.fault:
                raise self.fault
            document = msgspec.convert(tree, AnyDocument)
        except Refused as refused:
            return refused.read(self.position, source, self.raw, self.records)
        except DECODE_ERRORS as error:
            return explain(error, tree).read(self.position, source, self.raw, self.records)
        return Read(document, None, self.position, source, self.records)


def _put(tree: dict, path: Path, text: str) -> None:
    """Set a value in nested dicts; where a text stands in the way, the decoder will refuse it."""
    for step in path[:-1]:
        below = tree.setdefault(step, {})
        tree = below if isinstance(below, dict) else tree
    name = path[-1]
    if name == "seals":
        tree[name] = text.split()
    elif name in WHOLE_NUMBERS and text.isascii() and text.isdecimal() and len(text) < 19:
        tree[name] = int(text)
    else:
        tree[name] = text


def _contradiction(column: Column, former: str, text: str) -> Refused:
    name = ".".join(column.path)
    message = f"rows of one document differ in {name}: {shown(former)} and {shown(text)}; make them agree"
    return Refused(Code.BAD_VALUE, message, column.pointer)
