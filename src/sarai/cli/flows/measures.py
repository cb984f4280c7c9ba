"""sarai flows mirror, reexports, surges: both sides of a flow, and both legs of a way through a country."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import Asked, asked
from sarai.cli.flows.telling import draw, told

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from sarai.flows.measures.reexports import Passage
    from sarai.flows.periods import Span

SEED = click.option("--seed", type=int, default=1, show_default=True, help="Of the permutation test.")
MOST_PANELS = 6

# -- mirror --------------------------------------------------------------------------------------

MIRROR = {
    "exporter": "From", "importer": "To", "code": "Code", "period": "Period", "exported": ">Sent",
    "imported": ">Received", "gap_share": ">Gap", "base_mean": ">Usual", "gap_log": ">Log", "score": ">Score",
}  # fmt: skip


@flows.command()
@asked("exporters", "importers", "span", "base", "exported", "imported", "top", "plot")
@click.option("--by", type=click.Choice(["score", "change", "gap_share", "gap"]), default="score",
              show_default=True, help="What makes a gap wide.")  # fmt: skip
def mirror(ask: Asked, span: Span, base: Span, top: int, plot: Path | None, by: str) -> int:
    """What exporters say they sent against what importers say they received.

    A gap is scored by the change of its logarithm against the pair's own past (--base), in units of its
    spread, which needs three periods of it. Where a side has not published there is no gap, but a hole.
    """
    from sarai.flows.gaps import widest_gaps

    rows = widest_gaps(
        ask.ready, ask.question, ask.engine, base=base, span=span, top=top, memory_mb=ask.memory_mb, by=by
    )
    told(ask, rows, MIRROR, "Gap: share of what was sent; Usual, Log: of sent to received, logarithms.")
    draw(plot, lambda: _both_legs(ask, rows))
    return 0


def _both_legs(ask: Asked, rows: list[dict[str, Any]]) -> Any:
    """The legs of the widest pairs over all of the time."""
    from sarai.telling.flows_asked import Lacking
    from sarai.telling.flows_pictures import both_legs

    by = ("exporter", "importer", "code")
    widest = list(dict.fromkeys(tuple(row[name] for name in by) for row in rows))
    if not widest:
        raise Lacking("nothing is found that fits the question")
    return both_legs(ask, widest[:MOST_PANELS], by)


# -- through a country ---------------------------------------------------------------------------

PASSAGE = ("exporters", "through", "importers", "span", "exported", "imported", "top", "plot")
WHOSE = click.Choice(["exporters", "importers"])
INBOUND = click.option(
    "--in-by", "inbound", type=WHOSE,
    help="Whose figures of what came in; by default the importer's, the country in between, if it has any.",
)  # fmt: skip
OUTBOUND = click.option(
    "--out-by", "outbound", type=WHOSE,
    help="Whose figures of what went out; by default the exporter's, the country in between, if it has any.",
)  # fmt: skip
SIDE = {"exporters": "exported", "importers": "imported", None: ""}

REEXPORTS = {
    "code": "Code", "period": "Period", "inbound": ">In", "outbound": ">Out", "pass_through": ">Passed on",
    "retained": ">Kept", "weight_ratio": ">kg out/in", "wedge": ">Price out/in",
}  # fmt: skip
SURGES = {
    "code": "Code", "inbound_earlier": ">In before", "inbound_later": ">after", "inbound_surge": ">Times",
    "outbound_earlier": ">Out before", "outbound_later": ">after ", "outbound_surge": ">Times ",
    "surge": "Surge",
}  # fmt: skip


def passage_of(ask: Asked, inbound: str | None, outbound: str | None) -> Passage:
    """The passage that the options name."""
    from sarai.telling.flows_asked import passage

    if not ask.question.through:
        raise click.UsageError("--through names no country; give the one in between, such as KZ")
    if len(ask.question.through) > 1:
        raise click.UsageError(
            f"--through takes one country, and {', '.join(ask.question.through)} are several; "
            "ask for each by itself"
        )
    for option, side in (("--from", ask.question.exporters), ("--to", ask.question.importers)):
        if not side:
            raise click.UsageError(f"{option} names no country; a way through needs both of its ends")
    return passage(ask, SIDE[inbound], SIDE[outbound])


@flows.command()
@asked(*PASSAGE)
@INBOUND
@OUTBOUND
@click.option("--window", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="Periods that goods may take to go on.")  # fmt: skip
def reexports(
    ask: Asked,
    span: Span,
    top: int,
    plot: Path | None,
    inbound: str | None,
    outbound: str | None,
    window: int,
) -> int:
    """What came in and went on: re-exports, pass-through, weights and unit values of both legs.

    Quantities in units that cannot be compared are refused, and listed with the reason.
    """
    from sarai.flows.measures.reexports import quantities, refused
    from sarai.flows.measures.reexports import reexports as measured
    from sarai.telling.flows_pictures import in_and_out, told_by

    passage, frequency = passage_of(ask, inbound, outbound), ask.question.frequency
    trade, published = ask.ready.trade, ask.ready.published
    found = measured(trade, published, passage=passage, span=span, window=window, frequency=frequency)
    compared = quantities(trade, published, passage=passage, span=span, frequency=frequency)
    more = {"refused": ask.rows(refused(compared).order_by("code", "unit"))}
    words = f"{told_by(passage)} Passed on: the lesser of out and in, by in."
    if more["refused"]:
        words += f" Quantities of {len(more['refused'])} codes and units cannot be compared; why: --json."
    rows = largest(ask, found, ("reexports", "inbound", "outbound"), top, ("code", "period"))
    told(ask, rows, REEXPORTS, words, **more)
    draw(plot, lambda: in_and_out(ask, passage))
    return 0


@flows.command()
@asked(*PASSAGE, "base")
@INBOUND
@OUTBOUND
@SEED
def surges(
    ask: Asked,
    span: Span,
    base: Span,
    top: int,
    plot: Path | None,
    inbound: str | None,
    outbound: str | None,
    seed: int,
) -> int:
    """Codes that at least doubled on both legs, and how many chance alone would have found.

    Means per year of the later span (--span) against the earlier one (--base), of published periods. The
    permutation test draws the periods of both anew and picks the codes again.
    """
    from sarai.flows.measures.surges import SurgeLine
    from sarai.flows.measures.surges import surges as measured
    from sarai.telling.flows_measured import by_chance, surged_by_chance
    from sarai.telling.flows_pictures import slopes, told_by

    passage, line = passage_of(ask, inbound, outbound), SurgeLine()
    found = measured(
        ask.ready.trade, ask.ready.published,
        passage=passage, earlier=base, later=span, line=line, frequency=ask.question.frequency,
    )  # fmt: skip
    chance = surged_by_chance(ask, passage, line, base, span, seed)
    surged, unknown = (ask.count(found.filter(each)) for each in (found.surge, found.surge.isnull()))
    rows = largest(ask, found, "outbound_later", top, ("code",), "surge")
    words = f"{told_by(passage)} {surged} surges, {unknown} cannot be told. {by_chance(chance)}"
    told(ask, rows, SURGES, words,
         line=line, surges=surged, unknown=unknown, chance=chance)  # fmt: skip
    draw(plot, lambda: slopes(ask, rows[:MOST_PANELS], str(base), str(span)))
    return 0


# -- order ---------------------------------------------------------------------------------------


def largest(
    ask: Asked, found: Table, by: str | tuple[str, ...], top: int, keys: tuple[str, ...], first: str = ""
) -> list[dict[str, Any]]:
    """The largest rows; those that are flagged before the others, and what is not known last."""
    import ibis

    order = [found[first].isnull(), _flag(found[first])] if first else []
    for name in (by,) if isinstance(by, str) else by:
        order += [found[name].isnull(), ibis.desc(name)]
    order += keys
    return ask.rows(found.order_by(order).limit(top))


def _flag(column: Any) -> Any:
    """An order in which what is flagged comes first: true before false, anomalous before unknown."""
    return ~column if column.type().is_boolean() else column
