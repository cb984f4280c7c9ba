"""Pairs of values: before and after joined by a line, or one against the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sarai.telling.charts.data import Change, Point, Scatter, Slopes
from sarai.telling.charts.numbers import HOLE, compact
from sarai.telling.charts.sheet import Key, Sheet, cut, dot_key, key_height, line_key, text_width
from sarai.telling.charts.style import SMALL_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST_APART = 15.0  # points between two names, so that neither lies on the other
LEFT, FOOT = 54.0, 42.0


def slopes_body(chart: Slopes, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + max(200.0, len(chart.changes) * LEAST_APART * 1.3) + 30


def _keys(chart: Slopes) -> list[Key]:
    keys = [line_key("more than before", "series-2"), line_key("less or as much", "series-1")]
    if any(None in (each.before, each.after) for each in chart.changes):
        keys.append(dot_key(f"the other side {HOLE}", "quiet", hollow=True))
    return keys


def draw_slopes(chart: Slopes, sheet: Sheet) -> None:
    """Draw pairs that are joined into the room of a sheet."""
    keys = _keys(chart)
    sheet.key(keys)
    top = key_height(keys, sheet.width)
    wide = max((text_width(each.name, SMALL_PT) for each in chart.changes), default=0) + 66
    names = min(sheet.room * 0.52, wide)
    high = slopes_body(chart, sheet.width) - top - 26
    axes = sheet.axes(LEFT + 6, top, sheet.room - LEFT - 6 - names, high)
    axes.set_xlim(0, 1)
    _slope_scale(chart, axes)
    axes.set_xticks([0, 1], [chart.before, chart.after])
    axes.set_yticks([])
    for side in (0, 1):
        axes.axvline(side, color=sheet.colours["line"], linewidth=1)
    for change in chart.changes:
        _slope(change, axes, sheet.colours)
    _slope_names(chart, axes, sheet, names, high)


def _slope_scale(chart: Slopes, axes: Axes) -> None:
    from matplotlib.scale import SymmetricalLogScale

    numbers = [v for each in chart.changes for v in (each.before, each.after) if v is not None]
    low, high = min([0.0, *numbers]), max([0.0, *numbers]) or 1.0
    if chart.log:
        least = min((abs(v) for v in numbers if v), default=1.0)
        axes.set_yscale(SymmetricalLogScale(axes, linthresh=least))
    axes.set_ylim(low, high * (1.3 if chart.log else 1.04))


def _slope(change: Change, axes: Axes, colours: dict[str, str]) -> None:
    if change.before is not None and change.after is not None:
        colour = colours["series-2" if change.after > change.before else "series-1"]
        axes.plot([0, 1], [change.before, change.after], "-o", color=colour, markersize=5, linewidth=1.6,
                  clip_on=False, gid="part-slope")  # fmt: skip
        return
    for side, value in enumerate((change.before, change.after)):
        if value is not None:
            axes.plot([side], [value], "o", color=colours["quiet"], markersize=6, clip_on=False,
                      markerfacecolor=colours["surface"], gid="part-alone")  # fmt: skip


def _slope_names(chart: Slopes, axes: Axes, sheet: Sheet, names: float, high: float) -> None:
    for side, place, align in ((0, -8.0, "right"), (1, 8.0, "left")):
        held = [(value, each) for each in chart.changes
                if (value := (each.before, each.after)[side]) is not None]  # fmt: skip
        at = [
            axes.transAxes.inverted().transform(axes.transData.transform((0, value)))[1] for value, _ in held
        ]
        for (value, each), y in zip(held, spread([high * a for a in at], LEAST_APART), strict=True):
            alone = side == 0 and each.after is None
            said = compact(value) if side == 0 else f"{compact(value)}  {each.name}"
            axes.annotate(
                cut(f"{each.name} {said}" if alone else said, SMALL_PT, LEFT if side == 0 else names),
                (side, y / high),
                (place, 0),
                xycoords="axes fraction",
                textcoords="offset points",
                ha=align,
                va="center_baseline",
                size=SMALL_PT,
                color=sheet.colours["ink"],
            )


def spread(places: Sequence[float], least: float) -> list[float]:
    """Places moved apart so that neighbours keep a distance, by the least sum of squares.

    >>> spread([10.0, 12.0, 50.0], 10.0)
    [6.0, 16.0, 50.0]
    """
    from scipy.optimize import isotonic_regression

    order = sorted(range(len(places)), key=lambda number: (places[number], number))
    if not order:
        return []
    fitted = isotonic_regression([places[number] - rank * least for rank, number in enumerate(order)]).x
    moved = [0.0] * len(places)
    for rank, number in enumerate(order):
        moved[number] = round(float(fitted[rank]) + rank * least, 3)
    return moved


# -- one against the other -----------------------------------------------------------------------


def scatter_body(chart: Scatter, width: float) -> float:
    """The height of the room that it needs."""
    return min(width * 0.9, 420.0)


def draw_scatter(chart: Scatter, sheet: Sheet) -> None:
    """Draw points into the room of a sheet."""
    high = scatter_body(chart, sheet.width)
    axes = sheet.axes(LEFT, 20, sheet.room - LEFT - 8, high - 20 - FOOT)
    _scatter_scales(chart, axes, sheet.colours)
    points = [each for each in chart.points if drawable(each, log=chart.log)]
    if chart.joined:
        line = sorted((p.x, p.y) for p in points)
        axes.plot(*zip(*line, strict=True), color=sheet.colours["series-1"], linewidth=1.4, gid="part-line")
    for marked, colour in ((False, "series-1"), (True, "series-2")):
        some = [each for each in points if each.marked is marked]
        if some:
            axes.plot(
                [p.x for p in some],
                [p.y for p in some],
                "D" if marked else "o",
                color=sheet.colours[colour],
                markersize=7 if marked else 5,
                alpha=1 if marked else 0.7,
                markeredgewidth=0,
                gid="part-point",
            )
    for each in points:
        if each.marked:
            _point_name(each, axes, sheet.colours)


def drawable(point: Point, *, log: bool) -> bool:
    """Whether a point has a place: both its values, above zero if axes are logarithmic."""
    return all(value is not None and (value > 0 or not log) for value in (point.x, point.y))


def _point_name(point: Point, axes: Axes, colours: dict[str, str]) -> None:
    across = axes.transAxes.inverted().transform(axes.transData.transform((point.x, point.y)))[0]
    left = across > 0.6
    axes.annotate(point.name, (point.x, point.y), (-8 if left else 8, 0), textcoords="offset points",
                  ha="right" if left else "left", va="center_baseline", size=SMALL_PT,
                  color=colours["ink"])  # fmt: skip


def _scatter_scales(chart: Scatter, axes: Axes, colours: dict[str, str]) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    points = [each for each in chart.points if drawable(each, log=chart.log)]
    for axis, values in ((axes.xaxis, [p.x for p in points]), (axes.yaxis, [p.y for p in points])):
        low, high = min(values, default=0.0), max(values, default=1.0)
        limit = axes.set_xlim if axis is axes.xaxis else axes.set_ylim
        if chart.log:
            (axes.set_xscale if axis is axes.xaxis else axes.set_yscale)("log")
            limit((low or 1.0) / 1.6, high * 1.6)
        else:
            air = (high - low or 1.0) * 0.06
            limit(min(low, 0.0) - (air if low < 0 else 0.0), high + air)
        axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(color=colours["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(chart.x, size=SMALL_PT, color=colours["ink"])
    axes.annotate(chart.y, (0, 1), (-LEFT + 4, 8), xycoords="axes fraction", textcoords="offset points",
                  size=SMALL_PT, color=colours["ink"])  # fmt: skip
    if chart.equal and points:
        ends = [max(axes.get_xlim()[0], axes.get_ylim()[0]), min(axes.get_xlim()[1], axes.get_ylim()[1])]
        axes.plot(ends, ends, color=colours["edge"], linewidth=1, linestyle=(0, (5, 3)), gid="part-equal")
