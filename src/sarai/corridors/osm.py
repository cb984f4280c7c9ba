"""Rails of an OpenStreetMap extract (.osm.pbf, .osm) as places and legs of a network.

Stations with a name become places; so do junctions, ends and changes of gauge that no station is near. What
lies between two of them is one leg, as long as its track. Parallel tracks are one leg, the shortest. Sidings,
yards and spurs are left out. The map knows no speeds, prices or borders: those come from other tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sarai.corridors.measuring import length_km
from sarai.corridors.network import Network
from sarai.corridors.tables import Leg, Place, Source
from sarai.goods import BadSetting

__all__ = ["read_rails"]

RAILWAYS = {"rail", "narrow_gauge"}
STATIONS = {"station", "halt", "yard", "border"}
STATION_KM = 1.5  # from the point of a station to the ends of its tracks
MOST_VIA = 12  # points of a leg that are kept for drawing
EARTH_KM = 6371.0
SOURCE = Source(
    code="osm", title="OpenStreetMap contributors, ODbL 1.0", publisher="OpenStreetMap Foundation",
    address="https://www.openstreetmap.org/copyright", kind="published",
)  # fmt: skip

Point = tuple[float, float]


class Station(NamedTuple):
    """A named station as the map has it."""

    node: int
    point: Point
    names: Mapping[str, str]


class Track(NamedTuple):
    """Rails from node to node of one gauge."""

    gauge_mm: int
    nodes: list[int]


class Rails(NamedTuple):
    """What an extract says of rails: tracks, where their nodes lie, and stations."""

    tracks: list[Track]
    points: dict[int, Point]
    stations: list[Station]


class Stretch(NamedTuple):
    """A way between two places along the tracks."""

    ends: tuple[int, int]
    gauge_mm: int
    points: list[Point]

    def reversed(self) -> Stretch:
        """The same, from its other end."""
        return Stretch(self.ends[::-1], self.gauge_mm, self.points[::-1])


def read_rails(path: Path, gauge_mm: int = 0) -> Network:
    """The rails of an extract as a network of places and legs.

    Parameters
    ----------
    gauge_mm : int
        Of ways that state none; 0 refuses them.

    Raises
    ------
    BadSetting
        The file is no extract, has no rails, or has ways without a gauge and none was given.
    """
    rails = _read(path, gauge_mm)
    if not rails.tracks:
        raise BadSetting(f"{path} has no way with railway=rail; give an extract of a region with rails")
    places = _at_stations(rails)
    stretches = _joined(_shortest(_stretches(rails, places)), {station.node for station in rails.stations})
    return _network(rails, stretches)


# -- the file ------------------------------------------------------------------------------------


def _read(path: Path, gauge_mm: int) -> Rails:
    import osmium

    if not path.is_file():
        raise BadSetting(f"{path} is not there; give an OpenStreetMap extract (.osm.pbf or .osm)")
    rails, untold = Rails([], {}, []), 0
    try:
        for each in osmium.FileProcessor(str(path)).with_locations():
            if each.is_node() and each.tags.get("railway") in STATIONS and "name" in each.tags:
                names = {tag.k: tag.v for tag in each.tags if tag.k.startswith("name")}
                rails.stations.append(Station(each.id, (each.lat, each.lon), names))
            elif each.is_way() and each.tags.get("railway") in RAILWAYS and "service" not in each.tags:
                gauges = _gauges(each.tags.get("gauge", ""), gauge_mm)
                untold += not gauges
                nodes = [node for node in each.nodes if node.location.valid()]
                rails.points.update((node.ref, (node.lat, node.lon)) for node in nodes)
                rails.tracks.extend(Track(gauge, [node.ref for node in nodes]) for gauge in gauges)
    except (RuntimeError, osmium.InvalidLocationError) as fault:
        raise BadSetting(f"{path} cannot be read as an OpenStreetMap extract: {fault}") from fault
    if untold:
        raise BadSetting(f"{path} has {untold:,} ways without a gauge; say which they have, as 1520")
    return rails


def _gauges(said: str, otherwise: int) -> list[int]:
    """The gauges of a way; dual tracks have two, written ``1435;1520``."""
    found = [int(each) for each in said.replace(" ", "").split(";") if each.isdigit()]
    return found or ([otherwise] if otherwise else [])


# -- places --------------------------------------------------------------------------------------


def _at_stations(rails: Rails) -> dict[int, int]:
    """By node of a track, the node of the station that it is at."""
    from scipy.spatial import cKDTree

    nodes = sorted({node for track in rails.tracks for node in track.nodes})
    if not rails.stations:
        return {}
    tree = cKDTree(_on_globe([station.point for station in rails.stations]))
    far = 2 * np.sin(STATION_KM / EARTH_KM / 2)
    _, nearest = tree.query(_on_globe([rails.points[node] for node in nodes]), distance_upper_bound=far)
    count = len(rails.stations)
    return {
        node: rails.stations[at].node for node, at in zip(nodes, nearest.tolist(), strict=True) if at < count
    }


def _on_globe(points: Iterable[Point]) -> np.ndarray:
    """Points as unit vectors, shape (points, 3): straight distances know no poles and no date line."""
    latitude, longitude = np.radians(np.array(list(points), float)).T
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


# -- legs ----------------------------------------------------------------------------------------


def _stretches(rails: Rails, places: Mapping[int, int]) -> Iterator[Stretch]:
    """Along the tracks from each place to the next, every stretch once."""
    neighbours: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for track in rails.tracks:
        for one, other in pairwise(track.nodes):
            neighbours[track.gauge_mm][one].add(other)
            neighbours[track.gauge_mm][other].add(one)
    for gauge_mm, near in sorted(neighbours.items()):
        others = [each for gauge, each in neighbours.items() if gauge != gauge_mm]
        kept = {
            node for node in near
            if node in places or len(near[node]) != 2
            or any(node in other and other[node] != near[node] for other in others)  # gauges part here
        }  # fmt: skip
        for start in sorted(kept):
            for first in sorted(near[start]):
                nodes = _walked(start, first, near, kept)
                ends = places.get(start, start), places.get(nodes[-1], nodes[-1])
                if ends[0] < ends[1]:
                    yield Stretch(ends, gauge_mm, [rails.points[node] for node in nodes])


def _walked(start: int, first: int, near: Mapping[int, set[int]], kept: set[int]) -> list[int]:
    """The nodes from one kept node to the next, by the neighbour that it begins with."""
    nodes = [start, first]
    while nodes[-1] not in kept:
        (onward,) = near[nodes[-1]] - {nodes[-2]}  # what is not kept has two neighbours
        nodes.append(onward)
    return nodes


Kept = dict[tuple[int, int, int], Stretch]


def _shortest(stretches: Iterable[Stretch]) -> Kept:
    """Of parallel tracks of one gauge, the shortest."""
    found: Kept = {}
    for each in stretches:
        key = (*each.ends, each.gauge_mm)
        if key not in found or length_km(each.points) < length_km(found[key].points):
            found[key] = each
    return found


def _joined(stretches: Kept, stations: set[int]) -> list[Stretch]:
    """Without nameless places that a line only passes, or where a track ends in nothing."""
    at: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    for key in stretches:
        at[key[0]].add(key)
        at[key[1]].add(key)
    open_ = [place for place in sorted(at) if place not in stations]
    while open_:
        place = open_.pop()
        keys = sorted(at[place])
        if len(keys) == 1 or (len(keys) == 2 and keys[0][2] == keys[1][2]):
            gone = [stretches.pop(key) for key in keys]
            for key in keys:
                for end in key[:2]:
                    at[end].discard(key)
            others = {end for key in keys for end in key[:2]} - {place}
            if len(gone) == 2 and len(others) == 2:
                _put(_through(place, *gone), stretches, at)
            open_ += sorted(other for other in others if other not in stations)
    return [stretches[key] for key in sorted(stretches)]


def _through(place: int, one: Stretch, other: Stretch) -> Stretch:
    """Two stretches that meet at a place as one, from the smaller end to the larger."""
    before = one if one.ends[1] == place else one.reversed()
    after = other if other.ends[0] == place else other.reversed()
    whole = Stretch((before.ends[0], after.ends[1]), one.gauge_mm, before.points + after.points[1:])
    return whole if whole.ends[0] < whole.ends[1] else whole.reversed()


def _put(each: Stretch, stretches: Kept, at: Mapping[int, set[tuple[int, int, int]]]) -> None:
    key = (*each.ends, each.gauge_mm)
    if key not in stretches or length_km(each.points) < length_km(stretches[key].points):
        stretches[key] = each
    for end in each.ends:
        at[end].add(key)


# -- rows ----------------------------------------------------------------------------------------


def _network(rails: Rails, stretches: list[Stretch]) -> Network:
    named = {station.node: station for station in rails.stations}
    used = sorted({end for each in stretches for end in each.ends})
    points = {end: point for each in stretches for end, point in zip(each.ends, _ends(each), strict=True)}
    lie = points | {station.node: station.point for station in rails.stations}
    places = [_place(node, lie[node], named.get(node)) for node in used]
    return Network(sources=(SOURCE,), places=tuple(places), legs=tuple(_leg(each) for each in stretches))


def _ends(stretch: Stretch) -> tuple[Point, Point]:
    return stretch.points[0], stretch.points[-1]


def _place(node: int, point: Point, station: Station | None) -> Place:
    names: Mapping[str, Any] = station.names if station else {}
    latitude, longitude = point
    return Place(
        code=f"OSM{node}", name=names.get("name:en") or names.get("name") or f"Junction {node}",
        name_ru=names.get("name:ru", ""), name_kk=names.get("name:kk", ""), kind="station",
        country=_country(point), latitude_deg=round(latitude, 5),
        longitude_deg=round(longitude, 5), source=SOURCE.code,
    )  # fmt: skip


def _leg(each: Stretch) -> Leg:
    start, end = (f"OSM{node}" for node in each.ends)
    inner = each.points[1:-1]
    via = inner[:: max(1, -(-len(inner) // MOST_VIA))]
    return Leg(
        code=f"{start}-{end}-{each.gauge_mm}", start=start, end=end, mode="rail", gauge_mm=each.gauge_mm,
        distance_km=round(max(length_km(each.points), 0.001), 3),
        via="; ".join(f"{latitude:.4f} {longitude:.4f}" for latitude, longitude in via), source=SOURCE.code,
    )  # fmt: skip


def _country(point: Point) -> str:
    """The alpha-2 code of the country that a point lies in by the base map; empty if in none."""
    from shapely import Point as At

    codes, tree = _countries()
    return next((codes[index] for index in tree.query(At(point[1], point[0]), "within")), "")


@cache
def _countries() -> tuple[list[str], Any]:
    from shapely import STRtree, make_valid
    from shapely.geometry import shape

    from sarai.reference.places import base_map

    features = [each for each in base_map()["features"] if "id" in each]
    return [each["id"] for each in features], STRtree([make_valid(shape(f["geometry"])) for f in features])
