"""Intervals: a market cleared again and again with elasticities and stocks drawn from their ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods.errors import BadSetting
from sarai.minerals.shocks.clearing.calibrating import MONTH_DAYS
from sarai.minerals.shocks.clearing.months import Cleared, cleared
from sarai.minerals.shocks.elasticities import STOCK_ERROR, drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from sarai.minerals.shocks.clearing.calibrating import Market
    from sarai.minerals.shocks.clearing.shock import Shock
    from sarai.minerals.shocks.elasticities import Elasticities, Parameter

__all__ = ["DRAWS", "PERCENTILES", "Intervals", "drawings", "intervals", "redrawn"]

DRAWS = 100
DRAWS_MOST = 10_000
PERCENTILES = (10, 50, 90)


class Intervals(Struct, frozen=True, kw_only=True):
    """The 10th, 50th and 90th percentile over draws; the first axis of each array (3, ...).

    Attributes
    ----------
    prices, consumption_lost : ndarray (3, T, n)
    runs_out : ndarray (3, n)
        Month from 1; infinite where stocks last in that many draws, or there are none.
    users_lost : ndarray (3, n)
    surplus_lost : ndarray (3,)
    draws : int
    """

    prices: np.ndarray
    consumption_lost: np.ndarray
    runs_out: np.ndarray
    users_lost: np.ndarray
    surplus_lost: np.ndarray
    draws: int


def intervals(
    market: Market,
    shock: Shock,
    known: Mapping[str, Parameter],
    random: np.random.Generator,
    *,
    draws: int = DRAWS,
    foresight: bool = False,
    seen: Callable[[int], object] | None = None,
) -> Intervals:
    """Percentiles of what a shock does, from the ranges of `known` (`parameters`).

    Parameters
    ----------
    random : numpy.random.Generator
        Seeded by the caller; the same seed gives the same percentiles.
    foresight : bool
        As of `cleared`.
    seen : callable, optional
        Told how many draws are done, for a bar of progress.

    Raises
    ------
    BadSetting
        The draws are out of bounds.
    """
    import numpy as np

    found = []
    for each in drawings(market, shock, known, random, draws=draws, foresight=foresight):
        found.append(each)
        if seen:
            seen(len(found))

    def over(values: list[object]) -> np.ndarray:
        return np.percentile(np.array(values), PERCENTILES, axis=0, method="inverted_cdf")

    return Intervals(
        prices=over([each.prices for each in found]),
        consumption_lost=over([each.consumption_lost for each in found]),
        runs_out=over([_run_out(each) for each in found]),
        users_lost=over([each.users_lost for each in found]),
        surplus_lost=over([each.surplus_lost for each in found]),
        draws=draws,
    )


def drawings(
    market: Market,
    shock: Shock,
    known: Mapping[str, Parameter],
    random: np.random.Generator,
    *,
    draws: int = DRAWS,
    foresight: bool = False,
) -> Iterator[Cleared]:
    """The market cleared with one draw after the other; parameters and errors as of `intervals`."""
    if not 1 <= draws <= DRAWS_MOST:
        raise BadSetting(f"{draws} draws are out of bounds; ask for 1 to {DRAWS_MOST:,}")
    typical = cleared(market, shock, shock.months, foresight=foresight)
    for _ in range(draws):
        other = redrawn(market, drawn(known, random), random)
        yield cleared(other, shock, shock.months, foresight=foresight, start=typical)


def redrawn(market: Market, elasticities: Elasticities, random: np.random.Generator) -> Market:
    """The market with other elasticities, and stocks as they might be, each country's by its error."""
    import numpy as np

    errors = np.exp(STOCK_ERROR * random.standard_normal(len(market.countries)))
    assumed = market.consumption * elasticities.stock_days / MONTH_DAYS
    stocks = np.where(market.stated, market.stocks, assumed) * errors
    return replace(market, elasticities=elasticities, stocks=stocks)


def _run_out(found: Cleared) -> list[float]:
    months = [found.runs_out(code) for code in found.market.countries]
    return [float("inf") if month is None else float(month) for month in months]
