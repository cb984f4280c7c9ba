"""Figures of standing as HTML: each with date and source in words, and all values where sources disagree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag
from sarai.server.pages.standing_said import Said
from sarai.standing import Figure

__all__ = ["disagreeing", "disagreements", "listed", "sources", "tabled"]

ASSUMED = "assumed"


def listed(rows: Iterable[Figure], said: Said) -> Markup:
    """Figures below one another."""
    rows = list(rows)
    apart = {id(each) for group in disagreeing(rows) for each in group}
    return tag("ul", *(tag("li", *_told(each, said, id(each) in apart)) for each in rows), class_="figures")


def _told(row: Figure, said: Said, apart: bool) -> list[Content]:
    part = [tag("span", f"{said.part(row.part)}: ")] if row.part else []
    source = [tag("span", said.source(row.source), class_="from")] if _sourced(row) else []
    note = [tag("span", told, class_="quiet told")] if (told := said.note_of(row)) else []
    return [*part, tag("strong", said.amount(row)), ", ", said.date(row.of), " ", _marks(row, said, apart),
            *source, *note]  # fmt: skip


def _sourced(row: Figure) -> bool:
    """Whether there is anything that a source says: of a figure that nobody looked up there is not."""
    return row.value is not None or row.source != ASSUMED


def _marks(row: Figure, said: Said, apart: bool) -> Markup:
    """Whether other sources say otherwise, and whether it is assumed."""
    marks = [badge(said.words, "notice", said.words("sources disagree"))] if apart else []
    if row.source == ASSUMED and row.value is not None:
        marks.append(badge(said.words, "neutral", said.kind(row.source)))
    return Markup(" ").join(marks)


def tabled(rows: Sequence[Figure], said: Said, caption: str) -> Markup:
    """Figures as a table, the latest first."""
    words = said.words
    apart = {id(each) for group in disagreeing(rows) for each in group}
    columns = [
        Column(words("Whose"), leads=True), Column(words("Date")),
        Column(words("Amount stated"), numeric=True), Column(words("Source")), Column(words("Note")),
    ]  # fmt: skip
    ordered = sorted(rows, key=lambda each: each.of.rpartition("/")[2], reverse=True)
    cells = [
        [said.who(each), said.date(each.of),
         tag("span", said.amount(each), " ", _marks(each, said, id(each) in apart)),
         said.source(each.source) if _sourced(each) else "", said.note_of(each)]
        for each in ordered
    ]  # fmt: skip
    return forms.table(columns, cells, caption=caption)


# -- where sources disagree ------------------------------------------------------------------------


def disagreeing(rows: Iterable[Figure]) -> list[list[Figure]]:
    """Rows about one and the same that state different values, as groups."""
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for each in dict.fromkeys(rows):
        if each.value is not None:
            groups.setdefault((each.measure, each.power, each.part, each.of), []).append(each)
    return [group for group in groups.values() if len({each.value for each in group}) > 1]


def disagreements(rows: Iterable[Figure], said: Said) -> Markup:
    """All values side by side, with what sources say of why they differ; nothing where none disagree."""
    groups = disagreeing(rows)
    if not groups:
        return Markup("")
    words = said.words
    note = words(
        "A share is that of the value named first, and its interval holds all of them: none is averaged."
    )
    title = words("Where sources disagree")
    shown = [_disagreement(each, said) for each in groups]
    return panel(title, tag("p", note, class_="quiet said"), *shown)


def _disagreement(group: Sequence[Figure], said: Said) -> Markup:
    first, words = group[0], said.words
    why = [] if any(each.note for each in group) else [
        tag("p", words("The sources do not say why they differ."), class_="quiet said")
    ]  # fmt: skip
    cards = [
        tag("div", tag("strong", said.amount(each)), tag("span", said.source(each.source)),
            tag("span", said.note(each.note), class_="quiet") if each.note else "")
        for each in group
    ]  # fmt: skip
    head = tag("h3", f"{said.measures[first.measure]}: {said.who(first)}, ", said.date(first.of))
    return tag("div", head, tag("div", *cards, class_="beside"), *why, class_="apart")


# -- sources ---------------------------------------------------------------------------------------


def sources(codes: Iterable[str], said: Said) -> Markup:
    """Sources with their addresses, for who looks them up."""
    named = [each for each in dict.fromkeys(codes) if each in said.sources]
    rows = [
        tag("li", tag("code", code), " ", said.source(code), _address(said.sources[code].address))
        for code in sorted(named)
    ]
    words = said.words
    count = words.count("{count} source", "{count} sources", len(rows))
    summary = tag("summary", f"{words('Sources')}: {count}", class_="more")
    return tag("details", summary, panel(words("Sources"), tag("ul", *rows, class_="plain")))


def _address(address: str) -> Markup | str:
    return tag("span", address, class_="quiet told") if address else ""
