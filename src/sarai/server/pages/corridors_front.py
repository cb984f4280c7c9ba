"""The front of ways as a picture of which every point can be chosen: days against dollars, carbon as size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10, sqrt

from markupsafe import Markup

from sarai.server.corridors.answer import Answer, Mapped, Point
from sarai.server.pages import corridors_said as said
from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, panel, tag
from sarai.server.words import Words

LEAST_REM, MOST_REM = 1.5, 3.5  # across a point: what a finger hits, and what still leaves room
TICKS = 5
FAR = 6.0  # times: from where on equal steps would leave all but one in a corner
MARGIN = 0.08  # of an axis, beside the outermost points


def front(found: Answer, held: Mapped, words: Words, chosen: str) -> Markup | None:
    """The picture with its table; none where there is but one way."""
    now, was = found.now.front, found.before.front if found.after is not None else ()
    if len(now) < 2:
        return None
    unit = found.now.ranked.unit
    frame = _Frame([*now, *was])
    points = [_dot(each, frame, held, words, unit, "was") for each in was]
    points += [_dot(each, frame, held, words, unit, "", chosen) for each in now]
    dollars = words("USD a TEU" if unit == "TEU" else "USD a tonne")
    axes = [tag("span", words("days"), class_="axis x"), tag("span", dollars, class_="axis y")]
    drawn = tag("div", *frame.ticks(words), *axes, *points, class_="front", role="group",
                aria_label=words("Days against dollars"))  # fmt: skip
    told = words(
        "No other way is at once quicker, cheaper and cleaner than one of these, within {share}. The larger "
        "a point, the more CO2. Choose one to see its way on the map.",
        share=words.percent(found.now.within),
    )  # fmt: skip
    before = words("Dashed points are ways before the change.") if was else ""
    note = tag("p", f"{told} {before}".strip(), class_="quiet said")
    return panel(words("Time against money"), drawn, note, _table(now, held, words, unit))


class _Frame:
    """Where things lie: shares of the picture."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.x = _Axis([each.route.hours.value / said.HOURS for each in points])
        self.y = axis([each.route.usd_per_unit.value for each in points])
        self.carbon = max(each.route.co2e_kg_per_unit.value for each in points) or 1.0

    def at(self, point: Point) -> str:
        """Position and size of a point, as a style."""
        route = point.route
        share = sqrt(route.co2e_kg_per_unit.value / self.carbon)
        size = LEAST_REM + (MOST_REM - LEAST_REM) * share
        left, up = self.x.share(route.hours.value / said.HOURS), self.y.share(route.usd_per_unit.value)
        return f"left:{100 * left:.2f}%;bottom:{100 * up:.2f}%;width:{size:.2f}rem;height:{size:.2f}rem"

    def ticks(self, words: Words) -> Iterator[Markup]:
        """Figures along both axes, and rules."""
        for value in self.x.ticks():
            place = f"left:{100 * self.x.share(value):.2f}%"
            yield tag("span", words.number(value), class_="tick x", style=place)
        for value in self.y.ticks():
            place = f"bottom:{100 * self.y.share(value):.2f}%"
            yield tag("span", words.number(value), class_="tick y", style=place)
            yield tag("span", class_="rule", style=place)


def axis(values: Sequence[float]) -> _Axis:
    """An axis for values; by powers of ten where they lie far apart, as of ships and aircraft."""
    far = min(values) > 0 and max(values) / min(values) > FAR
    return _PowerAxis(values) if far else _Axis(values)


class _Axis:
    """From a little below the least value to a little above the greatest."""

    def __init__(self, values: Sequence[float]) -> None:
        least, most = min(values), max(values)
        room = (most - least or abs(most) or 1.0) * MARGIN
        self.least, self.most = max(least - room, 0.0), most + room

    def share(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (value - self.least) / (self.most - self.least)

    def ticks(self) -> list[float]:
        """Round values, a few."""
        rough = (self.most - self.least) / TICKS
        whole = 10 ** floor(log10(rough))
        step = next(each * whole for each in (1, 2, 5, 10) if each * whole >= rough)
        first = ceil(self.least / step)
        return [at * step for at in range(first, floor(self.most / step) + 1)]


class _PowerAxis(_Axis):
    """The same by powers of ten."""

    def __init__(self, values: Sequence[float]) -> None:
        super().__init__([log10(each) for each in values])

    def share(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return super().share(log10(value))

    def ticks(self) -> list[float]:
        """One, two and five of each power."""
        powers = range(floor(self.least), ceil(self.most) + 1)
        found = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
        return [each for each in found if self.least <= log10(each) <= self.most]


def _dot(
    point: Point, frame: _Frame, held: Mapped, words: Words, unit: str, look: str, chosen: str = ""
) -> Markup:
    label = _told(point, held, words, unit)
    if look:
        return tag("button", type="button", class_=look, style=frame.at(point), title=label, aria_label=label,
                   disabled=True)  # fmt: skip
    return tag(
        "button", point.letter, type="button", data_way=point.letter, style=frame.at(point), title=label,
        aria_label=label, aria_pressed="true" if point.letter == chosen else "false",
    )  # fmt: skip


def _told(point: Point, held: Mapped, words: Words, unit: str) -> str:
    route = point.route
    figures = {
        "letter": point.letter, "name": said.way(point.name, held, words),
        "days": said.days(route.hours.value, words), "usd": said.whole(route.usd_per_unit, words),
        "kg": said.whole(route.co2e_kg_per_unit, words),
    }  # fmt: skip
    return words("{letter}, {name}: {days} days, {usd} USD, {kg} kg CO2", **figures)


def _table(points: Sequence[Point], held: Mapped, words: Words, unit: str) -> Markup:
    columns = [
        Column(words("Way"), leads=True), Column(words("Days"), numeric=True),
        Column(words("USD a TEU" if unit == "TEU" else "USD a tonne"), numeric=True),
        Column(words("kg CO2 a TEU" if unit == "TEU" else "kg CO2 a tonne"), numeric=True),
    ]  # fmt: skip
    rows: list[list[Content]] = [
        [f"{each.letter} {said.way(each.name, held, words)}", said.days(each.route.hours.value, words),
         said.whole(each.route.usd_per_unit, words), said.whole(each.route.co2e_kg_per_unit, words)]
        for each in points
    ]  # fmt: skip
    title = words("Table: {title}", title=words("Time against money"))
    return tag("details", tag("summary", title, class_="more"), forms.table(columns, rows, caption=title))
