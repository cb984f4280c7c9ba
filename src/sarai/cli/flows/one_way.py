"""sarai flows anomalies, growth, lost, concentration: what one side reports, and how it changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import Asked, asked, check_alike
from sarai.cli.flows.measures import SEED, largest
from sarai.cli.flows.telling import draw, told

if TYPE_CHECKING:
    from sarai.flows.periods import Span

ONE_WAY = ("exporters", "importers", "span", "base", "exported", "top")
GROUPS = ("exporter", "importer", "code")
BY = click.option("--by", "by", metavar="LIST", default="importer", show_default=True,
                  help="Groups: some of exporter, importer, code; none for all together.")  # fmt: skip

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


@flows.command()
@asked(*ONE_WAY, "plot")
@click.option("--least", type=click.FloatRange(0), default=10_000_000, show_default=True, metavar="VALUE",
              help="Markets above this value in the span.")  # fmt: skip
@click.option("--growth", type=click.FloatRange(0), default=1.0, show_default=True, metavar="RATIO",
              help="Growth above this; 1 is a doubling.")  # fmt: skip
@SEED
def anomalies(
    ask: Asked, span: Span, base: Span, top: int, plot: Path | None, least: float, growth: float, seed: int
) -> int:
    """Markets that are large and grew as none should: exporter, importer and code together.

    With --digits 8, codes that nobody used in the base are compared at six digits: a new code is no
    surge. A market with a hole in it is listed as unknown.
    """
    from sarai.flows.measures.anomalous import anomalous, anomalous_share
    from sarai.telling.flows_measured import anomalous_by_chance, by_chance
    from sarai.telling.flows_pictures import bars

    check_alike(span, base, ask.question.frequency)
    question, trade, published = ask.question, ask.ready.trade, ask.ready.published
    found = anomalous(
        trade, published, source=ask.ready.sources.exported, span=span, base=base,
        reporters=question.exporters, partners=question.importers,
        six=trade.mutate(code=trade.code.left(6)) if question.digits > 6 else None,
        least=least, growth=growth, frequency=question.frequency,
    )  # fmt: skip
    share = ask.rows(anomalous_share(found))[0]
    kept = found.filter(found.verdict.isin(["anomalous", "unknown"]))
    rows = largest(ask, kept, "value", top, GROUPS, "verdict")
    chance = anomalous_by_chance(ask, base, span, least, growth, seed)
    words = (
        f"{share['anomalous']} of {share['markets']:,} markets, with {share['share'] or 0:.1%} of the value."
    )
    told(ask, rows, ANOMALIES, f"{words} {by_chance(chance)}", **share, chance=chance)
    draw(plot, lambda: bars(ask, rows, GROUPS, "value", "Anomalous markets", f"{ask.ready.currency}, {span}"))
    return 0


@flows.command()
@asked(*ONE_WAY, "plot")
@BY
def growth(ask: Asked, span: Span, base: Span, top: int, plot: Path | None, by: str) -> int:
    """How much flows grew over a base span; with a hole in it growth is not known."""
    from sarai.flows.measures.growth import growth as measured
    from sarai.telling.flows_pictures import bars

    check_alike(span, base, ask.question.frequency)
    question, groups = ask.question, groups_of(by)
    found = measured(
        ask.ready.trade, ask.ready.published, source=ask.ready.sources.exported, span=span, base=base,
        reporters=question.exporters, partners=question.importers, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = largest(ask, found, "value", top, groups)
    told(ask, rows, shown(GROWTH, groups), "Growth: 1 is a doubling.")
    note = "Growth from zero has no bar."
    draw(plot, lambda: bars(ask, rows, groups, "growth", f"Growth, {span} over {base}",
                            "ratio; 1 is a doubling", note))  # fmt: skip
    return 0


@flows.command()
@asked("exporters", "importers", "span", "base", "exported", "imported", "top")
@BY
def lost(ask: Asked, span: Span, base: Span, top: int, by: str) -> int:
    """How much of the additional exports the importers did not record."""
    from sarai.flows.measures.lost import lost_in_transit

    check_alike(span, base, ask.question.frequency)
    question, groups = ask.question, groups_of(by)
    found = lost_in_transit(
        ask.ready.trade, ask.ready.published, sources=ask.ready.sources, exporters=question.exporters,
        importers=question.importers, span=span, base=base, by=groups, frequency=question.frequency,
    )  # fmt: skip
    rows = largest(ask, found, "unrecorded", top, groups)
    told(ask, rows, shown(LOST, groups), "Share: not recorded, of what was sent more than in the base.")
    return 0


# -- concentration -------------------------------------------------------------------------------

CONCENTRATION = {
    "exporter": "From", "importer": "To", "code": "Code", "period": "Period", "known": ">Trade",
    "number": ">Number", "hhi": ">HHI", "hhi_normalised": ">norm.", "equivalent": ">As many as",
    "top_share": ">Top 3", "holes": ">Holes",
}  # fmt: skip


@flows.command()
@asked("exporters", "importers", "span", "exported", "imported", "top")
@click.option("--over", type=click.Choice(GROUPS), default="importer", show_default=True,
              help="What shares are of.")  # fmt: skip
@click.option("--by", "by", metavar="LIST", default="exporter", show_default=True,
              help="A figure for each of exporter, importer, code, period; none for one figure.")  # fmt: skip
@click.option("--side", type=click.Choice(["exports", "imports"]), default="exports", show_default=True,
              help="Whose figures: those of exporters or of importers.")  # fmt: skip
def concentration(ask: Asked, span: Span, top: int, over: str, by: str, side: str) -> int:
    """Over how many partners or products trade is spread: Herfindahl and Hirschman's index."""
    from sarai.flows.measures.concentration import concentration as measured
    from sarai.telling.flows_asked import term

    question, groups = ask.question, groups_of(by, (*GROUPS, "period"))
    if over in groups:
        raise click.UsageError(f"--over {over} and --by {by} say nothing together; leave {over} out of --by")
    leg = "exported" if side == "exports" else "imported"
    of = term(ask, leg, question.exporters, question.importers)
    found = measured(
        ask.ready.trade, ask.ready.published, term=of, over=over, by=groups, frequency=question.frequency
    )
    rows = largest(ask, found, "known", top, groups)
    words = "HHI: the sum of squared shares, 1 if all is one; as many equal ones would be as concentrated."
    told(ask, rows, shown(CONCENTRATION, groups), words)
    return 0


# -- groups --------------------------------------------------------------------------------------


def groups_of(text: str, known: tuple[str, ...] = GROUPS) -> tuple[str, ...]:
    """The groups that are named with commas."""
    from sarai.flows.naming import words_in

    found = tuple(words_in(text))
    for word in found:
        if word not in known:
            raise click.UsageError(f"--by: group {word!r} is not known; use some of {', '.join(known)}")
    return found


def shown(columns: dict[str, str], groups: tuple[str, ...]) -> dict[str, str]:
    """The columns but for the groups that are summed over."""
    summed = {*GROUPS, "period"} - set(groups)
    return {name: title for name, title in columns.items() if name not in summed}
