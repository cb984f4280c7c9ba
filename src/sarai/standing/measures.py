"""How spread dependence is: one less the sum of squares, and entropy, each with what the rest leaves open.

With shares s of the powers that are named and a rest r that is with nobody named, the sum of squares lies
between that of a rest spread over very many and that of a rest with one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

from msgspec import Struct

from sarai.standing.channels import DRAWS, Shares, draws_of, interval, portions, shares
from sarai.standing.tables import Standing

__all__ = ["Spread", "diversification", "entropy", "spread"]


class Spread(Struct, frozen=True, kw_only=True):
    """How spread a channel is.

    Attributes
    ----------
    diversification : float or None
        1 - sum of s^2 with the rest as one more; 0 if all is with one.
    spread_at_most : float or None
        The same if the rest is spread over very many.
    entropy : float or None
        -sum of s ln s over ln n, n being the powers and the rest; 1 if all are equal.
    low, high : float or None
        5th and 95th percentile of `diversification` over the draws.
    reason : str
        Why there are none.
    """

    diversification: float | None = None
    spread_at_most: float | None = None
    entropy: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


def diversification(parts: Sequence[float]) -> float:
    """One less the sum of squared shares (Herfindahl-Hirschman), from 0 to 1 - 1/n.

    >>> diversification([0.5, 0.5]), diversification([1.0])
    (0.5, 0.0)
    """
    return 1 - sum(each * each for each in parts)


def entropy(parts: Sequence[float]) -> float:
    """Shannon's entropy over its most, ln n, from 0 to 1; 0 where there is one part alone.

    >>> entropy([0.25] * 4), entropy([1.0, 0.0])
    (1.0, 0.0)
    """
    if len(parts) < 2:
        return 0.0
    return max(0.0, -sum(each * log(each) for each in parts if each > 0) / log(len(parts)))


def spread(standing: Standing, measure: str, of: str, *, draws: int = DRAWS, seed: int = 0) -> Spread:
    """How spread a measure is at a date."""
    found = shares(standing, measure, of, draws=0)
    parts = [each.share or 0.0 for each in found.powers]
    if found.rest is None or not any(parts):
        return Spread(reason=_why(found))
    drawn = []
    for each in draws_of(standing, measure, of, draws=draws, seed=seed):
        known, _ = portions(each)
        drawn.append(diversification([*known.values(), max(0.0, 1 - sum(known.values()))]))
    rest = max(0.0, found.rest)
    low, high = interval(drawn)
    return Spread(
        diversification=diversification([*parts, rest]), spread_at_most=diversification(parts),
        entropy=entropy([*parts, rest]), low=low, high=high,
    )  # fmt: skip


def _why(found: Shares) -> str:
    return "the total is not known" if not found.total or found.rest is None else "no power's figure is known"
