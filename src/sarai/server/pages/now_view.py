"""The page Now as HTML: what comes first, the figures of the day, what has just come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.corridors.learnt import Expected
from sarai.ledger.rows import from_us
from sarai.reference.places import place
from sarai.server.pages.look import Column, badge, empty, link, tag, tile, tiles, when
from sarai.server.pages.look.markup import Content
from sarai.server.pages.now_cells import Cell
from sarai.server.pages.now_first import First, Need
from sarai.server.pages.now_news import News, Today
from sarai.server.pages.now_points import STATES, Point
from sarai.server.words import Words

STATE_NAMES = {"on-time": "on time", "late": "late", "alert": "alert"}
SEVERITY_OF = {"alert": "critical", "late": "serious", "on-time": "good"}
HEADINGS = {
    "held": "These goods of yours are held",
    "answer": "A waybill waits for your answer",
    "refused": "This document was refused",
}
TOLD_FROM = 0.01  # a chance to be late that is told
LIKELY_LATE = 0.5
MAY_BREAK = Markup("/<wbr>")  # a long name, where its parts meet
ACTIONS = {"held": "Where they are", "answer": "Confirm receipt", "refused": "Mend and post again"}


# -- what comes first ------------------------------------------------------------------------------


def first_list(first: First, words: Words, now: datetime) -> Markup:
    """What needs somebody, one after the other."""
    if not first.needs:
        return empty(words("Nothing needs you now."))
    rows = (_case(need, words) if need.kind == "case" else _own(need, words) for need in first.needs)
    more = first.counts.get("case", 0) > len(first.needs)
    rest = tag("div", link(words("All open cases"), "/alerts", "button"), class_="buttons") if more else ""
    return Markup("").join((tag("ul", *(tag("li", row) for row in rows), class_="now-list"), rest))


def _case(need: Need, words: Words) -> Markup:
    score = words("{points} points", points=need.score) if need.score is not None else ""
    title = _first_large(words.name("typology", need.typology))
    parts = [
        tag("div", badge(words, need.severity), tag("span", score, class_="quiet"), class_="now-line"),
        tag("div", link(title, need.to) if need.to else tag("strong", title), " ",
            tag("span", need.name, class_="quiet")),
    ]  # fmt: skip
    if need.text:
        parts.append(tag("p", words.told(need.text)))
    if need.due is not None:
        time = words.moment(need.due, offset=False)
        said = words("{clock}: by {time}", clock=words.name("clock", need.what), time=time)
        parts.append(_clock(need, said, words))
    return Markup("").join(parts)


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _own(need: Need, words: Words) -> Markup:
    head = (badge(words, need.severity, words(HEADINGS[need.kind])), tag("strong", need.name))
    parts = [tag("div", *head, class_="now-line")]
    if need.text:
        parts.append(tag("p", words.told(need.text)))
    if need.due is not None:
        by = words("Answer by {time}", time=words.moment(need.due, offset=False))
        parts.append(_clock(need, by, words))
    ways = [link(words(ACTIONS[need.kind]), need.to, "button main" if need.other else "button")]
    if need.other:
        ways.append(link(words("Decline"), need.other, "button"))
    parts.append(tag("div", *ways, class_="buttons"))
    return Markup("").join(parts)


def _clock(need: Need, said: str, words: Words) -> Markup:
    if need.overdue:
        return tag("div", badge(words, "critical", words("Overdue")), " ", tag("span", said), class_="quiet")
    return tag("div", said, class_="quiet")


# -- figures ---------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """What the tiles say; what is None is not the visitor's to know."""

    under_way: int
    not_on_time: int
    today: Today | None = None
    counts: Mapping[str, int] = {}


def figures(found: Figures, words: Words) -> Markup:
    """The tiles."""
    counts, made = found.counts, []
    if "case" in counts:
        note = words("{count} overdue", count=counts["overdue"]) if counts["overdue"] else ""
        made.append(tile(words("Open cases"), words.number(counts["case"]), note=note, to="/alerts",
                         severity="critical" if counts["overdue"] else ""))  # fmt: skip
    if "answer" in counts:
        made.append(tile(words("Waiting for your answer"), words.number(counts["answer"])))
    if "refused" in counts:
        made.append(tile(words("Refused and not mended"), words.number(counts["refused"])))
    late = words("{count} late or alerted", count=found.not_on_time) if found.not_on_time else ""
    made.append(tile(words("Under way"), words.number(found.under_way), note=late))
    if "held" in counts:
        made.append(tile(words("Goods on hold"), words.number(counts["held"])))
    if found.today is not None:
        refused = words.count("{count} refused", "{count} refused", found.today.refused)
        made.append(tile(words("Documents today"), words.number(found.today.posted), note=refused))
        made.append(tile(words("Alerts today"), words.number(found.today.alerts)))
    return tiles(made)


# -- what has just come ----------------------------------------------------------------------------


def news_list(several: Sequence[News], kind: str, nothing: str, words: Words) -> Markup:
    """The latest of a kind (``kind`` or ``typology``, as the catalogue names them)."""
    if not several:
        return empty(words(nothing))
    return tag("ul", *(tag("li", _news(each, kind, words)) for each in several), class_="now-list")


def _news(news: News, kind: str, words: Words) -> Markup:
    title = words.name(kind, news.key) if news.key else words("No document")
    mark: Content = ""
    if kind == "typology":
        mark = badge(words, news.severity)
    elif news.severity != "good":
        mark = badge(words, news.severity, words("Refused"))
    named = f"{_first_large(title)} {news.name}".rstrip()
    head = (mark, link(named, news.to) if news.to else tag("strong", named), _time(news.time, words))
    body = (tag("p", words.told(news.text), class_="quiet"),) if news.text else ()
    return Markup("").join((tag("div", *filter(None, head), class_="now-line"), *body))


def _time(moment: datetime, words: Words) -> Markup:
    return tag("span", when(words, moment), class_="quiet")


# -- the map in words ------------------------------------------------------------------------------


Links = Callable[[Point], str]
"""Where a mark of one consignment leads."""


def mark(cell: Cell, words: Words, links: Links) -> list[Any]:
    """A mark as the browser takes it: key, where, how many, state, what it is called, where it leads."""
    point = cell.point
    label = said_point(point, words) if point else said_cell(cell, words)
    to = links(point) if point else ""
    return [cell.key, cell.latitude_deg, cell.longitude_deg, cell.count, cell.state, label, to]


def said_point(point: Point, words: Words) -> str:
    """One consignment in words."""
    way = f"{name_of(point.origin, words)} → {name_of(point.destination, words)}"
    due = f"; {expected_between(point.arrival, words)}" if point.arrival else ""
    return f"{point.issuer}/{point.number}: {way}, {words(STATE_NAMES[point.state])}{due}"


def expected_between(arrival: Expected, words: Words) -> str:
    """When it comes with a chance of four in five, and how likely it is late."""
    early, late = (words.moment(each, offset=False) for each in (arrival.early, arrival.late))
    said = words("expected between {early} and {late}", early=early, late=late)
    if arrival.late_probability is None or arrival.late_probability < TOLD_FROM:
        return said
    return f"{said}, {words('late by {share} chance', share=words.percent(arrival.late_probability))}"


def said_cell(cell: Cell, words: Words) -> str:
    """Several in words: how many, and how many of them are not on time."""
    counted = zip(STATES, cell.states, strict=True)
    parts = [f"{words(STATE_NAMES[state])}: {words.number(count)}" for state, count in counted if count]
    return f"{words.count('{count} consignment', '{count} consignments', cell.count)} ({', '.join(parts)})"


def name_of(code: str, words: Words) -> str:
    """What a place is called; of one that is not known, its code."""
    found = place(code)
    return found.name(words.code) if found else code


def to_consignment(point: Point, rights: Mapping[str, bool]) -> str:
    """Where one learns more: of an alert its case, else the trace, else the document."""
    if point.alert and rights.get("case"):
        return f"/case/{point.alert}"
    query = {"issuer": point.issuer, "number": point.number}
    if rights.get("trace"):
        return f"/trace?{urlencode({**query, 'direction': 'down'})}"
    return f"/book/document?{urlencode(query)}" if rights.get("book") else ""


def key(words: Words) -> Markup:
    """What the marks mean."""
    marks = [
        tag("div", _mark(state), words(STATE_NAMES[state]), class_="now-line") for state in reversed(STATES)
    ]
    said = words("A place is where a seal told it was, carried on by time; without a seal it is reckoned.")
    return tag("div", tag("div", *marks, class_="now-key"), tag("p", said, class_="quiet"))


def _mark(state: str) -> Markup:
    shown = tag("span", tag("i"), class_=f"mark {state}", aria_hidden="true")
    return tag("span", shown, class_="now-map")


def columns(words: Words, links: Links) -> list[Column[Point]]:
    """Of the table that says what the map shows."""

    def name(point: Point) -> Content:
        address = links(point)
        text = MAY_BREAK.join([point.issuer, *point.number.split("/")])
        return link(text, address) if address else text

    return [
        Column(words("Consignment"), name, lambda point: (point.issuer, point.number)),
        Column(words("State"), lambda point: _state(point, words), lambda point: STATES.index(point.state)),
        Column(words("Place"), lambda point: name_of(point.origin, words), lambda point: point.origin),
        Column(words("Destination"), lambda point: name_of(point.destination, words),
               lambda point: point.destination),
        Column(words("Deadline"), lambda point: when(words, from_us(point.deadline)),
               lambda point: point.deadline, "short"),
        Column(words("Expected"), lambda point: _due(point, words),
               lambda point: point.arrival.median if point.arrival else None),
        Column(words("Last position"), lambda point: _heard(point, words), lambda point: point.heard or None),
    ]  # fmt: skip


def _state(point: Point, words: Words) -> Markup:
    return badge(words, SEVERITY_OF[point.state], words(STATE_NAMES[point.state]))


def _due(point: Point, words: Words) -> Content:
    """The interval of the arrival; and the chance that it is late, if there is one."""
    arrival = point.arrival
    if arrival is None:
        return "–"
    between = tag("span", when(words, arrival.early), " – ", when(words, arrival.late))
    chance = arrival.late_probability or 0.0
    if chance < TOLD_FROM:
        return between
    said = words("late by {share} chance", share=words.percent(chance))
    risk = badge(words, "serious", said) if chance >= LIKELY_LATE else tag("span", said, class_="quiet")
    return tag("span", between, " ", risk)


def _heard(point: Point, words: Words) -> Content:
    if not point.heard:
        return words("reckoned")
    seal = f", {words.name('seal', point.seal)}" if point.seal in ("broken", "silent", "off_route") else ""
    return tag("span", when(words, from_us(point.heard)), seal)


def not_on_time(points: Iterable[Point]) -> int:
    """How many are late or alerted."""
    return sum(point.state != "on-time" for point in points)
