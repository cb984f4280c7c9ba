"""One parameter of a query, and the kinds of condition that its values can make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from sarai.server.epcis.conditions import Below, Column, Compare, Condition, Exists, Has
from sarai.server.epcis.flaws import shown
from sarai.server.epcis.indexing import WORDS, identifier, number_in, short
from sarai.server.epcis.keys import canonical, pattern
from sarai.server.epcis.moments import microseconds

Known = Mapping[str, str]

LOTS = "urn:epc:class:"
YES, NO = ("true", "1", ""), ("false", "0")
MAX_COUNT = 2**31 - 1


class BadParameter(Exception):
    """A parameter that the standard does not know, or a value that it cannot have."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


class Asked(Struct, frozen=True):
    """One parameter: its name, its values, and the prefixes that hold."""

    name: str
    values: tuple[str, ...]
    known: Known

    def one(self) -> str:
        """Its only value."""
        if len(self.values) != 1:
            raise BadParameter(self.name, f"{self.name} takes one value, not {len(self.values)}")
        return self.values[0]

    def number(self, value: str) -> float:
        """A value that must be a number."""
        found = number_in(value)
        if found is None:
            raise BadParameter(self.name, f"{self.name}: {shown(value)} is not a number")
        return found

    def time(self, value: str) -> int:
        """A value that must be a time, in microseconds since 1970."""
        found = microseconds(value)
        if found is None:
            raise BadParameter(
                self.name,
                f"{self.name}: {shown(value)} is not a time with its zone, as 2026-03-02T09:15:00.000+05:00 "
                "(in an address, write + as %2B)",
            )
        return found

    def truth(self) -> bool:
        """A value that must be true or false."""
        value = self.one().lower()
        if value not in YES + NO:
            raise BadParameter(self.name, f"{self.name}: {shown(value)} is neither true nor false")
        return value in YES

    def among(self, *allowed: str) -> tuple[str, ...]:
        """Values that must be words of a few."""
        for value in self.values:
            if value not in allowed:
                raise BadParameter(self.name, f"{self.name}: {shown(value)} is none of {', '.join(allowed)}")
        return self.values

    def count(self) -> int:
        """A value that must be a number of events, from 1 on."""
        value = self.one()
        if (
            not value.isascii()
            or not value.isdigit()
            or not 0 < int(value[:10]) <= MAX_COUNT
            or len(value) > 10
        ):
            raise BadParameter(self.name, f"{self.name}: {shown(value)} is not a whole number from 1 on")
        return int(value)


Make = Callable[[Asked], Condition | None]


# -- makers ------------------------------------------------------------------------------------------


def words(field: str) -> Make:
    """Words of a standard vocabulary, in any of their forms."""
    of = WORDS[field]
    return lambda asked: Has(
        (f"={field}",), tuple(short(of.full(value, asked.known)) for value in asked.values)
    )


def uris(*fields: str) -> Make:
    """Identifiers, in any of their forms."""
    names = tuple(f"={field}" for field in fields)
    return lambda asked: Has(names, tuple(identifier(value, asked.known) for value in asked.values))


def matches(*fields: str) -> Make:
    """Identifiers and patterns of EPCs (8.2.7.1.1)."""
    names = tuple(f"={field}" for field in fields)

    def make(asked: Asked) -> Condition:
        found = [pattern(value) for value in asked.values]
        return Has(
            names,
            tuple(identifier(value, asked.known) for value in asked.values),
            tuple(each for each in found if each is not None),
        )

    return make


def class_matches(*fields: str) -> Make:
    """Classes and patterns of them: one that leaves only the serial open is itself a class."""
    names = tuple(f"={field}" for field in fields)

    def make(asked: Asked) -> Condition:
        values = tuple(identifier(value, asked.known) for value in asked.values)
        open_ones = (value for value in asked.values if LOTS in value or canonical(value) == value)
        patterns = [_class_pattern(found) for found in map(pattern, open_ones) if found]
        return Has(names, values, tuple(patterns))

    return make


def _class_pattern(found: str) -> str:
    """A pattern of instances that leaves more than the serial open stands for the classes above them."""
    return re.sub(r"/(21|235|8011)/\*\Z", "", found)


def texts(field: str) -> Make:
    """Text as it stands."""
    return lambda asked: Has((f"={field}",), tuple(short(value) for value in asked.values))


def below(field: str) -> Make:
    """Places and what lies within them."""
    return lambda asked: Below(
        f"={field}", tuple(identifier(value, asked.known) for value in asked.values)
    )  # fmt: skip


def times(field: str, operator: str) -> Make:
    """A time within the event, not before or before the value."""
    return lambda asked: Compare((f"@{field}",), operator, asked.time(asked.one()))


def numbers(field: str, operator: str) -> Make:
    """A number; equality takes several."""

    def make(asked: Asked) -> Condition:
        if operator == "EQ":
            return Has((f"#{field}",), tuple(asked.number(value) for value in asked.values))
        return Compare((f"#{field}",), operator, asked.number(asked.one()))

    return make


def column_time(name: str, operator: str) -> Make:
    """When the event happened, or was recorded."""
    return lambda asked: Column(name, operator, (asked.time(asked.one()),))


def exists(field: str) -> Make:
    """Whether there is such a field; false asks nothing."""
    return lambda asked: Exists((f"?{field}",)) if asked.truth() else None
