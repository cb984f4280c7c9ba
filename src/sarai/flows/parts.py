"""Large questions in parts: ranges of codes, so that memory follows from a setting and not from the data.

All measures look at one code at a time, so they can be asked of a range of codes after the other. What is
carried from another edition comes along: a part holds every row that has a share in its codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from sarai.flows.engines import rows_of

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import Table, Value

__all__ = ["Part", "part_of", "parts", "within"]

PREFIX = 4  # digits: a heading is never parted


class Part(NamedTuple):
    """Codes from one heading up to another: the first is in it, the last is not; empty means no end."""

    first: str
    end: str

    def holds(self, code: str) -> bool:
        """Whether a code lies in the part."""
        return self.first <= code and (not self.end or code < self.end)


def parts(trade: Table, engine: BaseBackend, most_rows: int) -> list[Part]:
    """Parts of at most so many rows, as far as no heading alone has more; one part if that is enough.

    Parameters
    ----------
    trade : Table
        Rows in the one shape; only their codes are read.
    """
    heading = trade.code.left(PREFIX)
    counted = trade.group_by(heading=heading).agg(rows=trade.count()).order_by("heading")
    begins, held = [""], 0
    for row in rows_of(engine, counted):
        if held and held + row["rows"] > most_rows:
            begins.append(row["heading"])
            held = 0
        held += row["rows"]
    return [Part(*ends) for ends in zip(begins, [*begins[1:], ""], strict=True)]


def part_of(trade: Table, part: Part, moved: Iterable[tuple[str, str]] = ()) -> Table:
    """The rows that have a share in the codes of a part, codes as they were reported.

    Parameters
    ----------
    moved : iterable of (str, str)
        Six-digit codes, and the codes that take a share of them in the edition of the answer.
    """
    inside = within(trade.code, part)
    from_outside = sorted({code for code, target in moved if part.holds(target) and not part.holds(code)})
    if not from_outside:
        return trade.filter(inside)
    return trade.filter(inside).union(trade.filter(trade.code.left(6).isin(from_outside), ~inside))


def within(code: Value, part: Part) -> Value:
    """Whether a code lies in the part."""
    inside = code >= part.first
    return inside & (code < part.end) if part.end else inside
