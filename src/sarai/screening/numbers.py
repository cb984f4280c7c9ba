"""Tax numbers out of the identifiers by which documents name their parties, told by their check digits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sarai.screening.listed import Identifier, IdentifierKind

_NUMBER = re.compile(r"(?:[A-Za-zА-Яа-я]{2,6}[-:/ ]?){0,2}([0-9]{10}|[0-9]{12})")
BIN_FIFTH = "456"  # a resident, a non-resident, a sole trader with employees
IIN_FIFTH = "0123"  # the tens of a day of birth
BIN_WEIGHTS = (range(1, 12), (*range(3, 12), 1, 2))  # the second, if the first yields ten
INN_WEIGHTS = {
    9: (2, 4, 10, 3, 5, 9, 4, 6, 8),
    10: (7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
    11: (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8),
}
INN_CHECKED = {10: (9,), 12: (10, 11)}  # which digits check the others, by length


def tax_number(id: str, country: str = "") -> Identifier | None:
    """The tax number that a party's identifier is, if it has ten or twelve digits.

    Kazakhstan's BIN and IIN, and Russia's INN, if country and check digits allow it. Any other such
    number counts as the tax number of somewhere: it may agree with one of any kind, but differs from none.

    >>> tax_number("KZ-930740000137").kind.value, tax_number("7707083893", "RU").kind.value
    ('bin', 'inn')
    >>> tax_number("7707083893").kind.value, tax_number("KZ-BIN-0001")
    ('tax', None)
    """
    found = _NUMBER.fullmatch(id)
    return Identifier(_kind(found[1], country), found[1]) if found else None


def _kind(digits: str, country: str) -> IdentifierKind:
    if country in ("", "KZ") and _is_kazakh(digits) and digits[4] in BIN_FIFTH + IIN_FIFTH:
        return IdentifierKind.BIN if digits[4] in BIN_FIFTH else IdentifierKind.IIN
    if country == "RU" and _is_russian(digits):
        return IdentifierKind.INN
    return IdentifierKind.TAX


def _is_kazakh(digits: str) -> bool:
    sums = (_weighed(digits, weights) % 11 for weights in BIN_WEIGHTS)
    return len(digits) == 12 and next((each for each in sums if each < 10), None) == int(digits[11])


def _is_russian(digits: str) -> bool:
    return all(
        _weighed(digits, INN_WEIGHTS[at]) % 11 % 10 == int(digits[at]) for at in INN_CHECKED[len(digits)]
    )


def _weighed(digits: str, weights: Sequence[int]) -> int:
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False))
