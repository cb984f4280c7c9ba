"""Values in directions about a middle: a compass. A hole breaks the outline, it is never at the middle."""

from __future__ import annotations

from itertools import pairwise
from math import cos, pi, sin
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sarai.telling.charts.data import Compass, Outline
from sarai.telling.charts.numbers import compact
from sarai.telling.charts.sheet import NARROW, Key, Sheet, key_height, line_key, room, text_width
from sarai.telling.charts.style import DASHES, SERIES, SMALL_PT, TEXT_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST, LEAST = 220.0, 70.0  # points from the middle to the outer ring
RINGS = 4
AIR = 14.0  # points between the outer ring and what stands above or below it
LINE = 1.25 * TEXT_PT
BESIDE = 1.04  # of the radius: where names of directions begin
LETTERS = 12, 20  # in a line of a name: on a phone, on a desk
Spot = tuple[float, float]


def body(chart: Compass, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + 2 * _half(chart, width)


def _half(chart: Compass, width: float) -> float:
    """From the middle to where the highest name ends."""
    lines = [
        len(name) for name, (_, y) in zip(_names(chart, width), _ends(chart), strict=True) if abs(y) > 0.5
    ]
    return _radius(chart, width) + AIR + LINE * max(lines, default=0)


def _radius(chart: Compass, width: float) -> float:
    """What the names of directions leave of the room."""
    half = room(width) / 2
    least = MOST
    for name, (x, _) in zip(_names(chart, width), _ends(chart), strict=True):
        if abs(x) > 0.02:
            least = min(least, (half - max(text_width(line, TEXT_PT) for line in name)) / (BESIDE * abs(x)))
    return max(LEAST, least)


def _names(chart: Compass, width: float) -> list[list[str]]:
    """The names of directions, line by line."""
    letters = LETTERS[width > NARROW]
    return [wrap(name, letters, break_long_words=False) or [""] for name in chart.directions]


def _ends(chart: Compass) -> list[Spot]:
    """Where directions end on a ring of radius one."""
    return [_spot(number, len(chart.directions), 1.0) for number in range(len(chart.directions))]


def draw(chart: Compass, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys, radius = _keys(chart), _radius(chart, sheet.width)
    sheet.key(keys)
    half = _half(chart, sheet.width)
    axes = sheet.axes(0, key_height(keys, sheet.width), sheet.room, 2 * half)
    axes.set_axis_off()
    axes.set_xlim(-sheet.room / 2, sheet.room / 2)
    axes.set_ylim(-half, half)
    most = chart.most or _most(chart)
    _rings(axes, radius, most, sheet.colours)
    _directions(chart, _names(chart, sheet.width), axes, radius, sheet.colours)
    for number, outline in enumerate(chart.outlines):
        look = _look(number, dashed=outline.dashed)
        _outline(outline, axes, radius / most, sheet.colours, *look, len(chart.directions))


def _most(chart: Compass) -> float:
    return (
        max((v for each in chart.outlines for v in (*each.values, *each.high) if v is not None), default=0)
        or 1
    )


def _look(number: int, *, dashed: bool) -> tuple[str, Any]:
    """Colours first, dashes when they are used up, or where an outline asks for them."""
    return SERIES[number % len(SERIES)], DASHES[1 if dashed else number // len(SERIES) % len(DASHES)]


def _keys(chart: Compass) -> list[Key]:
    looks = [_look(number, dashed=each.dashed) for number, each in enumerate(chart.outlines)]
    return [line_key(each.name, *look) for each, look in zip(chart.outlines, looks, strict=True)]


def _spot(direction: int, several: int, radius: float) -> Spot:
    """Clockwise from above."""
    angle = pi / 2 - 2 * pi * direction / max(1, several)
    return radius * cos(angle), radius * sin(angle)


def _rings(axes: Axes, radius: float, most: float, colours: dict[str, str]) -> None:
    from matplotlib.patches import Circle

    for ring in range(1, RINGS + 1):
        far = radius * ring / RINGS
        axes.add_patch(Circle((0, 0), far, fill=False, edgecolor=colours["line"], linewidth=0.8))
        axes.text(3, far - 2, compact(most * ring / RINGS), size=SMALL_PT, color=colours["quiet"], va="top")


def _directions(
    chart: Compass, names: list[list[str]], axes: Axes, radius: float, colours: dict[str, str]
) -> None:
    for name, (x, y) in zip(names, _ends(chart), strict=True):
        axes.plot([0, x * radius], [0, y * radius], color=colours["line"], linewidth=0.8)
        sideways = "center" if abs(x) < 0.02 else "left" if x > 0 else "right"
        above = 6 + (len(name) - 1) * LINE / 2 if abs(x) < 0.02 else 6
        for row, line in enumerate(name):
            middle = y * radius * BESIDE + (above if y > 0 else -above) + LINE * ((len(name) - 1) / 2 - row)
            axes.text(x * radius * BESIDE, middle, line, size=TEXT_PT, color=colours["ink"],
                      ha=sideways, va="center")  # fmt: skip


def _outline(
    outline: Outline, axes: Axes, scale: float, colours: dict[str, str], colour: str, dash: Any, several: int
) -> None:  # fmt: skip
    spots = [
        None if value is None else _spot(number, several, value * scale)
        for number, value in enumerate(outline.values)
    ]
    for one, other in pairwise([*spots, spots[0]]):
        if one is not None and other is not None:
            axes.plot(*zip(one, other, strict=True), color=colours[colour], linestyle=dash, linewidth=1.8,
                      gid="part-outline")  # fmt: skip
    known = [each for each in spots if each is not None]
    if known:
        axes.plot(*zip(*known, strict=True), "o", color=colours[colour], markersize=5, gid="part-dot")
    for number, (low, high) in enumerate(zip(outline.low, outline.high, strict=True)):
        if low is not None and high is not None:
            ends = _spot(number, several, low * scale), _spot(number, several, high * scale)
            axes.plot(*zip(*ends, strict=True), color=colours[colour], linewidth=3.2, alpha=0.35,
                      gid="part-interval")  # fmt: skip
