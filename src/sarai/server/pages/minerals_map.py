"""The world map of flows of a material, with its key and, for who does not see it, its table."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log10
from typing import Any

from markupsafe import Markup

from sarai.server.minerals.answer import Sheet, Ways
from sarai.server.minerals.flows import Flow, Flows, Year
from sarai.server.pages import forms
from sarai.server.pages import minerals_said as said
from sarai.server.pages.forms import Column
from sarai.server.pages.look.markup import Content, badge, tag
from sarai.server.pages.our_map import ESM, OurMap
from sarai.server.words import Words

__all__ = ["WIDEST", "FlowsMap", "key", "laid", "scale", "table", "told"]

WORLD = ((-52.0, -165.0), (72.0, 178.0))
WIDEST = 22.0  # pixels of the largest flow of all years, where it begins
LARGEST = 26.0  # pixels of radius of who produces all


class FlowsMap(OurMap, component="minerals_map.js", esm=ESM):
    """Flows as curves that run thin towards who buys, and who produces as circles; year by year."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, words("World map of flows"), WORLD)
        self.props["language"] = words.code
        self.props["words"] |= {
            "year": words("Year on the map"), "play": words("Play the years"), "stop": words("Stop"),
            "all": words("Ask all about {year}", year="#"),
        }  # fmt: skip

    def lay(self, payload: dict[str, Any]) -> None:
        """Draw what `laid` has made."""
        self.run_method("lay", payload)


def laid(sheet: Sheet, address: str, words: Words) -> dict[str, Any]:
    """What the map draws: years of flows and producers, curves, places with their names."""
    assert sheet.flows is not None and sheet.ways is not None
    found, ways = sheet.flows, sheet.ways
    return {
        "at": sheet.year, "importer": found.importer, "per": WIDEST / scale(found), "radius": LARGEST,
        "unit": words(said.SHORT[found.unit]), "years": [_year(each, ways) for each in found.years],
        "arcs": {f"{start}>{end}": arc for (start, end), arc in ways.arcs.items()},
        "places": {code: [said.country(code, words), *point] for code, point in ways.places.items()},
        "said": {
            "made": words("{country}: {share} of what is produced", country="{country}", share="{share}"),
            "doubtful": words("weight doubtful"), "none": words("No trade is known of this year."),
        },
        "address": address,
    }  # fmt: skip


def scale(found: Flows) -> float:
    """The largest flow of all years whose weight is believed."""
    amounts = [flow.amount for year in found.years for flow in year.flows if not flow.doubtful]
    return max(amounts, default=1.0)


def _year(each: Year, ways: Ways) -> list[Any]:
    flows = [
        [f"{flow.exporter}>{flow.importer}", round(flow.amount, 1), int(flow.own), int(flow.doubtful)]
        for flow in each.flows if (flow.exporter, flow.importer) in ways.arcs
    ]  # fmt: skip
    whole = sum(each.made.amounts.values())
    made = [
        [code, round(amount / whole, 4)] for code, amount in each.made.amounts.items()
        if code in ways.places and amount > 0
    ]  # fmt: skip
    return [each.year, flows, made]


# -- the key -----------------------------------------------------------------------------------------


def key(found: Flows, words: Words) -> Markup:
    """What widths, circles and colours mean."""
    unit = words(said.SHORT[found.unit])
    parts = [_taper(value, found, f"{said.amount(value, words)} {unit}") for value in _samples(found)]
    own = words("bought by {importer}", importer=words.country(found.importer))
    parts += [_mark("own", own), _mark("other", words("bought by others"))]
    if any(flow.doubtful for year in found.years for flow in year.flows):
        parts.append(_mark("doubtful", words("weight doubtful")))
    if any(year.made.amounts for year in found.years):
        circle = tag("circle", cx=16, cy=9, r=7, class_="made")
        parts.append(_entry(circle, words("who produces; its area is its share")))
    note = words("A flow begins as wide as it is large, and runs thin towards who buys.")
    return tag("div", tag("span", note), *parts, class_="flows-key")


def _samples(found: Flows) -> tuple[float, ...]:
    """Two round amounts, of which the larger nearly fills the scale."""
    if not any(year.flows for year in found.years):
        return ()
    largest = scale(found)
    power = 10.0 ** floor(log10(largest))
    first = max(digit for digit in (1, 2, 5) if digit * power <= largest) * power
    return first, first / 4


def _taper(value: float, found: Flows, text: str) -> Markup:
    half = WIDEST / scale(found) * value / 2
    return _entry(tag("path", d=f"M1 {9 - half:.2f}L31 8.6L31 9.4L1 {9 + half:.2f}Z", class_="other"), text)


def _mark(look: str, text: str) -> Markup:
    if look == "doubtful":
        return _entry(tag("line", x1=1, y1=9, x2=31, y2=9, class_=look), text)
    return _entry(tag("path", d="M1 5L31 8.6L31 9.4L1 13Z", class_=look), text)


def _entry(drawn: Markup, text: str) -> Markup:
    return tag("span", tag("svg", drawn, viewBox="0 -3 32 24", aria_hidden="true"), text)


# -- the same as a table and in words ------------------------------------------------------------------


def told(sheet: Sheet, words: Words) -> Markup:
    """What the map shows and what it leaves out, with sources."""
    assert sheet.flows is not None and sheet.ways is not None
    found, year = sheet.flows, sheet.flows.of(sheet.year)
    lines = [*_trade(found, year, words), *_made(year, words)]
    if sheet.ways.off:
        off = ", ".join(said.country(code, words) for code in sheet.ways.off)
        lines.append(words("Not on the map: {countries}.", countries=off))
    lines.append(words("A country is drawn as one place; the curves are no routes."))
    return tag("p", " ".join(lines), class_="quiet said")


def _trade(found: Flows, year: Year, words: Words) -> Iterator[str]:
    if year.reason:
        yield said.parted(said.note(year.reason, words))
        return
    yield words("{count} of {all} flows of {year} are drawn, {share} of all trade.", count=len(year.flows),
                all=year.count, year=str(year.year),
                share=words.percent(year.drawn / year.whole))  # fmt: skip
    yield words("Source: BACI (CEPII), gross weight.")
    if year.estimated > said.WORTH_SAYING:
        yield words("Tonnes of {share} of the value are reckoned from its worth (assumed).",
                    share=words.percent(year.estimated, 1))  # fmt: skip
    if any(flow.doubtful for each in found.years for flow in each.flows):
        yield words("Where a tonne is worth less than a twentieth of the usual, its weight is likely "
                    "misstated: such a flow is dotted, and the scale of widths does not count "
                    "it.")  # fmt: skip


def _made(year: Year, words: Words) -> Iterator[str]:
    if year.made.basis == "production":
        yield words("Production ({stage}): World Mining Data, {year}, as its content.",
                    stage=said.stage(year.made.stage, words), year=str(year.year))  # fmt: skip
    elif year.made.basis:
        yield words("Who produces ({stage}): shares of the world's supply by the EU's study of 2023, for all "
                    "years.", stage=said.stage(year.made.stage, words))  # fmt: skip
    else:
        yield words("Who produces is not known for {year}.", year=str(year.year))


def table(sheet: Sheet, words: Words) -> Markup:
    """The flows of the year asked about."""
    assert sheet.flows is not None
    year = sheet.flows.of(sheet.year)
    if not year.flows:
        return Markup("")
    unit = words(said.UNITS[sheet.flows.unit]).capitalize()
    columns = [
        Column(words("From"), leads=True), Column(words("To")), Column(unit, numeric=True),
        Column(words("Of all trade"), numeric=True),
    ]  # fmt: skip
    ranked = sorted(year.flows, key=lambda each: (not each.own, -each.amount))
    rows = [_row(each, year, words) for each in ranked]
    title = words("Table: {title}", title=words("Flows of {year}", year=str(year.year)))
    return tag("details", tag("summary", title, class_="more"),
               tag("div", forms.table(columns, rows, caption=title), class_="behind"))  # fmt: skip


def _row(each: Flow, year: Year, words: Words) -> list[Content]:
    marks = [badge(words, "notice", words("own"))] if each.own else []
    if each.doubtful:
        marks.append(badge(words, "serious", words("weight doubtful")))
    return [
        said.country(each.exporter, words),
        tag("span", said.country(each.importer, words), *(Markup(" ") + mark for mark in marks)),
        said.amount(each.amount, words), words.percent(each.amount / year.whole, 1),
    ]  # fmt: skip
