"""How the worth of a plan's rules at the margin is told: by rule and place, all years together."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from sarai.minerals.diversify import PER, Worth

__all__ = ["Margin", "margins"]


class Margin(Struct, frozen=True, kw_only=True):
    """What a rule is worth at one place; `per` says for how little of it.

    Attributes
    ----------
    of : str
        Stage and country of a share, stage of risk and cover, code of a corridor's limit.
    usd : float
        Discounted, of the years from `first` to `last` in which it binds.
    """

    rule: str
    of: str
    first: int
    last: int
    usd: float
    per: str


def margins(worth: Iterable[Worth]) -> tuple[Margin, ...]:
    """By rule and place, the most first.

    >>> margins([Worth(rule="share", year=2030, usd=2.0, stage="mining", country="CN"),
    ...          Worth(rule="share", year=2031, usd=1.0, stage="mining", country="CN")])
    (Margin(rule='share', of='mining CN', first=2030, last=2031, usd=3.0, per='one point more'),)
    """
    by_place: dict[tuple[str, str], list[Worth]] = {}
    for each in worth:
        place = each.limit or " ".join(filter(None, (each.stage, each.country)))
        by_place.setdefault((each.rule, place), []).append(each)
    rows = [
        Margin(rule=rule, of=place, per=PER[rule], usd=sum(each.usd for each in of),
               first=min(each.year for each in of), last=max(each.year for each in of))
        for (rule, place), of in by_place.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (-each.usd, each.rule, each.of)))
