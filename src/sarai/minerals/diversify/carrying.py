"""Ways for raw materials from the corridors' network, and their limits (`sarai.minerals.diversify.room`).

Of each country one place stands for it. Two ways that are choices are taken; countries that the network does
not reach go by sea at an assumed price, and no limit binds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from sarai.corridors import Network, Unreachable
from sarai.minerals.diversify.room import Room
from sarai.minerals.diversify.tables import Limit, Way, limit_word

if TYPE_CHECKING:
    from sarai.corridors.graph import Graph
    from sarai.corridors.routes import Path

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


def carried(room: Room, origins: Iterable[str], importer: str, material: str, stage: str) -> Carried:
    """Ways from each origin to an importer, for a material at a stage."""
    from sarai.corridors.graph import graph

    network = room.network
    made, end = graph(network, network.good(GOODS[stage])), place_of(network, importer)
    ways: list[Way] = []
    for origin in sorted(set(origins)):
        found = _paths(made, place_of(network, origin), end) if end else ()
        for number, path in enumerate(found, start=1):
            ways.append(_way(made, path, origin, f"{material}-{stage}-{origin}-{number}", material, room))
        if not found:
            ways.append(_by_sea(origin, f"{material}-{stage}-{origin}-sea", material))
    used = sorted({code for way in ways for code in way.takes})
    words = tuple(_words([way.origin for way in ways if way.source == ASSUMED]))
    return Carried(tuple(ways), tuple(room.limit(code) for code in used), words)


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


def _way(made: Graph, path: Path, origin: str, code: str, material: str, room: Room) -> Way:
    takes = room.takes(path.along(made), made.good)
    return Way(
        code=code, origin=origin, usd_per_t=path.criteria.usd, co2e_t_per_t=path.criteria.co2e_g / G_PER_T,
        limits=" ".join(limit_word(limit, times) for limit, times in sorted(takes.items())),
        material=material, source="the network of corridors",
    )  # fmt: skip


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
