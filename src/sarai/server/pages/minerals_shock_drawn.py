"""Pictures of the side Shock: who loses, stocks and losses by month, who sells, prices by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup
from msgspec.structs import replace

from sarai.goods import BadSetting
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.drawn import figure
from sarai.server.words import Words
from sarai.telling import charts
from sarai.telling.minerals_prices import DRAWS
from sarai.telling.minerals_shock import CountryMonths, Price, ShockTold, losses

__all__ = ["lost", "months", "priced", "sellers"]

PANELS = 6
SELLERS = 3  # told apart by colour; the table has all


def lost(found: ShockTold, words: Words) -> Markup:
    """What share of consumption each country misses, with its interval; nothing if nobody does."""
    try:
        chart = losses(found)
    except BadSetting:
        return Markup("")
    title, unit = words("Share of a year's consumption missed"), words("% of consumption missed")
    note = words("Dots are medians, lines the 10th to 90th percentile of {draws} draws of stocks, trade and "
                 "what is borne at once.", draws=str(found.draws))  # fmt: skip
    bars = tuple(replace(each, name=said.country(each.name, words)) for each in chart.bars)
    told = words("{country} misses most: {share}.", country=bars[0].name,
                 share=words.percent((bars[0].value or 0.0) / 100))  # fmt: skip
    drawn = replace(chart, words=_words(found, title, unit, note, words), bars=bars)
    return figure(drawn, "losses", words, told)


def months(found: ShockTold, inside: Sequence[CountryMonths], name: str, words: Words) -> Markup:
    """Stocks and what is missed through two years, of some countries together."""
    stocks = [sum(each) for each in zip(*(one.stocks[1:] for one in inside), strict=True)]
    missed = [sum(each) for each in zip(*(one.missed for one in inside), strict=True)]
    panels = tuple(
        charts.Panel(name=title, series=(charts.Series(name=title, first=_begun(found), values=tuple(line)),))
        for title, line in ((words("In stock at the end of the month"), stocks),
                            (words("Consumption missed in the month"), missed))
    )  # fmt: skip
    title = words("Month by month: {who}", who=name)
    chart = charts.Lines(
        words=_words(found, title, said.unit(found.unit, words), _as_if(found, words), words), panels=panels
    )
    gone = next((at + 1 for at, stock in enumerate(stocks) if stock <= 0), None)
    told = words("The stock is gone in month {month}.", month=str(gone)) if gone else \
        words("The stock lasts.")  # fmt: skip
    return figure(chart, "months", words, told)


def sellers(found: ShockTold, words: Words) -> Markup:
    """What the importer buys of its largest suppliers, before and after."""
    ranked = sorted(found.suppliers, key=lambda each: (-max(each.before, each.after), each.country))
    few, others = ranked[:SELLERS], ranked[SELLERS:]
    rows = tuple(
        charts.Stack(name=name, values=(*(getattr(each, when) for each in few),
                                        sum(getattr(each, when) for each in others)))
        for name, when in ((words("before"), "before"), (words("after"), "after"))
    )  # fmt: skip
    chart = charts.Stacks(
        words=_words(found, words("What {who} buys, by seller", who=said.country(found.importer, words)),
                     words("{unit} a year", unit=said.unit(found.unit, words)),
                     words("After: in the year that the shock lasts, by the cascade."), words),
        parts=(*(said.country(each.country, words) for each in few), words("all others")), rows=rows,
    )  # fmt: skip
    more = sum(each.after > each.before for each in ranked)
    told = words("Of {count} suppliers {more} sell more after.", count=str(len(ranked)), more=str(more))
    return figure(chart, "sellers", words, told)


def priced(found: ShockTold, prices: Sequence[Price], words: Words) -> Markup:
    """Prices by month, each country's with its interval."""
    panels = tuple(
        charts.Panel(
            name=said.country(each.country, words),
            series=(charts.Series(
                name=words("price"), first=_begun(found), values=tuple(month.price for month in each.months),
                low=tuple(month.p10 for month in each.months), high=tuple(month.p90 for month in each.months),
            ),),
        )
        for each in prices[:PANELS]
    )  # fmt: skip
    drawn_of = words("Bands are the 10th to 90th percentile of {draws} draws of elasticities and stocks.",
                     draws=str(DRAWS))  # fmt: skip
    chart = charts.Lines(
        words=_words(found, words("Prices by month"), words("times the price before"),
                     f"{_as_if(found, words)} {drawn_of}", words), panels=panels,
    )  # fmt: skip
    most = max(prices, key=lambda each: each.highest)
    told = words("{country} pays most: {times} times the price before.",
                 country=said.country(most.country, words), times=words.number(most.highest, 1))  # fmt: skip
    return figure(chart, "prices", words, told)


def _begun(found: ShockTold) -> date:
    return date(found.year + 1, 1, 1)


def _as_if(found: ShockTold, words: Words) -> str:
    return words("Drawn as if the shock began in January {year}.", year=str(found.year + 1))


def _words(found: ShockTold, title: str, unit: str, note: str, words: Words) -> charts.Words:
    source = words("BACI (CEPII), {year}; World Mining Data where it counts the stage", year=str(found.year))
    return charts.Words(title=title, unit=unit, source=source, note=note)
