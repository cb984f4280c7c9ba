"""How answers of statistics are told: rows in tables, figures to three places, holes as holes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sarai.cli.output import answer, grid, note

if TYPE_CHECKING:
    from ibis.expr.types import Table
    from rich.console import Console

    from sarai.cli.flows.asking import Asked

UNKNOWN = "-"
FACTORS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def cell(value: Any, period: str = "%Y-%m") -> str:
    """A figure as a person reads it; what is not known says so.

    >>> cell(1234567.0), cell(None), cell(0.0), cell(float("inf"))
    ('1.23 m', '-', '0', 'inf')
    """
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date):
        return f"{value:{period}}"
    return str(value)


def _number(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    for factor, letter in FACTORS:
        if abs(value) >= factor:
            return (
                f"{value / factor:.3g} {letter}"
                if abs(value) < 999.5 * factor
                else f"{value / factor:.0f} {letter}"
            )
    return f"{value:.3g}"


def told(
    asked: Asked,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    words: str,
    **more: Any,
) -> None:
    """Give rows as the answer: all of them as JSON, these columns for people.

    Parameters
    ----------
    columns : mapping
        By column of the rows, its title; ``>`` before it aligns to the right.
    words : str
        What the figures are, in one line.
    """
    value = {**about(asked), **more, "rows": list(rows)}

    def show(screen: Console) -> None:
        if not rows:
            screen.print("Nothing is found that fits the question.")
        else:
            year = "%Y" if asked.question.frequency == "A" else "%Y-%m"
            cells = [[cell(row[name], year) for name in columns] for row in rows]
            screen.print(grid(screen, list(columns.values()), cells))
        for line in notes(asked, words, more):
            note(screen, line)

    answer(asked.as_json, value, show)


def about(asked: Asked) -> dict[str, Any]:
    """What was asked, in which terms it is answered, and what was left out."""
    ready = asked.ready
    return {
        "question": asked.question,
        "currency": ready.currency,
        "edition": ready.edition,
        "sources": ready.sources._asdict(),
        "without_past": _rows(asked, ready.without_past()),
        "without_rate": _rows(asked, ready.without_rate()),
    }


def _rows(asked: Asked, table: Table | None) -> list[dict[str, Any]]:
    return [] if table is None else asked.rows(table)


def notes(asked: Asked, words: str, more: Mapping[str, Any]) -> list[str]:
    """The quiet lines beneath a table."""
    ready = asked.ready
    lines = [f"{words} In {ready.currency}, codes of {ready.edition}."]
    if ready.sources.exported != ready.sources.imported:
        of = [each or "nobody" for each in ready.sources]
        lines[0] += f" Exports by {of[0]}, imports by {of[1]}."
    lines.append("-: not known, since a reporter had not published, or keeps it confidential.")
    return lines
