"""sarai flows breaks, did: what series and panels say, with their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarai.cli.flows import flows
from sarai.cli.flows.asking import SPAN, Asked, asked, codes_in
from sarai.cli.flows.measures import SEED, by_chance, groups_of
from sarai.cli.flows.telling import told

if TYPE_CHECKING:
    from sarai.flows.chance import Grid
    from sarai.flows.measures.terms import Term
    from sarai.flows.periods import Span

SERIES = ("exporters", "importers", "span", "exported", "imported", "top")
SIDE = click.option("--side", type=click.Choice(["exports", "imports"]), default="exports", show_default=True,
                    help="Whose figures: those of exporters or of importers.")  # fmt: skip

BREAKS = {
    "group": "Flow", "periods": ">Periods", "holes": ">Holes", "since": "New level since",
    "earliest": "between", "latest": "and", "percent": ">Shift %", "p": ">p", "trend_percent": ">% a year",
    "p_decline": ">p decline",
}  # fmt: skip


def term_of(ask: Asked, span: Span, side: str) -> Term:
    """The flows of the question, as exporters or as importers report them."""
    from sarai.flows.measures.terms import Term

    outward = side == "exports"
    parties = (ask.question.exporters, ask.question.importers)
    return Term(
        source=ask.ready.sources.exported if outward else ask.ready.sources.imported,
        flow="export" if outward else "import", span=span,
        reporters=parties[0] if outward else parties[1], partners=parties[1] if outward else parties[0],
    )  # fmt: skip


@flows.command()
@asked(*SERIES)
@SIDE
@click.option("--by", "by", metavar="LIST", default="", help="A series for each of exporter, importer, code.")
@click.option("--breaks", "most", type=click.IntRange(1, 8), default=3, show_default=True,
              help="At most so many in a series.")  # fmt: skip
def breaks(ask: Asked, span: Span, top: int, side: str, by: str, most: int) -> int:
    """When flows changed their level, within which months, and whether they decline.

    Breaks are sought at unknown dates (sup F, Bai and Perron) in asinh of the values beside their seasons,
    with errors that allow for autocorrelation. Months that were not published take no part.
    """
    from sarai.flows.chance import grid_of
    from sarai.flows.measures.series import series

    groups = groups_of(by)
    found = series(
        ask.ready.trade, ask.ready.published, term=term_of(ask, span, side), by=groups,
        frequency=ask.question.frequency,
    )  # fmt: skip
    grid = grid_of(ask.rows(found), groups)
    cycle = 12 if ask.question.frequency == "M" else 1
    rows = [row for number in _largest(grid, top) for row in _broken(grid, number, cycle, most)]
    told(ask, rows, BREAKS, "Shift, trend: of the flow beside its seasons; p: of one break more.")
    return 0


def _largest(grid: Grid, top: int) -> list[int]:
    """The groups with the most trade."""
    import numpy as np

    return np.argsort(-np.nansum(grid.values, axis=1), kind="stable")[:top].tolist()


def _broken(grid: Grid, number: int, cycle: int, most: int) -> list[dict[str, Any]]:
    """A row for each break of a series; one without dates if it has none, or is too short."""
    import numpy as np

    from sarai.flows.models.breaks import breaks as find
    from sarai.flows.models.errors import TooFewPeriods
    from sarai.flows.models.trend import trend

    values = grid.values[number]
    row: dict[str, Any] = dict.fromkeys(BREAKS)
    row |= {"group": " ".join(grid.groups[number]) or "all", "periods": len(values), "reason": None}
    row["holes"] = len(values) - int(np.isfinite(values).sum())
    try:
        found, slope = find(values, cycle=cycle, most=most), trend(values, cycle=cycle)
    except TooFewPeriods as error:
        return [row | {"since": "too short", "reason": str(error)}]
    row |= {"trend_percent": slope.percent, "trend_interval": slope.interval, "p_decline": slope.p_decline}
    if not found.breaks:
        return [row | {"since": "no break", "p": found.p[0]}]
    return [
        row | {
            "since": grid.periods[each.at], "earliest": grid.periods[each.earliest],
            "latest": grid.periods[each.latest], "percent": each.percent, "shift": each.shift, "p": p,
        }
        for each, p in zip(found.breaks, found.p, strict=False)
    ]  # fmt: skip


DID = {
    "model": "Model", "percent": ">Effect %", "low": ">from", "high": ">to", "p": ">p",
    "treated_products": ">Treated", "products": ">Products", "observations": ">Rows", "holes": ">Holes",
    "separated": ">Left out",
}  # fmt: skip


@flows.command()
@asked("exporters", "importers", "span", "exported", "imported")
@click.option("--since", type=SPAN, metavar="YYYY-MM", required=True, help="The first period of the event.")
@click.option(
    "--treated", metavar="LIST", required=True, help="The codes that it is about; chpl for the list."
)
@SIDE
@SEED
def did(ask: Asked, span: Span, since: Span, treated: str, side: str, seed: int) -> int:
    """Whether flows of some codes changed against all others since an event.

    Difference in differences of asinh(value) with effects of products and periods, errors clustered by
    product, and Poisson pseudo-maximum likelihood beside it; the leads before the event; and the same
    with treatment drawn anew among the products of each chapter.
    """
    from sarai.flows.measures.series import panel

    codes = _treated(ask, treated)
    found = panel(
        ask.ready.trade, ask.ready.published, term=term_of(ask, span, side), treated=codes,
        frequency=ask.question.frequency,
    )  # fmt: skip
    rows = ask.rows(found.order_by("code", "period"))
    effects, leads, chance = estimated(rows, since.first, seed)
    shown = [
        {**plain(each), "low": each.percent_interval[0], "high": each.percent_interval[1]} for each in effects
    ]
    words = (
        f"Before the event: p = {leads.leads_p:.2g} of no effect. "
        if leads
        else "Too few periods for leads. "
    )
    told(ask, shown, DID, words + by_chance(chance), event_study=leads, chance=chance)
    return 0


def plain(effect: Any) -> dict[str, Any]:
    """An effect as a row."""
    import msgspec

    return msgspec.structs.asdict(effect)


def _treated(ask: Asked, treated: str) -> tuple[str, ...]:
    """The treated codes, in the edition and to the digits of the answer."""
    from sarai.flows.editions import shares

    codes, of = codes_in(treated)
    digits, edition = ask.question.digits, ask.ready.edition
    if of and of != edition:
        found = shares([of], edition)
        codes = tuple(each.target_code for each in found if each.code in set(codes) and each.rule != "wide")
    return tuple(sorted({code[:digits] for code in codes}))


def estimated(rows: list[dict[str, Any]], since: Any, seed: int) -> tuple:
    """Both models, the leads (none if there are too few periods), and the permutation test."""
    import numpy as np

    from sarai.flows.chance import effect_by_chance, grid_of
    from sarai.flows.models.did import did as by_asinh
    from sarai.flows.models.did import event_study
    from sarai.flows.models.errors import NotIdentified, TooFewPeriods
    from sarai.flows.models.ppml import ppml

    grid = grid_of(rows, ("code",))
    treated_codes = {row["code"] for row in rows if row["treated"]}
    treated = np.array([code in treated_codes for (code,) in grid.groups])
    post = np.array([period >= since for period in grid.periods])
    product, period = (each.ravel() for each in np.indices(grid.values.shape))
    value = grid.values.ravel()
    effects = [model(value, product, period, treated[product], post[period]) for model in (by_asinh, ppml)]
    offset = period - int(np.argmax(post))
    try:
        leads = event_study(value, product, period, treated[product], offset)
    except (TooFewPeriods, NotIdentified):
        leads = None
    chance = effect_by_chance(grid.values, treated, post, [code[:2] for (code,) in grid.groups], seed=seed)
    return effects, leads, chance
