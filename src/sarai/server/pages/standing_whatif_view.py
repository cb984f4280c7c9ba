"""What a what-if changes: in words, on the compass, channel by channel, and what was assumed for it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from msgspec.structs import replace

from sarai.server.pages import forms
from sarai.server.pages.drawn import figure
from sarai.server.pages.look.markup import Content, badge, link, panel, tag
from sarai.server.pages.standing_said import Said
from sarai.server.pages.standing_sides import COMPASS
from sarai.standing import CAME, Came
from sarai.standing.bodies import BODIES
from sarai.standing.tables import Replacing
from sarai.telling import charts
from sarai.telling.standing_supposed import Supposed, Turn, supposed_compass, touched

__all__ = ["body", "came"]

ANY = "*"  # the power of a row that holds for all


def body(found: Supposed, said: Said) -> Markup:
    """All that is said of it."""
    words = said.words
    parts = [panel(words("What comes of it"), _told(found, said)),
             panel(words("Before and after"), *_compasses(found, said)),
             panel(words("Shares of each power"), *_shares(found, said)),
             panel(words("What a withdrawal would take"), *_exposures(found, said)),
             panel(words("What was assumed"), _assumed(found, said))]  # fmt: skip
    return tag("div", *parts, class_="standing")


# -- in words --------------------------------------------------------------------------------------


def _told(found: Supposed, said: Said) -> Markup:
    rows = [tag("li", tag("code", each.words), tag("span", came(each, said))) for each in found.came]
    changes = any(each.changed for each in found.turns)
    nothing = "" if changes else tag("p", badge(said.words, "notice", said.words("Nothing changes.")))
    return tag("div", tag("ul", *rows, class_="came"), nothing)


def came(each: Came, said: Said) -> str:
    """What came of a change, in somebody's language."""
    words = said.words

    def value(name: str, of: object) -> object:
        if name == "took":
            took = [f"{said.part(code)} {words.number(_short(more))}" for code, more in of.items()]
            return ", ".join(took) or words("none")
        if isinstance(of, float):
            return _short(of)
        return said.day(of) if name in ("of", "since", "day") else words(str(of))

    told = words(CAME[each.how], **{name: value(name, of) for name, of in each.values.items()})
    return f"{told[:1].upper()}{told[1:].removesuffix('.')}."


def _short(value: float) -> float:
    return float(f"{value:.3g}")


# -- the compass -----------------------------------------------------------------------------------


def _compasses(found: Supposed, said: Said) -> Iterator[Content]:
    """The mean over channels, and each channel that changes."""
    words = said.words
    yield tag("p", words("Dashed: before. Solid: after."), class_="quiet said")
    drawn = [_compass(found, said, channel) for channel in ("", *touched(found.turns))]
    yield tag("div", *drawn, class_="pair")


def _compass(found: Supposed, said: Said, channel: str) -> Markup:
    words = said.words
    title = said.channels[channel] if channel else words("All channels together")
    unit = words("share of each power") if channel else words("what a withdrawal takes, mean over channels")
    dates = {each.channel: each.of for each in found.turns if each.of}
    named = [channel] if channel else [*dates]
    chart = supposed_compass(found, said.powers, channel)
    before, after = chart.outlines
    chart = replace(
        chart, outlines=(replace(before, name=words("Before")), replace(after, name=words("After"))),
        words=charts.Words(
            title=title, unit=unit,
            source="; ".join(f"{said.channels[code]} {said.day(dates[code])}" for code in named),
        ),
    )  # fmt: skip
    told = "; ".join(
        f"{name}: {_plain(one, said)} → {_plain(other, said)}"
        for name, one, other in zip(chart.directions, before.values, after.values, strict=True)
    )
    return figure(chart, f"whatif-{channel or 'all'}", words, told, leads=words("When"))


def _plain(value: float | None, said: Said) -> str:
    return said.words("no figure is known") if value is None else said.percent(value)


# -- tables ----------------------------------------------------------------------------------------


def _shares(found: Supposed, said: Said) -> Iterator[Content]:
    words = said.words
    yield tag("p", words("Each channel by its first measure, at the date that is best known."),
              class_="quiet said")  # fmt: skip
    yield _table(found, said, "share", words("Shares of each power"), more="diversification")
    rows = [
        tag("li", tag("strong", said.channels[code]), *(tag("div", said.source(each)) for each in codes))
        for code, codes in _sources(found, said).items()
    ]
    inside = tag("ul", *rows, class_="plain")
    yield tag("details", tag("summary", words("Sources by channel"), class_="more"), inside)
    yield tag("p", link(words("Every figure with its source and date"), COMPASS))


def _sources(found: Supposed, said: Said) -> dict[str, tuple[str, ...]]:
    """By channel; what is counted from bodies and agreements has theirs."""
    bodies = tuple(dict.fromkeys(each.source for each in said.standing.memberships))
    counted = {each.channel for each in said.standing.measures if each.code in BODIES}
    return {
        channel: (*codes, *bodies) if channel in counted else codes
        for channel, codes in found.sources.items()
    }


def _exposures(found: Supposed, said: Said) -> Iterator[Content]:
    words = said.words
    yield tag("p", words("The share of a channel that is lost after a year if a power withdraws, less what "
                         "could be had elsewhere."), class_="quiet said")  # fmt: skip
    yield _table(found, said, "exposure", words("What a withdrawal would take"))


def _table(found: Supposed, said: Said, what: str, caption: str, more: str = "") -> Markup:
    """Channels by powers; of exposures their mean too."""
    words = said.words
    by = {(each.what, each.channel, each.power): each for each in found.turns}
    dates = {each.channel: each.of for each in found.turns if each.what == what}
    columns = [forms.Column(words("Channel"), leads=True), forms.Column(words("Date"), short=True),
               *(forms.Column(name, numeric=True) for name in said.powers.values())]  # fmt: skip
    if more:
        columns.append(forms.Column(words("Spread"), numeric=True))
    rows: list[list[Content]] = []
    for channel, of in dates.items():
        cells = [_turn(by.get((what, channel, power)), said) for power in said.powers]
        extra = [_turn(by.get((more, channel, "")), said)] if more else []
        rows.append([said.channels[channel], said.date(of), *cells, *extra])
    if not more:
        mean = [_turn(by.get(("mean exposure", "", power)), said) for power in said.powers]
        rows.append([tag("strong", words("Mean over channels")), "", *mean])
    return forms.table(columns, rows, caption=caption)


def _turn(turn: Turn | None, said: Said) -> Markup:
    """A value; if it changes, what it was and what it is then."""
    if turn is None or (turn.before is None and turn.after is None):
        return tag("span", said.words("no figure is known"), class_="quiet")
    if not turn.changed:
        return tag("span", _plain(turn.before, said))
    was = tag("s", _plain(turn.before, said))
    return tag("span", was, " → ", tag("strong", _plain(turn.after, said)), class_="turned")


# -- assumptions -----------------------------------------------------------------------------------


def _assumed(found: Supposed, said: Said) -> Markup:
    words = said.words
    rows = [_replaced(each, said) for each in found.assumed]
    rows += [
        words("What a shut route carried goes over what the limits of the others leave, in the order of the "
              "table."),
        words("Nothing else changes: the same dates, the same draws, no prices, and nobody answers in kind."),
        words("Channels weigh alike in the mean."),
    ]  # fmt: skip
    return tag("ul", *(tag("li", each) for each in rows), class_="plain")


def _replaced(row: Replacing, said: Said) -> Markup:
    words = said.words
    whose = words("any power") if row.power == ANY else said.powers.get(row.power, row.power)
    low, high = (row.share if end is None else end for end in (row.low, row.high))
    text = words(
        "{channel}, {whose}: {share} ({low} to {high}) of what is withdrawn could be had elsewhere within a "
        "year.", channel=said.channels[row.channel], whose=whose, share=said.percent(row.share),
        low=said.percent(low), high=said.percent(high),
    )  # fmt: skip
    note = f" {said.note(row.note)}." if row.note else ""
    return tag("span", text, note, " ", tag("span", said.source(row.source), class_="quiet"))
