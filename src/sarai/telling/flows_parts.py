"""What the sections of a report are put together from: tables, pictures, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from lxml import etree
from lxml.html import HtmlElement

from sarai.telling.charts import Chart, Table, svg, table
from sarai.telling.charts.markup import SVG, cleaned
from sarai.telling.charts.numbers import HOLE
from sarai.telling.html import H, shown, tag

FORMULA_PT = 15.0
_PERIOD = re.compile(r"\d{4}-\d{2}")
NUMBER = "#"  # begins the title of a column of numbers


def tabled(
    caption: str, titles: Sequence[str], rows: Iterable[Sequence[str]], *, stacked: bool = True
) -> HtmlElement:
    """A table; on a phone each row stands as a block of names and values. ``#`` begins a title of numbers."""
    names = [title.removeprefix(NUMBER) for title in titles]
    kinds = ["number" if title.startswith(NUMBER) else "" for title in titles]
    head = [H.th({"class": kind, "scope": "col"}, name) for kind, name in zip(kinds, names, strict=True)]
    body = [
        H.tr(*(_cell(text, kind, name) for text, kind, name in zip(row, kinds, names, strict=True)))
        for row in rows
    ]
    made = tag("table", "stack" if stacked else "", H.caption(caption), H.thead(H.tr(*head)), H.tbody(*body))
    return H.div({"class": "wide", "tabindex": "0", "role": "region", "aria-label": caption}, made)


def _cell(text: str, kind: str, name: str) -> HtmlElement:
    kinds = [kind, "hole" if text == HOLE else "", "flag" if text == "yes" else ""]
    joined = " ".join(each for each in kinds if each)
    return tag("td", joined, *_unbroken(text), **{"data-label": name})


def _unbroken(text: str) -> Iterator[HtmlElement | str]:
    """A span of time breaks between its periods, and nowhere else."""
    first, to, last = text.partition(" to ")
    if _PERIOD.fullmatch(first) and _PERIOD.fullmatch(last):
        yield from (tag("span", "period", first), to, tag("span", "period", last))
    else:
        yield text


def figure(chart: Chart, name: str) -> HtmlElement:
    """A chart twice, for a desk and for a phone, of which one is seen; and all that is in it as a table."""
    return H.figure(
        _inline(chart, f"{name}-wide", narrow=False),
        _inline(chart, f"{name}-narrow", narrow=True),
        H.details(H.summary(f"Table: {chart.words.title}"), _behind(table(chart), chart.words.title)),
    )


def _inline(chart: Chart, name: str, *, narrow: bool) -> etree._Element:
    drawn = embedded(shown(svg(chart, name=name, narrow=narrow, themed=True)))
    drawn.set("class", "narrow" if narrow else "wide-only")
    return drawn


def embedded(text: str) -> etree._Element:
    """SVG as a part of HTML, where it needs no name space."""
    return etree.fromstring(text.replace(f' xmlns="{SVG}"', "", 1))


def _behind(behind: Table, title: str) -> HtmlElement:
    titles = [NUMBER + name if n >= behind.numbers else name for n, name in enumerate(behind.titles)]
    made = tabled(title, titles, behind.rows, stacked=False)
    made.set("class", "wide bounded")
    made.set("aria-label", shown(f"Table: {title}"))
    return made


# -- formulas ------------------------------------------------------------------------------------


def formula(tex: str, name: str) -> HtmlElement:
    """A formula as it is printed, a line at a time; as it is typed, where a line cannot be set."""
    lines = _cases(tex).replace("&", "").replace(r"\qquad", r"\\").split(r"\\")
    made = [_line(line.strip(", \n"), f"{name}-{n}") for n, line in enumerate(lines) if line.strip(", \n")]
    return tag("div", "formula", *made)


_ACCENT = re.compile(r"\\(bar|hat|tilde) (\w)")  # TeX takes the next letter, mathtext wants braces
_SHORT = re.compile(r"\\(ge|le|ne)(?![a-z])")  # it knows these by their long names alone
_CASES = re.compile(r"\\begin{cases}(.*?)\\end{cases}", re.DOTALL)


def _cases(tex: str) -> str:
    """Cases on one line, which is how mathtext can set them."""

    def flat(found: re.Match[str]) -> str:
        rows = [r",\ \ ".join(part.strip() for part in row.split("&")) for row in found[1].split(r"\\")]
        return r"\left\{ " + r";\quad ".join(rows) + r" \right."

    return _CASES.sub(flat, tex)


def _line(tex: str, name: str) -> etree._Element:
    drawn = set_formula(tex, name)
    return H.code(tex) if drawn is None else embedded(drawn)


def _mathtext(tex: str) -> str:
    """TeX as mathtext has it."""
    return _ACCENT.sub(r"\\\1{\2}", _SHORT.sub(r"\\\1q", tex.replace("\n", " ")))


def set_formula(tex: str, name: str) -> str | None:
    """A formula as SVG in the colour of the text about it; none if it is beyond matplotlib's mathtext."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.mathtext import MathTextParser

    from sarai.telling.charts.drawing import ONE_AT_A_TIME

    text, into = f"${_mathtext(tex)}$", BytesIO()
    rules = {"mathtext.fontset": "dejavusans", "svg.fonttype": "path", "svg.hashsalt": name}
    with ONE_AT_A_TIME, rc_context(rules):
        try:
            width, height, depth, *_ = MathTextParser("path").parse(text, 72)
        except ValueError:
            return None
        scale = FORMULA_PT / 10
        whole = width * scale + 2, (height + depth) * scale + 4
        drawn = Figure(figsize=(whole[0] / 72, whole[1] / 72))
        drawn.text(
            1 / whole[0],
            (depth * scale + 2) / whole[1],
            text,
            size=FORMULA_PT,
            va="baseline",
            color="#1a222d",
        )
        drawn.savefig(into, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return cleaned(into.getvalue(), name=name, title=tex, description="formula", themed=True).decode()
