"""What is wrong with a document, where, and the small checks that the tables of fields are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from sarai.server.epcis.moments import moment
from sarai.server.epcis.vocabulary import Vocabulary

SHOWN = 80  # characters of a wrong value that are worth repeating


class Flaw(Struct, frozen=True):
    """One fault: an RFC 6901 pointer to the place, and the words."""

    pointer: str
    words: str

    def within(self, pointer: str) -> Flaw:
        """The same, seen from the document that the event stands in."""
        return Flaw(pointer + self.pointer, self.words)


Check = Callable[[Any, str, "Declared"], Iterator[Flaw]]
Declared = Mapping[str, str]  # what the contexts declare: prefixes, and terms of others

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f<>\"{}|\\^`]+\Z")
_BLANK = re.compile(r"_:[\w.\-]+\Z")
_OFFSET = re.compile(r"[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)\Z", re.ASCII)
_UOM = re.compile(r"[A-Z0-9]{2,3}\Z", re.ASCII)
_HEX = re.compile(r"[A-Fa-f0-9]+\Z", re.ASCII)
_VERSION = re.compile(r"\d+(\.\d+)*\Z", re.ASCII)


def step(pointer: str, name: str | int) -> str:
    """A pointer one step further in.

    >>> step("/epcisBody", "a/b")
    '/epcisBody/a~1b'
    """
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def shown(value: Any) -> str:
    """A wrong value, cut to what helps."""
    text = value if isinstance(value, str) else str(value)
    return f"{text[:SHOWN]}…" if len(text) > SHOWN else text


def text(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """Any text."""
    if not isinstance(value, str):
        yield Flaw(pointer, f"{shown(value)} is not text; write it in quotes")


def number(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        yield Flaw(pointer, f"{shown(value)} is not a number; write it without quotes")


def boolean(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """True or false."""
    if not isinstance(value, bool):
        yield Flaw(pointer, f"{shown(value)} is neither true nor false")


def time(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """A date and time with its zone (RFC 3339)."""
    if not isinstance(value, str) or moment(value) is None:
        yield Flaw(
            pointer, f"{shown(value)} is not a time; write it with its zone, as 2026-03-02T09:15:00.000+05:00"
        )


def uri(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """A URI, or a compact one."""
    if not isinstance(value, str) or not URI.match(value):
        yield Flaw(pointer, f"{shown(value)} is not a URI; it begins with a scheme and has no spaces")


def node(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """A URI, or a blank node of JSON-LD."""
    if not isinstance(value, str) or not _BLANK.match(value):
        yield from uri(value, pointer, declared)


def matching(what: str, form: re.Pattern[str], example: str) -> Check:
    """Text of a form."""

    def check(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
        if not isinstance(value, str) or not form.match(value):
            yield Flaw(pointer, f"{shown(value)} is not {what}; write it as {example}")

    return check


offset = matching("a time zone offset", _OFFSET, '"+05:00"')
unit = matching("a unit of UN/ECE Recommendation 20", _UOM, '"KGM"')
hex_binary = matching("hexadecimal", _HEX, '"f0f0"')
version = matching("a version", _VERSION, '"2.0"')


def one_of(what: str, *values: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
        if value not in values:
            yield Flaw(pointer, f"{shown(value)} is no {what}; it is one of {', '.join(values)}")

    return check


def word(of: Vocabulary) -> Check:
    """A bare word of a standard vocabulary, or the URI of anybody else's."""

    def check(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
        if isinstance(value, str) and (value in of.words or value in declared):
            return
        if not isinstance(value, str) or not URI.match(value):
            yield Flaw(
                pointer, f"{shown(value)} is no {of.what} of CBV 2.0; one of your own is written as URI"
            )
        elif value.startswith(of.foreign):
            yield Flaw(
                pointer, f"{shown(value)} is not how JSON writes a standard {of.what}; use the bare word"
            )

    return check


def many(item: Check, *, least: int = 0, unique: bool = False) -> Check:
    """A list."""

    def check(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
        if not isinstance(value, list):
            yield Flaw(pointer, f"{shown(value)} is not a list; write [ … ], also around one")
            return
        if len(value) < least:
            yield Flaw(pointer, f"the list needs at least {least}; leave the field out if there is none")
        for place, each in enumerate(value):
            yield from item(each, step(pointer, place), declared)
        if unique and len({each for each in value if isinstance(each, str)}) < len(value):
            yield from _repeated(value, pointer)

    return check


def _repeated(values: Iterable[Any], pointer: str) -> Iterator[Flaw]:
    seen: set[str] = set()
    for place, each in enumerate(values):
        if isinstance(each, str) and each in seen:
            yield Flaw(step(pointer, place), f"{shown(each)} is in the list already; name it once")
        seen.add(str(each))


def one_or_many(item: Check) -> Check:
    """One, or a list of them."""
    several = many(item)
    return lambda value, pointer, declared: (several if isinstance(value, list) else item)(
        value, pointer, declared
    )


def record(
    what: str, fields: Mapping[str, Check], required: tuple[str, ...] = (), *, extensible: bool = False
) -> Check:
    """An object with these fields; extensions are names with a namespace, or declared in the context."""

    def check(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
        if not isinstance(value, dict):
            yield Flaw(pointer, f"{shown(value)} is not an object; {what} is written {{ … }}")
            return
        for name in required:
            if name not in value:
                yield Flaw(step(pointer, name), f"{what} has no {name}; it needs one")
        for name, inner in value.items():
            known = fields.get(name)
            if known is not None:
                yield from known(inner, step(pointer, name), declared)
            elif not extensible or not named_elsewhere(name, declared):
                yield Flaw(step(pointer, name), _unknown(name, what, extensible))

    return check


def _unknown(name: str, what: str, extensible: bool) -> str:
    if not extensible:
        return f"{shown(name)} is not a field of {what}, and it takes no extensions"
    return f"{shown(name)} is not a field of {what}; an extension is named with its namespace, as ext:{name}"


def named_elsewhere(name: str, declared: Declared) -> bool:
    """Whether a name is an extension's: it has a namespace, or a context says what it means."""
    return ":" in name[1:] or name in declared or name.startswith("@")


def anything(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """What others define, we do not judge."""
    return iter(())


def context(value: Any, pointer: str, declared: Declared) -> Iterator[Flaw]:
    """A JSON-LD context: an address, an object, or a list of them."""
    parts = value if isinstance(value, list) else [value]
    for place, part in enumerate(parts):
        where = step(pointer, place) if isinstance(value, list) else pointer
        if isinstance(part, str):
            yield from uri(part, where, declared)
        elif not isinstance(part, dict):
            yield Flaw(where, f"{shown(part)} is no context; it is an address or an object")
