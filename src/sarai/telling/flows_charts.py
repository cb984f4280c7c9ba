"""Charts that a report makes of its own tables."""

from __future__ import annotations

from sarai.telling.charts import Bar, Bars, Chart, Point, Scatter, Words
from sarai.telling.charts.data import Value
from sarai.telling.flows_given import FlowsReport


def words(report: FlowsReport, title: str, unit: str, note: str = "") -> Words:
    """The words of a chart, with all sources of the report."""
    said = "; ".join(f"{each.name} ({each.vintage})" for each in report.sources)
    return Words(title=title, unit=unit, source=said or "not stated", note=note)


def gaps(report: FlowsReport) -> Chart | None:
    """How much of what was sent was not recorded."""
    shares = [
        (f"{e.exporter} to {e.importer}, {e.code}", e.gap_share, None in (e.exported, e.imported))
        for e in report.mirror
    ]
    note = "Below zero: more was recorded than sent."
    return _shares(report, shares, "Sent and not recorded on arrival", "share of what exporters report", note)


def passing(report: FlowsReport) -> Chart | None:
    """How much of what came in went on."""
    shares = [
        (f"{e.transit} to {e.destination}, {e.code}", e.pass_through, None in (e.inbound, e.outbound))
        for e in report.passed
    ]
    return _shares(report, shares, "Passed through", "share of what came in, matched by code")


def _shares(
    report: FlowsReport, shares: list[tuple[str, Value, bool]], title: str, unit: str, note: str = ""
) -> Chart | None:
    """Shares as bars: a hole is drawn as one; a share of nothing is neither hole nor bar, and is counted."""
    bars = tuple(Bar(name=name, value=value) for name, value, hole in shares if value is not None or hole)
    lacking = len(shares) - len(bars)
    if lacking:
        note = f"{note} Shares of nothing are not defined: {lacking:,}, in the table alone.".strip()
    return Bars(words=words(report, title, unit, note), bars=bars) if bars else None


def surging(report: FlowsReport) -> Chart | None:
    """Growth of each line on the way in and on the way out."""
    if not report.surges:
        return None
    points = tuple(
        Point(name=each.code, x=each.in_ratio, y=each.out_ratio, marked=each.surged is True)
        for each in report.surges
    )
    unit = "after by before; marked lines surged on both legs"
    note = "Lines with a ratio of zero, or a hole, are in the table alone."
    return Scatter(words=words(report, "Growth on both legs", unit, note), points=points, log=True,
                   x="on the way in", y="on the way out")  # fmt: skip


def markets(report: FlowsReport) -> Chart | None:
    """The largest anomalous markets."""
    if not report.markets:
        return None
    bars = tuple(Bar(name=f"{e.reporter} to {e.partner}, {e.code}", value=e.after) for e in report.markets)
    return Bars(words=words(report, "Anomalous markets by value", f"{report.currency}, after"), bars=bars)


def effects(report: FlowsReport) -> Chart | None:
    """Every estimate of the effect with its interval."""
    if not report.effects:
        return None
    bars = tuple(
        Bar(name=e.name, value=e.estimate.value, low=e.estimate.low, high=e.estimate.high)
        for e in report.effects
    )
    level = " and ".join(sorted({f"{100 * e.estimate.level:.0f} %" for e in report.effects}))
    return Bars(words=words(report, "Effect by way of estimating", f"coefficient, with its {level} interval"),
                bars=bars, dots=True, ranked=False)  # fmt: skip
