"""Names, dates and amounts of standing, in somebody's language."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from markupsafe import Markup

from sarai.reference.rows import Source
from sarai.server.pages.look.markup import tag
from sarai.server.words import Words
from sarai.standing import Figure, Standing
from sarai.standing.bodies import COUNTED
from sarai.standing.tables import TOTAL

__all__ = ["Said"]

SHARE = "share"
UNSAID = ("count", "depth")  # units that are no more than a number


class Said:
    """What tables of standing say, in a language; a name of one's own tables stands as it is."""

    def __init__(self, standing: Standing, words: Words) -> None:
        self.standing, self.words = standing, words

    # -- names -------------------------------------------------------------------------------------

    @cached_property
    def powers(self) -> dict[str, str]:
        """By code."""
        return {each.code: self.words(each.name) for each in self.standing.powers}

    @cached_property
    def channels(self) -> dict[str, str]:
        """By code."""
        return {each.code: self.words(each.name) for each in self.standing.channels}

    @cached_property
    def measures(self) -> dict[str, str]:
        """By code, with the unit."""
        return {each.code: self._measure(each.name, each.unit) for each in self.standing.measures}

    def _measure(self, name: str, unit: str) -> str:
        local = _begun(self.words(name))
        return local if unit in (SHARE, *UNSAID) else f"{local}, {self.words(unit)}"

    @cached_property
    def sources(self) -> dict[str, Source]:
        """By code."""
        return {each.code: each for each in self.standing.sources}

    @cached_property
    def _parts(self) -> dict[str, str]:
        return {code: self.words(name) for code, name in self._named.items()}

    @cached_property
    def _named(self) -> dict[str, str]:
        """Parts that are no countries, as the tables name them."""
        return {each.code: each.name for each in (*self.standing.routes, *self.standing.memberships)}

    @cached_property
    def _units(self) -> dict[str, str]:
        return {each.code: each.unit for each in self.standing.measures}

    def who(self, row: Figure) -> str:
        """Whose figure it is: the power, and the part of it."""
        if row.power == TOTAL:
            return self.words("All together")
        name = self.powers.get(row.power, row.power)
        return f"{name}: {self.part(row.part)}" if row.part else name

    def part(self, code: str) -> str:
        """A part of a power: a country, a route, a body."""
        return self._parts.get(code) or self.words.country(code)

    def pole(self, code: str) -> str:
        """A country, or a group."""
        return self.words("European Union") if code == "EU" else self.words.country(code)

    # -- amounts and dates -------------------------------------------------------------------------

    def amount(self, row: Figure) -> str:
        """A figure with its range and unit."""
        if row.value is None:
            return self.words("no figure")
        unit = self._units.get(row.measure, "")
        low, high = (row.value if end is None else end for end in (row.low, row.high))
        said = self._number(row.value, unit)
        if low != high:
            said += f" ({self._number(low, unit)} – {self._number(high, unit)})"
        return said if unit in (SHARE, *UNSAID) else f"{said} {self.words(unit)}"

    def _number(self, value: float, unit: str) -> str:
        return self.percent(value) if unit == SHARE else self.words.number(round(value, 4))

    def percent(self, share: float) -> str:
        """A share, to a tenth of a per cent."""
        return self.words.percent(share, 1)

    def share(self, value: float | None, low: float | None = None, high: float | None = None) -> Markup:
        """A share, its interval below where that says more."""
        if value is None:
            return tag("span", self.words("no figure"), class_="quiet")
        ends = () if low is None or high is None else (self.percent(low), self.percent(high))
        if len(set(ends)) < 2:
            return tag("span", self.percent(value))
        between = f"{self.words.number(100 * low, 1)} – {self.percent(high)}"
        return tag("span", self.percent(value), tag("span", between, class_="quiet between"))

    def date(self, of: str) -> Markup:
        """A date, or two of a span, for people and for machines."""
        first, span, last = of.partition("/")
        until = [" – ", self._date(last)] if span else []
        return tag("span", self._date(first), *until, class_="of")

    def _date(self, of: str) -> Markup:
        return tag("time", self.day(of), datetime=of)

    def day(self, of: str) -> str:
        """A year, a month of it or a day as the language writes it; of a span both ends."""
        if "/" in of:
            return " – ".join(map(self.day, of.split("/")))
        year, *rest = map(int, of.split("-"))
        if not rest:
            return of
        if len(rest) == 1:
            from babel.dates import format_skeleton

            return format_skeleton("yMMM", date(year, rest[0], 1), locale=self.words.locale)
        return self.words.day(date(year, *rest))

    # -- sources -----------------------------------------------------------------------------------

    def source(self, code: str) -> Markup:
        """Where a figure is from, in words: what it is called, who published it when, what kind it is."""
        found = self.sources.get(code)
        if found is None:
            return tag("span", code)
        told = [found.publisher, found.published, self.kind(code)]
        return tag(
            "span", self.words(found.title), tag("span", ", ".join(filter(None, told)), class_="quiet told")
        )

    def kind(self, code: str) -> str:
        """Whether it was published, seen through another's text, computed or assumed."""
        found = self.sources.get(code)
        return self.words.name("source", found.kind) if found else ""

    def note(self, text: str) -> str:
        """A note of the tables; what is put together of several texts is said part by part."""
        for between in ("", "; ", ": "):
            parts = text.split(between) if between else [text]
            local = between.join(map(self.words, parts))
            if local != text:
                return _begun(local)
        return _begun(text)

    def note_of(self, row: Figure) -> str:
        """The note of a figure, without the name of its part."""
        if row.source == COUNTED:  # it says what the figure says
            return ""
        return self.note(row.note.removeprefix(f"{self._named.get(row.part, '')}: "))


def _begun(text: str) -> str:
    """A text as it begins a line."""
    return text[:1].upper() + text[1:]
