"""Past shocks, run forward from what was known before them, and what then happened beside it.

The cascade sees nothing of the year of the event or after; its stocks and shares are those of every other
shock. What came after is read only to be set beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.shocks.cascade import Market, cascade
from sarai.minerals.shocks.markets import Flows, market_of
from sarai.minerals.shocks.measures import Cut, cut, parse
from sarai.minerals.shocks.playing import by_month, intervals

__all__ = ["CASES", "Case", "Outcome", "Sourced", "Year", "ran", "ran_on_shares"]

SEED, DRAWS = 2010, 200
STEPS_IN = 0.01  # of what is imported before: a supplier that gains less does not step in


class Case(Struct, frozen=True, kw_only=True):
    """A shock of the past.

    Attributes
    ----------
    codes : tuple of str
        Of BACI, in HS 1992.
    shock : str
        As `sarai.minerals.shocks.measures.parse` reads it; what was known when it began.
    before : int
        The last year that was known; the market is that year's.
    after : tuple of int
        Years that are read for checking alone.
    source : str
        For what happened, and when.
    """

    name: str
    material: str
    codes: tuple[str, ...]
    shock: str
    exporter: str
    importer: str
    before: int
    after: tuple[int, ...]
    source: str


CASES: Mapping[str, Case] = {
    "rare-earths-2010": Case(
        name="China stops rare earths for Japan, September 2010", material="lree",
        codes=("280530", "284610", "284690"), shock="embargo CN>JP", exporter="CN", importer="JP",
        before=2009, after=(2010, 2011, 2012, 2013),
        source="New York Times, 23 September 2010; never announced, over by late November 2010",
    ),
    "rare-earth-quota-2010": Case(
        name="China cuts its quota of rare earths to three fifths, July 2010", material="lree",
        codes=("280530", "284610", "284690"), shock="quota CN>* 60%", exporter="CN", importer="JP",
        before=2009, after=(2010, 2011, 2012, 2013),
        source="MOFCOM: 30,258 t for 2010, after 50,145 t for 2009; announced on 8 July 2010",
    ),
    "gallium-2023": Case(
        name="China licenses exports of gallium, August 2023", material="gallium", codes=("811291", "811292"),
        shock="delay CN>* 63d", exporter="CN", importer="JP", before=2022, after=(2023, 2024),
        source="MOFCOM and GACC Announcement 23 of 2023; 45 working days for a licence, about 63 days",
    ),
    "germanium-2023": Case(
        name="China licenses exports of germanium, August 2023", material="germanium",
        codes=("811230", "811292"), shock="delay CN>* 63d", exporter="CN", importer="JP", before=2022,
        after=(2023, 2024), source="MOFCOM and GACC Announcement 23 of 2023; about 63 days for a licence",
    ),
}  # fmt: skip
"""By code."""


class Year(Struct, frozen=True, kw_only=True):
    """What the importer bought in a year: in all, of the exporter, and which share that is."""

    year: int
    imports: float
    of_exporter: float
    share: float


class Outcome(Struct, frozen=True, kw_only=True):
    """A case run forward.

    Attributes
    ----------
    before, said : Year
        The market's year; and after the shock, as the cascade says.
    then : tuple of Year
        What happened.
    missed : tuple of float
        Share of the importer's consumption that is missed: 10th, 50th, 90th percentile.
    runs_out_days : float, optional
    others : tuple of (str, float)
        Who else misses most, and which share of consumption.
    step_in : tuple of str
        Suppliers that gain, the largest gain first, as the cascade says.
    stepped_in : tuple of tuple of str
        Those that gained, by year after.
    """

    case: Case
    before: Year
    said: Year
    then: tuple[Year, ...]
    missed: tuple[float, float, float]
    runs_out_days: float | None
    others: tuple[tuple[str, float], ...]
    step_in: tuple[str, ...]
    stepped_in: tuple[tuple[str, ...], ...]


def ran(case: Case, flows: Callable[[Sequence[str], int], Flows]) -> Outcome:
    """Run a case forward.

    Parameters
    ----------
    flows : callable
        Of codes and a year: tonnes by exporter and importer. The years after are asked for last.

    Raises
    ------
    BadSetting
        There is no trade in the year before, so nothing can be said.
    """
    known = flows(case.codes, case.before)
    if not known:
        raise BadSetting(
            f"{case.name}: no trade in {case.before} under {', '.join(case.codes)}, so it cannot be run; "
            "take a file of BACI with these codes"
        )
    market = market_of(known)
    at = market.countries.index(case.importer)
    spread = cascade(market, _missing(case, market))
    after = {
        (giver, case.importer): float(spread.trade[number, at])
        for number, giver in enumerate(market.countries)
    }
    then = [flows(case.codes, year) for year in case.after]
    return Outcome(
        case=case, before=_year(case, case.before, known), said=_year(case, case.before, after),
        then=tuple(_year(case, year, each) for year, each in zip(case.after, then, strict=True)),
        missed=_missed(case, market, at), runs_out_days=_runs_out(case, market, at),
        others=_others(market, spread.consumption.tolist(), at), step_in=_gaining(case, known, after),
        stepped_in=tuple(_gaining(case, known, each) for each in then),
    )  # fmt: skip


def _missing(case: Case, market: Market, month: int | None = None) -> Cut:
    return cut(parse(case.shock), market.countries, case.before, month=month)


def _missed(case: Case, market: Market, at: int) -> tuple[float, float, float]:
    """Share of a country's consumption that is missed: 10th, 50th, 90th percentile."""
    found = intervals(market, _missing(case, market), seed=SEED, draws=DRAWS)
    low, middle, high = (max(0.0, -float(each)) for each in found.of_supply[::-1, at])
    return low, middle, high


def _runs_out(case: Case, market: Market, at: int) -> float | None:
    return by_month(market, lambda month: _missing(case, market, month)).runs_out(at)


def _year(case: Case, year: int, flows: Flows) -> Year:
    bought = {giver: amount for (giver, taker), amount in flows.items() if taker == case.importer}
    imports, part = sum(bought.values()), bought.get(case.exporter, 0.0)
    return Year(year=year, imports=imports, of_exporter=part, share=part / imports if imports else 0.0)


def _others(market: Market, change: Sequence[float], importer: int) -> tuple[tuple[str, float], ...]:
    """The five that miss most beside the importer."""
    lost = [(amount, at) for at, amount in enumerate(change) if at != importer and amount < 0]
    supply = market.supply.tolist()
    return tuple(
        (market.countries[at], -amount / supply[at]) for amount, at in sorted(lost)[:5] if supply[at] > 0
    )


def _gaining(case: Case, before: Flows, after: Flows) -> tuple[str, ...]:
    """Other suppliers of the importer that send more by a hundredth of its imports, the most first."""
    least = STEPS_IN * sum(amount for (_, taker), amount in before.items() if taker == case.importer)
    gains = {
        giver: amount - before.get((giver, taker), 0.0)
        for (giver, taker), amount in after.items()
        if taker == case.importer and giver != case.exporter
    }
    return tuple(sorted((each for each in gains if gains[each] > least), key=lambda each: -gains[each]))


# -- where trade is not known --------------------------------------------------------------------


class Sourced(Struct, frozen=True, kw_only=True):
    """A case run on shares of an importer's supply, for want of flows.

    Attributes
    ----------
    share : float
        Of its supply that came from the exporter.
    missed : tuple of float
        Share of the importer's consumption in a year: 10th, 50th, 90th percentile.
    runs_out_days : float, optional
    elsewhere : mapping of int to float
        By year, which share of world production was not the exporter's.
    """

    case: Case
    share: float
    missed: tuple[float, float, float]
    runs_out_days: float | None
    elsewhere: Mapping[int, float]


def ran_on_shares(
    case: Case,
    sourcing: Mapping[str, float],
    own: Sequence[str],
    production: Mapping[int, Mapping[str, float]],
) -> Sourced:
    """Run a case forward where only shares of supply and production are known.

    Nothing but what goes to the importer is seen, so all others can give is what they gave it before.

    Parameters
    ----------
    sourcing : mapping
        By country, which share of the importer's supply comes from there; known before the event.
    own : sequence of str
        Countries that are the importer, which supply themselves.
    production : mapping
        By year, tonnes by country; years after the event are set beside it alone.
    """
    importer = "ZZ"  # ISO 3166-1 leaves it to its users
    flows = {(giver, importer): share for giver, share in sourcing.items() if giver not in own}
    made = {importer: sum(share for giver, share in sourcing.items() if giver in own)}
    market = market_of(flows, made)
    at = market.countries.index(importer)
    return Sourced(
        case=case, share=flows[case.exporter, importer] / sum(sourcing.values()),
        missed=_missed(case, market, at), runs_out_days=_runs_out(case, market, at),
        elsewhere={year: 1 - each[case.exporter] / sum(each.values()) for year, each in production.items()},
    )  # fmt: skip
