"""How long a passage takes, learnt from passages: a lognormal whose parameters are known ever better.

The logarithm of the hours is taken as normal with unknown mean and variance, and those have a
normal-inverse-gamma prior: what the network says of the way is worth `PRIOR` passages. What comes next is
then Student's t (Gelman et al., Bayesian Data Analysis, 3rd ed., 3.3). Old passages fade with a half-life,
since ways change; a passage of `HALF_LIFE_D` days ago counts half.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import exp, log, sqrt
from typing import NamedTuple

from msgspec import Struct

from sarai.corridors.learnt.passages import Passage

__all__ = ["Prior", "Time", "TravelTimes"]

PRIOR = 4.0  # passages that the network's own figure is worth
SHAPE = 3.0  # of the prior of the variance: it has a mean and a variance of its own
HALF_LIFE_D = 90.0  # a season
LEAST = 3.0  # passages, faded, before a pair of which the network says nothing has a time
MOST_PAIRS = 20_000  # 150 bytes each
SHORTEST_H = 0.05  # three minutes: clocks of two sources differ by as much

Prior = Callable[[str, str], "tuple[float, float] | None"]
"""Mean hours and variance in squared hours from a place to another; none if nothing is known."""


class Time(NamedTuple):
    """The logarithm of the hours as it is expected: Student's t about `mu`, with `scale` and `freedom`."""

    mu: float
    scale: float
    freedom: float
    passages: float

    @property
    def median_h(self) -> float:
        """Hours that half of the passages take at most."""
        return exp(self.mu)

    @property
    def mean_h(self) -> float:
        """Expected hours, of the lognormal with the variance of the t."""
        return exp(self.mu + self.variance / 2)

    @property
    def variance(self) -> float:
        """Of the logarithm."""
        return self.scale**2 * self.freedom / (self.freedom - 2)


class Learnt(Struct):
    """What passages of a pair of places said: their number, faded, with sum and squares of the logarithms."""

    at: datetime
    weight: float = 0.0
    total: float = 0.0
    squares: float = 0.0


class TravelTimes:
    """Times by pair of places.

    Parameters
    ----------
    prior : Prior
        What is known before the first passage.
    """

    def __init__(self, prior: Prior) -> None:
        self.prior = prior
        self._learnt: dict[tuple[str, str], Learnt] = {}

    def learn(self, passage: Passage) -> None:
        """Take in a passage. They may come in any order: one from before the last counts less at once."""
        pair = (passage.start, passage.end)
        known = self._learnt.pop(pair, None) or Learnt(passage.came)
        fade = _faded(known.at, passage.came)
        weight = 1.0
        if passage.came >= known.at:
            known.weight, known.total, known.squares = (
                known.weight * fade, known.total * fade, known.squares * fade,
            )  # fmt: skip
            known.at = passage.came
        else:
            weight = fade
        logarithm = log(max(passage.hours, SHORTEST_H))
        known.weight += weight
        known.total += weight * logarithm
        known.squares += weight * logarithm**2
        self._learnt[pair] = known  # behind all others: the first is who was not heard of for longest
        if len(self._learnt) > MOST_PAIRS:
            del self._learnt[next(iter(self._learnt))]

    def time(self, start: str, end: str) -> Time | None:
        """How long a passage takes; none where neither the network nor enough passages say."""
        known = self._learnt.get((start, end))
        said = self.prior(start, end)
        if said is None:
            if known is None or known.weight < LEAST:
                return None
            return _posterior(known.total / known.weight, 0.0, _spread(known), known)
        mean_h, variance_h2 = said
        spread = log(1 + variance_h2 / mean_h**2)
        return _posterior(log(mean_h) - spread / 2, PRIOR, spread, known)

    def passages(self, start: str, end: str) -> float:
        """How many passages the time between two places rests on, faded."""
        known = self._learnt.get((start, end))
        return known.weight if known else 0.0

    def pairs(self) -> list[tuple[str, str]]:
        """The pairs of which passages were seen, in alphabetical order."""
        return sorted(self._learnt)


def _faded(before: datetime, after: datetime) -> float:
    return 0.5 ** (abs((after - before).total_seconds()) / 86_400 / HALF_LIFE_D)


def _spread(known: Learnt) -> float:
    mean = known.total / known.weight
    return max(known.squares / known.weight - mean**2, 1e-4)


def _posterior(mu: float, worth: float, spread: float, known: Learnt | None) -> Time:
    """Of the prior about `mu` with variance `spread`, worth so many passages, and what was learnt."""
    weight = known.weight if known else 0.0
    mean = known.total / weight if known and weight else mu
    around = max(known.squares - weight * mean**2, 0.0) if known else 0.0
    both = worth + weight
    shape = SHAPE + weight / 2
    scale = spread * (SHAPE - 1) + around / 2 + worth * weight * (mean - mu) ** 2 / (2 * both)
    predicted = sqrt(scale * (both + 1) / (shape * both))
    return Time((worth * mu + weight * mean) / both, predicted, 2 * shape, weight)
