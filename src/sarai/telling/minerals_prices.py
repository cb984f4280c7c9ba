"""A shock by the price model, told beside the cascade: who pays how much, and who goes without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.shocks import Measure
from sarai.minerals.shocks.markets import Known
from sarai.minerals.shocks.measures import GROUPS
from sarai.reference.countries import members

if TYPE_CHECKING:
    from sarai.minerals.shocks.clearing import Cleared, Intervals
    from sarai.minerals.shocks.measures import Closing

__all__ = ["Price", "prices"]

LEAST = 1e-6  # of the largest loss
MONTHS = 12
TOLD = 8
MOST_ALONE = 30  # countries that stand alone, beside those of the shock
DRAWS = 10  # each clears a market


class Price(Struct, frozen=True, kw_only=True):
    """What the price model says of a country.

    Attributes
    ----------
    highest, highest_p10, highest_p90 : float
        Times the price before; of the interval, over draws of elasticities and stocks.
    highest_month : int
    after : float
        In the last month, times the price before.
    missed : float
        What consumption misses in the year; the market's unit.
    runs_out_month : int, optional
    """

    country: str
    highest: float
    highest_p10: float
    highest_p90: float
    highest_month: int
    after: float
    missed: float
    runs_out_month: int | None


def prices(
    data: Known,
    production: Mapping[str, float],
    shocks: Sequence[Measure],
    *,
    seed: int,
    closing: Closing | None = None,
) -> tuple[Price, ...]:
    """What a shock does to prices in a year, by country, who misses most first.

    Parameters
    ----------
    production : mapping
        By country, as the cascade takes it; the market's unit.
    closing : callable, optional
        What a closed corridor keeps back.
    """
    import numpy as np

    from sarai.minerals.shocks import clearing
    from sarai.minerals.shocks.applied import applied

    alone = _named(shocks, data.year) & set(production)
    known = clearing.parameters(data.material)
    market = clearing.market(data.flows, production, clearing.typical(known), alone=alone, most=MOST_ALONE)
    shock = applied(shocks, market, data.year, MONTHS, closing=closing)
    found = clearing.cleared(market, shock, MONTHS)
    span = clearing.intervals(market, shock, known, np.random.default_rng(seed), draws=DRAWS)
    missed = found.consumption_lost.sum(axis=0)
    ranked = sorted(range(len(missed)), key=lambda at: (-missed[at], market.countries[at]))
    return tuple(_price(found, span, at) for at in ranked[:TOLD] if missed[at] > LEAST * missed.max())


def _named(shocks: Sequence[Measure], year: int) -> set[str]:
    """Countries that shocks name, and members of groups: folded into the rest, they would not be hit."""
    said = {each for shock in shocks for each in (shock.exporter, shock.importer)}
    groups = [members(each, date(year, 12, 31)) for each in sorted(said & set(GROUPS))]
    return said.union(*groups)


def _price(found: Cleared, span: Intervals, at: int) -> Price:
    """What is said of a country, by its place."""
    prices, low, high = found.prices[:, at], span.prices[0, :, at], span.prices[2, :, at]
    country = found.market.countries[at]
    return Price(
        country=country, highest=float(prices.max()), highest_p10=float(low.max()),
        highest_p90=float(high.max()), highest_month=int(prices.argmax()) + 1, after=float(prices[-1]),
        missed=float(found.consumption_lost[:, at].sum()), runs_out_month=found.runs_out(country),
    )  # fmt: skip
