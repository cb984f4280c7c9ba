"""A channel opened: every measure at every date, every figure with its source, memberships one by one."""

from __future__ import annotations

from markupsafe import Markup
from msgspec.structs import replace

from sarai.server.pages import forms
from sarai.server.pages import standing_drawn as drawn
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, link, panel, tag
from sarai.server.pages.standing_figures import disagreements, sources, tabled
from sarai.server.pages.standing_form import address
from sarai.server.pages.standing_lost import assumptions, lost
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_view import channel
from sarai.server.standing import Asked
from sarai.server.standing.answer import Answer
from sarai.standing import Figure
from sarai.standing.bodies import BODIES
from sarai.standing.tables import TOTAL
from sarai.telling.standing_compared import Compared, Exposed

__all__ = ["body"]


def body(found: Answer, question: Asked, said: Said) -> Markup:
    """All that is known of the channel that is opened."""
    told = next(each for each in found.overview.channels if each.channel == found.channel)
    rows = [row for each in found.opened for row in _own(each)]
    back = link(said.words("All channels in short"), address(question, channel=""), "button")
    parts: list[Content] = [tag("p", back), channel(told, said)]
    parts.append(disagreements(rows, said))
    counts = any(each.measure in BODIES for each in found.opened)
    parts += [_measure(each, said) for each in found.opened]
    if counts:
        parts.append(_memberships(said))
    if found.exposed is not None:
        parts.append(lost(_alone(found), said))
    codes = [*(each.source for each in rows), *_of_tables(found, said, counts)]
    parts += [assumptions(said, (found.channel,)), sources(codes, said)]
    return tag("div", *parts, class_="standing")


def _own(found: Compared) -> list[Figure]:
    """The figures of a measure; those of another that lends are told there."""
    rows = [row for each in found.years for one in each.powers for row in one.figures]
    rows += [row for each in found.years for row in each.total]
    return [row for row in dict.fromkeys(rows) if row.measure == found.measure]


def _alone(found: Answer) -> Exposed:
    """What withdrawals take of this channel alone."""
    mine = tuple(each for each in found.exposed.exposures if each.channel == found.channel)
    return replace(found.exposed, exposures=mine)


def _of_tables(found: Answer, said: Said, counts: bool) -> list[str]:
    tables = said.standing
    measures = {each.measure for each in found.opened}
    codes = [each.source for each in tables.replacing if each.channel == found.channel]
    codes += [each.source for each in tables.routes if each.measure in measures]
    return codes + ([each.source for each in tables.memberships] if counts else [])


# -- a measure -------------------------------------------------------------------------------------


def _measure(found: Compared, said: Said) -> Markup:
    """Shares at every date as lines and as a table, and every figure."""
    words, name = said.words, said.measures[found.measure]
    notes = dict.fromkeys(said.note(each.note) for each in found.years if each.note)
    rows = _own(found)
    if found.measure in BODIES:  # each year counts the bodies of the table below, with its sources
        rows = [row for row in rows if row.power == TOTAL]
    return panel(
        name, *(tag("p", each, class_="quiet said") for each in notes), drawn.lines(found, said),
        _dates(found, said), tag("h3", words("Every figure")),
        tabled(rows, said, words("Figures: {measure}", measure=name)),
    )  # fmt: skip


def _dates(found: Compared, said: Said) -> Markup:
    """Shares of the powers at each date at which one is known."""
    words = said.words
    known = [each for each in found.years if any(one.share is not None for one in each.powers)]
    if not known:
        return tag("p", words("No share is known at any date: the figures do not go with a total."),
                   class_="quiet said")  # fmt: skip
    columns = [Column(words("Date"), leads=True)]
    columns += [Column(said.powers[one.power], numeric=True) for one in known[0].powers]
    columns.append(Column(words("The rest"), numeric=True))
    rows = [
        [said.date(each.of), *(said.share(one.share, one.low, one.high) for one in each.powers),
         said.share(None if each.rest is None else max(0.0, each.rest))]
        for each in reversed(known)
    ]  # fmt: skip
    return forms.table(
        columns, rows, caption=words("Shares: {measure}", measure=said.measures[found.measure])
    )


# -- memberships -----------------------------------------------------------------------------------


def _memberships(said: Said) -> Markup:
    """Every body and agreement, also those that the state has not joined."""
    words = said.words
    columns = [
        Column(words("Body or agreement"), leads=True), Column(words("Status")), Column(words("Whose")),
        Column(words("Depth"), numeric=True), Column(words("Since"), short=True), Column(words("Source")),
        Column(words("Note")),
    ]  # fmt: skip
    rows = [
        [tag("span", words(each.name), " ", _kind(each.source, said)), words(each.status),
         words.items([said.powers[code] for code in each.powers.split()]) or words("neutral or global"),
         str(each.depth), _span(each.since, each.until, said), said.source(each.source), said.note(each.note)]
        for each in said.standing.memberships
    ]  # fmt: skip
    title = words("Bodies and agreements")
    return panel(title, forms.table(columns, rows, caption=title))


def _kind(source: str, said: Said) -> Markup | str:
    return badge(said.words, "neutral", said.kind(source)) if source == "assumed" else ""


def _span(since: str, until: str, said: Said) -> Markup | str:
    if not since:
        return said.words("not joined")
    return said.date(f"{since}/{until}" if until else since)
