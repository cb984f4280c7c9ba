"""Codes of a nomenclature, and what became of them in another edition of the HS.

A nomenclature is named by its scheme and year: ``HS2017``, ``CN2024``, ``EAEU2022``. Its first
six digits are those of the HS edition in force in that year; the digits behind them can be
compared only within one nomenclature of the same name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from sarai.goods.errors import BadSetting
from sarai.reference import hs

WASTE = "8549"
"""Took the waste out of a thousand codes of HS 2017, none of which is wider for it."""

WIDE = 50
"""A code that corresponds to more codes than this says little about any one of them."""

_NAME = re.compile(r"([A-Z]{2,8})([0-9]{4})")
_DIGITS = re.compile(r"[0-9]+")


class Nomenclature(NamedTuple):
    """A tariff by its name, and the HS edition that its first six digits follow."""

    name: str
    edition: str


class Carried(NamedTuple):
    """Where the goods of a six-digit code may lie in another edition.

    Attributes
    ----------
    likely
        The codes to look under, sorted: what the correlation tables name; but where one of the two
        corresponds to more than `WIDE` codes, only if the digits are the same, or there is nothing else.
    all
        Every code that the tables name, but for waste (heading 8549).
    known
        Whether both editions have it so; if not, the code itself stands in for what became of it.
    """

    likely: tuple[str, ...]
    all: tuple[str, ...]
    known: bool = True


def nomenclature(name: str) -> Nomenclature:
    """The nomenclature of a name.

    Raises
    ------
    BadSetting
        Not a scheme with a year, or of a year before the first edition that the tables have.

    >>> nomenclature("cn 2019")
    Nomenclature(name='CN2019', edition='HS2017')
    """
    plain = name.replace(" ", "").upper()
    found = _NAME.fullmatch(plain)
    if not found:
        raise BadSetting(f"nomenclature {name!r} is not known; write its scheme and year, such as CN2024")
    scheme, year = found.groups()
    if scheme == "HS" and plain not in hs.EDITIONS:
        raise BadSetting(f"HS edition {name!r} is not known; use one of {', '.join(hs.EDITIONS)}")
    editions = [edition for edition in hs.EDITIONS if edition[2:] <= year]
    if not editions:
        raise BadSetting(f"nomenclature {name!r} is older than {hs.EDITIONS[0]}; carry its codes over first")
    return Nomenclature(plain, editions[-1])


def digits(code: str, least: int, most: int) -> str:
    """A code without its dots and spaces.

    Raises
    ------
    BadSetting
        Other characters, or not that many digits.

    >>> digits("8542 31.11", 2, 10)
    '85423111'
    """
    plain = re.sub(r"[.\s]", "", code)
    if not _DIGITS.fullmatch(plain) or not plain.isascii() or not least <= len(plain) <= most:
        raise BadSetting(f"code {code!r} must have {least} to {most} digits; write it as in the nomenclature")
    return plain


@lru_cache(maxsize=32_768)
def carry(hs6: str, source: str, target: str) -> Carried:
    """Where the goods of a code of one edition may lie in another.

    >>> carry("854140", "HS2017", "HS2022").likely
    ('854141', '854142', '854143', '854149')
    """
    if source == target:
        return Carried((hs6,), (hs6,), hs.exists(source, hs6))
    found = hs.convert(hs6, source, target)
    if not found:
        return Carried((hs6,), (hs6,), known=False)
    wide = len(found) > WIDE
    likely = tuple(c for c in found if c == hs6 or not (wide or _gathers(c, target, source) > WIDE))
    without_waste = tuple(code for code in found if not code.startswith(WASTE))
    return Carried(likely or found, without_waste or found)


@lru_cache(maxsize=32_768)
def _gathers(hs6: str, edition: str, other: str) -> int:
    return len(hs.convert(hs6, edition, other))
