"""Values ranked: bars, or dots with their intervals where the values are estimates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.telling.charts.data import Bar, Bars
from sarai.telling.charts.numbers import HOLE, compact
from sarai.telling.charts.sheet import Sheet, cut, hole_look, text_width
from sarai.telling.charts.style import SMALL_PT, TEXT_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, FOOT = 24.0, 24.0
SAID = 60.0  # room for a value at the end of its bar


def shown(chart: Bars) -> tuple[Bar, ...]:
    """What is drawn, in its order: the largest first, holes last."""
    bars = chart.bars
    if chart.ranked:
        bars = tuple(sorted(bars, key=lambda bar: (bar.value is None, -(bar.value or 0.0), bar.name)))
    return bars[: chart.most]


def body(chart: Bars, width: float) -> float:
    """The height of the room that it needs."""
    return max(1, len(shown(chart))) * ROW + FOOT


def draw(chart: Bars, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    bars = shown(chart)
    names = min(sheet.room * 0.42, max((text_width(bar.name, TEXT_PT) for bar in bars), default=0.0) + 8)
    axes = sheet.axes(names, 0, sheet.room - names - SAID, max(1, len(bars)) * ROW)
    axes.set_ylim(max(1, len(bars)) - 0.5, -0.5)
    axes.set_yticks(range(len(bars)), [cut(bar.name, TEXT_PT, names) for bar in bars])
    axes.tick_params(axis="y", labelsize=TEXT_PT, labelcolor=sheet.colours["ink"])
    _scale(bars, axes, sheet.colours)
    for place, bar in enumerate(bars):
        _bar(bar, place, axes, sheet.colours, dots=chart.dots)


def _scale(bars: tuple[Bar, ...], axes: Axes, colours: dict[str, str]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    numbers = [v for bar in bars for v in (bar.value, bar.low, bar.high) if v is not None]
    low, high = min([0.0, *numbers]), max([0.0, *numbers])
    axes.set_xlim(low * 1.04, high * 1.04 if high > low else low + 1)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.grid(axis="x", color=colours["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axvline(0, color=colours["edge"], linewidth=1)


def _bar(bar: Bar, place: int, axes: Axes, colours: dict[str, str], *, dots: bool) -> None:
    left, right = axes.get_xlim()
    if bar.value is None:
        axes.barh(
            place, (right - left) * 0.12, 0.62, left=max(left, 0.0), gid="part-hole", **hole_look(colours)
        )
        axes.text(max(left, 0.0) + (right - left) * 0.14, place, HOLE, va="center_baseline", size=SMALL_PT,
                  color=colours["quiet"])  # fmt: skip
        return
    if dots:
        axes.plot([bar.value], [place], "o", color=colours["series-1"], markersize=7, gid="part-dot")
    else:
        axes.barh(place, bar.value, 0.62, color=colours["series-1"], gid="part-bar")
    if bar.low is not None and bar.high is not None:
        axes.plot([bar.low, bar.high], [place, place], color=colours["ink"], linewidth=1.4, marker="|",
                  markersize=7, gid="part-interval")  # fmt: skip
    axes.annotate(
        compact(bar.value),
        (1, place),
        (8, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center_baseline",
        size=SMALL_PT,
        color=colours["ink"],
    )
