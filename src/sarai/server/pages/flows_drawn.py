"""Pictures of the page Flows."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from sarai.server.flows.answer import Answer, AtHand, Coverage, Section, Track
from sarai.server.pages.drawn import figure
from sarai.server.words import Words
from sarai.telling import charts

PANELS = 6


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
