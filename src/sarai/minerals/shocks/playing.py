"""A shock played forward: by month, until stocks run out; and over draws of what is not known well."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.shocks.cascade import Market, Spread, cascade
from sarai.minerals.shocks.elasticities import STOCK_ERROR, Parameter, Range, within
from sarai.minerals.shocks.markets import stocked

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator

    from sarai.minerals.shocks.measures import Cut

__all__ = ["QUANTILES", "Doubt", "Intervals", "Months", "by_month", "doubt_of", "drawn", "intervals"]

QUANTILES = (0.1, 0.5, 0.9)
MONTHS = 12
CONSUMES = 1e-9  # of all trade: less is rounding


class Months(Struct, frozen=True):
    """A year after a shock, by month; n countries.

    Attributes
    ----------
    reserves : ndarray (13, n)
        Before the first month and after each; what exporters kept back is among theirs.
    consumption : ndarray (12, n)
        By how much each month's is less than before the shock; not positive.
    runs_out_days : ndarray (n,)
        After how many days the reserves are gone; ``nan`` where they last the year, or there were none.
    """

    reserves: np.ndarray
    consumption: np.ndarray
    runs_out_days: np.ndarray

    def runs_out(self, at: int) -> float | None:
        """The day on which the reserves of a country are gone, by its place; None if they last."""
        day = float(self.runs_out_days[at])
        return day if isfinite(day) else None


def by_month(market: Market, cuts: Callable[[int], Cut]) -> Months:
    """Play a shock forward: each month a twelfth of the year's trade, the stocks those that are left.

    Parameters
    ----------
    cuts : callable
        Of a month from 1: what is missing in it.
    """
    import numpy as np

    month = replace(market, trade=market.trade / MONTHS, production=market.production / MONTHS)
    reserves, used, eaten = [market.reserves], [], []
    for number in range(1, MONTHS + 1):
        spread = cascade(replace(month, reserves=reserves[-1]), cuts(number))
        reserves.append(np.maximum(reserves[-1] + spread.held + spread.reserves, 0.0))
        used.append(spread.reserves)
        eaten.append(spread.consumption)
    kept = np.array(reserves)
    borne = np.array(eaten)
    return Months(kept, borne, _runs_out_days(kept, np.array(used), borne))


def _runs_out_days(reserves: np.ndarray, used: np.ndarray, eaten: np.ndarray) -> np.ndarray:
    """When reserves end: as far into the month that ends them as what they bear of it goes."""
    import numpy as np

    gone = (reserves[1:] <= 1e-9 * reserves[0]) & (reserves[0] > 0)
    at, every = gone.argmax(axis=0), np.arange(reserves.shape[1])
    lost = used[at, every] + eaten[at, every]
    into = np.divide(used[at, every], lost, out=np.zeros(len(every)), where=lost < 0)
    return np.where(gone.any(axis=0), (at + into) * 365 / MONTHS, np.nan)


# -- what is not known well ----------------------------------------------------------------------


class Doubt(Struct, frozen=True):
    """How far what goes into the cascade may be off; all assumed.

    Attributes
    ----------
    level : tuple of float
        Low, typical and high of what all hold, as multiples of the market's; half of the draws are below
        the typical one. `doubt_of` has it from the table of stocks.
    reserves : float
        Standard deviation of the logarithm of a country's own stock about that level.
    trade : float
        The same of each flow: 0.25, about what exporters and importers report apart.
    absorbed : tuple of float
        Bounds between which the share borne at once is drawn, the same for all countries.
    """

    level: Range = (0.25, 1.0, 2.0)
    reserves: float = STOCK_ERROR
    trade: float = 0.25
    absorbed: tuple[float, float] = (0.0, 0.5)


def doubt_of(stocks: Parameter) -> Doubt:
    """What the table says of stocks, for the cascade as for prices.

    >>> from sarai.minerals.shocks.elasticities import parameters
    >>> doubt_of(parameters("helium")["stocks"]).level
    (0.2, 1.0, 2.0)
    """
    low, usual, high = stocks.short
    return Doubt(level=(low / usual, 1.0, high / usual) if usual else (1.0, 1.0, 1.0))


class Intervals(Struct, frozen=True):
    """The 10th, 50th and 90th percentile over draws, each (3, n); losses are negative.

    Attributes
    ----------
    reserves, consumption : ndarray (3, n)
        In the market's unit.
    of_supply : ndarray (3, n)
        Consumption's change as a share of what it was; ``nan`` where nothing was consumed.
    draws : int
    """

    reserves: np.ndarray
    consumption: np.ndarray
    of_supply: np.ndarray
    draws: int


def intervals(
    market: Market, cut: Cut, *, seed: int, draws: int = 200, doubt: Doubt | None = None
) -> Intervals:
    """What a shock may do: the cascade over draws of reserves, absorbed share and trade, seeded."""
    import numpy as np

    source = np.random.default_rng(seed)
    doubt = doubt or Doubt()
    used, eaten, shares = [], [], []
    for _ in range(draws):
        one = drawn(market, source, doubt)
        spread: Spread = cascade(one, cut)
        used.append(spread.reserves)
        eaten.append(spread.consumption)
        supply = np.where(one.supply > CONSUMES * one.trade.sum(), one.supply, np.nan)
        shares.append(spread.consumption / supply)
    return Intervals(_percentiles(used), _percentiles(eaten), _percentiles(shares), draws)


def drawn(market: Market, source: Generator, doubt: Doubt) -> Market:
    """A market that could as well be the true one.

    Who consumes nothing is one whose production is only inferred from what leaves it, and is so again.
    """
    import numpy as np

    many = len(market.countries)
    trade = market.trade * np.exp(doubt.trade * source.standard_normal((many, many)))
    supply = market.supply
    days = np.divide(365 * market.reserves, supply, out=np.zeros(many), where=supply > 0)
    level = within(doubt.level, source.random())
    days = days * level * np.exp(doubt.reserves * source.standard_normal(many))
    absorbed = np.full(many, source.uniform(*doubt.absorbed))
    known = np.where(supply > CONSUMES * market.trade.sum(), market.production, 0.0)
    return stocked(market.countries, trade, known, days, absorbed)


def _percentiles(values: list[np.ndarray]) -> np.ndarray:
    """Holes are left out; a country with holes alone has one."""
    import numpy as np

    table = np.sort(np.array(values), axis=0)  # nan last
    known = np.isfinite(table).sum(axis=0)
    rows = []
    for quantile in QUANTILES:
        at = quantile * np.maximum(known - 1, 0)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, np.maximum(known - 1, 0))
        columns = np.arange(table.shape[1])
        rows.append(table[low, columns] + (at - low) * (table[high, columns] - table[low, columns]))
    return np.array(rows)
