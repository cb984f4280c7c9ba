"""Supply risk by the method of the EU's lists of critical raw materials.

For a stage, with HHI the sum over countries of share squared times governance times the trade parameter t::

    SR = [HHI_GS * IR / 2 + HHI_EU * (1 - IR / 2)] * (1 - EoL_RIR) * SI_SR

GS is global supply, EU the importer's sourcing with its own production, IR the import reliance. Where only
one of the two supplies is known, its HHI stands alone. Of the stages, the one with the higher risk counts; a
group has the mean of its members.

Source: European Commission, Methodology for establishing the EU list of critical raw materials, 2017.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from sarai.minerals.dependence.concentration import Share, domestic, governed, herfindahl

__all__ = ["Part", "Reading", "StageRisk", "counting", "mean_risk", "stage_risk"]


class Reading(Struct, frozen=True, kw_only=True):
    """How what the method leaves to its reader is read; the defaults are what is taken.

    Attributes
    ----------
    governance : tuple of int
        First and last year of governance, counted from the year of the list. The study of 2023 has its
        figures from 2016 to 2020, so governance is of these.
    t_on_world : bool
        Whether the trade parameter weighs world supply too. The method's HHI has it in both.
    own_counts : bool
        Whether the importer's own production is in the HHI of its sourcing.
    normalised : bool
        Whether shares of sourcing that add up to less than 1 are stretched to 1; the rest is many small
        suppliers, so they are not: the study prints those of 1 % and more.
    """

    governance: tuple[int, int] = (-7, -3)
    t_on_world: bool = True
    own_counts: bool = True
    normalised: bool = False


class StageRisk(Struct, frozen=True, kw_only=True):
    """Every term of the supply risk of a stage.

    Attributes
    ----------
    world, sourcing : tuple of Share
        Empty where it is not known.
    hhi_plain_world, hhi_plain_sourcing : float, optional
        From 0 to 1, without any weight.
    hhi_world, hhi_sourcing : float, optional
        Weighted by governance and t.
    import_reliance : float, optional
        1 less the importer's own share of its sourcing.
    recycled : float
        EoL-RIR, from 0 to 1.
    substitution : float
        SI_SR, from 0 to 1; 1 if nothing can stand in.
    """

    stage: str
    risk: float
    hhi_world: float | None
    hhi_sourcing: float | None
    hhi_plain_world: float | None
    hhi_plain_sourcing: float | None
    import_reliance: float | None
    recycled: float
    substitution: float
    world: tuple[Share, ...]
    sourcing: tuple[Share, ...]


class Part(Struct, frozen=True, kw_only=True):
    """A material, or a member of a group, by stage."""

    name: str
    stages: tuple[StageRisk, ...]


def stage_risk(
    stage: str,
    world: Sequence[Share],
    sourcing: Sequence[Share],
    governance: Mapping[str, float],
    own: Set[str],
    *,
    recycled: float = 0.0,
    substitution: float = 1.0,
    reading: Reading | None = None,
) -> StageRisk:
    """The risk of a stage, of which at least one supply is known.

    Parameters
    ----------
    world, sourcing : sequence of Share
        Empty where it is not known.
    governance : mapping
        By country, 0 best to 10 worst.
    own : set of str
        The importer's countries.
    """
    taken = reading or Reading()
    reliance = min(1.0, max(0.0, 1 - domestic(_stretched(sourcing, taken), own))) if sourcing else None
    counted = [each for each in _stretched(sourcing, taken) if taken.own_counts or each.country not in own]
    of_world = governed(world, governance, with_t=taken.t_on_world) if world else None
    of_sourcing = governed(counted, governance) if sourcing else None
    return StageRisk(
        stage=stage,
        risk=_blend(of_world, of_sourcing, reliance) * (1 - recycled) * substitution,
        hhi_world=of_world,
        hhi_sourcing=of_sourcing,
        hhi_plain_world=herfindahl(world) if world else None,
        hhi_plain_sourcing=herfindahl(sourcing) if sourcing else None,
        import_reliance=reliance,
        recycled=recycled,
        substitution=substitution,
        world=tuple(world),
        sourcing=tuple(sourcing),
    )


def _stretched(supply: Sequence[Share], reading: Reading) -> list[Share]:
    total = sum(each.share for each in supply) if reading.normalised else 1.0
    return [Share(each.country, each.share / total, each.t) for each in supply]


def _blend(world: float | None, sourcing: float | None, reliance: float | None) -> float:
    if world is None or sourcing is None or reliance is None:
        return sourcing if world is None else world
    return world * reliance / 2 + sourcing * (1 - reliance / 2)


def counting(part: Part) -> StageRisk:
    """The stage that counts: that with the higher risk; of equals the earlier."""
    return max(part.stages, key=lambda each: each.risk)


def mean_risk(parts: Sequence[Part]) -> float:
    """The risk of a material: the mean of its parts, each by the stage that counts."""
    return sum(counting(each).risk for each in parts) / len(parts)
