"""A report on flows as one HTML file: no script, nothing from elsewhere; for light, dark, phone and paper."""

from __future__ import annotations

from datetime import UTC

from lxml.html import tostring

from sarai.telling.case_page import POLICY
from sarai.telling.charts import variables
from sarai.telling.flows_given import (
    Disagreement,
    Effect,
    Estimate,
    FlowsReport,
    Lost,
    Market,
    MirrorGap,
    NotCompared,
    PassThrough,
    SourceUsed,
    SurgeLine,
    Trend,
)
from sarai.telling.flows_sections import SECTIONS, sections
from sarai.telling.flows_style import STYLE
from sarai.telling.html import H, tag

__all__ = [
    "Disagreement",
    "Effect",
    "Estimate",
    "FlowsReport",
    "Lost",
    "Market",
    "MirrorGap",
    "NotCompared",
    "PassThrough",
    "SourceUsed",
    "SurgeLine",
    "Trend",
    "report_html",
]


def report_html(report: FlowsReport) -> str:
    """The whole report; the same figures give the same bytes."""
    made = report.made.astimezone(UTC)
    tree = H.html(
        {"lang": "en"},
        H.head(
            H.meta(charset="utf-8"),
            H.meta({"http-equiv": "Content-Security-Policy", "content": POLICY}),
            H.meta(name="viewport", content="width=device-width, initial-scale=1"),
            H.meta(name="referrer", content="no-referrer"),
            H.title(report.title),
            H.style(f"{variables()}{STYLE}"),
        ),
        H.body(
            H.header(
                tag("p", "over", "Report on flows of trade"),
                H.h1(report.title),
                tag("p", "question", report.question),
                tag("p", "quiet", f"Values in {report.currency}. Made {made:%Y-%m-%d %H:%M} UTC."),
            ),
            H.nav(
                {"aria-label": "Sections"},
                H.ul(*(H.li(H.a(each.title, href=f"#{each.name}")) for each in SECTIONS)),
            ),
            H.main(*sections(report)),
        ),
    )
    return tostring(tree, encoding="unicode", doctype="<!doctype html>") + "\n"
