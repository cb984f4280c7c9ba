"""How far states vote from each power in the United Nations, as HTML."""

from __future__ import annotations

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages import standing_drawn as drawn
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, panel, tag
from sarai.server.pages.standing_said import Said
from sarai.standing import Distance
from sarai.standing.distance import nearest
from sarai.telling.standing_compared import Voted

__all__ = ["body"]

FEW = 20  # votes; a point that rests on fewer is told to


def body(found: Voted, said: Said) -> Markup:
    """The picture over the years, and the last year of each state in figures."""
    words = said.words
    note = words(
        "The distance between ideal points, which are estimated from all votes of a year; the pole of the "
        "European Union is the mean of its members of that year. States are taken to err independently of "
        "each other."
    )
    source = tag("p", f"{words('Source')}: {found.source}", class_="quiet said")
    parts = [tag("p", note, class_="quiet said"), drawn.votes(found, said), _latest(found, said)]
    return panel(words("Votes in the United Nations"), *parts, _thin(found, said), source)


def _latest(found: Voted, said: Said) -> Markup:
    """Each state in its last year with votes; the nearest pole is set off."""
    words = said.words
    near = nearest(found.distances)
    columns = [Column(words("Country"), leads=True), Column(words("Year"), short=True)]
    columns += [Column(said.pole(pole), numeric=True) for pole in found.poles]
    columns.append(Column(words("Votes"), numeric=True))
    rows = []
    for country in found.countries:
        mine = [each for each in found.distances if each.country == country and each.distance is not None]
        year = max((each.year for each in mine), default=None)
        by = {each.pole: each for each in mine if each.year == year}
        votes = max((each.votes for each in by.values()), default=0)
        cells: list[Content] = [
            _cell(by.get(pole), said, near.get((country, year)) == pole) for pole in found.poles
        ]
        rows.append([words.country(country), str(year or "–"), *cells, words.number(votes)])
    caption = words("The last year with votes of each; the nearest pole is marked")
    return forms.table(columns, rows, caption=caption)


def _cell(each: Distance | None, said: Said, near: bool) -> Markup:
    words = said.words
    if each is None or each.distance is None:
        return tag("span", words("no figure"), class_="quiet")
    ends = [words.number(end, 2) for end in (each.low, each.high) if end is not None]
    between = tag("span", " – ".join(ends), class_="quiet between") if ends else ""
    number = words.number(each.distance, 2)
    mark = tag("span", words("nearest"), class_="quiet between") if near else ""
    return tag("span", tag("strong", number) if near else number, between, mark)


def _thin(found: Voted, said: Said) -> Markup:
    """Points that rest on few votes."""
    words = said.words
    few = sorted({(each.country, each.year, each.votes) for each in found.distances if 0 < each.votes < FEW})
    rows = [
        words.count("{who} in {year}: {count} vote", "{who} in {year}: {count} votes", votes,
                    who=words.country(who), year=str(year))
        for who, year, votes in few
    ]  # fmt: skip
    if not rows:
        return Markup("")
    return tag("p", f"{words('Resting on few votes')}: {'; '.join(rows)}", class_="quiet said")
