"""Rails of an OpenStreetMap extract: a made-up region, written by the map's library, measured apart."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest

from sarai.corridors import Network
from sarai.corridors.measuring import length_km, track
from sarai.corridors.osm import read_rails
from sarai.goods import BadSetting

osmium = pytest.importorskip("osmium", reason="extracts need the extra `corridors`")

# A line from Alfa over Beta to Gamma (double between Alfa and Beta, the second track longer), a branch to
# Delta in 1435 from a junction without a name, a siding, and a stump that ends in nothing.
NODES = {
    1: (43.00, 70.00), 2: (43.10, 70.40), 3: (43.20, 70.80), 4: (43.30, 71.20), 5: (43.40, 71.60),
    6: (43.50, 72.00), 12: (43.20, 70.40), 20: (43.35, 71.40), 21: (43.80, 71.50), 22: (44.20, 71.55),
    30: (43.60, 71.20), 40: (43.05, 70.10),
}  # fmt: skip
STATIONS = {1: "Alfa", 3: "Beta", 6: "Gamma", 22: "Delta"}
MAIN, BRANCH = {"railway": "rail", "gauge": "1520"}, {"railway": "rail", "gauge": "1435"}
WAYS = [
    ([1, 2, 3], MAIN), ([3, 4, 20], MAIN), ([20, 5, 6], MAIN), ([1, 12, 3], MAIN), ([20, 21, 22], BRANCH),
    ([4, 30], MAIN), ([1, 40], MAIN | {"service": "siding"}), ([2, 30], {"highway": "primary"}),
]  # fmt: skip


def extract(path: Path, ways=WAYS, stations=STATIONS) -> Path:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, (latitude, longitude) in NODES.items():
            tags = {"railway": "station", "name": stations[number]} if number in stations else {}
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(longitude, latitude), tags=tags))
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
    return path


def joined(network: Network) -> dict[tuple[str, str, int], float]:
    names = {place.code: place.name for place in network.places}
    return {(names[leg.start], names[leg.end], leg.gauge_mm): leg.distance_km for leg in network.legs}


@pytest.mark.parametrize("name", ["region.osm.pbf", "region.osm"])
def test_stations_and_junctions_are_places_and_tracks_between_them_legs(tmp_path, name):
    network = read_rails(extract(tmp_path / name))
    assert {place.name for place in network.places} == {"Alfa", "Beta", "Gamma", "Delta", "Junction 20"}
    assert set(joined(network)) == {
        ("Alfa", "Beta", 1520), ("Beta", "Junction 20", 1520), ("Gamma", "Junction 20", 1520),
        ("Junction 20", "Delta", 1435),
    }  # fmt: skip
    assert {place.country for place in network.places} == {"KZ"}


def test_legs_are_as_long_as_the_tracks_that_another_finds(tmp_path):
    """The shortest way over all nodes, by networkx; the second track between Alfa and Beta is longer."""
    nodes = nx.Graph()
    for ends, tags in WAYS:
        if tags.get("railway") == "rail" and "service" not in tags:
            for one, other in pairwise(ends):
                nodes.add_edge(one, other, km=length_km([NODES[one], NODES[other]]))
    found = joined(read_rails(extract(tmp_path / "r.osm.pbf")))
    for start, end, names in ((1, 3, ("Alfa", "Beta")), (3, 20, ("Beta", "Junction 20"))):
        assert found[(*names, 1520)] == pytest.approx(
            nx.shortest_path_length(nodes, start, end, "km"), abs=0.002
        )


def test_the_points_of_a_leg_lie_along_it(tmp_path):
    network = read_rails(extract(tmp_path / "r.osm.pbf"))
    for leg in network.legs:
        assert length_km(track(network, leg)) == pytest.approx(leg.distance_km, rel=0.001)


def test_a_dual_track_is_a_leg_in_each_gauge(tmp_path):
    ways = [([1, 2, 3], {"railway": "rail", "gauge": "1435;1520"})]
    network = read_rails(extract(tmp_path / "r.osm", ways, {1: "Alfa", 3: "Beta"}))
    assert sorted(leg.gauge_mm for leg in network.legs) == [1435, 1520]


def test_a_way_without_a_gauge_is_told_and_can_be_given_one(tmp_path):
    path = extract(tmp_path / "r.osm", [([1, 2, 3], {"railway": "rail"})], {1: "Alfa", 3: "Beta"})
    with pytest.raises(BadSetting, match="has 1 ways without a gauge"):
        read_rails(path)
    assert [leg.gauge_mm for leg in read_rails(path, 1520).legs] == [1520]


def test_what_is_no_extract_is_told(tmp_path):
    with pytest.raises(BadSetting, match="is not there"):
        read_rails(tmp_path / "none.osm.pbf")
    (tmp_path / "bad.osm").write_text("rails!")
    with pytest.raises(BadSetting, match="cannot be read"):
        read_rails(tmp_path / "bad.osm")
    with pytest.raises(BadSetting, match="no way with railway=rail"):
        read_rails(extract(tmp_path / "road.osm", [([1, 2], {"highway": "primary"})]))
