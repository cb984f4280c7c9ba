"""sarai flows mirror, reexports, surges, anomalies, growth, lost: what figures say beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import Asked, asked
from sarai.cli.flows.telling import told

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from sarai.flows.measures.reexports import Passage
    from sarai.flows.measures.surges import SurgeLine
    from sarai.flows.models.permutation import Permutation
    from sarai.flows.periods import Span

SIDES = ("exporters", "importers", "span", "base", "exported", "imported", "top")
ONE_WAY = ("exporters", "importers", "span", "base", "exported", "top")
PASSAGE = ("exporters", "through", "importers", "span", "exported", "imported", "top")
SEED = click.option("--seed", type=int, default=1, show_default=True, help="Of the permutation test.")

# -- mirror --------------------------------------------------------------------------------------

MIRROR = {
    "exporter": "From", "importer": "To", "code": "Code", "period": "Period", "exported": ">Sent",
    "imported": ">Received", "gap_share": ">Gap", "base_mean": ">Usual", "gap_log": ">Log", "score": ">Score",
}  # fmt: skip


@flows.command()
@asked(*SIDES)
@click.option("--by", type=click.Choice(["score", "change", "gap_share", "gap"]), default="score",
              show_default=True, help="What makes a gap wide.")  # fmt: skip
def mirror(ask: Asked, span: Span, base: Span, top: int, by: str) -> int:
    """What exporters say they sent against what importers say they received.

    A gap is scored by the change of its logarithm against the pair's own past (--base), in units of its
    spread, which needs three periods of it. Where a side has not published there is no gap, but a hole.
    """
    from sarai.flows.gaps import widest_gaps

    rows = widest_gaps(
        ask.ready, ask.question, ask.engine, base=base, span=span, top=top, memory_mb=ask.memory_mb, by=by
    )
    told(ask, rows, MIRROR, "Gap: share of what was sent; Usual, Log: of sent to received, logarithms.")
    return 0


# -- through a country ---------------------------------------------------------------------------

REEXPORTS = {
    "code": "Code", "period": "Period", "inbound": ">In", "outbound": ">Out", "pass_through": ">Passed on",
    "retained": ">Kept", "weight_ratio": ">kg out/in", "wedge": ">Price out/in",
}  # fmt: skip
SURGES = {
    "code": "Code", "inbound_earlier": ">In before", "inbound_later": ">In after", "inbound_surge": ">Times",
    "outbound_earlier": ">Out before", "outbound_later": ">Out after", "outbound_surge": ">Times ",
    "surge": "Surge",
}  # fmt: skip


def passage_of(ask: Asked) -> Passage:
    """The passage that the options name."""
    from sarai.flows.measures.reexports import Passage

    transit, *more = ask.question.through
    if more:
        raise click.UsageError(f"--through takes one country; ask for {' and '.join(more)} apart")
    sources = ask.ready.sources
    return Passage(
        transit=transit, senders=ask.question.exporters, destinations=ask.question.importers,
        exported=sources.exported, imported=sources.imported,
    )  # fmt: skip


@flows.command()
@asked(*PASSAGE)
@click.option("--window", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="Periods that goods may take to go on.")  # fmt: skip
def reexports(ask: Asked, span: Span, top: int, window: int) -> int:
    """What came in and went on: re-exports, pass-through, weights and unit values of both legs.

    Quantities in units that cannot be compared are refused, and listed with the reason.
    """
    from sarai.flows.measures.reexports import quantities, refused
    from sarai.flows.measures.reexports import reexports as measured

    passage, frequency = passage_of(ask), ask.question.frequency
    trade, published = ask.ready.trade, ask.ready.published
    found = measured(trade, published, passage=passage, span=span, window=window, frequency=frequency)
    compared = quantities(trade, published, passage=passage, span=span, frequency=frequency)
    more = {"refused": ask.rows(refused(compared).order_by("code", "unit"))}
    told(ask, _top(ask, found, "reexports", top, ("code", "period")), REEXPORTS,
         "Passed on: the lesser of out and in, by in.", **more)  # fmt: skip
    return 0


@flows.command()
@asked(*PASSAGE, "base")
@SEED
def surges(ask: Asked, span: Span, base: Span, top: int, seed: int) -> int:
    """Codes that at least doubled on both legs, and how many chance alone would have found.

    Means per year of the later span (--span) against the earlier one (--base), of published periods. The
    permutation test draws the periods of both anew and picks the codes again.
    """
    from sarai.flows.measures.surges import SurgeLine
    from sarai.flows.measures.surges import surges as measured

    passage, frequency, line = passage_of(ask), ask.question.frequency, SurgeLine()
    found = measured(
        ask.ready.trade, ask.ready.published,
        passage=passage, earlier=base, later=span, line=line, frequency=frequency,
    )  # fmt: skip
    chance = _surges_by_chance(ask, passage, line, base, span, seed)
    surged, unknown = (ask.count(found.filter(each)) for each in (found.surge, found.surge.isnull()))
    more = {"line": line, "surges": surged, "unknown": unknown, "chance": chance}
    told(ask, _top(ask, found, "outbound_later", top, ("code",), "surge"), SURGES,
         f"{more['surges']} surges, {more['unknown']} cannot be told. {by_chance(chance)}", **more)  # fmt: skip
    return 0


def _surges_by_chance(
    ask: Asked, passage: Passage, line: SurgeLine, base: Span, span: Span, seed: int
) -> Permutation | None:
    from sarai.flows.chance import grid_of, surges_by_chance
    from sarai.flows.measures.series import series
    from sarai.flows.measures.terms import PER_YEAR

    frequency, terms = ask.question.frequency, passage.terms(ask.question.span)
    sides = (terms[f"inbound_{passage.inbound}"], terms[f"outbound_{passage.outbound}"])
    inbound, outbound = (
        grid_of(ask.rows(series(ask.ready.trade, ask.ready.published, term=term, by=("code",),
                                frequency=frequency)), ("code",))
        for term in sides
    )  # fmt: skip
    codes = sorted({*inbound.groups} & {*outbound.groups})
    if not codes:
        return None
    inbound, outbound = (leg.only(codes, (base, span)) for leg in (inbound, outbound))
    return surges_by_chance(
        inbound.values, outbound.values, inbound.later(span),
        line=line, per_year=PER_YEAR[frequency], seed=seed,
    )  # fmt: skip


def by_chance(found: Permutation | None) -> str:
    """A permutation test in words."""
    if found is None:
        return "Too little trade for a permutation test."
    return (
        f"With periods drawn anew, {found.median:.3g} would be found usually and {found.high:.3g} in one of "
        f"twenty draws (p = {found.p:.2g})."
    )


# -- one way -------------------------------------------------------------------------------------

ANOMALIES = {
    "exporter": "From", "importer": "To", "code": "Code", "base": ">Before", "value": ">After",
    "growth": ">Growth", "digits": ">Digits", "verdict": "",
}  # fmt: skip
GROWTH = {
    "exporter": "From", "importer": "To", "code": "Code", "base": ">Before", "value": ">After",
    "change": ">Change", "growth": ">Growth", "value_holes": ">Holes", "base_holes": ">before",
}  # fmt: skip
LOST = {
    "exporter": "From", "importer": "To", "code": "Code", "additional": ">Sent more",
    "unrecorded": ">Not recorded", "share": ">Share",
}  # fmt: skip
GROUPS = click.option("--by", "by", metavar="LIST", default="importer", show_default=True,
                      help="Groups: some of exporter, importer, code, with commas; none for all together.")  # fmt: skip


@flows.command()
@asked(*ONE_WAY)
@click.option(
    "--least",
    type=click.FloatRange(0),
    default=10_000_000,
    show_default=True,
    metavar="VALUE",
    help="Markets above this value in the span.",
)
@click.option(
    "--growth",
    type=click.FloatRange(0),
    default=1.0,
    show_default=True,
    metavar="RATIO",
    help="Growth above this; 1 is a doubling.",
)
@SEED
def anomalies(ask: Asked, span: Span, base: Span, top: int, least: float, growth: float, seed: int) -> int:  # fmt: skip
    """Markets that are large and grew as none should: exporter, importer and code together.

    With --digits 8, codes that nobody used in the base are compared at six digits: a new code is no
    surge. A market with a hole in it is listed as unknown.
    """
    from sarai.flows.measures.anomalous import anomalous, anomalous_share

    question, trade, published = ask.question, ask.ready.trade, ask.ready.published
    source = ask.ready.sources.exported
    found = anomalous(
        trade, published, source=source, span=span, base=base, reporters=question.exporters,
        partners=question.importers, six=_at_six(trade) if question.digits > 6 else None,
        least=least, growth=growth, frequency=question.frequency,
    )  # fmt: skip
    share = ask.rows(anomalous_share(found))[0]
    kept = found.filter(found.verdict.isin(["anomalous", "unknown"]))
    chance = _anomalies_by_chance(ask, base, span, least, growth, seed)
    words = (
        f"{share['anomalous']} of {share['markets']} markets, with {share['share'] or 0:.1%} of the value."
    )
    told(ask, _top(ask, kept, "value", top, ("exporter", "importer", "code"), "verdict"), ANOMALIES,
         f"{words} {by_chance(chance)}", **share, chance=chance)  # fmt: skip
    return 0


def _at_six(trade: Table) -> Table:
    return trade.mutate(code=trade.code.left(6))


def _anomalies_by_chance(
    ask: Asked, base: Span, span: Span, least: float, growth: float, seed: int
) -> Permutation | None:
    from sarai.flows.chance import anomalies_by_chance, grid_of
    from sarai.flows.measures.series import series
    from sarai.flows.measures.terms import Term

    question, market = ask.question, ("exporter", "importer", "code")
    term = Term(
        source=ask.ready.sources.exported, flow="export", span=question.span,
        reporters=question.exporters, partners=question.importers,
    )  # fmt: skip
    large = series(ask.ready.trade, ask.ready.published, term=term, by=market, frequency=question.frequency)
    rows = ask.rows(large)
    if not rows:
        return None
    grid = grid_of(rows, market)
    grid = grid.only(grid.groups, (base, span))
    return anomalies_by_chance(grid.values, grid.later(span), least=least, growth=growth, seed=seed)


@flows.command()
@asked(*ONE_WAY)
@GROUPS
def growth(ask: Asked, span: Span, base: Span, top: int, by: str) -> int:
    """How much flows grew over a base span; with a hole in it growth is not known."""
    from sarai.flows.measures.growth import growth as measured

    question, groups = ask.question, groups_of(by)
    found = measured(
        ask.ready.trade, ask.ready.published, source=ask.ready.sources.exported, span=span, base=base,
        reporters=question.exporters, partners=question.importers, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = _top(ask, found, "value", top, groups)
    told(ask, rows, _of(GROWTH, groups), "Growth: 1 is a doubling.")
    return 0


@flows.command()
@asked(*SIDES)
@GROUPS
def lost(ask: Asked, span: Span, base: Span, top: int, by: str) -> int:
    """How much of the additional exports the importers did not record."""
    from sarai.flows.measures.lost import lost_in_transit

    question, groups = ask.question, groups_of(by)
    found = lost_in_transit(
        ask.ready.trade, ask.ready.published, sources=ask.ready.sources, exporters=question.exporters,
        importers=question.importers, span=span, base=base, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = _top(ask, found, "unrecorded", top, groups)
    told(ask, rows, _of(LOST, groups), "Share: not recorded, of what was sent more than in the base.")
    return 0


def groups_of(text: str) -> tuple[str, ...]:
    """The groups that are named with commas."""
    found = tuple(filter(None, (word.strip() for word in text.split(","))))
    for word in found:
        if word not in ("exporter", "importer", "code"):
            raise click.UsageError(f"group {word!r} is not known; use exporter, importer or code")
    return found


def _of(columns: dict[str, str], groups: tuple[str, ...]) -> dict[str, str]:
    """The columns but for the groups that are summed over."""
    summed = {"exporter", "importer", "code"} - set(groups)
    return {name: title for name, title in columns.items() if name not in summed}


def _top(
    ask: Asked, found: Table, by: str, top: int, keys: tuple[str, ...], first: str = ""
) -> list[dict[str, Any]]:
    """The largest rows; those that are flagged before the others, and what is not known last."""
    import ibis

    order = [found[first].isnull(), _flag(found[first])] if first else []
    order += [found[by].isnull(), ibis.desc(by), *keys]
    return ask.rows(found.order_by(order).limit(top))


def _flag(column: Any) -> Any:
    """An order in which what is flagged comes first: true before false, anomalous before unknown."""
    return ~column if column.type().is_boolean() else column
