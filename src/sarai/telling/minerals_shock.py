"""A shock on a raw material's market, told: who loses how much, when stocks run out, who steps in, prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.goods import BadSetting
from sarai.minerals.dependence.trade import importer_code, of_importer
from sarai.minerals.shocks import Cut, Market, Measure, Spread, by_month, cascade, cut, intervals, market_of
from sarai.minerals.shocks.markets import ABSORBED, RESERVE_DAYS, Known, known
from sarai.telling.charts import Bar, Bars, Words
from sarai.telling.minerals_prices import Price, prices

if TYPE_CHECKING:
    import numpy as np

    from sarai.corridors import Network

__all__ = ["Loser", "Month", "Question", "ShockTold", "Supplier", "losses", "told"]

MOST_BARS = 15
LEAST_DRAWN = 0.001
LEAST = 1e-6  # of what is consumed in all: a loss below it is none


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: which market, which shock, and what is assumed of it.

    Attributes
    ----------
    importer : str
        Of whom suppliers are told: a code, ``EU``, or none.
    reserve_days : float
        Of consumption that every country has in stock.
    absorbed : float
        Share of a shock that consumption bears before trade.
    """

    folder: Path
    material: str
    shocks: tuple[Measure, ...]
    year: int
    stage: str = ""
    importer: str = ""
    reserve_days: float = RESERVE_DAYS
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
        Of the importer, or of all who lose.
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
    prices: tuple[Price, ...]
    words: tuple[str, ...]


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
    data = known(asked.folder, asked.material, asked.year, asked.stage)
    market = market_of(data.flows, data.production, reserve_days=asked.reserve_days, absorbed=asked.absorbed)
    importer = importer_code(asked.importer) if asked.importer else ""
    inside = _inside(importer, market, asked.year)
    played = _Played(asked, market, network)
    return ShockTold(
        material=data.material, stage=data.stage, year=data.year, codes=data.codes, unit=data.unit,
        shocks=tuple(map(str, asked.shocks)), importer=importer, **_totals(played.spread),
        draws=asked.draws, seed=asked.seed, losers=played.losers(), months=played.by_month(inside),
        suppliers=_suppliers(market, played.spread, inside) if importer else (),
        prices=_prices(asked, data, played), words=tuple(_words(asked, data, played)),
    )  # fmt: skip


def _inside(importer: str, market: Market, year: int) -> list[int]:
    """Places of the importer on the market; none if nobody was asked for."""
    if not importer:
        return []
    members = of_importer(importer, year)
    found = [at for at, code in enumerate(market.countries) if code in members]
    if not found:
        raise BadSetting(f"importer {importer} trades none of this in {year}; take another one or year")
    return found


def _totals(spread: Spread) -> dict[str, float | int | bool]:
    return {
        "first": _lost(spread.first.sum()), "from_reserves": _lost(spread.reserves.sum()),
        "from_consumption": _lost(spread.consumption.sum()),
        "diverted": float(spread.held.clip(max=-spread.reserves).sum()), "unaccounted": spread.unaccounted,
        "rounds": spread.rounds, "settled": spread.settled,
    }  # fmt: skip


def _lost(change: float, least: float = 0.0) -> float:
    """A change that is not positive, as a loss; what is only rounding is none."""
    return -float(change) if -change > least else 0.0


class _Played:
    """A shock played on a market."""

    def __init__(self, asked: Question, market: Market, network: Network | None) -> None:
        self.asked, self.market, self.network = asked, market, network
        self.outside: tuple[str, ...] = ()
        self.kept: dict[tuple[str, tuple[str, ...]], np.ndarray] = {}
        self.cut = self.cut_of(None)
        self.spread = cascade(market, self.cut)
        self.interval = intervals(market, self.cut, seed=asked.seed, draws=asked.draws)
        self.monthly = by_month(market, self.cut_of)

    def cut_of(self, month: int | None) -> Cut:
        """What is missing in a month, or over the year."""
        return cut(self.asked.shocks, self.market.countries, self.asked.year, month=month,
                   closing=self.closing if self.network is not None else None)  # fmt: skip

    def closing(self, what: str, countries: Sequence[str]) -> np.ndarray:
        """What a closed corridor keeps back."""
        from sarai.minerals.shocks.closing import closed

        assert self.network is not None
        key = (what, tuple(countries))
        if key not in self.kept:
            found = closed(self.network, what, countries)
            self.outside, self.kept[key] = found.outside, found.late
        return self.kept[key]

    def losers(self) -> tuple[Loser, ...]:
        """Who loses, the largest loss of consumption first."""
        spread, supply = self.spread, self.market.supply
        least = LEAST * supply.sum()
        lost = [at for at in range(len(supply)) if -(spread.reserves[at] + spread.consumption[at]) > least]
        ranked = sorted(lost, key=lambda at: (spread.consumption[at], spread.reserves[at], at))
        return tuple(self._loser(at, float(supply[at]), least) for at in ranked)

    def _loser(self, at: int, consumed: float, least: float) -> Loser:
        spread = self.spread
        eaten, p10, p50, p90 = (
            [None] * 4
            if consumed <= least
            else [_lost(spread.consumption[at], least) / consumed,
                  *(max(0.0, -float(each)) for each in self.interval.of_supply[::-1, at])]
        )  # fmt: skip
        return Loser(
            country=self.market.countries[at], consumed=consumed, first=_lost(spread.first[at], least),
            from_reserves=_lost(spread.reserves[at], least),
            from_consumption=_lost(spread.consumption[at], least),
            share=eaten, share_p10=p10, share_p50=p50, share_p90=p90,
            runs_out_days=self.monthly.runs_out(at),
        )  # fmt: skip

    def by_month(self, inside: Sequence[int]) -> tuple[Month, ...]:
        """Stocks and missing consumption, of some countries or of all that the shock hits first."""
        months = self.monthly
        of = list(inside) or [at for at, first in enumerate(self.spread.first.tolist()) if first < 0]
        return tuple(
            Month(month=number + 1, stock=float(months.reserves[number + 1, of].sum()),
                  missed=_lost(months.consumption[number, of].sum()))
            for number in range(len(months.consumption))
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


def _prices(asked: Question, data: Known, played: _Played) -> tuple[Price, ...]:
    made = dict(zip(played.market.countries, played.market.production.tolist(), strict=True))
    closing = played.closing if played.network is not None else None
    return prices(data, made, asked.shocks, seed=asked.seed, closing=closing)


def _words(asked: Question, data: Known, played: _Played) -> Iterator[str]:
    yield from data.words
    yield (
        f"Assumed: {asked.reserve_days:g} days of consumption in stock everywhere; consumption bears "
        f"{asked.absorbed:.0%} of what reserves do not cover before trade changes."
    )
    if not played.spread.settled:
        yield f"After {played.spread.rounds} rounds the rest was borne where it was."
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
