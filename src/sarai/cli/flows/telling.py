"""How answers of statistics are told: rows in tables, figures to three places, holes as holes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarai.cli.output import answer, busy, grid, note
from sarai.goods import SaraiError
from sarai.telling.plain import plain

if TYPE_CHECKING:
    from ibis.expr.types import Table
    from rich.console import Console

    from sarai.cli.flows.asking import Asked
    from sarai.telling.charts import Chart

UNKNOWN = "-"
FACTORS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


def cell(value: Any, period: str = "%Y-%m") -> str:
    """A figure as a person reads it; what is not known says so.

    >>> cell(1234567.0), cell(None), cell(0.0), cell(float("inf"))
    ('1.23 m', '-', '0', 'from 0')
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
    if math.isinf(value):
        return "from 0"  # growth, of which alone a measure says so
    if math.isnan(value):
        return UNKNOWN
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

    def show(screen: Console) -> None:
        year = "%Y" if asked.question.frequency == "A" else "%Y-%m"
        cells = [[cell(row[name], year) for name in columns] for row in rows]
        if cells:
            screen.print(grid(screen, list(columns.values()), cells))
        else:
            screen.print("Nothing is found that fits the question.")
        for line in notes(asked, words, holes=any(UNKNOWN in row for row in cells)):
            note(screen, line)

    value = finite({**about(asked), **more, "rows": list(rows)}) if asked.as_json else None
    asked.sign.close()
    answer(asked.as_json, value, show)


def finite(value: Any) -> Any:
    """What JSON can say: it has no infinity, so growth from zero is null, and ``from_zero`` is true.

    >>> finite([{"growth": float("inf")}, {"growth": 1.5}, float("nan")])
    [{'growth': None, 'from_zero': True}, {'growth': 1.5, 'from_zero': False}, None]
    """
    value = plain(value)
    if isinstance(value, dict):
        told = {name: finite(each) for name, each in value.items()}
        if "growth" in value and not isinstance(value["growth"], dict):
            told["from_zero"] = value["growth"] == math.inf
        return told
    if isinstance(value, list):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def draw(plot: Path | None, chart: Callable[[], Chart]) -> None:
    """Draw a chart to a file, if one is wanted."""
    if plot is None:
        return
    from sarai.telling.charts import picture

    with busy("drawing"):
        try:
            drawn = picture(chart(), plot)
        except SaraiError as error:
            raise NotDrawn(f"{plot} is not drawn: {str(error).removesuffix('.')}") from error
        plot.write_bytes(drawn)


class NotDrawn(SaraiError):
    """There is nothing that could be drawn."""


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
    return [] if table is None else asked.rows(table.order_by(table.columns[:3]))


def notes(asked: Asked, words: str, *, holes: bool) -> list[str]:
    """The quiet lines beneath a table."""
    ready = asked.ready
    codes = f", codes of {ready.edition}" if asked.question.digits else ""
    lines = [f"{words} In {ready.currency}{codes}."]
    if ready.sources.exported != ready.sources.imported:
        of = [each or "nobody" for each in ready.sources]
        lines[0] += f" Exports by {of[0]}, imports by {of[1]}."
    if holes:
        lines.append(
            "-: not known, since a reporter had not published or keeps it confidential; or not defined, as a "
            "share of nothing."
        )
    return lines
