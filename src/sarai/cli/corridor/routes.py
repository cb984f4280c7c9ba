"""sarai corridor routes: which way, by time, cost, carbon, reliability and exposure."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import PLOT, asked, good, month
from sarai.cli.corridor.saying import days
from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.corridors.routes import Stop
    from sarai.telling.charts import Chart
    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_routes import Choice, Choices

BY = ("balance", "hours", "usd", "co2e", "reliability", "exposure")


@corridor.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@good
@month
@click.option(
    "--by",
    type=click.Choice(BY),
    default="balance",
    show_default=True,
    help="What ways are ranked by; balance: dollars with the worth of time.",
)
@click.option(
    "--worth",
    type=click.FloatRange(0),
    default=None,
    metavar="USD",
    help="Of an hour for a tonne; else what the capital in the good costs.",
)
@click.option("--best", type=click.IntRange(1, 100), default=5, show_default=True, help="How many ways.")
@click.option("--pareto", is_flag=True, help="Instead, all ways that no other beats in every criterion.")
@click.option("--near", is_flag=True, help="Also ways that only vary a better one, as by a near-by junction.")
@click.option(
    "--depart",
    type=options.TIME,
    metavar="TIME",
    default=None,
    help="When the goods leave: each way by date, with the departures of its services.",
)
@asked()
@PLOT
def routes(given: Given, as_json: bool, start: str, end: str, plot: Path | None, depart: datetime | None,
           **said: Any) -> int:  # fmt: skip
    """Ways of a good from door to door, with what each takes and why.

    Hours are expected hours, with the time within which half and nine in ten journeys are over; carbon is
    well to wheel (ISO 14083). FROM and TO are codes (CNXIA) or names of places.
    """
    from sarai.telling.corridors_asked import month_of
    from sarai.telling.corridors_routes import choices

    with busy("searching"):
        said["month"] = month_of(said["month"]) if not depart else depart.month
        found = choices(given.network(), start, end, depart=depart, **said)
    answer(as_json, found, lambda screen: _show(screen, found))
    draw(plot, lambda: _picture(found))
    return 0


COLUMNS = [
    "", "Way", ">Days", ">p50-p90", ">USD/{unit}", ">with time", ">kg CO2e", ">km", ">Exposure", "Through",
]  # fmt: skip


WIDE, LEFT_OUT = 100, (">with time", ">km")  # letters, and what a narrower terminal has no room for


def _show(screen: Console, found: Choices) -> None:
    shown = [at for at, each in enumerate(COLUMNS) if screen.width >= WIDE or each not in LEFT_OUT]
    rows = [[row[at] for at in shown] for row in map(_row, found.choices)]
    screen.print(grid(screen, [COLUMNS[at].format(unit=found.unit) for at in shown], rows))
    for each in found.choices:
        if each.timetable is not None:
            _dates(screen, each)
    for line in found.words:
        note(screen, line)


def _row(each: Choice) -> list[str]:
    route = each.route
    return [
        each.letter, each.name, days(route.hours.value),
        f"{days(route.hours_p50.value)}-{days(route.hours_p90.value)}", f"{route.usd_per_unit.value:,.0f}",
        f"{each.usd_with_time_per_unit:,.0f}", f"{route.co2e_kg_per_unit.value:,.0f}",
        f"{route.distance_km.value:,.0f}", f"{route.exposure.value:.2f}", " ".join(route.countries),
    ]  # fmt: skip


def _dates(screen: Console, each: Choice) -> None:
    """The stops of a way by date: where the carriage changes, where is waited, and the end."""
    assert each.timetable is not None
    rows, onward = [], ""
    *stops, last = each.timetable.stops
    for stop in stops:
        if stop.onward != onward or stop.waits_h >= 1:
            rows.append([stop.name, *_comes(stop), f"{stop.leaves:%d %b %H:%M}", stop.onward])
        onward = stop.onward
    rows.append([last.name, *_comes(last), f"{last.leaves:%d %b %H:%M}", "delivered"])
    title = f"{each.letter}: {each.name}"
    screen.print(grid(screen, ["Stop", "Comes", "Eight of ten between", "Leaves", "By"], rows, title=title))


def _comes(stop: Stop) -> tuple[str, str]:
    between = "" if stop.early == stop.late else f"{stop.early:%d %b} - {stop.late:%d %b}"
    return f"{stop.arrives:%d %b %H:%M}", between


def _picture(found: Choices) -> Chart:
    """The map; of a front, what its ways take in days and dollars."""
    from sarai.telling import corridors_pictures

    return corridors_pictures.front(found) if found.by == "pareto" else corridors_pictures.routes(found)
