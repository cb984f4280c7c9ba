"""sarai corridor shock: what happens if something is closed, slowed, taxed, widened or added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import PLOT, asked, month
from sarai.cli.corridor.saying import days, tonnes
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note, progress
from sarai.goods import BadSetting

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.corridors import Network
    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_routes import Choices
    from sarai.telling.corridors_shocked import Moved, PairShocked, Shocked

SHOWN = 15
TOLD = 6  # lanes whose ways are told


@corridor.command()
@click.argument("shocks", nargs=-1, required=True, metavar="SHOCK...")
@click.option("--from", "start", default="", metavar="PLACE",
              help="Only the ways from here, with --to: before and after.")  # fmt: skip
@click.option("--to", "end", default="", metavar="PLACE", help="And to here.")
@click.option(
    "--good", default="", metavar="CODE", help="Of this good; with --from and --to container if none."
)
@month
@click.option(
    "--best", type=click.IntRange(1, 20), default=3, show_default=True, help="How many ways of a pair."
)
@click.option("--empties", type=click.Choice(["returned", "free"]), default="returned", show_default=True,
              help="Whether containers and wagons must go back.")  # fmt: skip
@click.option("--seconds", type=click.FloatRange(1), default=300.0, show_default=True,
              help="After which the best flows so far are given, with their gap.")  # fmt: skip
@asked()
@PLOT
def shock(given: Given, as_json: bool, shocks: tuple[str, ...], start: str, end: str, good: str, month: str,
          best: int, empties: str, seconds: float, plot: Path | None) -> int:  # fmt: skip
    """What happens if: who goes another way, at what cost, what stays behind, and what binds anew.

    SHOCK is a name (sarai corridor show shocks) or words of change, as "close place:SUEZ" or "slow
    border:KZ-CN x2"; several happen together. With --if, that holds before and after. Exit status 1 if
    something stays behind, or a place cannot be reached any more.
    """
    from sarai.corridors.changes import apply
    from sarai.telling import corridors_shocked as telling
    from sarai.telling.corridors_asked import changes_in, month_of

    if bool(start) != bool(end):
        raise BadSetting("ways lead from a place to another; give both --from and --to, or neither")
    when, parsed = month_of(month), changes_in(shocks)
    with busy("reading"):
        before = given.network()
        after = apply(before, parsed)
    if start:
        return _pair(before, after, shocks, start, end, good or "container", when, best, plot, as_json)
    if good:
        before.good(good)
    demands = [each for each in before.demands if good in ("", each.good)]
    with progress("solving", 2) as update:
        found = telling.shocked(before, after, changes=shocks, month=when, empties=empties, demands=demands,
                                seconds=seconds, progress=update)  # fmt: skip
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: telling.costs(found))
    return 1 if found.stranded_t > 0.5 else 0


def _pair(before: Network, after: Network, shocks: tuple[str, ...], start: str, end: str, good: str,
          month: int | None, best: int, plot: Path | None, as_json: bool) -> int:  # fmt: skip
    from sarai.telling import corridors_shocked as telling

    with busy("searching"):
        found = telling.shocked_pair(before, after, start, end, good=good, changes=shocks, month=month,
                                     best=best)  # fmt: skip
    answer(as_json, found, lambda screen: _show_pair(screen, found))
    draw(plot, lambda: telling.map_of_pair(before, after, found))
    return 0 if found.after is not None else 1


# -- flows ---------------------------------------------------------------------------------------


def _show(screen: Console, found: Shocked) -> None:
    for line in found.words:
        screen.print(line)
    if found.moved:
        rows = [_row(each) for each in found.moved[:SHOWN]]
        titles = ["Lane", ">Moves", ">Stays behind", ">USD/t", ">Days"]
        screen.print(grid(screen, titles, rows))
    if len(found.moved) > SHOWN:
        note(screen, f"{len(found.moved) - SHOWN} more lanes change; --json has them all.")
    for each in sorted(found.moved, key=lambda each: -each.rerouted_t)[:TOLD]:
        if each.rerouted_t > 1:
            note(screen, f"{_lane(each)}: {_ways_of(each)}")
    if found.newly_binding:
        limits = [
            [each.name, f"{each.capacity:,.0f} {each.unit}", each.worth] for each in found.newly_binding
        ]
        screen.print(grid(screen, ["Binds anew", ">A year", ">One more is worth"], limits[:SHOWN]))


def _lane(each: Moved) -> str:
    return f"{each.before.start_name} - {each.before.end_name}, {each.before.good}"


def _row(each: Moved) -> list[str]:
    before, after = each.before, each.after
    return [
        _lane(each), tonnes(each.rerouted_t) if each.rerouted_t > 0.5 else "",
        tonnes(each.stranded_t) if each.stranded_t > 0.5 else "", _turn(before.usd_per_t, after.usd_per_t),
        f"{days(before.hours)} -> {days(after.hours)}",
    ]  # fmt: skip


def _ways_of(each: Moved) -> str:
    """From which way most goes to which."""
    (gone, *_), (*_, taken) = each.ways, each.ways
    return f"from {gone.name} to {taken.name} ({tonnes(taken.after_t)})"


def _turn(before: float | None, after: float | None) -> str:
    said = ["-" if each is None else f"{each:,.0f}" for each in (before, after)]
    return " -> ".join(said)


# -- a pair --------------------------------------------------------------------------------------


def _show_pair(screen: Console, found: PairShocked) -> None:
    for title, told in (("Before", found.before), ("After", found.after)):
        if told is not None:
            titles = ["", "Way", ">Days", f">USD/{told.unit}", ">with time", ">kg CO2e", "Through"]
            screen.print(grid(screen, titles, _ways(told), title=title))
    for line in found.words:
        screen.print(line)


def _ways(told: Choices) -> list[list[str]]:
    return [
        [each.letter, each.name, days(each.route.hours.value), f"{each.route.usd_per_unit.value:,.0f}",
         f"{each.usd_with_time_per_unit:,.0f}", f"{each.route.co2e_kg_per_unit.value:,.0f}",
         " ".join(each.route.countries)] for each in told.choices
    ]  # fmt: skip
