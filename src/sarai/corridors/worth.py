"""What an hour of a tonne is worth, where nobody says: the capital in it, and what delay costs beside."""

from __future__ import annotations

from msgspec import Struct

from sarai.corridors.network import Network
from sarai.corridors.tables import Good

__all__ = ["CAPITAL_A_YEAR", "DELAY_USD_PER_T_H", "HOUR_USD_PER_T", "Worth", "of_goods", "worth_of"]

HOUR_USD_PER_T = 0.2
"""Of a tonne of goods that are not told apart: 20 US dollars for a way of 100 hours. Assumed."""

CAPITAL_A_YEAR = 0.10
"""What capital costs a year, assumed: between a bank's rate and what traders expect of their money."""
DELAY_USD_PER_T_H = {"container": 0.10, "bulk": 0.01, "liquid": 0.01, "gas": 0.01}
"""Stocks held, seasons missed: assumed, by form; studies disagree by a factor of ten."""
HOURS_A_YEAR = 8760.0


class Worth(Struct, frozen=True, kw_only=True):
    """What an hour of a tonne is worth, and why.

    Attributes
    ----------
    usd_per_t_h : float
    words : str
        From what.
    """

    usd_per_t_h: float
    words: str


def worth_of(good: Good, said: float | None = None) -> Worth:
    """The worth of an hour of a tonne of a good, as said or by its value.

    >>> good = Good(code="grain", name="grain", form="bulk", usd_per_t=240, source="s")
    >>> round(worth_of(good).usd_per_t_h, 4)
    0.0127
    """
    if said is not None:
        return Worth(usd_per_t_h=said, words=f"An hour of a tonne is worth USD {said:.3g}, as asked.")
    delay = DELAY_USD_PER_T_H.get(good.form, 0.0)
    worth = good.usd_per_t * CAPITAL_A_YEAR / HOURS_A_YEAR + delay
    words = (
        f"An hour of a tonne is worth USD {worth:.3g}: the capital in it, USD {good.usd_per_t:,.0f} a tonne "
        f"({good.source}), at {CAPITAL_A_YEAR:.0%} a year, and USD {delay:g} for delay (assumed)."
    )
    return Worth(usd_per_t_h=worth, words=words)


def of_goods(network: Network) -> dict[str, float]:
    """The worth of an hour of a tonne by the code of a good."""
    return {good.code: worth_of(good).usd_per_t_h for good in network.goods}
