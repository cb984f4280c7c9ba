r"""Which ways would help: shortest ways at the master's prices, searched towards their ends.

A demand's way helps if it costs less than another tonne of the demand at the prices :math:`\pi` of bounds and
:math:`\mu` of empties. Values of empties at yards are first made metric,
:math:`\mu'_q = \min_p \mu_p + d(p, q)`, by one search from all yards together. With them no way of empties
can help, no cycle of filling and emptying gains, and what the prices say is a lower bound for the whole
problem (Lagrange), in each round.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sarai.corridors.capacity.columns import Column, empties_column, way_column
from sarai.corridors.capacity.master import Duals
from sarai.corridors.capacity.model import Fleet, Model
from sarai.corridors.capacity.paths import FAR, Goals, Ways

__all__ = ["Priced", "Pricing"]

HELPS_USD = 1e-7  # for a tonne or an empty unit; less is rounding


class Priced(NamedTuple):
    """Columns that help, and what the prices prove.

    Attributes
    ----------
    least : ndarray, shape (demands,)
        No way of a demand costs less at these prices, nor does leaving it where it is.
    """

    columns: list[Column]
    least: np.ndarray


class Pricing:
    """Searches of one model; what does not hang on prices is kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        ways: dict[int, Ways] = {}
        for good in model.goods:
            if id(good.net) not in ways:
                ways[id(good.net)] = Ways(good.net.tail, good.net.head)
        self._inner = [good.fleet >= 0 and good.good.form != "container" for good in model.goods]
        self._goals = [Goals(ways[id(good.net)], self._least(at)) for at, good in enumerate(model.goods)]
        self.yards = [Yards(model, at) for at in range(len(model.fleets))]

    def __call__(self, duals: Duals) -> Priced:
        """Ways that help at these prices."""
        columns: list[Column] = []
        values = []
        for yards, value in zip(self.yards, duals.yards, strict=True):
            worth, new = yards.priced(value, duals.bound)
            values.append(worth)
            columns += new
        least, row_of = duals.demand.copy(), self.model.row_of
        for good, goals in enumerate(self._goals):
            costs = self._costs(good, duals, values)
            entries = goals.ways.entries(costs)
            for pair in np.flatnonzero(self.model.good_of == good).tolist():
                swap = self._swap(pair, values)
                ends = goals.ways.at(self.model.origin[pair]), goals.ways.at(self.model.target[pair])
                room = duals.demand[row_of[pair]] - swap
                found, path = goals.best(entries, costs, *ends, room)
                least[row_of[pair]] = min(least[row_of[pair]], found + swap)
                if path is not None and found < room - HELPS_USD:
                    columns.append(way_column(self.model, pair, path))
        return Priced(columns, least)

    def _costs(self, at: int, duals: Duals, values: list[np.ndarray]) -> np.ndarray:
        """What each step costs a tonne at these prices.

        Where wagons are filled and emptied on the way, their values are spread over the steps as potentials,
        so that none is negative.
        """
        good = self.model.goods[at]
        costs = good.cost + good.net.counts @ (good.takes * duals.bound)
        if not self._inner[at]:
            return costs
        value, net = values[good.fleet], good.net
        worth = np.where(net.held, value, value[self.model.fleets[good.fleet].yards[net.place]])
        touched = net.held[net.tail] | net.held[net.head]
        costs += np.where(touched, worth[net.tail] - worth[net.head], 0.0) / good.per_unit
        return np.maximum(costs, self._least(at))

    def _least(self, at: int) -> np.ndarray:
        """What each step costs at least, whatever the prices: wagons pay back what they would pay empty."""
        good = self.model.goods[at]
        if not self._inner[at]:
            return good.cost
        fleet = self.model.fleets[good.fleet]
        empty = np.zeros(len(good.net.graph.steps))
        empty[fleet.steps] = fleet.cost
        both = good.net.held[good.net.tail] & good.net.held[good.net.head]
        return np.maximum(good.cost - np.where(both, empty[good.net.steps], 0.0) / good.per_unit, 0.0)

    def _swap(self, pair: int, values: list[np.ndarray]) -> float:
        """What a tonne pays for the container that it fills at its start, less what it leaves at its end."""
        at = int(self.model.good_of[pair])
        good = self.model.goods[at]
        if good.fleet < 0 or self._inner[at]:
            return 0.0
        ends = np.array([self.model.origin[pair], self.model.target[pair]])
        if ends.min() < 0:
            return 0.0
        start, end = values[good.fleet][self.model.fleets[good.fleet].yards[good.net.place[ends]]]
        return float(start - end) / good.per_unit

    def plain(self) -> np.ndarray:
        """What a tonne of each demand costs at least where there is room everywhere, shape (demands,)."""
        least = np.full(len(self.model.keys), np.inf)
        for pair, (row, good) in enumerate(zip(self.model.row_of, self.model.good_of, strict=True)):
            goals = self._goals[good]
            source, target = (goals.ways.at(ends[pair]) for ends in (self.model.origin, self.model.target))
            if source >= 0 and target >= 0:
                least[row] = min(least[row], goals.apart(target)[source])
        return least

    def returns(self, way: Column, bound: np.ndarray) -> list[Column]:
        """Ways of empties at prices of bounds, from where a way leaves them to where it took them."""
        if way.fleet < 0:
            return []
        net, yards = self.model.goods[self.model.good_of[way.pair]].net, self.yards[way.fleet]
        taken, left = (net.place[net.tail[way.path[at[way.path]]]] for at in (net.fills, net.empties))
        pairs = [each for each in zip(left.tolist(), taken.tolist(), strict=True) if each[0] != each[1]]
        return [back for each in pairs if (back := yards.between(*each, bound))]


class Yards:
    """Searches of one fleet; from all yards together by a node before them all that leads to each."""

    def __init__(self, model: Model, at: int) -> None:
        self.model, self.at = model, at
        self.fleet: Fleet = model.fleets[at]
        self._places = np.flatnonzero(self.fleet.yards >= 0)
        self._yards = self.fleet.yards[self._places]
        self._size = len(self.fleet.net.held)
        tail = np.concatenate([self.fleet.tail, np.full(len(self._yards), self._size)])
        head = np.concatenate([self.fleet.head, self._yards])
        self._all = Ways(tail, head)
        self._goals = Goals(Ways(self.fleet.tail, self.fleet.head), self.fleet.cost)
        self._last: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None  # prices, and costs at these

    def priced(self, values: np.ndarray, bound: np.ndarray) -> tuple[np.ndarray, list[Column]]:
        """What an empty is worth at each node at most, and the ways that help.

        Parameters
        ----------
        values : ndarray, shape (places,)
            At yards; NaN where there is no row yet.
        """
        value = values[self._places]
        known = ~np.isnan(value)
        if not known.any():
            return np.zeros(self._size), []
        least = value[known].min()
        start = np.where(known, value - least, 10 * FAR)
        costs = np.concatenate([self._costs(bound), start])
        source = self._all.at(self._size)
        found, before = self._all.search(self._all.entries(costs), source)
        worth = np.full(self._size + 1, np.inf)
        worth[self._all.nodes] = found
        worth = worth[:-1] + least
        helps = known & (worth[self._yards] < value - HELPS_USD)
        columns = [self._column(before, source, int(place), costs) for place in self._places[helps]]
        reached = worth < FAR
        return np.where(reached, worth, worth[reached].max()), columns

    def _costs(self, bound: np.ndarray) -> np.ndarray:
        return self.fleet.cost + self.fleet.takes @ bound

    def _column(self, before: np.ndarray, source: int, place: int, costs: np.ndarray) -> Column:
        path = self._all.steps(before, source, self._all.at(int(self.fleet.yards[place])), costs)
        start = int(self._places[path[0] - len(self.fleet.tail)])
        return empties_column(self.model, self.at, path[1:], start, place)

    def between(self, start: int, end: int, bound: np.ndarray) -> Column | None:
        """The best way from the yard of a place to another's at prices of bounds, if there is any."""
        ways = self._goals.ways
        if self._last is None or self._last[0] is not bound:
            costs = self._costs(bound)
            self._last = bound, costs, ways.entries(costs)
        _, costs, entries = self._last
        ends = (ways.at(int(self.fleet.yards[each])) for each in (start, end))
        _, path = self._goals.best(entries, costs, *ends, np.inf)
        return None if path is None else empties_column(self.model, self.at, path, start, end)
