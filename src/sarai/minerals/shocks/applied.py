"""Shocks in words (`measures`) as the arrays that a market of prices takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sarai.minerals.shocks.clearing.shock import Shock, calm
from sarai.minerals.shocks.measures import DAYS, Closing, Measure, cut

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.clearing.calibrating import Market

__all__ = ["Dearer", "applied"]

YEAR = 12  # months that a measure tells apart

Dearer = Callable[[str, Sequence[str]], "np.ndarray"]
"""Of a selector and countries: what each link (n, n) costs more while it is closed, of the base price."""


def applied(
    measures: Sequence[Measure],
    market: Market,
    year: int,
    months: int,
    *,
    closing: Closing | None = None,
    dearer: Dearer | None = None,
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
    dearer : callable, optional
        What the longer way round a closure costs; without it, nothing. Of two closures it adds up.

    Raises
    ------
    BadSetting
        As `cut`, or the months are out of bounds.
    """
    import numpy as np

    shock = calm(market, months)
    caps, lost, added = shock.caps.copy(), shock.lost.copy(), shock.added.copy()
    givers, takers = market.links.T
    for month in range(months):
        of, hold = min(month + 1, YEAR), _holding(measures, month)
        taken = cut(hold, market.countries, year, month=of, closing=closing)
        missing = taken.links[givers, takers]
        caps[month] = np.where(missing > 0, (1 - missing) * market.flows, np.inf)
        lost[month] = taken.production
        for each in hold if dearer else ():
            if each.verb == "close":
                costs = dearer(each.what, market.countries)
                added[month] += each.missing(of) * costs[givers, takers]
    return Shock(caps=caps, lost=lost, added=added)


def _holding(measures: Sequence[Measure], month: int) -> Sequence[Measure]:
    """Those that hold in a month, from 0: after the year, what lasted all of it."""
    return measures if month < YEAR else [each for each in measures if each.days == DAYS]
