"""The plan of inspections: where inspectors stand, what traders answer, and what other plans would bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from msgspec.structs import replace

from sarai.server.pages import forms
from sarai.server.pages import standing_game_form as form
from sarai.server.pages.drawn import figure
from sarai.server.pages.look.markup import Content, badge, link, panel, tag, tile, tiles
from sarai.server.pages.standing_game_said import PLANS, Names
from sarai.server.pages.standing_sides import GAME
from sarai.server.standing.game_asked import Playing
from sarai.telling import charts
from sarai.telling.standing_game import AT_ONCE, Compared, Planned, planned_picture

__all__ = ["FILE", "assumed", "body", "varied"]

FILE = f"{GAME}.csv"


def assumed(names: Names) -> Markup:
    """That figures are nobody's."""
    words, game = names.words, names.game
    note = words(game.note) if game.note else ""
    return (
        tag("p", badge(words, "notice", words("assumed")), " ", note, class_="said") if note else Markup("")
    )


def body(found: Planned, question: Playing, names: Names) -> Markup:
    """All that is said of a plan."""
    words = names.words
    return tag(
        "div", _tiles(found, names),
        panel(words("Where inspectors stand"), _heat(found, names)),
        panel(words("What traders answer"), _answers(found, names)),
        panel(words("Beside other plans"), *_beside(found, names)),
        panel(words("For the watch"), *_handed(question, names)), class_="standing",
    )  # fmt: skip


def _tiles(found: Planned, names: Names) -> Markup:
    words = names.words
    more = found.inspectors - getattr(names.game, "inspectors", found.inspectors)
    aided = words("{count} of them paid by aid", count=more) if more else ""
    proven = words("proven best")
    if found.gap:
        proven = words("not proven best in time: another may have {money} more",
                       money=names.money(found.gap * abs(found.value)))  # fmt: skip
    return tiles([
        tile(words("Value to the state, a day"), names.money(found.value), note=proven),
        tile(words("Violations a day"), words.number(found.violations, 1)),
        tile(words("Inspectors a day"), words.number(found.inspectors), note=aided),
        tile(words("One more inspector is worth"), names.money(found.inspector_worth),
             note=words("a day, while traders answer the same")),
    ])  # fmt: skip


def _heat(found: Planned, names: Names) -> Markup:
    words = names.words
    chart = planned_picture(found)
    rows = dict.fromkeys((each.checkpoint, each.shift) for each in found.stands)
    columns = dict.fromkeys(each.typology for each in found.stands)
    chart = replace(
        chart, rows=tuple(names.where(*each) for each in rows),
        columns=tuple(names.check(each) for each in columns),
        words=names.drawn(words("Inspection plan"), words("share of consignments opened")),
    )  # fmt: skip
    most = max(found.stands, key=lambda each: each.share)
    said = words(
        "Most is opened at {where}: {share} for {check}.",
        where=names.where(most.checkpoint, most.shift), share=words.percent(most.share, 1),
        check=names.check(most.typology),
    )  # fmt: skip
    return figure(chart, "plan", words, said, leads=words("Where"))


def _answers(found: Planned, names: Names) -> Markup:
    words = names.words
    columns = [forms.Column(words("Traders"), leads=True), forms.Column(words("A day"), numeric=True),
               forms.Column(words("Answer")), forms.Column(words("Where")),
               forms.Column(words("Worth to them"), numeric=True)]  # fmt: skip
    rows: list[list[Content]] = [
        [names.trader(each.trader), words.number(each.consignments), names.does(each.action),
         names.where(each.action.checkpoint, each.action.shift), names.money(each.own)]
        for each in found.answers
    ]  # fmt: skip
    return forms.table(columns, rows, caption=words("What traders answer"))


def _beside(found: Planned, names: Names) -> list[Markup]:
    words = names.words
    columns = [forms.Column(words("Plan"), leads=True), forms.Column(words("Value a day"), numeric=True),
               forms.Column(words("Violations a day"), numeric=True)]  # fmt: skip
    told = [forms.table(columns, [_compared(each, names) for each in found.compared],
                        caption=words("Beside other plans"))]  # fmt: skip
    if all(each.plan != AT_ONCE for each in found.compared):
        waiting = words("What comes if the plan is not announced is still being worked out.")
        told.append(tag("p", waiting, class_="quiet"))
    return told


def _compared(each: Compared, names: Names) -> list[Content]:
    words = names.words
    if each.value is None or each.violations is None:
        return [words(PLANS[each.plan]), tag("span", words("not found in time"), class_="quiet"), ""]
    return [words(PLANS[each.plan]), names.money(each.value), words.number(each.violations, 1)]


def _handed(question: Playing, names: Names) -> list[Markup]:
    words = names.words
    file = form.address(replace(question, vary=""), FILE)
    said = words(
        "The plan as a file: each check with the share of consignments to open. Targeting draws a day's "
        "declarations by it, each with that probability, and no check more often than its inspectors can."
    )
    return [tag("p", said, class_="said"),
            tag("p", link(words("Download the plan (CSV)"), file, "button")),
            tag("pre", tag("code", "sarai target draw plan.csv today.csv --out opened.csv"))]  # fmt: skip


# -- comparative statics ---------------------------------------------------------------------------


def varied(rows: Sequence[Mapping[str, Any]], of: int, question: Playing, names: Names) -> Markup:
    """The best plan for each value of a figure; ``of`` is how many values there are to be."""
    words = names.words
    inside: list[Content] = [
        tag("p", words("The best plan for each value of one figure, all others as they stand."),
            class_="quiet said"), form.varied(question, words),
    ]  # fmt: skip
    if len(rows) < of:
        inside.append(tag("p", words("{count} of {of} values are worked out.", count=len(rows), of=of),
                          class_="quiet"))  # fmt: skip
    if rows:
        inside.append(tag("div", *(_scatter(rows, key, label, names) for key, label in (
            ("value", words("Value to the state, a day")), ("violations", words("Violations a day")),
        )), class_="pair"))  # fmt: skip
        inside.append(_worths(rows, names))
    return panel(words("What each figure is worth"), *inside)


def _scatter(rows: Sequence[Mapping[str, Any]], key: str, label: str, names: Names) -> Markup:
    words, name = names.words, _figure(rows, names)
    chart = charts.Scatter(
        words=names.drawn(words("{label} by {figure}", label=label, figure=name)), x=name, y=label,
        points=tuple(
            charts.Point(name=words.number(row["set"]), x=row["set"], y=row[key], marked=True) for row in rows
        ),
    )  # fmt: skip
    said = "; ".join(f"{words.number(row['set'])}: {words.number(round(row[key], 1))}" for row in rows)
    return figure(chart, f"varied-{key}", words, said, leads=name)


def _figure(rows: Sequence[Mapping[str, Any]], names: Names) -> str:
    name = rows[0]["name"]
    return names.words(form.SAID.get(name, name))


def _worths(rows: Sequence[Mapping[str, Any]], names: Names) -> Markup:
    words = names.words
    columns = [forms.Column(_figure(rows, names), leads=True, numeric=True),
               forms.Column(words("Value a day"), numeric=True),
               forms.Column(words("Violations a day"), numeric=True),
               forms.Column(words("One more inspector is worth"), numeric=True),
               forms.Column(words("Another may have more by"), numeric=True)]  # fmt: skip
    cells: list[list[Content]] = [
        [words.number(row["set"]), names.money(row["value"]), words.number(row["violations"], 1),
         names.money(row["inspector_worth"]), names.money(row["gap"] * abs(row["value"]))]
        for row in rows
    ]  # fmt: skip
    return forms.table(columns, cells, caption=words("What each figure is worth"))
