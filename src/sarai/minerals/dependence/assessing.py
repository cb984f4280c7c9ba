"""Supply risk of materials for an importer and a year: each a figure with its terms, or a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence.benchmarks import Benchmark, benchmarks
from sarai.minerals.dependence.concentration import Share
from sarai.minerals.dependence.evidence import EU, STAGES, STUDY, Evidence, own_countries
from sarai.minerals.dependence.supply_risk import Part, Reading, StageRisk, mean_risk, stage_risk
from sarai.minerals.sources import GROUPS

__all__ = ["MaterialRisk", "Question", "assess", "governance_years", "question"]


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
    rate = evidence.recycled.get(material)
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
        words=tuple(_words(evidence, asked, material, parts, rate)),
        **known,
    )


# -- the EU, by its tables -----------------------------------------------------------------------


def _parts(evidence: Evidence, asked: Question, material: str, rate: float) -> Iterator[Part]:
    """The material, or the members of its group; a member without sourcing of its own takes the group's."""
    for name in GROUPS.get(material, (material,)):
        supplies = [(stage, evidence.world.get((name, stage), ()), _sourced(evidence, material, name, stage))
                    for stage in STAGES]  # fmt: skip
        if any((name, stage) in table for table in (evidence.world, evidence.sourcing) for stage in STAGES):
            stages = (_stage(asked, *each, rate) for each in supplies if each[1] or each[2])
            yield Part(name=name, stages=tuple(stages))


def _sourced(evidence: Evidence, material: str, name: str, stage: str) -> tuple[Share, ...]:
    return evidence.sourcing.get((name, stage)) or evidence.sourcing.get((material, stage), ())


def _stage(asked: Question, stage: str, world: Sequence[Share], sourcing: Sequence[Share],
           rate: float) -> StageRisk:  # fmt: skip
    return stage_risk(stage, world, sourcing, asked.governance, asked.own, recycled=rate,
                      reading=asked.reading)  # fmt: skip


# -- any importer, by production -----------------------------------------------------------------


def _mined(evidence: Evidence, asked: Question, material: str) -> Iterator[Part]:
    """By what is produced in the year; stages that no production is known of, by the EU's world shares.

    World shares are the same for all importers, but t is the EU's: it is 1 here.
    """
    mined = {stage: evidence.mined(material, stage, asked.year) for stage in STAGES}
    counted = {name: supply for few in mined.values() for name, supply in few.items()}
    if material in GROUPS and len(counted) > 1:
        for name, world in counted.items():
            yield Part(name=name, stages=(_stage(asked, STAGES[0], world, (), 0.0),))
        return
    stages = [
        _stage(asked, stage, world, (), 0.0)
        for stage in STAGES
        if (world := next(iter(mined[stage].values()), None) or _world(evidence, material, stage))
    ]
    if stages:
        yield Part(name=material, stages=tuple(stages))


def _world(evidence: Evidence, material: str, stage: str) -> tuple[Share, ...]:
    if material in GROUPS:
        return ()
    return tuple(Share(each.country, each.share) for each in evidence.world.get((material, stage), ()))


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
        if any(not each.world or not each.sourcing for each in stages):
            yield "at a stage only one of the two supplies is known, and stands alone"
    if len(parts) > 1:
        yield f"the mean of {len(parts)} members"
    lacking = sorted({each.country for stage in stages for each in (*stage.world, *stage.sourcing)
                      if each.country not in asked.governance})  # fmt: skip
    if asked.importer != EU and any(each.stage not in _counted(evidence, asked, material) for each in stages):
        yield f"of a stage without production of {asked.year}, world shares are the EU's of {STUDY}"
    if lacking:
        yield f"no governance of {', '.join(lacking)}: the middle of the scale is taken"
