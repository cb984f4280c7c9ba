"""Exposure through re-exports: who really supplies what an importer buys.

Goods of all origins mix in each country, and what it sends on is that mix (proportional attribution). With
production p and flows X, a country's supply is s = p + its imports, and the origins O (a row by country, each
of sum 1) of what it has solve::

    s_i O_i = p_i e_i + sum over j (X_ji O_j),   that is   O = (I - M)^-1 diag(p / s),   M_ij = X_ji / s_i

So what arrives sums to what was imported, and a hub that produces nothing is the origin of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sarai.minerals.dependence.trade import Flows, Share, shares_of

__all__ = ["Hub", "Made", "Traced", "Way", "hubs", "made", "origins", "traced", "ways"]

LEAST = 0.01  # of an importer's purchases: what less passes through is no hub worth naming


class Made(NamedTuple):
    """What each country adds to trade of its own.

    Attributes
    ----------
    amounts : float array, shape (countries,)
        In the unit of the flows.
    basis : str
        ``production`` where it is known, ``net exports`` where it is not.
    unexplained : tuple of str
        Who exports, and neither produces nor buys from anyone who has it from a producer.
    """

    amounts: np.ndarray
    basis: str
    unexplained: tuple[str, ...]


class Hub(NamedTuple):
    """A country through which goods of others come.

    Attributes
    ----------
    direct, traced : float
        Its share of what the importer buys, and of what comes from there first.
    behind : tuple of Share
        Origins of what it sells, the largest first, itself among them.
    """

    country: str
    direct: float
    traced: float
    behind: tuple[Share, ...]


class Way(NamedTuple):
    """What part of an importer's purchases begins in one country and is sold by another, or by the same."""

    origin: str
    seller: str
    share: float


class Traced(NamedTuple):
    """Origins of an importer's purchases, in shares of sum 1, and how they were found."""

    shares: tuple[Share, ...]
    basis: str
    hubs: tuple[Hub, ...]
    ways: tuple[Way, ...]
    unexplained: tuple[str, ...]


def traced(
    network: Flows, importer: str, production: Mapping[str, float] | None = None, *, relative: bool = False
) -> Traced:
    """Who supplies an importer when every re-export is followed to where it began.

    Parameters
    ----------
    production : mapping, optional
        Tonnes by country; without it, or where trade is told by value, net exports stand for it.
    relative : bool
        Production is in shares, which fit trade of any unit.
    """
    begun = made(network, production, relative=relative)
    mix = origins(network, begun.amounts)
    bought = network.amounts[:, network.at(importer)]
    shares = shares_of(network.countries, bought @ mix)
    through = ways(network, importer, mix)
    return Traced(shares, begun.basis, hubs(network, importer, mix), through, begun.unexplained)


def made(network: Flows, production: Mapping[str, float] | None = None, *, relative: bool = False) -> Made:
    """What each country adds to trade: its production, or where none is known what it exports net.

    Tonnes of production are often of the metal within, and trade is in gross weight: so all production is
    brought to the weight at which its countries' net exports fit into it. Who has goods that come from no
    producer at all, and so must have made or stocked them, adds what it exports.

    Parameters
    ----------
    relative : bool
        Production is in shares, not in tonnes: it is brought to what producers export net.
    """
    sent, got = network.amounts.sum(axis=1), network.amounts.sum(axis=0)
    added = np.maximum(0.0, sent - got)
    there = production is not None and (relative or network.unit == "t")
    mined = np.array([(production or {}).get(each, 0.0) for each in network.countries])
    known = there and mined.sum() > 0
    if known:
        fits = added[mined > 0].sum() / mined.sum()
        added = mined * (fits or 1.0 if relative else max(1.0, fits))
    lost = ~_reached(network.amounts, added > 0) & (sent > 0)
    names = tuple(network.countries[at] for at in np.flatnonzero(lost))
    return Made(np.where(lost, sent, added), "production" if known else "net exports", names)


def _reached(amounts: np.ndarray, begun: np.ndarray) -> np.ndarray:
    """Who has goods of any of those that begin, by however many hands."""
    sends = amounts > 0
    reached, newly = begun.copy(), begun
    while newly.any():
        newly = sends[newly].any(axis=0) & ~reached
        reached |= newly
    return reached


def origins(network: Flows, added: np.ndarray) -> np.ndarray:
    """By country, the origins of what it has; shape (countries, countries), each row of sum 1, or 0.

    A row of zeros is that of a country which neither has nor gets anything.
    """
    supply = added + network.amounts.sum(axis=0)
    there = supply > 0
    mixes = np.zeros_like(network.amounts)
    if not there.any():
        return mixes
    among = np.ix_(there, there)
    onward = network.amounts[among].T / supply[there][:, None]
    begins = np.diag(added[there] / supply[there])
    mixes[among] = np.linalg.solve(np.eye(int(there.sum())) - onward, begins)
    return np.maximum(mixes, 0.0)


def hubs(network: Flows, importer: str, mix: np.ndarray) -> tuple[Hub, ...]:
    """Those who sell the importer more of others' goods than of their own reach it, the largest gap first."""
    bought = network.amounts[:, network.at(importer)]
    whole = float(bought.sum())
    if whole <= 0:
        return ()
    direct, begun = bought / whole, bought @ mix / whole
    found = [
        Hub(network.countries[at], float(direct[at]), float(begun[at]), shares_of(network.countries, mix[at]))
        for at in np.flatnonzero(direct - begun >= LEAST)
    ]
    return tuple(sorted(found, key=lambda each: (each.traced - each.direct, each.country)))


def ways(network: Flows, importer: str, mix: np.ndarray) -> tuple[Way, ...]:
    """By origin and seller, all that is at least `LEAST` of an importer's purchases, the largest first."""
    bought = network.amounts[:, network.at(importer)]
    whole = float(bought.sum())
    if whole <= 0:
        return ()
    parts = bought[:, None] * mix / whole
    names = network.countries
    found = [
        Way(names[origin], names[seller], float(parts[seller, origin]))
        for seller, origin in np.argwhere(parts >= LEAST)
    ]
    return tuple(sorted(found, key=lambda each: (-each.share, each.origin, each.seller)))
