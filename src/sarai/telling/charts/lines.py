"""Series over time. A hole is a gap in the line and hatched: never joined, never zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarai.telling.charts.data import Break, Lines, Panel, Series, month_number
from sarai.telling.charts.numbers import HOLE, compact
from sarai.telling.charts.sheet import Key, Sheet, box_key, cut, hole_look, key_height, line_key, room
from sarai.telling.charts.style import DASHES, SERIES, TEXT_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEFT, FOOT, HEAD, GAP = 50.0, 24.0, 22.0, 14.0  # for the scale, the years, a panel's name, and between
STRIP = 0.07  # of a panel's height: where a hole of one series among several is hatched
Colours = dict[str, str]


def body(chart: Lines, width: float) -> float:
    """The height of the room that it needs."""
    rows = -(-len(chart.panels) // columns(chart, width))
    return key_height(_keys(chart), width) + rows * _panel_height(chart, width)


def columns(chart: Lines, width: float) -> int:
    """How many panels stand beside one another."""
    return max(1, min(len(chart.panels), int(room(width) // 230), 3))


def _panel_height(chart: Lines, width: float) -> float:
    if len(chart.panels) > 1:
        return 152.0
    return 280.0 if room(width) > 500 else 230.0


def draw(chart: Lines, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys, across = _keys(chart), columns(chart, sheet.width)
    sheet.key(keys)
    top, high = key_height(keys, sheet.width), _panel_height(chart, sheet.width)
    wide = (sheet.room - GAP * (across - 1)) / across
    for number, panel in enumerate(chart.panels):
        row, column = divmod(number, across)
        place = column * (wide + GAP) + LEFT, top + row * high + HEAD
        axes = sheet.axes(*place, wide - LEFT - 4, high - HEAD - FOOT)
        axes.annotate(
            cut(panel.name, TEXT_PT * 1.1, wide), (0, 1), (4 - LEFT, 7), xycoords="axes fraction",
            textcoords="offset points", size=TEXT_PT, weight="bold", color=sheet.colours["ink"],
        )  # fmt: skip
        _panel(panel, axes, sheet.colours, _names(chart))


def _names(chart: Lines) -> list[str]:
    """The names of all series, in the order of their colours."""
    return list(dict.fromkeys(each.name for panel in chart.panels for each in panel.series))


def _look(names: list[str], name: str) -> tuple[str, Any]:
    number = names.index(name)
    again = number // len(SERIES)  # a colour that comes again has another dash
    return SERIES[number % len(SERIES)], DASHES[(number + again) % len(DASHES)]


def _keys(chart: Lines) -> list[Key]:
    names, several = _names(chart), [each for panel in chart.panels for each in panel.series]
    keys = [line_key(name, *_look(names, name)) for name in names]
    if any(each.low for each in several):
        keys.append(box_key("interval", "scale-1"))
    if any(panel.breaks for panel in chart.panels):
        keys.append(line_key("break, with its interval", "ink", (0, (1, 1.5))))
    if any(each.holes for each in several):
        keys.append(box_key(HOLE, "edge", hatched=True))
    return keys


# -- one panel -----------------------------------------------------------------------------------


def _panel(panel: Panel, axes: Axes, colours: Colours, names: list[str]) -> None:
    axes.grid(axis="y", color=colours["line"], linewidth=0.8)
    axes.set_axisbelow(True)
    _scales(panel, axes)
    _holes(panel, axes, colours, names)
    for each in panel.breaks:
        _break(each, axes, colours)
    for each in panel.series:
        _series(each, axes, colours, *_look(names, each.name))


def _series(each: Series, axes: Axes, colours: Colours, colour: str, dash: Any) -> None:
    nan = float("nan")
    values = [nan if value is None else value for value in each.values]
    if each.low and each.high:
        low, high = ([nan if v is None else v for v in bound] for bound in (each.low, each.high))
        axes.fill_between(
            each.months, low, high, color=colours[colour], alpha=0.18, linewidth=0, gid="part-band"
        )
    axes.plot(each.months, values, color=colours[colour], linestyle=dash, linewidth=1.8, gid="part-series")
    alone = _alone(each)
    if alone:
        axes.plot(*zip(*alone, strict=True), "o", color=colours[colour], markersize=3.5, gid="part-alone")


def _alone(each: Series) -> list[tuple[int, float]]:
    """Values between two holes, which a line would not show."""
    around = (None, *each.values, None)
    return [
        (month, value)
        for number, (month, value) in enumerate(zip(each.months, each.values, strict=True))
        if value is not None and around[number] is None and around[number + 2] is None
    ]


def _holes(panel: Panel, axes: Axes, colours: Colours, names: list[str]) -> None:
    """Hatch what nobody published over the whole height, what one series lacks in a strip of its own."""
    shared = set.intersection(*({*each.holes} for each in panel.series)) if panel.series else set()
    for number, each in enumerate(panel.series):
        for run in each.holes:
            if run in shared and number:
                continue
            foot, top = (0, 1) if run in shared else (STRIP * number, STRIP * (number + 1))
            colour = "edge" if run in shared else _look(names, each.name)[0]
            half = each.step_months / 2
            axes.axvspan(run[0] - half, run[1] + half, foot, top, gid="part-hole", zorder=0.6,
                         **hole_look(colours, colour))  # fmt: skip


def _break(each: Break, axes: Axes, colours: Colours) -> None:
    if each.low and each.high:
        axes.axvspan(
            month_number(each.low) - 0.5,
            month_number(each.high) + 0.5,
            color=colours["serious-soft"],
            linewidth=0,
            gid="part-break-interval",
            zorder=0.5,
        )
    axes.axvline(month_number(each.period), color=colours["ink"], linewidth=1.4, linestyle=(0, (1, 1.5)),
                 gid="part-break")  # fmt: skip


def _scales(panel: Panel, axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    months = [month for each in panel.series for month in each.months]
    numbers = [v for each in panel.series for v in (*each.values, *each.low, *each.high) if v is not None]
    if months:
        half = max(each.step_months for each in panel.series) / 2
        axes.set_xlim(min(months) - half, max(months) + half)
        _years(axes, min(months), max(months), monthly=half < 6)
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    air = (max(high, 0.0) - min(low, 0.0)) * 0.06 or 1.0
    axes.set_ylim(min(low - air, 0.0) if low < 0 else 0.0, max(high, 0.0) + air)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    if low < 0:
        axes.axhline(0, color=axes.xaxis.get_ticklabels()[0].get_color(), linewidth=0.8)


def _years(axes: Axes, first: int, last: int, *, monthly: bool) -> None:
    """Name at most six years, each at its January; months where there are few."""
    if monthly and last - first < 14:
        step = max(1, -(-(last - first) // 5))
        ticks = range(first, last + 1, step)
        axes.set_xticks(list(ticks), [f"{t // 12 % 100:02d}-{t % 12 + 1:02d}" for t in ticks])
        return
    years = range(-(-first // 12), last // 12 + 1)
    shown = years[:: max(1, -(-len(years) // 6))]
    axes.set_xticks([year * 12 for year in shown], [str(year) for year in shown])
