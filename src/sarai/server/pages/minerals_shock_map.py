"""A shock played forward on the map: who misses what in each month, and from whom the importer buys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sarai.server.minerals.arcs import arc, position
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.our_map import ESM, OurMap
from sarai.server.words import Words
from sarai.telling.minerals_shock import ShockTold

__all__ = ["MONTHS", "ShockMap", "countries", "purchases"]

WORLD = ((-44.0, -128.0), (66.0, 160.0))
MONTHS = 24
DIGITS = 6  # of a figure: more is no finer than it is drawn
MOST_ARCS = 16  # more lie on each other; the table has all


class ShockMap(OurMap, component="minerals_shock_map.js", esm=ESM):
    """A map with a slider over months, played by a button, by pointer and by keyboard."""

    def __init__(self, words: Words, found: ShockTold) -> None:
        super().__init__(words, words("Map of the shock"), WORLD)
        self.props.update(
            countries=list(countries(found, words)), arcs=list(purchases(found, words)), months=MONTHS,
            said={
                "play": words("Play the months"), "pause": words("Pause"), "month": words("Month"),
                "before": words("before the shock"),
                "after": words("month {month} after it begins", month="#"),
                "nobody": words("Nobody misses anything."), "country": words("Country"),
                "used": words("Used a month"), "missed": words("Missed"), "share": words("Share missed"),
                "stock": words("In stock"), "unit": said.unit(found.unit, words),
                "others": words("and others: #"), "table": words("Who misses most in the month"),
            },
        )  # fmt: skip


def countries(found: ShockTold, words: Words) -> Iterator[list[Any]]:
    """Of each country: code, name, where it is (or nothing), use a month, stocks, and what it misses."""
    for each in found.by_country:
        yield [
            each.country, said.country(each.country, words), position(each.country),
            _short(each.consumed / 12), list(map(_short, each.stocks)), list(map(_short, each.missed)),
        ]  # fmt: skip


def purchases(found: ShockTold, words: Words) -> Iterator[list[Any]]:
    """Of each supplier of the importer: name, the curve from it, and what it sells before and after."""
    end = position(found.importer) if found.importer else None
    ranked = sorted(found.suppliers, key=lambda each: -max(each.before, each.after))
    for each in ranked[:MOST_ARCS]:
        start = position(each.country)
        if start and end and start != end:
            name = said.country(each.country, words)
            yield [name, arc(start, end), _short(each.before), _short(each.after)]


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
