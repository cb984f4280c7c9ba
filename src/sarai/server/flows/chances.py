"""What selection alone would have found, for the measures that pick lines by their outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.chance import Grid, anomalies_by_chance, grid_of, surges_by_chance
from sarai.flows.measures.terms import PER_YEAR, Term
from sarai.flows.models.permutation import Permutation

if TYPE_CHECKING:
    from sarai.flows.measures.reexports import Passage
    from sarai.flows.measures.surges import SurgeLine
    from sarai.server.flows.answering import Asking

GROWTH = 1.0  # a doubling
SEED = 1
MOST_CELLS = 400_000  # markets by periods: a draw of so many takes some milliseconds, and there are 999
MARKET = ("exporter", "importer", "code")


def of_anomalies(asking: Asking) -> Permutation | None:
    """How many markets would count as anomalous if the periods of both spans changed places."""
    question, meant = asking.wide, asking.meant
    grid = _grid(asking, Term(
        source=asking.ready.sources.exported, flow="export", span=meant.question.span,
        reporters=question.exporters, partners=question.importers,
    ), MARKET)  # fmt: skip
    if grid is None:
        return None
    grid = grid.only(grid.groups, (meant.base, meant.span))
    return anomalies_by_chance(
        grid.values, grid.later(meant.span), least=meant.least, growth=GROWTH, seed=SEED
    )


def of_surges(asking: Asking, passage: Passage, line: SurgeLine) -> Permutation | None:
    """How many codes would surge on both legs if the periods of both spans changed places."""
    meant, terms = asking.meant, passage.terms(asking.question.span)
    sides = (terms[f"inbound_{passage.inbound}"], terms[f"outbound_{passage.outbound}"])
    grids = [_grid(asking, term, ("code",)) for term in sides]
    inbound, outbound = grids
    codes = sorted({*inbound.groups} & {*outbound.groups}) if inbound and outbound else []
    if not (inbound and outbound and codes):
        return None
    inbound, outbound = (leg.only(codes, (meant.base, meant.span)) for leg in (inbound, outbound))
    return surges_by_chance(
        inbound.values, outbound.values, inbound.later(meant.span),
        line=line, per_year=PER_YEAR[asking.frequency], seed=SEED,
    )  # fmt: skip


def _grid(asking: Asking, term: Term, by: tuple[str, ...]) -> Grid | None:
    """The series of a term; none if there are none, or more than can be drawn anew a thousand times."""
    from sarai.flows.measures.series import series

    found = series(asking.ready.trade, asking.ready.published, term=term, by=by, frequency=asking.frequency)
    rows = asking.rows(found.limit(MOST_CELLS + 1))
    return grid_of(rows, by) if 0 < len(rows) <= MOST_CELLS else None
