"""A case from a folder of data: who supplies today at what price, what others could, and by which ways.

Where trade of a material and stage is known in tonnes of codes that are the material's, suppliers are those
of the last year, and of the EU its own production beside it. Otherwise the shares of the EU's study times a
stated demand, at a packaged price. What anyone could give beyond is an assumed share of what it sells to
others.

What a tonne is worth at a border differs with its grade as much as with its price. So what is bought today
costs the importer's mean; what would be bought beyond costs that, or what the seller gets from others if it
is more, and a premium. Without rules the plan is then today's, and a rule costs what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.dependence.trade import EU, Flows, flows, importer_code, joined, of_importer
from sarai.minerals.diversify.case import Case, Rules
from sarai.minerals.diversify.own import Tables, over, packaged_prices, packaged_projects
from sarai.minerals.diversify.tables import Need, Project, Supplier
from sarai.minerals.loading import hs_codes, material
from sarai.minerals.sources.baci import of_folder
from sarai.minerals.sources.finding import find, held

__all__ = ["Asked", "Gathered", "gathered"]

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


class Gathered(Struct, frozen=True, kw_only=True):
    """A case, the shares of today by stage and country, and what a reader must know."""

    case: Case
    before: Mapping[str, Mapping[str, float]]
    words: tuple[str, ...]


def gathered(asked: Asked, rules: Rules, own: Tables | None = None) -> Gathered:
    """The case that data, packaged projects and tables of the user's own describe; the latter go before."""
    name, importer = material(asked.material).code, importer_code(asked.importer)
    found: list[Supplier] = []
    needs: list[Need] = []
    words: list[str] = []
    stocks: list[Project] = []
    for stage in asked.stages or ("mining", "processing"):
        suppliers, t, said = _suppliers(asked, name, importer, stage)
        words += said
        found += suppliers
        if t > 0 and suppliers:
            stocks.append(_stock(suppliers, t, importer))
            needs += [_need(asked, name, stage, year, t) for year in asked.years]
    tables = over(
        Tables(needs=needs, suppliers=found, projects=packaged_projects() + stocks), own or Tables()
    )
    if not tables.needs:
        raise BadSetting(
            f"nothing says how much {name} {importer} needs; state it with --demand TONNES, or in needs.csv "
            f"of the folder of --projects ({' '.join(words)})"
        )
    return _case(asked, rules, tables, importer, words)


def _case(asked: Asked, rules: Rules, tables: Tables, importer: str, words: list[str]) -> Gathered:
    inside = tuple(sorted(of_importer(importer, asked.years[0])))
    stages = {(each.material, each.stage) for each in tables.needs}
    projects = [each for each in tables.projects if (each.material, each.stage) in stages]
    ways, limits = list(tables.ways), list(tables.limits)
    if not ways:
        ways, limits, said = _carried(stages, [*tables.suppliers, *projects], inside, importer)
        words += said
    weights, said = _weights(asked)
    case = Case(
        years=asked.years, needs=tuple(tables.needs), rules=rules, suppliers=tuple(tables.suppliers),
        projects=tuple(projects), ways=tuple(ways), limits=tuple(limits), own=inside, weights=weights,
    )  # fmt: skip
    return Gathered(case=case, before=_before(case), words=(*words, *said))


def _need(asked: Asked, name: str, stage: str, year: int, t: float) -> Need:
    return Need(material=name, stage=stage, year=year, t=t * (1 + asked.growth) ** (year - asked.years[0]))


def _before(case: Case) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for each in sorted(case.suppliers, key=lambda row: (-row.t, row.code)):
        if each.t > 0:
            of = found.setdefault(f"{each.material} {each.stage}", {})
            of[each.country] = of.get(each.country, 0.0) + each.t
    return {stage: {code: t / sum(of.values()) for code, t in of.items()} for stage, of in found.items()}


# -- who supplies --------------------------------------------------------------------------------


def _suppliers(
    asked: Asked, name: str, importer: str, stage: str
) -> tuple[list[Supplier], float, tuple[str, ...]]:
    """Suppliers of a stage, what the importer needs of it, and words."""
    codes = [each.hs for each in hs_codes(name, stage, 1992) if each.share == 1]
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


def _scaled(suppliers: list[Supplier], times: float) -> list[Supplier]:
    """What is given today, in the same shares of a demand that is stated."""
    return [replace(each, t=each.t * times) for each in suppliers]


def _traded(asked: Asked, name: str, importer: str, stage: str, codes: list[str]) -> Iterator[Supplier]:
    trade = of_folder(asked.folder)
    year = asked.year or trade.years[-1]
    if year not in trade.years:
        raise BadSetting(f"the trade has no year {year}; take {trade.years[0]} to {trade.years[-1]}")
    tonnes, kusd = (_network(flows(trade, codes, year, unit), importer, year) for unit in ("t", "kUSD"))
    if importer not in tonnes.countries:
        return
    at, bought = tonnes.at(importer), tonnes.amounts[:, tonnes.at(importer)].sum()
    if bought <= 0:
        return
    mean = kusd.amounts[:, at].sum() * 1000 / bought
    for origin, country in enumerate(tonnes.countries):
        now, sold = float(tonnes.amounts[origin, at]), float(tonnes.amounts[origin].sum())
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


def _stock(suppliers: list[Supplier], t: float, country: str) -> Project:
    """A stockpile that could be had within a year; all of it is assumed."""
    first = suppliers[0]
    return Project(
        code=f"{first.material}-{first.stage}-stock", name="Stockpile", material=first.material,
        stage=first.stage, country=country, kind="stockpile", t_per_year=t * STOCK_YEARS, capital_musd=0.0,
        usd_per_t=first.usd_per_t * STOCK_COST, lead_y=1, standard=3, source="assumed",
    )  # fmt: skip


# -- ways and weights ----------------------------------------------------------------------------


def _carried(
    stages: set, sources: list, inside: tuple[str, ...], importer: str
) -> tuple[list, list, list[str]]:
    from sarai.corridors import shipped
    from sarai.minerals.diversify.carrying import carried

    ways, limits, words = [], {}, []
    for name, stage in sorted(stages):
        origins = {
            each.country
            for each in sources
            if (each.material, each.stage) == (name, stage) and getattr(each, "kind", "") != "stockpile"
        }
        found = carried(shipped(), origins - set(inside), importer, name, stage)
        ways += found.ways
        limits |= {each.code: each for each in found.limits}
        words += [f"{stage}: {each}" for each in found.words]
    return ways, [limits[code] for code in sorted(limits)], words


def _weights(asked: Asked) -> tuple[dict[str, float], tuple[str, ...]]:
    from sarai.minerals.sources.wgi import read_governance

    if not held(asked.folder, "governance"):
        return {}, ("The folder has no governance, so all countries weigh 1 in the risk.",)
    governance = read_governance(find(asked.folder, "governance"), [])
    year = governance.latest(asked.years[0])
    said = f"Risk weighs shares by governance of {year} (0 best to 10 worst)."
    return governance.risk([year]), (said,)
