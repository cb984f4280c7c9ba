"""Powers side by side: what each one's withdrawal takes, shares over years, and distances of votes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.standing import (
    Distance,
    Exposure,
    Mean,
    Shares,
    Standing,
    Votes,
    dates,
    distances,
    exposures,
    means,
    measured,
    shares,
)
from sarai.standing.tables import year_of
from sarai.telling.charts import Compass, Lines, Outline, Panel, Series, Words, series
from sarai.telling.standing_shown import Cited, cited

__all__ = [
    "Compared", "Exposed", "Voted", "compared", "compared_picture", "exposed", "exposed_picture", "voted",
    "voted_picture",
]  # fmt: skip


class Exposed(Struct, frozen=True, kw_only=True):
    """What the withdrawal of each power takes of each channel, and of their mean."""

    powers: dict[str, str]
    exposures: tuple[Exposure, ...]
    means: tuple[Mean, ...]
    sources: dict[str, str]


class Compared(Struct, frozen=True, kw_only=True):
    """The shares of powers over the years, by one measure."""

    measure: str
    name: str
    powers: dict[str, str]
    years: tuple[Shares, ...]
    figures: tuple[Cited, ...]


class Voted(Struct, frozen=True, kw_only=True):
    """Distances of votes from each pole."""

    source: str
    series: str
    countries: tuple[str, ...]
    poles: dict[str, str]
    distances: tuple[Distance, ...]


def exposed(
    standing: Standing, *, year: int | None = None, seed: int = 0, network: Network | None = None
) -> Exposed:
    """The exposure to every power; `network` as in `sarai.standing.exposures`."""
    found = exposures(standing, year=year, network=network, seed=seed)
    if not found:
        raise BadSetting(f"no channel has figures{f' of {year}' if year else ''}; ask for another year")
    sources = {each.code: str(each) for each in standing.sources}
    named = dict.fromkeys(code for each in found for code in each.sources)
    return Exposed(
        powers={each.code: each.name for each in standing.powers}, exposures=tuple(found),
        means=tuple(means(standing, found)), sources={code: sources.get(code, code) for code in named},
    )  # fmt: skip


def compared(standing: Standing, code: str, *, seed: int = 0) -> Compared:
    """The shares of one channel or measure, at every date that it has figures of."""
    measure = measured(standing, code)
    found = tuple(shares(standing, measure.code, of, seed=seed) for of in dates(standing, measure.code))
    rows = [figure for each in found for one in each.powers for figure in one.figures]
    rows += [figure for each in found for figure in each.total]
    return Compared(
        measure=measure.code, name=f"{measure.name}, {measure.unit}", years=found,
        powers={each.code: each.name for each in standing.powers},
        figures=cited(standing, dict.fromkeys(rows)),
    )  # fmt: skip


def voted(
    standing: Standing,
    votes: Votes,
    countries: Sequence[str],
    years: Sequence[int] | None = None,
    *,
    seed: int = 0,
) -> Voted:
    """How far states vote from the poles; in all years of the first if none are named."""
    years = years or votes.years(countries[0])
    return Voted(
        source=votes.source, series=votes.series, countries=tuple(countries),
        poles={each.pole: each.name for each in standing.powers if each.pole},
        distances=tuple(distances(votes, standing, countries, years, seed=seed)),
    )  # fmt: skip


# -- pictures ------------------------------------------------------------------------------------


def exposed_picture(found: Exposed) -> Compass:
    """What each power's withdrawal takes, channel by channel."""
    channels = list(dict.fromkeys(each.channel for each in found.exposures))
    by = {(each.channel, each.power): each for each in found.exposures}
    return Compass(
        words=Words(
            title="What a withdrawal would take", unit="share of each channel that is lost after a year",
            source="; ".join(dict.fromkeys(f"{each.channel} {each.of}" for each in found.exposures)),
            note="What could be had elsewhere is taken off: by limits of routes, else by assumed shares.",
        ),
        directions=tuple(found.powers.values()), most=1.0,
        outlines=tuple(
            Outline(name=channel, **{
                name: tuple(getattr(by[channel, power], field) for power in found.powers)
                for name, field in (("values", "net"), ("low", "low"), ("high", "high"))
            })
            for channel in channels
        ),
    )  # fmt: skip


def compared_picture(found: Compared) -> Lines:
    """Shares over the years; of several dates in a year, the one with most powers."""
    best: dict[int, Shares] = {}
    for each in found.years:
        known = sum(one.share is not None for one in each.powers)
        year = year_of(each.of)
        if year not in best or known >= sum(one.share is not None for one in best[year].powers):
            best[year] = each
    if not best:
        raise BadSetting(f"{found.measure} has no figures, so there is nothing to draw")
    lines = []
    for place, (code, name) in enumerate(found.powers.items()):
        pairs = [(date(year, 1, 1), each.powers[place].share) for year, each in best.items()]
        if any(value is not None for _, value in pairs):
            assert code == next(iter(best.values())).powers[place].power
            lines.append(series(name, pairs, step_months=12))
    said = "; ".join(dict.fromkeys(each.source for each in found.figures))
    return Lines(
        words=Words(title=f"Shares of {found.name}", unit="share of the total", source=said),
        panels=(Panel(name=found.measure, series=tuple(lines)),),
    )


def voted_picture(found: Voted) -> Lines:
    """Distances over the years, a panel for each state."""
    return Lines(
        words=Words(
            title="Distance of votes in the United Nations",
            unit="ideal points apart, 5th to 95th percentile",
            source=found.source, note="The nearer to zero, the more alike they vote.",
        ),
        panels=tuple(
            Panel(name=country, series=tuple(_line(found, country, pole) for pole in found.poles))
            for country in found.countries
        ),
    )  # fmt: skip


def _line(found: Voted, country: str, pole: str) -> Series:
    mine = [each for each in found.distances if (each.country, each.pole) == (country, pole)]
    has_bounds = all(each.low is not None for each in mine if each.distance is not None)
    years = {each.year: each for each in mine}
    span = range(min(years), max(years) + 1)
    every = [years.get(year) for year in span]
    return Series(
        name=pole, first=date(span[0], 1, 1), step_months=12,
        values=tuple(each.distance if each else None for each in every),
        low=tuple(each.low if each else None for each in every) if has_bounds else (),
        high=tuple(each.high if each else None for each in every) if has_bounds else (),
    )  # fmt: skip
