"""How far states vote from each pole, over the years, with the uncertainty of the ideal points.

The distance is that between the points as published. Its interval comes from draws of both points from
their quantiles, joined by straight lines, each state on its own: the file does not say how errors of two
states go together. The pole of a group is the mean of its members of that year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.reference.countries import exists, members
from sarai.standing.tables import Standing
from sarai.standing.votes import QUANTILES, Ideal, Votes

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Distance", "distance", "distances", "nearest"]

DRAWS = 2000
GROUPS = ("EU", "EAEU", "SCO")


class Distance(Struct, frozen=True, kw_only=True):
    """Between a state and a pole in a year.

    Attributes
    ----------
    distance, low, high : float or None
        Of the points as published; 5th and 95th percentile of the draws, where the series has quantiles.
    side : float or None
        The state's point less the pole's.
    votes : int
        That the state's point rests on.
    members : int
        States that make the pole.
    reason : str
        Why there is none.
    """

    country: str
    pole: str
    year: int
    distance: float | None = None
    low: float | None = None
    high: float | None = None
    side: float | None = None
    votes: int = 0
    members: int = 1
    reason: str = ""


def distances(
    votes: Votes, standing: Standing, countries: Sequence[str], years: Sequence[int], *, draws: int = DRAWS,
    seed: int = 0,
) -> list[Distance]:  # fmt: skip
    """Of each state to the pole of each power, year by year.

    Raises
    ------
    BadSetting
        A state that no row of the file is of.
    """
    known = {who for who, _ in votes.points}
    for country in countries:
        if country not in known:
            raise BadSetting(f"{country!r} has no votes in {votes.source}; use an alpha-2 code such as KZ")
    poles = [each.pole for each in standing.powers if each.pole]
    return [
        distance(votes, country, pole, year, draws=draws, seed=seed)
        for country in countries for pole in poles for year in years
    ]  # fmt: skip


def distance(
    votes: Votes, country: str, pole: str, year: int, *, draws: int = DRAWS, seed: int = 0
) -> Distance:
    """Of a state to a pole in a year; without a figure but with the reason where one of them did not vote."""
    mine = votes.points.get((country, year))
    theirs = {who: votes.points[who, year] for who in _states(pole, year) if (who, year) in votes.points}
    made = Distance(country=country, pole=pole, year=year, members=len(theirs))
    if mine is None or not theirs:
        return replace(made, reason=f"{country if mine is None else pole} has no point in {year}")
    side = mine.point - sum(each.point for each in theirs.values()) / len(theirs)
    low, high = _interval(votes, country, tuple(theirs), year, draws, seed)
    return Distance(country=country, pole=pole, year=year, distance=abs(side), low=low, high=high, side=side,
                    votes=mine.votes, members=len(theirs))  # fmt: skip


def nearest(found: Sequence[Distance]) -> dict[tuple[str, int], str]:
    """By state and year the pole that is nearest."""
    best: dict[tuple[str, int], Distance] = {}
    for each in found:
        key = each.country, each.year
        if each.distance is not None and (key not in best or each.distance < best[key].distance):
            best[key] = each
    return {key: each.pole for key, each in best.items()}


def _states(pole: str, year: int) -> list[str]:
    """Who makes a pole: a country itself, or those that belong to a group at the end of the year."""
    if pole in GROUPS:
        return sorted(members(pole, date(year, 12, 31)))
    if not exists(pole):
        raise BadSetting(
            f"pole {pole!r} is no country and no group; use an alpha-2 code or {', '.join(GROUPS)}"
        )
    return [pole]


def _interval(
    votes: Votes, country: str, theirs: Sequence[str], year: int, draws: int, seed: int
) -> tuple[float | None, float | None]:
    points = [(who, votes.points[who, year]) for who in (country, *theirs)]
    if not draws or not all(each.quantiles for _, each in points):
        return None, None
    import numpy as np

    (_, mine), *others = [(who, _drawn(each, who, year, draws, seed)) for who, each in points]
    if country in theirs:  # a state's own error is one and the same on both sides
        others = [(who, mine if who == country else each) for who, each in others]
    low, high = np.quantile(np.abs(mine - np.mean([each for _, each in others], axis=0)), [0.05, 0.95])
    return float(low), float(high)


def _drawn(point: Ideal, who: str, year: int, draws: int, seed: int) -> np.ndarray:
    """Draws of a point by the inverse of its quantiles, the same for every question that is asked."""
    import numpy as np

    dice = np.random.default_rng([seed, year, *who.encode()])
    return np.interp(dice.random(draws), [each / 100 for each in QUANTILES], point.quantiles)
