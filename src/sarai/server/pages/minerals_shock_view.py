"""What a shock does, as HTML: what is missing, who loses, who steps in, prices, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from sarai.minerals import cited_sources
from sarai.minerals.dependence import of_importer
from sarai.minerals.shocks import parameters, parse
from sarai.minerals.shocks.elasticities import Parameter
from sarai.server.pages import forms, minerals_said
from sarai.server.pages import minerals_shock_drawn as drawn
from sarai.server.pages import minerals_supposed_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, panel, tag, tile, tiles
from sarai.server.words import Words
from sarai.telling.minerals_shock import CountryMonths, Loser, Price, ShockTold, Supplier

__all__ = ["KINDS", "RUNS", "body", "key", "priced", "totals"]

FIRST = 10  # rows of a table that are seen at once
KINDS = {
    "supply": "supply: what producers give more for a dearer tonne",
    "demand": "demand: what users do without when it is dearer",
    "trade": "trade: what a link ships more as the gap of prices widens",
    "spare": "spare capacity, as a share of production",
    "stocks": "stocks, in days of consumption",
    "adjustment": "months from the short to the long run",
}  # fmt: skip
"""What the price model assumes, by kind."""

RUNS = ("short", "long")


def totals(found: ShockTold, words: Words) -> Markup:
    """The shock, and the figures that matter."""
    shocks = [said.shock(each, words) for text in found.shocks for each in parse(text)]
    unit = said.unit(found.unit, words)
    name = minerals_said.material(found.material, words)
    lead = tag("p", tag("strong", name), f", {minerals_said.stage(found.stage, words)}, {found.year}: ",
               "; ".join(shocks))  # fmt: skip

    def figure(label: str, value: float, note: str = "", severity: str = "") -> Markup:
        return tile(f"{label}, {unit}", said.amount(value, words), note=note, severity=severity)

    worst = next((each for each in found.losers if each.share_p50 is not None), None)
    made = [
        figure(words("Missing at first"), found.first),
        figure(words("Borne by stocks"), found.from_reserves,
               words("{amount} of it kept back, and bought by others after all",
                     amount=said.amount(found.diverted, words)) if found.diverted else ""),
        figure(words("Not consumed"), found.from_consumption,
               severity="serious" if found.from_consumption else ""),
    ]  # fmt: skip
    if worst and worst.from_consumption:
        made.append(tile(words("Loses most"), said.country(worst.country, words), note=_span(worst, words)))
    return panel(words("What the shock does"), lead, tiles(made))


def body(found: ShockTold, words: Words) -> Markup:
    """All that the cascade says."""
    parts: list[Content] = [_losers(found, words), _by_month(found, words)]
    if found.suppliers:
        parts.append(_sellers(found, words))
    return tag("div", *parts, class_="supposed")


def key(found: ShockTold, words: Words) -> Markup:
    """What the marks of the map mean."""
    levels = ("0 %", "0.5 – 10 %", "10 – 25 %", "25 – 50 %", "≥ 50 %")
    rows = [
        _mark(tag("circle", cx=16, cy=8, r=6, class_=f"miss-{at}" if at else None), level)
        for at, level in enumerate(levels)
    ]
    rows.append(_mark(tag("circle", cx=16, cy=8, r=6, class_="gone"), words("the stock is gone")))
    if found.suppliers:
        who = said.country(found.importer, words)
        rows += [
            _mark(_line("sells"), words("sells to {who}: the wider the more", who=who)),
            _mark(_line("was"), words("sold to {who} before", who=who)),
        ]
    note = words("Circles: the larger, the more is used; coloured by the share that is missed in the month.")
    return tag("div", tag("p", note, class_="quiet said"), tag("div", *rows, class_="shock-key"))


def _line(look: str) -> Markup:
    return tag("line", x1=1, y1=8, x2=31, y2=8, class_=look)


def _mark(drawn_: Markup, text: str) -> Markup:
    return tag("span", tag("svg", drawn_, viewBox="0 0 32 16", aria_hidden="true"), text)


# -- who loses -------------------------------------------------------------------------------------


def _losers(found: ShockTold, words: Words) -> Markup:
    title, unit = words("Who loses"), said.unit(found.unit, words)
    if not found.losers:
        return panel(title, tag("p", words("Nobody: nothing of this market is missing.")))
    columns = [
        Column(words("Country"), leads=True), Column(words("Used a year, {unit}", unit=unit), numeric=True),
        Column(words("Hit first"), numeric=True), Column(words("From stock"), numeric=True),
        Column(words("Not consumed"), numeric=True), Column(words("Share of use"), numeric=True),
        Column(words("Stock ends"), numeric=True),
    ]  # fmt: skip
    rows = [_loser(each, words) for each in found.losers]
    note = words("Shares: as computed, then the median and the 10th to 90th percentile of {draws} draws.",
                 draws=str(found.draws))  # fmt: skip
    table = forms.folded(columns, rows, words, caption=title, first=FIRST)
    return panel(title, drawn.lost(found, words), table, tag("p", note, class_="quiet said"))


def _loser(each: Loser, words: Words) -> list[Content]:
    ends = "–" if each.runs_out_days is None else words("day {day}", day=words.number(each.runs_out_days, 0))
    figures = (each.consumed, each.first, each.from_reserves, each.from_consumption)
    return [said.country(each.country, words), *(said.amount(value, words) for value in figures),
            _share(each, words), ends]  # fmt: skip


def _share(each: Loser, words: Words) -> Content:
    if each.share is None:
        return "–"
    return Markup("{}{}").format(words.percent(each.share), tag("span", _span(each, words), class_="quiet",
                                                               style="display:block"))  # fmt: skip


def _span(each: Loser, words: Words) -> str:
    """The median, and the interval."""
    shares = (each.share_p10, each.share_p50, each.share_p90)
    low, middle, high = (words.percent(share or 0.0) for share in shares)
    return f"{middle} ({low} – {high})"


def _by_month(found: ShockTold, words: Words) -> Markup:
    inside, name = _shown(found, words)
    title = words("Month by month")
    if not inside:
        return panel(title, tag("p", words("Nobody misses anything.")))
    note = words("Each month has a twelfth of the year's trade and the stocks that are left. Shocks of a "
                 "whole year go on in the second; stocks are not filled again.")  # fmt: skip
    return panel(title, drawn.months(found, inside, name, words), tag("p", note, class_="quiet said"))


def _shown(found: ShockTold, words: Words) -> tuple[list[CountryMonths], str]:
    """The importer, or else all that the shock hits first."""
    if found.importer:
        of = of_importer(found.importer, found.year)
        name = said.country(found.importer, words)
    else:
        of = frozenset(each.country for each in found.losers if each.first > 0)
        name = words("those that are hit first")
    return [each for each in found.by_country if each.country in of], name


# -- who steps in ----------------------------------------------------------------------------------


def _sellers(found: ShockTold, words: Words) -> Markup:
    title, unit = words("Who steps in"), said.unit(found.unit, words)
    columns = [
        Column(words("Country"), leads=True), Column(words("Before, {unit}", unit=unit), numeric=True),
        Column(words("After"), numeric=True), Column(words("Share before"), numeric=True),
        Column(words("Share after"), numeric=True),
    ]  # fmt: skip
    rows = [_seller(each, words) for each in found.suppliers]
    table = forms.folded(columns, rows, words, caption=title, first=FIRST)
    return panel(title, drawn.sellers(found, words), table)


def _seller(each: Supplier, words: Words) -> list[Content]:
    look = "less" if each.after > each.before else "greater" if each.after < each.before else None
    share = "–" if each.share_after is None else words.percent(each.share_after)
    return [
        said.country(each.country, words), said.amount(each.before, words),
        tag("span", said.amount(each.after, words), class_=look), words.percent(each.share_before), share,
    ]  # fmt: skip


# -- prices ----------------------------------------------------------------------------------------


def priced(found: ShockTold, prices: Sequence[Price], words: Words) -> Markup:
    """What the price model says, and what both models assume."""
    title, unit = words("Prices"), said.unit(found.unit, words)
    if not prices:
        none = tag("p", words("No price moves: nobody misses anything by the price model."))
        return tag("div", panel(title, none), _assumed(found, words), class_="supposed")
    columns = [
        Column(words("Country"), leads=True), Column(words("Highest in the year"), numeric=True),
        Column(words("In month"), numeric=True), Column(words("After a year"), numeric=True),
        Column(words("Not consumed in the year, {unit}", unit=unit), numeric=True),
        Column(words("Stock ends"), numeric=True),
    ]  # fmt: skip
    rows = [_price(each, words) for each in prices]
    note = words("Times the price before, with the 10th to 90th percentile. All who use, make, ship or hold "
                 "it meet at prices that clear every market: the same shock by another model.")  # fmt: skip
    table = forms.folded(columns, rows, words, caption=title, first=FIRST)
    told = panel(title, drawn.priced(found, prices, words), table, tag("p", note, class_="quiet said"))
    return tag("div", told, _assumed(found, words), class_="supposed")


def _price(each: Price, words: Words) -> list[Content]:
    span = f"{words.number(each.highest_p10, 2)} – {words.number(each.highest_p90, 2)}"
    ends = "–" if each.runs_out_month is None else words("month {month}", month=str(each.runs_out_month))
    return [
        said.country(each.country, words),
        Markup("{}{}").format(f"× {words.number(each.highest, 2)}",
                              tag("span", span, class_="quiet", style="display:block")),
        str(each.highest_month), f"× {words.number(each.after, 2)}", said.amount(each.missed, words), ends,
    ]  # fmt: skip


# -- what is assumed -------------------------------------------------------------------------------


def _assumed(found: ShockTold, words: Words) -> Markup:
    """Notes, and every parameter of the price model with its range and source."""
    rows = [tag("li", text) for text in said.notes(found.words, words)]
    rows += [tag("li", text) for text in _models(found, words)]
    table = forms.table(
        [Column(words("Parameter"), leads=True), Column(words("Short run"), numeric=True),
         Column(words("Long run"), numeric=True), Column(words("Source"))],
        [_parameter(each, words) for each in parameters(found.material).values()],
        caption=words("What the price model assumes"),
    )  # fmt: skip
    return panel(words("What is assumed"), tag("ul", *rows, class_="plain"),
                 tag("h3", words("What the price model assumes")), table)  # fmt: skip


def _models(found: ShockTold, words: Words) -> Iterator[str]:
    yield words("Codes of the trade: {codes}.", codes=", ".join(found.codes))
    yield words("Cascade of Marchand et al. 2016: no new capacity, no new partners, no prices; what is lost "
                "is borne by stocks, by consumption and by trade, in that order.")  # fmt: skip
    yield words("Intervals of the cascade: {draws} draws with seed {seed}. What is borne sums to what was "
                "lost at first, but for {left} {unit}.", draws=str(found.draws), seed=str(found.seed),
                left=f"{abs(found.unaccounted):.0e}" if found.unaccounted else "0",
                unit=said.unit(found.unit, words))  # fmt: skip


def _parameter(each: Parameter, words: Words) -> list[Content]:
    source = cited_sources().get(each.source)
    told = f"{source.title} ({words(source.kind)})" if source else each.source
    return [words(KINDS[each.kind]), _range(each.short, words), _range(each.long, words), told]


def _range(of: tuple[float, float, float], words: Words) -> str:
    low, usual, high = (words.number(value) for value in of)
    return f"{usual} ({low} – {high})"
