"""sarai standing compare: powers side by side, over years, and against other states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli.flows.telling import draw
from sarai.cli.output import answer, busy, grid, note
from sarai.cli.standing import standing
from sarai.cli.standing.asking import PLOT, asked, cell, data, many, network, number

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.standing_asked import Given
    from sarai.telling.standing_compared import Compared, Exposed, Voted

MOST_ROWS = 12  # years of each pole on the screen; JSON and the picture have all


@standing.command()
@click.argument("channel", required=False, default="")
@data
@network
@click.option("--state", default="KZ", show_default=True, metavar="CC", help="Whose votes, by alpha-2 code.")
@click.option("--with", "others", default="", metavar="LIST", help="Votes of these states too, with commas.")
@click.option("--years", default="", metavar="SPAN", help="Of votes, as 1992..2024; else all.")
@click.option("--series", type=click.Choice(["fp", "all", "legacy"]), default="fp", show_default=True,
              help="Of votes: on final passage, all, or the older estimate.")  # fmt: skip
@asked
@PLOT
def compare(given: Given, as_json: bool, channel: str, plot: Path | None, state: str, others: str, years: str,
            series: str) -> int:  # fmt: skip
    """What each power's withdrawal would take, or with CHANNEL the shares over years.

    With CHANNEL votes: how far the state votes from each pole in the United Nations, beside other states.
    """
    from sarai.telling import standing_compared as told

    with busy("reckoning"):
        tables = given.standing()
        if channel == "votes":
            found = told.voted(
                tables, given.votes(series), _listed(state, others), _years(years), seed=given.seed
            )
            show, picture = _votes, told.voted_picture
        elif channel:
            found = told.compared(tables, channel, seed=given.seed)
            show, picture = _years_of, told.compared_picture
        else:
            found = told.exposed(tables, year=given.year, seed=given.seed, network=given.network())
            show, picture = _exposed, told.exposed_picture
    answer(as_json, found, lambda screen: show(screen, found))
    draw(plot, lambda: picture(found))
    return 0


def _listed(state: str, others: str) -> list[str]:
    said = [state, *others.split(",")]
    return list(dict.fromkeys(each.strip().upper() for each in said if each.strip()))


def _years(said: str) -> range | None:
    from sarai.telling.standing_asked import years_in

    return years_in(said) if said else None


def _exposed(screen: Console, found: Exposed) -> None:
    by: dict[str, list] = {}
    for each in found.exposures:
        by.setdefault(each.channel, []).append(each)
    rows = [
        [name, several[0].of, *[cell(e.net, e.low, e.high) for e in several]] for name, several in by.items()
    ]
    total = [["mean", "", *[cell(each.mean, each.low, each.high) for each in found.means]],
             ["worst", "", *[each.worst or "-" for each in found.means]]]  # fmt: skip
    screen.print(grid(screen, ["Lost of", "Of", *[f">{code}" for code in found.powers]], rows, totals=total))
    note(
        screen,
        "Lost after a year if the power withdraws, less what could be had elsewhere; 5th to 95th percentile.",
    )
    for name, several in by.items():
        said = dict.fromkeys(f"{each.power}: {each.by}" for each in several if each.net)
        words = list(dict.fromkeys(each.partition(": ")[2] for each in said))
        note(screen, f"{name}: {words[0] if len(words) == 1 else '; '.join(said) or 'nothing is lost'}")
    for code, said in found.sources.items():
        note(screen, f"{code}: {said}")


def _years_of(screen: Console, found: Compared) -> None:
    rows = [[each.of, *many(each), number(each.rest)] for each in found.years]
    columns = ["Of", *[f">{code}" for code in found.powers], ">Rest"]
    screen.print(grid(screen, columns, rows, title=found.name))
    for each in found.figures:
        if each.conflicts:
            who = f"{each.power} {each.part}".strip()
            note(screen, f"* {each.of} {who}: {each.value:g} {each.unit} says {each.source}")
    for code, said in {each.source: each.said for each in found.figures}.items():
        note(screen, f"{code}: {said}")


def _votes(screen: Console, found: Voted) -> None:
    by = {(each.country, each.year, each.pole): each for each in found.distances}
    years = sorted({each.year for each in found.distances}, reverse=True)
    rows = [
        [country, str(year), *[_distance(by[country, year, pole]) for pole in found.poles]]
        for country in found.countries for year in years[:MOST_ROWS]
    ]  # fmt: skip
    screen.print(grid(screen, ["State", "Year", *[f">{pole}" for pole in found.poles]], rows))
    note(screen, f"Ideal points apart (5th to 95th percentile), series {found.series}; {found.source}.")
    if len(years) > MOST_ROWS:
        note(screen, f"{len(years) - MOST_ROWS} earlier years: --json, --years or --plot.")
    thin = sorted({(e.country, e.year, e.votes) for e in found.distances if 0 < e.votes < 20})
    for country, year, votes in thin[:5]:
        note(screen, f"{country} {year} rests on {votes} votes alone.")


def _distance(each) -> str:
    if each.distance is None:
        return "-"
    return f"{each.distance:.2f}" + ("" if each.low is None else f" ({each.low:.2f}-{each.high:.2f})")
