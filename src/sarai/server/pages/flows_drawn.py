"""Pictures of the page Flows: in the page's language and colours, with a table behind each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from markupsafe import Markup

from sarai.server.flows.answer import Answer, AtHand, Coverage, Section, Track
from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import tag
from sarai.server.words import Words
from sarai.telling import charts
from sarai.telling.charts.numbers import HOLE
from sarai.telling.charts.style import OWN

PANELS = 6


def colours() -> str:
    """The colours that only charts need, as the desk has its own: as somebody chose, else as the system."""
    light = " ".join(f"--{token.name}: {token.light};" for token in OWN)
    dark = " ".join(f"--{token.name}: {token.dark};" for token in OWN)
    return (
        f":root, body.body--light {{ {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
        f"body.body--dark {{ {dark} }}"
    )


def figure(chart: charts.Chart, name: str, words: Words, said: str) -> Markup:
    """A picture with all that is in it as a table.

    Parameters
    ----------
    said : str
        What it shows, for who does not see it.
    """
    drawn = [
        _inline(chart, f"{name}-{kind}", kind, words, said, narrow=kind == "phone")
        for kind in ("desk", "phone")
    ]
    return tag("figure", *drawn, _behind(chart, words))


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
        "Source: ": f"{words('Source')}: ",
    }


def _behind(chart: charts.Chart, words: Words) -> Markup:
    found, title = charts.table(chart), words("Table: {title}", title=chart.words.title)
    names = {
        "panel": words("Flow"),
        "series": words("Figure"),
        "period": words("Period"),
        "value": words("Value"),
    }
    columns = [
        Column(names.get(name, name) or words("Flow"), numeric=place >= found.numbers, leads=place == 0)
        for place, name in enumerate(found.titles)
    ]
    rows = [[_cell(cell, words) for cell in row] for row in found.rows]
    summary = tag("summary", title)
    return tag("details", summary, tag("div", forms.table(columns, rows, caption=title), class_="behind"))


def _cell(text: str, words: Words) -> Markup | str:
    return tag("span", words("not published"), class_="hole") if text == HOLE else text


# -- charts ----------------------------------------------------------------------------------------


def held(found: AtHand, words: Words) -> Markup:
    """Which months of whom are at hand."""
    chart = charts.Heat(
        words=charts.Words(
            title=words("What was published"), unit=words("by month, ten years at most"), source=_all(found)
        ),
        rows=_flows(found.coverage, words), columns=found.coverage.columns, cells=found.coverage.cells,
        filled=words("published"),
    )  # fmt: skip
    return figure(chart, "held", words, covered(found.coverage, words))


def published(answer: Answer, words: Words) -> Markup:
    """What was published of what is asked for."""
    found = answer.coverage
    chart = charts.Heat(
        words=charts.Words(
            title=words("What was published"), unit=words("of what is asked for, by period"),
            source=sources(answer),
        ),
        rows=_flows(found, words), columns=found.columns, cells=found.cells, filled=words("published"),
    )  # fmt: skip
    return figure(chart, "published", words, covered(found, words))


def covered(found: Coverage, words: Words) -> str:
    """How much was not published."""
    cells = len(found.rows) * len(found.columns)
    return words("{holes} of {cells} were not published.", holes=found.holes, cells=cells)


def _flows(found: Coverage, words: Words) -> tuple[str, ...]:
    said = {"import": words("imports"), "export": words("exports")}
    several = len({source for source, _, _ in found.rows}) > 1
    return tuple(
        f"{words.country(who)}, {said.get(flow, flow)}" + (f", {source}" if several else "")
        for source, who, flow in found.rows
    )


def lines(answer: Answer, section: Section, title: str, words: Words) -> Markup:
    """The series of a section, small pictures beside each other; a hole is a gap in a line."""
    names = {
        "exported": words("sent"), "imported": words("received"),
        "inbound": words("in"), "outbound": words("out"),
    }  # fmt: skip
    panels = tuple(_panel(each, flow(each.group, words), names) for each in section.tracks[:PANELS])
    unit = words("{currency} a year" if answer.question.frequency == "A" else "{currency} a month",
                 currency=answer.currency)  # fmt: skip
    note = words("Each has a scale of its own.") if len(panels) > 1 else ""
    chart = charts.Lines(
        words=charts.Words(title=title, unit=unit, source=sources(answer), note=note), panels=panels
    )
    holes = sum(value is None for each in section.tracks for line in each.lines.values() for value in line)
    periods = sum(len(line) for each in section.tracks for line in each.lines.values())
    said = words("{holes} of {cells} were not published.", holes=holes, cells=periods)
    return figure(chart, section.name, words, said)


def _panel(track: Track, name: str, names: Mapping[str, str]) -> charts.Panel:
    """Series that belong together, with their breaks, as a chart has them."""
    return charts.Panel(
        name=name,
        series=tuple(
            charts.Series(name=names[line], first=track.first, values=values, step_months=track.step_months)
            for line, values in track.lines.items()
        ),
        breaks=tuple(
            charts.Break(period=each.period, low=each.earliest, high=each.latest) for each in track.turns
        ),
    )


def flow(group: tuple[str, ...], words: Words) -> str:
    """Who sends to whom."""
    return " → ".join(map(words.country, group)) if group else words("All together")


def sources(answer: Answer) -> str:
    """Whose figures an answer rests on."""
    return " · ".join(sorted(filter(None, {*answer.sources})))


def _all(found: AtHand) -> str:
    return " · ".join(each.source for each in found.sources)
