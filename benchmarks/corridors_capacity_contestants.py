"""One contestant in its own process: `python -m benchmarks.corridors_capacity_contestants ours|arcs N G`."""

from __future__ import annotations

import json
import resource
import sys
import time

import numpy as np

from sarai.corridors.capacity import Problem, prepared
from sarai.corridors.capacity.arcs import arc_flow
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand, Good, Handling, Leg, Limit, Pace, Place, Tariff

MADE = "made"
FORMS = ("container", "bulk", "liquid")
USD_PER_KM = {"container": 0.6, "bulk": 0.05, "liquid": 0.05}


def made(legs: int, goods: int, seed: int = 1) -> Network:
    """A grid of places, joined by rail and road at random; the same for the same seed."""
    rng = np.random.default_rng(seed)
    places, pairs = _grid(legs)
    modes = rng.choice(["rail", "rail", "rail", "road"], len(pairs)).tolist()
    rows = [
        Leg(code=f"{a}-{b}-{mode}", start=a, end=b, mode=mode, gauge_mm=1520 if mode == "rail" else 0,
            distance_km=float(rng.uniform(30, 90)), source=MADE)
        for (a, b), mode in zip(pairs, modes, strict=True)
    ]  # fmt: skip
    limits = [
        Limit(code=each.code, name=each.code, on=f"leg:{each.code}", capacity=float(rng.uniform(0.2e6, 5e6)),
              source=MADE)
        for each in rows
    ]  # fmt: skip
    return Network(
        places=tuple(places), legs=tuple(rows), limits=tuple(limits), goods=tuple(_goods(rng, goods)),
        demands=tuple(_demands(rng, [each.code for each in places], goods)), tariffs=tuple(_tariffs()),
        handlings=tuple(_handlings()),
        paces=(Pace(mode="rail", speed_kmh=40, source=MADE), Pace(mode="road", speed_kmh=50, source=MADE)),
    )  # fmt: skip


def _grid(legs: int) -> tuple[list[Place], list[tuple[str, str]]]:
    side = next(size for size in range(2, 1000) if 2 * size * (size - 1) >= legs)
    spots = [(row, column) for row in range(side) for column in range(side)]
    places = [
        Place(code=f"P{row:03}{column:03}", name=f"P{row:03}{column:03}", kind="station", source=MADE,
              latitude_deg=row / 2, longitude_deg=column / 2)
        for row, column in spots
    ]  # fmt: skip
    pairs = [
        (f"P{row:03}{column:03}", f"P{row + down:03}{column + 1 - down:03}")
        for row, column in spots
        for down in (0, 1)
        if row + down < side and column + 1 - down < side
    ]
    return places, pairs[:legs]


def _goods(rng: np.random.Generator, count: int) -> list[Good]:
    return [
        Good(code=f"g{at}", name=f"g{at}", form=FORMS[at % 3], source=MADE,
             t_per_unit=float(rng.choice([8, 10, 12])) if at % 3 == 0 else 1.0,
             returns=at % 3 == 0 or at % 6 == 1)
        for at in range(count)
    ]  # fmt: skip


def _demands(rng: np.random.Generator, places: list[str], goods: int) -> list[Demand]:
    return [
        Demand(good=f"g{at}", start=start, end=end, t=float(rng.uniform(2e4, 4e5)), source=MADE)
        for at in range(goods)
        for start, end in (rng.choice(places, 2, replace=False).tolist() for _ in range(rng.integers(5, 21)))
    ]


def _tariffs() -> list[Tariff]:
    return [
        Tariff(mode=mode, form=form, usd_per_km=usd * times, source=MADE)
        for mode, times in (("rail", 1), ("road", 2))
        for form, usd in USD_PER_KM.items()
    ]


def _handlings() -> list[Handling]:
    pairs = (("door", "rail-1520"), ("door", "road"), ("rail-1520", "road"))
    return [
        Handling(kind="station", start=one, end=other, form="*", hours=10, usd_per_unit=5, source=MADE)
        for one, other in pairs
    ]


def ours(problem: Problem) -> dict:
    """As `sarai.corridors.capacity` does it."""
    began = time.perf_counter()
    flow = prepared(problem)
    built = time.perf_counter()
    found = flow.found()
    ended = time.perf_counter()
    flow.solve({code: capacity * 1.05 for code, capacity in flow.capacities.items()})
    return {
        "cost": found.cost, "gap": found.gap, "built_s": built - began, "wall_s": ended - began,
        "again_s": time.perf_counter() - ended, "rounds": found.rounds, "stopped": found.stopped,
        "binding": int((found.prices > 0).sum()),
        "undelivered": float(found.undelivered.sum() / found.asked.sum()),
    }  # fmt: skip


def arcs(problem: Problem) -> dict:
    """As one linear program, by HiGHS."""
    began = time.perf_counter()
    flow = prepared(problem)
    made = flow.model
    found = arc_flow(made, made.rights(made.capacity), made.asked)
    return {"cost": found.cost, "wall_s": time.perf_counter() - began}


if __name__ == "__main__":
    contestant = {"ours": ours, "arcs": arcs}[sys.argv[1]]
    answered = contestant(Problem.of(made(int(sys.argv[2]), int(sys.argv[3]))))
    answered["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(answered))
