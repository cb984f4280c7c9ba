"""A past shock by the cascade over the network of trade of the year before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.shocks.cascade import Market, Spread, cascade
from sarai.minerals.shocks.cases.forecast import Assumed, Bought, Figure, Said, figure, said
from sarai.minerals.shocks.cases.known import Case
from sarai.minerals.shocks.elasticities import parameters
from sarai.minerals.shocks.markets import Flows, market_of
from sarai.minerals.shocks.measures import Cut, cut, parse
from sarai.minerals.shocks.playing import by_month, doubt_of, drawn

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Played", "Shortage", "play"]

MOST_OTHERS = 5

Run = tuple[Market, Spread]


class Shortage(Struct, frozen=True, kw_only=True):
    """What an importer goes without.

    Attributes
    ----------
    missed : Figure
        Share of its consumption in the year.
    runs_out_days : float, optional
        When its stock ends; none if it lasts the year.
    """

    missed: Figure
    runs_out_days: float | None


class Played(Struct, frozen=True, kw_only=True):
    """What the cascade says of a case.

    Attributes
    ----------
    others : tuple of (str, float)
        Who misses most beside the importer, and which share of consumption.
    """

    said: Said
    shortage: Shortage
    others: tuple[tuple[str, float], ...]


def play(case: Case, flows: Flows, assumed: Assumed, made: dict[str, float] | None = None) -> Played:
    """Run a case.

    Draws of trade are not what was traded: what they say of a link is how far it changes, and that is told
    of the link as it was known.

    Parameters
    ----------
    made : dict, optional
        Production by country, where it is known.
    """
    stocks = parameters(case.material, reserve_days=assumed.reserve_days)["stocks"]
    market = market_of(flows, made, reserve_days=stocks.short[1])
    at = market.countries.index(case.importer)
    missing, random = _missing(case, market), _random(assumed)
    draws = [drawn(market, random, doubt_of(stocks)) for _ in range(assumed.draws)]
    runs = [(each, cascade(each, missing)) for each in (market, *draws)]
    known = market.trade[:, at]
    came = [_bought(market, known * _left(run, at)) for run in runs]
    return Played(
        said=said(case, "cascade", 1, _bought(market, known), came[0], came[1:]),
        shortage=_shortage(case, runs, at),
        others=_others(*runs[0], at),
    )


def _random(assumed: Assumed) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng(assumed.seed)


def _missing(case: Case, market: Market, month: int | None = None) -> Cut:
    return cut(parse(case.shock), market.countries, case.before, month=month)


def _left(run: Run, at: int) -> np.ndarray:
    """Of what each country sends the importer, the share that comes after the shock; growth is above 1."""
    import numpy as np

    before, after = run[0].trade[:, at], run[1].trade[:, at]
    return np.divide(after, before, out=np.zeros_like(before), where=before > 0)


def _bought(market: Market, amounts: np.ndarray) -> Bought:
    return {code: each for code, each in zip(market.countries, amounts.tolist(), strict=True) if each > 0}


def _shortage(case: Case, runs: Sequence[Run], at: int) -> Shortage:
    missed = [max(0.0, -float(spread.consumption[at] / market.supply[at])) for market, spread in runs]
    market = runs[0][0]
    months = by_month(market, lambda month: _missing(case, market, month))
    return Shortage(missed=figure(missed[0], missed[1:]), runs_out_days=months.runs_out(at))


def _others(market: Market, spread: Spread, importer: int) -> tuple[tuple[str, float], ...]:
    """Those that miss most, in amount, and which share of consumption that is."""
    supply = market.supply.tolist()
    lost = [
        (amount, at)
        for at, amount in enumerate(spread.consumption.tolist())
        if at != importer and amount < 0 and supply[at] > 0
    ]
    return tuple((market.countries[at], -amount / supply[at]) for amount, at in sorted(lost)[:MOST_OTHERS])
