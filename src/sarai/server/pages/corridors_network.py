"""The network in words: every leg of the map as a row, with its source."""

from __future__ import annotations

from sarai.corridors import Network
from sarai.server.corridors.answer import Mapped, MappedLeg
from sarai.server.pages import corridors_said as said
from sarai.server.pages.look import Column, Table, element, show
from sarai.server.words import Words

ROWS = 20


def lay_network(network: Network, held: Mapped, words: Words) -> Table[MappedLeg]:
    """The table, folded away until somebody wants it."""
    titles = {each.code: each.title for each in network.sources}

    def ends(leg: MappedLeg) -> str:
        return " – ".join(said.place(each, held, words) for each in (leg.row.start, leg.row.end))

    columns = [
        Column(words("Leg"), ends, ends),
        Column(words("Mode"), lambda leg: words(leg.mode), lambda leg: leg.mode),
        Column(words("Gauge"), lambda leg: str(leg.row.gauge_mm or "–"), lambda leg: leg.row.gauge_mm,
               "number"),
        Column(words("km"), lambda leg: words.number(leg.row.distance_km, 0),
               lambda leg: leg.row.distance_km, "number"),
        Column(words("Source"), lambda leg: titles.get(leg.row.source, leg.row.source),
               lambda leg: leg.row.source),
    ]  # fmt: skip
    with element("details", class_="panel"):
        with element("summary", class_="more"):
            show(words("The network as a table"), "strong")
        return Table(
            words, columns, held.legs, nothing=words("The network has no legs."),
            caption=words("The network as a table"), page_rows=ROWS,
        )  # fmt: skip
