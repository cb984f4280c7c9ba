"""Dates as lists print them, brought to ISO 8601 with the precision that they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

LONGEST_RANGE = 15  # years; a wider one says too little to be compared by
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR = r"(?<!\d)(?<!\d\.)(?:18|19|20)\d\d(?![\d’']|s\b)"  # not of a number, not the 1980s
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SHAPES = re.compile(
    "|".join(
        (
            rf"(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?(?!\d)",
            rf"between\s+(?P<after>{_YEAR})\s+and\s+(?P<before>{_YEAR})",
            rf"(?P<first>{_YEAR})\s*(?:to|[-–—])\s*(?P<last>{_YEAR})",
            r"(?<!\d)(?P<one>dd|\d{1,2})[./ -]\s?(?P<two>mm|\d{1,2})[./ -]\s?"
            r"(?P<year_of_two>(?:18|19|20)\d\d)(?!\d)",
            rf"(?:(?<!\d)(?P<day>{_DAY})[\s-]*|\b)(?P<month>{_MONTH})\.?[\s,-]*(?P<year_of_month>{_YEAR})",
            rf"\b(?P<month_first>{_MONTH})\.?\s+(?P<day_last>{_DAY})\s*,\s*(?P<year_last>{_YEAR})",
            rf"(?P<year>{_YEAR})",
        )
    ),
    re.IGNORECASE,
)


def iso_date(text: str, *, month_first: bool = False) -> str:
    """The first date of a text, as precise as it is printed; empty if it has none.

    Dates in numbers are read day first, unless the publisher writes the month first. Words beside
    the date (``circa``, ``approximately``) are passed over; of a range it is the beginning.

    >>> iso_date("26 Feb. 2011"), iso_date("17.3.2014"), iso_date("circa 1965"), iso_date("1962 to 1964")
    ('2011-02-26', '2014-03-17', '1965', '1962')
    >>> iso_date("21/03/1970"), iso_date("06/19/2003", month_first=True), iso_date("dd/mm/1945")
    ('1970-03-21', '2003-06-19', '1945')
    """
    return next(iter(iso_dates(text, month_first=month_first)), "")


def iso_dates(text: str, *, month_first: bool = False) -> tuple[str, ...]:
    """Every date of a text, each once; of a range of years, every year in it.

    >>> iso_dates("(a) 1.5.1970, (b) 1965 or 1966; between 1980 and 1982")
    ('1970-05-01', '1965', '1966', '1980', '1981', '1982')
    """
    found = (each for match in _SHAPES.finditer(text) for each in _dates(match.groupdict(""), month_first))
    return tuple(dict.fromkeys(found))


def _dates(part: dict[str, str], month_first: bool) -> Iterator[str]:
    first, last = part["first"] or part["after"], part["last"] or part["before"]
    if first:
        yield from _years(int(first), int(last))
    elif part["iso_year"]:
        yield _iso(part["iso_year"], part["iso_month"], part["iso_day"])
    elif part["year_of_two"]:
        day, month = (part["two"], part["one"]) if month_first else (part["one"], part["two"])
        yield _iso(part["year_of_two"], month, day)
    elif part["year_of_month"]:
        yield _iso(part["year_of_month"], part["month"], part["day"])
    elif part["year_last"]:
        yield _iso(part["year_last"], part["month_first"], part["day_last"])
    else:
        yield part["year"]


def _years(first: int, last: int) -> list[str]:
    if not 0 <= last - first <= LONGEST_RANGE:
        return [str(first), str(last)]
    return [str(year) for year in range(first, last + 1)]


def _iso(year: str, month: str, day: str) -> str:
    """As much of the date as there is and as a calendar has: 0, dd and mm stand for what is not known."""
    in_words = month[:3].lower()
    number = _MONTHS.index(in_words) + 1 if in_words in _MONTHS else _number(month)
    if not 1 <= number <= 12:
        return year
    try:
        return date(int(year), number, _number(day)).isoformat()
    except ValueError:
        return f"{year}-{number:02}"


def _number(text: str) -> int:
    digits = text.rstrip("stndrh")
    return int(digits) if digits.isdecimal() else 0
