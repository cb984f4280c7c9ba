"""What stages take and are given, by year: what is asked, what projects take, and where it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.chains import feed_of

if TYPE_CHECKING:
    from sarai.minerals.diversify.plans import Stocked, Taken

__all__ = ["Balance", "Fed", "balances", "feeds"]


class Fed(Struct, frozen=True, kw_only=True):
    """Tonnes of a material at a stage that a project of a later stage takes in a year."""

    year: int
    material: str
    stage: str
    project: str
    t: float


class Balance(Struct, frozen=True, kw_only=True):
    """A year of a material at a stage, in tonnes; what comes is what goes.

    Attributes
    ----------
    asked_t, fed_t, to_stock_t : float
        What goes: to what is asked, to projects of later stages, into stocks.
    abroad_t, own_t, projects_t, from_stock_t : float
        What comes: from suppliers abroad, from the importer's own, from projects, out of stocks.
    """

    material: str
    stage: str
    year: int
    asked_t: float
    fed_t: float
    to_stock_t: float
    abroad_t: float
    own_t: float
    projects_t: float
    from_stock_t: float

    @property
    def consumed_t(self) -> float:
        """Of which shares are."""
        return self.asked_t + self.fed_t


def feeds(case: Case, taken: Iterable[Taken]) -> Iterator[Fed]:
    """What projects take for what they give, in the order of what they give."""
    by_code = {each.code: each for each in case.projects}
    total: dict[tuple[int, str, str, str], float] = defaultdict(float)
    for each in taken:
        project = by_code.get(each.source)
        if project and (feed := feed_of(project, case.own)):
            total[each.year, *feed, each.source] += each.t * project.input_t_per_t
    for (year, material, stage, code), t in total.items():
        yield Fed(year=year, material=material, stage=stage, project=code, t=t)


def balances(
    case: Case, taken: Iterable[Taken], stocked: Iterable[Stocked], fed: Iterable[Fed]
) -> Iterator[Balance]:
    """One for each need and year."""
    kinds = {each.code: "projects_t" for each in case.projects}
    sums: dict[tuple[str, str, int], dict[str, float]] = {
        key: {"asked_t": asked, "fed_t": 0.0, "to_stock_t": 0.0, "abroad_t": 0.0, "own_t": 0.0,
              "projects_t": 0.0, "from_stock_t": 0.0}
        for key, asked in sorted(case.demand.items()) if key[2] in case.years
    }  # fmt: skip
    for each in taken:
        kind = kinds.get(each.source, "own_t" if each.country in case.own else "abroad_t")
        sums[each.material, each.stage, each.year][kind] += each.t
    for row in stocked:
        of = sums[row.material, row.stage, row.year]
        of["to_stock_t"] += row.taken_t
        of["from_stock_t"] += row.given_t
    for one in fed:
        sums[one.material, one.stage, one.year]["fed_t"] += one.t
    for (material, stage, year), of in sums.items():
        yield Balance(material=material, stage=stage, year=year, **of)
