"""The sheet that a chart is drawn on: its title, unit and source line are in place, the rest is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from sarai.telling.charts.data import Words
from sarai.telling.charts.style import FONT, HATCH, SMALL_PT, TEXT_PT, TITLE_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS_PER_INCH = 72
MARGIN = 12.0
WIDE, NARROW = 760.0, 366.0  # points, which are pixels where a page shows it: a desk, a phone held upright
CHAR = 0.58  # the mean width of a letter of `FONT`, by its size
LEADING = 1.35


class Sheet(NamedTuple):
    """A figure with room for a chart; distances are in points, from the room's upper left."""

    figure: Figure
    colours: dict[str, str]
    width: float
    top: float  # of the room, from the sheet's upper edge
    height: float  # of the whole sheet

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width <= NARROW

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes in a part of the room."""
        whole = self.width, self.height
        bottom = self.height - self.top - y - height
        axes = self.figure.add_axes(
            ((MARGIN + x) / whole[0], bottom / whole[1], width / whole[0], height / whole[1])
        )
        axes.set_facecolor("none")
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(which="both", length=0, pad=7, colors=self.colours["quiet"], labelsize=SMALL_PT)
        return axes

    def plane(self, height: float, y: float = 0.0) -> Axes:
        """Axes without ticks whose units are points, from the upper left, as wide as the room."""
        axes = self.axes(0, y, self.room, height)
        axes.set_axis_off()
        axes.set_xlim(0, self.room)
        axes.set_ylim(height, 0)
        return axes

    @property
    def room(self) -> float:
        """How wide the room is."""
        return room(self.width)

    def key(self, entries: Sequence[Key], y: float = 0.0) -> None:
        """The legend: signs with what they mean."""
        if not entries:
            return
        plane = self.plane(key_height(entries, self.width), y)
        for (left, row), entry in zip(_key_places(entries, self.width), entries, strict=True):
            middle = row * KEY_ROW + KEY_ROW / 2
            entry.sign(plane, left, middle, self.colours)
            plane.text(left + KEY_SIGN, middle, entry.name, va="center_baseline", size=SMALL_PT,
                       color=self.colours["ink"])  # fmt: skip


class Key(NamedTuple):
    """An entry of the legend: a name, and what draws its sign at a place."""

    name: str
    sign: Callable[[Any, float, float, dict[str, str]], None]


KEY_ROW, KEY_SIGN, KEY_GAP = 19.0, 28.0, 14.0


def key_height(entries: Sequence[Key], width: float) -> float:
    """How high the legend is."""
    places = _key_places(entries, width)
    return (places[-1][1] + 1) * KEY_ROW + 6 if places else 0.0


def _key_places(entries: Sequence[Key], width: float) -> list[tuple[float, int]]:
    places, left, row = [], 0.0, 0
    for entry in entries:
        wide = KEY_SIGN + text_width(entry.name, SMALL_PT) + KEY_GAP
        if left and left + wide > room(width) + KEY_GAP:
            left, row = 0.0, row + 1
        places.append((left, row))
        left += wide
    return places


def line_key(name: str, colour: str, dash: Any = "-") -> Key:
    """The sign of a line."""

    def sign(plane: Axes, x: float, y: float, colours: dict[str, str]) -> None:
        plane.plot([x, x + 20], [y, y], color=colours[colour], linestyle=dash, linewidth=2)

    return Key(name, sign)


def box_key(name: str, colour: str, *, hatched: bool = False) -> Key:
    """The sign of an area; hatched, of a hole."""

    def sign(plane: Axes, x: float, y: float, colours: dict[str, str]) -> None:
        from matplotlib.patches import Rectangle

        look = (
            hole_look(colours, colour)
            if hatched
            else {"facecolor": colours[colour], "edgecolor": colours["edge"], "linewidth": 0.6}
        )
        plane.add_patch(Rectangle((x, y - 6), 20, 12, **look))

    return Key(name, sign)


def dot_key(name: str, colour: str, *, hollow: bool = False) -> Key:
    """The sign of a dot."""

    def sign(plane: Axes, x: float, y: float, colours: dict[str, str]) -> None:
        face = colours["surface"] if hollow else colours[colour]
        plane.plot([x + 10], [y], "o", color=colours[colour], markerfacecolor=face, markersize=6)

    return Key(name, sign)


def hole_look(colours: dict[str, str], colour: str = "edge") -> dict[str, Any]:
    """How a hole is drawn: hatched, on nothing."""
    return {"facecolor": colours["surface"], "edgecolor": colours[colour], "hatch": HATCH, "linewidth": 0.0}


# -- making it -----------------------------------------------------------------------------------


def sheet(words: Words, colours: dict[str, str], width: float, body: float) -> Sheet:
    """A sheet with room of a height, and the chart's words above and below it."""
    from matplotlib.figure import Figure

    head, foot = _head(words, width), _foot(words, width)
    top = MARGIN + _lines_height(head) + 8
    height = top + body + 10 + _lines_height(foot) + MARGIN
    figure = Figure(figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH), dpi=POINTS_PER_INCH)
    figure.set_facecolor(colours["surface"])
    _write(figure, head, MARGIN, colours, (width, height))
    _write(figure, foot, top + body + 10, colours, (width, height))
    return Sheet(figure, colours, width, top, height)


Line = tuple[str, float, str, str]  # text, size, colour, weight


def _head(words: Words, width: float) -> list[Line]:
    titles = [(line, TITLE_PT, "ink", "bold") for line in wrapped(words.title, TITLE_PT * 1.1, room(width))]
    units = [(line, TEXT_PT, "quiet", "normal") for line in wrapped(words.unit, TEXT_PT, room(width))]
    return titles + units


def _foot(words: Words, width: float) -> list[Line]:
    texts = [words.note, f"Source: {words.source}"]
    return [
        (line, SMALL_PT, "quiet", "normal") for text in texts for line in wrapped(text, SMALL_PT, room(width))
    ]


def _lines_height(lines: Sequence[Line]) -> float:
    return sum(size * LEADING for _, size, _, _ in lines)


def _write(
    figure: Figure, lines: Sequence[Line], top: float, colours: dict[str, str], whole: tuple[float, float]
) -> None:
    for text, size, colour, weight in lines:
        top += size * LEADING
        figure.text(MARGIN / whole[0], 1 - (top - 0.3 * size) / whole[1], text, size=size, weight=weight,
                    color=colours[colour], family=FONT)  # fmt: skip


def room(width: float) -> float:
    """How wide a chart may be on a sheet."""
    return width - 2 * MARGIN


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in points."""
    return len(text) * size * CHAR


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A text in lines that fit."""
    return wrap(text, max(8, int(width / (size * CHAR))))


def cut(text: str, size: float, width: float) -> str:
    """A text that fits on one line; what is left out at its end is marked."""
    most = max(3, int(width / (size * CHAR)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
