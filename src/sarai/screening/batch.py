"""Many subjects out of a table, and pairs of names: one answer a row, whatever the row holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sarai.goods.errors import BadSetting, SaraiError
from sarai.reference import countries
from sarai.screening.listed import Identifier, IdentifierKind, Kind, Strength
from sarai.screening.lists.dates import iso_date
from sarai.screening.lists.reading import clean
from sarai.screening.matching import Match, Query, match
from sarai.screening.matching.matcher import Candidate
from sarai.screening.names import parse, variants
from sarai.screening.subject import Subject

NAMES = ("name", "query", "full_name")
KINDS = ("kind", "schema")
BIRTHS = ("birth_date", "date_of_birth", "dob")
COUNTRIES = ("country", "nationality")
SCHEMAS = {
    "person": Kind.PERSON, "company": Kind.ORGANISATION, "organization": Kind.ORGANISATION,
    "organisation": Kind.ORGANISATION, "legalentity": Kind.ORGANISATION, "vessel": Kind.VESSEL,
    "airplane": Kind.AIRCRAFT, "aircraft": Kind.AIRCRAFT,
}  # fmt: skip
MAX_CELL = 16 * 1024 * 1024  # characters; a cell with more is no table's
SHOWN = 200  # characters of a name that is refused


class Line(NamedTuple):
    """A line of a table by column name, in lower case; ``error`` if it is not as wide as the header."""

    number: int
    row: dict[str, str]
    error: str = ""


class Row(NamedTuple):
    """A row of a table, and who it asks about or why it asks about nobody."""

    line: int
    text: str
    subject: Subject | None
    error: str = ""


def lines(path: Path, *needed: Sequence[str]) -> Iterator[Line]:
    """Read a CSV file with a header, with commas or semicolons between the columns.

    Parameters
    ----------
    needed
        Columns that must be there, each by the names that it may have.

    Raises
    ------
    BadSetting
        A column is lacking, or it is no CSV in UTF-8; names file and line.
    """
    at = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline(MAX_CELL)
            comma = ";" if ";" in first and "," not in first else ","
            header = [name.strip().lower() for name in next(csv.reader([first], delimiter=comma), [])]
            _check_header(path, header, needed)
            reader = csv.reader(stream, delimiter=comma, strict=True)
            at = 2
            for cells in _wide(reader):
                if cells:
                    yield Line(at, dict(zip(header, cells, strict=False)), _width(cells, header))
                at = reader.line_num + 2
    except (csv.Error, UnicodeDecodeError) as fault:
        raise BadSetting(f"{path}, line {at} or after: no CSV in UTF-8: {fault}; save it as one") from fault


def _wide(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows with cells as wide as we allow; the limit is the whole process's, so it is put back at once."""
    while True:
        former = csv.field_size_limit(MAX_CELL)
        try:
            cells = next(reader, None)
        finally:
            csv.field_size_limit(former)
        if cells is None:
            return
        yield cells


def _check_header(path: Path, header: Sequence[str], needed: Sequence[Sequence[str]]) -> None:
    for names in needed:
        if not set(names) & set(header):
            raise BadSetting(f"{path} has no column {' or '.join(names)}; name one of its columns so")
    twice = next((name for name in header if name and header.count(name) > 1), "")
    if twice:
        raise BadSetting(f"{path} has two columns {twice}; keep one")


def _width(cells: Sequence[str], header: Sequence[str]) -> str:
    if len(cells) == len(header):
        return ""
    return f"{len(cells)} columns where the header has {len(header)}; quote a cell that holds a comma"


def subjects(path: Path) -> Iterator[Row]:
    """Who a table asks about, row by row.

    Raises
    ------
    BadSetting
        It has no column for the name, or it is no CSV in UTF-8.
    """
    for line in lines(path, NAMES):
        text = _first(line.row, NAMES, keep=True)
        try:
            if line.error:
                raise BadSetting(line.error)
            yield Row(line.number, text, _subject(text, line.row))
        except SaraiError as fault:
            yield Row(line.number, text[:SHOWN], None, f"line {line.number}: {fault}")


def _subject(text: str, row: Mapping[str, str]) -> Subject:
    found = (
        Identifier(kind, clean(row[kind.value])) for kind in IdentifierKind if clean(row.get(kind.value, ""))
    )
    return Subject(
        name=text,
        kind=SCHEMAS.get(_first(row, KINDS).lower()),
        identifiers=tuple(found),
        births=tuple(filter(None, [iso_date(_first(row, BIRTHS))])),
        countries=tuple(filter(None, [country_code(_first(row, COUNTRIES))])),
    )


def _first(row: Mapping[str, str], names: Sequence[str], keep: bool = False) -> str:
    found = next((row[name] for name in names if row.get(name)), "")
    return found if keep else clean(found)


def country_code(text: str) -> str:
    """Alpha-2 of a country by code or name; empty if it is none that is known."""
    return countries.alpha2(text) or countries.by_name(text) if text else ""


def match_pair(query: str, candidate: str, schema: str = "") -> Match:
    """The best match of any name that one text gives with any that the other gives."""
    kind = SCHEMAS.get(schema.lower(), Kind.OTHER)
    return max(
        (
            match(Query(name=parse(one)), Candidate(parse(other), Strength.PRIMARY, kind))
            for one in variants(query)
            for other in variants(candidate)
        ),
        key=lambda found: found.score,
    )
