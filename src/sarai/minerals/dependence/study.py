"""What the EU's study of 2023 states of each stage, beside its tables of shares: the other terms of its risk.

The table is packaged, as others typed it in from the study's annexes; every row names its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from msgspec import Struct

from sarai.minerals.loading import packaged

__all__ = ["STAGES", "STUDY", "SUPPLIES", "Terms", "study_terms"]

STUDY = 2023
"""The list whose study the shares and terms are of; their files do not say."""
STAGES = ("mining", "processing")
SUPPLIES = ("both", "world", "sourcing")


class Terms(Struct, frozen=True, kw_only=True):
    """The terms of a stage of a material, or of a member of a group.

    Attributes
    ----------
    supplies : str
        Whose concentration counts, one of `SUPPLIES`; empty where it is not stated.
    import_reliance : float, optional
        Net imports by apparent consumption, from 0 to 1.
    recycled : float, optional
        EoL-RIR, from 0 to 1.
    substitution : float, optional
        SI_SR, from 0 to 1; 1 if nothing can stand in.
    risk : float, optional
        What came out for the stage, to one decimal: to compare, never to reckon with.
    source : str
        Code of `sarai.minerals.cited_sources`; empty where nothing is stated.
    """

    name: str
    stage: str
    supplies: str = ""
    import_reliance: float | None = None
    recycled: float | None = None
    substitution: float | None = None
    risk: float | None = None
    source: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        # msgspec turns a ValueError of a row into a fault of it
        if self.stage not in STAGES:
            raise ValueError(f"stage {self.stage!r} is not one of {', '.join(STAGES)}")
        if self.supplies and self.supplies not in SUPPLIES:
            raise ValueError(f"supplies {self.supplies!r} is not one of {', '.join(SUPPLIES)}, or empty")
        for part in (self.import_reliance, self.recycled, self.substitution):
            if part is not None and not 0 <= part <= 1:
                raise ValueError(f"{part:g} is no share from 0 to 1; write 40 % as 0.4")


@cache
def study_terms() -> Mapping[tuple[str, str], Terms]:
    """What the study states, by material or member of a group, and stage.

    Raises
    ------
    TablesFaulty
        With every fault of the packaged table.

    >>> study_terms()["magnesium", "processing"].substitution
    0.94
    """
    return MappingProxyType({(each.name, each.stage): each for each in packaged("study_terms", Terms)})
