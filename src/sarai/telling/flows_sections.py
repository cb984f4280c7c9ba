"""The sections of a report on flows, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from sarai.telling import flows_charts as drawn
from sarai.telling.charts.data import Value
from sarai.telling.charts.numbers import HOLE, percent, whole
from sarai.telling.flows_given import FlowsReport
from sarai.telling.flows_parts import figure, formula, tabled
from sarai.telling.flows_sentences import effect_said, estimate, number, sentences, trend_said, when
from sarai.telling.html import H, tag


class Section(NamedTuple):
    """A part of the report: its name in links, its title, and what makes it."""

    name: str
    title: str
    made: Callable[[FlowsReport], Iterator[HtmlElement]]


MOST_ROWS = 200  # of a table: a report is read; commands give all with --json


def sections(report: FlowsReport) -> list[HtmlElement]:
    """All sections; one without data says so, and why."""
    return [_section(each, report) for each in SECTIONS]


def _section(section: Section, report: FlowsReport) -> HtmlElement:
    parts = list(section.made(report))
    if section.name in report.said:
        parts.insert(0, tag("p", "beside", report.said[section.name]))
    if not parts:
        why = report.lacking.get(section.name, "it was not asked for, or nothing was found to say")
        parts = [tag("p", "lacking", f"No data: {why}.")]
    title = H.h2(section.title, id=f"{section.name}-title")
    return H.section({"id": section.name, "aria-labelledby": f"{section.name}-title"}, title, *parts)


def _derived(value: Value, said: Callable[[float], str], *parts: Value) -> str:
    """A figure of others: where it is not there, whether that is for a hole or for a division by zero."""
    if value is not None:
        return said(value)
    return HOLE if None in parts else "not defined"


def _rows(caption: str, titles: str, rows: list[list[str]]) -> Iterator[HtmlElement]:
    if rows:
        yield tabled(caption, titles.split(", "), rows[:MOST_ROWS])
    if len(rows) > MOST_ROWS:
        yield tag("p", "quiet", f"{len(rows) - MOST_ROWS:,} more rows; the command gives all with --json.")


# -- what it rests on ----------------------------------------------------------------------------


def _summary(report: FlowsReport) -> Iterator[HtmlElement]:
    said = sentences(report)
    if said:
        yield tag("ul", "said", *(H.li(each) for each in said))


def _data(report: FlowsReport) -> Iterator[HtmlElement]:
    rows = [[e.name, e.what, e.vintage, e.basis, f"{e.rows:,}"] for e in report.sources]
    yield from _rows("Sources", "source, what, as of, basis, #rows", rows)
    if report.coverage:
        yield figure(report.coverage, "coverage")


# -- measures ------------------------------------------------------------------------------------


def _mirror(report: FlowsReport) -> Iterator[HtmlElement]:
    if report.compared:
        yield figure(report.compared, "compared")
    chart = drawn.gaps(report)
    if chart:
        yield figure(chart, "gaps")
    titles = "exporter, importer, code, when, #sent, #recorded, #gap, #share, #log, #usual, #score"
    rows = [
        [
            e.exporter,
            e.importer,
            e.code,
            when(e.span),
            *map(whole, (e.exported, e.imported, e.gap)),
            _derived(e.gap_share, percent, e.exported, e.imported),
            _derived(e.gap_log, whole, e.exported, e.imported),
            "no past" if e.base_mean is None else f"{number(e.base_mean)} ± {number(e.base_spread)}",
            "no past" if e.score is None else f"{e.score:+.1f}",
        ]
        for e in report.mirror
    ]
    yield from _rows(f"Mirror gaps, {report.currency}; usual: the pair's own past log gap", titles, rows)


def _passed(report: FlowsReport) -> Iterator[HtmlElement]:
    chart = drawn.passing(report)
    if chart:
        yield figure(chart, "passing")
    titles = "transit, to, code, #in, #out, #passed through, #kg out/in, #unit value out/in, #retained"
    rows = [
        [e.transit, e.destination, e.code, whole(e.inbound), whole(e.outbound),
         _derived(e.pass_through, percent, e.inbound, e.outbound),
         *("not stated" if each is None else number(each) for each in (e.weight_ratio, e.wedge)),
         whole(e.retained)]
        for e in report.passed
    ]  # fmt: skip
    yield from _rows(f"Re-exports and pass-through, {report.currency}", titles, rows)
    if report.sankey:
        yield figure(report.sankey, "sankey")


def _surges(report: FlowsReport) -> Iterator[HtmlElement]:
    chart = drawn.surging(report)
    if chart:
        yield figure(chart, "surging")
    titles = "code, #in before, #in after, #in ratio, #out before, #out after, #out ratio, surged"
    rows = [
        [
            e.code,
            whole(e.in_before),
            whole(e.in_after),
            _derived(e.in_ratio, number, e.in_before, e.in_after),
            whole(e.out_before),
            whole(e.out_after),
            _derived(e.out_ratio, number, e.out_before, e.out_after),
            "cannot be said" if e.surged is None else "yes" if e.surged else "no",
        ]
        for e in report.surges
    ]
    yield from _rows(f"Lines on both legs, {report.currency}", titles, rows)


def _lost(report: FlowsReport) -> Iterator[HtmlElement]:
    rows = [
        [e.importer, whole(e.additional), whole(e.unrecorded),
         _derived(e.share, percent, e.additional, e.unrecorded)]
        for e in report.lost
    ]  # fmt: skip
    titles = "destination, #sent more than before, #not recorded, #share"
    yield from _rows(f"Lost in transit, {report.currency}", titles, rows)


def _markets(report: FlowsReport) -> Iterator[HtmlElement]:
    chart = drawn.markets(report)
    if chart:
        yield figure(chart, "markets")
    rows = [
        [e.reporter, e.partner, e.code, whole(e.before), whole(e.after),
         "from zero" if e.before == 0 else percent(e.growth)]
        for e in report.markets
    ]  # fmt: skip
    titles = "reporter, partner, code, #before, #after, #growth"
    yield from _rows(f"Anomalous markets, {report.currency}", titles, rows)


def _trends(report: FlowsReport) -> Iterator[HtmlElement]:
    if report.trends:
        yield tag("ul", "said", *(H.li(trend_said(each)) for each in report.trends))
    if report.trends_drawn:
        yield figure(report.trends_drawn, "trends")


def _effects(report: FlowsReport) -> Iterator[HtmlElement]:
    chart = drawn.effects(report)
    if chart is None:
        return
    yield tag("ul", "said", *(H.li(effect_said(each)) for each in report.effects))
    yield figure(chart, "effects")
    rows = [
        [
            e.name,
            estimate(e.estimate),
            number(e.p),
            "not made" if e.permutation_p is None else number(e.permutation_p),
            f"{e.observations:,}",
            f"{e.clusters:,}",
        ]
        for e in report.effects
    ]
    titles = "estimated by, #coefficient, #p, #permutation p, #observations, #clusters"
    yield from _rows("Estimates beside each other", titles, rows)


def _map(report: FlowsReport) -> Iterator[HtmlElement]:
    if report.map:
        yield figure(report.map, "map")


# -- what to make of it --------------------------------------------------------------------------


def _disagreements(report: FlowsReport) -> Iterator[HtmlElement]:
    rows = [[e.what, e.one, whole(e.one_value), e.other, whole(e.other_value)] for e in report.disagreements]
    titles = "figure, one source, #says, another, #says"
    yield from _rows("Two sources, side by side; neither is preferred", titles, rows)


def _not_compared(report: FlowsReport) -> Iterator[HtmlElement]:
    rows = [[each.what, each.reason] for each in report.not_compared]
    yield from _rows("Refused, with the reason", "comparison, reason", rows)


def _limits(report: FlowsReport) -> Iterator[HtmlElement]:
    if report.limits:
        yield tag("ul", "said", *(H.li(each) for each in report.limits))


def _methods(report: FlowsReport) -> Iterator[HtmlElement]:
    for each in report.methods:
        yield tag(
            "dl", "method",
            H.dt(each.title),
            H.dd(formula(each.formula, f"formula-{each.name}")),
            H.dd(f"Source: {each.source}."),
            H.dd(f"Unit: {each.unit}. Not there where: {each.null}."),
        )  # fmt: skip


SECTIONS = (
    Section("summary", "Summary", _summary),
    Section("data", "Data at hand, and its holes", _data),
    Section("mirror", "Mirror gaps", _mirror),
    Section("passed", "Re-exports and pass-through", _passed),
    Section("lost", "Lost in transit", _lost),
    Section("surges", "Surges on both legs", _surges),
    Section("markets", "Anomalous markets", _markets),
    Section("trends", "Breaks and trends", _trends),
    Section("effects", "Difference in differences", _effects),
    Section("map", "Map", _map),
    Section("disagreements", "Where sources disagree", _disagreements),
    Section("refused", "What was refused", _not_compared),
    Section("limits", "Limits", _limits),
    Section("methods", "Method notes", _methods),
)
