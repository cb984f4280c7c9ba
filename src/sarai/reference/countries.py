"""Countries (ISO 3166-1) and the groups of states that they belong to, by date."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from msgspec import Struct

from sarai.goods.errors import BadSetting, SaraiError
from sarai.reference._tables import table

__all__ = ["Country", "UnknownCountry", "alpha2", "by_name", "country", "exists", "members"]

USER_ASSIGNED = re.compile("AA|Q[M-Z]|X[A-Z]|ZZ")  # ISO 3166-1, 8.1.3: free for the users, as for "unknown"
UNCOUNTED = frozenset({"the", "of", "and", "region"})  # words that tell no country from another
SPELT_OUT = {"st": "saint", "is": "islands", "rep": "republic", "dem": "democratic", "fed": "federation"}


class UnknownCountry(SaraiError):
    """A code that ISO 3166-1 neither assigns nor leaves to its users."""


class Country(Struct, frozen=True):
    """A country or territory. Codes that users assign (XX, ZZ) have neither alpha-3 nor number."""

    alpha2: str
    alpha3: str
    numeric: str
    name: str


def exists(code: str) -> bool:
    """Whether this is an alpha-2 code that ISO 3166-1 assigns, or leaves to its users (XX, ZZ, XK)."""
    return code in _countries() or USER_ASSIGNED.fullmatch(code) is not None


def country(code: str) -> Country:
    """The country of an alpha-2 code.

    Raises
    ------
    UnknownCountry
        There is no such code.

    >>> country("KZ").name
    'Kazakhstan'
    """
    if not exists(code):
        raise UnknownCountry(f"country {code!r} is not known; use an ISO 3166-1 alpha-2 code such as KZ")
    return _countries().get(code) or Country(code, "", "", f"Unknown ({code})")


def alpha2(text: str) -> str | None:
    """The alpha-2 code for an alpha-2, alpha-3 or numeric one, in any case; none if there is none.

    >>> alpha2("kaz"), alpha2("398"), alpha2("51"), alpha2("Atlantis")
    ('KZ', 'KZ', 'AM', None)
    """
    key = text.strip().upper()
    if exists(key):
        return key
    return _by_other_codes().get(key.zfill(3) if key.isdecimal() else key)


def by_name(text: str) -> str:
    """The alpha-2 code of a country by its name in English; empty if there is none of that name.

    The name may be long, short or former. Case, accents, punctuation and the order of words do not
    count, so that it may stand as ``Korea, North`` or ``Iran (Islamic Republic of)``. The adjective of
    a country names it too. What could be two countries, was divided, or is in dispute, names none.

    >>> by_name("KOREA, NORTH"), by_name("Burma"), by_name("Russian"), by_name("Congolese")
    ('KP', 'MM', 'RU', '')
    """
    return _by_words().get(_words(text), "")


def members(group: str, on: date) -> frozenset[str]:
    """Who belonged to a group (EAEU, EU, C5, SCO) on a day.

    Raises
    ------
    BadSetting
        There is no table of the group.

    >>> sorted(members("EAEU", date(2015, 1, 1)))
    ['BY', 'KZ', 'RU']
    """
    groups = _groups()
    if group not in groups:
        raise BadSetting(f"group {group!r} is not known; use one of {', '.join(sorted(groups))}")
    return frozenset(code for code, since, until in groups[group] if since <= on < until)


@cache
def _countries() -> dict[str, Country]:
    return {row["alpha2"]: Country(**row) for row in table("countries")}


@cache
def _by_other_codes() -> dict[str, str]:
    named = _countries().values()
    return {code: each.alpha2 for each in named for code in (each.alpha3, each.numeric) if code}


@cache
def _by_words() -> dict[str, str]:
    rows = [*table("countries"), *table("country_names")]
    return {_words(row["name"]): row["alpha2"] for row in rows}


def _words(text: str) -> str:
    plain = re.sub("[\u0300-\u036f.'’‘`´]", "", unicodedata.normalize("NFKD", text)).casefold()
    words = (SPELT_OUT.get(word, word) for word in re.findall("[a-z]+", plain))
    return " ".join(sorted(word for word in words if word not in UNCOUNTED))


@cache
def _groups() -> dict[str, list[tuple[str, date, date]]]:
    groups: dict[str, list[tuple[str, date, date]]] = {}
    for row in table("groups"):
        until = date.fromisoformat(row["until"]) if row["until"] else date.max
        groups.setdefault(row["group"], []).append(
            (row["member"], date.fromisoformat(row["since"]), until),
        )
    return groups
