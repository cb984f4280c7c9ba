"""The compass: drawn in every look, told in words, and a hole is never at the middle."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from sarai.goods import BadSetting
from sarai.telling.charts import Compass, Outline, Words, described, png, svg, table
from sarai.telling.charts.compass import _spot
from sarai.telling.charts.drawing import _figure
from sarai.telling.charts.sheet import NARROW, WIDE
from sarai.telling.charts.style import colours

WORDS = Words(title="Compass", unit="share", source="made for a test")
NAMES = ("North", "East", "South", "West")


def compass(*values: float | None, **more) -> Compass:
    return Compass(words=WORDS, directions=NAMES, outlines=(Outline(name="one", values=values, **more),))


def parts(chart: Compass, name: str) -> int:
    """How many lines of a kind are drawn."""
    figure = _figure(chart, colours(), WIDE)
    return sum(line.get_gid() == name for axes in figure.axes for line in axes.lines)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
def test_it_is_drawn_in_every_look(dark, narrow):
    chart = compass(0.5, 0.2, 0.9, 0.1, low=(0.4, 0.1, 0.8, 0.0), high=(0.6, 0.3, 1.0, 0.2))
    texts = {each.text for each in ElementTree.fromstring(svg(chart, dark=dark, narrow=narrow)).iter()}
    assert {"Compass", "one", *NAMES} <= texts
    assert png(chart, dark=dark, narrow=narrow).startswith(b"\x89PNG")
    assert "var(--series-1)" in svg(chart, themed=True)


def test_directions_go_clockwise_from_above():
    spots = [_spot(number, 4, 1.0) for number in range(4)]
    assert [(round(x), round(y)) for x, y in spots] == [(0, 1), (1, 0), (0, -1), (-1, 0)]


def test_a_hole_breaks_the_outline():
    assert parts(compass(0.5, 0.2, 0.9, 0.1), "part-outline") == 4
    assert parts(compass(0.5, None, 0.9, 0.1), "part-outline") == 2
    assert parts(compass(None, None, None, None), "part-outline") == 0


def test_it_is_told_in_words():
    chart = compass(0.5, None, 0.9, 0.0)
    assert described(chart) == "4 directions; one the most towards South with 0.9."
    assert table(chart).titles == ("", *NAMES)


@pytest.mark.parametrize("values", [(0.5,), (0.5, -0.1, 0.2, 0.3)])
def test_what_cannot_be_drawn_is_refused(values):
    with pytest.raises(BadSetting, match="one"):
        compass(*values)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_long_names_of_directions_stand_within_the_sheet(width):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    names = ("European Union", "United States and United Kingdom", "China", "Russia",
             "Türkiye and the South Caucasus")  # fmt: skip
    chart = Compass(words=WORDS, directions=names, outlines=(Outline(name="one", values=(0.5,) * 5),))
    figure = _figure(chart, colours(), width)
    drawer = FigureCanvasAgg(figure).get_renderer()
    boxes = [each.get_window_extent(drawer) for axes in figure.axes for each in axes.texts]
    ends = drawer.width, drawer.height
    assert len(boxes) > len(names) + 2, "long names have several lines"
    assert all(box.x0 >= 0 and box.y0 >= 0 for box in boxes)
    assert all(box.x1 <= ends[0] and box.y1 <= ends[1] for box in boxes)
