"""sarai minerals footprint: what a tonne of material emits on its way here, and what would lower it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli.corridor.asking import asked
from sarai.cli.flows.telling import draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.minerals.footprint import Range
    from sarai.telling.corridors_asked import Given
    from sarai.telling.minerals_footprint import Told


@minerals.command()
@click.argument("name", metavar="MATERIAL")
@click.option(
    "--from", "start", required=True, metavar="CC", help="Where it is first worked on: CC or CC/PLACE."
)
@click.option("--via", multiple=True, metavar="CC", help="Where the next step is done; STEP@CC says which.")
@click.option("--to", "end", required=True, metavar="CC", help="Where the product is delivered.")
@click.option(
    "--route", default="", metavar="WORDS", help="The way of making it, as Pidgeon; else the usual."
)
@click.option(
    "--year", type=click.IntRange(1990, 2100), default=None, help="Of the electricity; else the latest."
)
@click.option("--grid", "grids", multiple=True, metavar="CC=G", help="Grams of CO2e a kWh of a country.")
@click.option(
    "--way", type=click.Choice(("usual", "least-co2e")), default="usual", show_default=True,
    help="How it is carried: at least cost with the worth of time, or with least CO2e.",
)  # fmt: skip
@asked()
@PLOT
def footprint(given: Given, as_json: bool, plot: Path | None, grids: tuple[str, ...], **said: Any) -> int:
    """CO2e of a chain of supply for a tonne of MATERIAL delivered, and what lowers it at which cost.

    The steps of making it are done at --from and at each --via in turn, the last of them at the last place.
    """
    from sarai.telling.minerals_footprint import footprint_of, grids_in, network_of, picture

    with busy("reckoning"):
        told = footprint_of(network_of(given), grids=grids_in(grids), **said)
    answer(as_json, told, lambda screen: _show(screen, told))
    draw(plot, lambda: picture(told))
    return 0 if told.total else 1


def _show(screen: Console, told: Told) -> None:
    if told.total is None:
        note(screen, f"{told.material}: {told.reason}.")
    else:
        _chain(screen, told)
        if told.savings:
            _savings(screen, told)
    if told.published:
        _published(screen, told)
    for line in told.words:
        note(screen, line)


def _chain(screen: Console, told: Told) -> None:
    rows = [[each.step, each.kind, each.country, *_figures(each.co2e_t), each.words] for each in told.parts]
    rows.append(["in all", "", "", *_figures(told.total), ""])
    title = f"A tonne of {told.product} ({told.route}), t CO2e"
    columns = ["Step", "Kind", "In", ">t CO2e", ">low", ">high", "Of"]
    screen.print(grid(screen, columns, rows, title=title))


def _savings(screen: Console, told: Told) -> None:
    rows = [
        [each.name, each.where, f"{each.saves_t:,.2f}", f"{each.usd.value:,.0f}", *_cost(each.usd_per_t_co2e)]
        for each in told.savings
    ]
    columns = ["Measure", "Where", ">saves t", ">USD", ">USD/t CO2e", ">low", ">high"]
    screen.print(grid(screen, columns, rows, title="What lowers it, each by itself"))


def _published(screen: Console, told: Told) -> None:
    rows = [
        [
            each.product,
            each.route,
            f"{each.t_per_t:,g}",
            _between(each.t_per_t_low, each.t_per_t_high),
            each.note,
        ]
        for each in told.published
    ]
    columns = ["Product", "Route", ">t CO2e/t", ">range", "Note"]
    screen.print(grid(screen, columns, rows, title="What others published, cradle to gate"))


def _figures(each: Range | None) -> list[str]:
    return [_figure(value) for value in (each.value, each.low, each.high)] if each else ["", "", ""]


def _figure(value: float) -> str:
    """To the kilogram; tens of thousands of tonnes, as platinum has, to the tonne.

    >>> _figure(0.0823), _figure(36859.78)
    ('0.082', '36,860')
    """
    return f"{value:.3f}" if value < 1000 else f"{value:,.0f}"


def _cost(each: Range | None) -> list[str]:
    return (
        [f"{value:,.0f}" for value in (each.value, each.low, each.high)] if each else ["saves none", "", ""]
    )


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None or low == high else f"{low:,g}-{high:,g}"
