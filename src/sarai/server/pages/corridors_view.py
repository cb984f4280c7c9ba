"""What the page Corridors answers, as HTML: ways, before and after, the front, what all ways pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from sarai.corridors.routes import Figure, Route
from sarai.corridors.tables import Source
from sarai.server.corridors import Asked
from sarai.server.corridors.answer import Answer, Mapped, Ways
from sarai.server.pages import corridors_said as said
from sarai.server.pages import forms
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, facts, panel, tag
from sarai.server.words import Words
from sarai.telling.corridors_routes import Choice

WHY = {
    "moving": "under way", "border": "at borders", "waiting": "waiting for departures",
    "handling": "being handled", "closed": "waiting until it opens",
}  # fmt: skip
"""Where time goes, in the order in which it is drawn."""
DUE = 0.005  # a change of a figure that is told; less is noise
KEY = (
    ("chosen", "the way that is shown"), ("other", "other ways"), ("before", "best way before"),
    ("closed", "closed by the change"), ("carries", "what is carried in a year"),
    ("binds", "where it binds"), ("rail", "rail"), ("road", "road"), ("sea", "sea"),
    ("ferry", "ferry"), ("pipeline", "pipeline"), ("air", "air"),
)  # fmt: skip


def key(words: Words) -> Markup:
    """What the lines of the map mean."""
    return tag("div", *(_line(look, words(text)) for look, text in KEY), class_="ways-key")


def _line(look: str, text: str) -> Markup:
    drawn = tag("line", x1=1, y1=6, x2=31, y2=6, class_=look)
    return tag("span", tag("svg", drawn, viewBox="0 0 32 12", aria_hidden="true"), text)


def body(found: Answer, question: Asked, held: Mapped, words: Words, chosen: str) -> Markup:
    """All that was found; ``chosen`` is the way that the map shows."""
    parts: list[Content] = []
    if found.after is None and found.lacking:
        parts.append(panel(words("After the change"), tag("p", badge(words, "critical"), " ", words(
            "No way is left."), " ", found.lacking), severity="critical"))  # fmt: skip
    now = found.now
    parts.append(_ways(found, held, words, chosen))
    parts.append(_time(now, words))
    shown = now.way(chosen) or now.ranked.choices[0].route
    parts += [_shown(shown, held, words), _single(now, held, words), _sources(now, words)]
    return tag("div", *parts, class_="corridors")


# -- ways ------------------------------------------------------------------------------------------


def _ways(found: Answer, held: Mapped, words: Words, chosen: str) -> Markup:
    ranked = found.now.ranked
    note = [
        words("Days are expected days, with the time within which half and nine in ten journeys are over."),
        words("A TEU carries {tonnes} t of it.", tonnes=_tonnes(ranked.choices[0].route))
        if ranked.unit == "TEU" else "",
        words("CO2 is counted well to wheel (ISO 14083)."),
    ]  # fmt: skip
    several = (
        [(words("Before"), found.before, False), (words("After"), found.after, True)]
        if found.after is not None else [("", found.before, True)]
    )  # fmt: skip
    tables = [
        tag("div", tag("h3", title) if title else "", _table(ways, held, words, chosen if picks else None,
            found.before if picks and found.after is not None else None))
        for title, ways, picks in several
    ]  # fmt: skip
    names = f"{said.place(ranked.start.code, held, words)} → {said.place(ranked.end.code, held, words)}"
    return panel(
        words("Ways"), tag("p", tag("strong", names), ", ", words(ranked.good_name)),
        tag("div", *tables, class_="corridors"), tag("p", " ".join(filter(None, note)), class_="quiet said"),
    )  # fmt: skip


def _tonnes(route: Route) -> str:
    per_t, per_unit = route.usd_per_t.value, route.usd_per_unit.value
    return f"{per_unit / per_t:g}" if per_t else "?"


def _table(ways: Ways, held: Mapped, words: Words, chosen: str | None, before: Ways | None) -> Markup:
    unit = ways.ranked.unit
    columns = [
        Column(words("Way"), leads=True), Column(words("Days"), numeric=True),
        Column(words("Half – nine in ten"), numeric=True),
        Column(words("USD a TEU" if unit == "TEU" else "USD a tonne"), numeric=True),
        Column(words("kg CO2 a TEU" if unit == "TEU" else "kg CO2 a tonne"), numeric=True),
        Column(words("Exposure"), numeric=True),
        Column(words("Countries")),
    ]  # fmt: skip
    rows = [_row(each, held, words, chosen, before) for each in ways.ranked.choices]
    caption = words("Ways, the best first")
    return forms.table(columns, rows, caption=caption)


def _row(each: Choice, held: Mapped, words: Words, chosen: str | None, before: Ways | None) -> list[Content]:
    route = each.route
    same = _same(each, before) if before else None

    def figure(now: Figure, was: Figure | None, text: str) -> Content:
        if was is None or not was.value or abs(now.value / was.value - 1) < DUE:
            return text
        share = now.value / was.value - 1
        change = ("+" if share > 0 else "−") + words.percent(abs(share))
        return Markup("{}{}").format(text, tag("span", change, class_="greater" if share > 0 else "less",
                                               style="display:block"))  # fmt: skip

    was = same.route if same else None
    return [
        _name(each, held, words, chosen, new=before is not None and same is None),
        figure(route.hours, was and was.hours, said.days(route.hours.value, words)),
        said.between(route, words),
        figure(route.usd_per_unit, was and was.usd_per_unit, said.whole(route.usd_per_unit, words)),
        said.whole(route.co2e_kg_per_unit, words),
        words.number(route.exposure.value, 2), said.countries_of(route.countries, words),
    ]  # fmt: skip


def _same(each: Choice, before: Ways) -> Choice | None:
    """The same way among those before."""
    legs = [stretch.legs for stretch in each.route.stretches]
    return next((other for other in before.ranked.choices
                 if [stretch.legs for stretch in other.route.stretches] == legs), None)  # fmt: skip


def _name(each: Choice, held: Mapped, words: Words, chosen: str | None, *, new: bool) -> Markup:
    name = said.way(each.name, held, words)
    mark = Markup(" ") + badge(words, "notice", words("new")) if new else ""
    if chosen is None:
        return tag("span", tag("strong", each.letter), " ", name, mark)
    pick = tag(
        "button", each.letter, type="button", class_="button pick", data_way=each.letter,
        aria_pressed="true" if each.letter == chosen else "false",
        aria_label=words("Show way {letter} on the map: {name}", letter=each.letter, name=name),
    )  # fmt: skip
    return tag("span", pick, tag("span", name, mark), class_="named")


# -- where the time goes ---------------------------------------------------------------------------


def _time(ways: Ways, words: Words) -> Markup:
    """Days by what they are spent on, one bar for each way; the same in words for who hears it."""
    most = max(each.route.hours.value for each in ways.ranked.choices)
    rows: list[Content] = []
    for each in ways.ranked.choices:
        parts = each.route.hours_by
        told = "; ".join(
            f"{words(text)} {said.days(parts[why].value, words)}"
            for why, text in WHY.items()
            if parts[why].value
        )
        bars = [
            tag("i", class_=why, style=f"width:{100 * parts[why].value / most:.2f}%",
                title=f"{words(text)}: {said.days(parts[why].value, words)}")
            for why, text in WHY.items() if parts[why].value
        ]  # fmt: skip
        rows += [
            tag("strong", each.letter),
            tag("div", *bars, class_="bar-of", role="img", aria_label=f"{each.letter}: {told}"),
            tag("span", words("{days} days", days=said.days(each.route.hours.value, words)), class_="quiet"),
        ]  # fmt: skip
    shown = tag("div", *(tag("span", tag("i", class_=why), words(text)) for why, text in WHY.items()),
                class_="spent-key")  # fmt: skip
    return panel(words("Where the time goes"), tag("div", *rows, class_="spent"), shown)


# -- one way ---------------------------------------------------------------------------------------


def _shown(route: Route, held: Mapped, words: Words) -> Markup:
    """The way that the map shows, stretch by stretch."""
    rows = []
    for each in route.stretches:
        ends = f"{said.place(each.places[0], held, words)} → {said.place(each.places[-1], held, words)}"
        how = words(each.mode) + (f" {each.gauge_mm}" if each.gauge_mm else "")
        told = words("{km} km, {days} days", km=words.number(each.distance_km, 0),
                     days=said.days(each.hours, words))  # fmt: skip
        service = f", {each.service}" if each.service else ""
        rows.append(tag("li", tag("strong", ends), f": {how}{service}; {told}"))
    regimes = [
        f"{words.country(each.country)}: {', '.join(each.regimes)}" for each in route.regimes
    ]  # fmt: skip
    narrow = ", ".join(said.place(each.code, held, words) for each in route.chokepoints)
    return panel(
        words("The way on the map"), tag("ol", *rows, class_="stretches"),
        facts([(words("Straits and canals"), narrow), (words("Sanctions regimes"), "; ".join(regimes))]),
    )  # fmt: skip


def _single(ways: Ways, held: Mapped, words: Words) -> Markup:
    """What no way goes without."""
    points = ways.ranked.single_points
    if not points:
        said_none = words("None: no place, leg or country between is passed by every way.")
        return panel(words("Single points of failure"), tag("p", said_none))
    rows = [tag("li", _point(each.what, each.name, held, words)) for each in points]
    note = tag("p", words("Every way passes these; without one of them nothing goes."), class_="quiet said")
    return panel(words("Single points of failure"), tag("ul", *rows, class_="plain"), note)


def _point(what: str, name: str, held: Mapped, words: Words) -> str:
    kind, _, code = what.partition(":")
    if kind == "place":
        return said.place(code, held, words)
    if kind == "country":
        return words.country(code)
    return said.leg(code, held, words) if kind == "leg" else name


# -- sources ---------------------------------------------------------------------------------------


def _sources(ways: Ways, words: Words) -> Markup:
    """What the figures rest on, for who asks."""
    found: dict[str, Source] = {}
    for each in (*ways.ranked.choices, *ways.front):
        found |= each.route.sources
    rows = [tag("li", *_source(found[code])) for code in sorted(found)]
    count = words.count("{count} source", "{count} sources", len(rows))
    return tag("details", tag("summary", f"{words('Sources')}: {count}", class_="more"),
               panel(words("Sources"), tag("ul", *rows, class_="plain")))  # fmt: skip


def _source(each: Source) -> Iterator[Content]:
    told: Sequence[str] = [each.publisher, each.published, each.kind]
    yield tag("code", each.code)
    yield f" {each.title}"
    yield tag("span", "; ".join(filter(None, told)), class_="quiet", style="display:block")
    if each.address:
        yield tag("span", each.address, class_="quiet", style="display:block;overflow-wrap:anywhere")


def letters(found: Answer) -> Iterable[str]:
    """Of the ways that can be chosen."""
    return [each.letter for each in (*found.now.ranked.choices, *found.now.front)]
