"""What each power's withdrawal would take, and what that assumes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag
from sarai.server.pages.standing_said import Said
from sarai.standing import Exposure
from sarai.telling.standing_compared import Exposed

__all__ = ["assumptions", "lost", "powers"]

ANY = "*"


def lost(found: Exposed, said: Said) -> Markup:
    """Channel by channel, and their mean, for each power."""
    words = said.words
    columns = [Column(words("Channel"), leads=True), Column(words("Date"))]
    columns += [Column(said.powers[code], numeric=True) for code in found.powers]
    by: dict[str, list[Exposure]] = {}
    for each in found.exposures:
        by.setdefault(each.channel, []).append(each)
    rows: list[list[Content]] = [
        [said.channels[code], said.date(several[0].of), *(_cell(each, said) for each in several)]
        for code, several in by.items()
    ]
    if len(by) > 1:
        rows.append([tag("strong", words("Mean")), "",
                     *(said.share(each.mean, each.low, each.high) for each in found.means)])  # fmt: skip
    title = words("What a withdrawal would take")
    note = words(
        "Lost of each channel a year after the power withdrew, less what could be had elsewhere; below it "
        "the 5th to 95th percentile, and the share that stops at first."
    )
    table = tag("div", forms.table(columns, rows, caption=title), class_="tight")
    return panel(title, tag("p", note, class_="quiet said"), table)


def _cell(each: Exposure, said: Said) -> Markup:
    if each.net is None:
        return tag("span", said.words(each.by), class_="quiet")
    stops = said.words("stops: {share}", share=said.percent(each.gross or 0.0))
    return tag("span", said.share(each.net, each.low, each.high), tag("span", stops, class_="quiet between"))


def assumptions(said: Said, channels: Sequence[str] = ()) -> Markup:
    """What could be had elsewhere within a year, and which routes need whom."""
    words = said.words
    parts = [tag("p", words("Means give every channel its weight in the table, by default the same, which is "
                            "an assumption too."), class_="quiet said")]  # fmt: skip
    parts += [_replaced(said, channels), _routes(said, channels)]
    summary = tag("summary", words("What is assumed"), class_="more")
    return tag("details", summary, panel(words("What is assumed"), *parts))


def _replaced(said: Said, channels: Sequence[str]) -> Markup:
    words = said.words
    rows = [
        [said.channels[each.channel], said.powers.get(each.power, words("any power")),
         said.share(each.share, each.low, each.high), said.source(each.source), said.note(each.note)]
        for each in said.standing.replacing if not channels or each.channel in channels
    ]  # fmt: skip
    if not rows:
        return Markup("")
    columns = [
        Column(words("Channel"), leads=True), Column(words("Power")),
        Column(words("Replaced within a year"), numeric=True), Column(words("Source")), Column(words("Note")),
    ]  # fmt: skip
    mark = badge(words, "neutral", words.name("source", "assumed"))
    return tag("div", mark, forms.table(columns, rows, caption=words("Replaced within a year")))


def _routes(said: Said, channels: Sequence[str]) -> Markup:
    words = said.words
    channel_of = {each.code: each.channel for each in said.standing.measures}
    rows = [
        [words(each.name), words.items([said.powers[code] for code in each.needs.split()]),
         tag("code", each.limits) if each.limits else words("none is stated"), said.date(each.of),
         said.source(each.source), said.note(each.note)]
        for each in said.standing.routes if not channels or channel_of[each.measure] in channels
    ]  # fmt: skip
    if not rows:
        return Markup("")
    columns = [
        Column(words("Route"), leads=True), Column(words("Stops without any of")),
        Column(words("Limits of the network")), Column(words("Date")), Column(words("Source")),
        Column(words("Note")),
    ]  # fmt: skip
    return forms.table(columns, rows, caption=words("Routes, and whom each needs"))


def powers(said: Said) -> Markup:
    """Who counts as a power: some are more than one country."""
    rows = [
        tag("span", tag("strong", said.powers[each.code]), f": {said.note(each.note)}. ")
        for each in said.standing.powers if each.note
    ]  # fmt: skip
    return tag("p", *rows, class_="quiet said") if rows else Markup("")
