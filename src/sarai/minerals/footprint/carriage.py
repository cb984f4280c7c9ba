"""Carriage between the places of a chain: found in the corridors, counted well to wheel (ISO 14083)."""

from __future__ import annotations

from msgspec import Struct

from sarai.corridors import Network
from sarai.corridors.graph import graph
from sarai.corridors.routes import Weighing, describe, k_best
from sarai.corridors.worth import worth_of
from sarai.minerals.footprint.figures import G_PER_KG, KG_PER_T, Range, total

__all__ = ["WAYS", "Haul", "haul"]

WAYS = ("usual", "least-co2e")
"""The way that costs least with what time is worth; the way that emits least."""


class Haul(Struct, frozen=True, kw_only=True):
    """Goods carried from a place to the next, for a tonne of the last product.

    Attributes
    ----------
    start, end : str
        Codes of places.
    mass_t : float
        What is carried.
    tkm_by_mode : dict of str to float
        Transport activity, tonne-kilometres along the way.
    co2e_t : Range
        Energy provision and operation of the vehicles; terminals are not counted.
    usd : float
    countries : tuple of str
        Crossed, in order.
    """

    start: str
    end: str
    good: str
    mass_t: float
    distance_km: float
    tkm_by_mode: dict[str, float]
    co2e_t: Range
    usd: float
    countries: tuple[str, ...]
    sources: tuple[str, ...]


def haul(network: Network, good: str, start: str, end: str, mass_t: float, way: str = "usual") -> Haul:
    """How goods go from a place to another; raises `Unreachable` or `NotInNetwork`."""
    made = graph(network, network.good(good))
    weigh = (
        Weighing.alone("co2e_g") if way == "least-co2e" else Weighing.money(worth_of(made.good).usd_per_t_h)
    )
    path = k_best(made, start, end, 1, weigh)[0]
    route = describe(made, path)
    modes: dict[str, float] = {}
    emitted = []
    for step in path.along(made):
        if step.kind != "leg":
            continue
        leg = network.by_leg[step.leg]
        modes[leg.mode] = modes.get(leg.mode, 0.0) + step.distance_km * mass_t
        emitted.append(_emitted(network, leg, made.good.form, step.criteria.co2e_g).times(mass_t))
    return Haul(
        start=start, end=end, good=good, mass_t=mass_t, distance_km=route.distance_km.value,
        tkm_by_mode=dict(sorted(modes.items())), co2e_t=total(emitted),
        usd=route.usd_per_t.value * mass_t, countries=route.countries, sources=route.co2e_kg_per_t.sources,
    )  # fmt: skip


def _emitted(network: Network, leg: object, form: str, co2e_g: float) -> Range:
    """Tonnes for a tonne along a leg, with the bounds of its mode's emission."""
    row = network.emission(leg, form)
    value = co2e_g / G_PER_KG / KG_PER_T
    if row is None or not row.g_per_tkm:
        return Range(value, value, value)
    low = row.g_per_tkm if row.g_per_tkm_low is None else row.g_per_tkm_low
    high = row.g_per_tkm if row.g_per_tkm_high is None else row.g_per_tkm_high
    return Range(value, value * low / row.g_per_tkm, value * high / row.g_per_tkm)
