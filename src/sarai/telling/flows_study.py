"""A study: one question put to every measure and model, as the figures of a report.

What cannot be computed is said, with the reason, in the place where it would stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sarai.flows.measures import (
    anomalous,
    disagreement,
    lost,
    mirror,
    reexports,
    series,
    surges,
)
from sarai.goods import SaraiError
from sarai.telling import flows_estimated as estimated
from sarai.telling import flows_measured as measured
from sarai.telling import flows_pictures as pictures
from sarai.telling.flows_asked import Study, passage
from sarai.telling.flows_given import FlowsReport
from sarai.telling.flows_sections import SECTIONS
from sarai.telling.flows_sentences import when

if TYPE_CHECKING:
    from sarai.flows.measures.reexports import Passage

__all__ = ["Study", "study"]

METHODS = tuple(
    each.METHOD for each in (mirror, reexports, lost, surges, anomalous, series, disagreement)
) + estimated.METHODS  # fmt: skip


def study(asked: Study, made: datetime) -> FlowsReport:
    """Everything that statistics say to a question.

    Parameters
    ----------
    made : datetime
        When, with its time zone.
    """
    found = _Found(asked)
    fields: dict[str, Any] = {}
    said: dict[str, str] = {}
    lacking: dict[str, str] = {}
    for section, field, part in PARTS:
        try:
            figures = part(found)
        except SaraiError as fault:  # of the question or of the data: the rest is still worth reading
            lacking.setdefault(section, str(fault).removesuffix("."))
            continue
        if field in SAYING:
            figures, said[section] = figures
        fields[field] = figures
    filled = {section for section, field, _ in PARTS if fields.get(field)}
    beside = [f"{TITLES[name]}: {why}." for name, why in lacking.items() if name in filled]
    lacking = {name: why for name, why in lacking.items() if name not in filled}
    return FlowsReport(
        title=title(asked), question=sentence(asked), made=made, currency=asked.ready.currency,
        methods=METHODS, limits=(*_limits(found, fields), *beside), said=said, 
        lacking=lacking | _empty(asked, fields), **fields,
    )  # fmt: skip


class _Found:
    """A study with what several of its parts need, each computed once."""

    def __init__(self, asked: Study) -> None:
        self.asked = asked

    @cached_property
    def passage(self) -> Passage:
        return passage(self.asked)

    @cached_property
    def between(self) -> list[dict[str, Any]]:
        return measured.between(self.asked, self.passage)

    @cached_property
    def broken(self) -> tuple[estimated.Broken, ...]:
        return estimated.series_broken(self.asked)

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """Both legs of a way through a country, or who sent to whom."""
        return self.between if self.whole_passage else measured.pairs(self.asked)

    @property
    def when(self) -> str:
        return when(str(self.asked.span))

    @property
    def whole_passage(self) -> Passage | None:
        return measured.first_passage(self.asked)


Part = Callable[[_Found], Any]
PARTS: tuple[tuple[str, str, Part], ...] = (
    ("data", "sources", lambda it: measured.sources(it.asked)),
    ("data", "coverage", lambda it: pictures.coverage(it.asked)),
    ("mirror", "mirror", lambda it: measured.mirror(it.asked)),
    ("mirror", "compared", lambda it: pictures.both_legs(it.asked)),
    ("passed", "passed", lambda it: measured.passed(it.asked, it.passage)),
    ("passed", "sankey", lambda it: pictures.sankey(it.asked, it.passage, it.between, it.when)),
    ("lost", "lost", lambda it: measured.lost(it.asked)),
    ("surges", "surges", lambda it: measured.surges(it.asked, it.passage)),
    ("markets", "markets", lambda it: measured.markets(it.asked)),
    ("trends", "trends", lambda it: estimated.trends(it.broken)),
    ("trends", "trends_drawn", lambda it: pictures.broken(it.asked, [_drawn(each) for each in it.broken])),
    ("effects", "effects", lambda it: estimated.effects(it.asked)),
    ("map", "map", lambda it: pictures.atlas(it.asked, it.pairs, it.when)),
    ("disagreements", "disagreements", lambda it: measured.disagreements(it.asked)),
    ("refused", "not_compared", lambda it: measured.not_compared(it.asked, it.whole_passage)),
)
"""By section, the field of the report, and what makes it."""

TITLES = {each.name: each.title for each in SECTIONS}
SAYING = ("surges", "markets", "effects")  # fields that come with a sentence


def _drawn(each: estimated.Broken) -> tuple:
    return each.name, each.values, each.marks


def _empty(asked: Study, fields: dict[str, Any]) -> dict[str, str]:
    """Why sections are empty of which all was computed."""
    least = f"{asked.least:,.0f} {asked.ready.currency}"
    reasons = {
        "markets": ("markets", f"no market is above {least} and grew so much"),
        "refused": ("not_compared", "nothing was refused"),
    }  # fmt: skip
    return {name: why for name, (field, why) in reasons.items() if field in fields and not fields[field]}


# -- words ---------------------------------------------------------------------------------------


def title(asked: Study) -> str:
    """Who, to whom, when."""
    question = asked.question
    sides = [_named(each) for each in (question.exporters, question.through, question.importers) if each]
    return f"{' to '.join(sides) or 'All countries'}, {when(str(asked.span))}"


def _named(codes: tuple[str, ...]) -> str:
    from sarai.reference import countries

    union = countries.members("EU", datetime.max.replace(year=9998).date())
    shown = ["EU", *(code for code in codes if code not in union)] if union <= {*codes} else list(codes)
    return ", ".join(map(pictures.country, shown))


def sentence(asked: Study) -> str:
    """The question in a sentence."""
    question = asked.question
    codes = question.codes
    what = (
        "all goods"
        if not codes
        else f"codes {', '.join(codes)}"
        if len(codes) < 13
        else f"{len(codes)} codes"
    )
    apart = f"told apart by {question.digits} digits" if question.digits else "all goods together"
    return (
        f"What do statistics of {what}, {when(str(asked.span))}, say beside {when(str(asked.base))}? "
        f"Codes of {asked.ready.edition}, {apart}."
    )


def _limits(found: _Found, fields: dict[str, Any]) -> Iterator[str]:
    """What a reader must not read into it."""
    yield "Imports are mostly valued c.i.f., exports f.o.b.: freight alone makes a gap, and one that stays."
    yield "Statistics are revised: figures are those of the day on which each source was loaded."
    yield "A measure that picks lines by their outcome finds lines: read it beside its permutation test."
    if through := found.whole_passage:
        yield f"{pictures.told_by(through)} What went on is at most what came in of the same code."
    asked = found.asked
    if {"lost", "markets"} & {*fields} and asked.alike != asked.base:
        yield f"Sums (lost in transit, anomalous markets) are compared with {when(str(asked.alike))}."
    compared, sources = fields.get("compared"), found.asked.ready.sources
    silent = [name for name, source in zip(("exports", "imports"), sources, strict=True) if not source]
    if compared and silent:
        yield f"No source at hand has {' or '.join(silent)} of what is asked: that side is a hole throughout."
    if len(fields.get("passed", ())) == measured.MOST_LINES:
        yield f"Of codes only the {measured.MOST_LINES:,} largest are shown."
