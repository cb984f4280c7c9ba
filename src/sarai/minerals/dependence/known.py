"""What a folder of data says of an importer's trade in a year: codes that are alive, producers, stability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from sarai.minerals.dependence.concentration import merged
from sarai.minerals.dependence.evidence import Supplies, supplies
from sarai.minerals.dependence.trade import EU, Flows, apart, flows, instability, joined, of_importer
from sarai.minerals.loading import hs_codes
from sarai.minerals.materials import STAGES, HsCode
from sarai.minerals.sources import baci, stability
from sarai.minerals.sources.eu import GROUPS, read_supply
from sarai.minerals.sources.finding import find, held
from sarai.minerals.sources.mining import MINED, Produced, read_produced

__all__ = ["Known", "stages_of"]

DRIED_UP = 0.1  # of a code's best year before: what is below has moved to another code
TONNES = {"metr. t": 1.0, "kg": 0.001}


class Known:
    """The data of one folder for one importer and year; each file is read when it is first needed.

    Raises
    ------
    BadSetting
        Where a file is needed that the folder does not have.
    """

    def __init__(self, folder: Path, importer: str, year: int) -> None:
        self.folder, self.importer, self.year = folder, importer, year
        self.trade = baci.of_folder(folder)
        self.own = of_importer(importer, year)

    def at(self, year: int) -> Known:
        """The same in another year; what does not hang on the year is not read again."""
        other = Known(self.folder, self.importer, year)
        other.__dict__.update(_worth=self._worth, _produced=self._produced, _world=self._world)
        return other

    @cached_property
    def unstable(self) -> Mapping[str, float]:
        """Instability from 0 to 1, by country."""
        return {country: instability(estimate) for country, estimate in self._rated[1].items()}

    @property
    def rated(self) -> int:
        """The year that `unstable` is of: the last one rated up to the year."""
        return self._rated[0]

    @cached_property
    def _rated(self) -> tuple[int, dict[str, float]]:
        return stability.of_folder(self.folder, self.year)

    # -- codes and trade -------------------------------------------------------------------------

    def codes(self, material: str, stage: str) -> tuple[list[HsCode], list[str]]:
        """Codes of a material under which there is trade in the year, and why others are not used."""
        usable, why, absent = [], [], []
        for each in {each.hs: each for each in hs_codes(material, stage)}.values():
            if int(each.hs) not in self._worth:
                absent.append(each.hs)
            elif reason := self._unused(each):
                why.append(reason)
            else:
                usable.append(each)
        if absent:
            why.append(f"the trade data have no code {' or '.join(absent)}")
        return [each for each in usable if each.alone] or usable, why

    def _unused(self, code: HsCode) -> str:
        worth = self._worth[int(code.hs)]
        before = [value for year, value in worth.items() if year < self.year]
        now = worth.get(self.year, 0.0)
        if now < DRIED_UP * max(before, default=0.0):
            until = f", which the nomenclature ended in {code.until}," if code.until else ""
            return f"trade under {code.hs}{until} has dried up: it moved to another code, and is no zero"
        return "" if now else f"there is no trade under {code.hs} in {self.year}"

    @cached_property
    def _worth(self) -> dict[int, dict[int, float]]:
        return self.trade.worth_kusd()

    def network(self, material: str, codes: Iterable[HsCode], unit: str = "") -> Flows:
        """The trade of the year in codes, with the Union as one where it is the importer."""
        codes = list(codes)
        found = flows(self.trade, [each.hs for each in codes], self.year, unit)
        if self.told_apart(material, codes):
            others = self.tonnes(self._sharing(material, codes))
            found = apart(found, self.tonnes(self._sheets(material)), others)
        return joined(found, self.own, EU) if self.importer == EU else found

    def told_apart(self, material: str, codes: Iterable[HsCode]) -> bool:
        """Whether production says what part of a shared code's trade is the material."""
        codes = list(codes)
        shared = bool(codes) and not any(each.alone for each in codes)
        wanted = self._sheets(material) if shared else ()
        return bool(wanted) and sum(self.tonnes(wanted).values()) > 0

    def _sharing(self, material: str, codes: Iterable[HsCode]) -> tuple[str, ...]:
        """The sheets of production of all that stands under codes beside a material."""
        sheets: dict[str, None] = {}
        for each in codes:
            for other in each.others:
                sheets.update(dict.fromkeys(self._sheets(other)))
            goods = each.shared_with.partition("+")[2]
            sheets.update(dict.fromkeys(name.strip().capitalize() for name in goods.split(";")))
        return tuple(each for each in sheets if each not in self._sheets(material))

    def _sheets(self, material: str) -> tuple[str, ...]:
        return MINED.get((material, "processing"), ())

    # -- production ------------------------------------------------------------------------------

    def production(self, material: str, stage: str) -> dict[str, float]:
        """Tonnes by country at a stage in the year; nobody where it is not known."""
        return self.tonnes(MINED.get((material, stage), ()))

    def tonnes(self, sheets: Iterable[str]) -> dict[str, float]:
        """Tonnes by country of what the publisher of production names so."""
        names, found = frozenset(sheets), {}
        for each in self._produced:
            if each.material in names and each.year == self.year and each.unit in TONNES:
                found[each.country] = found.get(each.country, 0.0) + each.amount * TONNES[each.unit]
        return found

    @cached_property
    def _produced(self) -> tuple[Produced, ...]:
        there = held(self.folder, "mining")
        return read_produced(find(self.folder, "mining"), []) if there else ()

    def world_shares(self, material: str, stage: str) -> dict[str, float]:
        """Shares of the world's supply by the EU's study, of a group the mean of its members'."""
        found = [self._world.get((name, stage), ()) for name in (material, *GROUPS.get(material, ()))]
        return {each.country: each.share for each in merged([each for each in found if each])}

    def union_shares(self, material: str, stage: str) -> dict[str, float]:
        """Shares of the EU's supply by its study, without what its members supply."""
        found = self._union.get((material, stage), ())
        return {each.country: each.share for each in found if each.country not in self.own}

    @cached_property
    def _world(self) -> Supplies:
        there = held(self.folder, "world-shares")
        return supplies(read_supply(find(self.folder, "world-shares"), [])) if there else {}

    @cached_property
    def _union(self) -> Supplies:
        there = held(self.folder, "eu-shares")
        return supplies(read_supply(find(self.folder, "eu-shares"), [])) if there else {}


def stages_of(material: str) -> tuple[str, ...]:
    """Stages at which a material has codes, in the order of the chain."""
    there = {each.stage for each in hs_codes(material)}
    return tuple(each for each in STAGES if each in there)
