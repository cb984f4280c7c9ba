"""Pictures of the page Standing, in its language and colours."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup
from msgspec.structs import replace

from sarai.server.pages.drawn import figure
from sarai.server.pages.standing_said import Said
from sarai.standing.tables import year_of
from sarai.telling import charts
from sarai.telling.standing_compared import (
    Compared,
    Exposed,
    Voted,
    compared_picture,
    exposed_picture,
    voted_picture,
)
from sarai.telling.standing_shown import Overview, compass

__all__ = ["lines", "powers", "votes", "withdrawals"]

FEWEST_YEARS = 2  # fewer make no line


def powers(found: Overview, said: Said) -> Markup:
    """The compass: the share of each power, channel by channel."""
    words = said.words
    told = [each for each in found.channels if each.shares is not None]
    chart = compass(found)
    chart = replace(
        chart, directions=tuple(said.powers.values()),
        words=charts.Words(
            title=words("Compass of powers"), unit=words("share of each channel"),
            source=_dated(((each.channel, each.shares.of) for each in told), said),
            note=words("Thick: 5th to 95th percentile. No dot: no figure is known."),
        ),
        outlines=tuple(
            replace(outline, name=said.channels[each.channel])
            for outline, each in zip(chart.outlines, told, strict=True)
        ),
    )  # fmt: skip
    return figure(chart, "compass", words, _most(chart, said), leads=words("Channel"))


def withdrawals(found: Exposed, said: Said) -> Markup:
    """What each power's withdrawal takes, channel by channel."""
    words = said.words
    chart = exposed_picture(found)
    chart = replace(
        chart, directions=tuple(said.powers.values()),
        words=charts.Words(
            title=words("What a withdrawal would take"),
            unit=words("share of each channel that is lost after a year"),
            source=_dated(((each.channel, each.of) for each in found.exposures), said),
            note=words("What could be had elsewhere is taken off: by limits of routes, else by assumed "
                       "shares."),
        ),
        outlines=tuple(
            replace(each, name=said.channels.get(each.name, each.name)) for each in chart.outlines
        ),
    )  # fmt: skip
    return figure(chart, "withdrawals", words, _most(chart, said), leads=words("Channel"))


def _dated(several: Iterable[tuple[str, str]], said: Said) -> str:
    """Channels, each with the date of its figures."""
    return "; ".join(dict.fromkeys(f"{said.channels[code]} {said.day(of)}" for code, of in several))


def _most(chart: charts.Compass, said: Said) -> str:
    """What a compass shows, for who does not see it: where each outline reaches the furthest."""
    told = []
    for each in chart.outlines:
        known = [(value, name) for value, name in zip(each.values, chart.directions, strict=True) if value]
        if known:
            value, name = max(known)
            told.append(f"{each.name}: {name} {said.percent(value)}")
    return "; ".join(told)


def lines(found: Compared, said: Said) -> Markup:
    """Shares over the years by one measure; nothing where too few years are known."""
    known = tuple(each for each in found.years if any(one.share is not None for one in each.powers))
    years = {year_of(each.of) for each in known}
    if len(years) < FEWEST_YEARS:
        return Markup("")
    found = replace(found, years=known)
    words, chart = said.words, compared_picture(found)
    local = dict(zip(found.powers.values(), said.powers.values(), strict=True))
    panels = tuple(
        replace(each, name="", series=tuple(replace(one, name=local[one.name]) for one in each.series))
        for each in chart.panels
    )
    chart = replace(
        chart, panels=panels,
        words=charts.Words(
            title=words("Shares over the years"), unit=said.measures[found.measure],
            source=words("those of the figures below"),
        ),
    )  # fmt: skip
    span = f"{min(years)} – {max(years)}"
    return figure(chart, f"lines-{found.measure}", words, f"{said.measures[found.measure]}, {span}")


def votes(found: Voted, said: Said) -> Markup:
    """Distances over the years, a panel for each state."""
    words, chart = said.words, voted_picture(found)
    panels = tuple(
        replace(each, name=words.country(each.name),
                series=tuple(replace(one, name=said.pole(one.name)) for one in each.series))
        for each in chart.panels
    )  # fmt: skip
    chart = replace(
        chart, panels=panels,
        words=charts.Words(
            title=words("Distance of votes in the United Nations"),
            unit=words("ideal points apart, 5th to 95th percentile"), source=found.source,
            note=words("The nearer to zero, the more alike they vote."),
        ),
    )  # fmt: skip
    shown = ", ".join(map(words.country, found.countries))
    return figure(
        chart, "votes", words, words("How far these vote from each power, by year: {who}", who=shown)
    )
