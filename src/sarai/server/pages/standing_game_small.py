"""The two small games: one trader and one inspector, and carrots and sticks over time."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from msgspec.structs import replace

from sarai.server.pages import forms
from sarai.server.pages.drawn import figure
from sarai.server.pages.look.markup import Content, panel, tag, tile, tiles
from sarai.server.pages.standing_game_form import STAKES
from sarai.server.pages.standing_game_said import Names
from sarai.standing.game import PARAMETERS
from sarai.telling.standing_played import Played, Repetition, kept_picture, played_picture

__all__ = ["RESULTS", "repeated", "statics"]

RESULTS = {
    "inspects": "Share inspected, p*", "violates": "Share that violates, q*",
    "deterred": "Value of just enough inspection",
}  # fmt: skip
FORMULAS = ("p* = g / (g + F + r)", "q* = (c + r) / (F + L + r)", "-p* (c + r)")
SELDOM = 1e-6  # of the time: not told


# -- one trader, one inspector ---------------------------------------------------------------------


def statics(found: Sequence[Played], names: Names) -> Markup:
    """Every 2x2 game with its equilibrium, what announcing it brings, and its slopes."""
    words = names.words
    return tag(
        "div", panel(words("Played at once, or announced"), _formulas(names), _games(found, names)),
        panel(words("Inspection that just deters"), _bars(found, names)),
        panel(words("How it changes"), *_slopes(found, names)), class_="standing",
    )  # fmt: skip


def _formulas(names: Names) -> Markup:
    words = names.words
    said = words(
        "g is the gain of a violation, F the fine, r the reward of verified compliance, c the cost of an "
        "inspection, L the loss by a violation. Played at once, p* is inspected and q* violates; who "
        "announces p* deters. All is for one consignment, in the money of the table."
    )
    lines = [tag("li", tag("code", each)) for each in FORMULAS]
    return tag("div", tag("p", said, class_="said"), tag("ul", *lines, class_="plain"))


def _games(found: Sequence[Played], names: Names) -> Markup:
    words = names.words
    columns = [forms.Column(words("Traders and violation"), leads=True),
               *(forms.Column(text, numeric=True) for text in (
                   words("Inspected, p*"), words("Violates, q*"), words("Value at once"),
                   words("Value if announced"))), forms.Column(words("Deters"))]  # fmt: skip
    rows: list[list[Content]] = [
        [names.pair(each.name), words.percent(each.equilibrium.inspects, 1),
         words.percent(each.equilibrium.violates, 1), words.number(each.equilibrium.inspector, 2),
         words.number(each.commitment.inspector, 2), words("yes") if each.commitment.deters else words("no")]
        for each in found
    ]  # fmt: skip
    return forms.table(columns, rows, caption=words("Played at once, or announced"))


def _bars(found: Sequence[Played], names: Names) -> Markup:
    words = names.words
    chart = played_picture(found)
    chart = replace(
        chart, words=names.drawn(words("Inspection that just deters"), words("share of consignments")),
        bars=tuple(
            replace(bar, name=names.pair(each.name)) for bar, each in zip(chart.bars, found, strict=True)
        ),
    )  # fmt: skip
    said = "; ".join(f"{bar.name}: {words.percent(bar.value or 0.0, 1)}" for bar in chart.bars)
    return figure(chart, "deters", words, said, leads=words("Traders and violation"))


def _slopes(found: Sequence[Played], names: Names) -> list[Markup]:
    words = names.words
    told = [
        tag("p", words("By how much each result changes for one more of each stake."), class_="quiet said")
    ]
    for each in found:
        if not each.statics:
            said = words("{game}: an inspection costs more than it can bring, so nobody inspects.",
                         game=names.pair(each.name))  # fmt: skip
            told.append(tag("p", said))
            continue
        table = _slopes_of(each, names)
        told.append(tag("details", tag("summary", names.pair(each.name), class_="more"), table,
                        open=len(found) == 1))  # fmt: skip
    return told


def _slopes_of(each: Played, names: Names) -> Markup:
    words = names.words
    slopes = {(one.result, one.parameter): one.slope for one in each.statics}
    columns = [forms.Column(words("Result"), leads=True),
               *(forms.Column(words(STAKES[name]), numeric=True) for name in PARAMETERS)]  # fmt: skip
    stakes: list[Content] = [tag("strong", words("It is"))]
    stakes += [words.number(_short(getattr(each.stakes, name))) for name in PARAMETERS]
    rows = [[words(text), *(words.number(_short(slopes[result, name])) for name in PARAMETERS)]
            for result, text in RESULTS.items()]  # fmt: skip
    return forms.table(columns, [stakes, *rows], caption=words("How it changes"))


def _short(value: float) -> float:
    return float(f"{value:.3g}") + 0.0


# -- again and again -------------------------------------------------------------------------------


def repeated(found: Repetition, names: Names) -> Markup:
    """The frontier of cost against re-exports, and the cheapest mix for a level."""
    words = names.words
    return tag(
        "div", _tiles(found, names),
        panel(words("What it costs to keep re-exports down"), _frontier(found, names)),
        panel(words("The cheapest mix by reputation"), _policy(found, names)),
        panel(words("From the cheapest to the fewest"), _points(found, names)), class_="standing",
    )  # fmt: skip


def _tiles(found: Repetition, names: Names) -> Markup:
    words, chosen = names.words, found.chosen
    return tiles([
        tile(words("Re-exports a period"), words.number(chosen.leaks, 1)),
        tile(words("Least cost a period, USD m"), words.number(chosen.cost, 3)),
        tile(words("One fewer would cost, USD m"), words.number(chosen.price, 4)),
        tile(words("Reputation of the state"), words.percent(chosen.reputation),
             note=words("the probability given to its enforcing")),
    ])  # fmt: skip


def _frontier(found: Repetition, names: Names) -> Markup:
    words = names.words
    chart = kept_picture(found)
    title = words("What it costs to keep re-exports down")
    chart = replace(
        chart, words=names.drawn(title), x=words("consignments re-exported in a period"),
        y=words("cost to partners in a period, USD m"),
        points=tuple(replace(each, name=words.number(_short(each.y or 0.0))) for each in chart.points),
    )  # fmt: skip
    first, last = found.frontier[0], found.frontier[-1]
    said = words(
        "From {most} re-exports at a cost of {little} to {fewest} at {much}.",
        most=words.number(first.leaks, 1), little=words.number(first.cost, 2),
        fewest=words.number(last.leaks, 1), much=words.number(last.cost, 2),
    )  # fmt: skip
    return figure(chart, "frontier", words, said, leads=words("Cost"))


def _policy(found: Repetition, names: Names) -> Markup:
    words = names.words
    columns = [forms.Column(words("Reputation"), leads=True), *(forms.Column(text, numeric=True) for text in (
        words("Aid"), words("Access"), words("Threat"), words("Chance"), words("Of the time")))]  # fmt: skip
    rows = [
        [words.percent(each.reputation), *(words.number(one) for one in (each.mix.aid, each.mix.access,
                                                                        each.mix.threat)),
         words.percent(each.probability), words.percent(each.time, 1)]
        for each in found.chosen.policy if each.time > SELDOM
    ]  # fmt: skip
    return forms.table(columns, rows, caption=words("The cheapest mix by reputation"))


def _points(found: Repetition, names: Names) -> Markup:
    words = names.words
    columns = [forms.Column(words("Re-exports a period"), leads=True, numeric=True),
               *(forms.Column(text, numeric=True) for text in (
                   words("Least cost a period, USD m"), words("One fewer would cost, USD m"),
                   words("Reputation")))]  # fmt: skip
    rows = [[words.number(each.leaks, 1), words.number(each.cost, 3), words.number(each.price, 4),
             words.percent(each.reputation)] for each in found.frontier]  # fmt: skip
    return forms.table(columns, rows, caption=words("From the cheapest to the fewest"))
