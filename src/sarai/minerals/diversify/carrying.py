"""Ways for raw materials from the corridors' network, with what its own demands leave of each limit.

Of each country one place stands for it. Two ways that are choices are taken; countries that the network does
not reach go by sea at an assumed price, and no limit binds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sarai.corridors import Network, Unreachable
from sarai.minerals.diversify.tables import Limit, Way

if TYPE_CHECKING:
    from sarai.corridors.graph import Graph
    from sarai.corridors.routes import Path
    from sarai.corridors.tables import Good

__all__ = ["ASSUMED_USD_PER_T", "Carried", "carried", "place_of"]

ASSUMED_USD_PER_T = 120.0
ASSUMED_CO2E_T_PER_T = 0.12  # 15,000 km at 8 g a tonne-kilometre
GOODS = {"mining": "ores", "processing": "aluminium", "refining": "aluminium"}
"""Kinds of the network's goods that are carried alike: ores in bulk, metal in containers."""
PLACES = {"EU": "NLRTM", "CN": "CNSHA", "KZ": "KZKGF", "RU": "RUMOW", "DE": "DEHAM", "TR": "TRMER"}
KINDS = ("port", "city", "terminal", "station")
CHOICES = 2
ASSUMED = "assumed"
G_PER_T = 1e6


class Carried(NamedTuple):
    """Ways and limits, and what a reader must know of them."""

    ways: tuple[Way, ...]
    limits: tuple[Limit, ...]
    words: tuple[str, ...]


def carried(network: Network, origins: Iterable[str], importer: str, material: str, stage: str) -> Carried:
    """Ways from each origin to an importer, for a material at a stage."""
    from sarai.corridors.graph import graph

    made, end = graph(network, network.good(GOODS[stage])), place_of(network, importer)
    ways: list[Way] = []
    for origin in sorted(set(origins)):
        found = _paths(made, place_of(network, origin), end) if end else ()
        for number, path in enumerate(found, start=1):
            ways.append(_way(made, path, origin, f"{material}-{stage}-{origin}-{number}", material))
        if not found:
            ways.append(_by_sea(origin, f"{material}-{stage}-{origin}-sea", material))
    used = {code for way in ways for code in way.limits.split()}
    taken = _used(network) if used else {}
    limits = tuple(_left(network, made.good, code, taken) for code in sorted(used))
    return Carried(tuple(ways), limits, tuple(_words([way.origin for way in ways if way.source == ASSUMED])))


def place_of(network: Network, country: str) -> str:
    """The place that stands for a country; empty where the network has none."""
    if PLACES.get(country) in network.by_place:
        return PLACES[country]
    there = [
        (KINDS.index(each.kind), each.code)
        for each in network.places
        if each.country == country and each.kind in KINDS
    ]
    return min(there, default=(0, ""))[1]


def _paths(made: Graph, start: str, end: str) -> tuple[Path, ...]:
    from sarai.corridors.routes import Weighing, apart

    if not start or start == end:
        return ()
    try:
        return apart(made, start, end, CHOICES, Weighing.alone("usd")).ways
    except Unreachable:
        return ()


def _way(made: Graph, path: Path, origin: str, code: str, material: str) -> Way:
    passed, network = set(_marks(made, path)), made.network
    limits = [
        each.code
        for each in network.limits
        if passed & set(each.on.split()) and (each.unit != "teu" or made.good.form == "container")
    ]
    return Way(
        code=code, origin=origin, usd_per_t=path.criteria.usd, limits=" ".join(sorted(limits)),
        co2e_t_per_t=path.criteria.co2e_g / G_PER_T, material=material, source="the network of corridors",
    )  # fmt: skip


def _marks(made: Graph, path: Path) -> Iterator[str]:
    """What limits are on of the steps of a path."""
    from sarai.corridors.steps import one_way

    network = made.network
    for step in path.along(made):
        if step.leg:
            yield f"leg:{step.leg}"
            yield one_way(network.by_leg[step.leg], step.backwards)
            if service := network.service_of.get(step.leg):
                yield f"service:{service.code}"
        else:
            yield f"place:{step.place}"


def _left(network: Network, good: Good, code: str, taken: Mapping[str, float]) -> Limit:
    """What the network's own demands leave of a limit, in tonnes of a good."""
    each = next(limit for limit in network.limits if limit.code == code)
    tonnes = {"teu": good.t_per_unit, "train": good.t_per_train}.get(each.unit, 1.0)
    left = max(0.0, each.capacity - taken.get(code, 0.0)) * tonnes
    return Limit(code=code, name=each.name, t_per_year=left, source=each.source)


def _used(network: Network) -> dict[str, float]:
    """What the network's own demands use of each limit, in its unit."""
    from sarai.corridors.capacity import Problem, answer

    if not network.demands:
        return {}
    return {each.code: each.used for each in answer(Problem.of(network)).limits}


def _by_sea(origin: str, code: str, material: str) -> Way:
    return Way(
        code=code, origin=origin, usd_per_t=ASSUMED_USD_PER_T, material=material,
        co2e_t_per_t=ASSUMED_CO2E_T_PER_T, source=ASSUMED,
    )  # fmt: skip


def _words(assumed: list[str]) -> Iterator[str]:
    if assumed:
        yield (
            f"By sea at an assumed USD {ASSUMED_USD_PER_T:g} a tonne and without limit, since the network of "
            f"corridors has no way: {', '.join(assumed)}."
        )
