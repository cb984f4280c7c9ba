"""Series over time that are drawn: both accounts of a flow, both legs of a passage, breaks and trends."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from sarai.flows.chance import Grid, grid_of
from sarai.flows.measures.method import Method
from sarai.flows.measures.terms import PER_YEAR, Term, held, periods_of
from sarai.flows.periods import Span
from sarai.server.flows.answer import Track, Turn, Value

if TYPE_CHECKING:
    from sarai.flows.measures.reexports import Passage
    from sarai.server.flows.answering import Asking

SHOWN = 6  # series drawn, the largest: two rows of small pictures
PAIR = ("exporter", "importer")
MOST_BREAKS = 3
LEGS = ("exported", "imported")
BREAKS = Method(
    name="breaks",
    title="Breaks and trend",
    formula=r"\operatorname{asinh} y_t = \mu_j + \sum_s \gamma_s 1[t \in s] + e_t, T_{j-1} \le t < T_j",
    source="Andrews 1993, Econometrica 61:821; Bai and Perron 1998, Econometrica 66:47",
    unit="per cent of the old level; of the trend, per cent a year",
    null="a series has too few published periods",
)


def both_legs(asking: Asking) -> tuple[tuple[Track, ...], int]:
    """What exporters and what importers report of the largest pairs, and how many pairs more there are."""
    grids = {leg: _grid(asking, _term(asking, leg), PAIR) for leg in LEGS}
    sizes: dict[tuple, float] = {}
    for grid in grids.values():
        for group, size in zip(grid.groups, _sizes(grid), strict=True):
            sizes[group] = max(size, sizes.get(group, 0.0))
    largest = sorted(sizes, key=lambda group: (-sizes[group], group))
    shown = tuple(
        _track(asking, {leg: _values(asking, grids[leg], group, leg) for leg in LEGS}, group)
        for group in largest[:SHOWN]
    )
    return shown, len(largest) - len(shown)


def passing(asking: Asking, passage: Passage) -> tuple[Track, ...]:
    """Both legs of a passage, all codes together."""
    terms = passage.terms(asking.question.span)
    grids = {
        leg: _grid(asking, terms[f"{leg}_{getattr(passage, leg)}"], ()) for leg in ("inbound", "outbound")
    }
    lines = {leg: _line(grid, ()) for leg, grid in grids.items() if grid.groups}
    return (_track(asking, lines, ()),) if len(lines) == len(grids) else ()


def broken(asking: Asking) -> tuple[tuple[dict[str, Any], ...], tuple[Track, ...], int]:
    """Breaks and trends of all exports and of the largest pairs; and how many pairs more there are."""
    rows, drawn = [], []
    pairs = _grid(asking, _term(asking, "exported"), PAIR)
    largest = sorted(zip(_sizes(pairs), pairs.groups, strict=True), key=lambda each: (-each[0], each[1]))
    whole = _grid(asking, _term(asking, "exported"), ())
    several = [(whole, ())] if whole.groups and len(largest) > 1 else []
    several += [(pairs, group) for _, group in largest[: SHOWN - len(several)]]
    for grid, group in several:
        asking.in_time()
        found, turns = _breaks(grid, group, 12 if asking.frequency == "M" else 1)
        rows += found
        drawn.append(_track(asking, {"exported": _line(grid, group)}, group, turns))
    shown = sum(1 for _, group in several if group)
    return tuple(rows), tuple(drawn), len(largest) - shown


# -- series ----------------------------------------------------------------------------------------


def _term(asking: Asking, leg: str) -> Term:
    question, sources = asking.wide, asking.ready.sources
    out = leg == "exported"
    return Term(
        source=sources.exported if out else sources.imported, flow="export" if out else "import",
        span=asking.question.span,  # type: ignore[arg-type]
        reporters=question.exporters if out else question.importers,
        partners=question.importers if out else question.exporters,
    )  # fmt: skip


def _grid(asking: Asking, term: Term, by: tuple[str, ...]) -> Grid:
    from sarai.flows.measures.series import series

    found = series(asking.ready.trade, asking.ready.published, term=term, by=by, frequency=asking.frequency)
    return grid_of(asking.rows(found), by)


def _sizes(grid: Grid) -> list[float]:
    import numpy as np

    return [float(each) for each in np.nansum(grid.values, axis=1)] if grid.groups else []


def _line(grid: Grid, group: tuple) -> tuple[Value, ...]:
    values = grid.values[grid.groups.index(group)]
    return tuple(None if isnan(each) else float(each) for each in values)


def _values(asking: Asking, grid: Grid, group: tuple, leg: str) -> tuple[Value, ...]:
    """A leg of a pair; of one that never stood in it, zero where the reporter published, else a hole."""
    if group in grid.groups:
        return _line(grid, group)
    term, reporter = _term(asking, leg), group[LEGS.index(leg)]
    there = held(asking.ready.trade, asking.ready.published, asking.frequency)
    there = there.filter(term.covered(there), there.reporter == reporter).select("period").distinct()
    known = {row["period"] for row in asking.rows(there)}
    return tuple(0.0 if period in known else None for period in _periods(asking))


def _periods(asking: Asking) -> list:
    return periods_of(_whole(asking), asking.frequency)


def _whole(asking: Asking) -> Span:
    return asking.question.span  # type: ignore[return-value]


def _track(
    asking: Asking, lines: dict[str, tuple[Value, ...]], group: tuple, turns: tuple[Turn, ...] = ()
) -> Track:
    first = _periods(asking)[0]
    return Track(
        group=group, first=first, step_months=12 // PER_YEAR[asking.frequency], lines=lines, turns=turns
    )


# -- breaks ----------------------------------------------------------------------------------------


def _breaks(grid: Grid, group: tuple, cycle: int) -> tuple[list[dict[str, Any]], tuple[Turn, ...]]:
    """A row for each break of a series; one without dates if it has none, or is too short."""
    from sarai.flows.models.breaks import breaks
    from sarai.flows.models.errors import TooFewPeriods
    from sarai.flows.models.trend import trend

    values = grid.values[grid.groups.index(group)]
    holes = sum(map(isnan, values))
    row: dict[str, Any] = {
        "group": group, "periods": len(values), "holes": holes, "since": None, "earliest": None,
        "latest": None, "percent": None, "p": None, "trend_percent": None, "trend_interval": None,
        "p_decline": None, "reason": None,
    }  # fmt: skip
    try:
        found, slope = breaks(values, cycle=cycle, most=MOST_BREAKS), trend(values, cycle=cycle)
    except TooFewPeriods as error:
        return [row | {"reason": str(error)}], ()
    row |= {
        "trend_percent": slope.percent, "trend_interval": tuple(slope.interval), "p_decline": slope.p_decline
    }  # fmt: skip
    if not found.breaks:
        return [row | {"p": found.p[0] if found.p else None}], ()
    rows, turns = [], []
    for each, p in zip(found.breaks, found.p, strict=False):
        since, earliest, latest = (grid.periods[at] for at in (each.at, each.earliest, each.latest))
        rows.append(row | {"since": since, "earliest": earliest, "latest": latest,
                           "percent": each.percent, "p": p})  # fmt: skip
        turns.append(Turn(period=since, earliest=earliest, latest=latest))
    return rows, tuple(turns)
