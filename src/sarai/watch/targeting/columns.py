"""Which column of a table says what: a declared table, so that any customs house's history will do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

import msgspec
from msgspec import Meta, Struct

from sarai.goods.errors import BadSetting

Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z", max_length=40)]


class Setting(Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a column table shares: frozen, and what is unknown is refused."""


class Beginning(Setting):
    """The first characters of a column, such as the heading of a code."""

    column: str
    first: Annotated[int, Meta(ge=1, le=64)]


class Ratio(Setting):
    """One number per another, held against what is usual for a category: a unit value, a mass per piece."""

    of: Word
    per: Word
    usual_for: Word


class Columns(Setting, kw_only=True):
    """The columns of a table of declarations.

    Attributes
    ----------
    id, time
        What a declaration is called, and when it was made.
    outcome
        What its inspection found; empty where it was not opened.
    wrong, right
        What the outcome says, in small letters, where something was found and where nothing was.
    known
        When the outcome was known; without it, a lag is assumed.
    propensity
        With which probability it was to be opened, as ``sarai target rank`` told; without it, 1.
    value
        What is gained if it is caught, in any one currency.
    date
        How times are written (strptime); by default ISO 8601. Without a zone they are UTC.
    categories
        Names and columns of what is looked up in the past: parties, codes, countries, offices.
    numbers
        Names and columns of amounts.
    together
        Categories whose combination has a past of its own.
    ratios
        Numbers held against each other.
    """

    id: str = "id"
    time: str = "time"
    outcome: str = "outcome"
    known: str = ""
    propensity: str = ""
    value: str = ""
    date: str = ""
    wrong: tuple[str, ...] = ("1", "true", "yes")
    right: tuple[str, ...] = ("0", "false", "no")
    categories: dict[Word, str | Beginning] = {}
    numbers: dict[Word, str] = {}
    together: tuple[tuple[Word, ...], ...] = ()
    ratios: dict[Word, Ratio] = {}

    def __post_init__(self) -> None:
        for names in (*self.together, *((each.usual_for,) for each in self.ratios.values())):
            _check_known(names, self.categories, "category")
        for ratio in self.ratios.values():
            _check_known((ratio.of, ratio.per), self.numbers, "number")
        if twice := sorted({*self.categories} & {*self.numbers} | {*self.ratios} & {*self.numbers}):
            raise ValueError(f"{twice[0]!r} is there twice; give each its own name")
        if not self.categories and not self.numbers:
            raise ValueError("there are neither categories nor numbers; name the columns to learn from")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the table from TOML.

        Raises
        ------
        BadSetting
            It is not TOML, or says something that this does not know.
        """
        try:
            return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), cls)
        except ValueError as fault:  # what tomllib, msgspec and the checks above raise is one
            raise BadSetting(f"columns {path}: {fault}; see docs/targeting.md") from fault

    @classmethod
    def usual(cls, header: Iterable[str]) -> Self:
        """What can be made of a table that uses our own names: those of `USUAL` that its header has."""
        there = {name.strip().lower() for name in header}
        categories = {name: of for name, of in USUAL.categories.items() if _column(of) in there}
        numbers = {name: of for name, of in USUAL.numbers.items() if of in there}
        if not categories and not numbers:
            ours = ", ".join(dict.fromkeys((*map(_column, USUAL.categories.values()), *USUAL.numbers)))
            raise BadSetting(f"no column of the table is called {ours}; give a table of columns")
        return cls(
            known=_if_there("known", there),
            propensity=_if_there("propensity", there),
            value=_if_there("value", there),
            categories=categories,
            numbers=numbers,
            together=tuple(names for names in USUAL.together if {*names} <= {*categories}),
            ratios={
                name: ratio
                for name, ratio in USUAL.ratios.items()
                if {ratio.of, ratio.per} <= {*numbers} and ratio.usual_for in categories
            },
        )

    def needed(self, *, outcome: bool) -> Iterator[str]:
        """The columns that must be there; ``outcome`` says whether what was found must be."""
        yield from (self.id, self.time, *map(_column, self.categories.values()), *self.numbers.values())
        if outcome:
            yield from filter(None, (self.outcome, self.known, self.propensity, self.value))

    def moment(self, text: str) -> datetime:
        """A time as the table writes it; ValueError if it is none."""
        return datetime.strptime(text, self.date) if self.date else datetime.fromisoformat(text)


def _column(of: str | Beginning) -> str:
    return of.column if isinstance(of, Beginning) else of


def _if_there(name: str, there: set[str]) -> str:
    return name if name in there else ""


def _check_known(names: Iterable[str], known: Iterable[str], what: str) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{name!r} is no {what} of the table; declare it first")


USUAL = Columns(
    known="known",
    propensity="propensity",
    value="value",
    categories={
        "importer": "importer",
        "seller": "seller",
        "declarant": "declarant",
        "carrier": "carrier",
        "place": "place",
        "shift": "shift",
        "regime": "regime",
        "country": "country",
        "origin": "origin",
        "hs": "hs",
        "heading": Beginning("hs", 4),
        "chapter": Beginning("hs", 2),
    },
    numbers={"quantity": "quantity", "mass_kg": "mass_kg", "value": "value"},
    together=(
        ("hs", "origin"),
        ("hs", "country"),
        ("heading", "origin"),
        ("importer", "heading"),
        ("declarant", "heading"),
    ),
    ratios={
        "unit_value": Ratio("value", "mass_kg", "hs"),
        "piece_mass": Ratio("mass_kg", "quantity", "hs"),
    },
)
