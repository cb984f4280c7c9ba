"""Small problems of flow made up for tests, and the same problems written out again without the room's code.

`plain` builds the linear program from the graph of each good and the tables, step by step and demand by
demand, and solves it by clarabel, an interior-point solver.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import clarabel
import numpy as np
from hypothesis import assume
from msgspec.structs import replace
from scipy.sparse import coo_array

from corridors.made import random_network
from sarai.corridors.capacity import Problem
from sarai.corridors.graph import graph
from sarai.corridors.network import Network, carriage
from sarai.corridors.tables import Demand, Good, Limit

GOODS = [
    Good(
        code="boxes", name="Boxes", form="container", t_per_unit=10, t_per_train=900, returns=True, source="m"
    ),
    Good(code="toys", name="Toys", form="container", t_per_unit=6, t_per_train=540, returns=True, source="m"),
    Good(code="grain", name="Grain", form="bulk", t_per_train=2500, returns=True, source="m"),
    Good(code="ore", name="Ore", form="bulk", t_per_train=4000, source="m"),
]


def flows(seed: int, places: int = 8, legs: int = 14, demands: int = 5) -> Network:
    """A random network with limits of all kinds, and demands that do not all fit."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, places, legs)
    codes = [place.code for place in network.places]
    asked = [
        Demand(
            good=GOODS[int(rng.integers(len(GOODS)))].code, start=codes[a], end=codes[b],
            t=float(rng.integers(1, 100)) * 1000, source="m",
        )
        for a, b in (rng.choice(places, 2, replace=False).tolist() for _ in range(demands))
    ]  # fmt: skip
    services = [replace(each, units=float(rng.integers(5, 200))) for each in network.services]
    return network.with_rows(
        goods=GOODS, demands=asked, limits=_limits(rng, network, codes), services=services,
        handlings=[replace(each, per_day=float(rng.choice([0, 0, 100]))) for each in network.handlings],
    )  # fmt: skip


def _limits(rng: np.random.Generator, network: Network, codes: list[str]) -> list[Limit]:
    rows = []
    for at in range(10):
        leg = network.legs[int(rng.integers(len(network.legs)))]
        what = rng.choice([f"leg:{leg.code}", f"leg:{leg.code}>", f"leg:{leg.code}<"])
        unit = str(rng.choice(["t", "teu", "train"]))
        most = {"t": 60_000, "teu": 6_000, "train": 40}[unit]
        rows.append(
            Limit(code=f"on{at}", name="", on=str(what), capacity=float(rng.integers(1, most)), unit=unit,
                  source="m")
        )  # fmt: skip
    rows += [
        Limit(
            code=f"at{code}",
            name="",
            on=f"place:{code}",
            capacity=float(rng.integers(1, 150_000)),
            source="m",
        )
        for code in rng.choice(codes, 2, replace=False).tolist()
    ]
    both = f"leg:{network.legs[0].code} leg:{network.legs[1].code}"
    return [*rows, Limit(code="both", name="", on=both, capacity=50_000, source="m")]


class Plain(NamedTuple):
    """What the plain model found: US dollars, and tonnes that stay behind."""

    cost: float
    undelivered: float


class Rows:
    """Rows of a linear program, filled in by name."""

    def __init__(self) -> None:
        self.at: dict[Any, int] = {}
        self.entries: list[tuple[int, int, float]] = []
        self.right: dict[Any, float] = {}

    def add(self, row: Any, column: int, value: float) -> None:
        if value:
            self.entries.append((self.at.setdefault(row, len(self.at)), column, value))

    def matrix(self, columns: int) -> tuple[coo_array, np.ndarray]:
        rows, cols, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        right = np.zeros(len(self.at))
        for row, at in self.at.items():
            right[at] = self.right.get(row, 0.0)
        largest, least = np.zeros(len(self.at)), np.full(len(self.at), np.inf)
        np.maximum.at(largest, list(rows), np.abs(values))
        np.minimum.at(least, list(rows), np.abs(values))
        scale = 1 / np.sqrt(largest * least)  # interior points want rows of like size
        values = np.array(values) * scale[list(rows)]
        return coo_array((values, (rows, cols)), shape=(len(self.at), columns)), right * scale


def plain(problem: Problem) -> Plain:
    """The problem as a linear program of its own."""
    network, costs, kept, within = problem.network, [], Rows(), Rows()
    left = []
    for number, demand in enumerate(problem.demands):
        good = network.by_good[demand.good]
        made = graph(network, good, problem.month, problem.asked)
        left.append(len(costs))
        costs.append(problem.prices.undelivered_usd_per_t)
        kept.add(("door", number), left[-1], 1.0)
        kept.right["door", number] = demand.t
        ends = [(demand.start, "door"), (demand.end, "delivered")]
        hour = problem.prices.of_goods.get(good.code, problem.prices.usd_per_t_h)
        for step, tail, head in zip(made.steps, made.tail.tolist(), made.head.tolist(), strict=True):
            column = len(costs)
            took = step.criteria
            costs.append(
                took.usd + took.hours * hour + took.co2e_g * 1e-6 * problem.prices.usd_per_t_co2e
                + took.exposure * problem.prices.usd_per_exposure
            )  # fmt: skip
            if made.nodes[tail] == ends[0]:
                kept.add(("door", number), column, 1.0)
            else:
                kept.add((number, tail), column, -1.0)
            if made.nodes[head] != ends[1]:
                kept.add((number, head), column, 1.0)
            for row, takes in counted(problem, step, good, 1.0, loaded=True):
                within.add(row, column, takes)
            _exchanged(problem, kept, column, step, good)
    _empties(problem, costs, kept, within)
    capacity = rights(problem)
    within.right = {row: capacity[row] for row in within.at}
    cost, columns = solved(np.array(costs), kept, within)
    return Plain(cost, float(sum(columns[at] for at in left)))


def solved(costs: np.ndarray, kept: Rows, within: Rows) -> tuple[float, np.ndarray]:
    """By clarabel, with amounts and costs brought to about one."""
    equal, right = kept.matrix(len(costs))
    below, most = within.matrix(len(costs))
    size = len(costs)
    signs = coo_array((-np.ones(size), (np.arange(size), np.arange(size))), shape=(size, size))
    rows = [equal, below, signs]
    cut = np.cumsum([0, *(each.shape[0] for each in rows)])
    where = np.concatenate([each.row + first for each, first in zip(rows, cut[:-1], strict=True)])
    matrix = coo_array(
        (np.concatenate([each.data for each in rows]), (where, np.concatenate([each.col for each in rows]))),
        shape=(cut[-1], size),
    ).tocsc()
    cones = [clarabel.ZeroConeT(len(right)), clarabel.NonnegativeConeT(len(most) + size)]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_rel = settings.tol_gap_abs = settings.tol_feas = 1e-9
    nothing = coo_array((size, size)).tocsc()
    amount, price = max(right.max(initial=0.0), 1.0), max(costs.max(), 1.0)
    rightmost = np.concatenate([right, most, np.zeros(size)]) / amount
    found = clarabel.DefaultSolver(nothing, costs / price, matrix, rightmost, cones, settings).solve()
    assume(str(found.status) == "Solved")  # it gives up on one in a hundred
    columns = np.array(found.x) * amount
    return float(costs @ columns), columns


# -- limits ----------------------------------------------------------------------------------------


def rights(problem: Problem) -> dict[Any, float]:
    """By row: what is open of the limit, of a year or month."""
    network = problem.network
    months = range(1, 13) if problem.month is None else (problem.month,)
    part = 1.0 if problem.month is None else 1 / 12
    found: dict[Any, float] = {}

    def put(row: Any, capacity: float, on: list[str]) -> None:
        opened = [np.mean([1 - closed(network, each, month) for month in months]) for each in on]
        found[row] = capacity * part * max(opened, default=1.0)
        for each, share in zip(on, opened, strict=True):
            found[row, each] = capacity * part * share

    for limit in network.limits:
        put(limit.code, limit.capacity, [way for what in limit.on.split() for way in _ways(network, what)])
    for service in network.services:
        for leg in service.legs.split():
            for way in _ways(network, f"leg:{leg}"):
                put(("service", way), service.per_week * 52 * service.units, [way])
    for each in network.handlings:
        code = (each.place, each.start, each.end, each.form)
        put(code, each.per_day * 365, [f"place:{each.place}"])
    return found


def closed(network: Network, what: str, month: int) -> float:
    """Share of a month: the longest closing of a leg, its service and its ends."""
    shares = network.closed_share(month)
    kind, _, code = what.partition(":")
    if kind == "place":
        return shares.get(what, 0.0)
    leg = network.by_leg[code.rstrip("<>")]
    service = network.service_of.get(leg.code)
    names = [what, f"leg:{leg.code}", f"place:{leg.start}", f"place:{leg.end}"]
    return max(shares.get(each, 0.0) for each in [*names, f"service:{service.code if service else ''}"])


def _ways(network: Network, what: str) -> list[str]:
    if not what.startswith("leg:"):
        return [what]
    if what[-1] in "<>":
        return [what] if what[-1] == ">" or network.by_leg[what[4:-1]].both else []
    return [f"{what}>", f"{what}<"] if network.by_leg[what[4:]].both else [f"{what}>"]


def counted(problem: Problem, step: Any, good: Good, weight: float, *, loaded: bool) -> Any:
    """Rows that a step counts against, and how much a tonne (or an empty unit) takes."""
    network, boxes = problem.network, good.form == "container"
    if step.kind == "leg":
        mine = [f"leg:{step.leg}{'<' if step.backwards else '>'}"]
    else:
        mine = [f"place:{step.place}"]
        row = _handling(network, step, good)
        if row is None and step.kind == "change" and step.start.startswith(("rail", "road", "service")):
            mine = []
        elif row is not None and row.per_day > 0:
            takes = (1 / good.t_per_unit if loaded else 1.0) if boxes else weight
            yield (row.place, row.start, row.end, row.form), takes
    unit = {
        "t": weight,
        "teu": (1 / good.t_per_unit if loaded else 1.0) if boxes else 0.0,
        "train": 1 / good.t_per_train if loaded else (_share_of_train(problem) if boxes else 1.0),
    }
    for limit in network.limits:
        on = [way for what in limit.on.split() for way in _ways(network, what)]
        for each in set(mine) & set(on):
            yield limit.code, unit[limit.unit]
            yield (limit.code, each), unit[limit.unit]
    service = network.service_of.get(step.leg)
    if service and service.units:
        takes = (1 / good.t_per_unit if loaded else 1.0) if boxes else weight / 14
        yield ("service", mine[0]), takes


def _share_of_train(problem: Problem) -> float:
    asked = {each.good for each in problem.demands}
    boxes = [each for each in problem.network.goods if each.form == "container" and each.code in asked]
    return 1 / max(each.t_per_train / each.t_per_unit for each in boxes if each.returns)


def _handling(network: Network, step: Any, good: Good) -> Any:
    """The row of a loading, delivering or change; of two that fit, the one for the form."""
    start, end = (_carriage(network, state) for state in (step.start, step.end))
    place = network.by_place[step.place]
    ways = {(row.place, row.form, row.start, row.end): row for row in network.handlings}
    ways |= {(row.place, row.form, row.end, row.start): row for row in network.handlings if row.both}
    for form in (good.form, "*"):
        if row := ways.get((place.code, form, start, end)):
            return row
    return None


def _carriage(network: Network, state: str) -> str:
    if state in ("door", "delivered"):
        return "door"
    if state.startswith("service:"):
        return carriage(network.by_leg[network.by_service[state[8:]].legs.split()[0]])
    return state


# -- empties ---------------------------------------------------------------------------------------


def _held(network: Network, good: Good, state: str) -> bool:
    inside = _carriage(network, state)
    return inside != "door" and (good.form == "container" or inside.startswith(("rail", "ferry")))


def _fleet(good: Good) -> str:
    return "boxes" if good.form == "container" else good.code


def _exchanged(problem: Problem, kept: Rows, column: int, step: Any, good: Good) -> None:
    """An empty taken where goods get into something, and left where they get out."""
    if not (good.returns and problem.empties.returned):
        return
    before, after = (_held(problem.network, good, state) for state in (step.start, step.end))
    per_unit = good.t_per_unit if good.form == "container" else good.t_per_train
    if after != before:
        kept.add((_fleet(good), step.place), column, (1.0 if before else -1.0) / per_unit)


def _empties(problem: Problem, costs: list[float], kept: Rows, within: Rows) -> None:
    network, empties = problem.network, problem.empties
    fleets: dict[str, Good] = {}
    for demand in problem.demands:
        good = network.by_good[demand.good]
        if good.returns and empties.returned:
            fleets.setdefault(_fleet(good), good)
    for fleet, good in fleets.items():
        made = graph(network, good, problem.month, problem.asked)
        boxes = good.form == "container"
        tare = empties.t_per_teu if boxes else empties.wagon_share * good.t_per_train
        full = good.t_per_unit if boxes else good.t_per_train
        for step, tail, head in zip(made.steps, made.tail.tolist(), made.head.tolist(), strict=True):
            at_door = [state in ("door", "delivered") for state in (step.start, step.end)]
            inside = [_held(network, good, state) for state in (step.start, step.end)]
            if not all(one or other for one, other in zip(at_door, inside, strict=True)):
                continue
            column, free = len(costs), any(at_door) and not boxes
            cost = step.criteria.usd * full * empties.tariff_share
            cost += step.criteria.co2e_g * 1e-6 * tare * problem.prices.usd_per_t_co2e
            costs.append(0.0 if free else cost)
            yard = fleet, step.place
            kept.add(yard if at_door[0] else (fleet, tail), column, -1.0)
            kept.add(yard if at_door[1] else (fleet, head), column, 1.0)
            if not free:
                for row, takes in counted(problem, step, good, tare, loaded=False):
                    within.add(row, column, takes)
