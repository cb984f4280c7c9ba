r"""How a shock spreads over a trade network, by Marchand et al. 2016 (doi:10.1088/1748-9326/11/9/095009).

A country's supply is what it makes and imports less what it exports, :math:`S = P + I - E`. What it loses
of that is borne in an order: by its reserves; by a share of consumption; by trade, fewer exports and more
imports, each link in proportion to what goes there, until they are used up; what is still left, by
consumption. What one country changes of its trade is the next round's shock of its partners. A country whose
reserves are empty exports no more than before. So no loss vanishes: over all countries, reserves and
consumption change by just the first shock.

Beyond the paper: links that are embargoed cannot grow; what an exporter keeps back lies with it as a
reserve; the share that consumption bears at once is never more than is consumed; and after the last round,
what is left is borne where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods import BadSetting

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.measures import Cut

__all__ = ["NEGLIGIBLE", "ROUNDS", "Market", "Spread", "cascade"]

ROUNDS = 200
NEGLIGIBLE = 1e-5
"""A shock below this share of supply is not passed on; as in the paper's code."""

DUST = 1e-12
"""Nor one below this share of all trade: of a hub that consumes nothing, no share of supply is small."""


class Market(Struct, frozen=True):
    """A good's production and trade in a year, in any one unit.

    Attributes
    ----------
    countries : tuple of str
    trade : ndarray (n, n)
        From the exporter's row to the importer's column; no country trades with itself.
    production, reserves : ndarray (n,)
    absorbed : ndarray (n,)
        Of a shock that reserves do not cover, the share that consumption bears before trade; [0, 1].
    """

    countries: tuple[str, ...]
    trade: np.ndarray
    production: np.ndarray
    reserves: np.ndarray
    absorbed: np.ndarray

    @property
    def supply(self) -> np.ndarray:
        """What is there to consume in each country: production and imports less exports."""
        return self.production + self.trade.sum(axis=0) - self.trade.sum(axis=1)


class Spread(Struct, frozen=True):
    """What became of a shock; losses are negative.

    Attributes
    ----------
    first : ndarray (n,)
        What each country lost at first.
    reserves, consumption : ndarray (n,)
        By how much each changed; together they sum to the first shock.
    trade : ndarray (n, n)
        What goes on each link after it.
    held : ndarray (n,)
        What exporters kept back by the shock, of which reserves above already count what was used.
    rounds : int
    settled : bool
        Whether nothing was left to pass on before the last round.
    """

    first: np.ndarray
    reserves: np.ndarray
    consumption: np.ndarray
    trade: np.ndarray
    held: np.ndarray
    rounds: int
    settled: bool

    @property
    def unaccounted(self) -> float:
        """By how much the conservation law is missed; rounding alone."""
        return float(self.reserves.sum() + self.consumption.sum() - self.first.sum())


def cascade(market: Market, cut: Cut, *, rounds: int = ROUNDS, negligible: float = NEGLIGIBLE) -> Spread:
    """Spread a shock over a market until nothing is left of it.

    Parameters
    ----------
    cut : Cut
        What is missing of each link and production.
    rounds : int
        In the last of them nothing is passed on.
    negligible : float
        Shocks below this share of supply are borne at home.

    Raises
    ------
    BadSetting
        An array has another shape, or a value that is negative or not finite.
    """
    import numpy as np

    _check(market)
    lost = market.trade * cut.links
    held = lost.sum(axis=1)
    first = -(lost.sum(axis=0) + market.production * cut.production)
    state = _State(market.trade - lost, market.reserves + held, market.supply, cut.capped)
    used, borne, shock, at = np.zeros_like(first), np.zeros_like(first), first, 0
    while shock.any() and at < rounds:
        at += 1
        from_stock, eaten, shock = state.step(shock, market.absorbed, negligible, last=at == rounds)
        used, borne = used + from_stock, borne + eaten
    return Spread(first, used, borne, state.trade, held, at, at < rounds)


class _State:
    """A market between two rounds."""

    def __init__(self, trade: np.ndarray, reserves: np.ndarray, supply: np.ndarray, capped: np.ndarray):
        import numpy as np

        self.trade, self.reserves, self.supply = trade, reserves, supply
        self.grows = ~capped
        self.short = np.zeros(len(reserves), dtype=bool)

    def step(
        self, shock: np.ndarray, absorbed: np.ndarray, negligible: float, last: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """A round: what reserves and consumption bear of a shock, and the shock of the next round."""
        import numpy as np

        from_stock = np.maximum(shock, -self.reserves)
        left = shock - from_stock
        self.short |= left < 0
        eaten = np.maximum(absorbed * left, -np.maximum(self.supply, 0.0))
        left = left - eaten
        open_ = self.trade * (self.grows & ~self.short[:, None])
        volume = self.trade.sum(axis=1) + open_.sum(axis=0)
        least = np.maximum(negligible * self.supply, DUST * self.trade.sum())
        passes = (-left >= least) & (not last)
        passed = np.where(passes, np.maximum(left, -volume), 0.0)
        eaten = eaten + left - passed
        share = np.divide(passed, volume, out=np.zeros_like(passed), where=volume > 0)
        change = share[:, None] * self.trade - share[None, :] * open_
        self.trade = np.maximum(self.trade + change, 0.0)
        self.reserves = self.reserves + from_stock
        self.supply = self.supply + from_stock + eaten
        received = change.sum(axis=0) - change.sum(axis=1) + passed
        return from_stock, eaten, received


def _check(market: Market) -> None:
    import numpy as np

    many = len(market.countries)
    for name, shape in (("trade", (many, many)), ("production", (many,)), ("reserves", (many,)),
                        ("absorbed", (many,))):  # fmt: skip
        values = getattr(market, name)
        if values.shape != shape:
            raise BadSetting(f"{name} of a market of {many} countries has shape {values.shape}; give {shape}")
        if not np.isfinite(values).all() or (values < 0).any():
            raise BadSetting(f"{name} of a market has a value that is negative or not finite; leave it out")
    if market.absorbed.size and market.absorbed.max() > 1:
        raise BadSetting(f"absorbed is {market.absorbed.max():g}; it is a share, from 0 to 1")
    if np.trace(market.trade):
        raise BadSetting("a country of the market trades with itself; leave the diagonal at 0")
