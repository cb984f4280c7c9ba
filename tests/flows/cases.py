"""Each measure on invented trade, beside the same in loops: what every engine must agree with."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flows import plain
from flows.invented import SANCTIONED, SENDERS, TRANSITS
from flows.plain import Ask, Statistics, months
from sarai.flows.measures.anomalous import anomalous, anomalous_share
from sarai.flows.measures.concentration import concentration
from sarai.flows.measures.disagreement import disagreement
from sarai.flows.measures.growth import growth
from sarai.flows.measures.holes import holes
from sarai.flows.measures.legs import Sources, legs
from sarai.flows.measures.lost import lost_in_transit
from sarai.flows.measures.mirror import mirror_gap, widest_pairs
from sarai.flows.measures.origin_consignment import origin_consignment
from sarai.flows.measures.reexports import Passage, quantities, reexports, refused
from sarai.flows.measures.series import panel, series
from sarai.flows.measures.substitution import substitution
from sarai.flows.measures.surges import SurgeLine, surges
from sarai.flows.measures.terms import Term
from sarai.flows.periods import span

AB = Sources("a", "b")
SPAN, BASE = span("2022-03..2022-11"), span("2021-03..2021-11")
NOW, THEN = months("2022-03", "2022-11"), months("2021-03", "2021-11")
MOST = months("2021-07", "2022-01")
EARLY, LATE = span("2021-01..2021-12"), span("2022-01..2022-12")
ALL_EARLY, ALL_LATE = months("2021-01", "2021-12"), months("2022-01", "2022-12")
CELL = ("exporter", "importer", "code", "period")
MONTHLY = ("exporter", "period")
REPORTED_CELL = ("source", "reporter", "partner", "flow", "code", "period", "unit", "basis")
TREATED, OTHERS = ["854231", "999999"], ["010121"]
ANOMALY = dict(least=2_000_000, growth=1)
LINE = SurgeLine(growth=1.02, inbound=200_000, outbound=100_000)
AM = Passage(
    transit="AM", senders=SENDERS, destinations=SANCTIONED, exported="b", imported="b", basis="consignment"
)
KZ = Passage(
    transit="KZ",
    senders=("DE", "FR"),
    destinations=SANCTIONED,
    exported="a",
    imported="b",
    inbound="exported",
    outbound="imported",
)


class Prepared(NamedTuple):
    """Trade at two lengths of code and its coverage, as an engine has it or as rows."""

    trade: object
    published: object
    four: object = None


class Case(NamedTuple):
    """One use of a measure, and the same in loops."""

    keys: tuple[str, ...]
    measured: Callable[[Prepared], object]
    looped: Callable[[Statistics, Statistics], list[dict]]


def sent(periods, reporters=SENDERS, partners=TRANSITS, source="a") -> Ask:
    return Ask(source, "export", tuple(reporters), tuple(partners), periods)


def got(periods, reporters=TRANSITS, partners=SENDERS, basis="origin") -> Ask:
    return Ask("b", "import", tuple(reporters), tuple(partners), periods, basis)


def term(over, reporters=SENDERS, partners=TRANSITS) -> Term:
    return Term(source="a", flow="export", span=over, reporters=reporters, partners=partners)


def passage_asks(passage: Passage, periods) -> dict[str, Ask]:
    here, ends = (passage.transit,), (passage.senders, passage.destinations)
    return {
        "inbound_exported": Ask(passage.exported, "export", ends[0], here, periods),
        "inbound_imported": Ask(passage.imported, "import", here, ends[0], periods, passage.basis),
        "outbound_exported": Ask(passage.exported, "export", here, ends[1], periods),
        "outbound_imported": Ask(passage.imported, "import", ends[1], here, periods, passage.basis),
    }


def surge_asks(passage: Passage) -> dict[str, Ask]:
    sides = {"inbound": passage.inbound, "outbound": passage.outbound}
    return {
        f"{leg}_{when}": passage_asks(passage, periods)[f"{leg}_{side}"]
        for leg, side in sides.items()
        for when, periods in (("earlier", ALL_EARLY), ("later", ALL_LATE))
    }


def lost_asks() -> dict[str, Ask]:
    found = {"exported": sent(NOW), "imported": got(NOW)}
    return found | {"exported_base": sent(THEN), "imported_base": got(THEN)}


def substitution_asks() -> dict[str, Ask]:
    found = {}
    for suffix, periods in (("", NOW), ("_base", THEN)):
        found[f"direct{suffix}"] = sent(periods, partners=SANCTIONED)
        found[f"inward{suffix}"] = sent(periods)
        found[f"onward{suffix}"] = got(periods, SANCTIONED, TRANSITS)
    return found


def lost(p: Prepared, by):
    ends = dict(exporters=SENDERS, importers=TRANSITS)
    return lost_in_transit(p.trade, p.published, sources=AB, span=SPAN, by=by, **ends)


def substituted(p: Prepared, by):
    parties = dict(senders=SENDERS, transits=TRANSITS, sanctioned=SANCTIONED, onward="imported")
    return substitution(p.trade, p.published, sources=AB, span=SPAN, by=by, **parties)


def markets(p: Prepared, six: bool):
    new = dict(six=p.four) if six else {}
    return anomalous(p.trade, p.published, source="a", span=SPAN, base=BASE, **ANOMALY, **new)


def looped_markets(s: Statistics, four: Statistics | None):
    ask = Ask("a", "export", (), (), NOW)
    return plain.anomalous(s, ask, THEN, *ANOMALY.values(), six=four)


def grown(by, **said) -> Callable:
    return lambda p: growth(p.trade, p.published, source="a", span=SPAN, base=BASE, by=by, **said)


CASES = {
    "prepared": Case(REPORTED_CELL, lambda p: p.trade.drop("second_partner", "edition"), lambda s, _: s.rows),
    "legs": Case(CELL, lambda p: legs(p.trade, p.published, AB), lambda s, _: plain.legs(s, "a", "b")),
    "mirror": Case(
        CELL,
        lambda p: mirror_gap(legs(p.trade, p.published, AB), EARLY),
        lambda s, _: plain.mirror_gap(plain.legs(s, "a", "b"), ALL_EARLY),
    ),
    **{
        f"widest pairs by {by}": Case(
            ("exporter", "importer", "code"),
            lambda p, by=by: widest_pairs(legs(p.trade, p.published, AB), EARLY, SPAN, by, 12),
            lambda s, _, by=by: plain.widest_pairs(
                plain.mirror_gap(plain.legs(s, "a", "b"), ALL_EARLY), NOW, by, 12
            ),
        )
        for by in ("score", "change", "gap_share", "gap")
    },
    "growth": Case(
        (),
        grown((), reporters=SENDERS, partners=TRANSITS),
        lambda s, _: plain.growth(s, sent(NOW), THEN, ()),
    ),
    "growth by importer": Case(
        ("importer",),
        grown(("importer",), reporters=("DE", "FR")),
        lambda s, _: plain.growth(s, Ask("a", "export", ("DE", "FR"), (), NOW), THEN, ("importer",)),
    ),
    "growth by market": Case(
        ("exporter", "importer", "code"),
        grown(("exporter", "importer", "code")),
        lambda s, _: plain.growth(s, Ask("a", "export", (), (), NOW), THEN, ("exporter", "importer", "code")),
    ),
    "growth by code, of all": Case(
        ("code",),
        grown(("code",)),
        lambda s, _: plain.growth(s, Ask("a", "export", (), (), NOW), THEN, ("code",)),
    ),
    "holes": Case(
        ("reporter", "flow", "period"),
        lambda p: holes(p.published, source="b", span=LATE, reporters=("AM", "KZ", "RU", "UZ")),
        lambda s, _: plain.holes(s, "b", ("AM", "KZ", "RU", "UZ"), ("export", "import"), ALL_LATE),
    ),
    "series": Case(
        ("period",),
        lambda p: series(p.trade, p.published, term=term(LATE)),
        lambda s, _: plain.series(s, sent(ALL_LATE), ()),
    ),
    "series by exporter": Case(
        ("exporter", "code", "period"),
        lambda p: series(p.trade, p.published, term=term(LATE), by=("exporter", "code")),
        lambda s, _: plain.series(s, sent(ALL_LATE), ("exporter", "code")),
    ),
    "panel": Case(
        ("code", "period"),
        lambda p: panel(p.trade, p.published, term=term(EARLY), treated=TREATED, codes=OTHERS),
        lambda s, _: plain.panel(s, sent(ALL_EARLY), TREATED, OTHERS),
    ),
    "reexports": Case(
        ("code", "period"),
        lambda p: reexports(p.trade, p.published, passage=AM, span=LATE),
        lambda s, _: plain.reexports(
            s, passage_asks(AM, ALL_LATE), "imported", "exported", ALL_LATE, window=1
        ),
    ),
    "reexports within a quarter": Case(
        ("code", "period"),
        lambda p: reexports(p.trade, p.published, passage=KZ, span=span("2021-07..2022-01"), window=3),
        lambda s, _: plain.reexports(
            s, passage_asks(KZ, months("2021-05", "2022-01")), "exported", "imported", MOST, window=3
        ),
    ),
    "quantities": Case(
        ("code", "unit"),
        lambda p: quantities(p.trade, p.published, passage=AM, span=LATE),
        lambda s, _: looped_quantities(s),
    ),
    "refused": Case(
        ("code", "unit"),
        lambda p: refused(quantities(p.trade, p.published, passage=AM, span=LATE)),
        lambda s, _: [row for row in looped_quantities(s) if row["reason"]],
    ),
    "surges": Case(
        ("code",),
        lambda p: surges(p.trade, p.published, passage=AM, earlier=EARLY, later=LATE, line=LINE),
        lambda s, _: plain.surges(s, surge_asks(AM), {n: getattr(LINE, n) for n in LINE.__struct_fields__}),
    ),
    "surges of two senders": Case(
        ("code",),
        lambda p: surges(p.trade, p.published, passage=KZ, earlier=EARLY, later=LATE, line=LINE),
        lambda s, _: plain.surges(s, surge_asks(KZ), {n: getattr(LINE, n) for n in LINE.__struct_fields__}),
    ),
    "anomalous": Case(
        ("exporter", "importer", "code"),
        lambda p: markets(p, six=False),
        lambda s, _: looped_markets(s, None),
    ),
    "anomalous, new codes at six digits": Case(
        ("exporter", "importer", "code"),
        lambda p: markets(p, six=True),
        looped_markets,
    ),
    "anomalous share": Case(
        (),
        lambda p: anomalous_share(markets(p, six=False)),
        lambda s, _: plain.anomalous_share(looped_markets(s, None)),
    ),
    "origin and consignment": Case(
        ("exporter", "importer", "period"),
        lambda p: origin_consignment(p.trade, p.published, source="b", span=LATE, reporters=TRANSITS),
        lambda s, _: plain.origin_consignment(
            s,
            got(ALL_LATE, TRANSITS, ()),
            got(ALL_LATE, TRANSITS, (), "consignment"),
            ("exporter", "importer", "period"),
        ),
    ),
    "disagreement": Case(
        CELL,
        lambda p: disagreement(
            p.trade, p.published, first="a", second="c", flow="export", span=EARLY, partners=("AM",)
        ),
        lambda s, _: plain.disagreement(
            s, sent(ALL_EARLY, (), ("AM",)), sent(ALL_EARLY, (), ("AM",), "c"), CELL
        ),
    ),
    "lost in transit": Case(
        ("exporter", "importer", "code"),
        lambda p: lost(p, ("exporter", "importer", "code")),
        lambda s, _: plain.lost_in_transit(s, lost_asks(), ("exporter", "importer", "code")),
    ),
    "lost in transit, all": Case(
        (), lambda p: lost(p, ()), lambda s, _: plain.lost_in_transit(s, lost_asks(), ())
    ),
    "substitution": Case(
        ("code",),
        lambda p: substituted(p, ("code",)),
        lambda s, _: plain.substitution(s, substitution_asks(), ("code",)),
    ),
    "substitution, all": Case(
        (), lambda p: substituted(p, ()), lambda s, _: plain.substitution(s, substitution_asks(), ())
    ),
    "concentration over partners": Case(
        ("exporter", "period"),
        lambda p: concentration(
            p.trade,
            p.published,
            term=term(LATE, partners=()),
            over="importer",
            by=("exporter", "period"),
            top=1,
        ),
        lambda s, _: plain.concentration(s, sent(ALL_LATE, partners=()), "importer", MONTHLY, 1),
    ),
    "concentration over reporters": Case(
        (),
        lambda p: concentration(p.trade, p.published, term=term(LATE), over="exporter", top=2),
        lambda s, _: plain.concentration(s, sent(ALL_LATE), "exporter", (), 2),
    ),
}


def looped_quantities(s: Statistics) -> list[dict]:
    asks = passage_asks(AM, ALL_LATE)
    return plain.quantities(s, asks["inbound_imported"], asks["outbound_exported"])
