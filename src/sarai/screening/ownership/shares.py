"""Shares and days as texts, read once: whole parts per billion of a company, and ordinal days.

A share is an interval, since a register often gives a band or nothing. What is finer than a part
per billion widens the interval by one part, so that rounding never decides a verdict.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sarai.goods.errors import SaraiError

WHOLE = 1_000_000_000
"""Parts of a company: parts per billion, so that 33.333 % is 333,330,000."""

PERCENT = WHOLE // 100
ALWAYS, NEVER = 0, date.max.toordinal() + 1
MAX_TEXT = 64
UNKNOWN = ("", "?", "unknown")

_NUMBER = r"([-+]?[0-9]+(?:[.,][0-9]+)?)\s*%?"
_EXACT = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,7}))?\s?%?")
_BAND = re.compile(rf"{_NUMBER}\s*(?:-|–|\.\.|to)\s*{_NUMBER}")
_BOUND = re.compile(rf"(>=|<=|>|<|≥|≤)?\s*{_NUMBER}")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:T.*)?")


class OwnershipError(SaraiError):
    """Stakes that cannot be read or asked about; the text names the value, the place, the next step."""


class Share(NamedTuple):
    """At least and at most so many parts per billion of a company."""

    low: int
    high: int


class Span(NamedTuple):
    """The first and the last day that a date may mean: the same, unless only month or year are known."""

    first: int
    last: int


ANY = Share(0, WHOLE)


@lru_cache(1_024)
def share(text: str) -> Share:
    """Read a share in percent; what is unknown is anything from nothing to the whole.

    Understood are ``33.333%``, ``33,333`` (a comma is a decimal mark), bands such as ``25-50%``,
    bounds such as ``>50``, and for the unknown an empty text, ``?`` or ``unknown``.

    >>> share("33.333%"), share("25-50"), share(">50%")
    (Share(low=333330000, high=333330000), Share(low=250000000, high=500000000), \
Share(low=500000001, high=1000000000))

    Raises
    ------
    OwnershipError
        It is no percentage, negative, or over 100 %.
    """
    if (exact := _EXACT.fullmatch(text)) and (parts := _exactly(*exact.groups(""))) <= WHOLE:
        return Share(parts, parts)
    plain = text.strip().lower()
    if plain in UNKNOWN:
        return ANY
    if len(plain) > MAX_TEXT:
        raise OwnershipError(
            f"share {plain[:MAX_TEXT]!r}… is longer than {MAX_TEXT} characters; give a percentage"
        )
    if band := _BAND.fullmatch(plain):
        low, high = _parts(band[1]).low, _parts(band[2]).high
    elif bound := _BOUND.fullmatch(plain):
        low, high = _bounded(bound[1] or "=", _parts(bound[2]))
    else:
        raise OwnershipError(
            f"share {text!r} is no percentage; write 33.333%, 25-50%, >50% or leave it empty"
        )
    return checked(low, high, text)


def checked(low: int, high: int, text: str = "") -> Share:
    """A share of at least and at most so many parts per billion.

    Raises
    ------
    OwnershipError
        It is negative, over the whole, or less at most than at least.
    """
    said = repr(text or f"{low} to {high} parts per billion")
    if min(low, high) < 0:
        raise OwnershipError(f"share {said} is negative; a share is from 0 to 100 %")
    if max(low, high) > WHOLE:
        raise OwnershipError(f"share {said} is over 100 %; a share is from 0 to 100 %")
    if low > high:
        raise OwnershipError(f"share {said} is a band from high to low; write the lower bound first")
    return Share(low, high)


def _exactly(whole: str, decimals: str) -> int:
    return int(whole) * PERCENT + int(decimals.ljust(7, "0"))


def _parts(number: str) -> Share:
    """Parts per billion, rounded down and rounded up."""
    sign = -1 if number.startswith("-") else 1
    whole, _, decimals = number.lstrip("+-").replace(",", ".").partition(".")
    parts = sign * _exactly(whole, decimals[:7])
    if not decimals[7:].strip("0"):
        return Share(parts, parts)
    return Share(parts, parts + 1) if sign > 0 else Share(parts - 1, parts)


def _bounded(sign: str, parts: Share) -> Share:
    match sign:
        case ">":
            return Share(parts.low + 1, max(WHOLE, parts.high))
        case ">=" | "≥":
            return Share(parts.low, max(WHOLE, parts.high))
        case "<":
            return Share(min(0, parts.low), parts.high - 1)
        case "<=" | "≤":
            return Share(min(0, parts.low), parts.high)
        case _:
            return parts


def percent(parts: int) -> str:
    """Parts per billion as people write them.

    >>> percent(333_330_000), percent(500_000_000), percent(1)
    ('33.333 %', '50 %', '0.0000001 %')
    """
    whole, decimals = divmod(parts, PERCENT)
    return f"{whole}.{decimals:07d}".rstrip("0").rstrip(".") + " %"


@lru_cache(1_024)
def span(text: str) -> Span:
    """Read a day, or a month or year of which the day is not known; a time of day is passed over.

    Raises
    ------
    OwnershipError
        It is no ISO 8601 date.
    """
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise OwnershipError(f"date {text[:MAX_TEXT]!r} is not like 2024-07-03 (or 2024-07, 2024)")
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return Span(first.toordinal(), first.toordinal())
        after = (year + 1, 1) if month in (None, 12) else (year, month + 1)
        return Span(first.toordinal(), date(*after, 1).toordinal() - 1)
    except ValueError as error:
        raise OwnershipError(f"date {text[:MAX_TEXT]!r} does not exist: {error}") from None
