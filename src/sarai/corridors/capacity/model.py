"""A problem as arrays: for each form of goods the steps, for each good what they cost, for each limit a row.

Goods of one form have the same steps; only what a unit weighs makes a difference, in dollars and in how much
of a limit a tonne takes. So a form has its graph once, however many goods there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from sarai.corridors.capacity.bounds import (
    ROOM_T_PER_TEU,
    Bound,
    bounds,
    capacities,
    carried,
    parts_of,
    per_tonne,
)
from sarai.corridors.capacity.problem import Key, Problem, places_of, tonnes
from sarai.corridors.graph import Graph
from sarai.corridors.steps import DELIVERED, DOOR
from sarai.corridors.tables import Good

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Carried", "Fleet", "Model", "Net", "model"]

GRAMS_PER_T = 1e6
WAGONS_ON = ("rail", "ferry")


class Net(Struct, frozen=True, dict=True):
    """The steps of a form that can be of use to its demands.

    Attributes
    ----------
    steps : ndarray of int32, shape (steps,)
        Indices into the graph's steps; loading and delivering only where demands start and end.
    tail, head : ndarray of int32, shape (steps,)
        Indices of the graph's nodes.
    counts : csr_array, shape (steps, bounds)
        How often a step counts against a bound.
    held : ndarray of bool, shape (nodes,)
        Whether goods there are in what must come back empty: containers, or wagons.
    place : ndarray of int32, shape (nodes,)
        Index of the node's place among the network's.
    """

    graph: Graph
    steps: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    counts: csr_array
    held: np.ndarray
    place: np.ndarray

    @cached_property
    def fills(self) -> np.ndarray:
        """Whether a step takes an empty at its place, shape (steps,)."""
        return ~self.held[self.tail] & self.held[self.head]

    @cached_property
    def empties(self) -> np.ndarray:
        """Whether a step leaves an empty at its place, shape (steps,)."""
        return self.held[self.tail] & ~self.held[self.head]


class Fleet(Struct, frozen=True):
    """What goes back empty, and where it can go.

    Nodes are those of the graph, with the door and the delivered node of a place made one, its yard.

    Attributes
    ----------
    code : str
        ``containers``, or ``wagons:`` and the good.
    unit : str
        ``teu`` or ``train``.
    tail, head : ndarray of int32, shape (steps,)
    steps : ndarray of int32, shape (steps,)
        Indices into the graph's steps.
    cost : ndarray of float64, shape (steps,)
        US dollars for an empty unit.
    usd, co2e_g : ndarray of float64, shape (steps,)
        Of which tariffs; and grams, for an empty unit.
    takes : csr_array, shape (steps, bounds)
        Of each bound for an empty unit.
    yards : ndarray of int32, shape (places,)
        The node of the yard of a place; -1 where there is none.
    """

    code: str
    unit: str
    net: Net
    tail: np.ndarray
    head: np.ndarray
    steps: np.ndarray
    cost: np.ndarray
    usd: np.ndarray
    co2e_g: np.ndarray
    takes: csr_array
    yards: np.ndarray


class Carried(Struct, frozen=True, dict=True):
    """A good on the steps of its form.

    Attributes
    ----------
    cost : ndarray of float64, shape (steps,)
        US dollars for a tonne: tariffs, time, and what is charged for emissions and exposure.
    takes : ndarray of float64, shape (bounds,)
        Of each bound for a tonne that counts once.
    fleet : int
        Index of what it is carried in and must come back; -1 for none.
    per_unit : float
        Tonnes in a unit of the fleet.
    """

    good: Good
    net: Net
    usd: float
    cost: np.ndarray
    takes: np.ndarray
    fleet: int
    per_unit: float

    @cached_property
    def uses(self) -> csr_array:
        """Of each bound for a tonne, by step; shape (steps, bounds)."""
        return (self.net.counts * self.takes[None, :]).tocsr()

    def criteria(self, path: np.ndarray) -> np.ndarray:
        """Hours, US dollars, grams, squared hours and exposure of a tonne on a way, shape (5,)."""
        total = self.net.graph.weights[self.net.steps[path]].sum(axis=0)
        total[1] *= self.usd
        return total


class Model(Struct, frozen=True, dict=True):
    """A problem as arrays.

    Attributes
    ----------
    keys : tuple of Key
        Demands.
    goods : tuple of Carried
    row_of : ndarray of int32, shape (pairs,)
        The demand of a pair of places: one of its starts and one of its ends.
    good_of, origin, target : ndarray of int32, shape (pairs,)
        Index of the good, and of its graph's nodes; -1 where nothing of its form comes to the place.
    open_share : ndarray of float64, shape (bounds,)
        What makes a right-hand side of a capacity.
    limit_of : ndarray of int32, shape (bounds,)
        Index among `limits`.
    """

    problem: Problem
    keys: tuple[Key, ...]
    asked: np.ndarray
    goods: tuple[Carried, ...]
    fleets: tuple[Fleet, ...]
    row_of: np.ndarray
    good_of: np.ndarray
    origin: np.ndarray
    target: np.ndarray
    bounds: tuple[Bound, ...]
    limits: tuple[str, ...]
    capacity: np.ndarray
    open_share: np.ndarray
    limit_of: np.ndarray

    def rights(self, capacity: np.ndarray) -> np.ndarray:
        """Right-hand sides of the bounds, of a year's capacities by limit."""
        return capacity[self.limit_of] * self.open_share


def model(problem: Problem) -> Model:
    """The arrays of a problem; raises `NotInNetwork` for what the network does not have."""
    network = problem.network
    asked = tonnes(problem)
    keys = tuple(asked)
    rows = bounds(network, problem.month)
    limit = capacities(network)
    at = {code: index for index, code in enumerate(limit)}
    codes = list(dict.fromkeys(key[0] for key in keys))
    forms = dict.fromkeys(network.by_good[code].form for code in codes)
    nets = {form: _net(problem, form, [k for k in keys if _form(problem, k) == form], rows) for form in forms}
    fleets = _fleets(problem, codes, nets, rows)
    goods = [_carried(problem, network.by_good[code], nets, rows, list(fleets)) for code in codes]
    pairs = [
        (row, good, *ends)
        for row, key in enumerate(keys)
        for good in (codes.index(key[0]),)
        for ends in _ends(goods[good].net.graph, key)
    ]
    shares, of = [row.open_share for row in rows], [at[row.limit] for row in rows]
    return Model(
        problem, keys, np.array(list(asked.values()), float), tuple(goods), tuple(fleets.values()),
        *np.array(pairs, np.int32).reshape(-1, 4).T, tuple(rows), tuple(limit),
        np.array(list(limit.values()), float), np.array(shares, float), np.array(of, np.int32),
    )  # fmt: skip


def _form(problem: Problem, key: Key) -> str:
    return problem.network.by_good[key[0]].form


def _ends(made: Graph, key: Key) -> list[tuple[int, int]]:
    """Nodes of each start with each end."""
    return [
        (made.index.get((start, DOOR), -1), made.index.get((end, DELIVERED), -1))
        for start, end in product(places_of(key[1]), places_of(key[2]))
    ]


def _net(problem: Problem, form: str, keys: list[Key], rows: list[Bound]) -> Net:
    network = problem.network
    made = problem.steps(network, network.by_good[keys[0][0]], problem.month, problem.asked)
    starts, ends = ({place for key in keys for place in places_of(key[side])} for side in (1, 2))
    kept = [
        at
        for at, step in enumerate(made.steps)
        if (step.kind != "load" or step.place in starts) and (step.kind != "deliver" or step.place in ends)
    ]
    steps = np.array(kept, np.int32)
    places = {place.code: at for at, place in enumerate(network.places)}
    held = [_holds(problem, form, node.state) for node in made.nodes]
    return Net(
        made, steps, made.tail[steps], made.head[steps], counts(problem, made, steps, rows),
        np.array(held, bool), np.array([places[node.place] for node in made.nodes], np.int32),
    )  # fmt: skip


def _holds(problem: Problem, form: str, state: str) -> bool:
    """Whether what must come back is under the goods: containers always, wagons on rails and rail ferries."""
    if state in (DOOR, DELIVERED):
        return False
    return form == "container" or carried(problem.network, state).startswith(WAGONS_ON)


def counts(problem: Problem, made: Graph, steps: np.ndarray, rows: Iterable[Bound]) -> csr_array:
    """How often each step counts against each bound."""
    from scipy.sparse import coo_array

    on: dict[str, list[int]] = {}
    rows = list(rows)
    for at, row in enumerate(rows):
        for part in row.on:
            on.setdefault(part, []).append(at)
    found = [
        (number, row)
        for number, at in enumerate(steps)
        for part in parts_of(problem.network, made.steps[at], made.good)
        for row in on.get(part, ())
    ]
    where = np.array(found, np.int32).reshape(-1, 2).T
    return coo_array((np.ones(len(found)), tuple(where)), shape=(len(steps), len(rows))).tocsr()


def _carried(
    problem: Problem, good: Good, nets: Mapping[str, Net], rows: list[Bound], fleets: list[str]
) -> Carried:
    net, prices = nets[good.form], problem.prices
    usd = net.graph.good.t_per_unit / good.t_per_unit
    hours, dollars, grams, _, exposure = net.graph.weights[net.steps].T
    cost = (
        dollars * usd
        + hours * prices.of_goods.get(good.code, prices.usd_per_t_h)
        + grams / GRAMS_PER_T * prices.usd_per_t_co2e
        + exposure * prices.usd_per_exposure
    )
    takes = np.array([per_tonne(row.unit, good) for row in rows], float)
    fleet = _fleet_of(good)
    return Carried(
        good, net, usd, cost, takes, fleets.index(fleet) if fleet in fleets else -1,
        good.t_per_unit if good.form == "container" else good.t_per_train,
    )  # fmt: skip


# -- what goes back empty --------------------------------------------------------------------------


def _fleet_of(good: Good) -> str:
    """Containers serve all goods; wagons are made for one."""
    return "containers" if good.form == "container" else f"wagons:{good.code}"


def _fleets(
    problem: Problem, codes: list[str], nets: Mapping[str, Net], rows: list[Bound]
) -> dict[str, Fleet]:
    found: dict[str, Fleet] = {}
    if not problem.empties.returned:
        return found
    by_code: dict[str, list[Good]] = {}
    for code in codes:
        good = problem.network.by_good[code]
        if good.returns:
            by_code.setdefault(_fleet_of(good), []).append(good)
    return {code: _fleet(problem, code, goods, nets[goods[0].form], rows) for code, goods in by_code.items()}


def _fleet(problem: Problem, code: str, goods: list[Good], net: Net, rows: list[Bound]) -> Fleet:
    """Empties go where the goods are held; wagons come to a yard and leave it for nothing."""
    made, empties, boxes = net.graph, problem.empties, goods[0].form == "container"
    at_yard = np.array([step.kind in ("load", "deliver") for step in made.steps], bool)
    inside = (net.held[made.tail] & net.held[made.head]) | (
        at_yard & (net.held[made.tail] | net.held[made.head])
    )
    steps = np.flatnonzero(inside).astype(np.int32)
    paid = np.ones(len(steps)) if boxes else (~at_yard[steps]).astype(float)
    tare = empties.t_per_teu if boxes else goods[0].t_per_train * empties.wagon_share
    loaded = made.good.t_per_unit if boxes else goods[0].t_per_train
    if not boxes:
        loaded *= made.good.t_per_unit / goods[0].t_per_unit
    usd = made.weights[steps, 1] * loaded * empties.tariff_share * paid
    grams = made.weights[steps, 2] * tare * paid
    of_unit = np.array([_per_empty(row.unit, goods, tare) for row in rows], float)
    takes = counts(problem, made, steps, rows) * paid[:, None] * of_unit[None, :]
    yards = _yards(made, net, len(problem.network.places))
    merged = np.arange(len(made.nodes), dtype=np.int32)
    ends = np.array([node.state in (DOOR, DELIVERED) for node in made.nodes], bool)
    merged[ends] = yards[net.place[ends]]
    return Fleet(
        code, "teu" if boxes else "train", net, merged[made.tail[steps]], merged[made.head[steps]], steps,
        usd + grams / GRAMS_PER_T * problem.prices.usd_per_t_co2e, usd, grams, takes.tocsr(), yards,
    )  # fmt: skip


def _yards(made: Graph, net: Net, places: int) -> np.ndarray:
    yards = np.full(places, -1, np.int32)
    for at, node in enumerate(made.nodes):
        if node.state == DOOR:
            yards[net.place[at]] = at
    return yards


def _per_empty(unit: str, goods: list[Good], tare: float) -> float:
    """How much of a unit an empty TEU, or an empty train, takes."""
    boxes = goods[0].form == "container"
    longest = max(good.t_per_train / good.t_per_unit for good in goods)
    return {
        "t": tare, "unit_t": tare,
        "teu": 1.0 if boxes else 0.0,
        "train": 1 / longest if boxes else 1.0,
        "slot": 1.0 if boxes else tare / ROOM_T_PER_TEU,
        "unit": 1.0 if boxes else tare,
    }[unit]  # fmt: skip
