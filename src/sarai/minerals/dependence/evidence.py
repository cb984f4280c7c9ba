"""What a folder of data knows of supply by the EU's method, read once, with all that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence.concentration import SupplyShare, shares
from sarai.minerals.dependence.study import Terms, study_terms
from sarai.minerals.dependence.trade import EU
from sarai.minerals.sources import (
    MINED,
    Assessed,
    Governance,
    Odd,
    Produced,
    Supply,
    find,
    held,
    read_assessed,
    read_governance,
    read_produced,
    read_recycled,
    read_supply,
)
from sarai.reference.countries import country, members

__all__ = ["EU", "Evidence", "gather", "own_countries", "supplies"]

Supplies = Mapping[tuple[str, str], tuple[SupplyShare, ...]]


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of every material; of one importer's trade in a year it is `Known`.

    Attributes
    ----------
    world, sourcing : mapping
        Shares of the world's and the EU's supply by material (or member of a group) and stage.
    produced : mapping
        Amounts by the publisher's material, year and country.
    governance : Governance
    recycled : mapping
        EoL-RIR in the EU, by material, as the folder has it.
    stated : mapping
        The other terms that the EU's study states, by material (or member of a group) and stage.
    assessed : mapping
        As the EU published it, by material and year.
    odd : tuple of Odd
        Rows that were not as they should be.
    """

    world: Supplies
    sourcing: Supplies
    produced: Mapping[tuple[str, int], Mapping[str, float]]
    governance: Governance
    recycled: Mapping[str, float]
    assessed: Mapping[tuple[str, int], Assessed]
    stated: Mapping[tuple[str, str], Terms] = {}
    odd: tuple[Odd, ...] = ()

    def mined(self, material: str, stage: str, year: int) -> dict[str, tuple[SupplyShare, ...]]:
        """World shares of production in a year, by what the publisher counts; empty if it has none."""
        names = MINED.get((material, stage), ())
        found = {name: shares(self.produced.get((name, year), {})) for name in names}
        return {name: supply for name, supply in found.items() if supply}

    def mined_years(self) -> tuple[int, ...]:
        """The years that production is known of."""
        return tuple(sorted({year for _, year in self.produced}))


def gather(folder: Path, importer: str = EU) -> Evidence:
    """What a folder knows of an importer's supply.

    The EU's shares of sourcing need not be there for others, nor production for the EU.

    Raises
    ------
    BadSetting
        A file that is needed is missing, or is not what its name says.
    """
    odd: list[Odd] = []
    of_eu = importer == EU
    world = read_supply(find(folder, "world-shares"), odd) if of_eu or held(folder, "world-shares") else ()
    sourcing = read_supply(find(folder, "eu-shares"), odd) if of_eu else ()
    assessed = read_assessed(find(folder, "assessed"), odd) if of_eu and held(folder, "assessed") else ()
    produced = () if of_eu else read_produced(find(folder, "mining"), odd)
    recycled = read_recycled(find(folder, "recycling"), odd) if of_eu and held(folder, "recycling") else {}
    return Evidence(
        world=supplies(world),
        sourcing=supplies(sourcing),
        produced=_amounts(produced),
        governance=read_governance(find(folder, "governance"), odd),
        recycled=recycled,
        assessed={(each.material, each.year): each for each in assessed},
        stated=study_terms() if of_eu else {},
        odd=tuple(odd),
    )


def own_countries(importer: str, year: int) -> frozenset[str]:
    """The countries that are the importer: members of the EU when the year begins, or the country itself.

    Raises
    ------
    UnknownCountry
        There is no such country.
    """
    return members(EU, date(year, 1, 1)) if importer == EU else frozenset({country(importer).alpha2})


def supplies(rows: Iterable[Supply]) -> Supplies:
    """Shares by material (or member of a group) and stage, the largest first."""
    found: dict[tuple[str, str], list[SupplyShare]] = {}
    for each in rows:
        found.setdefault((each.material, each.stage), []).append(
            SupplyShare(each.country, each.share, each.t)
        )
    return {key: tuple(sorted(few, key=lambda s: (-s.share, s.country))) for key, few in found.items()}


def _amounts(rows: Iterable[Produced]) -> dict[tuple[str, int], dict[str, float]]:
    found: dict[tuple[str, int], dict[str, float]] = {}
    units: dict[str, str] = {}
    for each in rows:
        if units.setdefault(each.material, each.unit) != each.unit:
            raise BadSetting(
                f"production of {each.material} is in {units[each.material]} and in {each.unit}; "
                "take the publisher's file, which has one unit for each"
            )
        found.setdefault((each.material, each.year), {})[each.country] = each.amount
    return found
