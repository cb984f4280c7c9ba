"""Shares of a supply, and how concentrated they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec import Struct

__all__ = ["MIDDLE", "SupplyShare", "domestic", "governed", "herfindahl", "merged", "shares", "weight"]

MIDDLE = 5.0
"""The governance weight of a country without indicators: the middle of the scale, the world's mean."""


class SupplyShare(Struct, frozen=True):
    """A country's share of a supply, from 0 to 1, with t, the EU's trade parameter."""

    country: str
    share: float
    t: float = 1.0


def shares(amounts: Mapping[str, float]) -> tuple[SupplyShare, ...]:
    """Shares by country of amounts, the largest first; none if all is zero.

    >>> [(each.country, each.share) for each in shares({"KZ": 1.0, "CN": 3.0, "RU": 0.0})]
    [('CN', 0.75), ('KZ', 0.25)]
    """
    total = sum(amounts[country] for country in sorted(amounts))
    ranked = sorted(amounts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(SupplyShare(country, amount / total) for country, amount in ranked if amount > 0)


def herfindahl(supply: Iterable[SupplyShare]) -> float:
    """The Herfindahl-Hirschman index: the sum of squared shares, from near 0 to 1.

    >>> herfindahl([SupplyShare("CN", 0.75), SupplyShare("KZ", 0.25)])
    0.625
    """
    return sum(each.share**2 for each in supply)


def weight(each: SupplyShare, governance: Mapping[str, float], *, with_t: bool = True) -> float:
    """What a squared share counts: the governance of the country, times the trade parameter."""
    return governance.get(each.country, MIDDLE) * (each.t if with_t else 1.0)


def governed(supply: Iterable[SupplyShare], governance: Mapping[str, float], *, with_t: bool = True) -> float:
    """The index weighted by governance (0 best to 10 worst) and the trade parameter, from 0 to above 10."""
    return sum(each.share**2 * weight(each, governance, with_t=with_t) for each in supply)


def domestic(supply: Iterable[SupplyShare], own: Set[str]) -> float:
    """The share that comes from the importer's own countries."""
    return sum(each.share for each in supply if each.country in own)


def merged(supplies: Sequence[Sequence[SupplyShare]]) -> tuple[SupplyShare, ...]:
    """The mean of several supplies by country, the largest first; the parameter is that of the last."""
    found: dict[str, float] = {}
    t: dict[str, float] = {}
    for supply in supplies:
        for each in supply:
            found[each.country] = found.get(each.country, 0.0) + each.share / len(supplies)
            t[each.country] = each.t
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(SupplyShare(country, share, t[country]) for country, share in ranked)
