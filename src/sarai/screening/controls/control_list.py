"""Lists of controlled goods by code: the priority list, and any other that is given as a table."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from os import PathLike
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import Struct

from sarai.goods.errors import BadSetting
from sarai.reference import countries, priority
from sarai.screening.controls.nomenclature import Nomenclature, digits, nomenclature

ANYWHERE = "*"
NEEDED = ("list", "code", "nomenclature")
OPTIONAL = ("from", "until", "destinations", "except_destinations", "end_use", "tier", "text", "source")
ALSO = {"edition": "nomenclature", "end_user": "end_use"}
MAX_CODE = 10

T = TypeVar("T")


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One code of a list: what it controls, to whom, from which day.

    Attributes
    ----------
    code
        Two to ten digits: a chapter, heading, subheading, or a code of the nomenclature beyond it.
    since, until
        In force from the first day to the day before the second.
    destinations, excepted
        ISO 3166-1 alpha-2 codes, names of groups (EAEU, EU, C5, SCO), or ``*`` for anywhere.
    end_use
        A condition in the list's own words; empty if the code is controlled for everybody.
    """

    list: str
    code: str
    nomenclature: Nomenclature
    since: date = date.min
    until: date = date.max
    destinations: tuple[str, ...] = (ANYWHERE,)
    excepted: tuple[str, ...] = ()
    end_use: str = ""
    tier: str = ""
    text: str = ""
    source: str = ""


class ControlList(Struct, frozen=True):
    """The entries of one table, in its order."""

    entries: tuple[Entry, ...]

    @classmethod
    def priority(cls) -> ControlList:
        """The Common High Priority List; it watches goods wherever and whenever they go."""
        edition = nomenclature("HS2022")
        source = "Common High Priority List, February 2024"
        return cls(
            tuple(
                Entry(
                    list="chpl", code=code, nomenclature=edition, tier=priority.tier(code) or "",
                    text=priority.label(code), source=source,
                )
                for code in priority.codes()
            )
        )  # fmt: skip

    @classmethod
    def read(cls, path: str | PathLike[str]) -> ControlList:
        """Read a CSV file in UTF-8, whose columns are named in its first line.

        ``list``, ``code`` and ``nomenclature`` are needed; ``from``, ``until``, ``destinations``,
        ``except_destinations``, ``end_use``, ``tier``, ``text`` and ``source`` are optional.
        Lines that begin with ``#`` are passed over.

        Raises
        ------
        BadSetting
            The file cannot be read, or a row cannot be meant so: with file, line, and what to do.
        """
        rows = _Rows(Path(path))
        entries = tuple(map(rows.entry, rows))
        if not entries:
            raise BadSetting(f"{path} lists no code; write a row for each under the header")
        return cls(entries)


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]


class _Rows:
    """A table's rows, and where each fault in them lies."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: list[str] = []

    def __iter__(self) -> Iterator[_Row]:
        line = 1
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, strict=True)
                for cells in reader:
                    line = reader.line_num
                    if not any(cells) or cells[0].startswith("#"):
                        continue
                    if self.columns:
                        yield _Row(line, self._by_name(line, cells))
                    else:
                        self.columns = self._header(line, cells)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise BadSetting(f"{self.path}, after line {line}: {error}; save it as CSV in UTF-8") from error

    def entry(self, row: _Row) -> Entry:
        """What a row says."""
        get = row.cells.get
        since = self._of(row, "from", _day(date.min))
        until = self._of(row, "until", _day(date.max))
        if until <= since:
            raise self._fault(
                row.line, f"until {until} is not after from {since}; it is the first day out of force"
            )
        return Entry(
            list=self._of(row, "list", _given),
            code=self._of(row, "code", lambda text: digits(text, 2, MAX_CODE)),
            nomenclature=self._of(row, "nomenclature", nomenclature),
            since=since,
            until=until,
            destinations=self._of(row, "destinations", _places)
            if "destinations" in self.columns
            else (ANYWHERE,),
            excepted=self._of(row, "except_destinations", _exceptions),
            **{name: get(name, "") for name in ("end_use", "tier", "text", "source")},
        )

    def _header(self, line: int, cells: list[str]) -> list[str]:
        names = [name.strip().casefold() for name in cells]
        columns = [ALSO.get(name, name) for name in names]
        if missing := [name for name in NEEDED if name not in columns]:
            raise self._fault(line, f"no column {', '.join(missing)} in the header {cells}; name one so")
        if unknown := [name for name in columns if name not in NEEDED + OPTIONAL]:
            allowed = ", ".join(NEEDED + OPTIONAL)
            raise self._fault(line, f"column {unknown[0]!r} is not known; use {allowed}, or take it out")
        if len(set(columns)) < len(columns):
            raise self._fault(line, f"a column stands twice in the header {cells}; take one out")
        return columns

    def _by_name(self, line: int, cells: list[str]) -> dict[str, str]:
        if len(cells) != len(self.columns):
            told = f"{len(cells)} cells under {len(self.columns)} columns"
            raise self._fault(line, f"{told}; put texts with commas in quotation marks")
        return dict(zip(self.columns, (" ".join(cell.split()) for cell in cells), strict=True))

    def _of(self, row: _Row, column: str, read: Callable[[str], T]) -> T:
        try:
            return read(row.cells.get(column, ""))
        except BadSetting as error:
            raise self._fault(row.line, f"{column}: {error}") from error

    def _fault(self, line: int, what: str) -> BadSetting:
        return BadSetting(f"{self.path}, line {line}: {what}")


def _given(text: str) -> str:
    if not text:
        raise BadSetting("the cell is empty; name the list that the code stands in")
    return text


def _day(otherwise: date) -> Callable[[str], date]:
    def read(text: str) -> date:
        try:
            return date.fromisoformat(text) if text else otherwise
        except ValueError as error:
            raise BadSetting(f"{text!r} is not a date; write it as 2024-02-29") from error

    return read


def _places(text: str) -> tuple[str, ...]:
    places = _exceptions(text)
    if not places:
        raise BadSetting(f"the cell is empty; write {ANYWHERE} if the code is controlled wherever it goes")
    return places


def _exceptions(text: str) -> tuple[str, ...]:
    places = text.replace(",", " ").replace(";", " ").split()
    return tuple(place if place == ANYWHERE else _place(place.upper()) for place in places)


def _place(text: str) -> str:
    """An alpha-2 code, or else a group that the tables know."""
    if code := countries.alpha2(text):
        return code
    try:
        countries.members(text, date.max)
    except BadSetting as error:
        raise BadSetting(f"{text!r} is neither a country nor a group; {error}") from error
    return text
