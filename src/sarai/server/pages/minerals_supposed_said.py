"""What telling says of shocks and plans in English, in somebody's language: shocks, notes, what would do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.minerals.shocks import Measure, parse
from sarai.minerals.shocks.measures import DAYS
from sarai.server.corridors.mapped import names_of
from sarai.server.pages import minerals_said as said
from sarai.server.words import Words

__all__ = ["ALL", "NOTES", "UNITS", "amount", "country", "note", "notes", "shock", "shock_in_words", "unit"]

ALL, REST = "*", "ZZ"
UNITS = said.UNITS
SMALL, TINY = 100, 1  # of tonnes: below, decimals say something
NOTES = (
    "Codes {codes} hold other goods too; what is said is of all that goes under them.",
    "Production is World Mining Data's, in content; trade is in gross weight.",
    "Production is not known: as much is taken as made as leaves a country beyond what it imports.",
    "Assumed: {days} days of consumption in stock everywhere; consumption bears {share} of what reserves do "
    "not cover before trade changes.",
    "After {count} rounds the rest was borne where it was.",
    "No tonnes are stated, so prices leave out what a longer way costs more.",
    "Not in the network, and taken to trade as before: {countries}.",
    "{stage}: no shares are known.",
    "{stage}: no trade in tonnes of a code of its own, and no demand stated, so it is left out.",
    "{stage}: {tonnes} t bought (gross weight of HS {codes}).",
    "{stage}: {tonnes} t bought (gross weight of HS {codes}), {more} t its own by the EU's study of 2023.",
    "{stage}: {tonnes} t as stated, by the shares of the EU's supply in the EU's study of 2023.",
    "{stage}: {tonnes} t as stated, by the shares of world supply in the EU's study of 2023.",
    "{stage}: By sea at an assumed USD {usd} a tonne and without limit, since the network of corridors has "
    "no way: {countries}.",
    "{stage}: nothing of {material} is asked; what projects take could come from {count} countries that "
    "sell it to others, at the world's mean price and a premium.",
    "{stage}: nothing says who could give {material}, so what {what} would take of it is not followed; "
    "state it in suppliers.csv of the folder of --projects.",
    "The folder has no governance, so all countries weigh 1 in the risk.",
    "Risk weighs shares by governance of {year} (0 best to 10 worst).",
    "a share of {share} instead of {asked}",
    "a risk of {risk} instead of {asked}",
    "a budget of USD {usd} M instead of {asked} M",
    "stocks for {days} days instead of {asked}",
    "{tonnes} t a year through {what} instead of {asked}",
    "up to {tonnes} t a year less of {material} ({stage}) in {years}",
    "a standard of {level} instead of {asked}",
    "the rules from {year} instead of {asked}",
)
"""What is said beside figures, with blanks; the catalogues have them all."""

FIGURE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%?)", re.ASCII)
YEARS = frozenset({"year", "codes", "level", "what"})
"""Blanks that are names though they look like figures."""


def country(code: str, words: Words) -> str:
    """A country, a group of them, or all of the world that does not stand alone."""
    return {ALL: words("everybody"), REST: words("all others")}.get(code) or words.country(code)


def unit(code: str, words: Words) -> str:
    """In what amounts are told."""
    return words(UNITS[code])


def amount(value: float, words: Words) -> str:
    """Tonnes or thousands of dollars, with as many decimals as say something."""
    return words.number(value, 0 if value >= SMALL or value == 0 else 1 if value >= TINY else 3)


# -- shocks ----------------------------------------------------------------------------------------


def shock_in_words(text: str, words: Words) -> str:
    """A shock as it was typed, in somebody's language; as it stands if it cannot be read."""
    try:
        return "; ".join(shock(each, words) for each in parse(text))
    except BadSetting:
        return text


def shock(each: Measure, words: Words) -> str:
    """A shock."""
    who, whom = country(each.exporter, words), country(each.importer, words)
    told = {
        "embargo": lambda: words("Embargo: {who} → {whom}", who=who, whom=whom),
        "quota": lambda: words("Quota of {share}: {who} → {whom}", share=words.percent(1 - each.share),
                               who=who, whom=whom),
        "delay": lambda: words("Licences take {days} days: {who} → {whom}", days=str(each.days), who=who,
                               whom=whom),
        "lose": lambda: words("{share} of production lost: {who}", share=words.percent(each.share), who=who),
        "close": lambda: words("Closed: {what}", what=_place(each.what, words)),
    }[each.verb]()  # fmt: skip
    lasts = each.verb != "delay" and each.days < DAYS
    return f"{told} ({words('{days} days', days=str(each.days))})" if lasts else told


def _place(what: str, words: Words) -> str:
    """What a part of the packaged network is called; one's own keeps its code."""
    found = shipped().by_place.get(what.removeprefix("place:"))
    return names_of(found)[words.code] if found else what


# -- notes -----------------------------------------------------------------------------------------


def notes(texts: Iterable[str], words: Words) -> list[str]:
    """Notes in somebody's language."""
    return [note(each, words) for each in texts]


def note(text: str, words: Words) -> str:
    """A note in somebody's language; as it stands if it is none of ours.

    >>> note("a share of 96.2% instead of 65.0%", Words("ru"))[-6:]
    '65,0\\xa0%'
    """
    for template, pattern in _patterns():
        if found := pattern.fullmatch(text):
            told = {name: _filled(name, value, words) for name, value in found.groupdict().items()}
            return words(template, **told)
    return text


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    blank = re.compile(r"\\\{(\w+)\\\}")
    return [(each, re.compile(blank.sub(r"(?P<\1>.+?)", re.escape(each)))) for each in NOTES]


def _filled(name: str, value: str, words: Words) -> str:
    if name == "countries":
        return ", ".join(country(code, words) for code in value.split(", "))
    if name in ("stage", "material"):
        return getattr(said, name)(value, words)
    if name == "years":
        return value.replace(" to ", "–")
    return value if name in YEARS else _figure(value, words)


def _figure(value: str, words: Words) -> str:
    """A figure as the language writes it."""
    found = FIGURE.fullmatch(value)
    if not found:
        return value
    digits, decimals, per = found[1].replace(",", ""), found[2] or "", found[3]
    written = words.number(float(digits + decimals), max(0, len(decimals) - 1))
    if per:
        return words.percent(float(digits + decimals) / 100, max(0, len(decimals) - 1))
    return written if len(digits) > 4 or decimals else value
