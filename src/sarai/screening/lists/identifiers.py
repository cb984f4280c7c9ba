"""Numbers that identify, out of what lists print around them: countries, documents, dates of issue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sarai.screening.listed import Identifier, IdentifierKind
from sarai.screening.lists.places import countries_in
from sarai.screening.lists.reading import clean

_LABELS = (
    (re.compile(r"\bKPP\b"), IdentifierKind.KPP),
    (re.compile(r"\bOKPO\b"), IdentifierKind.OKPO),
    (re.compile(r"\bOGRN(?:IP)?\b|\bPSRN\b|\bОГРН\b"), IdentifierKind.OGRN),
    (re.compile(r"\bINN\b|\bИНН\b"), IdentifierKind.INN),
    (re.compile(r"\bBIN\b|\bБСН\b|\bБИН\b"), IdentifierKind.BIN),
    (re.compile(r"\bIIN\b|\bЖСН\b|\bИИН\b"), IdentifierKind.IIN),
    (re.compile(r"\bIMO\b"), IdentifierKind.IMO),
    (re.compile(r"\bLEI\b"), IdentifierKind.LEI),
    (re.compile(r"\btax\b|\bTIN\b|\bVAT\b", re.IGNORECASE), IdentifierKind.TAX),
    (re.compile(r"\bpassport", re.IGNORECASE), IdentifierKind.PASSPORT),
    (re.compile(r"\bnational i|\bidentity card", re.IGNORECASE), IdentifierKind.NATIONAL),
)
_APART = re.compile(
    r"\(?\b[a-h]\)\s*|\(\d\)\s*|;\s*|,\s*(?=[\d-])|\s(?=(?:KPP|OKPO|OGRN|INN)\b)|\sand\s(?=\d)"
)
_NOTE = re.compile(r"(?:^|\s)\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_CIRCUMSTANCES = re.compile(r",?\s*\b(?:issued|expir|valid|under)\w*\b.*", re.IGNORECASE)
_NOT_PLACES = re.compile(
    r"\b(?:issued|by|in|the|number|passport|diplomatic|national|identification|identity|card|no\.?)(?!\w)",
    re.IGNORECASE,
)
_INN_DIGITS = (9, 10, 12, 14)


def identifiers(
    text: str, kind: IdentifierKind, home: str = "", *, person: bool = False
) -> Iterator[Identifier]:
    """The identifiers in a text, each of the kind that its label says, or else of the kind expected.

    Parameters
    ----------
    home
        Alpha-2 code of where the holder is at home, which tells what a bare number is.

    >>> two = "(a) D 000952 (Afghan passport issued on 7.1.1999), (b) EC65 issued in Iran"
    >>> [(each.value, each.country) for each in identifiers(two, IdentifierKind.PASSPORT)]
    [('D 000952', 'AF'), ('EC65', 'IR')]
    >>> two = "7730239877, KPP 773001001"
    >>> [(each.kind.value, each.value) for each in identifiers(two, IdentifierKind.INN)]
    [('inn', '7730239877'), ('kpp', '773001001')]
    """
    for piece in _APART.split(clean(text)):
        value = _value(piece)
        if value:
            stated = next((label for shape, label in _LABELS if shape.search(piece)), kind)
            country = _country(piece)
            yield Identifier(_exact(stated, value, country or home, person), value, country)


def _value(piece: str) -> str:
    """The longest run of words that hold a digit, with the letters of a series before them."""
    core = _CIRCUMSTANCES.sub("", _NOTE.sub(" ", f" {piece}"))
    runs: list[list[str]] = [[]]
    for word in re.sub(
        r"(?:№|:|\b(?:No|KPP|OKPO|OGRN|INN|BIN|IIN)\b\.?|IMO(?![a-z]))\s*", " _ ", core
    ).split():
        if re.search(r"\d", word) or (len(word) <= 3 and word.isupper() and word.isalpha()):
            runs[-1].append(word)
        else:
            runs.append([])
    found = (" ".join(run).strip(" -–,.;:") for run in runs if any(re.search(r"\d", word) for word in run))
    return max(found, key=len, default="")


def _country(piece: str) -> str:
    label = _NOT_PLACES.sub(",", re.sub(r"\S*\d\S*", ",", piece))
    return next(iter(countries_in(label)), "")


def _exact(kind: IdentifierKind, value: str, home: str, person: bool) -> IdentifierKind:
    digits = len(value) if value.isdecimal() else 0
    if home == "KZ" and digits == 12 and kind is not IdentifierKind.PASSPORT:
        return IdentifierKind.IIN if person else IdentifierKind.BIN
    if kind is IdentifierKind.INN and digits not in _INN_DIGITS:
        return IdentifierKind.TAX
    if kind is IdentifierKind.TAX and home == "RU" and digits in (10, 12):
        return IdentifierKind.INN
    if kind is IdentifierKind.REGISTRATION and home == "RU" and digits in (13, 15):
        return IdentifierKind.OGRN
    return kind
