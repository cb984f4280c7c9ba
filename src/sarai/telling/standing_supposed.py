"""What if, told: shares, spread and exposures before and after."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.standing import Exposure, Mean, Standing, apply, exposures, latest, means, parse, shares, spread
from sarai.telling.charts import Change, Slopes, Words

__all__ = ["Supposed", "Turn", "supposed", "supposed_picture"]

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
    turns : tuple of Turn
        ``share``, ``exposure`` (by power), ``diversification`` of channels that a change touches, and the
        mean exposure.
    sources : dict of str to tuple of str
        Of the figures behind, by channel.
    """

    words: str
    told: tuple[str, ...]
    turns: tuple[Turn, ...]
    means_before: tuple[Mean, ...]
    means_after: tuple[Mean, ...]
    sources: dict[str, tuple[str, ...]]


def supposed(standing: Standing, words: Sequence[str], *, year: int | None = None, seed: int = 0) -> Supposed:
    """The standing before and after changes, at the same dates and with the same draws."""
    steps = [step for each in words for step in parse(each)]
    after, told = apply(standing, steps, year=year)
    turns = []
    for channel in standing.channels:
        has = any(each.channel == channel.code for each in standing.measures)
        of = latest(standing, channel.code, year) if has else None
        if of is not None:
            turns += _of_channel(standing, after, channel.code, of)
    then, now = (exposures(each, year=year, seed=seed) for each in (standing, after))
    was, will = means(standing, then), means(standing, now)
    turns += _exposures(then, now)
    turns += [
        Turn(what="mean exposure", channel="", power=b.power, before=b.mean, after=a.mean)
        for b, a in zip(was, will, strict=True)
    ]
    return Supposed(words="; ".join(words), told=tuple(told), turns=tuple(turns), means_before=tuple(was),
                    sources={each.channel: each.sources for each in then},
                    means_after=tuple(will))  # fmt: skip


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
