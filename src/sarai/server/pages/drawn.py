"""Charts on pages: in the page's language and colours, with a table behind each."""

from __future__ import annotations

from html import escape
from pathlib import Path

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import tag
from sarai.server.words import Words
from sarai.telling import charts
from sarai.telling.charts.numbers import HOLE
from sarai.telling.charts.style import OWN

__all__ = ["STYLE", "colours", "figure"]

STYLE = Path(__file__).with_name("drawn.css")


def colours() -> str:
    """The colours that only charts need, as the desk has its own: as somebody chose, else as the system."""
    light = " ".join(f"--{token.name}: {token.light};" for token in OWN)
    dark = " ".join(f"--{token.name}: {token.dark};" for token in OWN)
    return (
        f":root, body.body--light {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f"body.body--dark {{ {dark} }}"
    )


def figure(chart: charts.Chart, name: str, words: Words, said: str, *, leads: str = "") -> Markup:
    """A picture with all that is in it as a table.

    Parameters
    ----------
    said : str
        What it shows, for who does not see it.
    leads : str
        What the first column of the table is called, if the chart does not say.
    """
    drawn = [
        _inline(chart, f"{name}-{kind}", kind, words, said, narrow=kind == "phone")
        for kind in ("desk", "phone")
    ]
    return tag("figure", *drawn, _behind(chart, words, leads), class_="drawn")


def _inline(chart: charts.Chart, name: str, kind: str, words: Words, said: str, *, narrow: bool) -> Markup:
    drawn = charts.svg(chart, name=name, narrow=narrow, themed=True)
    before, _, rest = drawn.partition(f'<desc id="{name}-desc">')
    drawn = f'{before}<desc id="{name}-desc">{escape(said)}</desc>{rest.partition("</desc>")[2]}'
    for english, local in _own_words(words).items():
        drawn = drawn.replace(f">{escape(english)}", f">{escape(local)}")
    return Markup(drawn.replace("<svg ", f'<svg class="{kind}" ', 1))


def _own_words(words: Words) -> dict[str, str]:
    """What charts say by themselves."""
    return {
        HOLE: words("not published"),
        "break, with its interval": words("break, with its interval"),
        "interval": words("interval"),
        "Source: ": f"{words('Source')}: ",
    }


def _behind(chart: charts.Chart, words: Words, leads: str) -> Markup:
    found, title = charts.table(chart), words("Table: {title}", title=chart.words.title)
    first = leads or words("Flow")
    names = {
        "": first,
        "panel": first,
        "series": words("Figure"),
        "period": words("Period"),
        "value": words("Value"),
        "low": words("low"),
        "high": words("high"),
    }
    columns = [
        Column(names.get(name, name), numeric=place >= found.numbers, leads=place == 0)
        for place, name in enumerate(found.titles)
    ]
    rows = [[_cell(cell, words) for cell in row] for row in found.rows]
    summary = tag("summary", title)
    return tag("details", summary, tag("div", forms.table(columns, rows, caption=title), class_="behind"))


def _cell(text: str, words: Words) -> Markup | str:
    return tag("span", words("not published"), class_="hole") if text == HOLE else text
