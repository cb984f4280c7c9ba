"""How supply risk is told: each material a figure or a reason, beside what was published, and every term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence import (
    EU,
    NEAR,
    STUDY,
    Benchmark,
    Comparison,
    Evidence,
    MaterialRisk,
    Part,
    Question,
    Reading,
    StageRisk,
    SupplyShare,
    assess,
    compare,
    counting,
    gather,
    question,
    weight,
)
from sarai.minerals.sources import GROUPS, Odd
from sarai.telling.charts import Bar, Bars, Words

__all__ = ["READINGS", "Read", "Row", "Told", "Weighed", "bars", "explained", "readings", "told"]

READINGS = {
    "as taken": Reading(),
    "without the terms that the study states": Reading(stated=False),
    "import reliance as it is stated in any case": Reading(reliance="stated"),
    "import reliance by the table of sourcing": Reading(reliance="sourcing"),
    "governance of the last year alone": Reading(governance=(-3, -3)),
    "governance of the five years up to two before the list": Reading(governance=(-6, -2)),
    "t on the EU's sourcing alone": Reading(t_on_world=False),
    "own production not in the HHI of sourcing": Reading(own_counts=False),
    "sourcing stretched to 100 %": Reading(normalised=True),
}
"""What the method leaves to its reader, one changed at a time."""
MOST_COUNTRIES = 8


class Told(Struct, frozen=True, kw_only=True):
    """An answer. `materials` are in the order asked for; `odd` are rows of the files that were amiss."""

    importer: str
    year: int
    governance_years: tuple[int, ...]
    materials: tuple[MaterialRisk, ...]
    comparison: Comparison | None
    odd: tuple[Odd, ...]
    words: tuple[str, ...]


class Read(Struct, frozen=True, kw_only=True):
    """What a reading of the method gives beside the published figures.

    Attributes
    ----------
    far : tuple of str
        Of the 34, those off by more than `NEAR`.
    held_out : Comparison, optional
        Of materials that the study assessed and the list lacks: no reading was chosen by them.
    """

    reading: str
    spearman: float | None
    near: int
    near_rounding: int
    of: int
    far: tuple[str, ...]
    held_out: Comparison | None = None


class Row(Struct, frozen=True, kw_only=True):
    """A material in a line; `off` is ours less the published one, as a share of it."""

    material: str
    risk: float | None
    published: float | None
    off: float | None
    stage: str
    hhi_world: float | None
    hhi_sourcing: float | None
    import_reliance: float | None
    benchmarks: str
    reason: str


class Weighed(Struct, frozen=True, kw_only=True):
    """What a country adds to an HHI: share squared, times governance, times t."""

    supply: str
    country: str
    share: float
    governance: float
    t: float
    adds: float


def told(
    folder: Path, materials: Sequence[str], importer: str = EU, year: int | None = None,
    evidence: Evidence | None = None,
) -> Told:  # fmt: skip
    """Supply risk of materials by code or name; of all 34 if none is named.

    ``evidence`` is what was gathered of the folder for the importer before.

    Raises
    ------
    BadSetting
        A material, or a file of the folder, is not there.
    UnknownCountry
        The importer is no country.
    """
    codes = _codes(materials)
    who = importer.strip().upper()
    evidence = evidence or gather(folder, who)
    asked = question(evidence, who, year)
    found = assess(evidence, asked, codes)
    return Told(
        importer=who,
        year=asked.year,
        governance_years=asked.governance_years,
        materials=found,
        comparison=compare(found),
        odd=evidence.odd,
        words=tuple(_words(asked)),
    )


def _codes(materials: Sequence[str]) -> list[str]:
    from sarai.minerals import material
    from sarai.minerals import materials as all_materials

    return list(dict.fromkeys(material(each).code for each in materials)) or list(all_materials())


def _words(asked: Question) -> Iterator[str]:
    years = asked.governance_years
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    if asked.importer != EU:
        yield (
            f"World production of {asked.year} where there is such data, else the EU's world shares of "
            f"{STUDY}; governance of {span}."
        )
        yield "The importer's own sourcing, recycling and t are not known: world supply stands alone."
        return
    yield (
        f"Shares, import reliance, recycling and substitution (SI_SR) of the EU's study of {STUDY}; "
        f"governance of {span}."
    )
    if asked.year != STUDY:
        yield f"Of {asked.year} are governance and members alone."


# -- in lines ------------------------------------------------------------------------------------


def rows(found: Told) -> tuple[Row, ...]:
    """A line for each material."""
    off = {each.material: each.off for each in found.comparison.materials} if found.comparison else {}
    return tuple(_row(each, off.get(each.material)) for each in found.materials)


def _row(each: MaterialRisk, off: float | None) -> Row:
    first = counting(max(each.parts, key=lambda part: counting(part).risk)) if each.parts else None
    alone = first if len(each.parts) == 1 else None
    return Row(
        material=each.material,
        risk=each.risk,
        published=each.published,
        off=off,
        stage=first.stage if first else "",
        hhi_world=alone.hhi_world if alone else None,
        hhi_sourcing=alone.hhi_sourcing if alone else None,
        import_reliance=alone.import_reliance if alone else None,
        benchmarks=" ".join(map(_mark, each.benchmarks)),
        reason=each.reason,
    )


def _mark(benchmark: Benchmark) -> str:
    """``E+`` is met, ``E-`` missed, ``E?`` not known: extraction, processing, recycling, one country (1)."""
    letter = "1" if benchmark.name == "one country" else benchmark.name[0].upper()
    return letter + ("?" if benchmark.met is None else "+" if benchmark.met else "-")


# -- every term ----------------------------------------------------------------------------------


def explained(
    found: Told, folder: Path, evidence: Evidence | None = None
) -> Iterator[tuple[str, StageRisk, tuple[Weighed, ...]]]:
    """Each part and stage of the materials with the countries that weigh most in its HHIs."""
    evidence = evidence or gather(folder, found.importer)
    asked = question(evidence, found.importer, found.year)
    for each in found.materials:
        for part in each.parts:
            for stage in part.stages:
                weighed = (
                    *_weighed("world", stage.world, asked),
                    *_weighed("sourcing", stage.sourcing, asked),
                )
                yield _title(part, stage), stage, weighed


def _title(part: Part, stage: StageRisk) -> str:
    return f"{part.name}, {stage.stage}" + (" (counts)" if stage is counting(part) else "")


def _weighed(supply: str, few: Sequence[SupplyShare], asked: Question) -> tuple[Weighed, ...]:
    terms = [
        Weighed(supply=supply, country=each.country, share=each.share, t=each.t,
                governance=weight(SupplyShare(each.country, 1.0), asked.governance),
                adds=each.share**2 * weight(each, asked.governance))
        for each in few
    ]  # fmt: skip
    return tuple(sorted(terms, key=lambda term: (-term.adds, term.country))[:MOST_COUNTRIES])


# -- other readings ------------------------------------------------------------------------------


def readings(folder: Path, year: int | None = None, evidence: Evidence | None = None) -> tuple[Read, ...]:
    """What each of `READINGS` gives for the EU beside the published figures of all materials.

    Raises
    ------
    BadSetting
        Nothing was published for the year.
    """
    known = evidence or gather(folder)
    return tuple(_read(known, name, question(known, EU, year, reading)) for name, reading in READINGS.items())


def _read(known: Evidence, name: str, asked: Question) -> Read:
    beside = compare(assess(known, asked, _codes(())))
    if beside is None:
        raise BadSetting(f"no supply risk was published for {asked.year}; take one of the lists' years, "
                         f"{', '.join(map(str, sorted({at for _, at in known.assessed})))}")  # fmt: skip
    far = tuple(each.material for each in beside.materials if abs(each.off) > NEAR)
    return Read(reading=name, spearman=beside.spearman, near=beside.near, far=far,
                near_rounding=beside.near_rounding, of=len(beside.materials),
                held_out=compare(assess(known, asked, _others(known))))  # fmt: skip


def _others(known: Evidence) -> list[str]:
    """Materials of the study's tables that are neither on the list nor members of its groups."""
    listed = {*_codes(()), *(name for code in _codes(()) for name in GROUPS.get(code, ()))}
    return sorted({name for name, _ in (*known.world, *known.sourcing)} - listed)


# -- a picture -----------------------------------------------------------------------------------


def bars(found: Told) -> Bars:
    """Ours and the published figure, one under the other, the highest first."""
    ranked = sorted(found.materials, key=lambda each: (each.risk is None, -(each.risk or 0.0), each.material))
    drawn = []
    for each in ranked:
        drawn.append(Bar(name=each.material, value=each.risk))
        if found.comparison:
            drawn.append(Bar(name=f"{each.material}, published", value=each.published))
    words = Words(
        title=f"Supply risk of {found.importer}, {found.year}", unit="supply risk by the EU's method",
        source="European Commission; World Bank, WGI; World Mining Data", note=found.words[0],
    )  # fmt: skip
    return Bars(words=words, bars=tuple(drawn), ranked=False, most=len(drawn))
