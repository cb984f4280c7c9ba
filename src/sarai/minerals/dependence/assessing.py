"""Supply risk of materials for an importer and a year: each a figure with its terms, or a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence.benchmarks import Benchmark, benchmarks
from sarai.minerals.dependence.concentration import SupplyShare
from sarai.minerals.dependence.evidence import EU, Evidence, own_countries
from sarai.minerals.dependence.study import STAGES, STUDY, Terms
from sarai.minerals.dependence.supply_risk import Part, Reading, StageRisk, mean_risk, stage_risk
from sarai.minerals.sources import GROUPS

__all__ = ["MaterialRisk", "Question", "assess", "governance_years", "question"]

WHICH = {"world": "world supply", "sourcing": "the EU's sourcing"}


class Question(Struct, frozen=True, kw_only=True):
    """Whose risk, when, and by which reading; `governance` is by country, 0 best to 10 worst."""

    importer: str
    year: int
    own: frozenset[str]
    governance: Mapping[str, float]
    governance_years: tuple[int, ...]
    reading: Reading


class MaterialRisk(Struct, frozen=True, kw_only=True):
    """The supply risk of a material.

    Attributes
    ----------
    risk : float, optional
        None where nothing is known; `reason` says what is missing.
    published, importance : float, optional
        Supply risk and economic importance as the EU published them for the year.
    parts : tuple of Part
        The material itself, or the members of a group.
    words : tuple of str
        What a reader must know of this figure.
    """

    material: str
    risk: float | None = None
    reason: str = ""
    published: float | None = None
    importance: float | None = None
    parts: tuple[Part, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    words: tuple[str, ...] = ()


def governance_years(evidence: Evidence, importer: str, year: int, reading: Reading) -> tuple[int, ...]:
    """The years whose governance counts: of the EU's lists as `Reading` has it, else the last known one.

    Raises
    ------
    BadSetting
        None of them is known.
    """
    if importer != EU:
        return (evidence.governance.latest(year),)
    first, last = (year + offset for offset in reading.governance)
    there = tuple(each for each in evidence.governance.years() if first <= each <= last)
    if not there:
        known = evidence.governance.years()
        raise BadSetting(
            f"governance of {first} to {last}, for the list of {year}, is not among {known[0]} to "
            f"{known[-1]}; ask for another year with --year"
        )
    return there


def question(evidence: Evidence, importer: str, year: int | None, reading: Reading | None = None) -> Question:
    """A question; without a year, the EU's study or the last year of production.

    Raises
    ------
    BadSetting
        Governance, or for other importers than the EU production, is not known of the year.
    """
    taken = reading or Reading()
    mined = evidence.mined_years()
    asked = year or (STUDY if importer == EU else mined[-1])
    if importer != EU and asked not in mined:
        raise BadSetting(f"production of {asked} is not known; ask with --year for {mined[0]} to {mined[-1]}")
    years = governance_years(evidence, importer, asked, taken)
    return Question(importer=importer, year=asked, own=own_countries(importer, asked), reading=taken,
                    governance=evidence.governance.risk(years), governance_years=years)  # fmt: skip


def assess(evidence: Evidence, asked: Question, materials: Sequence[str]) -> tuple[MaterialRisk, ...]:
    """The risk of each material, in the order given."""
    return tuple(_assess(evidence, asked, material) for material in materials)


def _assess(evidence: Evidence, asked: Question, material: str) -> MaterialRisk:
    rate = _recycled(evidence, asked, material)
    of_eu = asked.importer == EU
    parts = tuple(_parts(evidence, asked, material, rate or 0.0) if of_eu
                  else _mined(evidence, asked, material))  # fmt: skip
    published = evidence.assessed.get((material, asked.year)) if of_eu else None
    known = {"published": published.risk, "importance": published.importance} if published else {}
    if not parts:
        where = "the EU's tables" if of_eu else f"production of {asked.year}, nor the EU's world shares"
        return MaterialRisk(material=material, reason=f"no shares of {material} in {where}", **known)
    return MaterialRisk(
        material=material,
        risk=mean_risk(parts),
        parts=parts,
        benchmarks=benchmarks(parts, asked.own, rate),
        words=tuple(dict.fromkeys(_words(evidence, asked, material, parts, rate))),
        **known,
    )


# -- the EU, by its tables -----------------------------------------------------------------------


def _recycled(evidence: Evidence, asked: Question, material: str) -> float | None:
    """EoL-RIR as the folder has it, else as the study states it; of a group the mean of its members."""
    if material in evidence.recycled:
        return evidence.recycled[material]
    stated = [_stated(evidence, asked, name, stage) for name in _members(material) for stage in STAGES]
    rates = [each.recycled for each in stated if each and each.recycled is not None]
    return sum(rates) / len(rates) if rates else None


def _members(material: str) -> tuple[str, ...]:
    return GROUPS.get(material, (material,))


def _stated(evidence: Evidence, asked: Question, name: str, stage: str) -> Terms | None:
    return evidence.stated.get((name, stage)) if asked.reading.stated else None


def _parts(evidence: Evidence, asked: Question, material: str, rate: float) -> Iterator[Part]:
    """The material, or the members of its group; a member without sourcing of its own takes the group's."""
    for name in _members(material):
        if any((name, stage) in table for table in (evidence.world, evidence.sourcing) for stage in STAGES):
            stages = (_of_eu(evidence, asked, material, name, stage, rate) for stage in STAGES)
            yield Part(name=name, stages=tuple(each for each in stages if each))


def _of_eu(evidence: Evidence, asked: Question, material: str, name: str, stage: str,
           rate: float) -> StageRisk | None:  # fmt: skip
    world = evidence.world.get((name, stage), ())
    sourcing = evidence.sourcing.get((name, stage)) or evidence.sourcing.get((material, stage), ())
    if not world and not sourcing:
        return None
    return stage_risk(stage, world, sourcing, asked.governance, asked.own, recycled=rate,
                      stated=_stated(evidence, asked, name, stage), reading=asked.reading)  # fmt: skip


# -- any importer, by production -----------------------------------------------------------------


def _mined(evidence: Evidence, asked: Question, material: str) -> Iterator[Part]:
    """By what is produced in the year; stages that no production is known of, by the EU's world shares.

    World shares are the same for all importers, but t is the EU's: it is 1 here.
    """
    mined = {stage: evidence.mined(material, stage, asked.year) for stage in STAGES}
    counted = {name: supply for few in mined.values() for name, supply in few.items()}
    if material in GROUPS and len(counted) > 1:
        for name, world in counted.items():
            yield Part(name=name, stages=(_of_world(asked, STAGES[0], world),))
        return
    stages = [
        _of_world(asked, stage, world)
        for stage in STAGES
        if (world := next(iter(mined[stage].values()), None) or _world(evidence, material, stage))
    ]
    if stages:
        yield Part(name=material, stages=tuple(stages))


def _of_world(asked: Question, stage: str, world: Sequence[SupplyShare]) -> StageRisk:
    return stage_risk(stage, world, (), asked.governance, asked.own, reading=asked.reading)


def _world(evidence: Evidence, material: str, stage: str) -> tuple[SupplyShare, ...]:
    if material in GROUPS:
        return ()
    return tuple(SupplyShare(each.country, each.share) for each in evidence.world.get((material, stage), ()))


def _counted(evidence: Evidence, asked: Question, material: str) -> list[str]:
    """Stages of which there is production in the year."""
    return [stage for stage in STAGES if evidence.mined(material, stage, asked.year)]


# -- what a reader must know ---------------------------------------------------------------------


def _words(
    evidence: Evidence, asked: Question, material: str, parts: Sequence[Part], rate: float | None
) -> Iterator[str]:
    stages = [stage for part in parts for stage in part.stages]
    if asked.importer == EU:
        if rate is None:
            yield "recycling is not known: 0 is taken"
        yield from _of_supplies(stages)
    if len(parts) > 1:
        yield f"the mean of {len(parts)} members"
    lacking = sorted({each.country for stage in stages for each in (*stage.world, *stage.sourcing)
                      if each.country not in asked.governance})  # fmt: skip
    if asked.importer != EU and any(each.stage not in _counted(evidence, asked, material) for each in stages):
        yield f"of a stage without production of {asked.year}, world shares are the EU's of {STUDY}"
    if lacking:
        yield f"no governance of {', '.join(lacking)}: the middle of the scale is taken"


def _of_supplies(stages: Sequence[StageRisk]) -> Iterator[str]:
    """What the two supplies are, where one of them does not count, or where the study contradicts itself."""
    if any(not each.world or not each.sourcing for each in stages):
        yield "at a stage only one of the two supplies is known, and stands alone"
    for each in stages:
        if each.world and each.sourcing and each.supplies != "both":
            yield f"at {each.stage} the study counts {WHICH[each.supplies]} alone"
    if any(not each.source for each in stages):
        yield "SI_SR is not stated: 1 is taken, the highest"
    for each in stages:
        if each.supplies == "both" and each.stated_reliance not in (None, each.import_reliance):
            yield (f"at {each.stage} the study states {each.stated_reliance:.0%} import reliance; its table "
                   f"of sourcing has {each.import_reliance:.0%} from abroad, which is taken")  # fmt: skip
