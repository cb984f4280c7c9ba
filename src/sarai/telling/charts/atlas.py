"""Land cut to a frame, and where in it a country's arrows begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from math import cos, radians
from typing import NamedTuple

from sarai.goods import BadSetting

Spot = tuple[float, float]  # longitude and latitude, degrees
Ring = list[Spot]

CENTRES: dict[str, Spot] = {
    # where most people live, where the middle of the land would mislead; EU: no one country
    "EU": (9.0, 49.5), "RU": (42.0, 57.0), "CN": (110.0, 33.0), "US": (-90.0, 39.0), "CA": (-90.0, 50.0),
    "KZ": (68.5, 48.0), "FR": (2.5, 47.0), "NO": (9.5, 61.0), "GB": (-1.5, 53.0),
    "HK": (114.2, 22.3), "SG": (103.8, 1.4),
}  # fmt: skip
AIR = 5.0  # degrees about what is drawn
LEAST_SPAN = 24.0  # degrees of longitude: less shows no neighbour


class Frame(NamedTuple):
    """What of the world is shown, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def ratio(self) -> float:
        """Height by width of a map that is true to shape at its middle."""
        middle = radians((self.south + self.north) / 2)
        return (self.north - self.south) / ((self.east - self.west) * cos(middle))


def land(code: str) -> list[Ring]:
    """The outer rings of a country's land; none if the map does not have it."""
    return _lands().get(code, [])


def codes() -> list[str]:
    """Every part of the map, what has no code under its name."""
    return list(_lands())


@cache
def _lands() -> dict[str, list[Ring]]:
    from sarai.reference.places import base_map

    lands: dict[str, list[Ring]] = {}
    for feature in base_map()["features"]:
        shape = feature["geometry"]
        several = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        name = feature.get("id") or feature["properties"]["name"]
        lands.setdefault(name, []).extend([(x, y) for x, y, *_ in polygon[0]] for polygon in several)
    return lands


def centre(code: str, frame: Frame | None = None) -> Spot:
    """Where a country's arrows begin and end: within the frame, if it reaches into it.

    Raises
    ------
    BadSetting
        The map does not have it.
    """
    if code in CENTRES:
        return CENTRES[code]
    rings = land(code)
    if not rings:
        raise BadSetting(
            f"{code!r} is not on the base map; leave it out of the map, tables can still name it"
        )
    seen = [part for ring in rings if frame and (part := clipped(ring, frame))] or rings
    return _middle(max(seen, key=lambda ring: abs(_area(ring))))


def frame_of(several: Iterable[str]) -> Frame:
    """What holds the middles of some countries, with air about them."""
    return frame_about([centre(code) for code in several])


def frame_about(spots: Sequence[Spot]) -> Frame:
    """What holds some spots, with air about them."""
    spots = spots or [(20.0, 45.0), (70.0, 55.0)]
    west, east = min(x for x, _ in spots) - AIR, max(x for x, _ in spots) + AIR
    south, north = min(y for _, y in spots) - AIR, max(y for _, y in spots) + AIR
    more = max(0.0, LEAST_SPAN - (east - west)) / 2
    frame = Frame(max(west - more, -180), max(south, -58), min(east + more, 180), min(north, 80))
    lacking = max(0.0, 0.45 / frame.ratio - 1) * (frame.north - frame.south) / 2  # not a mere strip
    return Frame(frame.west, max(frame.south - lacking, -58), frame.east, min(frame.north + lacking, 80))


def clipped(ring: Ring, frame: Frame) -> Ring:
    """A ring cut to a frame."""
    from matplotlib.path import Path
    from matplotlib.transforms import Bbox

    box = Bbox.from_extents(frame.west, frame.south, frame.east, frame.north)
    return [(float(x), float(y)) for x, y in Path(ring).clip_to_bbox(box).vertices]


def _area(ring: Sequence[Spot]) -> float:
    pairs = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _middle(ring: Sequence[Spot]) -> Spot:
    """The centroid of a ring."""
    area = _area(ring)
    pairs = list(zip(ring, [*ring[1:], *ring[:1]], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    return x, y
