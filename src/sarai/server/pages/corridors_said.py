"""Names and figures of ways, in somebody's language."""

from __future__ import annotations

from collections.abc import Iterable

from sarai.corridors.routes import Figure, Route
from sarai.server.corridors.answer import Mapped
from sarai.server.words import Words
from sarai.telling.corridors_names import OF_GROUPS, OF_PLACES, country_name

HOURS = 24.0
PASSED = tuple(dict.fromkeys([*OF_GROUPS.values(), *OF_PLACES.values(), "sea", "air", "direct", "pipeline"]))
"""What a way may be called by, beside countries; the catalogues have them all."""


def days(hours: float, words: Words) -> str:
    """Hours as days."""
    return words.number(hours / HOURS, 1)


def between(route: Route, words: Words) -> str:
    """Within which half and nine in ten journeys are over."""
    return f"{days(route.hours_p50.value, words)} – {days(route.hours_p90.value, words)}"


def whole(figure: Figure, words: Words) -> str:
    """A figure without decimals."""
    return words.number(figure.value, 0)


def way(name: str, held: Mapped, words: Words) -> str:
    """The name of a way: what it passes, word by word."""
    known = {country_name(each.country): each.country for each in held.places if each.country}

    def said(word: str) -> str:
        head, by, place = word.partition(" by ")
        local = words.country(known[head]) if head in known else words(head)
        return f"{local} · {place}" if by else local

    return ", ".join(map(said, name.split(", ")))


def place(code: str, held: Mapped, words: Words) -> str:
    """What a place of the network is called."""
    found = held.by_code.get(code)
    return found.names[words.code] if found else code


def leg(code: str, held: Mapped, words: Words) -> str:
    """A leg by its ends and its mode."""
    found = held.by_leg.get(code)
    if found is None:
        return code
    ends = " – ".join(place(each, held, words) for each in (found.row.start, found.row.end))
    return f"{ends} ({words(found.mode)})"


def countries_of(codes: Iterable[str], words: Words) -> str:
    """Countries in their order."""
    return ", ".join(map(words.country, codes))


def month(number: int, words: Words) -> str:
    """A month by its number from 1."""
    return str(words.locale.months["stand-alone"]["wide"][number])
