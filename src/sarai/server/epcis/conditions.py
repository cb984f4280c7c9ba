"""Conditions on events, and the SQL that finds the events that meet them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

OPERATORS = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}

Sql = tuple[str, list[Any]]


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


class Has(Struct, frozen=True):
    """Some row of one of the fields has one of the values, or lies like one of the patterns."""

    fields: tuple[str, ...]
    values: tuple[str | float | int, ...] = ()
    patterns: tuple[str, ...] = ()

    def sql(self) -> Sql:
        """The condition on ``e``."""
        tests = [f"value IN ({_marks(self.values)})"] if self.values else []
        tests += ["value GLOB ?"] * len(self.patterns)
        where = f"field IN ({_marks(self.fields)}) AND ({' OR '.join(tests) or '0'})"
        return f"e.seq IN (SELECT seq FROM fact WHERE {where})", [*self.fields, *self.values, *self.patterns]


class Exists(Struct, frozen=True):
    """There is such a field at all."""

    fields: tuple[str, ...]

    def sql(self) -> Sql:
        """The condition on ``e``."""
        return f"e.seq IN (SELECT seq FROM fact WHERE field IN ({_marks(self.fields)}))", [*self.fields]


class Compare(Struct, frozen=True):
    """Some row of one of the fields, all numbers or all times, lies on this side of the value."""

    fields: tuple[str, ...]
    operator: str
    value: float | int

    def sql(self) -> Sql:
        """The condition on ``e``."""
        where = f"field IN ({_marks(self.fields)}) AND value {OPERATORS[self.operator]} ?"
        return f"e.seq IN (SELECT seq FROM fact WHERE {where})", [*self.fields, self.value]


class AnyOf(Struct, frozen=True):
    """At least one of them is met."""

    parts: tuple[Has | Compare, ...]

    def sql(self) -> Sql:
        """The condition on ``e``."""
        told = [part.sql() for part in self.parts]
        return f"({' OR '.join(text for text, _ in told)})", [value for _, values in told for value in values]


class Column(Struct, frozen=True):
    """A column of the event itself: ``type``, ``event_id``, ``event_time``, ``record_time``."""

    name: str
    operator: str
    values: tuple[str | int, ...]

    def sql(self) -> Sql:
        """The condition on ``e``."""
        if self.operator == "EQ":
            return f"e.{self.name} IN ({_marks(self.values)})", [*self.values]
        return f"e.{self.name} {OPERATORS[self.operator]} ?", [self.values[0]]


class Below(Struct, frozen=True):
    """A place is one of these, or lies within one, as master data says (WD, with descendants)."""

    field: str
    values: tuple[str, ...]

    def sql(self) -> Sql:
        """The condition on ``e``."""
        return (
            "e.seq IN (WITH RECURSIVE below(id) AS ("
            f"SELECT column1 FROM (VALUES {', '.join(['(?)'] * len(self.values))}) "
            "UNION SELECT child FROM kinship JOIN below ON parent = below.id) "
            "SELECT seq FROM fact JOIN below ON value = below.id WHERE field = ?)"
        ), [*self.values, self.field]


class Described(Struct, frozen=True):
    """A field's value is something of which master data has the attribute, with one of the values if any."""

    fields: tuple[str, ...]
    attributes: tuple[str, ...]
    values: tuple[str, ...] = ()

    def sql(self) -> Sql:
        """The condition on ``e``."""
        told = f" AND m.value IN ({_marks(self.values)})" if self.values else ""
        return (
            "e.seq IN (SELECT f.seq FROM fact f JOIN master m ON m.id = f.value "
            f"WHERE f.field IN ({_marks(self.fields)}) AND m.attribute IN ({_marks(self.attributes)}){told})"
        ), [*self.fields, *self.attributes, *self.values]


class Own(Struct, frozen=True):
    """The event was captured by this account, or something else holds."""

    account: str
    other: Has

    def sql(self) -> Sql:
        """The condition on ``e``."""
        where, values = self.other.sql()
        return f"(e.captor = ? OR {where})", [self.account, *values]


Condition = Own | Has | Exists | Compare | AnyOf | Column | Below | Described


class Query(Struct, frozen=True):
    """What is asked for: conditions that must all hold, their order, and how many.

    Attributes
    ----------
    order
        ``event_time`` or ``record_time``, an extension field, or "" for the order of recording.
    limit
        `eventCountLimit`: the first so many; 0 for all.
    most
        `maxEventCount`: more than that is an error; 0 for no bound.
    """

    conditions: tuple[Condition, ...] = ()
    order: str = ""
    fields: tuple[str, ...] = ()
    descending: bool = True
    limit: int = 0
    most: int = 0

    def with_condition(self, *more: Condition) -> Query:
        """The same, narrowed."""
        return Query(
            (*self.conditions, *more), self.order, self.fields, self.descending, self.limit, self.most
        )

    def key(self) -> Sql:
        """What the events are ordered by, as an expression on ``e``."""
        if self.order in ("event_time", "record_time"):
            return f"e.{self.order}", []
        if not self.fields:
            return "0", []
        kinds = [f"{kind}{name}" for kind in "#@=" for name in self.fields]
        cases = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate("#@="))
        return (
            f"coalesce((SELECT value FROM fact WHERE seq = e.seq AND field IN ({_marks(kinds)}) "
            f"ORDER BY CASE substr(field, 1, 1) {cases} END LIMIT 1), '')"
        ), kinds

    def where(self) -> Sql:
        """All conditions."""
        told = [condition.sql() for condition in self.conditions]
        text = " AND ".join(each for each, _ in told) or "1"
        return text, [value for _, values in told for value in values]
