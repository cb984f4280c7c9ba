"""Who sends a material to whom, year by year: what the world map of flows draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from sarai.minerals.dependence import Exposure, Known, stages_of
from sarai.minerals.dependence import Flows as Network

__all__ = ["MOST", "Flow", "Flows", "Made", "Year", "flows_of", "year_of"]

MOST = 40  # flows of a year that are drawn: more lie on each other
MOST_OWN = 12  # of what the importer buys: it is drawn however small
DOUBTFUL = 20.0  # times below what half of all trade is worth by weight: then the weight is likely wrong


class Flow(Struct, frozen=True, kw_only=True):
    """What one country sends another in a year.

    Attributes
    ----------
    amount : float
        In the unit of the flows.
    own : bool
        Whether the importer asked about buys it.
    doubtful : bool
        Whether its tonnes are worth so little that they are likely misstated.
    """

    exporter: str
    importer: str
    amount: float
    own: bool = False
    doubtful: bool = False


class Made(Struct, frozen=True, kw_only=True):
    """Who produces a material in a year.

    Attributes
    ----------
    amounts : dict
        By country: tonnes, or shares of the world's supply.
    stage : str
        Which may be another than that of trade.
    basis : str
        ``production`` in tonnes, ``EU study`` in shares, or nothing where it is not known.
    """

    amounts: dict[str, float] = {}
    stage: str = ""
    basis: str = ""


class Year(Struct, frozen=True, kw_only=True):
    """A year's trade in a material.

    Attributes
    ----------
    flows : tuple of Flow
        The largest, and the largest of the importer's own, the largest first.
    whole, drawn : float
        All trade, and the part of it that `flows` are.
    count : int
        How many flows there are in all.
    estimated : float
        Share of the value whose tonnes are reckoned from its worth.
    bought : dict
        What the importer buys, by seller.
    reason : str
        Why there is none; empty if there is.
    """

    year: int
    flows: tuple[Flow, ...] = ()
    whole: float = 0.0
    drawn: float = 0.0
    count: int = 0
    estimated: float = 0.0
    bought: dict[str, float] = {}
    made: Made = Made()
    reason: str = ""


class Flows(Struct, frozen=True, kw_only=True):
    """Trade in a material at a stage, in one unit for all years; nothing of a year that lacks data."""

    material: str
    importer: str
    stage: str
    unit: str
    years: tuple[Year, ...]

    def of(self, year: int) -> Year:
        """A year."""
        return next((each for each in self.years if each.year == year), Year(year=year))


def flows_of(folder: Path, exposed: Exposure, years: Sequence[int]) -> Flows:
    """The flows behind an exposure, in its year's stage and unit, and those of other years."""
    known = Known(folder, exposed.importer, exposed.year)
    traded = exposed.basis.startswith("trade in ")
    unit = exposed.basis.removeprefix("trade in ") if traded else "t"
    several = years if traded else [exposed.year]
    return Flows(
        material=exposed.material, importer=exposed.importer, stage=exposed.stage, unit=unit,
        years=tuple(year_of(known.at(year), exposed.material, exposed.stage, unit) for year in several),
    )  # fmt: skip


def year_of(known: Known, code: str, stage: str, unit: str, most: int = MOST) -> Year:
    """A year's flows at a stage, or why there are none."""
    usable, why = known.codes(code, stage)
    made = _made(known, code, stage)
    if not usable:
        return Year(year=known.year, made=made, reason="; ".join(why))
    network = known.network(code, usable, unit)
    several = [*_flows(network, known.network(code, usable, "kUSD"), known.importer)]
    own = [each for each in several if each.own][:MOST_OWN]
    shown = (*several[:most], *(each for each in own if each not in several[:most]))
    return Year(
        year=known.year, flows=shown, whole=float(network.amounts.sum()), count=len(several),
        drawn=sum(each.amount for each in shown), estimated=network.estimated,
        bought={each.exporter: each.amount for each in several if each.own}, made=made,
        reason="" if several else "no tonnes are stated",
    )  # fmt: skip


def _flows(network: Network, worth: Network, importer: str) -> Iterator[Flow]:
    """All flows, the largest first."""
    givers, takers = np.nonzero(network.amounts)
    amounts = network.amounts[givers, takers]
    doubtful = _doubtful(amounts, worth.amounts[givers, takers]) & (network.unit == "t")
    for at in np.lexsort((takers, givers, -amounts)).tolist():
        taker = network.countries[takers[at]]
        yield Flow(exporter=network.countries[givers[at]], importer=taker, amount=float(amounts[at]),
                   own=taker == importer, doubtful=bool(doubtful[at]))  # fmt: skip


def _doubtful(tonnes: np.ndarray, kusd: np.ndarray) -> np.ndarray:
    """Of which flows a tonne is worth far less than of the goods that make up half of the trade."""
    if not tonnes.size:
        return np.zeros(0, bool)
    each = kusd / tonnes
    order = np.argsort(each)
    half = np.searchsorted(np.cumsum(kusd[order]), kusd.sum() / 2)
    return each * DOUBTFUL < each[order[half]]


def _made(known: Known, code: str, stage: str) -> Made:
    """Tonnes at the stage or another, else the EU's shares of the world's supply."""
    stages = dict.fromkeys((stage, *stages_of(code)))
    for basis, find in (("production", known.production), ("EU study", known.world_shares)):
        for each in stages:
            if sum((found := find(code, each)).values()) > 0:
                return Made(amounts=found, stage=each, basis=basis)
    return Made()
