"""A chart as a picture: SVG or PNG, the same bytes from the same chart."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from sarai.goods import BadSetting
from sarai.telling.charts import bars, compass, heat, lines, maps, pairs, sankey, stacks, style, ways
from sarai.telling.charts.data import (
    Bars,
    Chart,
    Compass,
    Heat,
    Lines,
    Map,
    Sankey,
    Scatter,
    Slopes,
    Stacks,
    Ways,
)
from sarai.telling.charts.markup import cleaned
from sarai.telling.charts.sheet import NARROW, WIDE, Sheet, sheet
from sarai.telling.charts.told import described

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMS = ("svg", "png")
PNG_DPI = 144  # twice the points: sharp on paper and on fine screens

RULES = {
    "font.family": [style.FONT],
    "svg.fonttype": "none",  # text stays text: it can be found, copied and read aloud
    "svg.hashsalt": "sarai",  # names inside are the same at every run
    "hatch.linewidth": 0.8,
    "path.simplify": False,
}
ONE_AT_A_TIME = Lock()  # matplotlib keeps its rules for the whole process


class Drawer(NamedTuple):
    """What reckons the height of a kind of chart, and what draws it."""

    body: Callable[[Any, float], float]
    draw: Callable[[Any, Sheet], None]


DRAWERS: dict[type, Drawer] = {
    Lines: Drawer(lines.body, lines.draw),
    Bars: Drawer(bars.body, bars.draw),
    Stacks: Drawer(stacks.body, stacks.draw),
    Slopes: Drawer(pairs.slopes_body, pairs.draw_slopes),
    Scatter: Drawer(pairs.scatter_body, pairs.draw_scatter),
    Heat: Drawer(heat.body, heat.draw),
    Sankey: Drawer(sankey.body, sankey.draw),
    Map: Drawer(maps.body, maps.draw),
    Ways: Drawer(ways.body, ways.draw),
    Compass: Drawer(compass.body, compass.draw),
}


def svg(
    chart: Chart, *, name: str = "chart", dark: bool = False, narrow: bool = False, themed: bool = False
) -> str:
    """A chart as SVG, with its title and a description.

    Parameters
    ----------
    name : str
        What sets the names inside apart from those of other pictures on a page.
    dark : bool
        In colours for a dark ground; not if ``themed``.
    narrow : bool
        For a phone: as wide as one, in letters as large as before.
    themed : bool
        For a page: colours are the variables of `style.variables`, which the page must have.
    """
    drawn = _saved(chart, "svg", dark=dark and not themed, narrow=narrow)
    words = chart.words
    description = f"{words.unit}. {described(chart)} {words.note}".strip()
    return cleaned(drawn, name=name, title=words.title, description=description, themed=themed).decode()


def png(chart: Chart, *, dark: bool = False, narrow: bool = False) -> bytes:
    """A chart as PNG."""
    return _saved(chart, "png", dark=dark, narrow=narrow)


def picture(chart: Chart, path: Path, *, dark: bool = False) -> bytes:
    """A chart as what the name of a file says, ``.svg`` or ``.png``.

    Raises
    ------
    BadSetting
        It says neither.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise BadSetting(
            f"a picture cannot be written to {path.name!r}; give a name that ends in .svg or .png"
        )
    return png(chart, dark=dark) if form == "png" else svg(chart, dark=dark).encode()


def _saved(chart: Chart, form: str, *, dark: bool, narrow: bool) -> bytes:
    from matplotlib import rc_context

    into = BytesIO()
    with ONE_AT_A_TIME, rc_context(RULES), warnings.catch_warnings():
        # letters that `FONT` lacks are drawn by what shows the picture
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = _figure(chart, style.colours(dark=dark), NARROW if narrow else WIDE)
        metadata = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
        figure.savefig(into, format=form, dpi=PNG_DPI if form == "png" else None, metadata=metadata)
    return into.getvalue()


def _figure(chart: Chart, colours: dict[str, str], width: float) -> Figure:
    drawer = DRAWERS[type(chart)]
    made = sheet(chart.words, colours, width, drawer.body(chart, width))
    drawer.draw(chart, made)
    return made.figure
