"""Ways on the map, and what ways are called."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from sarai.corridors import shipped
from sarai.goods import BadSetting
from sarai.telling.charts import Route, Spot, Way, Ways, Words, described, png, svg, table
from sarai.telling.charts.ways import _parts
from sarai.telling.corridors_names import named
from sarai.telling.corridors_routes import choices
from sarai.telling.corridors_tracks import of_leg

WORDS = Words(title="Ways", unit="tonnes", source="made for a test")
CHART = Ways(
    words=WORDS,
    ways=(
        Way(points=((43.0, 77.0), (47.0, 52.0)), mode="rail", of=("A", "B"), name="AB"),
        Way(points=((47.0, 52.0), (40.0, 50.0)), mode="ferry", of=("A",), name="BC"),
        Way(points=((47.0, 52.0), (55.0, 37.0)), mode="road", of=("B",), name="BD"),
        Way(points=((40.0, 50.0), (41.7, 44.8)), mode="pipeline", value=5e6, name="CE"),
        Way(points=((60.0, 170.0), (60.0, -170.0)), mode="air", name="over the line"),
    ),
    routes=(Route(letter="A", name="by sea"), Route(letter="B", name="by land")),
    spots=(Spot(name="Almaty", latitude_deg=43.0, longitude_deg=77.0, marked=True),),
    drawn="tonnes",
)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
def test_it_is_drawn_in_every_look(dark: bool, narrow: bool):
    drawn = svg(CHART, dark=dark, narrow=narrow)
    texts = {each.text for each in ElementTree.fromstring(drawn).iter() if each.tag.endswith("text")}
    assert {"Ways", "A: by sea", "B: by land", "Almaty", "A", "B"} <= texts
    assert png(CHART, dark=dark, narrow=narrow).startswith(b"\x89PNG")


def test_on_a_page_it_has_the_pages_colours():
    drawn = svg(CHART, themed=True)
    assert "var(--series-1)" in drawn
    assert not re.search(r"fill: ?#[0-9a-f]{6}", drawn)


def test_it_is_told_in_words():
    assert described(CHART) == "A map; A: by sea; B: by land; CE 5 m."
    assert table(CHART).rows == [
        ("AB", "rail", "A, B", ""), ("BC", "ferry", "A", ""), ("BD", "road", "B", ""),
        ("CE", "pipeline", "", "5,000,000"),
    ]  # fmt: skip


def test_a_line_over_180_degrees_is_cut():
    assert list(_parts([(60.0, 170.0), (60.0, 179.0), (61.0, -179.0), (61.0, -170.0)])) == [
        [(170.0, 60.0), (179.0, 60.0)], [(-179.0, 61.0), (-170.0, 61.0)],
    ]  # fmt: skip


def test_a_way_has_a_beginning_and_an_end():
    with pytest.raises(BadSetting, match="has 1 points"):
        Way(points=((1.0, 2.0),), mode="rail")


# -- names and tracks ----------------------------------------------------------------------------


def test_names_say_what_people_say():
    network = shipped()
    found = choices(network, "CNXIA", "TRIST", good="container", best=8)
    names = [each.name for each in found.choices]
    assert len(set(names)) == len(names)
    assert any("Caspian" in name and "BTK" in name for name in names)
    assert "Suez" in " ".join(names)
    for each in found.choices:
        assert ("Iran" in each.name) == ("IR" in each.route.countries), each.name


def test_ways_that_pass_the_same_still_have_names_of_their_own():
    network = shipped()
    route = choices(network, "CNXIA", "DEDUI", good="container", best=1).choices[0].route
    assert len(set(named(network, [route, route, route]))) == 3


def test_a_track_goes_from_the_start_to_the_end():
    network = shipped()
    there, back = of_leg(network, "KZAAU-AZALT"), of_leg(network, "KZAAU-AZALT", backwards=True)
    assert there.points == tuple(reversed(back.points))
    aktau = network.by_place["KZAAU"]
    assert there.points[0] == pytest.approx((aktau.latitude_deg, aktau.longitude_deg))


def test_long_legs_bend_as_great_circles_do():
    track = of_leg(shipped(), "ZSPD-EDDF")  # Shanghai to Frankfurt, by air
    assert len(track.points) > 10
    assert max(latitude for latitude, _ in track.points) > 58
