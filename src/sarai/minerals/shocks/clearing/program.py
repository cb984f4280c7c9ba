r"""The equilibrium as a convex programme in prices: the dual of Samuelson's (1952) greatest surplus.

Takayama and Judge (1971) maximise the areas under demand less those under supply and what transport costs,
over quantities. Its dual has far fewer unknowns, a price :math:`p_{tc}` for each month and country and a rent
:math:`\mu_c \ge 0` of each country's stock:

.. math:: \min_{p, \mu \ge 0} \sum_t \beta^t \Big[\sum_c D_c(p_{tc}) + S_c(p_{tc}) + R_c(p_{tc} - 1 - \mu_c
          \beta^{-t}) + \sum_{ij} L_{ij}(p_{tj} - p_{ti} - k_{tij})\Big] + \sum_c \mu_c H_c

where D, S, R and L are the surpluses of users, producers, holders of stocks H and shippers (`curves`). By a
surplus's definition the derivative by :math:`p_{tc}` is what a country has less what it uses, and by
:math:`\mu_c` the stock not released: at the least value markets clear and no more is released than there is.
Curves of constant elasticity stay what they are; nothing is made piecewise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sarai.minerals.shocks.clearing import curves

if TYPE_CHECKING:
    from sarai.minerals.shocks.clearing.calibrating import Market
    from sarai.minerals.shocks.clearing.shock import Shock

__all__ = ["SPREAD", "Program", "Quantities", "answer", "between", "month", "program", "surpluses"]

SPREAD = 0.1
"""By how much the price must rise for holders to release what is used: not all part at one price. Assumed."""
DUST = 1e-10  # of the world's monthly use: less is no stock


class Program(NamedTuple):
    """T months, n countries, m links; quantities as shares of the world's monthly use.

    By month as a column (T, 1): `demand_e`, `supply_e`, `spare`, `discount`. By month and country (T, n):
    `made`; by country (n,): `used`, `stocks`, `per_gain`. By month and link (T, m): `per_gap`, `cost`, `cap`;
    by link (m,): `giver`, `taker`, `flows`.
    """

    made: np.ndarray
    used: np.ndarray
    stocks: np.ndarray
    per_gain: np.ndarray
    giver: np.ndarray
    taker: np.ndarray
    flows: np.ndarray
    per_gap: np.ndarray
    cost: np.ndarray
    cap: np.ndarray
    demand_e: np.ndarray
    supply_e: np.ndarray
    spare: np.ndarray
    discount: np.ndarray
    scale: float

    @property
    def shape(self) -> tuple[int, int]:
        """Months and countries."""
        return self.made.shape  # type: ignore[return-value]


class Quantities(NamedTuple):
    """What everyone does at given prices."""

    used: curves.Point
    made: curves.Point
    shipped: curves.Point
    released: curves.Point
    excess: np.ndarray
    """(T, n): what a country has less what it uses."""
    left: np.ndarray
    """(n,): of its stock, at the end."""


def program(market: Market, shock: Shock, interest_a_year: float) -> Program:
    """The programme of a market under a shock."""
    months = np.arange(shock.months)
    scale = float(market.consumption.sum()) or float(market.production.sum())
    elastic = market.elasticities
    column = {kind: elastic.at(kind, months)[:, None] for kind in ("supply", "demand", "trade", "spare")}
    pace = np.maximum(market.consumption, market.stocks / 12) / SPREAD
    return Program(
        made=market.production * (1 - shock.lost) / scale,
        used=market.consumption / scale,
        stocks=market.stocks / scale,
        per_gain=np.where(market.stocks > 0, pace, 0.0) / scale,
        giver=market.links[:, 0],
        taker=market.links[:, 1],
        flows=market.flows / scale,
        per_gap=column["trade"] * market.sizes / scale,
        cost=market.entry + shock.added,
        cap=shock.caps / scale,
        demand_e=column["demand"],
        supply_e=column["supply"],
        spare=column["spare"],
        discount=(1 + interest_a_year) ** (-months[:, None] / 12),
        scale=scale,
    )


def answer(of: Program, price: np.ndarray, rent: np.ndarray) -> Quantities:
    """What everyone does at prices and rents of the month (T, n)."""
    gap = price[:, of.taker] - price[:, of.giver] - of.cost
    used = curves.demand(price, of.used, of.demand_e)
    made = curves.supply(price, of.made, of.supply_e, of.spare)
    shipped = curves.shipped(gap, of.flows, of.per_gap, of.cap)
    released = curves.released(price - 1 - rent, of.per_gain)
    moved = between(of, shipped.quantity)
    excess = made.quantity + released.quantity - used.quantity + moved.sum(axis=1) - moved.sum(axis=2)
    return Quantities(used, made, shipped, released, excess, of.stocks - released.quantity.sum(axis=0))


def between(of: Program, by_link: np.ndarray) -> np.ndarray:
    """Figures of links (T, m) as matrices (T, n, n) from giver to taker."""
    months, countries = of.shape
    matrix = np.zeros((months, countries, countries))
    matrix[:, of.giver, of.taker] = by_link
    return matrix


def month(of: Program, at: int, stocks: np.ndarray) -> Program:
    """One month alone, with what is left of stocks; dust is none."""
    stocks = np.where(stocks > DUST, stocks, 0.0)
    only = {name: getattr(of, name)[at : at + 1] for name in BY_MONTH}
    return of._replace(
        **only, discount=np.ones((1, 1)), stocks=stocks, per_gain=np.where(stocks > 0, of.per_gain, 0.0)
    )


BY_MONTH = ("made", "per_gap", "cost", "cap", "demand_e", "supply_e", "spare")


def surpluses(found: Quantities) -> np.ndarray:
    """Everyone's surplus by month (T,), but for the rents of stocks."""
    each = (found.used, found.made, found.shipped, found.released)
    return sum(point.surplus.sum(axis=1) for point in each)  # type: ignore[return-value]
