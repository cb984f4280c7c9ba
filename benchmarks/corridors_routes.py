"""How fast the ten best of ways over 50,000 legs are found, beside networkx and SciPy, on the same graph.

Places are drawn evenly in a square and joined with their nearest; what a leg costs is its length, made up to
half as long again. In one network all legs are roads, and the others search it too: networkx by
`shortest_simple_paths` (Yen with two-sided Dijkstra), SciPy by `csgraph.yen`. In the other legs are roads
and rails of two gauges, with handlings between them; there the whole of `k_best` is measured, with its rule
against roundabouts, which the others do not have.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.report import Goal, Report
from benchmarks.rounds import take_turns, timed
from sarai.corridors.graph import Graph, graph
from sarai.corridors.network import Network
from sarai.corridors.routes import Weighing, k_best
from sarai.corridors.tables import Good, Handling, Leg, Pace, Place, Tariff

LEGS, PLACES = 50_000, 12_000
K = 10
ROUNDS = 3  # networkx takes minutes for each
GOAL_MS = 200
BOXES = Good(code="boxes", name="Boxes", form="container", t_per_unit=1, source="made")
ROADS = (("road", 0),)
MIXED = (("road", 0), ("rail", 1520), ("rail", 1435))
WEIGH = Weighing.money(1.0)


class Task(NamedTuple):
    """A graph of steps with what each costs, and two places far from each other."""

    graph: Graph
    costs: np.ndarray
    start: str
    end: str

    @property
    def ends(self) -> tuple[int, int]:
        """The nodes of the two places."""
        return self.graph.door(self.start), self.graph.delivered(self.end)


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: a tenth of the legs, once)."""
    legs, turns = (LEGS // 10, 1) if quick else (LEGS, ROUNDS)
    report = Report("Corridors: routes")
    _ours(_task(made(LEGS // 100, ROADS, seed=0), seed=0))  # so that nobody's imports are timed
    _beside_others(report, legs, turns)
    _mixed(report, legs, turns)
    return report


def _beside_others(report: Report, legs: int, turns: int) -> None:
    case = f"{K} best ways, {legs:,} roads, both ways"
    for turn in range(turns):
        task = _task(made(legs, ROADS, seed=turn), seed=turn)
        found: dict[str, list[float]] = {}
        work = {name: partial(_keep, found, name, each) for name, each in _contestants(task).items()}
        times = take_turns(work, turn)
        _check(found)
        walls = {name: each.wall_s for name, each in times.items()}
        report.rounds.append({"case": case, **walls, "ours_cpu": times["ours"].cpu_s})
    rounds = [each for each in report.rounds if each["case"] == case]
    for name in ("ours", "scipy", "networkx"):
        goal = Goal("≤", GOAL_MS) if name == "ours" else None
        report.add(case, name, [1000 * each[name] for each in rounds], "ms", goal)
    report.add(case, "ours, of the CPU", [1000 * each["ours_cpu"] for each in rounds], "ms")
    for name in ("scipy", "networkx"):
        report.add(case, f"{name} to ours", [each[name] / each["ours"] for each in rounds], "ratio")


def _mixed(report: Report, legs: int, turns: int) -> None:
    case = f"{K} best ways, {legs:,} roads and rails of two gauges"
    for turn in range(turns):
        network, kept = made(legs, MIXED, seed=turn), []
        built = timed(lambda network=network, kept=kept: kept.append(graph(network, BOXES)))
        task = _task(network, seed=turn, steps=kept[0])
        found = timed(lambda task=task: k_best(task.graph, task.start, task.end, K, WEIGH))
        times = {"graph": built.wall_s, "k_best": found.wall_s, "k_best_cpu": found.cpu_s}
        report.rounds.append({"case": case, **times, "steps": len(task.graph.steps)})
    rounds = [each for each in report.rounds if each["case"] == case]
    report.add(case, "k_best", [1000 * each["k_best"] for each in rounds], "ms", Goal("≤", GOAL_MS))
    report.add(case, "k_best, of the CPU", [1000 * each["k_best_cpu"] for each in rounds], "ms")
    report.add(case, "the graph of steps, before", [1000 * each["graph"] for each in rounds], "ms")
    report.add(case, "steps", [each["steps"] for each in rounds], "steps")


# -- the networks --------------------------------------------------------------------------------


def made(legs: int, carriages: tuple[tuple[str, int], ...], seed: int) -> Network:
    """A network of so many legs, each between near places, drawn at random."""
    rng = np.random.default_rng(seed)
    spots = rng.random((legs * PLACES // LEGS, 2))
    pairs = _nearest(spots, legs)
    apart = np.hypot(*(spots[pairs[:, 0]] - spots[pairs[:, 1]]).T) * 5_000
    km = apart * rng.uniform(1, 1.5, len(pairs))
    drawn = rng.integers(0, len(carriages), len(pairs))
    states = ["road", *(f"rail-{gauge}" for mode, gauge in carriages if gauge)]
    return Network(
        places=tuple(Place(code=f"P{at}", name=f"P{at}", kind="city", latitude_deg=float(y) * 40,
                           longitude_deg=float(x) * 60, source="made") for at, (x, y) in enumerate(spots)),
        legs=tuple(
            Leg(code=f"L{at}", start=f"P{a}", end=f"P{b}", mode=carriages[way][0],
                gauge_mm=carriages[way][1], distance_km=float(length), source="made")
            for at, ((a, b), length, way) in enumerate(zip(pairs.tolist(), km, drawn, strict=True))
        ),
        paces=tuple(Pace(mode=mode, speed_kmh=speed, source="made") for mode, speed in
                    (("road", 50), ("rail", 40))),
        tariffs=tuple(Tariff(mode=mode, form="container", usd_per_km=usd, source="made") for mode, usd in
                      (("road", 0.1), ("rail", 0.05))),
        handlings=tuple(Handling(kind="city", start=a, end=b, form="*", hours=12, usd_per_unit=20,
                                 source="made") for a, b in pairwise([*states, *states[:1]]) if a != b),
    )  # fmt: skip


def _nearest(spots: np.ndarray, legs: int) -> np.ndarray:
    """The shortest pairs of each place with its near ones; shape (legs, 2)."""
    from scipy.spatial import cKDTree

    near = 2 * legs // len(spots) + 2
    apart, other = cKDTree(spots).query(spots, near + 1)
    ends = np.stack([np.repeat(np.arange(len(spots)), near), other[:, 1:].ravel()], axis=1)
    pairs, first = np.unique(np.sort(ends, axis=1), axis=0, return_index=True)
    kept = np.argsort(apart[:, 1:].ravel()[first], kind="stable")[:legs]
    return pairs[np.sort(kept)]


def _task(network: Network, seed: int, steps: Graph | None = None) -> Task:
    """From one corner to the other, or thereabouts; another pair for each seed."""
    steps = steps or graph(network, BOXES)
    there = [network.by_place[node.place] for node in steps.nodes if node.state == "door"]
    rng = np.random.default_rng(seed)
    across = sorted(there, key=lambda place: (place.longitude_deg + place.latitude_deg, place.code))
    start, end = across[int(rng.integers(20))], across[-1 - int(rng.integers(20))]
    return Task(steps, WEIGH.costs(steps.weights), start.code, end.code)


# -- who searches --------------------------------------------------------------------------------


def _contestants(task: Task) -> dict[str, Callable[[], list[float]]]:
    """Each has the graph in a form of its own beforehand."""
    return {
        "ours": partial(_ours, task),
        "scipy": partial(_scipy, _matrix(task), task),
        "networkx": partial(_networkx, _digraph(task), task),
    }


def _ours(task: Task) -> list[float]:
    return [path.cost for path in k_best(task.graph, task.start, task.end, K, WEIGH)]


def _scipy(matrix: object, task: Task) -> list[float]:
    from scipy.sparse.csgraph import yen

    return yen(matrix, *task.ends, K).tolist()


def _networkx(digraph: object, task: Task) -> list[float]:
    from networkx import path_weight, shortest_simple_paths

    paths = islice(shortest_simple_paths(digraph, *task.ends, weight="weight"), K)
    return [path_weight(digraph, path, "weight") for path in paths]


def _matrix(task: Task) -> object:
    from scipy.sparse import csr_array

    nodes = len(task.graph.nodes)
    return csr_array((task.costs, (task.graph.tail, task.graph.head)), shape=(nodes, nodes))


def _digraph(task: Task) -> object:
    from networkx import DiGraph

    made = DiGraph()
    ends = zip(task.graph.tail.tolist(), task.graph.head.tolist(), task.costs.tolist(), strict=True)
    made.add_weighted_edges_from(ends)
    return made


def _keep(found: dict[str, list[float]], name: str, search: Callable[[], list[float]]) -> None:
    found[name] = search()


def _check(found: dict[str, list[float]]) -> None:
    """All must have found ways that cost the same."""
    for name, costs in found.items():
        if not (len(costs) == K and np.allclose(costs, found["ours"], rtol=1e-9)):
            raise AssertionError(f"{name} found {costs}, and we {found['ours']}")
