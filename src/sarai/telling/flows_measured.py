"""What measures say to a study, as the figures of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sarai.telling.charts.numbers import percent
from sarai.telling.flows_asked import LEGS, Asking, Lacking, Study, around, grid, known, passage, term
from sarai.telling.flows_given import (
    Disagreement,
    Lost,
    Market,
    MirrorGap,
    NotCompared,
    PassThrough,
    SourceUsed,
    SurgeLine,
)

if TYPE_CHECKING:
    from sarai.flows.measures.reexports import Passage
    from sarai.flows.measures.surges import SurgeLine as Line
    from sarai.flows.models.permutation import Permutation
    from sarai.flows.periods import Span

MOST_CELLS = 400_000  # of a panel that is drawn anew a thousand times: some ms a draw, and 200 MB as rows
MOST_LINES = 1_000  # of a chart and its table
MARKET = ("exporter", "importer", "code")

# -- sources -------------------------------------------------------------------------------------


def sources(ask: Study) -> tuple[SourceUsed, ...]:
    """What the study rests on: the sources of both sides, and when they were loaded."""
    trade = ask.statistics.trade(ask.engine)
    counted = trade.group_by("source", "flow", "basis", "valuation").agg(rows=trade.count())
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ask.rows(counted.order_by("source", "flow", "basis", "valuation")):
        found.setdefault(row["source"], []).append(row)
    return tuple(_source(ask, name, rows) for name, rows in found.items() if name in {*ask.ready.sources})


def _source(ask: Study, name: str, rows: list[dict[str, Any]]) -> SourceUsed:
    loads = [each for each in ask.statistics.catalogue.loads if name in each.digits]
    terms = [each for load in loads for each in load.terms if each.source == name]
    flows = sorted({f"{each.flow}s" for each in terms})
    digits = max(load.digits[name] for load in loads)
    bases = {" ".join(filter(None, (row["flow"], row["basis"], row["valuation"]))) for row in rows}
    return SourceUsed(
        name=name,
        what=f"{', '.join(flows)}; {f'codes of {digits} digits' if digits else 'all goods together'}; "
        f"{min(each.first for each in terms):%Y-%m} to {max(each.last for each in terms):%Y-%m}",
        vintage=f"loaded {max(load.at for load in loads):%Y-%m-%d}",
        rows=sum(row["rows"] for row in rows),
        basis=", ".join(sorted(bases)),
    )


# -- mirror gaps ---------------------------------------------------------------------------------


def mirror(ask: Study) -> tuple[MirrorGap, ...]:
    """The widest gap of each pair and code: by score, or by level where no pair has a past."""
    from sarai.flows.gaps import widest_gaps
    from sarai.flows.measures.terms import periods_of

    every = ask.top * len(periods_of(ask.span, ask.question.frequency))
    wide = dict(base=ask.base, span=ask.span, top=every, memory_mb=ask.memory_mb)
    question = around(ask.question)
    rows = widest_gaps(ask.ready, question, ask.engine, **wide)
    rows = rows or widest_gaps(ask.ready, question, ask.engine, **wide, by="gap")
    if not rows:
        raise Lacking("there is no period of the span in which both sides have published a flow")
    names = (
        *MARKET, "exported", "imported", "gap", "gap_share", "gap_log", "base_mean", "base_spread", "score",
    )  # fmt: skip
    widest: dict[tuple, dict[str, Any]] = {}
    for row in rows:
        widest.setdefault(tuple(row[name] for name in MARKET), row)
    return tuple(
        MirrorGap(span=f"{row['period']:%Y-%m}", **{name: row[name] for name in names})
        for row in list(widest.values())[: ask.top]
    )


def lost(ask: Study) -> tuple[Lost, ...]:
    """What was sent more than in the base and not recorded on arrival, by destination and altogether."""
    from sarai.flows.measures.lost import lost_in_transit

    asked = ask.question
    receivers = asked.through or asked.importers
    if not (asked.exporters and receivers):
        raise Lacking("it needs who sends and who receives: --from and --to")
    found = lost_in_transit(
        ask.ready.trade, ask.ready.published, sources=ask.ready.sources, exporters=asked.exporters,
        importers=receivers, **ask.both, by=("importer",),
    )  # fmt: skip
    rows = ask.rows(found.order_by("importer"))
    if not rows:
        raise Lacking("nothing was sent or received")
    names = ("importer", "additional", "unrecorded", "share")
    return tuple(Lost(**{name: row[name] for name in names}) for row in rows)


# -- through a country ---------------------------------------------------------------------------


def passed(ask: Study, through: Passage) -> tuple[PassThrough, ...]:
    """What came in and went on over the span, code by code; one hole in it leaves it unknown."""
    from sarai.flows.measures.reexports import reexports
    from sarai.flows.measures.terms import periods_of
    from sarai.flows.periods import Span

    periods = periods_of(ask.span, ask.question.frequency)
    whole = reexports(
        ask.ready.trade, ask.ready.published, passage=through, span=Span(periods[-1], periods[-1]),
        window=len(periods), frequency=ask.question.frequency,
    )  # fmt: skip
    largest = whole.order_by(whole.inbound.isnull(), whole.inbound.desc(), whole.outbound.desc(), "code")
    rows = ask.rows(largest.limit(MOST_LINES))
    if not rows:
        raise Lacking("no code was traded on either leg")
    names = ("inbound", "outbound", "pass_through", "weight_ratio", "wedge", "retained")
    to = ", ".join(through.destinations) if len(through.destinations) < 4 else "all destinations"
    return tuple(
        PassThrough(
            transit=through.transit, destination=to, code=row["code"], **{name: row[name] for name in names}
        )
        for row in rows
    )  # fmt: skip


def between(ask: Study, through: Passage) -> list[dict[str, Any]]:
    """What each pair of both legs traded over the span: exporter, importer, value."""
    from sarai.flows.measures.tallies import tallies

    terms = through.terms(ask.span)
    chosen = {leg: terms[f"{leg}_{getattr(through, leg)}"] for leg in ("inbound", "outbound")}
    pairs = tallies(ask.ready.trade, ask.ready.published, chosen, ("exporter", "importer"),
                    frequency=ask.question.frequency)  # fmt: skip
    return [
        {"exporter": row["exporter"], "importer": row["importer"],
         "value": row["inbound" if row["importer"] == through.transit else "outbound"]}
        for row in ask.rows(pairs.order_by("exporter", "importer"))
    ]  # fmt: skip


def pairs(ask: Study) -> list[dict[str, Any]]:
    """What each exporter sent to each importer over the span, as it reports: exporter, importer, value."""
    from sarai.flows.measures.tallies import tallies

    of = term(ask, "exported", ask.question.exporters, ask.question.importers)
    terms = {"value": replace(of, span=ask.span)}
    found = tallies(ask.ready.trade, ask.ready.published, terms, ("exporter", "importer"),
                    frequency=ask.question.frequency)  # fmt: skip
    return ask.rows(found.select("exporter", "importer", "value").order_by("exporter", "importer"))


def surges(ask: Study, through: Passage) -> tuple[tuple[SurgeLine, ...], str]:
    """Codes before and after on both legs, and what selection alone would have found."""
    from sarai.flows.measures.surges import SurgeLine as Line
    from sarai.flows.measures.surges import surges as measured

    line = Line()
    found = measured(
        ask.ready.trade, ask.ready.published, passage=through, earlier=ask.base, later=ask.span, line=line,
        frequency=ask.question.frequency,
    )  # fmt: skip
    order = [found.surge.isnull(), ~found.surge, found.outbound_later.isnull(), found.outbound_later.desc()]
    rows = ask.rows(found.order_by([*order, "code"]).limit(MOST_LINES))
    if not rows:
        raise Lacking("no code was traded on either leg")
    lines = tuple(
        SurgeLine(
            code=row["code"], surged=row["surge"],
            in_before=row["inbound_earlier"], in_after=row["inbound_later"], in_ratio=row["inbound_surge"],
            out_before=row["outbound_earlier"], out_after=row["outbound_later"],
            out_ratio=row["outbound_surge"],
        )
        for row in rows
    )  # fmt: skip
    return lines, by_chance(surged_by_chance(ask, through, line, ask.base, ask.span, ask.seed))


# -- markets -------------------------------------------------------------------------------------


def markets(ask: Study) -> tuple[tuple[Market, ...], str]:
    """Anomalous markets, and what they hold, beside what selection alone would have found."""
    from sarai.flows.measures.anomalous import anomalous, anomalous_share

    question, trade = around(ask.question), ask.ready.trade
    found = anomalous(
        trade, ask.ready.published, source=ask.ready.sources.exported, **ask.both,
        reporters=question.exporters, partners=question.importers,
        six=trade.mutate(code=trade.code.left(6)) if question.digits > 6 else None,
        least=ask.least, growth=ask.growth,
    )  # fmt: skip
    (share,) = ask.rows(anomalous_share(found))
    if not share["markets"]:
        raise Lacking("no exporter reports any of it")
    kept = found.filter(found.verdict == "anomalous")
    rows = ask.rows(kept.order_by([kept["value"].desc(), *MARKET]).limit(MOST_LINES))
    chance = anomalous_by_chance(ask, ask.alike, ask.span, ask.least, ask.growth, ask.seed)
    said = (
        f"{share['anomalous'] or 0:,} of {share['markets']:,} markets are anomalous, with "
        f"{percent(share['share'] or 0)} of the value; {share['unknown'] or 0:,} cannot be told. "
    )
    return tuple(map(_market, rows)), said + by_chance(chance)


def _market(row: Mapping[str, Any]) -> Market:
    return Market(
        reporter=row["exporter"], partner=row["importer"], code=row["code"], before=row["base"],
        after=row["value"], growth=known(row["growth"]),
    )  # fmt: skip


# -- chance --------------------------------------------------------------------------------------


def surged_by_chance(
    ask: Asking, through: Passage, line: Line, base: Span, span: Span, seed: int
) -> Permutation | None:
    """How many codes would surge if periods changed places; none without trade on both legs."""
    from sarai.flows.chance import surges_by_chance
    from sarai.flows.measures.terms import PER_YEAR

    terms = through.terms(ask.question.span)  # type: ignore[arg-type]
    legs = [grid(ask, terms[f"{leg}_{getattr(through, leg)}"], ("code",)) for leg in ("inbound", "outbound")]
    codes = sorted({*legs[0].groups} & {*legs[1].groups})
    if not codes:
        return None
    inbound, outbound = (leg.only(codes, (base, span)) for leg in legs)
    return surges_by_chance(
        inbound.values, outbound.values, inbound.later(span),
        line=line, per_year=PER_YEAR[ask.question.frequency], seed=seed,
    )  # fmt: skip


def anomalous_by_chance(
    ask: Asking, base: Span, span: Span, least: float, growth: float, seed: int
) -> Permutation | None:
    """How many markets would be anomalous if periods changed places; none if there are none, or too many."""
    from sarai.flows.chance import anomalies_by_chance, grid_of
    from sarai.flows.measures.series import series

    question = around(ask.question)
    of = term(ask, "exported", question.exporters, question.importers)
    every = series(ask.ready.trade, ask.ready.published, term=of, by=MARKET, frequency=question.frequency)
    total = every.group_by(list(MARKET)).agg(total=every.value.sum())
    large = total.filter(total.total > least)  # the others are below it in whatever order their periods come
    rows = ask.rows(every.semi_join(large, list(MARKET)).limit(MOST_CELLS + 1))
    if not 0 < len(rows) <= MOST_CELLS:
        return None
    found = grid_of(rows, MARKET)
    found = found.only(found.groups, (base, span))
    return anomalies_by_chance(found.values, found.later(span), least=least, growth=growth, seed=seed)


def by_chance(found: Permutation | None) -> str:
    """A permutation test in words."""
    if found is None:
        return "No permutation test was made: there is too little trade for it, or too much."
    return (
        f"With periods drawn anew, {found.median:.3g} would be found usually and {found.high:.3g} in one of "
        f"twenty draws (p = {found.p:.2g})."
    )


# -- sources beside each other -------------------------------------------------------------------


def disagreements(ask: Study) -> tuple[Disagreement, ...]:
    """Where two sources have the same flow over the span: what they say that differs most."""
    from sarai.flows.measures.disagreement import disagreement

    trade, published = ask.ready.trade, ask.ready.published
    question, found = around(ask.question), []
    pairs = list(_of_both(ask))
    if not pairs:
        raise Lacking("no two sources at hand say something of the same flow")
    for flow, first, second in pairs:
        of = term(ask, LEGS[flow == "import"], question.exporters, question.importers)
        rows = disagreement(
            trade, published, first=first, second=second, flow=flow, **ask.now, reporters=of.reporters,
            partners=of.partners, by=("exporter", "importer"),
        )  # fmt: skip
        rows = rows.filter(rows["difference"] != 0)
        widest = rows.order_by([rows["difference"].abs().desc(), "exporter", "importer"])
        for row in ask.rows(widest.limit(ask.top)):
            what = f"{flow}s, {row['exporter']} to {row['importer']}, {ask.span}"
            found.append(Disagreement(what=what, one=first, one_value=row["first"], other=second,
                                      other_value=row["second"]))  # fmt: skip
    if not found:
        raise Lacking("sources that have the same flow say the same of it")
    return tuple(found)


def _of_both(ask: Study) -> Iterator[tuple[str, str, str]]:
    trade = ask.ready.trade
    there = trade.filter(trade.flow.isin(["export", "import"])).select("source", "flow").distinct()
    rows = {(row["flow"], row["source"]) for row in ask.rows(there)}
    for flow in ("export", "import"):
        for first, second in combinations(sorted(name for of, name in rows if of == flow), 2):
            yield flow, first, second


# -- what was refused ----------------------------------------------------------------------------


def not_compared(ask: Study, through: Passage | None) -> tuple[NotCompared, ...]:
    """What is left out, with the reason: units, values, codes, rows of files."""
    return (
        *_units(ask, through),
        *(
            NotCompared(what=f"{row['rows']:,} values in {row['reported_currency']}", reason=row["no_rate"])
            for row in _rows(ask, ask.ready.without_rate())
        ),
        *(
            NotCompared(
                what=f"{row['flow']}s of {row['code']} ({row['edition']})",
                reason=f"nobody knows what it was in {ask.ready.edition}: it was split off too many codes",
            )
            for row in _rows(ask, ask.ready.without_past())
        ),
        *_of_files(ask),
    )


def _units(ask: Study, through: Passage | None) -> Iterator[NotCompared]:
    from sarai.flows.measures.reexports import quantities, refused

    if through is None:
        return
    compared = quantities(ask.ready.trade, ask.ready.published, passage=through, **ask.now)
    for row in ask.rows(refused(compared).order_by("code", "unit")):
        unit = f" in {row['unit']}" if row["unit"] else ""
        yield NotCompared(what=f"quantities of {row['code']}{unit}", reason=row["reason"])


def _of_files(ask: Study) -> Iterator[NotCompared]:
    refused = ask.statistics.refused(ask.engine)
    counted = refused.group_by("column", "reason").agg(rows=refused.rows.sum(), value=refused["value"].min())
    for row in ask.rows(counted.order_by([counted["rows"].desc(), "column", "reason"])):
        what = f"{row['rows']:,} rows of files, such as {row['column']} {row['value']!r}"
        yield NotCompared(what=what, reason=row["reason"])


def _rows(ask: Study, table: Any) -> list[dict[str, Any]]:
    return [] if table is None else ask.rows(table.order_by(table.columns[:3]))


def first_passage(ask: Study) -> Passage | None:
    """The way through the country in between; none if not all three sides are named."""
    try:
        return passage(ask)
    except Lacking:
        return None
