"""What the rules of a plan cost, and which corridors carry it, as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from markupsafe import Markup

from sarai.corridors import Network
from sarai.minerals import STAGES
from sarai.minerals.diversify.carrying import ASSUMED, place_of
from sarai.server.pages import forms, minerals_said
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, link, panel, tag
from sarai.server.words import Words
from sarai.telling.minerals_diversify import MUSD, Carriage, Told
from sarai.telling.minerals_margins import margins

__all__ = ["FAMILIES", "FIRST", "costs", "musd", "ways"]

FIRST = 10  # rows of a table that are seen at once
SMALL = 100  # millions: below, a decimal says something
FAMILIES = {
    "demand": "demand", "share": "most from one country", "risk": "most risk",
    "corridor": "room of corridors",
    "budget": "budget", "standard": "environmental standard", "cover": "days in stock", "by": "year",
}  # fmt: skip
"""Rules, by the words that plans call them by."""


def musd(usd: float, words: Words) -> str:
    """Millions of dollars, with as many decimals as say something."""
    value = usd / MUSD
    return words.number(value, 0 if abs(value) >= SMALL else 1)


def costs(found: Told, words: Words) -> Markup:
    """What each rule costs as a whole, and what a little less of it is worth."""
    title = words("What each rule costs")
    if not found.rules_cost_usd:
        return panel(title, tag("p", words("No rule is there that could cost anything.")))
    columns = [Column(words("Rule"), leads=True), Column(words("Million USD"), numeric=True)]
    rows = [[words(FAMILIES[rule]), musd(usd, words)] for rule, usd in found.rules_cost_usd.items()]
    note = words(
        "How much cheaper the best plan without it is; rules may share a cost, so they do not add up."
    )
    table = forms.table(columns, rows, caption=title)
    return panel(title, table, tag("p", note, class_="quiet said"), *_margins(found, words))


def _margins(found: Told, words: Words) -> Iterator[Markup]:
    """What a little less of each rule is worth, given what is built."""
    rows: list[list[Content]] = [
        [words(FAMILIES[each.rule]), _of(each.of, words), words(each.per), f"{each.first} – {each.last}",
         words.number(each.usd, 0)]
        for each in margins(found.worth)
    ]  # fmt: skip
    if rows:
        title = words("At the margin, given what is built")
        columns = [
            Column(words("Rule"), leads=True), Column(words("Of what")), Column(words("If it gives")),
            Column(words("Years"), numeric=True), Column(words("Saves, USD"), numeric=True),
        ]  # fmt: skip
        yield tag("h3", title)
        yield forms.table(columns, rows[:FIRST], caption=title)


def _of(place: str, words: Words) -> str:
    """Where a rule binds: stage and country, or the code of a limit."""
    stage, _, who = place.partition(" ")
    if stage not in STAGES:
        return place
    return ", ".join(
        filter(None, (minerals_said.stage(stage, words), said.country(who, words) if who else ""))
    )


# -- ways ------------------------------------------------------------------------------------------


def ways(found: Told, network: Network, words: Words) -> Markup:
    """The ways that the plan uses, with what it sends by each."""
    title = words("Which corridors carry it")
    if not found.carried:
        return panel(title, tag("p", words("None: all of it is of the importer's own countries.")))
    columns = [
        Column(words("From"), leads=True), Column(words("Tonnes in all years"), numeric=True),
        Column(words("USD a tonne"), numeric=True), Column(words("Limits on the way")), Column(words("Way")),
    ]  # fmt: skip
    rows = [_way(each, found, network, words) for each in found.carried]
    return panel(title, forms.folded(columns, rows, words, caption=title, first=FIRST))


def _way(each: Carriage, found: Told, network: Network, words: Words) -> list[Content]:
    ends = place_of(network, each.origin), place_of(network, found.importer)
    if each.source == ASSUMED or not all(ends):
        way: Content = words("by sea, at an assumed price")
    else:
        way = link(
            words("Show on the page Corridors"), f"/corridors?{urlencode({'from': ends[0], 'to': ends[1]})}"
        )
    return [said.country(each.origin, words), said.amount(each.t, words), words.number(each.usd_per_t, 0),
            ", ".join(each.limits) or "–", way]  # fmt: skip
