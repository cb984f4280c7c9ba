"""A shock by the price model, told beside the cascade: who pays how much, and who goes without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.shocks import Measure
from sarai.minerals.shocks.markets import Known
from sarai.minerals.shocks.measures import GROUPS
from sarai.reference.countries import members

if TYPE_CHECKING:
    from sarai.minerals.shocks.applied import Dearer
    from sarai.minerals.shocks.clearing import Cleared, Intervals
    from sarai.minerals.shocks.measures import Closing

__all__ = ["DRAWS", "Price", "PriceMonth", "prices"]

LEAST = 1e-6  # of the largest loss
YEAR, MONTHS = 12, 24  # of what is summed up, and of the path that is told beside it
TOLD = 8
MOST_ALONE = 30  # countries that stand alone, beside those of the shock
DRAWS = 30  # each clears a market


class PriceMonth(Struct, frozen=True, kw_only=True):
    """A month after the shock begins, by the price model.

    Attributes
    ----------
    price, p10, p90 : float
        Times the price before; the interval is over draws of elasticities and stocks.
    missed : float
        What consumption misses in it; the market's unit.
    stock : float
        Left at its end.
    """

    month: int
    price: float
    p10: float
    p90: float
    missed: float
    stock: float


class Price(Struct, frozen=True, kw_only=True):
    """What the price model says of a country.

    Attributes
    ----------
    highest, highest_p10, highest_p90 : float
        In the first year, times the price before; of the interval, over draws of elasticities and stocks.
    highest_month : int
    after : float
        In the last month of the first year, times the price before.
    missed : float
        What consumption misses in the first year; the market's unit.
    runs_out_month : int, optional
        Of the two years.
    months : tuple of PriceMonth
        Of the two years.
    """

    country: str
    highest: float
    highest_p10: float
    highest_p90: float
    highest_month: int
    after: float
    missed: float
    runs_out_month: int | None
    months: tuple[PriceMonth, ...]


def prices(
    data: Known,
    production: Mapping[str, float],
    shocks: Sequence[Measure],
    *,
    seed: int,
    reserve_days: float | None = None,
    closing: Closing | None = None,
    dearer: Dearer | None = None,
) -> tuple[Price, ...]:
    """What a shock does to prices, by country, who misses most in the first year first.

    Parameters
    ----------
    production : mapping
        By country, as the cascade takes it; the market's unit.
    reserve_days : float, optional
        Of consumption in stock; else the table's.
    closing, dearer : callable, optional
        What a closed corridor keeps back, and what the way round it costs more.
    """
    import numpy as np

    from sarai.minerals.shocks import clearing
    from sarai.minerals.shocks.applied import applied

    alone = _named(shocks, data.year) & set(production)
    known = clearing.parameters(data.material, reserve_days=reserve_days)
    market = clearing.market(data.flows, production, clearing.typical(known), alone=alone, most=MOST_ALONE)
    shock = applied(shocks, market, data.year, MONTHS, closing=closing, dearer=dearer)
    found = clearing.cleared(market, shock, MONTHS)
    span = clearing.intervals(market, shock, known, np.random.default_rng(seed), draws=DRAWS)
    missed = found.consumption_lost[:YEAR].sum(axis=0)
    ranked = sorted(range(len(missed)), key=lambda at: (-missed[at], market.countries[at]))
    return tuple(_price(found, span, at) for at in ranked[:TOLD] if missed[at] > LEAST * missed.max())


def _named(shocks: Sequence[Measure], year: int) -> set[str]:
    """Countries that shocks name, and members of groups: folded into the rest, they would not be hit."""
    said = {each for shock in shocks for each in (shock.exporter, shock.importer)}
    groups = [members(each, date(year, 12, 31)) for each in sorted(said & set(GROUPS))]
    return said.union(*groups)


def _price(found: Cleared, span: Intervals, at: int) -> Price:
    """What is said of a country, by its place."""
    year = slice(0, YEAR)
    prices, low, high = found.prices[year, at], span.prices[0, year, at], span.prices[2, year, at]
    country = found.market.countries[at]
    return Price(
        country=country, highest=float(prices.max()), highest_p10=float(low.max()),
        highest_p90=float(high.max()), highest_month=int(prices.argmax()) + 1, after=float(prices[-1]),
        missed=float(found.consumption_lost[year, at].sum()), runs_out_month=found.runs_out(country),
        months=tuple(_months(found, span, at)),
    )  # fmt: skip


def _months(found: Cleared, span: Intervals, at: int) -> Iterator[PriceMonth]:
    for month in range(len(found.prices)):
        yield PriceMonth(
            month=month + 1, price=float(found.prices[month, at]), p10=float(span.prices[0, month, at]),
            p90=float(span.prices[2, month, at]), missed=float(found.consumption_lost[month, at]),
            stock=float(found.stocks[month, at]),
        )  # fmt: skip
