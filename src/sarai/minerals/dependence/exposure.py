"""How exposed an importer is in each material: from whom it buys, who is behind them, how risky that is.

Each answer is told with what it rests on. Where no trade is known (gallium and germanium stand under one
code with others, which the data may lack), the study of the EU says who supplies the EU, and for any other
importer the world's production stands for its purchases; the score then has bounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from msgspec import Struct

from sarai.goods import SaraiError
from sarai.minerals.dependence.known import Known, stages_of
from sarai.minerals.dependence.tracing import Hub, Traced, Way, traced
from sarai.minerals.dependence.trade import (
    EU,
    UNKNOWN_INSTABILITY,
    Flows,
    GeoPolRisk,
    Share,
    geopolrisk,
    hhi,
    importer_code,
    shares_of,
)
from sarai.minerals.loading import material, materials
from sarai.minerals.materials import HsCode

__all__ = ["BENCHMARK", "Exposure", "Lacking", "exposures"]

BENCHMARK = 0.65  # of one third country at most: Critical Raw Materials Act, article 5


class Exposure(Struct, frozen=True, kw_only=True):
    """How exposed an importer is in a material.

    Attributes
    ----------
    basis : str
        ``trade in t`` or ``trade in kUSD``, ``EU study``, or ``world production``.
    codes : tuple of str
        Of the Harmonized System, whose trade is counted.
    estimated : float
        Share of the value of trade whose tonnes are reckoned from its worth.
    direct, traced : tuple of Share
        Who sells, and where that began; of sum 1, the largest first. Nobody is traced without trade.
    traced_by : str
        What tells who begins: ``production``, or ``net exports`` where none is known.
    hhi, traced_hhi : float
        Concentration of both, from 0 to 1; none of what is not traced.
    score : GeoPolRisk, optional
        None where the world's production is not known.
    low, high : float
        Bounds of the score; the score itself where trade is known.
    over : tuple of Share
        Third countries over `BENCHMARK`, direct or traced, with the larger share.
    """

    material: str
    importer: str
    year: int
    stage: str
    basis: str
    codes: tuple[str, ...] = ()
    estimated: float = 0.0
    direct: tuple[Share, ...] = ()
    traced: tuple[Share, ...] = ()
    traced_by: str = ""
    hubs: tuple[Hub, ...] = ()
    ways: tuple[Way, ...] = ()
    unexplained: tuple[str, ...] = ()
    hhi: float = 0.0
    traced_hhi: float | None = None
    score: GeoPolRisk | None = None
    low: float = 0.0
    high: float = 0.0
    over: tuple[Share, ...] = ()
    notes: tuple[str, ...] = ()


class Lacking(Struct, frozen=True, kw_only=True):
    """A material of which nothing can be said, and why."""

    material: str
    importer: str
    year: int
    reason: str


def exposures(
    folder: Path, wanted: Iterable[str], importer: str, year: int, stage: str = ""
) -> tuple[Exposure | Lacking, ...]:
    """The exposure of an importer in materials, or in all 34; one that lacks data stops no other.

    Parameters
    ----------
    importer : str
        A country's code, or ``EU`` for the Union as one.
    stage : str
        Else, of each material, the stage at which the importer's purchases are worth most.

    Raises
    ------
    BadSetting
        An importer or material that there is not, or a folder without trade or governance.
    """
    known = Known(folder, importer_code(importer), year)
    asked = [material(each).code for each in wanted] or list(materials())
    known.unstable  # noqa: B018 a folder without governance is told before any material
    return tuple(_answer(known, each, stage) for each in dict.fromkeys(asked))


def _answer(known: Known, code: str, stage: str) -> Exposure | Lacking:
    try:
        return _exposure(known, code, stage)
    except SaraiError as error:
        return Lacking(material=code, importer=known.importer, year=known.year, reason=str(error))


class _NoData(SaraiError):
    """Neither trade nor production says anything of a material."""


def _exposure(known: Known, code: str, stage: str) -> Exposure:
    found: list[tuple[float, str, list[HsCode]]] = []
    why: list[str] = []
    for each in (stage,) if stage else stages_of(code):
        usable, reasons = known.codes(code, each)
        why += reasons
        if usable:
            found.append((_worth(known, code, usable), each, usable))
    if not found:
        return _without_trade(known, code, stage, why)
    worth, at, usable = max(found, key=lambda each: each[0])
    if worth <= 0:
        codes = ", ".join(each.hs for _, _, few in found for each in few)
        raise _NoData(f"{known.importer} bought none of it in {known.year} (codes {codes})")
    return _by_trade(known, code, at, usable)


def _worth(known: Known, code: str, usable: list[HsCode]) -> float:
    """What the importer's purchases under codes are worth, in thousand USD."""
    network = known.network(code, usable, "kUSD")
    there = known.importer in network.countries
    return float(network.amounts[:, network.at(known.importer)].sum()) if there else 0.0


# -- where trade is known ------------------------------------------------------------------------


def _by_trade(known: Known, code: str, stage: str, usable: list[HsCode]) -> Exposure:
    network = known.network(code, usable)
    bought = network.amounts[:, network.at(known.importer)]
    direct = shares_of(network.countries, bought)
    followed, notes = _traced(known, network, code, stage)
    score, more = _score(known, dict(zip(network.countries, bought.tolist(), strict=True)), code, stage,
                         network.unit)  # fmt: skip
    notes += _shared(known, code, usable)
    return Exposure(
        material=code, importer=known.importer, year=known.year, stage=stage,
        basis=f"trade in {network.unit}", codes=tuple(each.hs for each in usable),
        estimated=network.estimated,
        direct=direct, traced=followed.shares, traced_by=followed.basis, hubs=followed.hubs,
        ways=followed.ways, unexplained=followed.unexplained, hhi=hhi(each.share for each in direct),
        traced_hhi=hhi(each.share for each in followed.shares), score=score,
        low=score.score if score else 0.0, high=score.score if score else 0.0,
        over=_over(known, direct, followed.shares), notes=(*notes, *more),
    )  # fmt: skip


def _shared(known: Known, code: str, usable: list[HsCode]) -> list[str]:
    """What a reader must know of codes that the material shares."""
    if all(each.alone for each in usable):
        return []
    with_whom = "; ".join(dict.fromkeys(f"{each.hs} with {each.shared_with}" for each in usable))
    apart = "told apart by what each country produces" if known.told_apart(code, usable) else \
        "counted whole, as nothing tells them apart"  # fmt: skip
    return [f"shared: {with_whom.replace('with + ', 'with ')}; {apart}"]


def _traced(known: Known, network: Flows, code: str, stage: str) -> tuple[Traced, list[str]]:
    """Origins, by production of the same stage: in tonnes, else by the EU's study, else by net exports."""
    produced = _joined(known, known.production(code, stage))
    if produced:
        return traced(network, known.importer, produced), []
    shares = _joined(known, known.world_shares(code, stage))
    if not shares:
        words = f"production of {stage} is not known: who exports more than it imports begins"
        return traced(network, known.importer), [words]
    mined = _joined(known, _produced(known, code, stage)[0])
    if not mined or network.unit != "t":
        return traced(network, known.importer, shares, relative=True), ["who produces is by the EU's study"]
    whole = sum(mined.values())  # what is processed somewhere was mined, and ores may stand under these codes
    tonnes = {country: max(share * whole, mined.get(country, 0.0)) for country, share in shares.items()}
    words = "who produces is by the EU's study and by mining"
    return traced(network, known.importer, mined | tonnes), [words]


def _joined(known: Known, amounts: Mapping[str, float]) -> dict[str, float]:
    """Amounts by country with the Union as one, where it is the importer."""
    if known.importer != EU:
        return dict(amounts)
    outside = {country: amount for country, amount in amounts.items() if country not in known.own}
    inside = sum(amount for country, amount in amounts.items() if country in known.own)
    return {**outside, EU: inside} if inside else outside


def _score(
    known: Known, bought: Mapping[str, float], code: str, stage: str, unit: str
) -> tuple[GeoPolRisk | None, list[str]]:
    """The score by production in tonnes of the stage or another, else by shares, without own production."""
    production, at = _produced(known, code, stage)
    shares = {} if production else known.world_shares(code, stage)
    if not production and not shares:
        return None, ["no score: the world's production is not known"]
    if not production:
        found = geopolrisk(bought, shares, known.unstable, ())
        return found, ["own production is not counted: the EU's study has shares alone"]
    if unit != "t":
        found = geopolrisk(bought, production, known.unstable, ())
        return found, ["own production is not counted: trade is told by value"]
    found = geopolrisk(bought, production, known.unstable, known.own)
    return found, [] if at == stage else [f"the score's production is of {at}"]


def _produced(known: Known, code: str, stage: str) -> tuple[dict[str, float], str]:
    for each in (stage, *stages_of(code)):
        if sum((found := known.production(code, each)).values()) > 0:
            return found, each
    return {}, ""


def _over(known: Known, *supplies: tuple[Share, ...]) -> tuple[Share, ...]:
    """Third countries over the benchmark, each with its larger share."""
    largest: dict[str, float] = {}
    for each in (share for supply in supplies for share in supply):
        if each.share > BENCHMARK and each.country not in {*known.own, known.importer}:
            largest[each.country] = max(largest.get(each.country, 0.0), each.share)
    return tuple(Share(country, share) for country, share in sorted(largest.items()))


# -- where it is not -----------------------------------------------------------------------------


def _without_trade(known: Known, code: str, stage: str, why: list[str]) -> Exposure:
    """By the EU's study for the EU; by the world's production for anyone else."""
    for each in (stage,) if stage else reversed(stages_of(code) or ("processing",)):
        production = known.production(code, each) or known.world_shares(code, each)
        if not sum(production.values()):
            continue
        if known.importer == EU and (studied := known.union_shares(code, each)):
            words = [*why, "the study's shares are the mean of years before it, not of the year asked"]
            return _assumed(known, code, each, studied, production, "EU study", words)
        words = [*why, "as if it bought of all that the world produces; bounds: all from one producer"]
        return _assumed(known, code, each, production, production, "world production", words)
    raise _NoData("; ".join([*why, "and neither production nor the EU's study tells who supplies it"]))


def _assumed(
    known: Known, code: str, stage: str, mix: Mapping[str, float], production: Mapping[str, float],
    basis: str, notes: list[str],
) -> Exposure:  # fmt: skip
    """An exposure whose purchases are a mix; the importer's own part of it bears no risk."""
    unstable, world = known.unstable, hhi(production.values())
    whole = sum(mix.values())
    foreign = {country: part / whole for country, part in mix.items() if country not in known.own and part}
    risks = {country: unstable.get(country, UNKNOWN_INSTABILITY) for country in foreign}
    risk = sum(part * risks[country] for country, part in foreign.items())
    studied = basis == "EU study"
    direct = shares_of(foreign, np.array(list(foreign.values())))
    return Exposure(
        material=code, importer=known.importer, year=known.year, stage=stage, basis=basis,
        direct=direct, hhi=hhi(foreign.values()), score=GeoPolRisk(world * risk, world, risk),
        low=world * (risk if studied else min(risks.values(), default=0.0) * sum(foreign.values())),
        high=world * (risk if studied else max(risks.values(), default=0.0)),
        over=_over(known, direct), notes=tuple(notes),
    )  # fmt: skip
