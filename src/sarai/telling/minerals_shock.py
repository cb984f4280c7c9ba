"""A shock on a raw material's market, told: who loses how much, when stocks run out, who steps in, prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.minerals.dependence import importer_code, of_importer
from sarai.minerals.shocks import Market, Measure, Spread, market_of, parameters
from sarai.minerals.shocks.markets import ABSORBED, known
from sarai.telling.charts import Bar, Bars, Words
from sarai.telling.minerals_played import CountryMonths, Played, loss
from sarai.telling.minerals_prices import Price, prices

if TYPE_CHECKING:
    from sarai.corridors import Network

__all__ = [
    "CountryMonths", "Loser", "Month", "Price", "Question", "ShockTold", "Supplier", "losses", "play",
    "prices_told", "spread_told", "told",
]  # fmt: skip

MOST_BARS = 15
LEAST_DRAWN = 0.001


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: which market, which shock, and what is assumed of it.

    Attributes
    ----------
    importer : str
        Of whom suppliers are told: a code, ``EU``, or none.
    reserve_days : float, optional
        Of consumption that every country has in stock; else what the packaged table assumes of the material.
    absorbed : float
        Share of a shock that consumption bears before trade.
    """

    folder: Path
    material: str
    shocks: tuple[Measure, ...]
    year: int
    stage: str = ""
    importer: str = ""
    reserve_days: float | None = None
    absorbed: float = ABSORBED
    seed: int = 1
    draws: int = 100


class Loser(Struct, frozen=True, kw_only=True):
    """A country that loses; in the market's unit, losses as positive figures.

    Attributes
    ----------
    consumed : float
        In the year before the shock.
    first : float
        What the shock itself took.
    from_reserves, from_consumption : float
        What bears the loss in the end.
    share, share_p10, share_p50, share_p90 : float, optional
        Of consumption; none where nothing is consumed.
    runs_out_days : float, optional
        After the shock begins; none if stocks last the year.
    """

    country: str
    consumed: float
    first: float
    from_reserves: float
    from_consumption: float
    share: float | None
    share_p10: float | None
    share_p50: float | None
    share_p90: float | None
    runs_out_days: float | None


class Supplier(Struct, frozen=True, kw_only=True):
    """Who sells to the importer, before and after; the market's unit, and shares of its imports."""

    country: str
    before: float
    after: float
    share_before: float
    share_after: float | None


class Month(Struct, frozen=True, kw_only=True):
    """A month after the shock begins: stocks at its end, and what consumption misses in it."""

    month: int
    stock: float
    missed: float


class ShockTold(Struct, frozen=True, kw_only=True):
    """The answer; losses are positive.

    Attributes
    ----------
    shocks : tuple of str
    first, from_reserves, from_consumption : float
        Over all countries; the second and third sum to the first.
    diverted : float
        Of what reserves bear: what the shock kept in exporters' hands, and others then bought of them.
    unaccounted : float
        By how much they do not.
    losers : tuple of Loser
        Who loses most first.
    suppliers : tuple of Supplier
        Of the importer.
    months : tuple of Month
        Of the importer, or of all that the shock hits first.
    by_country : tuple of CountryMonths
        Two years of all who consume or lose anything.
    prices : tuple of Price
        By the price model, of those that lose most there.
    """

    material: str
    stage: str
    year: int
    codes: tuple[str, ...]
    unit: str
    shocks: tuple[str, ...]
    importer: str
    first: float
    from_reserves: float
    from_consumption: float
    diverted: float
    unaccounted: float
    rounds: int
    settled: bool
    draws: int
    seed: int
    losers: tuple[Loser, ...]
    suppliers: tuple[Supplier, ...]
    months: tuple[Month, ...]
    by_country: tuple[CountryMonths, ...]
    words: tuple[str, ...]
    prices: tuple[Price, ...] = ()


def told(asked: Question, network: Network | None = None) -> ShockTold:
    """Play a shock and tell it.

    Parameters
    ----------
    network : Network, optional
        On which corridors are closed; needed by ``close`` alone.

    Raises
    ------
    BadSetting
        The material, year, importer or a country is not in the data.
    """
    played = play(asked, network)
    return replace(spread_told(asked, played), prices=prices_told(played))


def play(asked: Question, network: Network | None = None) -> Played:
    """The shock on its market, by the cascade; faults as of `told`."""
    data = known(asked.folder, asked.material, asked.year, asked.stage)
    answers = parameters(data.material, reserve_days=asked.reserve_days)
    days = answers["stocks"].short[1]
    market = market_of(data.flows, data.production, reserve_days=days, absorbed=asked.absorbed)
    _inside(asked, market)
    return Played(data, market, asked.shocks, network, answers, seed=asked.seed, draws=asked.draws)


def spread_told(asked: Question, played: Played) -> ShockTold:
    """What the cascade says, without prices."""
    data, inside = played.data, _inside(asked, played.market)
    return ShockTold(
        material=data.material, stage=data.stage, year=data.year, codes=data.codes, unit=data.unit,
        shocks=tuple(map(str, asked.shocks)), importer=_importer(asked), **_totals(played.spread),
        draws=asked.draws, seed=asked.seed, losers=_losers(played), by_country=played.by_country(),
        months=_months(played, inside), words=tuple(_words(asked, played)),
        suppliers=_suppliers(played.market, played.spread, inside) if asked.importer else (),
    )  # fmt: skip


def prices_told(played: Played) -> tuple[Price, ...]:
    """What the price model says of the same shock."""
    made = dict(zip(played.market.countries, played.market.production.tolist(), strict=True))
    closing, dearer = (played.closing, played.dearer) if played.network is not None else (None, None)
    return prices(
        played.data, made, played.shocks, seed=played.seed, reserve_days=played.stock_days,
        closing=closing, dearer=dearer,
    )  # fmt: skip


def _importer(asked: Question) -> str:
    return importer_code(asked.importer) if asked.importer else ""


def _inside(asked: Question, market: Market) -> list[int]:
    """Places of the importer on the market; none if nobody was asked for."""
    importer = _importer(asked)
    if not importer:
        return []
    members = of_importer(importer, asked.year)
    found = [at for at, code in enumerate(market.countries) if code in members]
    if not found:
        raise BadSetting(f"importer {importer} trades none of this in {asked.year}; take another one or year")
    return found


def _totals(spread: Spread) -> dict[str, float | int | bool]:
    return {
        "first": loss(spread.first.sum()), "from_reserves": loss(spread.reserves.sum()),
        "from_consumption": loss(spread.consumption.sum()),
        "diverted": float(spread.held.clip(max=-spread.reserves).sum()), "unaccounted": spread.unaccounted,
        "rounds": spread.rounds, "settled": spread.settled,
    }  # fmt: skip


def _months(played: Played, inside: Sequence[int]) -> tuple[Month, ...]:
    """Stocks and missing consumption, of the importer or of all that the shock hits first."""
    of = inside or [at for at, first in enumerate(played.spread.first.tolist()) if first < 0]
    return tuple(Month(month=at, stock=stock, missed=missed) for at, stock, missed in played.months(of))


# -- who loses, who steps in ---------------------------------------------------------------------


def _losers(played: Played) -> tuple[Loser, ...]:
    """Who loses, the largest loss of consumption first."""
    spread, least = played.spread, played.least
    lost = [at for at in range(len(spread.first)) if -(spread.reserves[at] + spread.consumption[at]) > least]
    ranked = sorted(lost, key=lambda at: (spread.consumption[at], spread.reserves[at], at))
    return tuple(_loser(played, at, least) for at in ranked)


def _loser(played: Played, at: int, least: float) -> Loser:
    spread, consumed = played.spread, float(played.market.supply[at])
    eaten, p10, p50, p90 = (
        [None] * 4
        if consumed <= least
        else [loss(spread.consumption[at], least) / consumed,
              *(max(0.0, -float(each)) for each in played.interval.of_supply[::-1, at])]
    )  # fmt: skip
    return Loser(
        country=played.market.countries[at], consumed=consumed, first=loss(spread.first[at], least),
        from_reserves=loss(spread.reserves[at], least), from_consumption=loss(spread.consumption[at], least),
        share=eaten, share_p10=p10, share_p50=p50, share_p90=p90, runs_out_days=played.monthly.runs_out(at),
    )  # fmt: skip


def _suppliers(market: Market, spread: Spread, inside: Sequence[int]) -> tuple[Supplier, ...]:
    """Who sells to the importer from outside it, the largest before first."""
    outside = [at for at in range(len(market.countries)) if at not in set(inside)]
    before = market.trade[:, inside].sum(axis=1)
    after = spread.trade[:, inside].sum(axis=1)
    all_before, all_after = float(before[outside].sum()), float(after[outside].sum())
    rows = [
        Supplier(
            country=market.countries[at], before=float(before[at]), after=float(after[at]),
            share_before=float(before[at]) / all_before,
            share_after=float(after[at]) / all_after if all_after > 0 else None,
        )
        for at in outside
        if before[at] > 0
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda each: (-each.before, each.country)))


def _words(asked: Question, played: Played) -> Iterator[str]:
    yield from played.data.words
    yield (
        f"Assumed: {played.stock_days:g} days of consumption in stock everywhere; consumption bears "
        f"{asked.absorbed:.0%} of what reserves do not cover before trade changes."
    )
    if not played.spread.settled:
        yield f"After {played.spread.rounds} rounds the rest was borne where it was."
    if played.network is not None and played.data.usd_per_t is None:
        yield "No tonnes are stated, so prices leave out what a longer way costs more."
    if played.outside:
        yield f"Not in the network, and taken to trade as before: {', '.join(played.outside)}."


def losses(found: ShockTold) -> Bars:
    """What consumption misses, in per cent, by country, with its interval; raises `BadSetting` if nothing."""
    words = Words(
        title=f"{found.material}, {found.year}: {'; '.join(found.shocks)}",
        unit="% of consumption missed",
        source="BACI (CEPII), World Mining Data; cascade of Marchand et al. 2016",
        note=f"10th to 90th percentile of {found.draws} draws of stocks, trade and what is borne at once.",
    )
    bars = [
        Bar(
            name=each.country, value=100 * each.share_p50, low=100 * each.share_p10, high=100 * each.share_p90
        )
        for each in found.losers
        if each.share_p90 and each.share_p90 >= LEAST_DRAWN
    ]
    if not bars:
        raise BadSetting(
            "nobody misses a thousandth of consumption, so nothing is drawn; ask for a larger shock"
        )
    return Bars(words=words, bars=tuple(bars[:MOST_BARS]), dots=True)
