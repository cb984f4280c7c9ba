"""What the watch says in any language: texts by their English, with values that whoever speaks fills in.

A text is a format string. Beside what Python's format strings have: several values are said one after the
other with what the specification says between them (``{firms:; }``, by default a comma), and a space before
a value that may be missing is its specification (``{why: }``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct, convert


class Say(Protocol):
    """Says texts, named by their English, in a language; a catalogue's reader is one."""

    def __call__(self, text: str, /, **values: Any) -> str:
        """A text, filled in."""

    def count(self, one: str, many: str, count: int, /, **values: Any) -> str:
        """A text in the form that goes with a number; ``{count}`` stands for it."""

    def name(self, of: str, code: str) -> str:
        """The name of a code: of a ``kind``, a ``typology``, a ``state`` and so on."""


class Phrase(Struct, frozen=True, omit_defaults=True):
    """Words in the making; as text, they are English.

    Attributes
    ----------
    phrase
        A format string over the values.
    values
        Numbers, times, names, codes, other phrases, or several of these.
    many
        The form for other numbers than one, if the phrase counts: by its value ``count``.
    """

    phrase: str
    values: Mapping[str, Any] = {}
    many: str = ""

    def __str__(self) -> str:
        return said(self, ENGLISH)


def phrase(text: str, /, **values: Any) -> Phrase:
    """Words to be said later.

    >>> str(phrase("It is {share:.0%} of {what}.", share=0.123, what=phrase("goods")))
    'It is 12% of goods.'
    """
    return Phrase(text, values)


def counted(one: str, many: str, count: int, /, **values: Any) -> Phrase:
    """Words that count.

    >>> str(counted("{count} place off", "{count} places off", 2))
    '2 places off'
    """
    return Phrase(one, {"count": count, **values}, many)


def said(words: Phrase, say: Say) -> str:
    """Words as somebody says them; KeyError or ValueError if values do not fit the text."""
    values = {name: _resolved(value, say) for name, value in words.values.items()}
    if words.many:
        return say.count(words.phrase, words.many, values.pop("count"), **values)
    return say(words.phrase, **values)


def _resolved(value: Any, say: Say) -> Any:
    """A value with the phrases in it said; those that were kept in a file are mappings again."""
    if isinstance(value, Mapping) and "phrase" in value:
        value = convert(value, Phrase)
    if isinstance(value, Phrase):
        return said(value, say)
    return [_resolved(each, say) for each in value] if isinstance(value, tuple | list) else value


class _English:
    """The texts themselves, and values as Python writes them."""

    def __call__(self, text: str, /, **values: Any) -> str:
        return text.format_map({name: _plain(value) for name, value in values.items()}) if values else text

    def count(self, one: str, many: str, count: int, /, **values: Any) -> str:
        return self(one if count == 1 else many, count=count, **values)

    def name(self, of: str, code: str) -> str:
        return code.replace("_", " ").lower()


class _Words(str):
    """Words, which may be missing."""

    def __format__(self, spec: str) -> str:
        if spec == " ":
            return f" {self}" if self else ""
        return super().__format__(spec)


class _Several(list):
    """Values that are said one after the other."""

    def __format__(self, spec: str) -> str:
        return (spec or ", ").join(map(str, self))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return _Words(value)
    return _Several(value) if isinstance(value, tuple | list) else value


ENGLISH: Say = _English()
