"""Supply risk by the method of the EU's lists of critical raw materials.

For a stage, with HHI the sum over countries of share squared times governance times the trade parameter t::

    SR = [HHI_GS * IR / 2 + HHI_EU * (1 - IR / 2)] * (1 - EoL_RIR) * SI_SR

GS is global supply, EU the importer's sourcing with its own production, IR the import reliance. Where only
one of the two supplies is known, or the study counts only one, its HHI stands alone. Of the stages, the one
with the higher risk counts; a group has the mean of its members.

Source: European Commission, Methodology for establishing the EU list of critical raw materials, 2017.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from msgspec import Struct

from sarai.minerals.dependence.concentration import SupplyShare, domestic, governed, herfindahl
from sarai.minerals.dependence.study import Terms

__all__ = ["Part", "Reading", "StageRisk", "counting", "least_reliance", "mean_risk", "stage_risk"]

ROUNDING = 0.02  # of import reliance beside shares that are printed in whole percents


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
    stated : bool
        Whether the terms that the study states (`Terms`) are taken, where it states them.
    reliance : str
        Import reliance ``if possible`` as the study states it, net of exports; ``stated`` in any case; or by
        the table of ``sourcing``, gross of exports. The two are of one supply unless the importer would
        have to export more than it makes.
    """

    governance: tuple[int, int] = (-7, -3)
    t_on_world: bool = True
    own_counts: bool = True
    normalised: bool = False
    stated: bool = True
    reliance: str = "if possible"


class StageRisk(Struct, frozen=True, kw_only=True):
    """Every term of the supply risk of a stage.

    Attributes
    ----------
    world, sourcing : tuple of SupplyShare
        Empty where it is not known.
    hhi_plain_world, hhi_plain_sourcing : float, optional
        From 0 to 1, without any weight.
    hhi_world, hhi_sourcing : float, optional
        Weighted by governance and t.
    import_reliance : float, optional
        Net imports by apparent consumption, as stated; else 1 less the importer's own share of its sourcing.
        None where sourcing is not known.
    stated_reliance : float, optional
        As the study states it, whether or not it is taken.
    supplies : str
        Whose concentration counts: ``both``, ``world`` or ``sourcing``.
    recycled : float
        EoL-RIR, from 0 to 1.
    substitution : float
        SI_SR, from 0 to 1; 1 if nothing can stand in.
    source : str
        Where what is stated comes from; empty if nothing is.
    """

    stage: str
    risk: float
    hhi_world: float | None
    hhi_sourcing: float | None
    hhi_plain_world: float | None
    hhi_plain_sourcing: float | None
    import_reliance: float | None
    stated_reliance: float | None
    supplies: str
    recycled: float
    substitution: float
    source: str = ""
    world: tuple[SupplyShare, ...]
    sourcing: tuple[SupplyShare, ...]


class Part(Struct, frozen=True, kw_only=True):
    """A material, or a member of a group, by stage."""

    name: str
    stages: tuple[StageRisk, ...]


def stage_risk(
    stage: str,
    world: Sequence[SupplyShare],
    sourcing: Sequence[SupplyShare],
    governance: Mapping[str, float],
    own: Set[str],
    *,
    recycled: float = 0.0,
    stated: Terms | None = None,
    reading: Reading | None = None,
) -> StageRisk:
    """The risk of a stage, of which at least one supply is known.

    Parameters
    ----------
    world, sourcing : sequence of SupplyShare
        Empty where it is not known.
    governance : mapping
        By country, 0 best to 10 worst.
    own : set of str
        The importer's countries.
    recycled : float
        EoL-RIR; that of `stated` is not looked at.
    stated : Terms, optional
        What the study says of supplies, import reliance and substitution.
    """
    taken, terms = reading or Reading(), stated or Terms(name="", stage=stage)
    reliance = _reliance(_stretched(sourcing, taken), own, terms.import_reliance, taken)
    counted = [each for each in _stretched(sourcing, taken) if taken.own_counts or each.country not in own]
    of_world = governed(world, governance, with_t=taken.t_on_world) if world else None
    of_sourcing = governed(counted, governance) if sourcing else None
    supplies = _counting(of_world, of_sourcing, terms.supplies)
    substitution = 1.0 if terms.substitution is None else terms.substitution
    return StageRisk(
        stage=stage,
        risk=_blend(of_world, of_sourcing, reliance, supplies) * (1 - recycled) * substitution,
        hhi_world=of_world,
        hhi_sourcing=of_sourcing,
        hhi_plain_world=herfindahl(world) if world else None,
        hhi_plain_sourcing=herfindahl(sourcing) if sourcing else None,
        import_reliance=reliance,
        stated_reliance=terms.import_reliance,
        supplies=supplies,
        recycled=recycled,
        substitution=substitution,
        source=terms.source,
        world=tuple(world),
        sourcing=tuple(sourcing),
    )


def _stretched(supply: Sequence[SupplyShare], reading: Reading) -> list[SupplyShare]:
    total = sum(each.share for each in supply) if reading.normalised else 1.0
    return [SupplyShare(each.country, each.share / total, each.t) for each in supply]


def least_reliance(abroad: float) -> float:
    """The least net import reliance that a supply can have, if the importer exports all that it makes.

    With a part m from abroad and 1 - m of its own, net imports by consumption are at least
    (m - (1 - m)) / m.

    >>> least_reliance(0.8), least_reliance(0.5), least_reliance(0.0)
    (0.75, 0.0, 0.0)
    """
    return max(0.0, 2 - 1 / abroad) if abroad > 0 else 0.0


def _reliance(
    sourcing: Sequence[SupplyShare], own: Set[str], stated: float | None, taken: Reading
) -> float | None:
    if not sourcing:
        return None
    abroad = min(1.0, max(0.0, 1 - domestic(sourcing, own)))
    if stated is None or taken.reliance == "sourcing":
        return abroad
    possible = stated >= least_reliance(abroad) - ROUNDING
    return stated if possible or taken.reliance == "stated" else abroad


def _counting(world: float | None, sourcing: float | None, stated: str) -> str:
    """Whose concentration counts: what is stated, as far as it is known."""
    if world is None or sourcing is None:
        return "sourcing" if world is None else "world"
    return stated or "both"


def _blend(world: float | None, sourcing: float | None, reliance: float | None, supplies: str) -> float:
    if supplies != "both":
        return world if supplies == "world" else sourcing
    return world * reliance / 2 + sourcing * (1 - reliance / 2)


def counting(part: Part) -> StageRisk:
    """The stage that counts: that with the higher risk; of equals the earlier."""
    return max(part.stages, key=lambda each: each.risk)


def mean_risk(parts: Sequence[Part]) -> float:
    """The risk of a material: the mean of its parts, each by the stage that counts."""
    return sum(counting(each).risk for each in parts) / len(parts)
