"""The footprint of a chain on the page Minerals: what a tonne emits on its way, with its interval."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from sarai.minerals.footprint import Published, Range
from sarai.server.minerals.answer import Carried
from sarai.server.pages import forms
from sarai.server.pages import minerals_drawn as drawn
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, panel, tag, tile, tiles
from sarai.server.words import Words
from sarai.telling.minerals_footprint import Told

__all__ = ["body"]


def body(found: Carried, words: Words) -> Markup:
    """The chain, its parts and what others published; or why there is none."""
    title = words("Footprint")
    if found.told is None:
        return panel(title, tag("p", badge(words, "notice", words("unknown")), " ", found.reason))
    told = found.told
    if told.total is None:
        why = words("No energy of its process is known with a range and a source.")
        return panel(title, tag("p", why), *_published(told, words))
    ends = f"{words.country(found.start)} → {words.country(found.end)}"
    chain = f"{told.product} ({told.route}): {ends}"
    note = words("{low} to {high} if all figures were low, or high, at once",
                 low=_t(told.total.low, words), high=_t(told.total.high, words))  # fmt: skip
    total = tile(words("t CO2e a tonne delivered"), _t(told.total.value, words), note=note)
    return panel(title, tag("p", tag("strong", chain)), tiles([total]), drawn.carried(told, chain, words),
                 *_parts(told, words), *_published(told, words), *_notes(told, words))  # fmt: skip


def _t(value: float, words: Words) -> str:
    return words.number(value, 1)


def _parts(told: Told, words: Words) -> Iterator[Markup]:
    title = words("Parts of the footprint")
    columns = [Column(words("Step"), leads=True), Column(words("Kind")), Column(words("In")),
               Column(words("t CO2e"), numeric=True), Column(words("Between"), numeric=True),
               Column(words("Of what"))]  # fmt: skip
    rows: list[list[Content]] = [
        [each.step, words.name("emission", each.kind), words.country(each.country),
         words.number(each.co2e_t.value, 2), _between(each.co2e_t, words), each.words]
        for each in told.parts
    ]  # fmt: skip
    yield tag("details", tag("summary", title, class_="more"), forms.table(columns, rows, caption=title))


def _between(each: Range, words: Words) -> str:
    return f"{words.number(each.low, 2)} – {words.number(each.high, 2)}"


def _published(told: Told, words: Words) -> Iterator[Markup]:
    if not told.published:
        return
    title = words("What others published")
    columns = [Column(words("Product"), leads=True), Column(words("Route")),
               Column(words("t CO2e a tonne"), numeric=True), Column(words("Source"))]  # fmt: skip
    rows = [[each.product, each.route, _figure(each, words), told.sources.get(each.source, each.source)]
            for each in told.published]  # fmt: skip
    yield tag("details", tag("summary", title, class_="more"), forms.table(columns, rows, caption=title))


def _figure(each: Published, words: Words) -> str:
    low, high = each.t_per_t_low, each.t_per_t_high
    text = words.number(each.t_per_t)
    if low is None or high is None or low == high:
        return text
    return f"{text} ({words.number(low)} – {words.number(high)})"


def _notes(told: Told, words: Words) -> Iterator[Markup]:
    """What it rests on, and what is not counted."""
    seller = words.country(told.stops[0].country)
    taken = words(
        "All steps are taken to be done in {country}, by the usual route (assumed).", country=seller
    )
    lines = [taken, *(said.note(line, words) for line in told.words)]
    yield tag("ul", *(tag("li", line) for line in lines), class_="plain quiet")
    titles = [tag("li", tag("code", code), f" {title}") for code, title in told.sources.items()]
    count = words.count("{count} source", "{count} sources", len(titles))
    yield tag("details", tag("summary", f"{words('Sources')}: {count}", class_="more"),
              tag("ul", *titles, class_="plain"))  # fmt: skip
