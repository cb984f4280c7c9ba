"""A question to the side Shock: out of an address or its form, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from sarai.minerals import material
from sarai.minerals.dependence import importer_code
from sarai.minerals.shocks import Measure, parse
from sarai.minerals.shocks.measures import VERBS
from sarai.server.asking import Unclear
from sarai.server.minerals.supposed import Bounds, as_meant, cleaned, number, share, stage, whole
from sarai.telling.minerals_shock import Question

__all__ = ["BOUNDS", "MOST_SHOCKS", "Asked", "asked", "put_together", "understood"]

MOST_SHOCKS = 8  # of one question
BOUNDS = {
    "year": Bounds(1988, 2100), "reserves": Bounds(0, 3650), "draws": Bounds(10, 400),
    "seed": Bounds(0, 2**31 - 1),
}  # fmt: skip
"""By field."""

FIELDS = ("material", "year", "importer", "stage", "reserves", "absorbed", "draws", "seed")
ALL = "*"


class Asked(Struct, frozen=True, kw_only=True):
    """A question as it was typed; what is empty is open, or as usual.

    Attributes
    ----------
    shocks : tuple of str
        In words, one each.
    """

    material: str = ""
    year: str = ""
    importer: str = ""
    stage: str = ""
    reserves: str = ""
    absorbed: str = ""
    draws: str = ""
    seed: str = ""
    shocks: tuple[str, ...] = ()

    @property
    def address(self) -> list[tuple[str, str]]:
        """The fields that say something, as an address has them."""
        said = [(name, text) for name in FIELDS if (text := getattr(self, name))]
        return [*said, *(("if", each) for each in self.shocks)]

    @property
    def is_open(self) -> bool:
        """Whether nothing can be answered yet."""
        return not (self.material and self.shocks)


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """A question out of an address or its form; a shock that the small form puts together is the last."""
    said: dict[str, str] = {}
    shocks: dict[str, None] = {}
    for name, value in query:
        if name == "if":
            shocks |= dict.fromkeys(text for part in value.split(";") if (text := cleaned(part)))
        elif text := cleaned(value):
            said[name] = text
    if one := put_together(said):
        shocks[one] = None
    plain = {name: said[name] for name in FIELDS if name in said}
    return Asked(**plain, shocks=tuple(shocks)[:MOST_SHOCKS])


def put_together(said: Mapping[str, str]) -> str:
    """The words of a shock from fields of its form: verb, who, whom, how much, for how many days.

    >>> put_together({"verb": "quota", "who": "CN", "much": "50", "days": "90"})
    'quota CN>* 50% 90d'
    """
    verb = said.get("verb", "")
    who = said.get("what" if verb == "close" else "who", "")
    if not (verb and who):
        return ""
    of = who if verb in ("lose", "close") else f"{who}>{said.get('whom', ALL)}"
    much = f"{said['much'].removesuffix('%')}%" if "much" in said and verb in ("quota", "lose") else ""
    days = f"{said['days'].removesuffix('d')}d" if "days" in said else ""
    return cleaned(" ".join(filter(None, (verb, of, much, days))))


def understood(question: Asked, folder: Path, years: Sequence[int]) -> Question:
    """What is meant; `Unclear` names the field that says nothing that can be understood.

    Parameters
    ----------
    years : sequence of int
        Of which there is trade, ascending; the last one is meant if none is said.
    """
    return Question(
        folder=folder, material=_material(question.material), shocks=_shocks(question.shocks),
        year=_year(question.year, years), importer=_importer(question.importer),
        stage=stage("stage", question.stage) if question.stage else "",
        **dict(_numbers(question)),
    )  # fmt: skip


def _numbers(question: Asked) -> Iterable[tuple[str, float | int]]:
    if question.reserves:
        yield "reserve_days", number("reserves", question.reserves.removesuffix("d"), BOUNDS["reserves"])
    if question.absorbed:
        yield "absorbed", share("absorbed", question.absorbed)
    for name in ("draws", "seed"):
        if text := getattr(question, name):
            yield name, whole(name, text, BOUNDS[name])


def _material(said: str) -> str:
    if not said:
        raise Unclear("material", "nothing is chosen; choose a material")
    return as_meant("material", material, said).code


def _importer(said: str) -> str:
    return as_meant("importer", importer_code, said) if said else ""


def _shocks(said: tuple[str, ...]) -> tuple[Measure, ...]:
    if not said:
        raise Unclear("if", f"nothing happens; add a shock such as {VERBS['embargo']}")
    return as_meant("if", parse, ";".join(said))


def _year(said: str, years: Sequence[int]) -> int:
    if not years:
        raise Unclear("year", "the data have no trade; give the server a folder with a file of BACI")
    year = whole("year", said, BOUNDS["year"]) if said else years[-1]
    if year not in years:
        raise Unclear("year", f"year {said!r} has no trade; take one from {years[0]} to {years[-1]}")
    return year
