"""A shock played on a market: the year as a whole, its intervals, and two years month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.shocks import Cut, Market, Measure, by_month, cascade, cut, doubt_of, intervals
from sarai.minerals.shocks.elasticities import Parameter
from sarai.minerals.shocks.markets import Known
from sarai.minerals.shocks.measures import DAYS

if TYPE_CHECKING:
    import numpy as np

    from sarai.corridors import Network
    from sarai.minerals.shocks.closing import Closed

__all__ = ["LEAST", "YEAR", "CountryMonths", "Played", "loss"]

YEAR = 12
LEAST = 1e-6  # of what is consumed in all: less is none


class CountryMonths(Struct, frozen=True, kw_only=True):
    """A country through the two years after the shock begins, by the cascade; the market's unit.

    Attributes
    ----------
    consumed : float
        In the year before the shock.
    stocks : tuple of float
        Before the first month, and at the end of each.
    missed : tuple of float
        What consumption misses in each month.
    """

    country: str
    consumed: float
    stocks: tuple[float, ...]
    missed: tuple[float, ...]


def loss(change: float, least: float = 0.0) -> float:
    """A change that is not positive, as a loss; what is only rounding is none."""
    return -float(change) if -change > least else 0.0


class Played:
    """A shock played on a market.

    Parameters
    ----------
    data : Known
        The market of a year as the data have it.
    shocks : tuple of Measure
    network : Network, optional
        On which corridors are closed.
    answers : mapping
        How the market answers to price, and what it has in stock, by kind.
    """

    def __init__(
        self, data: Known, market: Market, shocks: tuple[Measure, ...], network: Network | None,
        answers: Mapping[str, Parameter], *, seed: int, draws: int,
    ) -> None:  # fmt: skip
        self.data, self.market, self.shocks, self.network = data, market, shocks, network
        self.answers, self.seed, self.draws = answers, seed, draws
        self.outside: tuple[str, ...] = ()
        self.kept: dict[tuple[str, tuple[str, ...]], Closed] = {}
        self.cut = self.cut_of(None)
        self.spread = cascade(market, self.cut)
        self.interval = intervals(market, self.cut, seed=seed, draws=draws, doubt=doubt_of(answers["stocks"]))
        self.monthly = by_month(market, self.cut_of)

    @property
    def stock_days(self) -> float:
        """Of consumption that is taken to be in stock."""
        return self.answers["stocks"].short[1]

    @property
    def least(self) -> float:
        """A loss below it is none."""
        return LEAST * float(self.market.supply.sum())

    # -- what is missing ---------------------------------------------------------------------------

    def cut_of(self, month: int | None) -> Cut:
        """What is missing in a month from 1, or over the year; after it, what shocks of a whole year take."""
        over = month is not None and month > YEAR
        shocks = [each for each in self.shocks if each.days == DAYS] if over else self.shocks
        return cut(shocks, self.market.countries, self.data.year, month=YEAR if over else month,
                   closing=self.closing if self.network is not None else None)  # fmt: skip

    def closing(self, what: str, countries: Sequence[str]) -> np.ndarray:
        """What a closed corridor keeps back."""
        return self._closed(what, countries).late

    def dearer(self, what: str, countries: Sequence[str]) -> np.ndarray:
        """What the way round a closure costs more, of what a tonne is worth; nothing if that lacks."""
        if self.data.usd_per_t is None:
            return self._closed(what, countries).late * 0
        return self._closed(what, countries).dearer(self.data.usd_per_t)

    def _closed(self, what: str, countries: Sequence[str]) -> Closed:
        from sarai.minerals.shocks.closing import closed

        assert self.network is not None
        key = (what, tuple(countries))
        if key not in self.kept:
            self.kept[key] = closed(self.network, what, countries)
            self.outside = self.kept[key].outside
        return self.kept[key]

    # -- month by month ----------------------------------------------------------------------------

    def by_country(self) -> tuple[CountryMonths, ...]:
        """Two years of all who consume or lose anything, who misses most in the first first.

        The second goes on with the stocks that the first left.
        """
        first = self.monthly
        left = replace(self.market, reserves=first.reserves[-1])
        second = by_month(left, lambda month: self.cut_of(month + YEAR))
        ranked = first.consumption.sum(axis=0).argsort(kind="stable").tolist()
        stocks, missed = ([*first.reserves, *second.reserves[1:]], [*first.consumption, *second.consumption])
        return tuple(self._country(at, stocks, missed) for at in ranked if self._matters(at, missed))

    def _matters(self, at: int, missed: Sequence[np.ndarray]) -> bool:
        return self.market.supply[at] > self.least or sum(-float(each[at]) for each in missed) > self.least

    def _country(self, at: int, stocks: Sequence[np.ndarray], missed: Sequence[np.ndarray]) -> CountryMonths:
        return CountryMonths(
            country=self.market.countries[at], consumed=max(0.0, float(self.market.supply[at])),
            stocks=tuple(float(each[at]) for each in stocks), missed=tuple(loss(each[at]) for each in missed),
        )  # fmt: skip

    def months(self, of: Sequence[int]) -> Iterator[tuple[int, float, float]]:
        """The months of the first year, with the stocks at their ends and what is missed, of some places."""
        chosen = list(of)
        for at, eaten in enumerate(self.monthly.consumption):
            yield at + 1, float(self.monthly.reserves[at + 1, chosen].sum()), loss(eaten[chosen].sum())
