"""A question to the side Diversify: out of an address or its form, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals import material
from sarai.minerals.dependence import importer_code
from sarai.minerals.diversify import Rules
from sarai.minerals.diversify.gathering import Asked as Case
from sarai.server.asking import Unclear
from sarai.server.minerals.supposed import Bounds, as_meant, cleaned, number, share, stage, whole
from sarai.telling.minerals_diversify import years_in

__all__ = ["BOUNDS", "BY", "MOST_YEARS", "SHARE", "YEARS", "Asked", "Meant", "asked", "understood"]

BY, SHARE, YEARS = "2030", "65%", "2026..2035"
MOST_YEARS = 15  # of a plan: each more makes it slower, and prices of today say nothing of 2060
BOUNDS = {
    "by": Bounds(2000, 2100), "risk": Bounds(0, 1000), "budget": Bounds(0, 1e13), "standard": Bounds(0, 3),
    "cover": Bounds(0, 3650), "demand": Bounds(0, 1e10), "carbon": Bounds(0, 10_000),
}  # fmt: skip
"""By field."""

MOST_GROWTH = 0.5  # of the demand a year
FIELDS = (
    "material", "importer", "by", "share", "risk", "linear", "budget", "standard", "cover", "years", "demand",
    "growth", "discount", "carbon",
)  # fmt: skip


class Asked(Struct, frozen=True, kw_only=True):
    """A question as it was typed; what is empty is open, or as usual.

    Attributes
    ----------
    linear : str
        ``1`` for risk as governance times share, not squared.
    stages : tuple of str
        Empty for all of which the data say something.
    """

    material: str = ""
    importer: str = ""
    by: str = ""
    share: str = ""
    risk: str = ""
    linear: str = ""
    budget: str = ""
    standard: str = ""
    cover: str = ""
    years: str = ""
    demand: str = ""
    growth: str = ""
    discount: str = ""
    carbon: str = ""
    stages: tuple[str, ...] = ()

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        said = [(name, text) for name in FIELDS if (text := getattr(self, name))]
        return [*said, *(("stage", each) for each in self.stages)]

    @property
    def is_open(self) -> bool:
        """Whether nothing can be answered yet."""
        return not (self.material and self.importer)


class Meant(Struct, frozen=True, kw_only=True):
    """What is meant: of what for whom, and the rules."""

    case: Case
    rules: Rules


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """A question out of an address or its form."""
    said: dict[str, str] = {}
    stages: dict[str, None] = {}
    for name, value in query:
        text = cleaned(value)
        if name == "stage" and text:
            stages[text] = None
        elif name in FIELDS and text:
            said[name] = text
    return Asked(**said, stages=tuple(stages)[:MOST_STAGES])


MOST_STAGES = 3


def understood(question: Asked, folder: Path) -> Meant:
    """What is meant; `Unclear` names the field that says nothing that can be understood."""
    years = _years(question.years or YEARS)
    rules = Rules(
        by=_by(question.by or BY, years), share=share("share", question.share or SHARE),
        quadratic=question.linear != "1", **dict(_rules(question)),
    )  # fmt: skip
    case = Case(
        material=_named(question.material, "material", lambda text: material(text).code),
        importer=_named(question.importer, "importer", importer_code), folder=folder, years=years,
        stages=tuple(stage("stage", each) for each in question.stages), **dict(_needs(question)),
    )  # fmt: skip
    return Meant(case=case, rules=rules)


def _named(said: str, field: str, read: Any) -> str:
    if not said:
        raise Unclear(field, "nothing is chosen; choose one")
    return as_meant(field, read, said)


def _years(said: str) -> tuple[int, ...]:
    years = as_meant("years", _years_in, said)
    if not years or len(years) > MOST_YEARS:
        raise Unclear("years", f"years {said!r} are none or too many; take 1 to {MOST_YEARS}, as {YEARS}")
    return years


def _years_in(said: str) -> tuple[int, ...]:
    """Years as they are written; of a span without bounds only so much as tells that it has none."""
    first, _, last = said.partition("..")
    if len(first) > len(BY) or len(last) > len(BY):
        raise BadSetting(f"years {said!r} cannot be read; write them as {YEARS}")
    return years_in(said)


def _by(said: str, years: tuple[int, ...]) -> int:
    by = whole("by", said, BOUNDS["by"])
    if by > years[-1]:
        raise Unclear("by", f"{by} is after the last year of the plan, {years[-1]}; take one of its years")
    return by


def _rules(question: Asked) -> Iterator[tuple[str, float | int]]:
    if question.risk:
        yield "risk", number("risk", question.risk, BOUNDS["risk"])
    if question.budget:
        yield "budget_musd", number("budget", question.budget, BOUNDS["budget"]) / 1e6
    if question.standard:
        yield "standard", whole("standard", question.standard, BOUNDS["standard"])
    if question.cover:
        yield "cover_days", number("cover", question.cover, BOUNDS["cover"])
    if question.discount:
        yield "discount", share("discount", question.discount)
    if question.carbon:
        yield "carbon_usd_per_t", number("carbon", question.carbon, BOUNDS["carbon"])


def _needs(question: Asked) -> Iterator[tuple[str, float]]:
    if question.demand:
        yield "demand_t", number("demand", question.demand, BOUNDS["demand"])
    if question.growth:
        yield "growth", share("growth", question.growth, MOST_GROWTH)
