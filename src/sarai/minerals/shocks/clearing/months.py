"""A market cleared: prices by country and month, what is lost, who supplies instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.shocks.clearing.calibrating import Market
from sarai.minerals.shocks.clearing.shock import Shock, calm, checked

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.clearing.program import Program, Quantities

__all__ = ["INTEREST_A_YEAR", "Cleared", "cleared"]

INTEREST_A_YEAR = 0.1
"""What holding stocks costs, and what a later month is worth less: a trader's capital. Assumed."""
GONE = 1e-6  # of the stock at the beginning: run out


class Cleared(Struct, frozen=True, kw_only=True):
    """A market under a shock, for T months, n countries and m links.

    Attributes
    ----------
    prices : ndarray (T, n)
        Relative to the base; 1 is no change.
    unsold : ndarray (T, n)
        Tonnes a month that nobody takes even for nothing, where a way out is shut but not those in.
    consumption, production, released : ndarray (T, n)
        Tonnes a month.
    stocks : ndarray (T, n)
        Tonnes left at the end of each month.
    flows : ndarray (T, m)
        Tonnes a month on `market.links`.
    rents : ndarray (T, n)
        What a tonne more of stock would be worth in a month, beyond the base price.
    users_lost, producers_won : ndarray (n,)
        Surplus over the months, discounted; tonnes at the base price.
    surplus_lost : float
        The world's: users, producers, shippers and holders of stocks together; the same unit.
    """

    market: Market
    shock: Shock
    prices: np.ndarray
    consumption: np.ndarray
    production: np.ndarray
    released: np.ndarray
    unsold: np.ndarray
    stocks: np.ndarray
    flows: np.ndarray
    rents: np.ndarray
    users_lost: np.ndarray
    producers_won: np.ndarray
    surplus_lost: float

    @property
    def consumption_lost(self) -> np.ndarray:
        """Tonnes a month less than in the base (T, n)."""
        return self.market.consumption - self.consumption

    def runs_out(self, country: str) -> int | None:
        """The month, from 1, in which a country's stock is used up; None if some is left at the end."""
        at = self.market.at(country)
        gone = self.stocks[:, at] <= GONE * self.market.stocks[at]
        return int(gone.argmax()) + 1 if self.market.stocks[at] > 0 and gone.any() else None

    def suppliers(self, country: str, month: int) -> dict[str, tuple[float, float]]:
        """Tonnes that come to a country in the base and in a month (from 1), by giver; itself too."""
        at = self.market.at(country)
        told = {country: (float(self.market.production[at]), float(self.production[month - 1, at]))}
        for link in (self.market.links[:, 1] == at).nonzero()[0].tolist():
            giver = self.market.countries[self.market.links[link, 0]]
            told[giver] = (float(self.market.flows[link]), float(self.flows[month - 1, link]))
        return dict(sorted(told.items(), key=lambda item: (-item[1][1], item[0])))


def cleared(
    market: Market,
    shock: Shock | None = None,
    months: int = 24,
    *,
    foresight: bool = False,
    interest_a_year: float = INTEREST_A_YEAR,
    start: Cleared | None = None,
) -> Cleared:
    """Clear a market month by month under a shock.

    Parameters
    ----------
    foresight : bool
        Holders of stocks know all months from the first day, and release where it is worth most; what they
        keep is worth the base price at the end. Otherwise they sell as each month's price comes: the two are
        the ends between which holders are.
    start : Cleared, optional
        Of a like market, to begin the search from; it changes the time alone.

    Raises
    ------
    BadSetting
        The shock does not fit the market.
    NotCleared
        No prices were found.
    """
    import numpy as np

    from sarai.minerals.shocks.clearing.program import answer, program
    from sarai.minerals.shocks.clearing.running import foreseen, month_by_month

    known = calm(market, months) if shock is None else checked(market, shock, months)
    of = program(market, known, interest_a_year)
    run = foreseen if foresight else month_by_month
    prices, rents = run(of, None if start is None else (start.prices, start.rents))
    before = program(market, calm(market, months), interest_a_year)
    base = answer(before, np.ones_like(prices), np.zeros_like(rents))
    return _told(market, known, of, base, prices, rents)


def _told(
    market: Market, shock: Shock, of: Program, base: Quantities, prices: np.ndarray, rents: np.ndarray
) -> Cleared:
    import numpy as np

    from sarai.minerals.shocks.clearing.curves import LOWEST
    from sarai.minerals.shocks.clearing.program import answer, surpluses

    found = answer(of, prices, rents)
    released = found.released.quantity
    gained = surpluses(found) + (rents * released).sum(axis=1) - surpluses(base)
    lost = of.discount * (base.used.surplus - found.used.surplus)
    won = of.discount * (found.made.surplus - base.made.surplus)
    return Cleared(
        market=market, shock=shock, prices=prices, consumption=found.used.quantity * of.scale,
        production=found.made.quantity * of.scale, released=released * of.scale,
        unsold=np.where(prices <= LOWEST, np.maximum(found.excess, 0.0), 0.0) * of.scale,
        stocks=np.maximum(market.stocks - released.cumsum(axis=0) * of.scale, 0.0),
        flows=found.shipped.quantity * of.scale, rents=rents,
        users_lost=lost.sum(axis=0) * of.scale, producers_won=won.sum(axis=0) * of.scale,
        surplus_lost=-float(of.discount[:, 0] @ gained) * of.scale,
    )  # fmt: skip
