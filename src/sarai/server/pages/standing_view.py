"""The page Standing as HTML: who has which share of every channel, and what a withdrawal would take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup

from sarai.server.pages import forms
from sarai.server.pages import standing_drawn as drawn
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, link, panel, tag, tile, tiles
from sarai.server.pages.standing_figures import disagreeing, disagreements, listed, sources
from sarai.server.pages.standing_form import address
from sarai.server.pages.standing_lost import assumptions, lost, powers
from sarai.server.pages.standing_said import Said
from sarai.server.standing import Asked
from sarai.server.standing.answer import Answer
from sarai.standing import Exposure, Figure, Share, Shares
from sarai.telling.standing_shown import Overview, Told

__all__ = ["body", "figures_of", "spread_of"]


def body(found: Answer, question: Asked, said: Said) -> Markup:
    """All channels in short."""
    words = said.words
    rows = [row for each in found.overview.channels for row in figures_of(each)]
    parts: list[Content] = [_tiles(found, rows, said), _pictures(found, said), _short(found, question, said)]
    parts.append(tag("h2", words("Every figure, channel by channel")))
    parts += [_folded(each, question, said) for each in found.overview.channels]
    parts.append(disagreements(rows, said))
    if found.exposed is not None:
        parts.append(lost(found.exposed, said))
    parts += [assumptions(said), sources(_codes(found, rows, said), said)]
    return tag("div", *parts, class_="standing")


def figures_of(told: Told) -> list[Figure]:
    """Every figure that a channel in short shows, once."""
    found = [told.shares, *told.others] if told.shares else []
    rows = [row for each in found for row in _figures(each)]
    return list(dict.fromkeys(rows))


def _figures(found: Shares) -> list[Figure]:
    return [*(row for one in found.powers for row in one.figures), *found.total]


def _codes(found: Answer, rows: Iterable[Figure], said: Said) -> list[str]:
    exposed = found.exposed.sources if found.exposed else ()
    return [*(each.source for each in rows), *exposed, *(each.source for each in said.standing.replacing)]


# -- at a glance -----------------------------------------------------------------------------------


def _tiles(found: Answer, rows: list[Figure], said: Said) -> Markup:
    return tiles([
        *_most_exposed(found, said), *_least_spread(found.overview, said),
        _disagreeing(rows, said), _lacking(found.overview, said),
    ])  # fmt: skip


def _most_exposed(found: Answer, said: Said) -> Iterator[Markup]:
    """The power whose withdrawal takes most on average, and the channel that loses most by one."""
    words = said.words
    means = [each for each in (found.exposed.means if found.exposed else ()) if each.mean is not None]
    if means:
        worst = max(means, key=lambda each: each.mean)
        among = words.count("mean of {count} channel", "mean of {count} channels", worst.channels)
        between = f"{said.percent(worst.low)} – {said.percent(worst.high)}"
        yield tile(words("Lost if {power} withdrew", power=said.powers[worst.power]),
                   said.percent(worst.mean), note=f"{between}; {among}")  # fmt: skip
    if hit := _hit(found):
        note = words("lost if {power} withdrew", power=said.powers[hit.power])
        yield tile(words("Most exposed channel: {channel}", channel=said.channels[hit.channel]),
                   said.percent(hit.net), note=note, severity="serious")  # fmt: skip


def _hit(found: Answer) -> Exposure | None:
    known = [each for each in (found.exposed.exposures if found.exposed else ()) if each.net is not None]
    return max(known, key=lambda each: each.net, default=None)


def _least_spread(found: Overview, said: Said) -> Iterator[Markup]:
    words = said.words
    known = [each for each in found.channels if each.spread.diversification is not None]
    if known:
        least = min(known, key=lambda each: each.spread.diversification)
        yield tile(words("Least spread channel: {channel}", channel=said.channels[least.channel]),
                   spread_of(least, said), note=words("0: all with one; nearer to 1: with many"))  # fmt: skip


def spread_of(told: Told, said: Said) -> str:
    """Diversification, from the rest as one more to the rest spread over very many."""
    found = told.spread
    if found.diversification is None or found.spread_at_most is None:
        return said.words("no figure")
    ends = dict.fromkeys(said.words.number(each, 2) for each in (found.diversification, found.spread_at_most))
    return " – ".join(ends)


def _disagreeing(rows: Iterable[Figure], said: Said) -> Markup:
    words, count = said.words, len(disagreeing(rows))
    note = words("figures on which sources disagree; all values are shown")
    return tile(words("Disagreement"), words.number(count), note=note)


def _lacking(found: Overview, said: Said) -> Markup:
    words = said.words
    cells = [one for each in found.channels if each.shares for one in each.shares.powers]
    count = sum(one.share is None for one in cells)
    note = words("of {count} shares; each says why", count=len(cells))
    return tile(words("Shares not known"), words.number(count), note=note)


def _pictures(found: Answer, said: Said) -> Markup:
    """The compass beside what withdrawals take."""
    if found.exposed is None:
        said_none = said.words("No channel has figures of this year. Choose another, or none.")
        return panel(said.words("Compass of powers"), tag("p", said_none))
    pictures = drawn.powers(found.overview, said), drawn.withdrawals(found.exposed, said)
    pair = tag("div", *(tag("section", each, class_="panel") for each in pictures), class_="pair")
    return pair + powers(said)


# -- channel by channel ----------------------------------------------------------------------------


def _short(found: Answer, question: Asked, said: Said) -> Markup:
    """The shares of all channels in one table."""
    words, powers = said.words, found.overview.powers
    columns = [Column(words("Channel"), leads=True), Column(words("Date"))]
    columns += [Column(said.powers[code], numeric=True) for code in powers]
    columns += [Column(words("The rest"), numeric=True), Column(words("Spread"), numeric=True)]
    rows: list[list[Content]] = []
    for each in found.overview.channels:
        name = link(said.channels[each.channel], address(question, channel=each.channel))
        if each.shares is None:
            rows.append([name, said.note(each.reason), *[""] * (len(powers) + 2)])
            continue
        cells = [said.share(one.share, one.low, one.high) for one in each.shares.powers]
        rest = said.share(None if each.shares.rest is None else max(0.0, each.shares.rest))
        rows.append([name, said.date(each.shares.of), *cells, rest, spread_of(each, said)])
    title = words("Who has which share")
    note = words("Below a share stands its 5th to 95th percentile. Spread is one less the sum of squared "
                 "shares, with the rest as one more and with the rest spread over many.")  # fmt: skip
    table = tag("div", forms.table(columns, rows, caption=title), class_="tight")
    return panel(title, table, tag("p", note, class_="quiet said"))


def _folded(told: Told, question: Asked, said: Said) -> Markup:
    """A channel that is shown when it is asked for, and how to all of it."""
    if told.shares is None:
        return Markup("")
    words, name = said.words, said.channels[told.channel]
    opens = link(words("All dates, measures and figures: {channel}", channel=name),
                 address(question, channel=told.channel), "button")  # fmt: skip
    count = words.count("{count} figure", "{count} figures", len(figures_of(told)))
    marks = [badge(words, "notice", words("sources disagree"))] if disagreeing(figures_of(told)) else []
    summary = tag("summary", tag("strong", name), ", ", said.date(told.shares.of), ": ", count, " ", *marks)
    return tag("details", summary, *_told(told, said), tag("p", opens), class_="panel folded")


def channel(told: Told, said: Said) -> Markup:
    """A channel at its date: the share of each power, and every figure behind it."""
    name = said.channels[told.channel]
    if told.shares is None:
        return panel(name, tag("p", said.note(told.reason), class_="quiet"))
    return panel(name, *_told(told, said))


def _told(told: Told, said: Said) -> list[Content]:
    words = said.words
    head = tag(
        "p", tag("strong", said.measures[told.shares.measure]), ", ", said.date(told.shares.of),
        "; ", words("spread {spread}", spread=spread_of(told, said)), class_="said",
    )  # fmt: skip
    notes = [said.note(each) for each in (told.note, told.shares.note) if each]
    if told.shares.scaled:
        notes.append(words("Powers add up to more than the total; shares are of their sum."))
    parts = [tag("p", each, class_="quiet said") for each in notes]
    return [head, *parts, shares(told.shares, said), *_others(told, said)]


def shares(found: Shares, said: Said) -> Markup:
    """The share of each power with its interval and its figures, what is with nobody named, and the total."""
    words = said.words
    columns = [
        Column(words("Power"), leads=True), Column(words("Share"), numeric=True), Column(""),
        Column(words("Figures, each with date and source")),
    ]  # fmt: skip
    rows = [_row(each, said) for each in found.powers]
    if found.rest is not None:
        rest = max(0.0, found.rest)
        rows.append([words("The rest"), said.share(rest), bar(rest), ""])
    rows.append([words("All together"), "", "", listed(found.total, said) if found.total
                 else tag("span", words("no figure"), class_="quiet")])  # fmt: skip
    caption = f"{said.channels[found.channel]}, {said.measures[found.measure]}"
    return forms.table(columns, rows, caption=caption)


def _row(each: Share, said: Said) -> list[Content]:
    figures = listed(each.figures, said) if each.figures else ""
    why = tag("span", said.note(each.reason), class_="quiet") if each.reason and not each.figures else ""
    return [said.powers[each.power], said.share(each.share, each.low, each.high),
            bar(each.share, each.low, each.high), figures or why]  # fmt: skip


def bar(value: float | None, low: float | None = None, high: float | None = None) -> Markup:
    """A share drawn beside its figure, with its interval as a line; what is not known is hatched."""
    if value is None:
        return tag("span", class_="share-bar hole", aria_hidden="true")
    parts = [tag("i", style=f"width:{100 * value:.2f}%")]
    if low is not None and high is not None and high > low:
        parts.append(tag("b", style=f"left:{100 * low:.2f}%;width:{100 * (high - low):.2f}%"))
    return tag("span", *parts, class_="share-bar", aria_hidden="true")


def _others(told: Told, said: Said) -> Iterator[Markup]:
    """What other measures say, each of which is another number, and why."""
    if not told.others:
        return
    words = said.words
    yield tag("h3", words("By other measures, which are not the same number"))
    for each in told.others:
        own = [row for row in _figures(each) if row.measure == each.measure]
        told_shares = ", ".join(
            f"{said.powers[one.power]} {said.percent(one.share)}"
            for one in each.powers
            if one.share is not None
        )
        why = tag("span", said.note(each.note), class_="quiet told") if each.note else ""
        head = tag("summary", tag("strong", said.measures[each.measure]), ", ", said.date(each.of),
                   f": {told_shares}" if told_shares else _total(each, said), why)  # fmt: skip
        yield tag("details", head, listed(own, said), class_="other")


def _total(found: Shares, said: Said) -> Markup:
    """Where no share is known, what is stated of all together."""
    known = [said.amount(row) for row in found.total if row.value is not None]
    return Markup(": {} {}").format(", ".join(known), said.words("in all")) if known else Markup("")
