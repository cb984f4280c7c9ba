"""What every reader gives, and how it comes to it: rows of the one shape, and what was refused with why.

A reader says of its format what stands where. The work is done by DuckDB over whole files: each row is put
to the reader's checks in turn, the first that it fails is its reason, and a row that fails none is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any, NamedTuple

from sarai.flows.shape import CELL, COLUMNS, REPORTED
from sarai.goods import SaraiError

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

__all__ = ["REFUSED", "Check", "Judged", "Lookup", "Reading", "UnreadableFile", "judge", "kept", "summed"]

REFUSED = {
    "file": "string",
    "row": "int64",
    "column": "string",
    "value": "string",
    "reason": "string",
    "rows": "int64",
}
"""One line for each file, column, value and reason: of rows that are not taken, the first reason there is,
and of rows that are taken without something, what the reason names. ``row`` is the first that says so,
counted from 1; null where rows cannot be counted while they are read in parallel (CSV, JSON), but for a
broken line of CSV its number in the file. ``rows`` is how many say so."""

Lookup = Mapping[str, tuple[str | None, str | None]]
"""By what a file says, the code that it stands for, or none and why."""


class UnreadableFile(SaraiError):
    """A file that is not what it is taken for, or is damaged, as a whole."""


class Reading(NamedTuple):
    """What files of statistics say.

    Attributes
    ----------
    rows : ibis.Table
        The columns of `sarai.flows.shape.COLUMNS`; read from the files whenever it is executed.
    refused : ibis.Table
        The columns of `REFUSED`; a table already made.
    complete : bool
        Whether the files hold every reporter of theirs for every period and flow in them. A reporter
        without rows then traded nothing; otherwise nothing is known of it.
    """

    rows: ir.Table
    refused: ir.Table
    complete: bool


class Judged(NamedTuple):
    """The rows of a scan that are taken, and those that are refused."""

    rows: ir.Table
    refused: ir.Table


class Check(NamedTuple):
    """What a row must fulfil: if it does not, ``value`` of ``column`` is what is wrong with it, and why."""

    column: str | ir.StringValue
    value: ir.StringValue
    holds: ir.BooleanValue
    reason: str | ir.StringValue


def judge(
    table: ir.Table,
    checks: Sequence[Check],
    columns: Mapping[str, Any],
    *,
    notes: Sequence[Check] = (),
    more: Sequence[str] = (),
) -> Judged:
    """Part the rows of a table with the columns ``file`` and ``row`` by checks.

    Parameters
    ----------
    columns : mapping
        By column of the shape, its expression or constant; those that are not named are null.
    notes : sequence of Check
        A row that fails one is told among the refused, but taken.
    more : sequence of str
        Columns of the table that the rows keep beside those of the shape.
    """
    put = table.select(
        "file",
        "row",
        *more,
        told_fault=~_all_hold(checks),
        **_first_failed([*checks, *notes]),
        **{f"taken_{name}": _of_type(columns.get(name), kind) for name, kind in COLUMNS.items()},
    )
    fine = put.filter(~put.told_fault)
    rows = fine.select(*more, **{name: fine[f"taken_{name}"] for name in COLUMNS})
    bad = put.filter(put.told_reason.notnull())
    keys = {name: bad[f"told_{name}"] for name in ("column", "value", "reason")}
    refused = bad.group_by("file", **keys).aggregate(row=bad.row.min(), rows=bad.count())
    return Judged(rows, refused.select(*REFUSED))


def _all_hold(checks: Sequence[Check]) -> ir.BooleanValue:
    return reduce(and_, (check.holds.fill_null(False) for check in checks))


def _first_failed(checks: Sequence[Check]) -> dict[str, ir.StringValue]:
    """Column, value and reason of the first check that a row fails."""
    import ibis

    failed = [~check.holds.fill_null(False) for check in checks]
    told = {
        "told_column": [_text(check.column) for check in checks],
        "told_value": [check.value for check in checks],
        "told_reason": [_text(check.reason) for check in checks],
    }
    return {name: ibis.cases(*zip(failed, values, strict=True)) for name, values in told.items()}


def kept(
    engine: BaseBackend,
    scan: Callable[[str | None], ir.Table],
    judged: Callable[[ir.Table], Judged],
    complete: bool,
) -> Reading:
    """Read files twice: now for what is refused, and for the rows whenever they are asked for.

    Parameters
    ----------
    scan
        Makes a table of the files; given a name, lines that are no rows are put into the table of that name.
    judged
        Parts a scan.

    Raises
    ------
    UnreadableFile
        DuckDB cannot read a file.
    """
    import duckdb
    from ibis.util import gen_name

    broken, name = gen_name("broken"), gen_name("refused")
    try:
        engine.create_table(name, judged(scan(broken)).refused, temp=True)
        engine.raw_sql(_BROKEN.format(name=name, broken=broken, lines=_lines(engine, broken)))
    except (duckdb.InvalidInputException, duckdb.IOException) as fault:
        raise UnreadableFile(f"a file cannot be read: {fault}; fetch it again, or name its format") from fault
    return Reading(judged(scan(None)).rows, engine.table(name), complete)


_BROKEN = """
INSERT INTO {name} (file, "row", "column", value, reason, rows)
{lines}
"""


def _lines(engine: BaseBackend, broken: str) -> str:
    """The lines that were no rows; a scan that is not of CSV makes no table of them."""
    look = "SELECT 1 FROM duckdb_tables() WHERE table_name = $1"
    if not engine.raw_sql(look, parameters=[broken]).fetchone():
        return "SELECT NULL, NULL, NULL, NULL, NULL, NULL WHERE false"
    return f"""
        SELECT file_path, line, 'the line', csv_line, 'it is no row: ' || min(error_message), 1
        FROM {broken} JOIN {broken}_scans USING (scan_id, file_id)
        GROUP BY file_path, line, csv_line
    """


def summed(rows: ir.Table) -> ir.Table:
    """Rows of one cell added up; what one of them does not state, the sum does not state either."""
    import ibis

    sums = {name: ibis.cases((rows[name].count() == rows.count(), rows[name].sum())) for name in REPORTED}
    return rows.group_by(CELL).aggregate(**sums).select(*COLUMNS)


def _text(reason: str | ir.StringValue) -> ir.StringValue:
    import ibis

    return ibis.literal(reason) if isinstance(reason, str) else reason


def _of_type(value: Any, kind: str) -> ir.Value:
    import ibis

    of_ibis = {"date32[day]": "date", "double": "float64"}.get(kind, kind)
    value = ibis.null(of_ibis) if value is None else value
    return (ibis.literal(value) if isinstance(value, str) else value).cast(of_ibis)
