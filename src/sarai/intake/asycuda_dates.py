"""The dates of an ASYCUDA declaration, which the file writes as its machine's locale did."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sarai.goods import Code
from sarai.intake.explain import shown
from sarai.intake.record import Refused
from sarai.intake.xmltree import Node

OWN_DATES = (
    "Identification/Registration/Date",
    "Identification/Assessment/Date",
    "Identification/receipt/Date",
    "Property/Date_of_declaration",
)
ATTACHED_DATES = "Item/Attached_documents/Attached_document_date"

YEARS = range(1980, 2200)  # ASYCUDA began in the early eighties

_DATE = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[ T].*)?")


def time_of(root: Node, default: datetime | None) -> datetime:
    """When the declaration took effect: midnight UTC of its date, or ``default``.

    Its own date comes first; then the latest date of a document attached to it, which it cannot
    be older than. Raises Refused if there is none of these.
    """
    own = next((text for path in OWN_DATES if (text := root.get(path))), "")
    attached = [node.text for node in root.all(ATTACHED_DATES)]
    day_first = _day_first([own, *attached])
    if own:
        moment = _moment(own, day_first)
        if moment is None:
            raise Refused(Code.BAD_VALUE, f"{shown(own)} is not a date; mend it", "/time")
        return moment
    moment = max(filter(None, (_moment(text, day_first) for text in attached)), default=default)
    if moment is None:
        message = f"the declaration has no date ({OWN_DATES[0]} is empty); fill it in, or give a default"
        raise Refused(Code.MISSING_FIELD, message, "/time")
    return moment


def edition_at(moment: datetime) -> str:
    """The edition of the Harmonized System in force (1 January 2012, 2017 and 2022)."""
    if moment.year < 2017:
        return "HS2012"
    return "HS2017" if moment.year < 2022 else "HS2022"


def _day_first(texts: list[str]) -> bool:
    """Whether the day stands before the month: month first, as is the default, unless a date rules it out."""
    slashed = [match for text in texts if (match := _DATE.fullmatch(text)) and match[2] != "."]
    days_first = [match[0] for match in slashed if 12 < int(match[1]) <= 31]
    months_first = [match[0] for match in slashed if int(match[1]) <= 12 < int(match[3])]
    if days_first and months_first:
        message = f"the dates {days_first[0]} and {months_first[0]} differ in order; write all one way"
        raise Refused(Code.BAD_VALUE, message, "/time")
    return bool(days_first)


def _moment(text: str, day_first: bool) -> datetime | None:
    """A date as midnight UTC; None if it is none. Years of two digits are those of this century."""
    match = _DATE.fullmatch(text)
    if not match:
        return None
    first, second, third = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:
        year, month, day = first, second, third
    elif day_first or match[2] == ".":
        day, month, year = first, second, third
    else:
        month, day, year = first, second, third
    year += 2000 if year < 100 else 0
    try:
        return datetime(year, month, day, tzinfo=UTC) if year in YEARS else None
    except ValueError:
        return None
