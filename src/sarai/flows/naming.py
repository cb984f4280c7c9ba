"""How people name countries and codes in a question: lists with commas, groups of states, a list of codes."""

from __future__ import annotations

from datetime import date

from sarai.goods import BadSetting, SaraiError
from sarai.reference import countries, priority
from sarai.reference.hs import EDITIONS

__all__ = ["PRIORITY", "codes_named", "countries_named", "words_in"]

PRIORITY = "chpl"  # what the Common High Priority List is called in a list of codes
PRIORITY_EDITION = EDITIONS[-1]
LONGEST = 10  # digits of a code
GROUPS_FIRST = frozenset({"EU"})  # ISO 3166-1 reserves it; here it is its members


def words_in(text: str) -> list[str]:
    """What stands between commas."""
    return [word for word in (word.strip() for word in text.split(",")) if word]


def countries_named(text: str, on: date) -> tuple[str, ...]:
    """The countries of a list, by code, name in English or group; groups by who belonged to them on a day.

    Raises
    ------
    BadSetting
        A word is none of them.

    >>> countries_named("kz, Georgia, EAEU", date(2015, 1, 1))
    ('KZ', 'GE', 'BY', 'RU')
    """
    found: list[str] = []
    for word in words_in(text):
        known = "" if word.upper() in GROUPS_FIRST else countries.alpha2(word) or countries.by_name(word)
        try:
            found += [known] if known else sorted(countries.members(word.upper(), on))
        except SaraiError as error:
            raise BadSetting(
                f"{word!r} is no country or group; use codes, names or groups, such as KZ, Georgia, EU"
            ) from error
    return tuple(dict.fromkeys(found))


def codes_named(text: str) -> tuple[tuple[str, ...], str]:
    """The beginnings of codes in a list, and the edition that they are of; empty for that of the answer.

    ``chpl`` stands for the Common High Priority List, ``chpl:1`` for a tier of it.

    Raises
    ------
    BadSetting
        A word is no code, or the list has no such tier.

    >>> codes_named("8542, 0101")
    (('8542', '0101'), '')
    """
    codes: list[str] = []
    listed = False
    for word in words_in(text):
        name, _, tier = word.partition(":")
        if name.casefold() == PRIORITY:
            codes += priority.codes(tier or None)
            listed = True
        elif word.isascii() and word.isdecimal() and len(word) <= LONGEST:
            codes.append(word)
        else:
            raise BadSetting(f"code {word!r} is not understood; write digits, chpl, or chpl:1 for a tier")
    return tuple(dict.fromkeys(codes)), PRIORITY_EDITION if listed else ""
