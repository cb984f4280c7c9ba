"""Questions about raw materials worked out: each side of an answer has its figures or its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from sarai.corridors import Network
from sarai.goods import BadSetting, SaraiError
from sarai.minerals.dependence import EU, Evidence, Exposure, gather
from sarai.server.asking import InTime
from sarai.server.minerals.answer import Carried, Overview, Risks, Sheet, Term, Ways
from sarai.server.minerals.arcs import arc, position
from sarai.server.minerals.asked import Meant
from sarai.server.minerals.flows import Flow, Flows, flows_of
from sarai.telling import minerals_exposure, minerals_footprint, minerals_risk

__all__ = ["DELIVERED", "carried", "overview", "risks", "sheet", "ways_of"]

T = TypeVar("T")
DELIVERED = {EU: "DE"}  # where goods for a group of countries are taken to go
MOST_TRIED = 6  # sellers: the first whose ways and electricity are known is told


class Sides:
    """Sides of an answer, one after the other; one that lacks data stops no other."""

    def __init__(self, in_time: InTime) -> None:
        self.in_time, self.lacking = in_time, {}

    def side(self, name: str, work: Callable[[], T]) -> T | None:
        """What is found, or none; why is kept under its name."""
        self.in_time()
        try:
            return work()
        except SaraiError as fault:
            self.lacking[name] = str(fault)
            return None


def overview(folder: Path, meant: Meant, risks: Callable[[], Risks], in_time: InTime) -> Overview:
    """All materials."""
    sides = Sides(in_time)
    known = sides.side("risk", risks)
    exposure = sides.side(
        "exposure", lambda: minerals_exposure.told(folder, (), meant.importer, meant.year, meant.stage)
    )
    return Overview(
        importer=meant.importer, year=meant.year, risk=known.told if known else None, exposure=exposure,
        lacking=sides.lacking,
    )  # fmt: skip


def sheet(
    folder: Path, meant: Meant, years: Sequence[int], risks: Callable[[], Risks], in_time: InTime
) -> Sheet:
    """One material from all sides."""
    sides, code = Sides(in_time), meant.material
    known = sides.side("risk", risks)
    exposure = sides.side(
        "exposure", lambda: minerals_exposure.told(folder, (code,), meant.importer, meant.year, meant.stage)
    )
    exposed = exposure.known[0] if exposure and exposure.known else None
    flows = sides.side("flows", lambda: flows_of(folder, exposed, years)) if exposed else None
    return Sheet(
        material=code, importer=meant.importer, year=meant.year, risk=known.of(code) if known else None,
        terms=known.terms[code] if known else (), exposure=exposure, flows=flows,
        ways=ways_of(flows) if flows else None, lacking=sides.lacking,
    )  # fmt: skip


def risks(folder: Path, importer: str, year: int) -> Risks:
    """Supply risk of all: of the EU by its last list, of others in the year or the last that is known."""
    evidence = gather(folder, importer)
    found = _risks(folder, importer, year, evidence)
    terms = minerals_risk.explained(found, folder, evidence)
    return Risks(told=found, terms={
        each.material: tuple(
            Term(title=title, stage=stage, countries=countries)
            for part in each.parts
            for _, (title, stage, countries) in zip(part.stages, terms, strict=False)
        )
        for each in found.materials
    })  # fmt: skip


def _risks(folder: Path, importer: str, year: int, evidence: Evidence) -> minerals_risk.Told:
    if importer == EU:
        return minerals_risk.told(folder, (), evidence=evidence)
    try:
        return minerals_risk.told(folder, (), importer, year, evidence)
    except BadSetting:  # production is known of few years; the answer says which it is of
        return minerals_risk.told(folder, (), importer, evidence=evidence)


# -- on the map ----------------------------------------------------------------------------------


def ways_of(found: Flows) -> Ways:
    """Where the flows of all years lie, and who produces."""
    several = [flow for year in found.years for flow in year.flows]
    names = _names(several, found)
    places = {name: point for name in names if (point := position(name))}
    pairs = dict.fromkeys((each.exporter, each.importer) for each in several)
    arcs = {
        pair: arc(places[pair[0]], places[pair[1]]) for pair in pairs if places.keys() >= set(pair)
    }  # fmt: skip
    return Ways(arcs=arcs, places=places, off=tuple(name for name in names if name not in places))


def _names(several: Iterable[Flow], found: Flows) -> list[str]:
    ends = (name for each in several for name in (each.exporter, each.importer))
    made = (name for year in found.years for name in year.made.amounts)
    return sorted({*ends, *made, found.importer})


# -- footprint -----------------------------------------------------------------------------------


def carried(network: Network, exposed: Exposure, in_time: InTime) -> Carried:
    """The footprint of the usual chain, made where the largest seller is that corridors reach."""
    from sarai.minerals.footprint import overseas, routes_of

    end, why = DELIVERED.get(exposed.importer, exposed.importer), ""
    if not routes_of(exposed.material):
        told = minerals_footprint.footprint_of(network, exposed.material, "", (), "")
        return Carried(end=end, told=told, reason=told.reason)
    wide = overseas(network)
    for each in exposed.direct[:MOST_TRIED]:
        in_time()
        try:
            told = minerals_footprint.footprint_of(wide, exposed.material, each.country, (), end)
        except SaraiError as fault:
            why = why or f"{each.country}: {fault}"
        else:
            return Carried(start=each.country, end=end, told=told)
    return Carried(end=end, reason=why)
