"""The critical raw materials, their codes, uses and substitutes, as rows of the packaged tables."""

from __future__ import annotations

from msgspec import Struct

from sarai.reference.rows import Source

__all__ = ["HOW_GOOD", "STAGES", "TABLES", "HsCode", "Material", "Source", "Substitute", "Use"]

STAGES = ("mining", "refining", "processing")
"""Ores and concentrates; what is traded on the way (alumina, matte); what the EU assesses as processed."""

HOW_GOOD = ("equal", "near", "poor", "none")
EDITION_YEARS = (1988, 1992, 1996, 2002, 2007, 2012, 2017, 2022)
"""When editions of the Harmonized System begin."""


class Material(Struct, frozen=True, kw_only=True):
    """A material of the EU's list of 2023.

    Attributes
    ----------
    code : str
        The one word for it everywhere: ``natural-graphite``.
    symbol, group : str
        Chemical symbol or formula, if it has one; and its kind.
    strategic : bool
        Whether annex I of the Critical Raw Materials Act names it, some only in a grade (battery grade).
    by_product_of : str
        What it is mainly won beside, by ``;``; empty where it is mostly won for itself.
    also : str
        Its other names, by ``;``.
    """

    code: str
    name: str
    symbol: str = ""
    group: str
    strategic: bool
    listed_2023: bool
    by_product_of: str = ""
    also: str = ""
    source: str


class HsCode(Struct, frozen=True, kw_only=True):
    """A code of the Harmonized System under which a material is traded at a stage.

    Attributes
    ----------
    since, until : int
        First and last year, by the editions; `until` is none while it holds. A state may go over to an
        edition later than it begins.
    share : float, optional
        Of the code's goods that are the material, by gross weight; none where it is not known.
    shared_with : str
        Materials under the same code by ``;``, then after ``+`` other goods.
    """

    material: str
    stage: str
    hs: str
    since: int
    until: int | None = None
    share: float | None = None
    shared_with: str = ""
    note: str = ""
    source: str

    def __post_init__(self) -> None:
        # msgspec turns a ValueError of a row into a fault of it
        if self.stage not in STAGES:
            raise ValueError(f"stage {self.stage!r} is not one of {', '.join(STAGES)}")
        if len(self.hs) != 6 or not self.hs.isdecimal():
            raise ValueError(f"hs {self.hs!r} is not six digits; write it without dots")
        if self.since not in EDITION_YEARS or (self.until or 2027) + 1 not in (*EDITION_YEARS[1:], 2028):
            raise ValueError(
                f"{self.since} to {self.until} are not years of editions; they begin in {EDITION_YEARS}"
            )
        if (self.until or self.since) < self.since or not 0 < (self.share or 1) <= 1:
            raise ValueError("until is before since, or share is not within 0 and 1; mend the row")

    @property
    def others(self) -> tuple[str, ...]:
        """Codes of the materials that share it."""
        return tuple(each.strip() for each in self.shared_with.partition("+")[0].split(";") if each.strip())

    @property
    def alone(self) -> bool:
        """Whether the code's goods are this material only."""
        return not self.shared_with

    def holds(self, year: int) -> bool:
        """Whether the nomenclature of a year has it so."""
        return self.since <= year and (self.until is None or year <= self.until)


class Use(Struct, frozen=True, kw_only=True):
    """What a material is used for."""

    material: str
    use: str
    note: str = ""
    source: str


class Substitute(Struct, frozen=True, kw_only=True):
    """What could stand in for a material in a use; `how_good` is one of `HOW_GOOD`."""

    material: str
    use: str
    substitute: str = ""
    how_good: str
    source: str

    def __post_init__(self) -> None:
        if self.how_good not in HOW_GOOD:
            raise ValueError(f"how_good {self.how_good!r} is not one of {', '.join(HOW_GOOD)}")
        if (self.how_good == "none") != (not self.substitute):
            raise ValueError("a substitute is named, or else how_good is none")


TABLES: dict[str, type[Struct]] = {
    "sources": Source, "materials": Material, "hs_codes": HsCode, "uses": Use, "substitutes": Substitute,
}  # fmt: skip
"""By the name of the file, the rows that it has."""
