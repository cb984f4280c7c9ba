"""Projects made up for tests, the network that they change, and plans judged without the code under test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from corridors.made import leg, network, random_network
from sarai.corridors.capacity import Prices, Problem, prepared
from sarai.corridors.changes import apply, parse
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand, Project

HANDLED = ("rail-1520", "road", "sea")


def project(code: str, cost_musd: float, does: str, **more: Any) -> Project:
    """A project, there a year after its decision unless said."""
    return Project(code=code, name=code.title(), cost_musd=cost_musd, does=does, source="made", **more)


def demand(start: str, end: str, t: float, good: str = "grain", **more: Any) -> Demand:
    """Tonnes in a year."""
    return Demand(good=good, start=start, end=end, t=t, source="made", **more)


def narrow() -> Network:
    """From A to C by rail over B, or by sea over D; from B to E a line that is left out unless asked for."""
    pairs = [(a, b) for at, a in enumerate(("door", *HANDLED)) for b in HANDLED[at:] if a != b]
    return network(
        [
            leg("A", "B", "rail", 500), leg("B", "C", "rail", 800), leg("B", "C", "road", 700),
            leg("A", "D", "sea", 3000), leg("D", "C", "rail", 300), leg("B", "E", "rail", 200, asked=True),
        ],
        limits=[
            {"code": "AB", "name": "A-B", "on": "leg:A-B-rail", "capacity": 1e6},
            {"code": "BC", "name": "B-C", "on": "leg:B-C-rail", "capacity": 6e5},
            {"code": "D", "name": "D", "on": "place:D", "capacity": 3e5},
        ],
        handlings=[
            {"kind": "city", "start": a, "end": b, "form": "*", "hours": 5, "usd_per_unit": 20}
            for a, b in pairs
        ],
    )  # fmt: skip


PROJECTS = (
    project("line", 100, "widen limit:AB +500000"),
    project("track", 150, "widen limit:BC +40%", lead_years=2),
    project("fast", 80, "slow leg:B-C-rail x0.5"),
    project("port", 120, "widen limit:D x2; slow place:D x0.5"),
    project("arm", 60, "ask leg:B-E-rail", after="line"),
    project("wires", 30, "slow mode:rail x0.9; tax mode:rail x0.8", lead_years=0),
)
DEMANDS = (
    demand("A", "C", 1.2e6), demand("A", "C", 2e5, "boxes", t_high=4e5), demand("C", "A", 1e5, "boxes"),
    demand("E", "C", 1e5),
)  # fmt: skip


# -- at random -----------------------------------------------------------------------------------


def random_case(rng: np.random.Generator, folder: Path, projects: int = 5) -> tuple[Network, list, list]:
    """A network with limits, projects of every kind that can be on it, and demands."""
    made = random_network(rng, 7, 12)
    codes = [each.code for each in made.legs]
    limits = [
        {"code": f"Q{at}", "name": f"Q{at}", "on": f"leg:{codes[at]}", "capacity": 10.0 * rng.integers(2, 9)}
        for at in rng.choice(len(codes), 5, replace=False).tolist()
    ]  # fmt: skip
    rows = network([], limits=limits).limits
    services = [replace(each, units=float(rng.integers(1, 3)) / 10) for each in made.services]
    made = made.with_rows(limits=rows, services=services)
    return made, _random_projects(rng, made, folder, projects), _random_demands(rng, made)


def _random_demands(rng: np.random.Generator, made: Network) -> list[Demand]:
    places = [each.code for each in made.places]
    found = []
    for good in ("grain", "boxes", "grain", "boxes"):
        start, end = rng.choice(places, 2, replace=False).tolist()
        found.append(demand(start, end, float(rng.integers(20, 120)), good))
    return found


def _random_projects(rng: np.random.Generator, made: Network, folder: Path, count: int) -> list[Project]:
    legs, limits = [each.code for each in made.legs], [each.code for each in made.limits]
    places, services = [each.code for each in made.places], [each.code for each in made.services]

    def one(of: Sequence[str]) -> str:
        return of[int(rng.integers(len(of)))]

    kinds = (
        lambda at: f"widen limit:{one(limits)} +{rng.integers(5, 60)}",
        lambda at: f"widen limit:{one(limits)} x1.{rng.integers(2, 9)}",
        lambda at: f"slow leg:{one(legs)} x0.{rng.integers(2, 9)}",
        lambda at: f"slow mode:{one(made.legs).mode} x0.{rng.integers(2, 9)}; widen limit:{one(limits)} +20",
        lambda at: f"tax leg:{one(legs)} x0.{rng.integers(2, 9)}",
        lambda at: f"widen service:{one(services)} x{rng.integers(2, 4)}",
        lambda at: f"add {_folder(rng, folder / str(at), places)}",
    )
    found: list[Project] = []
    for at in range(count):
        after = found[-1].code if found and rng.random() < 0.3 else ""
        does = kinds[int(rng.integers(len(kinds)))](at)
        lead = int(rng.integers(0, 3))
        found.append(project(f"p{at}", float(rng.integers(1, 20)), does, lead_years=lead, after=after))
    return found


def _folder(rng: np.random.Generator, folder: Path, places: Sequence[str]) -> Path:
    """A folder with a new road between two places."""
    folder.mkdir(parents=True)
    start, end = rng.choice(places, 2, replace=False).tolist()
    code, km, capacity = f"N{folder.name}", rng.integers(20, 400), rng.integers(10, 60)
    (folder / "legs.csv").write_text(
        f"code,start,end,mode,distance_km,source\n{code},{start},{end},road,{km},made\n"
    )
    (folder / "limits.csv").write_text(
        f"code,name,on,capacity,source\nL{code},New,leg:{code},{capacity},made\n"
    )
    return folder


# -- judged plainly ------------------------------------------------------------------------------


def in_order(projects: Sequence[Project]) -> list[Project]:
    """Each after what it comes after."""
    done: list[Project] = []
    while len(done) < len(projects):
        codes = {each.code for each in done}
        done.append(next(p for p in projects if p not in done and set(p.after.split()) <= codes))
    return done


def changed(made: Network, projects: Sequence[Project], built: set[str]) -> Network:
    """The network itself with projects built, by its tables."""
    for each in in_order(projects):
        if each.code in built:
            made = apply(made, parse(each.does))
    return made


def cost(made: Network, demands: Sequence[Demand], prices: Prices | None = None, **more: Any) -> float:
    """What a year costs on a network as it stands."""
    problem = Problem(network=made, demands=tuple(demands), prices=prices or Prices(), **more)
    return prepared(problem).solve().cost


def years_of(projects: Sequence[Project], years: int) -> Iterator[tuple[int | None, ...]]:
    """Every way to decide projects in years, with what comes after what kept; by brute force."""
    at = {each.code: number for number, each in enumerate(projects)}
    choices = [(None, *range(max(0, years - each.lead_years))) for each in projects]
    for found in product(*choices):
        if all(
            year is None or _there_by(projects[at[code]], found[at[code]], year)
            for each, year in zip(projects, found, strict=True)
            for code in each.after.split()
        ):
            yield found


def _there_by(before: Project, decided: int | None, year: int) -> bool:
    return decided is not None and decided + before.lead_years <= year


def spent(projects: Sequence[Project], decision: Sequence[int | None], years: int) -> list[float]:
    """Millions of US dollars by year, each project's evenly over its lead."""
    found = [0.0] * years
    for each, decided in zip(projects, decision, strict=True):
        over = max(1, each.lead_years)
        for year in range(over) if decided is not None else ():
            found[decided + year] += each.cost_musd / over
    return found


def built_in(projects: Sequence[Project], decision: Sequence[int | None], year: int) -> frozenset[str]:
    """Codes of what is there in a year."""
    pairs = zip(projects, decision, strict=True)
    return frozenset(p.code for p, decided in pairs if decided is not None and decided + p.lead_years <= year)
