"""Sums and what they are made of: each row a bar of parts, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.telling.charts.bars import FOOT, ROW, SAID
from sarai.telling.charts.data import Stacks
from sarai.telling.charts.numbers import compact
from sarai.telling.charts.sheet import Key, Sheet, box_key, cut, key_height, text_width
from sarai.telling.charts.style import SERIES, SMALL_PT, TEXT_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _keys(chart: Stacks) -> list[Key]:
    return [box_key(name, SERIES[at % len(SERIES)]) for at, name in enumerate(chart.parts)]


def body(chart: Stacks, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + max(1, len(chart.rows)) * ROW + FOOT


def draw(chart: Stacks, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys = _keys(chart)
    sheet.key(keys)
    names = [row.name for row in chart.rows]
    left = min(sheet.room * 0.42, max((text_width(name, TEXT_PT) for name in names), default=0.0) + 8)
    high = max(1, len(names)) * ROW
    axes = sheet.axes(left, key_height(keys, sheet.width), sheet.room - left - SAID, high)
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.set_yticks(range(len(names)), [cut(name, TEXT_PT, left) for name in names])
    axes.tick_params(axis="y", labelsize=TEXT_PT, labelcolor=sheet.colours["ink"])
    _scale(chart, axes, sheet.colours)
    for place, row in enumerate(chart.rows):
        _row(row.values, place, axes, sheet.colours)


def _scale(chart: Stacks, axes: Axes, colours: dict[str, str]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(0, max((row.total for row in chart.rows), default=0.0) * 1.04 or 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.grid(axis="x", color=colours["line"], linewidth=0.8)
    axes.set_axisbelow(True)


def _row(values: tuple[float, ...], place: int, axes: Axes, colours: dict[str, str]) -> None:
    begins = 0.0
    for at, value in enumerate(values):
        if value:
            axes.barh(place, value, 0.62, left=begins, color=colours[SERIES[at % len(SERIES)]],
                      edgecolor=colours["surface"], linewidth=0.8, gid="part-bar")  # fmt: skip
        begins += value
    axes.annotate(
        compact(begins), (1, place), (8, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", va="center_baseline", size=SMALL_PT, color=colours["ink"],
    )  # fmt: skip
