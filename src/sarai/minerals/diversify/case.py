"""What is to be decided: who could supply, by which ways, and the rules that a plan must keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.diversify.chains import stages_of, wrong_recipes
from sarai.minerals.diversify.tables import KINDS, STAGES, STANDARDS, Limit, Need, Project, Supplier, Way

__all__ = ["FAMILIES", "Case", "Rules"]

MOST_YEARS = 40
FAMILIES = ("demand", "share", "risk", "corridor", "budget", "standard", "cover")
"""The rules, by the words that plans and relaxations call them by."""


class Rules(Struct, frozen=True, kw_only=True):
    """What a plan must keep from the year `by` on; demand and corridors bind in all years.

    Attributes
    ----------
    share : float
        The most that any one country other than the importer's own may give of a year's consumption
        (0.65: Regulation (EU) 2024/1252, article 5).
    risk : float, optional
        The most that the concentration may be, as `quadratic` has it.
    quadratic : bool
        Whether the risk is the sum of weight times share squared (the EU's governance-weighted
        Herfindahl-Hirschman index), else its linear proxy, the sum of weight times share.
    budget_musd : float, optional
        For the importer's part of all capital, not discounted.
    standard : int
        The least of `STANDARDS` that a source may have.
    cover_days : float
        Of consumption that stockpiles hold at the end of each year.
    discount : float
        A year.
    carbon_usd_per_t : float
        What a tonne of CO2 equivalent counts.
    """

    by: int
    share: float = 0.65
    risk: float | None = None
    quadratic: bool = True
    budget_musd: float | None = None
    standard: int = 0
    cover_days: float = 0.0
    discount: float = 0.05
    carbon_usd_per_t: float = 0.0


class Case(Struct, frozen=True, kw_only=True, dict=True):
    """A question; raises `BadSetting` at birth for what cannot be.

    Attributes
    ----------
    own : tuple of str
        Countries of the importer: no way is needed from them, and the share's limit is not for them.
    weights : mapping of str to float
        By country, how much its share weighs in the risk (governance); 1 where it is not told.
    """

    years: tuple[int, ...]
    needs: tuple[Need, ...]
    rules: Rules
    suppliers: tuple[Supplier, ...] = ()
    projects: tuple[Project, ...] = ()
    ways: tuple[Way, ...] = ()
    limits: tuple[Limit, ...] = ()
    own: tuple[str, ...] = ()
    weights: Mapping[str, float] = {}

    def __post_init__(self) -> None:
        for wrong in (*_wrong_years(self), *_wrong_rules(self.rules), *_wrong_rows(self)):
            raise BadSetting(wrong)

    @cached_property
    def bound_years(self) -> tuple[int, ...]:
        """Those in which the rules hold."""
        return tuple(year for year in self.years if year >= self.rules.by)

    @cached_property
    def stages(self) -> set[tuple[str, str]]:
        """Material and stage of what is needed, or would be by projects that can be built."""
        allowed = [each for each in self.projects if each.standard >= self.rules.standard]
        return stages_of(self.needs, allowed, self.own)

    @cached_property
    def demand(self) -> dict[tuple[str, str, int], float]:
        """Tonnes by material, stage and year, without what projects take; rows of the same add up."""
        fed = sorted(self.stages - {(each.material, each.stage) for each in self.needs})
        asked = {(*stage, year): 0.0 for stage in fed for year in self.years}
        for each in sorted(self.needs, key=lambda need: (need.material, need.stage, need.year, need.t)):
            key = each.material, each.stage, each.year
            asked[key] = asked.get(key, 0.0) + each.t
        return asked

    def weight(self, country: str) -> float:
        """How much a country's share weighs in the risk."""
        return self.weights.get(country, 1.0)

    def discounted(self, year: int) -> float:
        """What a dollar of a year counts in the first."""
        return (1 + self.rules.discount) ** -(year - self.years[0])

    def annuity(self, project: Project) -> float:
        """Share of the capital that each year of its life bears, so that all of them together repay it."""
        rate, life = self.rules.discount, project.life_y
        return rate / (1 - (1 + rate) ** -life) if rate else 1 / life


def _wrong_years(case: Case) -> Iterator[str]:
    years = case.years
    if not years or len(years) > MOST_YEARS or list(years) != list(range(years[0], years[0] + len(years))):
        told = ", ".join(map(str, years[:5])) or "none"
        yield f"years {told} are not 1 to {MOST_YEARS} that follow each other; write 2026..2035"
    elif case.rules.by > years[-1]:
        yield f"the rules hold from {case.rules.by}, after the last year {years[-1]}; take a year of the plan"
    if not case.needs:
        yield "there is no need; state the tonnes of a material at a stage by year"


def _wrong_rules(rules: Rules) -> Iterator[str]:
    if not 0 <= rules.share <= 1:
        yield f"share {rules.share!r} cannot be; take 0 to 1, as 0.65"
    if not 0 <= rules.discount <= 1:
        yield f"discount {rules.discount!r} cannot be; take a share a year from 0 to 1"
    if rules.standard not in STANDARDS:
        yield f"standard {rules.standard!r} is not known; take one of {', '.join(map(str, STANDARDS))}"
    for name in ("risk", "budget_musd", "cover_days", "carbon_usd_per_t"):
        value = getattr(rules, name)
        if value is not None and not (value >= 0 and isfinite(value)):
            yield f"{name} {value!r} cannot be; take 0 or more"


def _wrong_rows(case: Case) -> Iterator[str]:
    for name in ("suppliers", "projects", "ways", "limits"):
        codes = [each.code for each in getattr(case, name)]
        if len(set(codes)) < len(codes):
            twice = min(code for code in codes if codes.count(code) > 1)
            yield f"{name} has code {twice!r} twice; give each a code of its own"
    for row in (*case.needs, *case.suppliers, *case.projects, *case.ways, *case.limits):
        yield from _wrong_numbers(row)
    yield from _wrong_words(case)
    yield from wrong_recipes(case.projects)


def _wrong_numbers(row: Struct) -> Iterator[str]:
    named = getattr(row, "code", "") or f"need of {getattr(row, 'year', '')}"
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if isinstance(value, float) and name != "stake" and not (value >= 0 and isfinite(value)):
            yield f"{named}: {name} is {value!r}; take 0 or more"
    if isinstance(row, Project):
        if not (row.offtake <= 1 and row.stake <= 1 and row.lead_y >= 0 and row.life_y >= 1):
            yield f"project {named}: offtake and stake are shares up to 1, lead_y 0 or more, life_y 1 or more"
        if row.kind not in KINDS:
            yield f"project {named}: kind {row.kind!r} is not known; take {', '.join(KINDS)}"


def _takes(way: Way) -> Mapping[str, float]:
    try:
        return way.takes
    except ValueError:
        return {way.limits: -1.0}


def _wrong_words(case: Case) -> Iterator[str]:
    limits = {each.code for each in case.limits}
    for way in case.ways:
        for code, times in _takes(way).items():
            if not (times >= 0 and isfinite(times)):
                yield f"way {way.code} has limits {way.limits!r}; write codes by blanks, as pass port=2"
            elif code not in limits:
                yield f"way {way.code} goes through limit {code!r}, which is not among the limits; add it"
    for row in (*case.needs, *case.suppliers, *case.projects):
        if row.stage not in STAGES:
            yield f"stage {row.stage!r} of {row.material} is not known; take {', '.join(STAGES)}"
    asked = {(each.material, each.stage) for each in case.needs}
    for material, stage in sorted(asked):
        missing = [year for year in case.years if (material, stage, year) not in case.demand]
        if missing:
            yield f"need of {material} ({stage}) says nothing of {missing[0]}; give a row for each year"
