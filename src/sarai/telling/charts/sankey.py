"""Flows through layers: from whom, by way of whom, to whom; every width of one unit and one scale."""

from __future__ import annotations

from collections import defaultdict
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from sarai.telling.charts.data import Link, Sankey
from sarai.telling.charts.numbers import HOLE, compact
from sarai.telling.charts.sheet import Key, Sheet, cut, key_height, line_key
from sarai.telling.charts.style import SERIES, SMALL_PT, TEXT_PT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEAD, NODE_W, LEAST_H, LABEL_H = 22.0, 12.0, 1.5, 17.0
Node = tuple[int, str]  # a layer, and a name: who is in two layers is drawn in both


class Box(NamedTuple):
    """Where a node is: its left edge, its top and its height, in points."""

    x: float
    y: float
    height: float


class Ribbon(NamedTuple):
    """Where a link is: its middle at both ends, and its width; without one if it was not published."""

    link: Link
    begin: float
    end: float
    width: float | None


class Layout(NamedTuple):
    """Everything's place, and the points that one unit is wide."""

    boxes: dict[Node, Box]
    ribbons: list[Ribbon]
    scale: float


def body(chart: Sankey, width: float) -> float:
    """The height of the room that it needs."""
    most = max((len(layer) for layer in _layers(chart)), default=1)
    return HEAD + max(220.0, most * 40.0) + key_height(_keys(chart), width)


def _keys(chart: Sankey) -> list[Key]:
    if any(link.value is None for link in chart.links):
        return [line_key(f"{HOLE}: of unknown width", "edge", (0, (2, 2)))]
    return []


def layout(chart: Sankey, width: float, height: float) -> Layout:
    """Places for all, with one scale, so that what enters a node is as wide as it is."""
    layers, through = _layers(chart), _through(chart)
    gap = 26.0 if max((len(layer) for layer in layers), default=0) < 12 else LABEL_H
    scales = [
        (height - gap * len(layer)) / total
        for layer in layers
        if (total := sum(through[node] for node in layer)) > 0
    ]
    scale = max(0.0, min(filter(isfinite, scales), default=0.0))  # a total next to nothing has none
    step = (width - NODE_W) / max(1, len(chart.layers) - 1)
    boxes: dict[Node, Box] = {}
    for number, layer in enumerate(layers):
        heights = [max(LEAST_H, through[node] * scale) for node in layer]
        top = (height - sum(heights) - gap * (len(layer) - 1)) / 2
        for node, high in zip(layer, heights, strict=True):
            boxes[node] = Box(number * step, top, high)
            top += high + gap
    return Layout(boxes, _ribbons(chart, boxes, scale), scale)


def _through(chart: Sankey) -> dict[Node, float]:
    """How much goes through each node: the larger of what enters and what leaves."""
    sums: dict[Node, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for link in chart.links:
        sums[link.layer, link.giver][1] += link.value or 0.0
        sums[link.layer + 1, link.taker][0] += link.value or 0.0
    return {node: max(both) for node, both in sums.items()}


def _layers(chart: Sankey) -> list[list[Node]]:
    """The nodes of each layer, the largest first."""
    through = _through(chart)
    return [
        sorted((node for node in through if node[0] == number), key=lambda node: (-through[node], node[1]))
        for number in range(len(chart.layers))
    ]


def _ribbons(chart: Sankey, boxes: dict[Node, Box], scale: float) -> list[Ribbon]:
    """Links in the order of their other ends, stacked at each node."""
    ends = [[0.0, 0.0] for _ in chart.links]
    for side in (0, 1):
        beside: dict[Node, list[int]] = defaultdict(list)
        for number, link in enumerate(chart.links):
            beside[_ends(link)[side]].append(number)
        for node, numbers in beside.items():
            numbers.sort(key=lambda number: (boxes[_ends(chart.links[number])[1 - side]].y, number))
            top = boxes[node].y
            for number in numbers:
                wide = (chart.links[number].value or 0.0) * scale
                ends[number][side] = top + wide / 2
                top += wide
    return [
        Ribbon(link, *ends[number], None if link.value is None else link.value * scale)
        for number, link in enumerate(chart.links)
    ]


def _ends(link: Link) -> tuple[Node, Node]:
    return (link.layer, link.giver), (link.layer + 1, link.taker)


# -- the drawing ---------------------------------------------------------------------------------


def draw(chart: Sankey, sheet: Sheet) -> None:
    """Draw it into the room of a sheet."""
    keys = _keys(chart)
    sheet.key(keys)
    top = key_height(keys, sheet.width)
    plane = sheet.plane(body(chart, sheet.width) - top, top)
    placed = layout(chart, sheet.room, body(chart, sheet.width) - top - HEAD)
    _heads(chart, plane, sheet)
    givers = list(dict.fromkeys(link.giver for link in chart.links if link.layer == 0))
    for ribbon in placed.ribbons:
        colour = SERIES[givers.index(ribbon.link.giver) % len(SERIES)] if ribbon.link.layer == 0 else "edge"
        _ribbon(ribbon, placed, plane, sheet.colours, colour)
    for node, box in placed.boxes.items():
        _node(node, box, len(chart.layers) - 1, plane, sheet, _through(chart)[node])


def _heads(chart: Sankey, plane: Axes, sheet: Sheet) -> None:
    last = len(chart.layers) - 1
    for number, name in enumerate(chart.layers):
        plane.text(number * sheet.room / max(1, last), 8, name, size=TEXT_PT, weight="bold",
                   color=sheet.colours["quiet"], ha=_align(number, last), va="center_baseline")  # fmt: skip


def _align(number: int, last: int) -> str:
    return "left" if number == 0 else "right" if number == last else "center"


def _ribbon(ribbon: Ribbon, placed: Layout, plane: Axes, colours: dict[str, str], colour: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    giver, taker = (placed.boxes[node] for node in _ends(ribbon.link))
    x1, x2, y1, y2 = giver.x + NODE_W, taker.x, HEAD + ribbon.begin, HEAD + ribbon.end
    middle = (x1 + x2) / 2
    curve = [Path.MOVETO, *[Path.CURVE4] * 3]
    if ribbon.width is None:
        way = Path([(x1, y1), (middle, y1), (middle, y2), (x2, y2)], curve)
        plane.add_patch(PathPatch(way, facecolor="none", edgecolor=colours["edge"], linewidth=1.5,
                                  linestyle=(0, (2, 2)), gid="part-hole"))  # fmt: skip
        return
    half = ribbon.width / 2
    over = [(x1, y1 - half), (middle, y1 - half), (middle, y2 - half), (x2, y2 - half)]
    back = [(x2, y2 + half), (middle, y2 + half), (middle, y1 + half), (x1, y1 + half), (x1, y1 - half)]
    way = Path(over + back, [*curve, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY])
    plane.add_patch(PathPatch(way, facecolor=colours[colour], alpha=0.4, linewidth=0, gid="part-ribbon"))


def _node(node: Node, box: Box, last: int, plane: Axes, sheet: Sheet, through: float) -> None:
    from matplotlib.patches import Rectangle

    plane.add_patch(Rectangle((box.x, HEAD + box.y), NODE_W, box.height, facecolor=sheet.colours["ink"],
                              linewidth=0, gid="part-node"))  # fmt: skip
    align = _align(node[0], last)
    x = {"left": box.x + NODE_W + 5, "right": box.x - 5, "center": box.x + NODE_W / 2}[align]
    y = HEAD + box.y - 9 if align == "center" else HEAD + box.y + box.height / 2
    text = f"{node[1]}  {compact(through)}" if through else node[1]
    plane.text(
        x,
        y,
        cut(text, SMALL_PT, sheet.room / (last + 1)),
        ha=align,
        va="center_baseline",
        size=SMALL_PT,
        color=sheet.colours["ink"],
        bbox={"facecolor": sheet.colours["surface"], "alpha": 0.75, "linewidth": 0, "pad": 1.5},
    )
