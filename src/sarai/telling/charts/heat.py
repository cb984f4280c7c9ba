"""A table of cells, darker the larger. A hole is hatched, a zero is empty: they are not the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from sarai.telling.charts.data import Heat
from sarai.telling.charts.numbers import HOLE, class_of, classes, ranges
from sarai.telling.charts.sheet import Key, Sheet, box_key, cut, hole_look, key_height, text_width
from sarai.telling.charts.style import SCALE, SMALL_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, FOOT, AIR = 20.0, 26.0, 0.06  # AIR about each cell, as a part of it
Cell = tuple[int, int]


def body(chart: Heat, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + len(chart.rows) * ROW + FOOT


def _bounds(chart: Heat) -> tuple[float, ...]:
    return classes([*chain(*chart.cells)], 1 if chart.filled else len(SCALE))


def scale(several: int) -> Sequence[str]:
    """The colours of so many classes, spread over the scale; one alone is of its middle."""
    if several == 1:
        return (SCALE[2],)
    return [SCALE[round(number * (len(SCALE) - 1) / (several - 1))] for number in range(several)]


def _keys(chart: Heat) -> list[Key]:
    bounds, values = _bounds(chart), [*chain(*chart.cells)]
    said = [chart.filled] if chart.filled else ranges(values, bounds)
    keys = [box_key(name, colour) for name, colour in zip(said, scale(len(bounds)), strict=False)]
    if 0.0 in values:
        keys.append(box_key("zero", "surface"))
    return [*keys, box_key(HOLE, "edge", hatched=True)] if None in values else keys


def draw(chart: Heat, sheet: Sheet) -> None:
    """Draw it into the room of a sheet; cells of one class are one shape."""
    keys, bounds = _keys(chart), _bounds(chart)
    sheet.key(keys)
    names = min(sheet.room * 0.36, max((text_width(row, SMALL_PT) for row in chart.rows), default=0.0) + 8)
    axes = sheet.axes(names, key_height(keys, sheet.width), sheet.room - names, len(chart.rows) * ROW)
    axes.set_xlim(0, len(chart.columns) or 1)
    axes.set_ylim(len(chart.rows) or 1, 0)
    axes.set_yticks(
        [r + 0.5 for r in range(len(chart.rows))], [cut(row, SMALL_PT, names) for row in chart.rows]
    )
    axes.tick_params(labelcolor=sheet.colours["ink"])
    _columns(chart, axes, sheet.room - names)
    for colour, cells in _groups(chart, bounds).items():
        _cells(colour, cells, axes, sheet.colours)


def _groups(chart: Heat, bounds: Sequence[float]) -> dict[str, list[Cell]]:
    """The cells of each colour; ``hole`` and ``zero`` are apart."""
    colours = scale(len(bounds)) if bounds else ()
    groups: dict[str, list[Cell]] = {name: [] for name in ("hole", "zero", *colours)}
    for r, row in enumerate(chart.cells):
        for c, value in enumerate(row):
            name = "hole" if value is None else colours[class_of(value, bounds)] if value else "zero"
            groups[name].append((r, c))
    return {name: cells for name, cells in groups.items() if cells}


def _cells(name: str, cells: Sequence[Cell], axes: Axes, colours: dict[str, str]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners, codes = [], []
    for r, c in cells:
        left, right, top, foot = c + AIR, c + 1 - AIR, r + AIR, r + 1 - AIR
        corners += [(left, top), (right, top), (right, foot), (left, foot), (left, top)]
        codes += [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    if name == "hole":
        look = hole_look(colours)
    elif name == "zero":
        look = {"facecolor": colours["surface"], "edgecolor": colours["line"], "linewidth": 0.8}
    else:
        look = {"facecolor": colours[name], "linewidth": 0}
    axes.add_patch(PathPatch(Path(corners, codes), gid=f"part-{name}", **look))


def _columns(chart: Heat, axes: Axes, width: float) -> None:
    """Name as many columns as there is room for; of months that is the first of a year, if it can be."""
    most = max(2, int(width / (text_width("2021-01", SMALL_PT) + 8)))
    every = -(-len(chart.columns) // most)
    if every > 1 and all(len(name) == 7 and name[4] == "-" for name in chart.columns):
        every = next((step for step in (3, 6, 12, 24, 60, 120) if step >= every), every)
        first = next((n for n, name in enumerate(chart.columns) if name.endswith("-01")), 0)
    else:
        first = 0
    shown = range(first, len(chart.columns), every) if chart.columns else range(0)
    axes.set_xticks([n + 0.5 for n in shown], [chart.columns[n] for n in shown])
