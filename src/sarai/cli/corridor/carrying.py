"""sarai corridor capacity: what the network can carry, where it binds, and what more is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import PLOT, asked, listed, month
from sarai.cli.corridor.saying import days, share, tonnes
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note, progress
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_carried import Carried, Lane

SHOWN = 15


@corridor.command()
@click.option("--from", "starts", default="", metavar="LIST",
              help="The most that can go from these places, with commas; with --to and --good.")  # fmt: skip
@click.option("--to", "ends", default="", metavar="LIST", help="And to these.")
@click.option("--good", default="", metavar="CODE",
              help="Of this good; alone: only what the network's demands have of it.")  # fmt: skip
@month
@click.option("--by-month", "monthly", is_flag=True, help="Each month of an even year, with its closures.")
@click.option("--empties", type=click.Choice(["returned", "free"]), default="returned", show_default=True,
              help="Whether containers and wagons must go back.")  # fmt: skip
@click.option(
    "--strict", is_flag=True, help="Demand that stays behind is an error that says what would help."
)
@click.option("--seconds", type=click.FloatRange(1), default=300.0, show_default=True,
              help="After which the best so far is given, with its gap.")  # fmt: skip
@asked()
@PLOT
def capacity(given: Given, as_json: bool, starts: str, ends: str, good: str, month: str, monthly: bool,
             empties: str, strict: bool, seconds: float, plot: Path | None) -> int:  # fmt: skip
    """What the network carries of its demands at the least cost; where it binds, and what more is worth.

    Exit status 1 if something stays behind.
    """
    from sarai.telling import corridors_carried as telling
    from sarai.telling import corridors_pictures
    from sarai.telling.corridors_asked import month_of

    if bool(starts) != bool(ends) or (starts and not good):
        raise BadSetting(
            "the most that can go needs --from, --to and --good; give all three, or neither place"
        )
    network, when = given.network(), month_of(month)
    demands = [each for each in network.demands if good in ("", each.good)]
    if good:
        network.good(good)
    if monthly:
        with progress("solving months", 12) as update:
            several = telling.by_month(network, empties=empties, demands=demands, progress=update,
                                       seconds=seconds)  # fmt: skip
        answer(as_json, several, lambda screen: _months(screen, several))
        draw(plot, lambda: corridors_pictures.months(several))
        return 1 if any(each.undelivered for each in several) else 0
    with busy("solving"):
        if starts:
            found = telling.most(network, listed(starts), listed(ends), good, month=when, empties=empties,
                                 seconds=seconds)  # fmt: skip
        else:
            found = telling.carried(network, month=when, empties=empties, demands=demands, seconds=seconds)
    if strict and not starts:
        telling.check_all(found)
    answer(as_json, found, lambda screen: (_most if starts else _show)(screen, found))
    draw(plot, lambda: corridors_pictures.carried_map(network, found) if starts
         else corridors_pictures.limits(found))  # fmt: skip
    return 1 if found.undelivered and not starts else 0


def _show(screen: Console, found: Carried) -> None:
    rows = [
        [each.good, tonnes(each.asked_t), tonnes(each.carried_t), days(each.hours), _usd(each.usd_per_t),
         _usd(each.co2e_kg_per_t)] for each in found.goods
    ]  # fmt: skip
    whole = ["all", tonnes(found.asked_t), tonnes(found.carried_t), days(found.hours), "",
             f"{found.co2e_t / 1e6:,.1f} Mt"]  # fmt: skip
    titles = ["Good", ">Asked", ">Carried", ">Days", ">USD/t", ">kg CO2e/t"]
    screen.print(grid(screen, titles, rows, [whole]))
    _behind(screen, found)
    _limits(screen, found)
    for line in found.words:
        note(screen, line)


def _behind(screen: Console, found: Carried) -> None:
    lanes = found.undelivered
    if lanes:
        rows = [_left(each) for each in lanes[:SHOWN]]
        title = f"Stays behind: {tonnes(sum(each.left_t for each in lanes))}"
        screen.print(grid(screen, ["Good", "From", "To", ">Asked", ">Stays behind"], rows, title=title))


def _left(lane: Lane) -> list[str]:
    return [lane.good, lane.start_name, lane.end_name, tonnes(lane.asked_t), tonnes(lane.left_t)]


def _limits(screen: Console, found: Carried) -> None:
    if not found.binding:
        screen.print("No limit binds.")
        return
    rows = [
        [each.name, f"{each.capacity:,.0f} {each.unit}", share(each.share), each.worth]
        for each in found.binding[:SHOWN]
    ]
    titles = ["Where it binds", ">A year", ">Used", ">One more is worth"]
    screen.print(grid(screen, titles, rows))
    if len(found.binding) > SHOWN:
        note(screen, f"{len(found.binding) - SHOWN} more bind; --json has them all.")


def _most(screen: Console, found: Carried) -> None:
    from sarai.telling import corridors_carried as telling

    rows = []
    for lane in found.lanes:
        for way in telling.merged(lane.ways):
            without = way.t >= 0.5 * telling.UNBOUNDED_T
            rows.append([lane.start_name, lane.end_name, "no bound" if without else tonnes(way.t),
                         days(way.hours), _usd(way.usd_per_t), way.name])  # fmt: skip
    screen.print(grid(screen, ["From", "To", ">A year", ">Days", ">USD/t", "Way"], rows))
    if found.carried_t >= 0.5 * telling.UNBOUNDED_T:
        note(screen, "What has no bound meets no limit of the network; leave its modes out with --modes.")
    else:
        screen.print(f"At most {tonnes(found.carried_t)}.")
    _limits(screen, found)
    for line in found.words:
        note(screen, line)


def _months(screen: Console, several: tuple[Carried, ...]) -> None:
    from sarai.telling.corridors_routes import MONTHS

    rows = [
        [MONTHS[(each.month or 1) - 1], tonnes(each.asked_t), tonnes(each.carried_t), days(each.hours),
         f"{each.cost_usd / 1e6:,.0f}", ", ".join(one.name for one in each.binding[:3])] for each in several
    ]  # fmt: skip
    screen.print(grid(screen, ["Month", ">Asked", ">Carried", ">Days", ">USD M", "Binds most"], rows))


def _usd(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
