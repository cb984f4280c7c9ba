"""Identifiers: which of them decide, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from sarai.screening.listed import Identifier, IdentifierKind

UNIQUE = frozenset(
    {
        IdentifierKind.BIN, IdentifierKind.IIN, IdentifierKind.INN, IdentifierKind.OGRN, IdentifierKind.IMO,
        IdentifierKind.MMSI, IdentifierKind.LEI, IdentifierKind.SWIFT, IdentifierKind.PASSPORT,
        IdentifierKind.NATIONAL, IdentifierKind.TAX, IdentifierKind.REGISTRATION, IdentifierKind.TAIL,
    }
)  # fmt: skip
ONE_EACH = frozenset(
    {
        IdentifierKind.BIN, IdentifierKind.IIN, IdentifierKind.INN, IdentifierKind.OGRN, IdentifierKind.IMO,
        IdentifierKind.LEI,
    }
)  # fmt: skip  # nobody has two of these, so that two that differ contradict
SHORTEST = 5  # a shorter number is not unique
NOT_WRITTEN = re.compile("[^0-9A-Z]")
TAX, REGISTER = "tax", "register"  # lists call one number now by its system, now by what it is for
SAME = {
    IdentifierKind.INN: TAX, IdentifierKind.TAX: TAX, IdentifierKind.BIN: TAX, IdentifierKind.IIN: TAX,
    IdentifierKind.OGRN: REGISTER, IdentifierKind.REGISTRATION: REGISTER,
}  # fmt: skip


def normal(identifier: Identifier) -> tuple[str, str]:
    """What two identifiers must share to be one: kind (tax numbers are one kind), letters and digits."""
    value = NOT_WRITTEN.sub("", identifier.value.upper())
    if identifier.kind == IdentifierKind.IMO:
        value = value.removeprefix("IMO")
    return SAME.get(identifier.kind, str(identifier.kind)), value


def keys(identifiers: Iterable[Identifier]) -> set[tuple[str, str]]:
    """The unique ones in normal form."""
    found = (normal(each) for each in identifiers if each.kind in UNIQUE)
    return {(kind, value) for kind, value in found if len(value) >= SHORTEST}


def same_identifier(ours: Collection[Identifier], theirs: Collection[Identifier]) -> bool:
    """Whether both have one that nobody else has."""
    if not ours or not theirs:
        return False
    return bool(keys(ours) & keys(theirs))


def contradict(ours: Iterable[Identifier], theirs: Iterable[Identifier]) -> bool:
    """Whether both have one of a kind that nobody has two of, and it differs."""
    mine = {each.kind for each in ours} & ONE_EACH
    return bool(mine & {each.kind for each in theirs})
