"""A year's flows on the page Corridors: what goes another way, what stays behind, where it binds."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from sarai.corridors import Network
from sarai.server.corridors.answer import Flows, Mapped
from sarai.server.pages import corridors_said as said
from sarai.server.pages import forms
from sarai.server.pages.corridors_map import Laid
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag, tile, tiles
from sarai.server.words import Words
from sarai.telling.corridors_carried import Binding, Carried
from sarai.telling.corridors_shocked import Moved, Shocked

FLOWS = "flows"  # what is chosen when the map shows them
FIRST = 8  # rows of a table that are seen at once
MILLION = 1e6
TEN = 10  # from here on decimals say nothing
UNITS = {"t": "t a year", "teu": "TEU a year", "train": "trains a year"}


def body(found: Flows, network: Network, held: Mapped, words: Words, chosen: str) -> Markup:
    """What goes in a year, and what the change does to it."""
    goods = {each.code: each.name for each in network.goods}
    shown = tag(
        "button", words("Show the year's flows on the map"), type="button", class_="button pick",
        data_way=FLOWS, aria_pressed="true" if chosen == FLOWS else "false",
    )  # fmt: skip
    parts: list[Content] = [_figures(found, words), tag("div", shown, class_="buttons")]
    if found.shocked is not None:
        parts += _moved(found.shocked, goods, held, words)
    note = words("Least cost of carriage and time within all limits; what goods were carried in goes back.")
    parts.append(tag("p", note, class_="quiet said"))
    return tag("div", panel(words("A year's flows"), *parts), _binding(found, words), class_="corridors")


def _figures(found: Flows, words: Words) -> Markup:
    """The figures that matter; of what is changed, against before."""
    now, shocked = found.now, found.shocked
    made = [
        tile(words("Carried, Mt a year"), words.number(now.carried_t / MILLION, 1),
             note=words("of {tonnes} asked for", tonnes=words.number(now.asked_t / MILLION, 1))),
        tile(words("Limits that bind"), words.number(len(now.binding)),
             note=words("{count} of them new", count=len(shocked.newly_binding)) if shocked else ""),
    ]  # fmt: skip
    if shocked is not None:
        stays = shocked.stranded_t > MILLION / 1000
        made += [
            tile(words("Another way, Mt"), words.number(shocked.rerouted_t / MILLION, 1)),
            tile(words("Stays behind, Mt"), words.number(shocked.stranded_t / MILLION, 1),
                 severity="critical" if stays else ""),
            tile(words("Dearer by, million USD"), words.number(shocked.extra_usd / MILLION, 0)),
            tile(words("More CO2, kt"), words.number(shocked.extra_co2e_t / 1000, 0)),
        ]  # fmt: skip
    return tiles(made)


# -- who goes another way --------------------------------------------------------------------------


def _moved(found: Shocked, goods: dict[str, str], held: Mapped, words: Words) -> Iterable[Markup]:
    title = words("Who goes another way")
    if not found.moved:
        return [tag("p", words("Nothing goes another way, and nothing stays behind."))]
    columns = [
        Column(words("Goods and ends"), leads=True), Column(words("Another way, kt"), numeric=True),
        Column(words("Stays behind, kt"), numeric=True), Column(words("USD a tonne"), numeric=True),
        Column(words("Days"), numeric=True), Column(words("From which way to which")),
    ]  # fmt: skip
    rows = [_lane(each, goods, held, words) for each in found.moved]
    return [tag("h3", title), forms.folded(columns, rows, words, caption=title, first=FIRST)]


def _lane(each: Moved, goods: dict[str, str], held: Mapped, words: Words) -> list[Content]:
    ends = f"{said.place(each.before.start, held, words)} → {said.place(each.before.end, held, words)}"
    good = words(goods.get(each.before.good, each.before.good))
    return [
        Markup("{}{}").format(ends, tag("span", good, class_="quiet")),
        words.number(each.rerouted_t / 1000, 0), words.number(each.stranded_t / 1000, 0),
        _change(each.before.usd_per_t, each.after.usd_per_t, 0, words),
        _change(_days(each.before.hours), _days(each.after.hours), 1, words),
        _ways(each, held, words),
    ]  # fmt: skip


def _days(hours: float | None) -> float | None:
    return None if hours is None else hours / said.HOURS


def _change(before: float | None, after: float | None, digits: int, words: Words) -> str:
    """A figure before and after; a dash where nothing is carried."""
    return " → ".join("–" if each is None else words.number(each, digits) for each in (before, after))


def _ways(each: Moved, held: Mapped, words: Words) -> str:
    """The way that loses most, and the one that gains most."""
    least, most = each.ways[0], each.ways[-1]
    parts = [
        said.way(way.name, held, words) for way in (least, most)
        if way.after_t != way.before_t and (way is least or way is not least)
    ]  # fmt: skip
    return " → ".join(dict.fromkeys(parts))


# -- where it binds --------------------------------------------------------------------------------


def _binding(found: Flows, words: Words) -> Markup:
    title, now = words("Where it binds"), found.now
    if not now.binding:
        return panel(title, tag("p", words("Nothing binds: there is room for more everywhere.")))
    new = {each.code for each in found.shocked.newly_binding} if found.shocked else set()
    columns = [
        Column(words("Limit"), leads=True), Column(words("Capacity"), numeric=True),
        Column(words("Used"), numeric=True), Column(words("What one more is worth"), numeric=True),
    ]  # fmt: skip
    rows: list[list[Content]] = [
        [
            tag("span", each.name, " ", badge(words, "notice", words("new")) if each.code in new else ""),
            f"{words.number(each.capacity, 0)} {words(UNITS[each.unit])}", words.percent(each.share),
            _worth(each, words),
        ]
        for each in sorted(now.binding, key=lambda each: each.code not in new)
    ]  # fmt: skip
    note = words("What one more unit of capacity a year would save, or deliver where something stays behind.")
    table = forms.folded(columns, rows, words, caption=title, first=FIRST)
    return panel(title, table, tag("p", note, class_="quiet said"))


def _worth(each: Binding, words: Words) -> str:
    if each.delivers_t:
        digits = 2 if each.delivers_t < TEN else 0
        return words("{tonnes} t delivered", tonnes=words.number(each.delivers_t, digits))
    return words("{usd} USD", usd=words.number(each.worth_usd, 0 if each.worth_usd >= TEN else 2))


# -- on the map ------------------------------------------------------------------------------------


def laid(found: Flows, network: Network) -> Laid:
    """What each leg carries as its width, and where it binds."""
    now = found.now
    tonnes = {each.leg: each.there_t + each.back_t for each in now.legs}
    most = max(tonnes.values(), default=1.0)
    legs, places = pinched(now, network)
    return Laid(
        widths=tuple((code, (each / most) ** 0.5) for code, each in tonnes.items()),
        binding=legs, pinched=places, closed=found.closed,
    )  # fmt: skip


def pinched(now: Carried, network: Network) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Legs and places on which something binds, by code."""
    on = {each.code: each.on for each in network.limits}
    legs: dict[str, None] = {}
    places: dict[str, None] = {}
    for each in now.binding:
        for what in on.get(each.code, each.code).split():
            kind, _, rest = what.partition(":")
            if kind == "leg":
                legs[rest.rstrip("<>")] = None
            elif kind == "service" and rest in network.by_service:
                legs |= dict.fromkeys(network.by_service[rest].legs.split())
            elif kind in ("place", "handling"):
                places[rest.partition(":")[0]] = None
    return tuple(legs), tuple(places)
