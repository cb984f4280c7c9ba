"""sarai standing whatif: agreements, sanctions, investments and shut routes, before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note
from sarai.cli.standing import standing
from sarai.cli.standing.asking import PLOT, asked, network, number

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.standing_asked import Given
    from sarai.telling.standing_supposed import Supposed


@standing.command()
@click.argument("changes", nargs=-1, required=True)
@network
@asked
@PLOT
def whatif(given: Given, as_json: bool, changes: tuple[str, ...], plot: Path | None) -> int:
    """Shares, spread and exposure before and after CHANGES.

    As 'join BRICS', 'leave CSTO', 'sanction RU trade 30%', 'invest CN 2bn', 'shut pipeline:CPC'; several
    with ; between or one after another.
    """
    from sarai.telling import standing_supposed as told

    with busy("reckoning"):
        found = told.supposed(
            given.standing(), changes, year=given.year, seed=given.seed, network=given.network()
        )
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: told.supposed_picture(found))
    return 0


def _show(screen: Console, found: Supposed) -> None:
    for said in found.told:
        screen.print(said)
    rows = [
        [each.what, each.channel, each.power, number(each.before), number(each.after), each.of]
        for each in found.turns if each.changed
    ]  # fmt: skip
    if rows:
        screen.print(grid(screen, ["", "Channel", "Power", ">Before", ">After", "Of"], rows))
    else:
        screen.print("Nothing changes.")
    for channel in dict.fromkeys(each.channel for each in found.turns if each.changed and each.channel):
        note(screen, f"{channel}: {', '.join(found.sources.get(channel, ()))}")
    note(screen, "What is had elsewhere is assumed, or what limits of routes leave: sarai standing compare.")
