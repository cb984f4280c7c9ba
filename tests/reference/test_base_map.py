"""The base map against geometry and what any atlas shows; the places against UN/LOCODE and the map."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sarai.reference import countries
from sarai.reference.places import KINDS, base_map, base_map_bytes, place, places
from sarai.simulation.world import ABROAD, PLACES

LOCODES = Path(__file__).resolve().parents[3] / "shared" / "data" / "reference" / "unlocode.csv.gz"
BESIDE_DEG = 0.15  # a simplified coast or border may lie so far beside a port or a post: about 12 km
MAX_BYTES = 400_000
UP_A_RIVER = {"DEHAM", "NLRTM", "RUASF"}


@cache
def features() -> list[dict]:
    return base_map()["features"]


def rings(feature: dict) -> Iterator[np.ndarray]:
    """Each ring as an array of points, longitude and latitude."""
    for polygon in feature["geometry"]["coordinates"]:
        yield from map(np.array, polygon)


def who(longitude: float, latitude: float) -> list[str]:
    """The countries on whose land a point lies."""
    return [feature.get("id", "") for feature in features() if on_land(feature, longitude, latitude)]


def on_land(feature: dict, x: float, y: float) -> bool:
    """By the even-odd rule; a hole counts once more, and so takes its part out again."""
    crossed = 0
    for ring in rings(feature):
        x1, y1, x2, y2 = edges(ring)
        meets = (y1 > y) != (y2 > y)
        at = x1[meets] + (x2 - x1)[meets] * (y - y1[meets]) / (y2 - y1)[meets]
        crossed += int((x < at).sum())
    return crossed % 2 == 1


def edges(ring: np.ndarray) -> tuple[np.ndarray, ...]:
    return ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]


def away_deg(country: str, x: float, y: float) -> float:
    """How far a point is from a country's border or coast, in degrees of latitude."""
    narrow = math.cos(math.radians(y))
    found = math.inf
    for ring in rings(next(f for f in features() if f.get("id") == country)):
        start = (ring[:-1] - (x, y)) * (narrow, 1)
        along = (ring[1:] - ring[:-1]) * (narrow, 1)
        share = np.clip(-(start * along).sum(1) / (along**2).sum(1), 0, 1)
        found = min(found, np.hypot(*(start + share[:, None] * along).T).min())
    return float(found)


def crossings(ring: np.ndarray) -> int:
    """How many pairs of edges of a ring cross properly."""
    x1, y1, x2, y2 = edges(ring)

    def side(i, j, k):  # on which side of edge i lies the point (j, k)
        return np.sign((x2[i] - x1[i]) * (k - y1[i]) - (y2[i] - y1[i]) * (j - x1[i]))

    found = 0
    for i in range(len(x1)):
        rest = slice(i + 1, None)
        a, b = side(i, x1[rest], y1[rest]), side(i, x2[rest], y2[rest])
        here = x1[i], y1[i], x2[i], y2[i]
        run, rise = x2[rest] - x1[rest], y2[rest] - y1[rest]
        c = np.sign(run * (here[1] - y1[rest]) - rise * (here[0] - x1[rest]))
        d = np.sign(run * (here[3] - y1[rest]) - rise * (here[2] - x1[rest]))
        found += int(((a * b < -0.5) & (c * d < -0.5)).sum())
    return found


def area(ring: np.ndarray) -> float:
    """Signed, in square degrees: more than zero if it runs anticlockwise."""
    x1, y1, x2, y2 = edges(ring)
    return float((x1 * y2 - x2 * y1).sum()) / 2


def test_it_is_small_and_says_where_it_comes_from():
    assert len(base_map_bytes()) < MAX_BYTES
    head = base_map()
    assert "Natural Earth" in head["source"]
    assert "public domain" in head["licence"]
    assert "2026" in head["date"]


def test_every_country_is_there_once_by_its_code():
    codes = [feature["id"] for feature in features() if "id" in feature]
    assert len(codes) == len(set(codes)) >= 230
    assert all(countries.exists(code) for code in codes)
    assert all(feature["properties"]["name"] for feature in features() if "id" not in feature)


def test_rings_are_closed_of_two_decimals_and_on_earth():
    for feature in features():
        for ring in rings(feature):
            assert len(ring) >= 4
            assert (ring[0] == ring[-1]).all()
            assert (np.abs(ring) <= (180, 90)).all()
            assert np.allclose(ring * 100, np.rint(ring * 100), atol=1e-6)


def test_outer_rings_run_anticlockwise_and_holes_clockwise():
    for feature in features():
        for outer, *holes in feature["geometry"]["coordinates"]:
            assert area(np.array(outer)) > 0
            assert all(area(np.array(hole)) < 0 for hole in holes)


def test_no_ring_crosses_itself():
    crossed = {feature.get("id"): sum(map(crossings, rings(feature))) for feature in features()}
    assert {code: count for code, count in crossed.items() if count} == {}


def test_a_ring_that_crosses_itself_would_be_found():
    assert crossings(np.array([(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)], float)) == 1
    assert crossings(np.array([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)], float)) == 0


def test_nothing_smears_over_180_degrees():
    for feature in features():
        for ring in rings(feature):
            assert np.abs(np.diff(ring[:, 0])).max() < 60  # Antarctica's coast would not even pass this
    assert who(-175, 66.5) == who(175, 66.5) == ["RU"]


@pytest.mark.parametrize(
    ("longitude", "latitude", "country"),
    [(71.43, 51.17, "KZ"), (76.95, 43.25, "KZ"), (69.24, 41.3, "UZ"), (37.6, 55.75, "RU"),
     (116.4, 39.9, "CN"), (-100, 40, "US"), (25, -29, "ZA"), (28.2, -29.5, "LS"),
     (44.5, 40.2, "AM"), (45.4, 39.3, "AZ")],
)  # fmt: skip
def test_points_lie_in_their_country(longitude, latitude, country):
    assert who(longitude, latitude) == [country]


@pytest.mark.parametrize(("longitude", "latitude"), [(50.5, 42), (51, 45.3), (51.5, 38.5), (34, 43), (0, 0)])
def test_the_sea_and_the_caspian_are_no_land(longitude, latitude):
    assert who(longitude, latitude) == []


@pytest.mark.parametrize("port", sorted({each.code for each in places() if each.kind == "port"} - UP_A_RIVER))
def test_ports_lie_on_the_coast(port):
    at = place(port)
    assert away_deg(at.country, at.longitude_deg, at.latitude_deg) < BESIDE_DEG


@pytest.mark.parametrize("at", places(), ids=lambda at: at.code)
def test_a_place_lies_in_its_country(at):
    inside = at.country in who(at.longitude_deg, at.latitude_deg)
    assert inside or away_deg(at.country, at.longitude_deg, at.latitude_deg) < BESIDE_DEG


def test_a_place_in_another_country_would_be_found():
    assert who(71.43, 51.17) != ["RU"]
    assert away_deg("RU", 71.43, 51.17) > 1


def test_every_place_of_the_simulation_is_known_and_lies_there():
    for code, simulated in (PLACES | ABROAD).items():
        at = place(code)
        assert at is not None, code
        assert at.name() == simulated.name
        assert abs(at.latitude_deg * 100 - simulated.lat_cdeg) <= 30
        assert abs(at.longitude_deg * 100 - simulated.lon_cdeg) <= 70  # UN/LOCODE sets Pavlodar so far aside


def test_every_place_has_three_names_a_kind_and_a_source():
    for at in places():
        assert all(at.names[language] for language in ("en", "ru", "kk"))
        assert at.kind in KINDS
        assert countries.exists(at.country)
        assert at.source in ("UN/LOCODE", "atlas", "atlas, own code")
    assert len({at.code for at in places()}) == len(places())


@pytest.mark.skipif(not LOCODES.is_file(), reason=f"no shared data at {LOCODES}")
def test_codes_and_positions_are_those_of_un_locode():
    with gzip.open(LOCODES, "rt", encoding="utf-8") as file:
        published = {row["locode"]: row for row in csv.DictReader(file)}
    for at in places():
        row = published.get(at.code)
        assert (row is None) == at.source.endswith("own code"), at.code
        if at.source == "UN/LOCODE":
            assert abs(float(row["lat"]) - at.latitude_deg) <= 0.0051
            assert abs(float(row["lon"]) - at.longitude_deg) <= 0.0051
