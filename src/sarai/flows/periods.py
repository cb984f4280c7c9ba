"""Spans of time and whole periods: what an analyst compares with what."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from sarai.goods import BadSetting

__all__ = ["Span", "span"]

WRITTEN = re.compile(r"(\d{4})(?:-(\d{2}))?")


class Span(Struct, frozen=True):
    """From the first day of one period to the first day of the last, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}..{self.last:%Y-%m}"


def span(text: str) -> Span:
    """The span that is written as ``2021``, ``2021-03`` or ``2021-03..2021-11``.

    A year stands for its twelve months.

    Raises
    ------
    BadSetting
        It is not written so, or ends before it begins.

    >>> str(span("2021-03..2022")), str(span("2021"))
    ('2021-03..2022-12', '2021-01..2021-12')
    """
    begin, _, end = text.partition("..")
    first, last = _month(begin, text, 1), _month(end or begin, text, 12)
    if last < first:
        raise BadSetting(f"span {text!r} ends before it begins; write it as 2021-03..2021-11")
    return Span(first, last)


def _month(written: str, text: str, of_year: int) -> date:
    found = WRITTEN.fullmatch(written.strip())
    month = int(found[2] or of_year) if found else 0
    if not 1 <= month <= 12 or found[1] == "0000":
        raise BadSetting(f"span {text!r} is not understood; write it as 2021, 2021-03 or 2021-03..2021-11")
    return date(int(found[1]), month, 1)
