"""Countries filled by value and flows as arrows, on the packaged map of land and borders."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from sarai.telling.charts.atlas import Frame, Ring, centre, clipped, codes, frame_of, land
from sarai.telling.charts.data import Area, Arrow, Map
from sarai.telling.charts.heat import scale
from sarai.telling.charts.numbers import HOLE, class_of, classes, compact, ranges
from sarai.telling.charts.sheet import Key, Sheet, box_key, hole_look, key_height, line_key
from sarai.telling.charts.style import SCALE, SMALL_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST, THINNEST = 0.018, 1.0  # of an arrow: by the width of the map, and in points
BEND = 0.16  # of an arrow: aside by this part of its length, so that there and back lie apart
SHORT = 7.0  # points between an arrow's end and the middle of a country
MOST_NAMED = 6  # arrows whose value stands beside them; half as many on a phone


def body(chart: Map, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + _high(chart, width)


def _high(chart: Map, width: float) -> float:
    return min((width - 24) * _frame(chart).ratio, 460.0)


def _frame(chart: Map) -> Frame:
    if chart.frame:
        return Frame(*chart.frame)
    ends = (code for arrow in chart.arrows for code in (arrow.exporter, arrow.importer))
    return frame_of(sorted({*ends, *(area.code for area in chart.areas)}))


def _keys(chart: Map) -> list[Key]:
    values = [area.value for area in chart.areas]
    bounds = classes(values, len(SCALE))
    said = ranges(values, bounds)
    said[:1] = [f"{chart.filled}: {each}" if chart.filled else each for each in said[:1]]
    keys = (
        [box_key(name, colour) for name, colour in zip(said, scale(len(bounds)), strict=True)]
        if bounds
        else []
    )
    if 0.0 in values:
        keys.append(box_key("zero", "surface"))
    if None in values:
        keys.append(box_key(HOLE, "edge", hatched=True))
    if any(arrow.value for arrow in chart.arrows):
        keys.append(line_key(f"{chart.drawn or 'flow'}: wider is more", "series-2"))
    if any(arrow.value is None for arrow in chart.arrows):
        keys.append(line_key(f"flow {HOLE}", "edge", (0, (2, 2))))
    return keys


def draw(chart: Map, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys, frame = _keys(chart), _frame(chart)
    sheet.key(keys)
    high = _high(chart, sheet.width)
    wide = min(sheet.room, high / frame.ratio)
    axes = ground(chart.areas, frame, sheet, key_height(keys, sheet.width), high)
    point = (frame.east - frame.west) / wide  # degrees of longitude
    _arrows(chart, frame, axes, sheet, point)
    _names(chart, frame, axes, sheet)


# -- land ----------------------------------------------------------------------------------------


def ground(areas: Iterable[Area], frame: Frame, sheet: Sheet, top: float, high: float) -> Axes:
    """Axes in degrees over sea, land and borders, in the middle of the room and true to shape."""
    wide = min(sheet.room, high / frame.ratio)
    axes = sheet.axes((sheet.room - wide) / 2, top, wide, high)
    axes.set_facecolor(sheet.colours["sea"])
    axes.set_xlim(frame.west, frame.east)
    axes.set_ylim(frame.south, frame.north)
    axes.set_xticks([])
    axes.set_yticks([])
    _land(areas, frame, axes, sheet.colours)
    return axes


def _land(areas: Iterable[Area], frame: Frame, axes: Axes, colours: dict[str, str]) -> None:
    """Countries of one colour are one shape."""
    values = {area.code: area.value for area in areas}
    bounds = classes(list(values.values()), len(SCALE))
    filled = scale(len(bounds)) if bounds else ()
    groups: dict[str, list[Ring]] = {name: [] for name in ("land", *filled, "zero", "hole")}
    for code in codes():
        value = values.get(code, "land")
        if value is None:
            name = "hole"
        elif isinstance(value, str):
            name = value
        else:
            name = filled[class_of(value, bounds)] if value else "zero"
        groups[name] += [ring for each in land(code) if len(ring := clipped(each, frame)) > 2]
    for name, rings in groups.items():
        if rings:
            _shape(name, rings, axes, colours)


def _shape(name: str, rings: Iterable[Ring], axes: Axes, colours: dict[str, str]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    corners, steps = [], []
    for ring in rings:
        corners += [*ring, ring[0]]
        steps += [Path.MOVETO, *[Path.LINETO] * (len(ring) - 1), Path.CLOSEPOLY]
    face = colours["surface"] if name == "zero" else colours.get(name)
    look = hole_look(colours) if name == "hole" else {"facecolor": face, "edgecolor": colours["border"]}
    axes.add_patch(PathPatch(Path(corners, steps), gid=f"part-{name}", **look | {"linewidth": 0.6}))


# -- arrows --------------------------------------------------------------------------------------


def _arrows(chart: Map, frame: Frame, axes: Axes, sheet: Sheet, point: float) -> None:
    """The widest below, the thin above it; values beside the largest."""
    most = max((arrow.value or 0.0 for arrow in chart.arrows), default=0.0)
    order = sorted(chart.arrows, key=lambda a: (-(a.value or 0.0), a.exporter, a.importer))
    for rank, arrow in enumerate(order):
        if arrow.exporter != arrow.importer and arrow.value != 0:
            width = max(THINNEST, WIDEST * sheet.room * arrow.value / most) if arrow.value else None
            _arrow(arrow, width, frame, axes, sheet, point, named=rank < MOST_NAMED // (1 + sheet.narrow))


def _arrow(
    arrow: Arrow, width: float | None, frame: Frame, axes: Axes, sheet: Sheet, point: float, *, named: bool
) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    squeeze = cos(radians((frame.south + frame.north) / 2))  # a degree of latitude is longer on the sheet
    (x1, y1), (x2, y2) = (centre(code, frame) for code in (arrow.exporter, arrow.importer))
    dx, dy = (x2 - x1) / point, (y2 - y1) / (point * squeeze)
    long = hypot(dx, dy) or 1.0
    aside = (-dy / long * BEND * long, dx / long * BEND * long)
    bent = (dx / 2 + aside[0] * 2, dy / 2 + aside[1] * 2)
    head = max(7.0, (width or 1.5) * 1.1)
    way = _bezier((0.0, 0.0), bent, (dx, dy), SHORT / long, 1 - min(0.45, (SHORT + head) / long))

    def placed(spot: tuple[float, float]) -> tuple[float, float]:
        return x1 + spot[0] * point, y1 + spot[1] * point * squeeze

    colour = sheet.colours["series-2" if width else "edge"]
    curve = Path([placed(spot) for spot in way], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    axes.add_patch(PathPatch(curve, facecolor="none", edgecolor=colour, linewidth=width or 1.5, alpha=0.85,
                             capstyle="butt", linestyle="-" if width else (0, (2, 2)),
                             gid="part-arrow" if width else "part-hole"))  # fmt: skip
    axes.add_patch(_head(way, head, (width or 1.5), placed, colour))
    if named and arrow.value:
        x, y = placed(_on((0.0, 0.0), bent, (dx, dy), 0.42))
        axes.text(
            x,
            y,
            compact(arrow.value),
            size=SMALL_PT,
            ha="center",
            va="center",
            color=sheet.colours["ink"],
            bbox={"facecolor": sheet.colours["surface"], "alpha": 0.85, "linewidth": 0, "pad": 1.5},
            zorder=5,
            clip_on=True,
        )


def _head(way, head: float, width: float, placed, colour: str):
    """A triangle at the end of a curve, in its direction."""
    from matplotlib.patches import Polygon

    (x0, y0), (x1, y1) = way[1], way[2]
    long = hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / long, (y1 - y0) / long
    half = max(4.0, width * 0.95)
    corners = [
        (x1 - uy * half, y1 + ux * half),
        (x1 + ux * head, y1 + uy * head),
        (x1 + uy * half, y1 - ux * half),
    ]
    return Polygon(
        [placed(spot) for spot in corners], facecolor=colour, linewidth=0, gid="part-head", zorder=2
    )


Spot = tuple[float, float]


def _on(a: Spot, b: Spot, c: Spot, at: float) -> Spot:
    x, y = ((1 - at) ** 2 * i + 2 * at * (1 - at) * j + at * at * k for i, j, k in zip(a, b, c, strict=True))
    return x, y


def _bezier(a: Spot, b: Spot, c: Spot, begin: float, end: float) -> tuple[Spot, Spot, Spot]:
    """The part of a quadratic curve between two of its parameters, by de Casteljau."""
    start, stop = _on(a, b, c, begin), _on(a, b, c, end)
    mixed = (
        (1 - begin) * (1 - end) * i + (begin + end - 2 * begin * end) * j + begin * end * k
        for i, j, k in zip(a, b, c, strict=True)
    )
    x, y = mixed
    return start, (x, y), stop


def _names(chart: Map, frame: Frame, axes: Axes, sheet: Sheet) -> None:
    ends = {code for arrow in chart.arrows for code in (arrow.exporter, arrow.importer)}
    for code in sorted(ends | {area.code for area in chart.areas}):
        x, y = centre(code, frame)
        axes.text(
            x,
            y,
            code,
            size=SMALL_PT,
            weight="bold",
            ha="center",
            va="center",
            color=sheet.colours["ink"],
            zorder=6,
            clip_on=True,
            bbox={"facecolor": sheet.colours["surface"], "alpha": 0.8, "linewidth": 0, "pad": 1.2},
        )
