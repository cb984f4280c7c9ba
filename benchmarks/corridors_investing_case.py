"""A made-up grid of railways with projects: lines that can be widened, and short cuts that can be built."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sarai.corridors import Network
from sarai.corridors.capacity import Prices
from sarai.corridors.investing import Question, Scenario
from sarai.corridors.loading import read
from sarai.corridors.tables import Demand, Project

HOURS_EACH, USD_EACH = 6.0, 40.0  # of loading and delivering
SPEED_KMH, USD_PER_KM = 40.0, 0.04
UNDELIVERED_USD_PER_T = 300.0
SCENARIOS = (
    Scenario(name="slow", weight=1, growth=0.01),
    Scenario(name="middle", weight=2, growth=0.04),
    Scenario(name="fast", weight=1, growth=0.08),
)


class Size(NamedTuple):
    """How large a case is."""

    rows: int
    columns: int
    demands: int
    projects: int
    years: int
    scenarios: int

    def __str__(self) -> str:
        return (
            f"{self.rows * self.columns} places, {self.demands} demands, {self.projects} projects, "
            f"{self.years} years, {self.scenarios} scenarios"
        )


class Made(NamedTuple):
    """A case: the question, half of what all projects cost, and the leg that each opens, or limit widens."""

    question: Question
    budget: float
    opens: dict[str, str]
    widens: dict[str, tuple[str, float]]


def made(size: Size, seed: int = 0) -> Made:
    """A case of a size, drawn with a seed."""
    rng = np.random.default_rng(seed)
    names = [[f"R{row}C{column}" for column in range(size.columns)] for row in range(size.rows)]
    down, across = range(size.rows - 1), range(size.columns - 1)
    pairs = [(row[at], row[at + 1]) for row in names for at in across]
    pairs += [(names[row][at], names[row + 1][at]) for row in down for at in range(size.columns)]
    short = [(names[row][at], names[row + 1][at + 1]) for row in down for at in across]
    short = [short[at] for at in rng.choice(len(short), size.projects // 3, replace=False)]
    projects, opens, widens = _projects(rng, pairs, short, size.projects)
    places = [name for row in names for name in row]
    question = Question(
        network=_network(rng, places, pairs, short),
        projects=projects,
        demands=_demands(rng, places, size.demands),
        years=range(2026, 2026 + size.years),
        objective="time",
        scenarios=SCENARIOS[: size.scenarios],
        prices=Prices(undelivered_usd_per_t=UNDELIVERED_USD_PER_T),
    )
    return Made(question, sum(each.cost_musd for each in projects) / 2, opens, widens)


def _network(rng, places: list[str], pairs: list, short: list) -> Network:
    legs = ["code,start,end,mode,gauge_mm,distance_km,asked,source"]
    limits = ["code,name,on,capacity,source"]
    for asked, some, low in (("no", pairs, 150), ("yes", short, 100)):
        for start, end in some:
            legs.append(f"{start}-{end},{start},{end},rail,1520,{rng.integers(low, 2 * low)},{asked},m")
            if asked == "no":
                code = f"{start}-{end}"
                limits.append(f"{code},{code},leg:{code},{rng.integers(2, 9) * 100_000},m")
    texts = {
        "sources": ["code,title,kind", "m,Made up,assumed"],
        "places": ["code,name,kind,country,latitude_deg,longitude_deg,source"]
        + [f"{each},{each},city,,45,60,m" for each in places],
        "legs": legs,
        "limits": limits,
        "paces": ["mode,speed_kmh,source", f"rail,{SPEED_KMH},m"],
        "tariffs": ["mode,form,usd_per_km,source", f"rail,bulk,{USD_PER_KM},m"],
        "handlings": [
            "kind,start,end,form,hours,usd_per_unit,source",
            f"city,door,rail-1520,*,{HOURS_EACH},{USD_EACH},m",
        ],
        "goods": ["code,name,form,source", "ore,Ore,bulk,m", "grain,Grain,bulk,m"],
    }
    return read({name: [(f"{name}.csv", "\n".join(lines))] for name, lines in texts.items()})


def _demands(rng, places: list[str], count: int) -> list[Demand]:
    found = []
    for at in range(count):
        start, end = rng.choice(len(places), 2, replace=False)
        tonnes = float(rng.integers(1, 7) * 100_000)
        good = ("ore", "grain")[at % 2]
        found.append(Demand(good=good, start=places[start], end=places[end], t=tonnes, source="m"))
    return found


def _projects(rng, pairs: list, short: list, count: int) -> tuple[list, dict, dict]:
    projects: list[Project] = []
    opens: dict[str, str] = {}
    widens: dict[str, tuple[str, float]] = {}
    for start, end in short:
        code = f"new-{start}-{end}"
        opens[code] = f"{start}-{end}"
        projects.append(_project(rng, code, f"ask leg:{start}-{end}"))
    for at in rng.choice(len(pairs), count - len(short), replace=False):
        start, end = pairs[at]
        code, more = f"more-{start}-{end}", float(rng.integers(2, 9) * 100_000)
        widens[code] = (f"{start}-{end}", more)
        projects.append(_project(rng, code, f"widen limit:{start}-{end} +{more:.0f}"))
    return projects, opens, widens


def _project(rng, code: str, does: str) -> Project:
    cost, lead = float(rng.integers(50, 500)), int(rng.integers(1, 4))
    return Project(code=code, name=code, cost_musd=cost, lead_years=lead, does=does, source="m")
