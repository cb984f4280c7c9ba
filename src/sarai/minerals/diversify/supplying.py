"""Who supplies a stage today, at what price, and what anyone could give beyond.

Where trade of a material and stage is known in tonnes of codes that are the material's, suppliers are those
of the last year, and of the EU its own production beside it. Otherwise the shares of the EU's study times a
stated demand, at a packaged price. What anyone could give beyond is an assumed share of what it sells to
others.

What a tonne is worth at a border differs with its grade as much as with its price. So what is bought today
costs the importer's mean; what would be bought beyond costs that, or what the seller gets from others if it
is more, and a premium. Without rules the plan is then today's, and a rule costs what it changes. A stage of
which nothing is needed today has the world's mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.dependence.trade import EU, Flows, flows, joined, of_importer
from sarai.minerals.diversify.own import packaged_prices
from sarai.minerals.diversify.tables import Project, Supplier
from sarai.minerals.loading import hs_codes
from sarai.minerals.sources.baci import of_folder
from sarai.minerals.sources.finding import find, held

__all__ = ["Asked", "feeders", "stock", "suppliers"]

LEAST_SHARE = 0.005  # of the demand: who could give less is left out
DEAREST = 20.0  # times the mean price: more is a sample, not a supply
STOCK_YEARS, STOCK_COST = 0.5, 0.03  # of the demand, and of the price a year; assumed
MOST_OWN = 0.95  # of the EU's supply: above, what it imports says nothing of what it makes


class Asked(Struct, frozen=True, kw_only=True):
    """What of a material, for whom and when.

    Attributes
    ----------
    stages : tuple of str
        Empty for all of which the data say something.
    year : int
        Of the trade; 0 for the last.
    demand_t : float
        A year, at each stage; 0 for what is bought today.
    growth : float
        Of the demand a year.
    more, premium : float
        Share of what a supplier sells elsewhere that it could give instead, and by how much dearer.
    """

    material: str
    importer: str
    folder: Path
    years: tuple[int, ...]
    stages: tuple[str, ...] = ()
    year: int = 0
    demand_t: float = 0.0
    growth: float = 0.0
    more: float = 0.25
    premium: float = 0.2


def suppliers(
    asked: Asked, name: str, importer: str, stage: str
) -> tuple[list[Supplier], float, tuple[str, ...]]:
    """Suppliers of a stage, what the importer needs of it, and words."""
    codes = _codes(name, stage)
    if codes and held(asked.folder, "trade"):
        found = list(_traded(asked, name, importer, stage, codes))
        bought = sum(each.t for each in found)
        if bought > 0:
            own = list(_own(asked, name, importer, stage, bought, found[0].usd_per_t))
            made = sum(each.t for each in own)
            beside = f", {made:,.0f} t its own by the EU's study of 2023" if own else ""
            said = f"{stage}: {bought:,.0f} t bought (gross weight of HS {', '.join(codes)}){beside}."
            whole = asked.demand_t or bought + made
            return _scaled([*found, *own], whole / (bought + made)), whole, (said,)
    if asked.demand_t <= 0:
        said = f"{stage}: no trade in tonnes of a code of its own, and no demand stated, so it is left out."
        return [], 0.0, (said,)
    found = list(_shared(asked, name, importer, stage))
    whose = "the EU's supply" if importer == EU else "world supply"
    said = f"{stage}: {asked.demand_t:,.0f} t as stated, by the shares of {whose} in the EU's study of 2023."
    return (found, asked.demand_t, (said,)) if found else ([], 0.0, (f"{stage}: no shares are known.",))


def feeders(asked: Asked, name: str, importer: str, stage: str) -> list[Supplier]:
    """Who could give ore to a plant that is not there today: of what is sold to others, nothing else."""
    codes = _codes(name, stage)
    if not codes or not held(asked.folder, "trade"):
        return []
    found = [replace(each, t=0.0) for each in _traded(asked, name, importer, stage, codes) if each.more_t > 0]
    least = LEAST_SHARE * sum(each.more_t for each in found)
    return [each for each in found if each.more_t >= least]


def _codes(name: str, stage: str) -> list[str]:
    return [each.hs for each in hs_codes(name, stage, 1992) if each.share == 1]


def _scaled(suppliers: list[Supplier], times: float) -> list[Supplier]:
    """What is given today, in the same shares of a demand that is stated."""
    return [replace(each, t=each.t * times) for each in suppliers]


def _traded(asked: Asked, name: str, importer: str, stage: str, codes: list[str]) -> Iterator[Supplier]:
    trade = of_folder(asked.folder)
    year = asked.year or trade.years[-1]
    if year not in trade.years:
        raise BadSetting(f"the trade has no year {year}; take {trade.years[0]} to {trade.years[-1]}")
    tonnes, kusd = (_network(flows(trade, codes, year, unit), importer, year) for unit in ("t", "kUSD"))
    theirs = [tonnes.at(importer)] if importer in tonnes.countries else []
    bought = tonnes.amounts[:, theirs].sum()
    of = theirs if bought > 0 else slice(None)
    if not tonnes.amounts[:, of].sum() > 0:
        return
    mean = kusd.amounts[:, of].sum() * 1000 / tonnes.amounts[:, of].sum()
    for origin, country in enumerate(tonnes.countries):
        now, sold = float(tonnes.amounts[origin, theirs].sum()), float(tonnes.amounts[origin].sum())
        worth = kusd.amounts[origin].sum() * 1000 / sold if sold > 0 else 0.0
        more = asked.more * (sold - now) if worth <= DEAREST * mean else 0.0
        if country != importer and (now > 0 or more >= LEAST_SHARE * bought):
            dearer = max(1.0, worth / mean) * (1 + asked.premium) - 1
            yield Supplier(
                code=f"{name}-{stage}-{country}", material=name, stage=stage, country=country,
                t=now, usd_per_t=float(mean), more_t=more, premium=float(dearer), standard=1,
                source=f"BACI, {year}",
            )  # fmt: skip


def _own(asked: Asked, name: str, importer: str, stage: str, bought: float, usd: float) -> Iterator[Supplier]:
    """What the EU makes itself, by its share of its supply."""
    from sarai.minerals.sources.eu import read_supply

    if importer != EU or not held(asked.folder, "eu-shares"):
        return
    inside = of_importer(importer, asked.years[0])
    rows = [
        each
        for each in read_supply(find(asked.folder, "eu-shares"), [])
        if (each.material, each.stage) == (name, stage) and each.country in inside and each.share > 0
    ]
    whole = sum(each.share for each in rows)
    if whole < MOST_OWN:
        for each in rows:
            yield Supplier(
                code=f"{name}-{stage}-{each.country}", material=name, stage=stage, country=each.country,
                t=bought * each.share / (1 - whole), usd_per_t=usd, standard=1, source="EU study 2023",
            )  # fmt: skip


def _network(network: Flows, importer: str, year: int) -> Flows:
    return joined(network, of_importer(importer, year), EU) if importer == EU else network


def _shared(asked: Asked, name: str, importer: str, stage: str) -> Iterator[Supplier]:
    """By shares of the EU's supply, or of the world's, times the demand."""
    from sarai.minerals.sources.eu import read_supply

    kind = "eu-shares" if importer == EU else "world-shares"
    read = read_supply(find(asked.folder, kind), [])
    rows = [each for each in read if (each.material, each.stage) == (name, stage) and each.share > 0]
    price = packaged_prices().get((name, stage)) or packaged_prices().get((name, "processing"))
    if rows and not price:
        raise BadSetting(f"no price of {name} is packaged; state suppliers.csv with --projects")
    whole = sum(each.share for each in rows)
    for each in rows:
        t = each.share / whole * asked.demand_t
        yield Supplier(
            code=f"{name}-{stage}-{each.country}", material=name, stage=stage, country=each.country, t=t,
            usd_per_t=price, more_t=t * asked.more, premium=asked.premium, standard=1,
            source="EU study 2023; price assumed",
        )  # fmt: skip


def stock(suppliers: list[Supplier], t: float, country: str) -> Project:
    """A stockpile that could be had within a year; all of it is assumed."""
    first = suppliers[0]
    return Project(
        code=f"{first.material}-{first.stage}-stock", name="Stockpile", material=first.material,
        stage=first.stage, country=country, kind="stockpile", t_per_year=t * STOCK_YEARS, capital_musd=0.0,
        usd_per_t=first.usd_per_t * STOCK_COST, lead_y=1, standard=3, source="assumed",
    )  # fmt: skip
