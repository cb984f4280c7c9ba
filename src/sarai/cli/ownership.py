"""What sarai screen does with owners: who is blocked through whose stakes, under which rule."""

from __future__ import annotations

from contextlib import suppress
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
LISTS_OF = {"ofac": ("ofac-", "csl-sdn"), "eu": ("eu-",), "uk": ("uk",), "bis": ("bis-",)}


def judge(
    ownership: Path, lists: tuple[str, ...], listed: tuple[str, ...], rule: tuple[str, ...], on: date | None,
    threshold: float, as_json: bool, **_: Any
) -> int:  # fmt: skip
    """Judge every company of a file; who is listed is said, or found on the lists by name."""
    from sarai.screening.ownership import Verdict, judge, read_stakes

    graph, day = read_stakes(ownership), on or datetime.now(UTC).date()
    if not listed and not lists:
        raise click.UsageError("say who is listed, with --listed NAME or --lists PATH")
    hits = _on_lists(graph, lists, on, threshold) if lists else {}
    found = []
    for name in rule or _in_force(day):
        known = {owner for owner, each in hits.items() if any(_counts(hit, name) for hit in each)}
        found += judge(graph, {*listed, *known}, name, day)
    answer(as_json, found, lambda screen: _show(screen, found, hits))
    return FINDINGS if any(each.verdict is not Verdict.NOT_BLOCKED for each in found) else 0


def _in_force(day: date) -> list[str]:
    """The rules that there were on a day."""
    from sarai.screening.ownership import NAMES, OwnershipError, rule_on

    found = []
    for name in NAMES:
        with suppress(OwnershipError):
            found.append(rule_on(name, day).name)
    return found


def _counts(hit: ScreenHit, rule: str) -> bool:
    """Whether a list is one that a rule looks at: its publisher's own, or one that is nobody's of these."""
    owner = next((name for name, lists in LISTS_OF.items() if hit.list.startswith(lists)), "")
    return owner in ("", rule)


def _on_lists(
    graph: Graph, lists: tuple[str, ...], on: date | None, threshold: float
) -> dict[str, tuple[ScreenHit, ...]]:
    """Those of the graph who are hits by the names that they have there; of each the best first."""
    from sarai.screening.screener import Screener
    from sarai.screening.subject import Subject

    with busy("screening owners"):
        screener = Screener.from_paths(lists, on)
        names = [(each, graph.labels.get(each, each)) for each in graph.names]
        answers = screener.screen((Subject(name=label) for _, label in names), threshold=threshold)
    return {name: found.hits for (name, _), found in zip(names, answers, strict=True) if found.hits}


def _show(screen: Console, found: list[Judgement], hits: dict[str, tuple[ScreenHit, ...]]) -> None:
    told = [each for each in found if each.verdict != "not blocked" or each.listed] or found
    rows = [
        (each.rule, each.label or each.company, each.verdict.value, _span(each.low, each.high))
        for each in told[:SHOWN]
    ]
    screen.print(grid(screen, ("rule", "company", "verdict", "held by the blocked"), rows))
    if len(told) > SHOWN:
        note(screen, f"and {len(told) - SHOWN} more; --json gives all, with the chains.")
    for name, (hit, *_) in list(hits.items())[:SHOWN]:
        note(screen, f"{name} is taken to be {hit.entity}, {hit.name} ({hit.score:.2f}): clear that first.")


def _span(low: int, high: int) -> str:
    from sarai.screening.ownership import percent

    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"
