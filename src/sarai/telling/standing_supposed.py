"""What if, told: shares, spread and exposures before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.standing import (
    Came,
    Exposure,
    Mean,
    Standing,
    apply_each,
    exposures,
    latest,
    means,
    parse,
    shares,
    spread,
)
from sarai.standing.tables import Replacing
from sarai.telling.charts import Change, Compass, Outline, Slopes, Words

__all__ = ["Supposed", "Turn", "supposed", "supposed_compass", "supposed_picture", "touched"]

MOST_DRAWN = 10


class Turn(Struct, frozen=True, kw_only=True):
    """Something before and after; none where it is not known."""

    what: str
    channel: str
    power: str
    before: float | None
    after: float | None
    of: str = ""

    @property
    def changed(self) -> bool:
        """Whether it is another."""
        return self.before != self.after


class Supposed(Struct, frozen=True, kw_only=True):
    """What changes make of the standing.

    Attributes
    ----------
    told : tuple of str
        What came of each change, in words.
    came : tuple of Came
        The same as a text with what fills it in.
    turns : tuple of Turn
        ``share``, ``exposure`` (by power), ``diversification`` of channels that a change touches, and the
        mean exposure.
    sources : dict of str to tuple of str
        Of the figures behind, by channel.
    assumed : tuple of Replacing
        What share of what is withdrawn is taken to be had elsewhere, of channels that change.
    """

    words: str
    told: tuple[str, ...]
    came: tuple[Came, ...]
    turns: tuple[Turn, ...]
    means_before: tuple[Mean, ...]
    means_after: tuple[Mean, ...]
    sources: dict[str, tuple[str, ...]]
    assumed: tuple[Replacing, ...]


def supposed(
    standing: Standing,
    words: Sequence[str],
    *,
    year: int | None = None,
    seed: int = 0,
    network: Network | None = None,
) -> Supposed:
    """The standing before and after changes, at the same dates and with the same draws.

    Parameters
    ----------
    network : Network, optional
        Whose limits bound routes; the packaged one if none is given.
    """
    steps = [step for each in words for step in parse(each)]
    after, came = apply_each(standing, steps, year=year, network=network)
    turns = []
    for channel in standing.channels:
        has = any(each.channel == channel.code for each in standing.measures)
        of = latest(standing, channel.code, year) if has else None
        if of is not None:
            turns += _of_channel(standing, after, channel.code, of)
    then, now = (exposures(each, year=year, seed=seed, network=network) for each in (standing, after))
    was, will = means(standing, then), means(standing, now)
    turns += _exposures(then, now)
    turns += [
        Turn(what="mean exposure", channel="", power=b.power, before=b.mean, after=a.mean)
        for b, a in zip(was, will, strict=True)
    ]
    changed = touched(turns)
    return Supposed(
        words="; ".join(words), told=tuple(map(str, came)), came=tuple(came), turns=tuple(turns),
        means_before=tuple(was), means_after=tuple(will),
        sources={each.channel: each.sources for each in then},
        assumed=tuple(each for each in standing.replacing if each.channel in changed),
    )  # fmt: skip


def touched(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The channels in which something is another afterwards."""
    return tuple(dict.fromkeys(each.channel for each in turns if each.changed and each.channel))


def _of_channel(before: Standing, after: Standing, channel: str, of: str) -> list[Turn]:
    was, will = (shares(each, channel, of, draws=0) for each in (before, after))
    turns = [
        Turn(what="share", channel=channel, power=b.power, before=b.share, after=a.share, of=of)
        for b, a in zip(was.powers, will.powers, strict=True)
    ]
    spreads = (spread(each, channel, of, draws=0).diversification for each in (before, after))
    return [*turns, Turn(what="diversification", channel=channel, power="", of=of,
                         **dict(zip(("before", "after"), spreads, strict=True)))]  # fmt: skip


def _exposures(then: Sequence[Exposure], now: Sequence[Exposure]) -> list[Turn]:
    after = {(each.channel, each.power): each.net for each in now}
    return [
        Turn(what="exposure", channel=each.channel, power=each.power, before=each.net, of=each.of,
             after=after.get((each.channel, each.power)))
        for each in then
    ]  # fmt: skip


def supposed_picture(found: Supposed) -> Slopes:
    """What changes most of shares, exposures and spread."""
    changed = [each for each in found.turns if each.changed]
    if not changed:
        raise BadSetting("nothing changes, so there is nothing to draw; suppose something else")
    turned = sorted(changed, key=lambda each: -abs((each.after or 0) - (each.before or 0)))[:MOST_DRAWN]
    more = f" {len(changed) - len(turned)} lesser changes are not drawn." if len(changed) > MOST_DRAWN else ""
    return Slopes(
        words=Words(title=f"What if: {found.words}", unit="share, from 0 to 1",
                    source="; ".join(dict.fromkeys(f"{e.channel} {e.of}" for e in turned if e.of)),
                    note=" ".join(f"{each}." for each in found.told) + more),
        before="before", after="after",
        changes=tuple(
            Change(name=" ".join(part for part in (each.what, each.channel, each.power) if part),
                   before=each.before, after=each.after)
            for each in turned
        ),
    )  # fmt: skip


def supposed_compass(found: Supposed, powers: Mapping[str, str], channel: str = "") -> Compass:
    """Before, with dashes, and after: the mean exposure to each power, or its share of a channel."""
    what = "share" if channel else "mean exposure"
    turns = {each.power: each for each in found.turns if (each.what, each.channel) == (what, channel)}
    rows = [turns[power] for power in powers]
    unit = "share of the total" if channel else "share that a withdrawal takes, mean over channels"
    dated = [each for each in found.turns if each.of and (not channel or each.channel == channel)]
    return Compass(
        words=Words(title=f"{channel or 'All channels'}: before and after", unit=unit,
                    source="; ".join(dict.fromkeys(f"{each.channel} {each.of}" for each in dated))),
        directions=tuple(powers.values()),
        outlines=(
            Outline(name="before", values=tuple(each.before for each in rows), dashed=True),
            Outline(name="after", values=tuple(each.after for each in rows)),
        ),
    )  # fmt: skip
