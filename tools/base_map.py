"""Write the base map of ``sarai.reference.places`` from Natural Earth, as npm's ``world-atlas`` packs it.

Usage: ``npm pack world-atlas@2.0.2``, unpack it, then ``python tools/base_map.py countries-50m.json``.
Needs shapely, and the project installed. The same input gives the same file.

Neighbours share their border as one *arc* of the TopoJSON, so arcs are simplified and not polygons: no gaps
open between countries. Arcs that touch the window of the Middle Corridor stay fine, the rest of the world is
coarse. Countries that cross 180 degrees are unrolled into one piece first and then cut there, or Russia
would smear over the map. Antarctica is left out.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely
from shapely.affinity import translate
from shapely.geometry import LineString, MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from sarai.reference import countries

OUTPUT = Path(__file__).resolve().parents[1] / "src" / "sarai" / "reference" / "places" / "base_map.json"
HEADER = {
    "type": "FeatureCollection",
    "source": "Natural Earth 4.1.0, 1:50m Admin 0 countries, from npm world-atlas 2.0.2; borders as drawn "
    "there (who holds a territory in fact), no opinion of ours",
    "licence": "public domain (Natural Earth); derived by tools/base_map.py, Apache-2.0",
    "date": "2018-05, derived November 2026",
}

WINDOW = box(-10, 10, 150, 78)  # the Middle Corridor from Duisburg to Xi'an, with what lies around
FINE_DEG, COARSE_DEG = 0.03, 0.4  # by how much a simplified line may lie off
LEAST_FINE, LEAST_COARSE = 0.004, 0.5  # square degrees: smaller islands are left out
GRID_DEG = 0.01  # about 1 km, finer than the source is true
ANTARCTICA, KOSOVO = "010", "Kosovo"
DATE_LINE = 180.0

Point = tuple[float, float]


def read_arcs(atlas: dict) -> list[list[Point]]:
    """The arcs in degrees, unrolled and simplified."""
    (scale_x, scale_y), (left, bottom) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for deltas in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            points.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(simplified(unrolled(points)))
    return arcs


def unrolled(points: Iterable[Point]) -> list[Point]:
    """Longitudes that go on beyond 180 degrees instead of jumping to the other side."""
    result: list[Point] = []
    turn = 0.0
    last = None
    for x, y in points:
        if last is not None and abs(x - last) > DATE_LINE:
            turn += 360.0 if x < last else -360.0
        last = x
        result.append((x + turn, y))
    return result


def simplified(points: list[Point]) -> list[Point]:
    """Fewer points; the two ends stay, for neighbours to meet there."""
    line = LineString(points)
    tolerance = FINE_DEG if line.intersects(WINDOW) else COARSE_DEG
    return list(line.simplify(tolerance).coords)


def read_ring(indices: Sequence[int], arcs: list[list[Point]]) -> BaseGeometry:
    """What a ring of arcs encloses, cut at 180 degrees; empty if simplification left nothing of it."""
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    if len(points) < 4:
        return Polygon()
    return cut(shapely.make_valid(Polygon(unrolled(points))))


def cut(shape: BaseGeometry) -> BaseGeometry:
    """A shape that may lie beyond 180 degrees, in pieces that lie within."""
    turns = (-360.0, 0.0, 360.0)
    world = box(-DATE_LINE, -90, DATE_LINE, 90)
    return shapely.union_all([translate(shape, turn).intersection(world) for turn in turns])


def read_shape(geometry: dict, arcs: list[list[Point]]) -> BaseGeometry:
    """The land of a country."""
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    pieces = []
    for outer, *holes in polygons:
        inside = shapely.union_all([read_ring(hole, arcs) for hole in holes])
        pieces.append(read_ring(outer, arcs).difference(inside))
    return shapely.union_all(pieces)


def large_polygons(shape: BaseGeometry) -> MultiPolygon:
    """On the grid, and without what is too small to be seen; the largest piece always stays."""
    snapped = shapely.set_precision(shape, GRID_DEG)
    parts = [part for part in shapely.get_parts(snapped) if part.geom_type == "Polygon"]
    parts.sort(key=lambda part: -part.area)
    return MultiPolygon(parts[:1] + [part for part in parts[1:] if part.area >= least(part)])


def least(part: Polygon) -> float:
    """From which area on a piece is kept."""
    return LEAST_FINE if part.intersects(WINDOW) else LEAST_COARSE


def identity(geometry: dict) -> tuple[str, str]:
    """The alpha-2 code, and the name of those that have none."""
    name = geometry["properties"]["name"]
    if name == KOSOVO:
        return "XK", ""
    code = countries.alpha2(geometry["id"]) if "id" in geometry else None
    return (code, "") if code else ("", name)


def features(atlas: dict) -> list[dict]:
    """One feature for each country, by code."""
    arcs = read_arcs(atlas)
    shapes: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    for geometry in atlas["objects"]["countries"]["geometries"]:
        if geometry.get("id") != ANTARCTICA:
            shapes[identity(geometry)].append(read_shape(geometry, arcs))
    made = [(key, large_polygons(shapely.union_all(shapes[key]))) for key in sorted(shapes)]
    return [feature(code, name, land) for (code, name), land in made if not land.is_empty]


def feature(code: str, name: str, land: MultiPolygon) -> dict:
    """A country in GeoJSON: outer rings anticlockwise (RFC 7946), two decimals."""
    polygons = [
        [
            [[round(x, 2), round(y, 2)] for x, y in ring.coords]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in (shapely.orient_polygons(each) for each in land.geoms)
    ]  # fmt: skip
    said = {"id": code, "properties": {}} if code else {"properties": {"name": name}}
    return {"type": "Feature", **said, "geometry": {"type": "MultiPolygon", "coordinates": polygons}}


def main() -> None:
    """Read the atlas that is named, write the map."""
    atlas = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    lines = ",\n".join(json.dumps(each, separators=(",", ":")) for each in features(atlas))
    head = json.dumps(HEADER, indent=0, ensure_ascii=False).removesuffix("\n}")
    OUTPUT.write_text(f'{head},\n"features": [\n{lines}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
