"""Channels of dependence told: who has which share, how spread it is, and every figure with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.standing import Figure, Shares, Spread, Standing, dates, latest, measured, shares, spread
from sarai.standing.tables import Channel, year_of
from sarai.telling.charts import Bar, Bars, Compass, Outline, Words

__all__ = ["Cited", "Overview", "Shown", "cited", "compass", "overview", "shown", "shown_picture"]


class Cited(Struct, frozen=True, kw_only=True):
    """A figure with its source in words.

    Attributes
    ----------
    conflicts : bool
        Whether another source gives another value of the same.
    """

    measure: str
    power: str
    part: str
    of: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    source: str
    said: str
    kind: str
    note: str
    conflicts: bool


class Told(Struct, frozen=True, kw_only=True):
    """A channel by its first measure at its best known date, and by its others, which are not the same."""

    channel: str
    name: str
    note: str
    shares: Shares | None = None
    others: tuple[Shares, ...] = ()
    spread: Spread = Spread()
    figures: tuple[Cited, ...] = ()
    reason: str = ""


class Overview(Struct, frozen=True, kw_only=True):
    """All channels."""

    powers: dict[str, str]
    channels: tuple[Told, ...]


class Shown(Struct, frozen=True, kw_only=True):
    """One channel, or one of its measures: every figure, and the shares at every date."""

    channel: str
    powers: dict[str, str]
    measures: dict[str, str]
    shares: tuple[Shares, ...]
    spreads: tuple[Spread, ...]
    figures: tuple[Cited, ...]


def overview(standing: Standing, *, year: int | None = None, seed: int = 0) -> Overview:
    """Every channel in short."""
    told = tuple(_told(standing, channel, year, seed) for channel in standing.channels)
    return Overview(powers=_names(standing), channels=told)


def _told(standing: Standing, channel: Channel, year: int | None, seed: int) -> Told:
    own = [each.code for each in standing.measures if each.channel == channel.code]
    best = {code: of for code in own if (of := latest(standing, code, year)) is not None}
    made = Told(channel=channel.code, name=channel.name, note=channel.note)
    if not own or own[0] not in best:
        reason = f"no figures{f' of {year}' if year else ''}"
        return replace(made, reason=reason, spread=Spread(reason=reason))
    same = year_of(best[own[0]])
    found = [_nearest(standing, code, of, same, seed) for code, of in best.items()]
    return replace(
        made, shares=found[0], others=tuple(found[1:]), figures=_cited(standing, found),
        spread=spread(standing, own[0], best[own[0]], seed=seed),
    )  # fmt: skip


def _nearest(standing: Standing, code: str, of: str, year: int, seed: int) -> Shares:
    """A measure in a year, if its total is known then, else at its best known date."""
    then = latest(standing, code, year)
    found = shares(standing, code, then, seed=seed) if then else None
    return found if found and found.total else shares(standing, code, of, seed=seed)


def shown(standing: Standing, code: str, *, year: int | None = None, seed: int = 0) -> Shown:
    """A channel, or a measure, at every date or those of a year; raises `BadSetting`."""
    first = measured(standing, code)
    wanted = [each for each in standing.measures if code in (each.code, each.channel)]
    found = [
        shares(standing, each.code, of, seed=seed)
        for each in wanted for of in dates(standing, each.code)
        if year is None or of.rpartition("/")[2].startswith(str(year))
    ]  # fmt: skip
    if not found:
        known = ", ".join(sorted({of for each in wanted for of in dates(standing, each.code)}))
        raise BadSetting(f"{code} has no figures of {year}; its dates are {known or 'none'}")
    return Shown(
        channel=first.channel, powers=_names(standing), shares=tuple(found),
        spreads=tuple(spread(standing, each.measure, each.of, seed=seed) for each in found),
        measures={each.code: f"{each.name}, {each.unit}" for each in wanted}, figures=_cited(standing, found),
    )  # fmt: skip


def _names(standing: Standing) -> dict[str, str]:
    return {each.code: each.name for each in standing.powers}


def _cited(standing: Standing, found: Sequence[Shares]) -> tuple[Cited, ...]:
    rows: list[Figure] = []
    for each in found:
        rows += [figure for share in each.powers for figure in share.figures]
        rows += each.total
    return cited(standing, dict.fromkeys(rows))


def cited(standing: Standing, rows: Iterable[Figure]) -> tuple[Cited, ...]:
    """Figures with their sources in words."""
    sources = {each.code: each for each in standing.sources}
    units = {each.code: each.unit for each in standing.measures}
    rows = list(rows)
    values: dict[tuple[str, str, str, str], set[float]] = {}
    for each in rows:
        if each.value is not None:
            values.setdefault(_fact(each), set()).add(each.value)
    return tuple(
        Cited(
            measure=each.measure, power=each.power, part=each.part, of=each.of, value=each.value,
            low=each.low, high=each.high, unit=units.get(each.measure, ""), source=each.source,
            note=each.note,
            said=str(sources.get(each.source, each.source)), conflicts=len(values.get(_fact(each), ())) > 1,
            kind=sources[each.source].kind if each.source in sources else "",
        )
        for each in rows
    )  # fmt: skip


def _fact(row: Figure) -> tuple[str, str, str, str]:
    return row.measure, row.power, row.part, row.of


# -- pictures ------------------------------------------------------------------------------------


def compass(found: Overview) -> Compass:
    """The share of each power, channel by channel."""
    told = [each for each in found.channels if each.shares is not None]
    if not told:
        raise BadSetting("no channel has a figure, so there is nothing to draw; ask for another year")
    return Compass(
        words=Words(
            title="Compass of powers", unit="share of each channel",
            source="; ".join(f"{each.channel} {each.shares.of}" for each in told),
            note="Thick: 5th to 95th percentile. No dot: no figure is known. Each figure's source: "
                 "sarai standing show CHANNEL.",
        ),
        directions=tuple(found.powers.values()), most=1.0,
        outlines=tuple(
            Outline(name=each.name, values=tuple(one.share for one in each.shares.powers),
                    low=tuple(one.low for one in each.shares.powers),
                    high=tuple(one.high for one in each.shares.powers))
            for each in told
        ),
    )  # fmt: skip


def shown_picture(found: Shown) -> Bars:
    """The shares of one channel by each measure, at the date at which most are known."""
    last: dict[str, Shares] = {}
    for each in found.shares:
        if _known(each) and (each.measure not in last or _known(each) >= _known(last[each.measure])):
            last[each.measure] = each
    if not last:
        raise BadSetting(f"{found.channel} has no shares, so there is nothing to draw; see its figures")
    return Bars(
        words=Words(title=f"Dependence by {found.channel}", unit="share of the total, 5th to 95th percentile",
                    source=_codes(found, {(each.measure, each.of) for each in last.values()})),
        bars=tuple(
            Bar(name=f"{found.powers[one.power]}, {each.of}, {each.measure}", value=one.share, low=one.low,
                high=one.high)
            for each in last.values() for one in each.powers
        ),
        dots=True, ranked=False,
    )  # fmt: skip


def _codes(found: Shown, drawn: Collection[tuple[str, str]]) -> str:
    """The codes of sources behind what is drawn, with dates."""
    rows = [each for each in found.figures if (each.measure, each.of) in drawn and each.value is not None]
    return ", ".join(dict.fromkeys(f"{each.source} (of {each.of})" for each in rows))


def _known(found: Shares) -> int:
    return sum(each.share is not None for each in found.powers)
