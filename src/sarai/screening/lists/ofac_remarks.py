"""OFAC's remarks: statements in a row, of which a table of patterns reads those of a known form.

``DOB 18 Feb 1971; POB Omsk, Russia; nationality Russia; Tax ID No. 7703270067 (Russia); a.k.a. 'BNC'.``
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sarai.screening.listed import Strength
from sarai.screening.lists.dates import iso_date, iso_dates
from sarai.screening.lists.draft import Draft
from sarai.screening.lists.us_identifiers import alpha2, stated_identifier

LIMIT = 1_000
"""Characters. What a remark says beyond them stands in the file of comments."""

_DAY_AND_MONTH = re.compile(r"(?:\d{1,2} )?[A-Z][a-z]{2} (?=\d{4})")


def read_into(draft: Draft, remarks: str, whole: bool = True) -> None:
    """Add to an entity what its remarks say, and the remarks as they stand.

    Parameters
    ----------
    whole
        Whether the remarks end where their author ended them. If they break off, the last statement
        is kept as text only: half a number identifies somebody else.
    """
    draft.remarks.append(remarks)
    statements = list(_statements(remarks))
    for statement in statements if whole else statements[:-1]:
        _read_statement(draft, statement)


def births(text: str) -> tuple[str, ...]:
    """When somebody was born: each year of a span, for its ends are not birthdays.

    >>> births("18 Feb 1971"), births("01 Jan 1951 to 31 Dec 1952"), births("circa 1961")
    (('1971-02-18',), ('1951', '1952'), ('1961',))
    """
    return iso_dates(_DAY_AND_MONTH.sub("", text) if " to " in text else text)


def _statements(remarks: str) -> Iterator[str]:
    for statement in remarks.split(";"):
        if statement := statement.strip():
            yield statement.removeprefix("alt. ").removesuffix(".")


def _read_statement(draft: Draft, statement: str) -> None:
    for pattern, add in PATTERNS:
        if match := pattern.fullmatch(statement):
            add(draft, match[1])
            return
    if found := stated_identifier(statement, draft.kind):
        draft.identifiers.append(found)


def _born(draft: Draft, text: str) -> None:
    draft.births.extend(births(text))


def _born_at(draft: Draft, text: str) -> None:
    draft.birthplaces.append(text)


def _of_country(draft: Draft, text: str) -> None:
    draft.countries.append(alpha2(text))


def _of_gender(draft: Draft, text: str) -> None:
    draft.gender = text.lower()


def _known_as(draft: Draft, text: str) -> None:
    # OFAC puts in quotation marks, and among the remarks, only the names that it calls weak.
    draft.name(text, Strength.WEAK)


def _listed_on(draft: Draft, text: str) -> None:
    draft.listed.append(iso_date(text))


PATTERNS: tuple[tuple[re.Pattern[str], Callable[[Draft, str], None]], ...] = tuple(
    (re.compile(pattern), add)
    for pattern, add in (
        (r"DOB (.+)", _born),
        (r"POB (.+)", _born_at),
        (r"(?:nationality|citizen|Nationality of Registration|Flag|Vessel Flag) (.+)", _of_country),
        (r"Gender (Male|Female)", _of_gender),
        (r"[afn]\.k\.a\.,? ['\"](.+)['\"]", _known_as),
        (r"Listing Date \(.+?\):? (.+)", _listed_on),
    )
)
