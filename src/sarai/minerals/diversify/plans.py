"""A plan: who gives how much by which way in each year, what is built, and what it costs; proven to a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from sarai.minerals.diversify.balance import Balance, Fed, balances, feeds
from sarai.minerals.diversify.bounds import bound
from sarai.minerals.diversify.case import Case
from sarai.minerals.diversify.chains import feed_of, recipe_of
from sarai.minerals.diversify.model import Model, capital_usd, model
from sarai.minerals.diversify.program import ENDLESS, Impossible, Solved
from sarai.minerals.diversify.risk import solved
from sarai.minerals.diversify.settling import settled
from sarai.minerals.diversify.tables import Limit, Project

__all__ = [
    "SECONDS", "Chosen", "Plan", "Stocked", "Taken", "YearOf", "best", "cost_of_rules", "cost_usd", "plan_of",
]  # fmt: skip

SECONDS = 60.0
LEAST = 1e-7  # of a need's unit: less is rounding


class Taken(Struct, frozen=True, kw_only=True):
    """Tonnes of a year from one source at one price by one way."""

    year: int
    material: str
    stage: str
    source: str
    tier: str
    country: str
    way: str
    t: float
    usd_per_t: float
    co2e_t_per_t: float


class Stocked(Struct, frozen=True, kw_only=True):
    """What a stockpile took, gave, and held at the end of a year, of one country's material."""

    year: int
    material: str
    stage: str
    project: str
    country: str
    taken_t: float
    given_t: float
    held_t: float


class Chosen(Struct, frozen=True, kw_only=True):
    """A project that is built.

    Attributes
    ----------
    input_t_per_t : float
        What a tonne takes of `input_of`, a material and stage; `follows` says whether the plan supplies it.
    byproduct_of : str
        What it is made beside; it takes no ore of its own then.
    """

    code: str
    name: str
    country: str
    kind: str
    decided: int
    there: int
    paid_musd: float
    source: str
    input_of: str = ""
    input_t_per_t: float = 0.0
    follows: bool = False
    byproduct_of: str = ""


class YearOf(Struct, frozen=True, kw_only=True):
    """A year of a need: consumption's shares by country, and its risk (weight times share squared).

    Attributes
    ----------
    t, fed_t : float
        Consumed; and of it, what projects of later stages take.
    greatest : str
        Of the countries that are not the importer's own, the one with the greatest share.
    """

    material: str
    stage: str
    year: int
    t: float
    shares: Mapping[str, float]
    greatest: str
    greatest_share: float
    risk: float
    fed_t: float = 0.0


class Plan(Struct, frozen=True, kw_only=True):
    """The cheapest plan that keeps the rules.

    Attributes
    ----------
    cost_usd : float
        Discounted, of all years.
    bound_usd, gap : float
        No plan costs less than the bound; the gap is the share by which this one might be above it.
    fed : tuple of Fed
        What projects take of stages before theirs.
    """

    cost_usd: float
    bound_usd: float
    gap: float
    finished: bool
    taken: tuple[Taken, ...]
    stocked: tuple[Stocked, ...]
    chosen: tuple[Chosen, ...]
    years: tuple[YearOf, ...]
    fed: tuple[Fed, ...] = ()
    balances: tuple[Balance, ...] = ()

    @property
    def greatest_share(self) -> float:
        """Of the last year, over all needs."""
        last = max((each.year for each in self.years), default=0)
        return max((each.greatest_share for each in self.years if each.year == last), default=0.0)

    @property
    def greatest_risk(self) -> float:
        """Of the last year, over all needs."""
        last = max((each.year for each in self.years), default=0)
        return max((each.risk for each in self.years if each.year == last), default=0.0)


def best(case: Case, *, seconds: float = SECONDS) -> Plan:
    """The cheapest plan; of several that cost the same, the one whose suppliers are governed best.

    Raises
    ------
    Impossible
        None keeps the rules; `sarai.minerals.diversify.relaxed` says what would.
    TimedOut
        None was found in time.
    """
    made = model(case)
    bound(made)
    try:
        found = solved(made, seconds)
    except Impossible:
        raise Impossible(
            f"no plan keeps all the rules from {case.rules.by} on; ask what the least relaxation is"
        ) from None
    return plan_of(made, settled(made, found, seconds))


def cost_of_rules(case: Case, plan: Plan, *, seconds: float = SECONDS) -> dict[str, float]:
    """What each rule that is there costs: how much cheaper, in dollars, a plan without it is."""
    found = {}
    for family, free in _without(case):
        cheaper = best(free, seconds=seconds)
        found[family] = max(0.0, plan.cost_usd - cheaper.cost_usd)
    return found


def _without(case: Case) -> Iterator[tuple[str, Case]]:
    rules = case.rules
    if rules.share < 1:
        yield "share", replace(case, rules=replace(rules, share=1.0))
    if rules.risk is not None:
        yield "risk", replace(case, rules=replace(rules, risk=None))
    if case.limits:
        wide = tuple(Limit(code=each.code, t_per_year=1e12) for each in case.limits)
        yield "corridor", replace(case, limits=wide)
    if rules.budget_musd is not None:
        yield "budget", replace(case, rules=replace(rules, budget_musd=None))
    if rules.standard:
        yield "standard", replace(case, rules=replace(rules, standard=0))
    if rules.cover_days:
        yield "cover", replace(case, rules=replace(rules, cover_days=0.0))


def cost_usd(case: Case, taken: tuple[Taken, ...], stocked: tuple[Stocked, ...], chosen: tuple[Chosen, ...]) \
        -> float:  # fmt: skip
    """Discounted dollars of what a plan takes, holds and builds."""
    rules, by_code = case.rules, {each.code: each for each in case.projects}
    usd = 0.0
    for each in taken:
        price = each.usd_per_t + each.co2e_t_per_t * rules.carbon_usd_per_t
        usd += each.t * price * case.discounted(each.year)
    for each in stocked:
        usd += each.held_t * by_code[each.project].usd_per_t * case.discounted(each.year)
    for each in chosen:
        project = by_code[each.code]
        for year in case.years:
            if 0 <= year - each.there < project.life_y:
                usd += capital_usd(case, project, year) * case.discounted(year)
    return usd


def plan_of(made: Model, found: Solved) -> Plan:
    """What a solution says."""
    taken, stocked = tuple(_taken(made, found)), tuple(_stocked(made, found))
    used = {each.source for each in taken} | {each.project for each in stocked}
    chosen = tuple(each for each in _chosen(made, found) if each.code in used)  # what costs nothing may idle
    cost, fed = cost_usd(made.case, taken, stocked, chosen), tuple(feeds(made.case, taken))
    low = max(0.0, min(cost, found.bound * made.usd))
    return Plan(
        cost_usd=cost, bound_usd=low, gap=(cost - low) / cost if cost else 0.0, finished=found.finished,
        taken=taken, stocked=stocked, chosen=chosen, years=tuple(_years(made.case, taken, stocked, fed)),
        fed=fed, balances=tuple(balances(made.case, taken, stocked, fed)),
    )  # fmt: skip


def _taken(made: Model, found: Solved) -> Iterator[Taken]:
    for offer in made.offers:
        for year in filter(offer.is_there, made.case.years):
            value = found.of["take", *offer.name, year]
            if value > LEAST:
                yield Taken(
                    year=year, material=offer.of.material, stage=offer.of.stage, source=offer.of.code,
                    tier=offer.tier, country=offer.of.country, way=offer.way.code,
                    t=value * made.unit_t[offer.need], usd_per_t=offer.usd_per_t,
                    co2e_t_per_t=offer.co2e_t_per_t,
                )  # fmt: skip


def _stocked(made: Model, found: Solved) -> Iterator[Stocked]:
    by_code = {each.code: each for each in made.case.projects}
    for name in (each for each in made.program.at if each[0] == "held"):
        _, code, country, year = name
        project: Project = by_code[code]
        unit = made.unit_t[project.material, project.stage]
        taken, given, held = (found.of[word, code, country, year] for word in ("in", "out", "held"))
        if max(taken, given, held) > LEAST:
            yield Stocked(
                year=year, material=project.material, stage=project.stage, project=code, country=country,
                taken_t=taken * unit, given_t=given * unit, held_t=held * unit,
            )  # fmt: skip


def _chosen(made: Model, found: Solved) -> Iterator[Chosen]:
    for each in sorted(made.case.projects, key=lambda row: row.code):
        for year in made.case.years:
            if found.of.get(("decide", each.code, year)):
                yield Chosen(
                    code=each.code, name=each.name, country=each.country, kind=each.kind, decided=year,
                    there=year + each.lead_y, paid_musd=each.paid_musd, source=each.source,
                    input_of=" ".join(recipe_of(each)) if each.input_t_per_t else "",
                    input_t_per_t=each.input_t_per_t, follows=feed_of(each, made.case.own) is not None,
                    byproduct_of=each.byproduct_of,
                )  # fmt: skip


def _years(
    case: Case, taken: tuple[Taken, ...], stocked: tuple[Stocked, ...], fed: tuple[Fed, ...]
) -> Iterator[YearOf]:
    for (material, stage, year), asked in sorted(case.demand.items()):
        if year in case.years:
            used: dict[str, float] = {}
            for each in sorted(taken, key=lambda row: row.country):
                if (each.material, each.stage, each.year) == (material, stage, year):
                    used[each.country] = used.get(each.country, 0.0) + each.t
            for row in sorted(stocked, key=lambda row: row.country):
                if (row.material, row.stage, row.year) == (material, stage, year):
                    used[row.country] = used.get(row.country, 0.0) - row.taken_t + row.given_t
            here = (material, stage, year)
            fed_t = sum(each.t for each in fed if (each.material, each.stage, each.year) == here)
            yield _year(case, here, asked + fed_t, fed_t, used)


def _year(case: Case, of: tuple[str, str, int], t: float, fed_t: float, used: dict[str, float]) -> YearOf:
    whole = t or ENDLESS
    shares = {country: t / whole for country, t in used.items() if t / whole > LEAST}
    shares = dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))
    abroad = [country for country in shares if country not in case.own]
    return YearOf(
        material=of[0], stage=of[1], year=of[2], t=t, fed_t=fed_t, shares=shares,
        greatest=abroad[0] if abroad else "", greatest_share=shares[abroad[0]] if abroad else 0.0,
        risk=sum(case.weight(country) * share**2 for country, share in shares.items()),
    )  # fmt: skip
