"""The one tidy shape of trade statistics: a row is what one reporter says of one flow in one period.

Every reader makes this shape, and every measure reads nothing else. Names are those of the UN's
*International Merchandise Trade Statistics: Concepts and Definitions* (IMTS 2010), codes those of
SDMX, ISO and UN/ECE where they have one.

A row that is not there says nothing by itself: whether it is a zero or a hole is told by the
*coverage*, the periods that a reporter has published (`COVERAGE`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "BASES",
    "CELL",
    "COLUMNS",
    "COVERAGE",
    "FLOWS",
    "FREQUENCIES",
    "MEANING",
    "REPORTED",
    "TOTAL",
    "VALUATIONS",
    "WORLD",
    "arrow_schema",
]

WORLD = "W1"  # SDMX CL_AREA: the rest of the world, all partners of a reporter together
TOTAL = "TOTAL"  # the code of all goods together

FLOWS = ("import", "export", "reimport", "reexport", "domestic_export")
"""IMTS 2010, chapter II. Imports contain re-imports, exports contain re-exports."""

FREQUENCIES = ("A", "M")  # SDMX CL_FREQ: a year, a month

BASES = ("origin", "consignment", "destination")
"""What the partner is: where goods were made, whence they were sent, or where they were last known to go
(IMTS 2010, chapter VI). Imports are by origin or by consignment, exports by destination."""

VALUATIONS = ("cif", "fob")  # IMTS 2010, chapter IV: imports are mostly c.i.f., exports f.o.b.

COLUMNS = {
    "source": "string",
    "reporter": "string",
    "partner": "string",
    "second_partner": "string",
    "flow": "string",
    "edition": "string",
    "code": "string",
    "frequency": "string",
    "period": "date32[day]",
    "currency": "string",
    "value": "double",
    "quantity": "double",
    "unit": "string",
    "mass_kg": "double",
    "basis": "string",
    "valuation": "string",
}

MEANING = {
    "source": "who published it: `comtrade`, `comext`, `baci`, or a name given when it was loaded",
    "reporter": "ISO 3166-1 alpha-2 code of who reports",
    "partner": "alpha-2 code of the partner, `W1` for all partners together",
    "second_partner": "on imports by origin, whence they were sent; else null",
    "flow": "one of `FLOWS`",
    "edition": "the edition of the Harmonized System that the code's first six digits are of",
    "code": "two to ten digits, or `TOTAL`",
    "frequency": "`A` (year) or `M` (month)",
    "period": "the first day of the period",
    "currency": "ISO 4217 code of the value",
    "value": "in whole units of the currency; null if it is confidential",
    "quantity": "in `unit`; null if it is not stated",
    "unit": "UN/ECE Recommendation 20 code; null without a quantity",
    "mass_kg": "net mass, kg; null if it is not stated",
    "basis": "one of `BASES`",
    "valuation": "`cif` or `fob`",
}

CELL = (
    "source", "reporter", "partner", "second_partner", "flow", "edition", "code", "frequency", "period",
    "currency", "unit", "basis", "valuation",
)  # fmt: skip
"""What identifies a row: a later load that says something else of the same cell takes its place."""

REPORTED = ("value", "quantity", "mass_kg")
"""What is reported of a cell."""

COVERAGE = ("source", "reporter", "flow", "frequency", "period")
"""A reporter's flow in a period that a source has published: where it has no row, there was no trade."""


def arrow_schema() -> pa.Schema:
    """The shape as an Arrow schema."""
    import pyarrow as pa

    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in COLUMNS.items()])
