"""Page "Order of the checks": all that can be judged from the document alone, in that order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from unicodedata import category

from msgspec import to_builtins

from auditor import oracle
from auditor.state import Refused
from sarai.goods import (
    Answer,
    Arrival,
    Code,
    Document,
    Exit,
    Hold,
    Import,
    Processing,
    Release,
    Split,
    Transit,
    Waybill,
)


def check_text(document: Document) -> None:
    """No text of the document may have control characters in it, tab and line ends apart."""
    values = [to_builtins(document)]
    while values:
        value = values.pop()
        if isinstance(value, str) and any(map(is_control, value)):
            raise Refused(Code.BAD_VALUE)
        if isinstance(value, dict | list):
            values.extend(value.values() if isinstance(value, dict) else value)


def is_control(character: str) -> bool:
    """A control character that has no place in a text."""
    return category(character) == "Cc" and character not in "\t\n\r"


def check_issuer(document: Document) -> None:
    """Page "Consignments": what `book` issues, it never hands in."""
    if document.issuer == "book":
        raise Refused(Code.NOT_ENTITLED)


def check_alone(document: Document, now: datetime) -> None:
    """Time, deadline, country, items, shares, then every line."""
    if document.time > now + timedelta(days=1):
        raise Refused(Code.IN_THE_FUTURE)
    check_deadline(document)
    check_country(document)
    for items in item_lists(document):
        if len(items) != len(set(items)):
            raise Refused(Code.DUPLICATE_ITEM)
    check_shares(document)
    for line in lines_of(document):
        base_units(line.quantity, line.unit)


def check_deadline(document: Document) -> None:
    """A deadline that is stated may not lie before the document."""
    deadlines: Iterable = ()
    if isinstance(document, Transit | Waybill):
        deadlines = [document.deadline]
    if isinstance(document, Split):
        deadlines = [part.deadline for part in document.parts if part.deadline]
    if any(deadline < document.time for deadline in deadlines):
        raise Refused(Code.DEADLINE_BEFORE_TIME)


def check_country(document: Document) -> None:
    """An import that is a birth must say where from; what is stated must exist."""
    country = getattr(document, "country", "")
    if isinstance(document, Import) and document.previous_regime is None and not country:
        raise Refused(Code.COUNTRY_MISSING)
    origins = [line.origin for line in lines_of(document)]
    for stated in (country, getattr(document, "destination_country", ""), *origins):
        if stated and stated not in oracle.COUNTRIES:
            raise Refused(Code.UNKNOWN_COUNTRY)


def check_shares(document: Document) -> None:
    """Page "Processing": shares that are stated may not all be zero."""
    if isinstance(document, Processing):
        stated = [line.share for line in document.outputs if line.share is not None]
        if stated and not any(stated):
            raise Refused(Code.BAD_VALUE)


def lines_of(document: Document) -> list:
    """All lines that state a commodity, inputs before outputs."""
    if isinstance(document, Processing):
        return [*document.inputs, *document.outputs]
    return list(getattr(document, "lines", []))


def item_lists(document: Document) -> list[list]:
    """The lists of item numbers (or of lots) in which none may come twice."""
    if isinstance(document, Hold | Release):
        return [document.lots]
    if isinstance(document, Split):
        return [[entry.item for entry in part.items] for part in document.parts]
    listed = lines_of(document)
    if isinstance(document, Answer):
        listed = document.items
    if isinstance(document, Arrival | Exit):
        listed = document.shortages
    return [[entry.item for entry in listed]]


def base_units(quantity, unit: str) -> int:
    """The quantity as an integer; unknown units and too fine a quantity are refused."""
    if unit not in oracle.FACTORS:
        raise Refused(Code.UNKNOWN_UNIT)
    units = oracle.base_units(quantity, unit)
    if units is None:
        raise Refused(Code.TOO_FINE)
    return units
