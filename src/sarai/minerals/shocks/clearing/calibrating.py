"""A market in its base year, told so that the base is an equilibrium: the calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods.errors import BadSetting

if TYPE_CHECKING:
    import numpy as np

    from sarai.minerals.shocks.elasticities import Elasticities

__all__ = ["MOST", "REST", "Market", "market"]

REST = "ZZ"  # every country too small to stand alone; ISO 3166-1 leaves the code to its users
MOST = 60
"""Countries that stand alone: the programme grows with the square of them, and the rest trades little."""
FRESH = 0.2
"""Of what one would ship by the sizes of both ends, how much a link without trade stands for. Assumed."""
ENTRY = 0.1
"""Of the base price: what a new link costs beyond an old one (contracts, trials of quality). Assumed."""
MONTH_DAYS = 365 / 12
SMALLEST = 1e-4  # of the world's use: a new link that stands for less is left out

Flows = Mapping[tuple[str, str], float]


class Market(Struct, frozen=True, kw_only=True):
    """One material in one year, by month, for n countries and m links. Prices are 1 everywhere.

    Attributes
    ----------
    countries : tuple of str
        Sorted.
    production, consumption : ndarray (n,)
        Tonnes a month.
    stocks : ndarray (n,)
        Tonnes.
    links : ndarray (m, 2)
        Exporter and importer, as places in `countries`.
    flows : ndarray (m,)
        Tonnes a month; 0 on a link that could open.
    sizes : ndarray (m,)
        What the elasticity of trade is taken of: the flow, or what a new link stands for.
    entry : ndarray (m,)
        Cost before anything flows, as a share of the base price.
    elasticities : Elasticities
    unrecorded : dict
        Tonnes a month that a country ships beyond what it makes and imports; taken as made there.
    stated : ndarray (n,) of bool
        Whose stocks were given; the others' are days of consumption.
    """

    countries: tuple[str, ...]
    production: np.ndarray
    consumption: np.ndarray
    stocks: np.ndarray
    links: np.ndarray
    flows: np.ndarray
    sizes: np.ndarray
    entry: np.ndarray
    elasticities: Elasticities
    unrecorded: dict[str, float]
    stated: np.ndarray

    def at(self, country: str) -> int:
        """A country's place; small ones are at `REST`."""
        if country not in self.countries:
            raise BadSetting(
                f"{country!r} does not stand alone on this market; it has {', '.join(self.countries)}; "
                f"name it in `alone`"
            )
        return self.countries.index(country)


def market(
    trade: Flows,
    production: Mapping[str, float],
    elasticities: Elasticities,
    stocks: Mapping[str, float] | None = None,
    *,
    alone: Iterable[str] = (),
    most: int = MOST,
) -> Market:
    """Calibrate a market to a year.

    Consumption is what is left, production + imports - exports; where that is negative, production is
    raised to none left and `unrecorded` says so. A link ships its base flow where its ends' prices differ as
    they did, and by the elasticity of trade more where the gap widens: the quadratic cost of positive
    mathematical programming (Howitt 1995), so that the base year comes back exactly.

    Parameters
    ----------
    trade : mapping
        Tonnes a year from an exporter to an importer, by their codes.
    production : mapping
        Tonnes a year by country, of the same content as the trade.
    stocks : mapping, optional
        Tonnes at the beginning, by country; others hold `elasticities.stock_days` of consumption.
    alone : iterable of str
        Countries that are not folded into `REST`, whatever their size.
    most : int
        How many stand alone, at most, beside those.

    Raises
    ------
    BadSetting
        A figure is negative or no number, or nothing is made or traded.
    """
    import numpy as np

    given = dict(stocks or {})
    _check(trade, production, given)
    kept = _largest(trade, production, set(alone) | set(given), most)
    countries, flows = _matrix(trade, kept)
    place = {code: number for number, code in enumerate(countries)}
    made = np.zeros(len(countries))
    for code, amount in sorted(production.items()):
        made[place.get(code, place.get(REST, -1))] += amount / 12
    used = made + flows.sum(axis=0) - flows.sum(axis=1)
    dust = 1e-12 * (made.sum() + flows.sum())
    missing = np.where(used < -dust, -used, 0.0)
    made, used = made + np.maximum(-used, 0.0), np.maximum(used, 0.0)
    held = used * elasticities.stock_days / MONTH_DAYS
    for code, amount in given.items():
        held[place[code]] = amount
    ends, base, sizes = _links(flows, made, used)
    return Market(
        countries=countries, production=made, consumption=used, stocks=held,
        links=ends, flows=base, sizes=sizes, entry=np.where(base > 0, 0.0, ENTRY), elasticities=elasticities,
        unrecorded={countries[at]: float(missing[at]) for at in np.flatnonzero(missing)},
        stated=np.array([code in given for code in countries]),
    )  # fmt: skip


def _check(trade: Flows, production: Mapping[str, float], stocks: Mapping[str, float]) -> None:
    named = {"trade": trade, "production": production, "stocks": stocks}
    for what, figures in named.items():
        for of, amount in figures.items():
            if not 0 <= amount < float("inf"):
                said = ">".join(of) if isinstance(of, tuple) else of
                raise BadSetting(f"{what} of {said} is {amount}; give tonnes, 0 or more")
    if sum(trade.values()) + sum(production.values()) <= 0:
        raise BadSetting("a market in which nothing is made or traded; take another year or material")


def _largest(trade: Flows, production: Mapping[str, float], alone: set[str], most: int) -> tuple[str, ...]:
    """The countries that stand alone, and `REST` if there are others."""
    sizes = dict.fromkeys((*production, *(code for pair in trade for code in pair), *alone), 0.0)
    for code, amount in production.items():
        sizes[code] += amount
    for (giver, taker), amount in trade.items():
        sizes[giver] += amount
        sizes[taker] += amount
    ranked = sorted(sizes, key=lambda code: (-sizes[code], code))
    kept = set(ranked[:most]) | alone
    return tuple(sorted(kept | ({REST} if len(kept) < len(sizes) else set())))


def _matrix(trade: Flows, countries: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """Tonnes a month from row to column; what goes within the rest, or within a country, is no trade."""
    import numpy as np

    place = {code: number for number, code in enumerate(countries)}
    flows = np.zeros((len(countries),) * 2)
    for (giver, taker), amount in sorted(trade.items()):
        flows[place.get(giver, place.get(REST, -1)), place.get(taker, place.get(REST, -1))] += amount / 12
    np.fill_diagonal(flows, 0.0)
    return countries, flows


def _links(
    flows: np.ndarray, made: np.ndarray, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Links that trade, and those that could: their ends, flows and sizes."""
    import numpy as np

    world = max(made.sum(), 1e-300)
    could = FRESH * np.outer(made, used) / world
    np.fill_diagonal(could, 0.0)
    sizes = np.where(flows > 0, flows, np.where(could > SMALLEST * world, could, 0.0))
    ends = np.argwhere(sizes > 0)
    return ends, flows[ends[:, 0], ends[:, 1]], sizes[ends[:, 0], ends[:, 1]]
