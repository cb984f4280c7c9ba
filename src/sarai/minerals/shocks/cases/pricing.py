"""A past shock by the model of prices, on the trade of the year before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.shocks.cases.forecast import Assumed, Bought, Figure, Said, figure, said
from sarai.minerals.shocks.cases.known import Case
from sarai.minerals.shocks.elasticities import parameters, typical
from sarai.minerals.shocks.markets import Flows
from sarai.minerals.shocks.measures import parse

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.clearing import Cleared, Market

__all__ = ["YEARS", "Priced", "price"]

MOST_ALONE = 30  # countries that stand alone, beside those of the case; as `sarai minerals shock` has it
YEARS, YEAR = 2, 12


class Priced(Struct, frozen=True, kw_only=True):
    """What the model of prices says of a case.

    Attributes
    ----------
    said : tuple of Said
        By year after the shock began.
    prices : mapping
        By country: the mean of each of these years, times the price before.
    """

    said: tuple[Said, ...]
    prices: Mapping[str, tuple[Figure, ...]]


def price(case: Case, flows: Flows, assumed: Assumed) -> Priced:
    """Run a case for two years, by month."""
    import numpy as np

    from sarai.minerals.shocks import clearing
    from sarai.minerals.shocks.applied import applied

    known = parameters(case.material, reserve_days=assumed.reserve_days)
    traders = {code for pair in flows for code in pair}
    alone = {case.exporter, case.importer, *case.priced} & traders
    market = clearing.market(flows, {}, typical(known), alone=alone, most=MOST_ALONE)
    shock = applied(parse(case.shock), market, case.before, YEARS * YEAR)
    runs = [clearing.cleared(market, shock, YEARS * YEAR)]
    random = np.random.default_rng(assumed.seed)
    for each in clearing.drawings(market, shock, known, random, draws=assumed.draws):
        runs.append(each)
        assumed.seen()
    return Priced(
        said=tuple(_said(case, market, runs, year) for year in range(YEARS)),
        prices={code: _prices(market, runs, code) for code in case.priced if code in traders},
    )


def _said(case: Case, market: Market, runs: list[Cleared], year: int) -> Said:
    came = [_bought(case, market, run.flows[year * YEAR : (year + 1) * YEAR].sum(axis=0)) for run in runs]
    before = _bought(case, market, market.flows * YEAR)
    return said(case, "prices", year + 1, before, came[0], came[1:])


def _bought(case: Case, market: Market, flows: np.ndarray) -> Bought:
    """What the importer buys of each, from what goes on links."""
    to = market.links[:, 1] == market.at(case.importer)
    givers = (market.countries[at] for at in market.links[to, 0].tolist())
    return {giver: amount for giver, amount in zip(givers, flows[to].tolist(), strict=True) if amount > 0}


def _prices(market: Market, runs: list[Cleared], country: str) -> tuple[Figure, ...]:
    at = market.at(country)
    means = [run.prices[:, at].reshape(YEARS, YEAR).mean(axis=1).tolist() for run in runs]
    return tuple(figure(means[0][year], [each[year] for each in means[1:]]) for year in range(YEARS))
