"""sarai corridor capacity: what the network can carry, where it binds, and what more is worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from sarai.telling.corridors_carried import Carried, Lane, Most, Yearly

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
    if good:
        network.good(good)
    demands = [each for each in network.demands if good in ("", each.good)]
    terms: dict[str, Any] = {"empties": empties, "seconds": seconds}
    if starts:
        with busy("solving"):
            most = telling.most(network, listed(starts), listed(ends), good, month=when, **terms)
        answer(as_json, most, lambda screen: _most(screen, most))
        draw(plot, lambda: corridors_pictures.most(network, most))
        return 0
    if monthly:
        with progress("solving months", 12) as update:
            year = telling.by_month(network, demands=demands, progress=update, **terms)
        answer(as_json, year, lambda screen: _months(screen, year))
        draw(plot, lambda: corridors_pictures.months(year))
        return 1 if any(each.undelivered for each in year.months) else 0
    with busy("solving"):
        found = telling.carried(network, month=when, demands=demands, strict=strict, **terms)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: corridors_pictures.limits(found))
    return 1 if found.undelivered else 0


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
        screen.print(
            grid(screen, ["Good", "From", "To", ">Asked", ">Stays behind", "Why"], rows, title=title)
        )


def _left(lane: Lane) -> list[str]:
    return [
        lane.good,
        lane.start_name,
        lane.end_name,
        tonnes(lane.asked_t),
        tonnes(lane.left_t),
        lane.why_left,
    ]


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


def _most(screen: Console, found: Most) -> None:
    from sarai.telling.corridors_carried import merged

    if found.carried is not None:
        screen.print(f"At most {tonnes(found.t)}.")
        rows = [
            [tonnes(way.t), days(way.hours), _usd(way.usd_per_t), way.name]
            for lane in found.carried.lanes for way in merged(lane.ways)
        ]  # fmt: skip
        screen.print(grid(screen, [">Goes", ">Days", ">USD/t", "Way"], rows))
        held = [[each.name, f"{each.capacity:,.0f} {each.unit}", _t(each.t_per_unit)] for each in found.cut]
        screen.print(grid(screen, ["What holds it down", ">A year", ">One more lets go"], held))
    for line in found.words:
        note(screen, line)


def _months(screen: Console, year: Yearly) -> None:
    from sarai.telling.corridors_routes import MONTHS

    rows = [
        [MONTHS[(each.month or 1) - 1], tonnes(each.asked_t), tonnes(each.carried_t), days(each.hours),
         f"{each.cost_usd / 1e6:,.0f}", ", ".join(one.name for one in each.binding[:3])]
        for each in year.months
    ]  # fmt: skip
    whole = ["The year", tonnes(year.asked_t), tonnes(year.carried_t), "", "", ""]
    screen.print(
        grid(screen, ["Month", ">Asked", ">Carried", ">Days", ">USD M", "Binds most"], rows, [whole])
    )


def _t(value: float) -> str:
    return f"{value:,.0f} t" if value >= 10 else f"{value:.2g} t"


def _usd(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"
