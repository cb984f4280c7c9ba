"""Countries in what lists say of nationalities and addresses."""

from __future__ import annotations

import re

from sarai.reference.countries import by_name

# "(a) German, (b) Moroccan", "Syrian/Lebanese", "Russian and Ukrainian", "Tunisian. Passport No ..."
_BETWEEN = re.compile(
    r"\(?\b[a-h]\)|[,;/()]|\. |\s(?:and/or|and|or|by birth|since|passport)\b", re.IGNORECASE
)
_DOUBTS = re.compile(r"\b(?:allegedly|assumed|possibly|presumed|of the|now|former|formerly)\b", re.IGNORECASE)
_LAST_PARTS = 3


def countries_in(text: str) -> tuple[str, ...]:
    """The alpha-2 codes of the countries that a text names as nationality, each once.

    >>> countries_in("(a) German, (b) Moroccan"), countries_in("possibly Somalia, Kenya")
    (('DE', 'MA'), ('SO', 'KE'))
    >>> countries_in("Congo, Democratic Republic of the"), countries_in("unknown")
    (('CD',), ())
    """
    whole = by_name(text)
    if whole:
        return (whole,)
    codes = (by_name(_DOUBTS.sub("", part)) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(code for code in codes if code))


def country_of(address: str) -> str:
    """The country that an address ends with, or else begins with; empty if it names none.

    >>> country_of("1 Abai Ave, Almaty, Republic of Kazakhstan, 050000"), country_of("Russia, Perm, 1")
    ('KZ', 'RU')
    """
    parts = [part for part in re.split(r"[,;()]", address) if part.strip()]
    for part in [*reversed(parts[-_LAST_PARTS:]), *parts[:2]]:
        code = by_name(re.sub(r"\d[\d-]*|\.$", "", part.strip()))
        if code:
            return code
    return ""
