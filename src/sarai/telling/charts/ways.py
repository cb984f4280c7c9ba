"""Legs as lines on the packaged map: by mode, as wide as what goes there, and routes that stand out.

Where several routes go the same way, each line is drawn wider than those above it, so that all are seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any

from sarai.telling.charts.atlas import Frame, frame_about
from sarai.telling.charts.data import Spot, Way, Ways
from sarai.telling.charts.maps import ground
from sarai.telling.charts.sheet import Key, Sheet, key_height, line_key, text_width
from sarai.telling.charts.style import SERIES, SMALL_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Place = tuple[float, float]  # longitude and latitude
Box = tuple[float, float, float, float]

HIGHEST = 460.0
WIDEST, THINNEST = 14.0, 1.0  # of a line, in points
ON_TOP, EACH_BELOW = 2.4, 2.2  # of routes: the first one's line, and how much wider each next one is
AROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
ALONE_PT = 16.0  # a letter so far from another, or from a line, is clear
DASHES: dict[str, Any] = {
    "rail": "-", "road": (0, (1.2, 1.2)), "sea": (0, (5, 2.5)), "ferry": (0, (5, 2.5)),
    "river": (0, (5, 2.5)), "pipeline": (0, (6, 1.6, 1.4, 1.6)), "air": (0, (1.2, 3)),
}  # fmt: skip
SAID = {"sea": "by water", "ferry": "by water", "river": "by water", "pipeline": "by pipe", "air": "by air"}


def body(chart: Ways, width: float) -> float:
    """The height of the room that it needs."""
    return key_height(_keys(chart), width) + _high(chart, width)


def _high(chart: Ways, width: float) -> float:
    return min((width - 24) * _frame(chart).ratio, HIGHEST)


def _frame(chart: Ways) -> Frame:
    """What holds the routes; without any, what holds all that goes; without that, all."""
    shown = [each for each in chart.ways if each.of] or [each for each in chart.ways if each.value]
    points = [point for each in shown or chart.ways for point in each.points]
    return frame_about([(longitude, latitude) for latitude, longitude in points])


def _colour(chart: Ways, letter: str) -> str:
    at = [each.letter for each in chart.routes].index(letter)
    return (*SERIES, "ink", "edge")[at % (len(SERIES) + 2)]


def _keys(chart: Ways) -> list[Key]:
    keys = [line_key(f"{each.letter}: {each.name}", _colour(chart, each.letter)) for each in chart.routes]
    shown = [each for each in chart.ways if each.of] or chart.ways
    modes = {SAID.get(each.mode, f"by {each.mode}"): DASHES.get(each.mode, "-") for each in shown}
    if len(modes) > 1:
        keys += [line_key(name, "quiet", dash) for name, dash in sorted(modes.items())]
    if any(each.value for each in chart.ways):
        keys.append(line_key(f"{chart.drawn or 'flow'}: wider is more", "series-1"))
    return keys


def draw(chart: Ways, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys, frame = _keys(chart), _frame(chart)
    sheet.key(keys)
    high = _high(chart, sheet.width)
    wide = min(sheet.room, high / frame.ratio)
    axes = ground((), frame, sheet, key_height(keys, sheet.width), high)
    plane = _Plane(frame, wide)
    _flows(chart, axes, sheet)
    _routes(chart, axes, sheet)
    taken = list(_letters(chart, plane, axes, sheet))
    _names(chart, plane, axes, sheet, taken)


class _Plane:
    """Degrees as points on the sheet, from the lower left of the map."""

    def __init__(self, frame: Frame, wide: float) -> None:
        self.frame, self.wide, self.high = frame, wide, wide * frame.ratio
        self.point_deg = (frame.east - frame.west) / wide
        self.squeeze = cos(radians((frame.south + frame.north) / 2))

    def of(self, place: Place) -> tuple[float, float]:
        """Points of a longitude and latitude."""
        x = (place[0] - self.frame.west) / self.point_deg
        return x, (place[1] - self.frame.south) / (self.point_deg * self.squeeze)

    def holds(self, box: Box) -> bool:
        """Whether a box lies on the map."""
        return box[0] >= 0 and box[1] >= 0 and box[2] <= self.wide and box[3] <= self.high


# -- lines ---------------------------------------------------------------------------------------


def _flows(chart: Ways, axes: Axes, sheet: Sheet) -> None:
    """What is not on a route: as wide as what goes there; thin where nothing is said."""
    most = max((each.value or 0.0 for each in chart.ways), default=0.0)
    for each in sorted(chart.ways, key=lambda way: (way.value or 0.0, way.name)):
        if each.of and not each.value:
            continue
        width = THINNEST + (WIDEST - THINNEST) * each.value / most if each.value else THINNEST
        colour = sheet.colours["series-1" if each.value else "edge"]
        _line(each, axes, width, colour, "flow" if each.value else "leg")


def _routes(chart: Ways, axes: Axes, sheet: Sheet) -> None:
    for number, route in reversed(list(enumerate(chart.routes))):
        for each in chart.ways:
            if route.letter in each.of:
                below = sum(one.letter in each.of for one in chart.routes[:number])
                width = ON_TOP + EACH_BELOW * below
                _line(each, axes, width, sheet.colours[_colour(chart, route.letter)], f"way-{route.letter}")


def _line(way: Way, axes: Axes, width: float, colour: str, kind: str) -> None:
    for part in _parts(way.points):
        x, y = zip(*part, strict=True)
        dash = DASHES.get(way.mode, "-") if width < 2 * ON_TOP else "-"
        axes.plot(x, y, color=colour, linewidth=width, linestyle=dash, solid_capstyle="round",
                  gid=f"part-{kind}", zorder=2 if kind in ("flow", "leg") else 3)  # fmt: skip


def _parts(points: Sequence[tuple[float, float]]) -> Iterator[list[Place]]:
    """A line as longitudes and latitudes, cut where it crosses 180 degrees."""
    part: list[Place] = []
    for latitude, longitude in points:
        if part and abs(longitude - part[-1][0]) > 180:
            yield part
            part = []
        part.append((longitude, latitude))
    yield part


# -- letters and names ---------------------------------------------------------------------------


def _letters(chart: Ways, plane: _Plane, axes: Axes, sheet: Sheet) -> Iterator[Box]:
    """Each route's letter, where it is farthest from the others; yields what room they take."""
    spots = {
        each.letter: [
            (plane.of((x, y)), len(way.of))
            for way in chart.ways
            if each.letter in way.of
            for y, x in _dense(way)
        ]
        for each in chart.routes
    }
    ends = [plane.of((spot.longitude_deg, spot.latitude_deg)) for spot in chart.spots if spot.marked]
    set_: list[Place] = []
    for route in chart.routes:
        others = [spot for name, several in spots.items() if name != route.letter for spot, _ in several]
        x, y = max(spots[route.letter], key=lambda one: _alone(*one, others, set_, ends))[0]
        set_.append((x, y))
        axes.annotate(
            route.letter, (0, 0), (x, y), textcoords="offset points", xycoords="axes fraction", weight="bold",
            size=SMALL_PT, ha="center", va="center", color=sheet.colours["surface"], zorder=7,
            bbox={"boxstyle": "circle,pad=0.3", "facecolor": sheet.colours[_colour(chart, route.letter)],
                  "edgecolor": sheet.colours["surface"], "linewidth": 1.0},
        )  # fmt: skip
        yield x - 9, y - 9, x + 9, y + 9


def _dense(way: Way) -> Iterator[tuple[float, float]]:
    """Points of a way and those half between."""
    yield way.points[0]
    for (y1, x1), (y2, x2) in zip(way.points, way.points[1:], strict=False):
        if abs(x1 - x2) < 180:
            yield (y1 + y2) / 2, (x1 + x2) / 2
        yield y2, x2


def _alone(
    spot: Place, share: int, others: Sequence[Place], letters: Sequence[Place], ends: Sequence[Place]
) -> float:
    """How well it is seen whose letter one is there: of few routes, off others, letters and ends."""
    off, free, from_end = (
        min((hypot(spot[0] - x, spot[1] - y) for x, y in several), default=3 * ALONE_PT)
        for several in (others, letters, ends)
    )
    near_end = ALONE_PT * 3 if from_end < 2 * ALONE_PT else 0.0
    return min(off, 3 * ALONE_PT) + 2 * min(free, 2 * ALONE_PT) - ALONE_PT * (share - 1) - near_end


def _names(chart: Ways, plane: _Plane, axes: Axes, sheet: Sheet, taken: list[Box]) -> None:
    """Places as dots, and their names where there is room, those that are marked first."""
    for spot in sorted(chart.spots, key=lambda each: not each.marked):
        x, y = plane.of((spot.longitude_deg, spot.latitude_deg))
        if not plane.holds((x, y, x, y)):
            continue
        axes.plot(spot.longitude_deg, spot.latitude_deg, "o", markersize=5 if spot.marked else 3,
                  color=sheet.colours["ink"], zorder=5, gid="part-place",
                  markeredgecolor=sheet.colours["surface"], markeredgewidth=0.6)  # fmt: skip
        box = _room(spot, x, y, plane, taken)
        if box is None:
            continue
        taken.append(box)
        axes.annotate(
            spot.name, (0, 0), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), textcoords="offset points",
            xycoords="axes fraction", size=SMALL_PT, ha="center", va="center", color=sheet.colours["ink"],
            weight="bold" if spot.marked else "normal", zorder=6,
            bbox={"facecolor": sheet.colours["surface"], "alpha": 0.75, "linewidth": 0, "pad": 1.0},
        )  # fmt: skip


def _room(spot: Spot, x: float, y: float, plane: _Plane, taken: Sequence[Box]) -> Box | None:
    """A free box for a name beside its dot; none if there is none."""
    wide, high = text_width(spot.name, SMALL_PT) * (1.12 if spot.marked else 1.0), SMALL_PT * 1.3
    for east, north in AROUND:
        left = x + (6 if east > 0 else -6 - wide if east < 0 else -wide / 2)
        low = y + (5 if north > 0 else -5 - high if north < 0 else -high / 2)
        box = (left, low, left + wide, low + high)
        if plane.holds(box) and not any(_meet(box, other) for other in taken):
            return box
    return None


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
