"""sarai corridor simulate: times as distributions, with queues, closures and priorities."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import PLOT, asked
from sarai.cli.corridor.saying import days, share, spell
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_simulated import Row, Told


@corridor.command()
@click.option("--stream", "streams", multiple=True, metavar="GOOD:FROM:TO:T",
              help="What goes, in tonnes a week; again for more. Else the network's demands.")  # fmt: skip
@click.option("--months", type=click.IntRange(1, 1200), default=12, show_default=True, help="How long.")
@click.option("--start", type=click.DateTime(["%Y-%m", "%Y-%m-%d"]), default="2026-01", show_default=True,
              metavar="MONTH", help="The first month that counts.")  # fmt: skip
@options.seed
@click.option("--replications", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="How often it is run anew.")  # fmt: skip
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True,
              help="How many run side by side; the outcome is the same.")  # fmt: skip
@asked()
@PLOT
def simulate(given: Given, as_json: bool, streams: tuple[str, ...], months: int, start: datetime, seed: int,
             replications: int, processes: int, plot: Path | None) -> int:  # fmt: skip
    """How long consignments take, as distributions: one in ten, half, nine in ten; and where they wait.

    The same seed gives the same outcome. Exit status 1 if more comes somewhere than can be done.
    """
    from sarai.corridors import simulation
    from sarai.telling import corridors_simulated as telling

    with busy("simulating"):
        network = given.network()
        outcome = simulation.simulate(
            network, telling.streams_of(network, streams), months=months, start=start.date(), seed=seed,
            replications=replications, processes=processes,
        )  # fmt: skip
        found = telling.told(network, outcome, demanded=not streams)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: telling.picture(found))
    return 1 if outcome.overloaded else 0


def _show(screen: Console, found: Told) -> None:
    screen.print(grid(screen, ["Stream", ">Days p10", ">p50", ">p90", ">Expected", ">On time", ">t/week",
                               "Where the time goes"], [_row(each) for each in found.rows]))  # fmt: skip
    if found.queues:
        rows = [
            [each.name, share(each.load), share(each.utilisation), spell(each.mean_wait_h),
             str(each.longest_queue)]
            for each in found.queues
        ]  # fmt: skip
        screen.print(grid(screen, ["Waiting at", ">Load", ">In use", ">Mean wait", ">Longest queue"], rows))
    for line in found.words:
        note(screen, line)


def _row(each: Row) -> list[str]:
    from sarai.telling.corridors_simulated import WHY

    most = sorted(each.spent_h.items(), key=lambda pair: -pair[1])[:3]
    total = sum(each.spent_h.values()) or 1.0
    goes = ", ".join(
        f"{WHY.get(why, why)} {hours / total:.0%}" for why, hours in most if hours > 0.005 * total
    )
    tonnes = "-" if each.t_per_week is None else f"{each.t_per_week:,.0f}"
    return [each.name, days(each.p10_h), days(each.p50_h), days(each.p90_h), days(each.expected_h),
            share(each.on_time), tonnes, goes]  # fmt: skip
