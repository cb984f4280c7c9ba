"""sarai minerals cases: past shocks, run forward from what was known before them."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.flows.telling import draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT, data
from sarai.cli.output import answer, grid, note, progress

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.minerals_cases import CasesTold

EVENTS = ("japan-2010", "gallium-2023")


@minerals.command()
@click.argument("events", nargs=-1, type=click.Choice(EVENTS))
@data
@click.option("--reserves", "reserve_days", type=click.FloatRange(0, 3650), default=None, metavar="DAYS",
              help="Of consumption, in stock everywhere; else 60.")  # fmt: skip
@click.option("--draws", type=click.IntRange(10, 5000), default=50, show_default=True,
              help="For the intervals.")  # fmt: skip
@click.option("--seed", type=int, default=2010, show_default=True, help="Of the draws.")
@options.as_json
@PLOT
def cases(events: tuple[str, ...], folder: Path, reserve_days: float | None, draws: int, seed: int,
          as_json: bool, plot: Path | None) -> int:  # fmt: skip
    """What models said of past shocks from data of before alone, what then came, and by how much it is off.

    Exit status 1 if a case could not be run on trade.
    """
    from sarai.minerals.shocks.cases import Assumed, cases_of
    from sarai.telling.minerals_cases import chart, told

    done = count(1)
    total = draws * sum(len(cases_of(event)) for event in events or EVENTS)
    with progress("clearing markets", total) as bar:
        assumed = Assumed(draws=draws, seed=seed, reserve_days=reserve_days, seen=lambda: bar(next(done)))
        found = told(folder, events, assumed)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: chart(found))
    return int(any(each.outcome is None for each in found.cases))


def _show(screen: Console, found: CasesTold) -> None:
    from sarai.telling.minerals_cases_sheets import sheets

    for sheet in sheets(found):
        screen.print(grid(screen, sheet.columns, sheet.rows, title=sheet.title))
    for line in found.words:
        note(screen, line)
