"""Who could give what by which way: suppliers at their price and beyond it, and projects once they are there.

An `Offer` has a capacity in every year; of a project it is there only if it was decided in time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.tables import Project, Supplier, Way

__all__ = ["HOME", "Offer", "offers", "starts", "ways_from"]

HOME = Way(code="", origin="", usd_per_t=0.0)
"""The way of goods of the importer's own countries."""


class Offer(NamedTuple):
    """What one source gives at one price, by one way.

    Attributes
    ----------
    tier : str
        ``usual`` or ``more`` of a supplier, ``project`` of a project.
    usd_per_t, co2e_t_per_t : float
        With the way's.
    """

    of: Supplier | Project
    tier: str
    t: float
    way: Way
    usd_per_t: float
    co2e_t_per_t: float

    @property
    def need(self) -> tuple[str, str]:
        """Material and stage."""
        return self.of.material, self.of.stage

    @property
    def name(self) -> tuple[str, str, str]:
        """What it is told apart by."""
        return self.of.code, self.tier, self.way.code

    def is_there(self, year: int) -> bool:
        """Whether it can be in a year; of a project, whether it could."""
        one = self.of
        return not isinstance(one, Supplier) or one.since <= year <= (one.until or year)


def offers(case: Case) -> tuple[Offer, ...]:
    """All of a case that its standard lets in, in the order of their codes."""
    rows = sorted((*case.suppliers, *case.projects), key=lambda row: row.code)
    return tuple(
        Offer(row, tier, t, way, usd + way.usd_per_t, row.co2e_t_per_t + way.co2e_t_per_t)
        for row in rows
        if (row.material, row.stage) in case.stages and row.standard >= case.rules.standard
        for tier, t, usd in _tiers(row)
        if t > 0
        for way in ways_from(case, row.country, row.material)
    )


def ways_from(case: Case, country: str, material: str) -> tuple[Way, ...]:
    """From a country to the importer; without any ways in the case, all are open and cost nothing."""
    if country in case.own or not case.ways:
        return (HOME,)
    found = [each for each in case.ways if each.origin == country and each.material in ("", material)]
    return tuple(sorted(found, key=lambda way: way.code))


def starts(case: Case, project: Project) -> tuple[int, ...]:
    """Years in which a project can be decided and be there before the plan ends."""
    last = case.years[-1]
    return tuple(year for year in case.years if year >= project.earliest and year + project.lead_y <= last)


def _tiers(row: Supplier | Project) -> Iterator[tuple[str, float, float]]:
    if isinstance(row, Supplier):
        yield "usual", row.t, row.usd_per_t
        yield "more", row.more_t, row.usd_per_t * (1 + row.premium)
    elif row.kind != "stockpile":
        yield "project", row.given_t, row.usd_per_t
