"""What a closed corridor keeps from coming: by the ways of the corridors' network between countries' ports.

A country stands for its first port in the network's tables, or, without one, its first place there. What
takes so many days longer than before comes so many days later, so that share of the year's flow comes in
the next one; what nothing leads to any more does not come. Flows of countries that the network does not
have are taken to go on, and these countries are named. Goods go the cheapest way, as chemicals in containers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np

    from sarai.corridors import Network
    from sarai.corridors.graph import Graph
    from sarai.corridors.routes.shortest import Search

__all__ = ["GOOD", "Closed", "closed", "ends"]

GOOD = "chemicals"
YEAR_H = 8760.0
LOADED = ("port", "terminal", "station")  # the first of these that a country has


class Closed(Struct, frozen=True):
    """What a closure does to the flows of n countries.

    Attributes
    ----------
    late : ndarray (n, n)
        Share of a year's flow that does not come within the year; 1 where nothing leads there.
    added_h, added_usd : ndarray (n, n)
        Hours and US dollars a tonne that the cheapest way takes more; ``inf`` where there is none any more.
    outside : tuple of str
        Countries that the network does not have.
    """

    late: np.ndarray
    added_h: np.ndarray
    added_usd: np.ndarray
    outside: tuple[str, ...]

    def dearer(self, usd_per_t: float) -> np.ndarray:
        """What each link costs more, as a share of the price; nothing where nothing can go (n, n)."""
        import numpy as np

        return np.where(np.isfinite(self.added_usd), np.maximum(self.added_usd, 0.0), 0.0) / usd_per_t


def closed(network: Network, what: str, countries: Sequence[str]) -> Closed:
    """What is late once a part of the network is closed, as ``place:SUEZ``.

    Raises
    ------
    NotInNetwork
        The selector names nothing.
    """
    import numpy as np

    from sarai.corridors.changes import apply, parse

    at = ends(network, countries)
    after = apply(network, parse(f"close {what}"))
    before, after = (_ways(each, at, countries) for each in (network, after))
    with np.errstate(invalid="ignore"):
        added = np.where(np.isfinite(before), after - before, 0.0)
    late = np.where(np.isfinite(added[0]), np.maximum(added[0], 0.0) / YEAR_H, 1.0)
    return Closed(np.minimum(late, 1.0), *added, tuple(code for code in countries if code not in at))


def ends(network: Network, countries: Iterable[str]) -> Mapping[str, str]:
    """By country, the place that stands for it; a country without one is left out."""
    found: dict[str, str] = {}
    for kind in (*LOADED, ""):
        for each in network.places:
            if each.country in countries and (not kind or each.kind == kind):
                found.setdefault(each.country, each.code)
    return found


def _ways(network: Network, at: Mapping[str, str], countries: Sequence[str]) -> np.ndarray:
    """Hours and dollars (2, n, n) of the cheapest way between each two countries; ``inf`` without one."""
    import numpy as np

    from sarai.corridors.graph import graph

    made = graph(network, network.good(GOOD))
    found = np.full((2, len(countries), len(countries)), np.inf)
    for to, taker in enumerate(countries):
        if taker in at:
            left = _left(made, at[taker])
            for start, giver in enumerate(countries):
                found[:, start, to] = left.get(at.get(giver, ""), (np.inf, np.inf))
    return found


def _left(made: Graph, end: str) -> Mapping[str, tuple[float, float]]:
    """By place, hours and dollars of the cheapest way from its door to delivery at an end."""
    from sarai.corridors.routes import Weighing
    from sarai.corridors.routes.shortest import Search
    from sarai.corridors.steps import DELIVERED, DOOR

    last = made.index.get((end, DELIVERED))
    if last is None:
        return {}
    costs = Weighing.alone("usd").costs(made.weights)
    search = Search(made.tail, made.head, costs, len(made.nodes), last)
    doors = [(node.place, number) for number, node in enumerate(made.nodes) if node.state == DOOR]
    return {place: (_along(made, search, number, last), search.left[number])
            for place, number in doors if search.left[number] < float("inf")}  # fmt: skip


def _along(made: Graph, search: Search, node: int, last: int) -> float:
    """Hours of the way from a node."""
    hours = 0.0
    while node != last:
        hours += float(made.weights[search.edge[node], 0])
        node = search.next[node]
    return hours
