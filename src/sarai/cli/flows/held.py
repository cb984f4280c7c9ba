"""sarai flows held: what statistics are at hand, and what was not published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows import flows
from sarai.cli.flows.asking import SPAN, check_there, engine_of, memory, store
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.flows.periods import Span

KEYS = ("source", "reporter", "flow", "frequency")
STEPS = {"M": 1, "A": 12}


@flows.command()
@store
@click.option("--span", type=SPAN, metavar="FROM..TO", help="Also list the holes of this time.")
@memory
@options.as_json
def held(store: str, span: Span | None, memory: int, as_json: bool) -> int:
    """What statistics are at hand, from when, and where the holes are."""
    from sarai.flows.engines import rows_of
    from sarai.flows.measures.holes import holes
    from sarai.flows.statistics import Statistics

    statistics = Statistics(Path(store))
    check_there(statistics)
    with busy("reading"), engine_of({"memory": memory}, statistics.folder) as engine:
        covered = statistics.published(engine)
        spans = covered.group_by(list(KEYS)).agg(
            periods=covered.count(), first=covered.period.min(), last=covered.period.max()
        )
        rows = rows_of(engine, spans.order_by(list(KEYS)))
        empty: list[dict[str, Any]] = []
        for name, frequency in sorted({(row["source"], row["frequency"]) for row in rows}) if span else ():
            flows = sorted({row["flow"] for row in rows if row["source"] == name} & {"import", "export"})
            found = holes(covered, source=name, span=span, frequency=frequency, flows=flows)  # type: ignore[arg-type]
            empty += rows_of(engine, found.order_by("reporter", "flow", "period"))
    value = {"loads": statistics.catalogue.loads, "held": rows, "holes": runs(empty)}
    answer(as_json, value, lambda screen: _show_held(screen, value, span))
    return 0


def runs(holes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Holes that follow on each other as one, by the first and the last period, in their order."""
    found: list[dict[str, Any]] = []
    for row in holes:
        key = {name: row[name] for name in KEYS}
        before = found[-1] if found else {}
        again = key == {name: before.get(name) for name in KEYS}
        if again and _months(row["period"]) - _months(before["last"]) == STEPS[row["frequency"]]:
            found[-1] = {**before, "last": row["period"], "periods": before["periods"] + 1}
        else:
            found.append({**key, "first": row["period"], "last": row["period"], "periods": 1})
    return found


def _months(period: date) -> int:
    return 12 * period.year + period.month


def _show_held(screen: Console, value: dict[str, Any], span: Span | None) -> None:
    rows = [
        [row["source"], row["reporter"], row["flow"], "months" if row["frequency"] == "M" else "years",
         f"{row['periods']:,}", *(_written(row[end], row) for end in ("first", "last"))]
        for row in value["held"]
    ]  # fmt: skip
    screen.print(grid(screen, ["Source", "Reporter", "Flow", "", ">Number", "From", "To"], rows))
    if span:
        _show_holes(screen, value["holes"])


def _show_holes(screen: Console, holes: list[dict[str, Any]]) -> None:
    if not holes:
        note(screen, "No holes.")
        return
    several: dict[tuple, list[dict[str, Any]]] = {}
    for row in holes:
        several.setdefault(tuple(row[name] for name in KEYS[:3]), []).append(row)
    rows = [
        [*key, f"{sum(each['periods'] for each in found):,}", ", ".join(map(_range, found))]
        for key, found in several.items()
    ]
    screen.print()
    screen.print(grid(screen, ["Source", "Reporter", "Flow", ">Holes", "Not published"], rows))


def _range(row: dict[str, Any]) -> str:
    first, last = (_written(row[end], row) for end in ("first", "last"))
    return first if first == last else f"{first}..{last}"


def _written(period: date, row: dict[str, Any]) -> str:
    return f"{period:%Y-%m}" if row["frequency"] == "M" else f"{period:%Y}"
