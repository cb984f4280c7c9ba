"""The footprint of a chain: process and carriage, part by part, for a tonne of the product delivered."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from msgspec import Struct

from sarai.corridors import Network
from sarai.minerals.footprint.carriage import Haul, haul
from sarai.minerals.footprint.chain import Chain, Stop
from sarai.minerals.footprint.figures import G_PER_T, KG_PER_T, Range, digits, total
from sarai.minerals.footprint.tables import Process, fuel, grid, ranged

__all__ = ["KINDS", "Footprint", "Part", "electricity_of", "footprint", "hauls"]

KINDS = ("electricity", "fuel", "direct", "transport")

Grids = Mapping[str, float]  # g CO2e a kWh by country, in the place of the packaged figures


class Part(Struct, frozen=True, kw_only=True):
    """A part of a footprint.

    Attributes
    ----------
    step : str
        Of the process; of carriage, ``start to end``.
    kind : str
        One of `KINDS`.
    place, country : str
        Where: a code, and alpha-2; of carriage where it ends.
    co2e_t : Range
        For a tonne of the product delivered.
    words : str
        From what it was reckoned.
    sources : tuple of str
        Of `sarai.minerals.sources`, or, of carriage, of the network.
    """

    step: str
    kind: str
    place: str
    country: str
    co2e_t: Range
    words: str
    sources: tuple[str, ...]


class Footprint(Struct, frozen=True, kw_only=True):
    """Greenhouse gas of a tonne of a material delivered, t CO2e, from the first step of its process."""

    chain: Chain
    year: int | None
    grids: dict[str, float]
    way: str
    parts: tuple[Part, ...]
    hauls: tuple[Haul, ...]

    @property
    def total(self) -> Range:
        """The sum of the parts."""
        return total(each.co2e_t for each in self.parts)

    def of(self, kind: str) -> Range:
        """The sum of the parts of a kind."""
        return total(each.co2e_t for each in self.parts if each.kind == kind)


def footprint(
    network: Network, chain: Chain, *, year: int | None = None, grids: Grids | None = None, way: str = "usual"
) -> Footprint:
    """The footprint of a chain.

    Parameters
    ----------
    year : int, optional
        Of the electricity; the nearest that there is a figure of.
    grids : mapping, optional
        Grams of CO2e a kWh by country, in the place of the packaged figures.
    way : str
        ``usual`` or ``least-co2e``: how goods are carried.

    Raises
    ------
    BadSetting
        A country's electricity has no figure.
    Unreachable
        No way leads from a place of the chain to the next.
    """
    given = dict(sorted((grids or {}).items()))
    carried = hauls(network, chain, way)
    made = [part for stop in chain.stops for each in stop.steps for part in _step(stop, each, year, given)]
    return Footprint(
        chain=chain, year=year, grids=given, way=way, parts=(*made, *map(_transport, carried)), hauls=carried
    )


def hauls(network: Network, chain: Chain, way: str = "usual") -> tuple[Haul, ...]:
    """How goods go along a chain: at each place what its last step made, in the tonnes that a tonne needs."""
    found, last = [], None
    for here, there in pairwise(chain.stops):
        last = here.steps[-1] if here.steps else last
        if last is not None and here.place.code != there.place.code:
            found.append(haul(network, last.good, here.place.code, there.place.code, last.output_t, way))
    return tuple(found)


def electricity_of(country: str, year: int | None, grids: Grids) -> tuple[Range, tuple[str, ...], str]:
    """Tonnes of CO2e a kWh, with sources and words."""
    if country in grids:
        said = grids[country] / G_PER_T
        return Range(said, said, said), (), f"{grids[country]:g} g/kWh as given"
    row = grid(country, year)
    return ranged(row, "g_per_kwh").times(1 / G_PER_T), (row.source,), f"{row.g_per_kwh:g} g/kWh ({row.year})"


def _step(stop: Stop, step: Process, year: int | None, grids: Grids) -> list[Part]:
    """The parts of a step that are more than nothing."""
    country, sources = stop.place.country, tuple(step.source.split())
    parts = {}
    power = ranged(step, "electricity_kwh_per_t").times(step.output_t)
    if power.high:
        rate, of, said = electricity_of(country, year, grids)
        parts["electricity"] = (power.by(rate), f"{power.value:,.0f} kWh at {said}", of)
    heat = ranged(step, "fuel_gj_per_t").times(step.output_t)
    if heat.high:
        row = fuel(step.fuel)
        words = f"{digits(heat.value)} GJ of {row.fuel} at {row.kg_per_gj:g} kg/GJ"
        parts["fuel"] = (heat.times(row.kg_per_gj / KG_PER_T), words, tuple(row.source.split()))
    direct = ranged(step, "direct_t_per_t").times(step.output_t)
    if direct.high:
        parts["direct"] = (direct, f"{step.output_t:g} t at {step.direct_t_per_t:g} t/t", ())
    return [
        Part(step=step.step, kind=kind, place=stop.place.code, country=country, co2e_t=co2e, words=words,
             sources=tuple(dict.fromkeys((*sources, *of))))
        for kind, (co2e, words, of) in parts.items()
    ]  # fmt: skip


def _transport(each: Haul) -> Part:
    modes = ", ".join(f"{mode} {tkm:,.0f} tkm" for mode, tkm in each.tkm_by_mode.items())
    return Part(
        step=f"{each.start} to {each.end}", kind="transport", place=each.end, country=each.countries[-1],
        co2e_t=each.co2e_t, words=f"{each.mass_t:g} t of {each.good}: {modes}", sources=each.sources,
    )  # fmt: skip
