"""Slips of the pen: honest mistakes that a book accepts, and drafts that it must refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec import structs

from sarai.goods import (
    Answer,
    AnyDocument,
    Code,
    Consumption,
    DocumentRef,
    Export,
    Import,
    Line,
    Transit,
    Waybill,
)
from sarai.simulation.basket import GOODS
from sarai.simulation.dice import Dice

WRONG_UNIT = {"KGM": "TNE", "NAR": "KGM"}
NO_UNIT = "X9X"  # no unit of Recommendation 20
NO_COUNTRY = "NN"  # ISO 3166-1 neither assigns it nor leaves it to users

Wrong = tuple[AnyDocument, dict[str, Any]]
Draft = tuple[AnyDocument, Code]


def mistake(document: AnyDocument, dice: Dice) -> Wrong | None:
    """The document with one line written wrong, and what was wrong; None where nothing can be."""
    if not isinstance(document, (Import, Export, Waybill, Consumption)):
        return None
    index = dice.below(len(document.lines))
    line = document.lines[index]
    first = dice.below(len(_MISTAKES))
    for what, field, write in (*_MISTAKES[first:], *_MISTAKES[:first]):
        written = write(line)
        if written is not None:
            lines = list(document.lines)
            lines[index] = structs.replace(line, **{field: written})
            details = {"what": what, "item": line.item, "meant": getattr(line, field), "written": written}
            return structs.replace(document, lines=lines), details
    return None


def _wrong_unit(line: Line) -> str | None:
    return WRONG_UNIT.get(line.unit)


def _swapped_digits(line: Line) -> Decimal | None:
    """The first two neighbouring digits that differ, the other way round."""
    digits = str(line.quantity)
    for at in range(len(digits) - 1):
        a, b = digits[at : at + 2]
        if a not in (b, ".") and b not in (".", "0"):
            return Decimal(digits[:at] + b + a + digits[at + 2 :])
    return None


def _wrong_code(line: Line) -> str | None:
    good = GOODS.get(line.hs)
    return good.sibling or None if good else None


_MISTAKES: tuple[tuple[str, str, Callable[[Line], Any]], ...] = (
    ("wrong unit", "unit", _wrong_unit),
    ("digits swapped", "quantity", _swapped_digits),
    ("wrong code in the heading", "hs", _wrong_code),
)


def spoil(document: AnyDocument, dice: Dice) -> Draft | None:
    """A draft of the document that breaks one rule of the book, and the code of its refusal."""
    if isinstance(document, Answer):
        nowhere = DocumentRef(issuer=document.consignment.issuer, number="W-999999")
        return structs.replace(document, consignment=nowhere), Code.CONSIGNMENT_UNKNOWN
    if not isinstance(document, (Import, Export, Transit, Waybill, Consumption)):
        return None
    ways = [_twice_the_item, _no_such_unit, _too_fine]
    if isinstance(document, (Transit, Waybill)):
        ways.append(_deadline_gone)
    if isinstance(document, Export):
        ways.append(_no_such_country)
    return dice.pick(ways)(document)


def _first_line(document: Any, **changes: Any) -> AnyDocument:
    first, *others = document.lines
    return structs.replace(document, lines=[structs.replace(first, **changes), *others])


def _twice_the_item(document: Any) -> Draft:
    return structs.replace(document, lines=[*document.lines, document.lines[0]]), Code.DUPLICATE_ITEM


def _no_such_unit(document: Any) -> Draft:
    return _first_line(document, unit=NO_UNIT), Code.UNKNOWN_UNIT


def _too_fine(document: Any) -> Draft:
    return _first_line(document, quantity=document.lines[0].quantity + Decimal("1E-9")), Code.TOO_FINE


def _deadline_gone(document: Any) -> Draft:
    return structs.replace(document, deadline=document.time - timedelta(days=1)), Code.DEADLINE_BEFORE_TIME


def _no_such_country(document: Any) -> Draft:
    return structs.replace(document, country=NO_COUNTRY), Code.UNKNOWN_COUNTRY
