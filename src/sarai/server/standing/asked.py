"""A question to the page Standing: out of an address, and what it means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from sarai.flows.naming import countries_named
from sarai.goods import BadSetting
from sarai.server.asking import Fields, Unclear
from sarai.standing import Standing, measured

__all__ = [
    "FIRST",
    "LAST",
    "MOST_COUNTRIES",
    "MOST_TEXT",
    "Asked",
    "Meant",
    "asked",
    "countries_in",
    "understood",
]

MOST_TEXT = 120  # characters of a field
MOST_COUNTRIES = 6  # whose votes are drawn: more panels nobody compares
FIRST, LAST = 1900, 2100  # years of figures
COUNTRIES = "KZ, UZ"
GROUPS_ON = date(LAST, 1, 1)  # groups are of those who belong to them still


class Asked(Fields, frozen=True, kw_only=True):
    """A question as it was typed; what is empty is open.

    Attributes
    ----------
    channel : str
        The channel that is opened; none for all in short.
    countries : str
        Whose votes are told, with commas.
    """

    year: str = ""
    channel: str = ""
    countries: str = COUNTRIES


class Meant(Struct, frozen=True, kw_only=True):
    """What is meant by a question.

    Attributes
    ----------
    year : int or None
        None: of each channel the date that is best known.
    channel : str
        Its code, or nothing for all.
    countries : tuple of str
        By alpha-2 code.
    """

    year: int | None
    channel: str
    countries: tuple[str, ...]


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """A question out of an address, or out of a form; of a field that comes twice the last counts."""
    return Asked.of(query, MOST_TEXT)


def understood(standing: Standing, question: Asked) -> Meant:
    """What is meant; `Unclear` names the field that says nothing that can be understood."""
    return Meant(
        year=_year(question.year), channel=_channel(standing, question.channel),
        countries=countries_in(question.countries),
    )  # fmt: skip


def _year(said: str) -> int | None:
    if said and not (said.isascii() and said.isdecimal() and FIRST <= int(said) <= LAST):
        raise Unclear("year", f"year {said!r} cannot be read; take one from {FIRST} to {LAST}, or none")
    return int(said) if said else None


def _channel(standing: Standing, said: str) -> str:
    try:
        return measured(standing, said).channel if said else ""
    except BadSetting as fault:
        raise Unclear("channel", str(fault)) from fault


def countries_in(said: str) -> tuple[str, ...]:
    """The countries of a list, by code or English name; `Unclear` if there are none, or too many."""
    try:
        found = countries_named(said, GROUPS_ON)
    except BadSetting as fault:
        raise Unclear("countries", str(fault)) from fault
    if not 1 <= len(found) <= MOST_COUNTRIES:
        raise Unclear("countries", f"{len(found)} countries are named; name 1 to {MOST_COUNTRIES}")
    return found
