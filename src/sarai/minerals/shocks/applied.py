"""Shocks in words (`measures`) as the arrays that a market of prices takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sarai.minerals.shocks.clearing.shock import Shock, calm
from sarai.minerals.shocks.measures import DAYS, Closing, Measure, cut

if TYPE_CHECKING:
    from sarai.minerals.shocks.clearing.calibrating import Market

__all__ = ["applied"]

YEAR = 12  # months that a measure tells apart


def applied(
    measures: Sequence[Measure], market: Market, year: int, months: int, *, closing: Closing | None = None
) -> Shock:
    """The shock that measures are to a market, by month.

    What is missing of a link is a cap on it, a share of its base flow; a link without base trade is shut by
    any cap. A measure of the whole year goes on after it, one of fewer days does not. Deliveries that a
    licence holds up are missing while it does; that they come later is not told.

    Parameters
    ----------
    year : int
        Whose members groups have.
    closing : callable, optional
        As `sarai.minerals.shocks.measures.cut` takes it.

    Raises
    ------
    BadSetting
        As `cut`, or the months are out of bounds.
    """
    import numpy as np

    shock = calm(market, months)
    caps, lost = shock.caps.copy(), shock.lost.copy()
    lasting = [each for each in measures if each.days == DAYS]
    for month in range(months):
        hold = measures if month < YEAR else lasting
        taken = cut(hold, market.countries, year, month=min(month + 1, YEAR), closing=closing)
        missing = taken.links[market.links[:, 0], market.links[:, 1]]
        caps[month] = np.where(missing > 0, (1 - missing) * market.flows, np.inf)
        lost[month] = taken.production
    return Shock(caps=caps, lost=lost, added=shock.added)
