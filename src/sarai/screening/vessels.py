"""Ships among the vehicles that documents name; a lorry's plate is on no list."""

from __future__ import annotations

import re

from sarai.screening.listed import Identifier, IdentifierKind, Kind
from sarai.screening.lists.reading import clean
from sarai.screening.subject import Subject

_SHIP = re.compile(
    r"(?:M/?[VT]|S/?S|motor vessel|vessel|ship|т/х|т/к|теплоход|танкер|судно)[.:]?\s+", re.IGNORECASE
)
_IMO = re.compile(r"[(,;]?\s*\bIMO\s*(?:No\.?|№|:)?\s*([0-9]{7})\b\s*\)?", re.IGNORECASE)


def vessel(vehicle: str) -> Subject | None:
    """The ship that a vehicle is, if it is called one or has an IMO number.

    A number whose check digit is wrong is passed over, lest it speak against the ship that is meant.

    >>> ship = vessel("M/V EXAMPLE STAR, IMO 9074729")
    >>> ship.name, ship.facts()["identifiers"]
    ('EXAMPLE STAR', ('imo:9074729',))
    >>> vessel("wagon 52711234"), vessel("123 ABC 02")
    (None, None)
    """
    text = clean(vehicle)
    numbers, called = _IMO.findall(text), _SHIP.match(text)
    if not numbers and not called:
        return None
    name = clean(_SHIP.sub("", _IMO.sub(" ", text), count=1)).strip(" ,;")
    sound = tuple(Identifier(IdentifierKind.IMO, number) for number in numbers if _checks(number))
    return Subject(name=name, kind=Kind.VESSEL, identifiers=sound) if name or sound else None


def _checks(number: str) -> bool:
    """The last digit is that of the sum of the others, weighed 7 to 2 (IMO Resolution A.1117)."""
    weighed = sum(weight * int(digit) for weight, digit in zip(range(7, 1, -1), number, strict=False))
    return weighed % 10 == int(number[-1])
