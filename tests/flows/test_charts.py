"""Charts: holes are gaps, widths conserve, words are there, colours can be told apart, bytes are the same."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from flows import chart_examples as examples
from flows.chart_examples import ALL, words
from sarai.goods import BadSetting
from sarai.telling.charts import (
    Area,
    Bar,
    Bars,
    Heat,
    Lines,
    Link,
    Map,
    Panel,
    Sankey,
    Series,
    described,
    picture,
    png,
    series,
    style,
    svg,
    table,
)
from sarai.telling.charts import sankey as sankeys
from sarai.telling.charts.atlas import Frame, centre, clipped, frame_of
from sarai.telling.charts.markup import SVG

every_chart = pytest.mark.parametrize("name", ALL)
NAMESPACE = {"s": SVG}
ORANGE, BLUE = style.colours()["series-2"], style.colours()["series-1"]


def drawn(chart, **how) -> etree._Element:
    return etree.fromstring(svg(chart, **how).encode())


def paths(root: etree._Element, part: str) -> list[str]:
    return [path.get("d") for path in root.xpath(f"//s:*[@class='{part}']//s:path", namespaces=NAMESPACE)]


def one(values: tuple[float | None, ...]) -> Lines:
    line = Series(name="sent", first=date(2021, 1, 1), values=values)
    return Lines(words=words("One"), panels=(Panel(name="one", series=(line,)),))


# -- holes ---------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=12)  # each draws a picture thrice
@given(st.lists(st.none() | st.floats(1, 100), min_size=3, max_size=40).filter(any))
def test_a_line_is_drawn_through_what_was_published_and_nowhere_else(values):
    [path] = paths(drawn(one(tuple(values))), "series") or [""]
    points = len(re.findall("[ML]", path))
    runs = re.findall("v+", "".join("v" if value is not None else "-" for value in values))
    holes = re.findall("-+", "".join("v" if value is not None else "-" for value in values))
    assert points == sum(len(run) for run in runs)
    assert path.count("M") == len(runs), "each run of published periods begins anew"
    assert len(paths(drawn(one(tuple(values))), "hole")) == len(holes)
    assert len(re.findall("<use", etree.tostring(drawn(one(tuple(values)))).decode())) >= runs.count("v")


def test_a_hole_is_hatched_where_it_is():
    root = drawn(one((1.0, 2.0, None, None, 3.0, 4.0, 5.0)))
    line = [float(x) for x in re.findall(r"[ML] ([\d.]+)", paths(root, "series")[0])]
    [hole] = root.xpath("//s:*[@class='hole']//s:path", namespaces=NAMESPACE)
    edges = [float(x) for x in re.findall(r"[ML] ([\d.]+)", hole.get("d"))]
    month = line[1] - line[0]
    assert min(edges) == pytest.approx(line[1] + month / 2, abs=0.05)
    assert max(edges) == pytest.approx(line[2] - month / 2, abs=0.05)
    [fill] = re.findall(r"fill: url\(#([^)]+)\)", hole.get("style"))
    assert root.xpath(f"//s:pattern[@id='{fill}']", namespaces=NAMESPACE)


def test_a_zero_is_no_hole():
    root = drawn(one((1.0, 0.0, 2.0)))
    assert paths(root, "hole") == []
    assert len(re.findall("[ML]", paths(root, "series")[0])) == 3


def test_periods_that_are_not_among_the_rows_become_holes():
    rows = [(date(2022, 1, 1), 3.0), (date(2021, 10, 1), 1.0)]
    assert series("sent", rows, until=date(2022, 3, 1)).values == (1.0, None, None, 3.0, None, None)
    assert series("sent", rows).holes == ((2021 * 12 + 10, 2021 * 12 + 11),)


@pytest.mark.parametrize("rows", [[], [(date(2021, 1, 1), 1.0)] * 2])
def test_rows_that_make_no_series_are_refused(rows):
    with pytest.raises(BadSetting):
        series("sent", rows)
    with pytest.raises(BadSetting, match="2021-03"):
        series("sent", [(date(2020, 1, 1), 1.0), (date(2021, 3, 1), 1.0)], step_months=12)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(BadSetting, match="None for a hole"):
        Bar(name="sent", value=value)


def test_a_heat_table_tells_holes_from_zeros():
    chart = Heat(words=words("Heat"), rows=("one", "two"), columns=("a", "b", "c"),
                 cells=((0.0, None, 4.0), (None, None, 8.0)))  # fmt: skip
    root = drawn(chart)
    cells = {part: "".join(paths(root, part)).count("M") for part in ("hole", "zero", "scale-1", "scale-5")}
    assert cells == {"hole": 3, "zero": 1, "scale-1": 1, "scale-5": 1}
    assert table(chart).rows[0] == ("one", "0", "not published", "4")


def test_holes_of_bars_come_last_and_say_so():
    text = svg(Bars(words=words("B"), bars=(Bar(name="gone", value=None), Bar(name="here", value=-2.0))))
    assert text.index(">here<") < text.index(">gone<")
    assert ">not published<" in text


@every_chart
def test_holes_are_said_in_words_and_in_the_table(name):
    if name in ("dots",):
        return
    chart = ALL[name]
    assert "not published" in described(chart)
    assert any("not published" in row for row in table(chart).rows)


# -- widths --------------------------------------------------------------------------------------

LINKS = st.lists(
    st.builds(
        Link, giver=st.sampled_from("abc"), taker=st.sampled_from("xyz"), layer=st.sampled_from([0, 1]),
        value=st.none() | st.floats(0, 1e9),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(LINKS)
def test_widths_of_a_sankey_are_its_values_on_one_scale(links):
    chart = Sankey(words=words("S"), layers=("one", "two", "three"), links=tuple(links))
    placed = sankeys.layout(chart, 700, 300)
    sums: dict[tuple[int, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for ribbon in placed.ribbons:
        assert (ribbon.width is None) == (ribbon.link.value is None)
        sums[ribbon.link.layer, ribbon.link.giver][1] += ribbon.width or 0.0
        sums[ribbon.link.layer + 1, ribbon.link.taker][0] += ribbon.width or 0.0
        assert (ribbon.width or 0.0) == pytest.approx((ribbon.link.value or 0.0) * placed.scale)
    for node, (enters, leaves) in sums.items():
        assert placed.boxes[node].height == pytest.approx(max(enters, leaves, sankeys.LEAST_H))
    for one_box, other in combinations(placed.boxes.values(), 2):
        apart = one_box.y + one_box.height <= other.y or other.y + other.height <= one_box.y
        assert one_box.x != other.x or apart, "boxes of a layer do not overlap"


def test_ribbons_are_drawn_as_wide_as_they_are():
    chart = examples.SANKEY
    placed = sankeys.layout(chart, 736, sankeys.body(chart, 760) - sankeys.HEAD - 25)
    widths = []
    for path in paths(drawn(chart), "ribbon"):
        ys = [float(y) for _, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]
        widths.append(max(ys[0], ys[-1]) - min(ys[0], ys[-1]) or abs(ys[4] - ys[3]))
    assert len(widths) == sum(link.value is not None for link in chart.links)
    values = [link.value for link in chart.links if link.value is not None]
    ratios = [width / value for width, value in zip(widths, values, strict=True)]
    assert ratios == pytest.approx([placed.scale] * len(ratios), rel=0.02)


def test_what_has_no_width_is_refused():
    with pytest.raises(BadSetting, match="cannot be negative"):
        Link(giver="a", taker="b", value=-1.0)
    with pytest.raises(BadSetting, match="leaves layer 1"):
        Sankey(
            words=words("S"), layers=("one", "two"), links=(Link(giver="a", taker="b", value=1.0, layer=1),)
        )


# -- maps ----------------------------------------------------------------------------------------


def test_land_is_cut_to_the_frame():
    frame = Frame(1, 1, 9, 8)
    ring = clipped([(0.0, 0.0), (10.0, 2.0), (8.0, 12.0), (-4.0, 9.0)], frame)
    corners = {(1, 1), (5, 1), (9, 1.8), (9, 7), (8.8, 8), (1, 8)}  # by hand
    assert {(round(x, 9), round(y, 9)) for x, y in ring} == corners
    assert clipped([(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], frame) == []


def test_a_country_lies_where_it_does():
    x, y = centre("UZ", Frame(40, 30, 90, 60))
    assert 58 < x < 68 and 39 < y < 44
    frame = frame_of(["DE", "KZ"])
    assert frame.west < 7 and frame.east > 70 and frame.south < 47 and frame.north > 53


def test_no_land_is_drawn_outside_the_map():
    root = drawn(examples.MAP)
    [land] = paths(root, "land")
    xs = [float(x) for x, _ in re.findall(r"(-?[\d.]+) (-?[\d.]+)", land)]
    assert min(xs) >= 11.9 and max(xs) <= 760 - 11.9


def test_a_country_that_the_map_lacks_is_refused():
    with pytest.raises(BadSetting, match="'ZZ' is not on the base map"):
        svg(Map(words=words("M"), areas=(Area(code="ZZ", value=1.0),)))


# -- words, colours, bytes -----------------------------------------------------------------------


@every_chart
def test_every_chart_has_its_words(name):
    chart = ALL[name]
    for narrow in (False, True):
        root = drawn(chart, narrow=narrow, name="c")
        assert root.findtext(f"{{{SVG}}}title") == chart.words.title
        assert described(chart) in root.findtext(f"{{{SVG}}}desc")
        assert root.get("role") == "img" and root.get("aria-labelledby") == "c-title"
        texts = " ".join(root.xpath("//s:text/text()", namespaces=NAMESPACE))
        for said in (chart.words.title, chart.words.unit, f"Source: {chart.words.source}", chart.words.note):
            assert said in texts, "text stays text"


@every_chart
def test_pictures_are_the_same_at_every_run_and_refer_to_nothing_outside(name):
    first, second = svg(ALL[name]), svg(ALL[name])
    assert first == second
    assert set(re.findall(r"https?://[^\s\"'<)]+", first)) <= {SVG}
    assert png(ALL[name]) == png(ALL[name])
    root = etree.fromstring(first.encode())
    names = root.xpath("//@id")
    used = [*re.findall(r"url\(#([^)]+)\)", first), *(link[1:] for link in root.xpath("//@href"))]
    assert len(names) == len(set(names)) and set(used) <= set(names)


@every_chart
def test_a_themed_picture_has_no_colours_of_its_own(name):
    text = svg(ALL[name], themed=True)
    assert re.findall(r"#[0-9a-fA-F]{6}\b", text) == []
    assert set(re.findall(r"var\(--([^)]+)\)", text)) <= {token.name for token in style.TOKENS}


def test_a_picture_is_what_its_file_is_called():
    assert picture(examples.DOTS, Path("a.SVG")).startswith(b"<svg")
    assert picture(examples.DOTS, Path("a.png"), dark=True).startswith(b"\x89PNG")
    with pytest.raises(BadSetting, match=r"\.svg or \.png"):
        picture(examples.DOTS, Path("a.pdf"))


def test_empty_charts_are_drawn_too():
    none = words("None")
    for chart in (Lines(words=none, panels=()), Bars(words=none, bars=()), Map(words=none),
                  Heat(words=none, rows=(), columns=(), cells=()),
                  Sankey(words=none, layers=("a", "b"), links=())):  # fmt: skip
        assert svg(chart).startswith("<svg")


def test_colours_are_the_desks():
    colours = pytest.importorskip("sarai.server.pages.look.colours")
    desk = {colour.name: (colour.light, colour.dark) for colour in colours.COLOURS}
    assert {t.name: (t.light, t.dark) for t in style.DESK}.items() <= desk.items()
    assert not {t.name for t in style.OWN} & set(desk)
    for scheme in ("light", "dark"):
        paper = next(getattr(t, scheme) for t in style.DESK if t.name == "surface")
        for token in style.OWN:
            if token.name in style.SERIES:
                assert colours.contrast(getattr(token, scheme), paper) >= 3, token


def test_every_colour_has_one_name():
    for scheme in ("light", "dark"):
        several = [getattr(token, scheme) for token in style.TOKENS]
        assert len(several) == len(set(several))


# Machado, Oliveira and Fernandes 2009, table 1: severity 1, on linear sRGB
BLIND = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
               (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
LEAST_APART = 0.1  # of Oklab, in which 0.02 can just be told apart


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sight", ["full", *BLIND])
def test_series_are_told_apart_by_all(scheme, sight):
    tokens = [token for token in style.OWN if token.name in style.SERIES]
    seen = {token.name: oklab(seen_as(getattr(token, scheme), sight)) for token in tokens}
    for one_name, other in combinations(seen, 2):
        apart = sum((a - b) ** 2 for a, b in zip(seen[one_name], seen[other], strict=True)) ** 0.5
        assert apart >= LEAST_APART, (one_name, other, round(apart, 3))


def seen_as(colour: str, sight: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    if sight == "full":
        return linear
    return [max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))) for row in BLIND[sight]]


def oklab(linear: list[float]) -> tuple[float, ...]:
    """Ottosson 2020, a space in which distances are those that are seen."""
    cones = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
             (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
    onward = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
              (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
    roots = [sum(w * c for w, c in zip(row, linear, strict=True)) ** (1 / 3) for row in cones]
    return tuple(sum(w * c for w, c in zip(row, roots, strict=True)) for row in onward)
