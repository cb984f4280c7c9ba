"""Expressions that read what files write: numbers, periods, codes, and what is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.flows.readers.reading import Lookup
from sarai.flows.shape import TOTAL
from sarai.reference.hs import EDITIONS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "NO_NUMBER",
    "code_holds",
    "edition_of",
    "frequency",
    "looked_up",
    "number",
    "number_holds",
    "period",
    "plain",
]

BEFORE_TABLES = {1988: "HS1992", 1996: "HS1996", 2002: "HS2002", 2007: "HS2007"}
"""Editions that there are no tables of, by the year they came into force; that of 1988 as the UN counts it,
with the amendment of 1992."""

NO_NUMBER = "not a number, or negative"
MONTH = r"^Y?(\d{4})(?:-?M?(\d{2}))?(?:-01)?$"
WHOLE_YEAR = "52"  # the month that Comext and Comtrade give a year


def looked_up(table: ir.Table, column: str, lookup: Lookup, name: str | None = None) -> ir.Table:
    """The table with ``<name>_code`` and ``<name>_why``: what a text stands for, or why for none."""
    import ibis
    import pyarrow as pa

    name = name or column
    said = sorted(lookup)
    codes = pa.table(
        {
            f"{name}_said": pa.array(said, pa.string()),
            f"{name}_code": pa.array([lookup[each][0] for each in said], pa.string()),
            f"{name}_why": pa.array([lookup[each][1] for each in said], pa.string()),
        }
    )
    found = ibis.memtable(codes)
    return table.left_join(found, table[column] == found[f"{name}_said"]).drop(f"{name}_said")


def plain(text: ir.StringValue) -> ir.StringValue:
    """A text without space around it; null if nothing is left."""
    return text.strip().nullif("")


def number(text: ir.StringValue) -> ir.FloatingValue:
    """The number that a text writes, with a decimal point; null if it is none."""
    value = text.try_cast("float64")
    return (value.isnan() | value.isinf()).ifelse(None, value)


def number_holds(text: ir.StringValue) -> ir.BooleanValue:
    """Whether a text is empty, or a number that is not negative."""
    return text.isnull() | (number(text) >= 0).fill_null(False)


def period(text: ir.StringValue) -> ir.DateValue:
    """The first day of 2021, 202152 (a year), 202103, 2021-03, 2021M03 or 2021-03-01."""
    month = text.re_extract(MONTH, 2).nullif("").nullif(WHOLE_YEAR).fill_null("01")
    return (text.re_extract(MONTH, 1) + "-" + month + "-01").try_cast("date")


def frequency(text: ir.StringValue) -> ir.StringValue:
    """``A`` if a period names no month, else ``M``."""
    return text.re_extract(MONTH, 2).isin(["", WHOLE_YEAR]).ifelse("A", "M")


def edition_of(day: ir.DateValue) -> ir.StringValue:
    """The edition of the Harmonized System in force on a day; null before there was one."""
    import ibis

    since = BEFORE_TABLES | {int(edition[2:]): edition for edition in EDITIONS}
    return ibis.cases(*((day.year() >= year, since[year]) for year in sorted(since, reverse=True)))


def code_holds(code: ir.StringValue, pairs: int) -> ir.BooleanValue:
    """Whether it is so many pairs of digits at most, or all goods together; an odd digit is a lost zero."""
    return code.re_search(rf"^(\d\d){{1,{pairs}}}$") | (code == TOTAL)
