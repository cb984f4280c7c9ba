"""What sarai screen does with owners: who is blocked through whose stakes, under which rule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.output import answer, busy, grid, note
from sarai.cli.root import FINDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.screening.ownership import Graph, Judgement
    from sarai.screening.screener import ScreenHit

SHOWN = 50


def judge(
    ownership: Path, lists: tuple[str, ...], listed: tuple[str, ...], rule: tuple[str, ...], on: date | None,
    threshold: float, as_json: bool, **_: Any
) -> int:  # fmt: skip
    """Judge every company of a file; who is listed is said, or found on the lists by name."""
    from sarai.screening.ownership import NAMES, Verdict, judge, read_stakes

    graph, day = read_stakes(ownership), on or datetime.now(UTC).date()
    if not listed and not lists:
        raise click.UsageError("say who is listed, with --listed NAME or --lists PATH")
    hits = _on_lists(graph, lists, on, threshold) if lists else {}
    found = [each for name in rule or NAMES for each in judge(graph, {*listed, *hits}, name, day)]
    answer(as_json, found, lambda screen: _show(screen, found, hits))
    return FINDINGS if any(each.verdict is not Verdict.NOT_BLOCKED for each in found) else 0


def _on_lists(
    graph: Graph, lists: tuple[str, ...], on: date | None, threshold: float
) -> dict[str, ScreenHit]:
    """Those of the graph who are hits by the names that they have there, each with its best hit."""
    from sarai.screening.screener import Screener
    from sarai.screening.subject import Subject

    with busy("screening owners"):
        screener = Screener.from_paths(lists, on)
        names = [(each, graph.labels.get(each, each)) for each in graph.names]
        answers = screener.screen((Subject(name=label) for _, label in names), threshold=threshold)
    return {name: found.hits[0] for (name, _), found in zip(names, answers, strict=True) if found.hits}


def _show(screen: Console, found: list[Judgement], hits: dict[str, ScreenHit]) -> None:
    told = [each for each in found if each.verdict != "not blocked" or each.listed] or found
    rows = [
        (each.rule, each.label or each.company, each.verdict.value, _span(each.low, each.high))
        for each in told[:SHOWN]
    ]
    screen.print(grid(screen, ("rule", "company", "verdict", "held by the blocked"), rows))
    if len(told) > SHOWN:
        note(screen, f"and {len(told) - SHOWN} more; --json gives all, with the chains.")
    for name, hit in list(hits.items())[:SHOWN]:
        note(screen, f"{name} is taken to be {hit.entity}, {hit.name} ({hit.score:.2f}): clear that first.")


def _span(low: int, high: int) -> str:
    from sarai.screening.ownership import percent

    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"
