"""sarai flows breaks, did: what series and panels say, with their uncertainty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import SPAN, Asked, asked, codes_in
from sarai.cli.flows.measures import SEED
from sarai.cli.flows.one_way import groups_of
from sarai.cli.flows.telling import draw, told

if TYPE_CHECKING:
    from sarai.flows.measures.terms import Term
    from sarai.flows.periods import Span
    from sarai.telling.flows_estimated import Broken

SIDE = click.option("--side", type=click.Choice(["exports", "imports"]), default="exports", show_default=True,
                    help="Whose figures: those of exporters or of importers.")  # fmt: skip

BREAKS = {
    "group": "Flow", "holes": ">Holes", "since": "Since", "earliest": "between", "latest": "and",
    "percent": ">Shift %", "p": ">p", "trend_percent": ">% a year", "p_decline": ">p decline",
}  # fmt: skip


def term_of(ask: Asked, side: str) -> Term:
    """The flows of the question, as exporters or as importers report them."""
    from sarai.telling.flows_asked import term

    leg = "exported" if side == "exports" else "imported"
    return term(ask, leg, ask.question.exporters, ask.question.importers)


@flows.command()
@asked("exporters", "importers", "span", "exported", "imported", "top", "plot")
@SIDE
@click.option("--by", "by", metavar="LIST", default="", help="A series for each of exporter, importer, code.")
@click.option("--breaks", "most", type=click.IntRange(1, 8), default=3, show_default=True,
              help="At most so many in a series.")  # fmt: skip
def breaks(ask: Asked, span: Span, top: int, plot: Path | None, side: str, by: str, most: int) -> int:
    """When flows changed their level, within which months, and whether they decline.

    Breaks are sought at unknown dates (sup F, Bai and Perron) in asinh of the values beside their seasons,
    with errors that allow for autocorrelation. Months that were not published take no part.
    """
    from sarai.telling import flows_pictures
    from sarai.telling.flows_asked import grid
    from sarai.telling.flows_estimated import broken, cycle_of, largest

    of = grid(ask, term_of(ask, side), groups_of(by))
    found = [broken(of, group, " ".join(group) or "all", cycle_of(ask), most) for group in largest(of, top)]
    rows = [row for each in found for row in _rows(each)]
    words = "Since: the first period of a new level, which lies between two; p: of one break more."
    told(ask, rows, BREAKS, f"{words} Trends are of the whole series, beside its seasons.")
    draw(plot, lambda: flows_pictures.broken(ask, [(each.name, each.values, each.marks) for each in found]))
    return 0


def _rows(each: Broken) -> Iterator[dict[str, Any]]:
    """A row for each break of a series; one without dates if it has none, or is too short."""
    row: dict[str, Any] = dict.fromkeys(BREAKS) | {
        "group": each.name, "periods": len(each.values), "holes": each.holes, "reason": each.reason or None,
    }  # fmt: skip
    if each.trend is None:
        yield row | {"since": "too short"}
        return
    row |= {
        "trend_percent": each.trend.percent, "trend_interval": each.trend.interval,
        "p_decline": each.trend.p_decline,
    }  # fmt: skip
    if not each.breaks:
        yield row | {"since": "no break", "p": each.p}
    for found in each.breaks:
        yield row | found


DID = {
    "model": "Model", "percent": ">Effect %", "low": ">from", "high": ">to", "p": ">p",
    "treated_products": ">Treated", "products": ">of", "observations": ">Rows", "holes": ">Holes",
    "separated": ">Left out",
}  # fmt: skip


@flows.command()
@asked("exporters", "importers", "span", "exported", "imported", "plot")
@click.option("--since", type=SPAN, metavar="YYYY-MM", required=True, help="The first period of the event.")
@click.option(
    "--treated", metavar="LIST", required=True, help="The codes that it is about; chpl for the list."
)
@SIDE
@SEED
def did(ask: Asked, span: Span, plot: Path | None, since: Span, treated: str, side: str, seed: int) -> int:
    """Whether flows of some codes changed against all others since an event.

    Difference in differences of asinh(value) with effects of products and periods, errors clustered by
    product, and Poisson pseudo-maximum likelihood beside it; the leads before the event; and the same
    with treatment drawn anew among the products of each chapter.
    """
    from sarai.telling.flows_asked import Lacking
    from sarai.telling.flows_estimated import estimated, treated_codes
    from sarai.telling.flows_pictures import studied

    codes, of = codes_in(treated, "--treated")
    codes = treated_codes(codes, of, ask.ready.edition, ask.question.digits)
    first = since.first if ask.question.frequency == "M" else since.first.replace(month=1)
    found = estimated(ask, term_of(ask, side), codes, first, seed)
    words = (
        f"Before the event: p = {found.leads.leads_p:.2g} of no effect. "
        if found.leads
        else "Parallel trends cannot be tested: too few periods, or products. "
    )
    told(ask, [_row(each) for each in found.effects], DID, words + _drawn_anew(found.chance),
         event_study=found.leads, chance=found.chance)  # fmt: skip

    def drawn() -> Any:
        if found.leads is None:
            raise Lacking("there are too few periods or products for effects period by period")
        return studied(ask, found.leads)

    draw(plot, drawn)
    return 0


def _row(effect: Any) -> dict[str, Any]:
    """An effect as a row."""
    import msgspec

    row = msgspec.structs.asdict(effect)
    return {**row, "low": effect.percent_interval[0], "high": effect.percent_interval[1]}


def _drawn_anew(chance: Any) -> str:
    """The permutation test in words."""
    return (
        f"With other products treated, the coefficient is {chance.median:.2g} usually and {chance.high:.2g} "
        f"in one of twenty draws (p = {chance.p:.2g}; here {chance.observed:.2g})."
    )
