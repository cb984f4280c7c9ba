"""The Harmonized System: which six-digit codes an edition has, and what became of them.

Between editions a code keeps its goods, or shares them out over several codes, or takes in
goods of others. Both are read from the correlation tables of the UN Statistics Division, which
name every code that *may* have held the same goods. They are wide: each of the six codes for
electronic waste (heading 8549 of HS 2022) corresponds to a thousand codes of HS 2017.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from os import PathLike
from typing import NamedTuple

from sarai.goods.errors import BadSetting
from sarai.reference._tables import table

__all__ = [
    "EDITIONS",
    "chapter_label",
    "commodity_class",
    "compatible",
    "convert",
    "edition_of_year",
    "exists",
    "links_back",
    "read_nomenclature",
]

EDITIONS = ("HS2012", "HS2017", "HS2022")

CODE_COLUMNS = ("hscode", "hs", "code", "hs6", "hs_code")
TEXT_COLUMNS = ("description", "text", "name", "label")

Links = Mapping[str, frozenset[str]]


def exists(edition: str, hs6: str) -> bool:
    """Whether the edition has this six-digit code."""
    return hs6 in _classes(edition)


def commodity_class(edition: str, hs6: str) -> int:
    """The class in which all codes lie that correlations connect, however far.

    Returns
    -------
    int
        The smallest HS 2022 code of the class. A code that the edition does not have lies where
        the same digits lie in the newest edition that has them, else in a class of its own.
    """
    found = _classes(edition).get(hs6)
    return _class_of_unknown(hs6) if found is None else found


def compatible(edition_a: str, hs6_a: str, edition_b: str, hs6_b: str) -> bool:
    """Whether goods under one code may have been under the other.

    In one edition, only under the same code; between editions, if one correlates to the other
    (2012 and 2022 by way of 2017). A code that its edition does not have is compatible with the
    same digits of another.
    """
    if edition_a == edition_b:
        return hs6_a == hs6_b
    if exists(edition_a, hs6_a) and exists(edition_b, hs6_b):
        return hs6_b in _targets(hs6_a, edition_a, edition_b)
    return hs6_a == hs6_b


def convert(hs6: str, source: str, target: str) -> tuple[str, ...]:
    """All codes of the target edition that correlate to a code of the source edition, sorted.

    Empty if the source edition does not have the code, or nothing came of it.

    >>> convert("701919", "HS2017", "HS2022")
    ('701913',)
    """
    return tuple(sorted(_targets(hs6, source, target)))


def edition_of_year(year: int) -> str:
    """The edition in force in a year; states may go over to it later.

    >>> edition_of_year(2021), edition_of_year(2022)
    ('HS2017', 'HS2022')

    Raises
    ------
    BadSetting
        The year is before the oldest edition that there are tables of.
    """
    found = [edition for edition in EDITIONS if int(edition[2:]) <= year]
    if not found:
        raise BadSetting(f"year {year} is before {EDITIONS[0]}, the oldest edition with tables; begin later")
    return found[-1]


class Link(NamedTuple):
    """What a code of an edition was in the edition before."""

    older: tuple[str, ...]  # all codes that correlations name, sorted
    added: tuple[str, ...]  # those of them that only the nomenclature names
    conversion: str  # the one that the UN's conversion table names


def links_back(newer: str, older: str) -> dict[str, Link]:
    """By code of the newer edition, what it corresponds to in the edition just before, itself included.

    Raises
    ------
    BadSetting
        The editions do not stand next to each other.
    """
    if (older, newer) not in pairwise(EDITIONS):
        raise BadSetting(f"{older} is not the edition just before {newer}; give two that stand together")
    links = {code: Link((code,), (), code) for code in sorted(_classes(newer).keys() & _classes(older))}
    for row in table(f"hs_{newer[2:]}_to_{older[2:]}"):
        added = tuple(row["added"].split())
        links[row["newer"]] = Link(tuple(sorted({*row["older"].split(), *added})), added, row["conversion"])
    return links


def chapter_label(chapter: str) -> str:
    """A short name for a chapter ("01" to "97"), in our own words.

    >>> chapter_label("85")
    'Electrical machinery'
    """
    return _chapters().get(chapter, f"Chapter {chapter}")


def read_nomenclature(path: str | PathLike[str]) -> dict[str, str]:
    """The texts of a nomenclature, by code, from a CSV file of the user's own.

    Its columns are told by their names: the code is one of `CODE_COLUMNS`, the text one of
    `TEXT_COLUMNS`. Dots and spaces in codes are dropped; rows whose code is not a number are
    passed over.

    Raises
    ------
    BadSetting
        The file cannot be read, is not UTF-8, or has no such columns.
    """
    from pathlib import Path

    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            code = _column(reader.fieldnames, CODE_COLUMNS, path)
            text = _column(reader.fieldnames, TEXT_COLUMNS, path)
            rows = [((row[code] or "").replace(".", "").replace(" ", ""), row[text] or "") for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadSetting(f"nomenclature {path} cannot be read as CSV in UTF-8: {error}") from error
    return {code: text.strip() for code, text in rows if code.isdecimal()}


def _column(names: object, wanted: tuple[str, ...], path: object) -> str:
    for name in names or ():
        if name.strip().casefold() in wanted:
            return name
    raise BadSetting(f"nomenclature {path} has no column named {' or '.join(wanted)}; name one so")


@cache
def _chapters() -> dict[str, str]:
    return {row["chapter"]: row["label"] for row in table("hs_chapters")}


def _between(source: str, target: str) -> tuple[str, ...]:
    """The editions on the way, both ends included."""
    try:
        start, end = EDITIONS.index(source), EDITIONS.index(target)
    except ValueError:
        raise _unknown_edition(source if source not in EDITIONS else target) from None
    return EDITIONS[start : end + 1] if start <= end else EDITIONS[end : start + 1][::-1]


def _unknown_edition(edition: str) -> BadSetting:
    return BadSetting(f"HS edition {edition!r} is not known; use one of {', '.join(EDITIONS)}")


@cache
def _links(source: str, target: str) -> Links:
    """What each code corresponds to in the edition next to its own."""
    if source > target:
        return _links_back(source, target)
    forward = defaultdict(set)
    for newer, older in _links_back(target, source).items():
        for code in older:
            forward[code].add(newer)
    return {code: frozenset(found) for code, found in forward.items()}


@cache
def _links_back(newer: str, older: str) -> Links:
    return {code: frozenset(link.older) for code, link in links_back(newer, older).items()}


@lru_cache(maxsize=32_768)  # more than all codes of all editions; a bound for codes that none has
def _targets(hs6: str, source: str, target: str) -> frozenset[str]:
    way = _between(source, target)
    found = frozenset((hs6,)) & _classes(source).keys()
    for here, there in pairwise(way):
        links = _links(here, there)
        found = frozenset().union(*(links.get(code, ()) for code in found))
    return found


def _classes(edition: str) -> dict[str, int]:
    """The codes of an edition, and the class of each."""
    try:
        return _all_classes()[edition]
    except KeyError:
        raise _unknown_edition(edition) from None


def _class_of_unknown(hs6: str) -> int:
    known = (_all_classes()[edition].get(hs6) for edition in reversed(EDITIONS))
    return next((found for found in known if found is not None), int(hs6))


@cache
def _all_classes() -> dict[str, dict[str, int]]:
    rows = table("hs_codes")
    return {edition: {row["hs6"]: int(row[edition]) for row in rows if row[edition]} for edition in EDITIONS}
