"""What the words of a table stand for in the shape, each by itself: countries, periods, units and so on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from sarai.flows.shape import BASES, FLOWS, FREQUENCIES, TOTAL, VALUATIONS, WORLD
from sarai.reference import countries
from sarai.reference.units import unit_code

__all__ = ["MEANINGS", "NEXT_STEP", "area", "period"]

IN_BRACKETS = re.compile(r"(.+?)\s*\((.+)\)")
EXTENT = re.compile(r"(incl|excl)\b")
CODE = re.compile(rf"\d{{2,10}}|{TOTAL}")
CURRENCY = re.compile("[A-Z]{3}")
EDITION = re.compile(r"HS\d{4}")
PERIOD = re.compile(r"Y?(\d{4})(?:-?M?(\d{2}))?(?:-01)?")
OF_MONTHS = re.compile("%[mbB]")


def area(text: str) -> str | None:
    """The alpha-2 code of what a table may write for a country; ``W1`` for the world.

    A name may be followed in brackets by another of the same country, or by what it includes.

    >>> area("Belarus (Belorussia)"), area("Italy (incl. San Marino 'SM' -> 1993)"), area("Korea (DPRK)")
    ('BY', 'IT', None)
    """
    if text in (WORLD, "World"):
        return WORLD
    found = countries.alpha2(text) or countries.by_name(text)
    bracketed = IN_BRACKETS.fullmatch(text)
    if not found and bracketed:
        name, more = countries.by_name(bracketed[1]), bracketed[2]
        found = name if EXTENT.match(more) or countries.by_name(more) == name else ""
    return found or None


def period(text: str, form: str = "") -> str | None:
    """The first day of a period and its frequency; without a form, of ``2021``, ``202103`` and the like.

    >>> period("2021-03"), period("2021"), period("mar 2021", "%b %Y"), period("2021-13")
    ('2021-03-01 M', '2021-01-01 A', '2021-03-01 M', None)
    """
    found = None if form else PERIOD.fullmatch(text)
    try:
        if form:
            day, monthly = datetime.strptime(text, form).date(), bool(OF_MONTHS.search(form))
        elif found:
            day, monthly = date(int(found[1]), int(found[2] or 1), 1), bool(found[2])
        else:
            return None
    except ValueError:
        return None
    return f"{day:%Y-%m}-01 M" if monthly else f"{day:%Y}-01-01 A"


def _one_of(words: tuple[str, ...]) -> Callable[[str], str | None]:
    by_case = {word.lower(): word for word in words}
    return lambda text: by_case.get(text.lower())


def _matched(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    return lambda text: text if pattern.fullmatch(text) else None


MEANINGS: dict[str, Callable[[str], str | None]] = {
    "reporter": area,
    "partner": area,
    "second_partner": area,
    "flow": _one_of(FLOWS),
    "edition": _matched(EDITION),
    "code": lambda text: _matched(CODE)(text.replace(".", "").replace(" ", "")),
    "frequency": _one_of(FREQUENCIES),
    "period": period,
    "currency": _matched(CURRENCY),
    "unit": unit_code,
    "basis": _one_of(BASES),
    "valuation": _one_of(VALUATIONS),
}
"""By column of the shape, what a word stands for; none if it stands for nothing."""

NEXT_STEP = {
    "reporter": "no country of this name or code is known; give it in a lookup",
    "partner": "no country of this name or code is known; give it in a lookup",
    "second_partner": "no country of this name or code is known; give it in a lookup",
    "flow": f"none of {', '.join(FLOWS)}; give it in a lookup",
    "edition": "no edition of the Harmonized System, such as HS2017; give it in a lookup",
    "code": "not two to ten digits, nor TOTAL",
    "frequency": f"none of {', '.join(FREQUENCIES)}; give it in a lookup",
    "period": "no period of the format; correct the format, or drop the row",
    "currency": "no currency of ISO 4217, such as USD; give it in a lookup",
    "unit": "no unit of this name is known; give it in a lookup",
    "basis": f"none of {', '.join(BASES)}; give it in a lookup",
    "valuation": f"none of {', '.join(VALUATIONS)}; give it in a lookup",
}
"""By column of the shape, what is wrong with a word that stands for nothing, and what to do."""
