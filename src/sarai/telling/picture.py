"""The way of goods as a picture: from the left, where they came from, to the right, where they went.

Boxes are whoever held the goods, ribbons the documents that moved them, as wide as the quantity.
Plain SVG without scripts or fonts of its own, readable in light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from xml.sax.saxutils import escape

from sarai.ledger import Step
from sarai.telling import words
from sarai.telling.layers import Box, Key, Picture, Ribbon, layered, ties

BOX_W, GAP_W, GAP_H = 152, 224, 20
MARGIN, TITLE_H = 24, 58
SLOT_H = 44  # the room of a ribbon, so that its label never lies on the next one's
THIN, THICK = 2.5, 32.0
NAME_CHARS, LINE_CHARS, LABEL_CHARS = 19, 22, 31  # what fits into a box and between two
SWEEPS = 4  # rounds of putting each column into the order of its neighbours

STYLE = """
  .paper { fill: #ffffff }  .box { fill: #f4f6f9; stroke: #8a94a3 }  .end { fill: #e1edf8; stroke: #38699c }
  .doubt { fill: #fbe7e1; stroke: #b3492d }
  text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1a222d }
  .name { font-weight: 600 }  .small { font-size: 11px; fill: #4d5866 }
  .title { font-size: 16px; font-weight: 600 }
  .ribbon { fill: none; stroke: #a9c7e3 }
  .label { paint-order: stroke; stroke: #ffffff; stroke-opacity: .7; stroke-width: 3px }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12161c }  .box { fill: #1e2530; stroke: #66717f }  .end { fill: #17304a; stroke: #6fa3d6 }
    .doubt { fill: #3d211a; stroke: #d98066 }
    text { fill: #e8ecf2 }  .small { fill: #aab4c0 }
    .ribbon { stroke: #2f5478 }  .label { stroke: #12161c }
  }"""


class Place(NamedTuple):
    """Where a box or a passage is: its left edge, its top and its height."""

    x: float
    y: float
    height: float


def draw(steps: Sequence[Step], *, up: bool, title: str) -> str:
    """Draw the way that a trace gave, as SVG.

    Parameters
    ----------
    steps
        The trees of a trace.
    up
        Whether they lead back to births, or on to destinations.
    title
        What was traced.
    """
    picture = layered(steps, up=up)
    places = places_of(picture)
    width = max((place.x for place in places.values()), default=0.0) + BOX_W + MARGIN
    bottom = max((place.y + place.height for place in places.values()), default=MARGIN + TITLE_H)
    note = "(there is more than a picture can hold)" if picture.cut else ""
    parts = _head(title, note, round(max(width, 480)), round(bottom + MARGIN))
    parts += _ribbons(picture, places)
    for key, box in picture.boxes.items():
        parts += _box(box, places[key])
    return "\n".join([*parts, "</svg>"]) + "\n"


# -- where everything goes -----------------------------------------------------------------------


def places_of(picture: Picture) -> dict[Key, Place]:
    """Put boxes and passages into columns, each in the order of what it is tied to."""
    pieces = ties(picture.ribbons)
    keys = {key: None for key in picture.boxes} | {key: None for piece in pieces for key in piece}
    heights = {key: SLOT_H * max(1, *_ties_of(key, pieces)) + 4.0 for key in keys}
    last = max((column for column, _ in keys), default=0)
    columns = [[key for key in keys if key[0] == column] for column in range(last, -1, -1)]
    tallest = max((_height(column, heights) for column in columns), default=0.0)
    tied: dict[Key, list[Key]] = {key: [] for key in keys}
    for giver, taker in pieces:
        tied[giver].append(taker)
        tied[taker].append(giver)
    places: dict[Key, Place] = {}
    for sweep in range(SWEEPS):
        for index in _sweep(len(columns), backwards=sweep % 2 == 0):
            columns[index].sort(key=lambda key: _barycentre(key, tied, places))
            top = MARGIN + TITLE_H + (tallest - _height(columns[index], heights)) / 2
            for key in columns[index]:
                places[key] = Place(MARGIN + index * (BOX_W + GAP_W), top, heights[key])
                top += heights[key] + GAP_H
    return places


def _sweep(count: int, *, backwards: bool) -> range:
    return range(count - 1, -1, -1) if backwards else range(count)


def _ties_of(key: Key, pieces: list[tuple[Key, Key]]) -> tuple[int, int]:
    return sum(taker == key for _, taker in pieces), sum(giver == key for giver, _ in pieces)


def _height(column: list[Key], heights: dict[Key, float]) -> float:
    return sum(heights[key] for key in column) + GAP_H * (len(column) - 1)


def _barycentre(key: Key, tied: dict[Key, list[Key]], places: dict[Key, Place]) -> float:
    middles = [places[each].y + places[each].height / 2 for each in tied[key] if each in places]
    return sum(middles) / len(middles) if middles else 0.0


def slots_of(pieces: list[tuple[Key, Key]], places: dict[Key, Place]) -> list[tuple[float, float]]:
    """The heights at which each piece begins and ends: ribbons leave a box in the order of their ends."""
    heights = [[0.0, 0.0] for _ in pieces]
    for side in (0, 1):
        beside: dict[Key, list[int]] = {}
        for number, piece in enumerate(pieces):
            beside.setdefault(piece[side], []).append(number)
        for key, numbers in beside.items():
            numbers.sort(key=lambda number: places[pieces[number][1 - side]].y)
            top = places[key].y + (places[key].height - SLOT_H * len(numbers)) / 2
            for place, number in enumerate(numbers):
                heights[number][side] = top + SLOT_H * (place + 0.5)
    return [(begin, end) for begin, end in heights]


# -- the drawing ---------------------------------------------------------------------------------


def _head(title: str, note: str, width: int, height: int) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}\n</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        _text(MARGIN, MARGIN + 14, title, "title"),
        _text(MARGIN, MARGIN + 34, f"from where goods came, to where they went {note}".rstrip(), "small"),
    ]


def _ribbons(picture: Picture, places: dict[Key, Place]) -> list[str]:
    """The ribbons, and above them all their labels."""
    widest = widest_of(picture.ribbons)
    heights = iter(slots_of(ties(picture.ribbons), places))
    lines, labels = [], []
    for ribbon in picture.ribbons:
        thickness = thickness_of(ribbon, widest)
        for number, (giver, taker) in enumerate(zip(ribbon.path, ribbon.path[1:], strict=False)):
            begin, end = next(heights)
            x1, x2 = places[giver].x + BOX_W, places[taker].x
            if number:  # through the passage, to where this piece begins
                x1 -= BOX_W
                begin = places[giver].y + places[giver].height / 2
                lines.append(_line(x1, x1 + BOX_W, begin, thickness))
                x1 += BOX_W
            else:
                labels += _label(ribbon, (x1 + x2) / 2, (begin + end) / 2)
            lines.append(_curve(x1, begin, x2, end, thickness))
    return lines + labels


def widest_of(ribbons: Sequence[Ribbon]) -> dict[str, Decimal]:
    """The largest amount of each unit, to which the others are drawn."""
    widest: dict[str, Decimal] = {}
    for ribbon in ribbons:
        for unit, amount in ribbon.amounts.items():
            widest[unit] = max(widest.get(unit, Decimal(0)), amount)
    return widest


def thickness_of(ribbon: Ribbon, widest: dict[str, Decimal]) -> float:
    """How thick a ribbon is, in pixels: by the larger of its shares of the widest."""
    shares = [amount / widest[unit] for unit, amount in ribbon.amounts.items() if widest[unit]]
    return max(THIN, THICK * float(max(shares, default=0)))


def _curve(x1: float, y1: float, x2: float, y2: float, thickness: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f'<path class="ribbon" stroke-width="{thickness:.1f}" '
        f'd="M{x1:.0f},{y1:.1f} C{middle:.0f},{y1:.1f} {middle:.0f},{y2:.1f} {x2:.0f},{y2:.1f}"/>'
    )


def _line(x1: float, x2: float, y: float, thickness: float) -> str:
    return f'<path class="ribbon" stroke-width="{thickness:.1f}" d="M{x1:.0f},{y:.1f} H{x2:.0f}"/>'


def _label(ribbon: Ribbon, x: float, y: float) -> list[str]:
    amounts = ", ".join(words.amount(round(amount, 3), unit) for unit, amount in ribbon.amounts.items())
    return [
        _text(x, y - 6, short(ribbon.name, LABEL_CHARS), "label name", middle=True),
        _text(x, y + 14, short(f"{ribbon.when}  ·  {amounts}", LABEL_CHARS + 4), "label", middle=True),
    ]


def _box(box: Box, place: Place) -> list[str]:
    lines = [short(line, LINE_CHARS) for line in box.lines]
    top = place.y + place.height / 2 - 7 * len(lines) + 4
    return [
        f'<rect class="{box.kind}" x="{place.x:.0f}" y="{place.y:.1f}" width="{BOX_W}" '
        f'height="{place.height:.1f}" rx="6"/>',
        _text(place.x + 12, top, short(box.name, NAME_CHARS), "name"),
        *(_text(place.x + 12, top + 15 * row, line, "small") for row, line in enumerate(lines, 1)),
    ]


def _text(x: float, y: float, text: str, kind: str, *, middle: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.1f}"{anchor}>{escape(text)}</text>'


def short(text: str, most: int) -> str:
    """A text that fits. Its end is kept, where numbers differ."""
    return text if len(text) <= most else "…" + text[1 - most :]
