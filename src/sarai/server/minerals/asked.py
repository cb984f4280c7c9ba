"""A question to the page Minerals: out of an address, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals import STAGES, material
from sarai.minerals.dependence import EU, STUDY, importer_code
from sarai.server.asking import Fields, Unclear

__all__ = ["MOST_TEXT", "Asked", "Meant", "asked", "code_of", "understood", "who"]

MOST_TEXT = 80  # characters of a field


class Asked(Fields, frozen=True, kw_only=True):
    """A question as it was typed; what is empty is open."""

    material: str = ""
    importer: str = EU
    year: str = ""
    stage: str = ""


class Meant(Struct, frozen=True, kw_only=True):
    """What is meant by a question.

    Attributes
    ----------
    material : str
        The code of one, or nothing for all.
    stage : str
        One of `STAGES`, or nothing for that at which most is bought.
    """

    material: str
    importer: str
    year: int
    stage: str


def asked(query: Iterable[tuple[str, str]]) -> Asked:
    """A question out of an address, or out of a form; of a field that comes twice the last counts."""
    return Asked.of(query, MOST_TEXT)


def understood(question: Asked, years: Sequence[int]) -> Meant:
    """What is meant; `Unclear` names the field that says nothing that can be understood.

    Parameters
    ----------
    years : sequence of int
        Of which there is trade, ascending; the last one is asked about if none is said.
    """
    if question.stage and question.stage not in STAGES:
        raise Unclear("stage", f"stage {question.stage!r} is not one of {', '.join(STAGES)}")
    return Meant(
        material=code_of(question.material), importer=who(question.importer),
        year=_year(question.year, years), stage=question.stage,
    )  # fmt: skip


def code_of(said: str) -> str:
    """The code of a material; nothing of nothing. Raises `Unclear` if there is none."""
    try:
        return material(said).code if said else ""
    except BadSetting as fault:
        raise Unclear("material", str(fault)) from fault


def who(said: str) -> str:
    """The code of an importer; raises `Unclear` if there is none."""
    try:
        return importer_code(said)
    except BadSetting as fault:
        raise Unclear("importer", str(fault)) from fault


def _year(said: str, years: Sequence[int]) -> int:
    last = years[-1] if years else STUDY
    if not said:
        return last
    first = years[0] if years else last
    if not (said.isascii() and said.isdecimal() and first <= int(said) <= last):
        raise Unclear("year", f"year {said!r} has no trade in the data; take one from {first} to {last}")
    return int(said)
