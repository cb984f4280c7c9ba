"""Memberships as figures: at the end of each year, how many bodies and agreements are each power's."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from sarai.standing.tables import TOTAL, Figure, Membership, Standing, year_of

__all__ = ["BODIES", "body_figures"]

BODIES: dict[str, Callable[[Membership], float]] = {
    "bodies": lambda each: 1.0,
    "bodies-depth": lambda each: float(each.depth),
}
"""By measure, what a body counts."""

COUNTED = "bodies-count"  # the source of sums over the table of memberships


@lru_cache(maxsize=32)
def body_figures(standing: Standing, measure: str) -> tuple[Figure, ...]:
    """The figures of a measure of `BODIES`: each body's part, for every year to that of the last change."""
    changes = {day for each in standing.memberships for day in (each.since, each.until) if day}
    return tuple(figure for year in _years(changes) for figure in _of_year(standing, measure, year))


def _years(days: Collection[str]) -> range:
    years = [year_of(day) for day in days]
    return range(min(years), max(years) + 1) if years else range(0)


def _of_year(standing: Standing, measure: str, year: int) -> list[Figure]:
    held = [each for each in standing.memberships if each.holds(f"{year}-12-31")]
    count = BODIES[measure]
    rows = [
        Figure(measure=measure, power=power, part=each.code, of=str(year), source=each.source,
               value=count(each) / len(each.powers.split()), note=f"{each.name}: {each.status}")
        for each in held for power in each.powers.split()
    ]  # fmt: skip
    total = Figure(
        measure=measure, power=TOTAL, of=str(year), value=sum(map(count, held)),
        source=COUNTED, note=f"{len(held)} bodies and agreements",
    )  # fmt: skip
    return [*rows, total]
