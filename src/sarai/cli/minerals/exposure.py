"""sarai minerals exposure: from whom an importer buys, and who really supplies it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sarai.cli import options
from sarai.cli.flows.telling import draw
from sarai.cli.minerals import minerals
from sarai.cli.minerals.asking import PLOT, data
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from sarai.minerals.dependence import Exposure, Share
    from sarai.telling.minerals_exposure import Told

COLUMNS = ["Material", "Stage", ">HHI", "Bought from", ">Traced", "Comes from", ">Score"]
MOST_COUNTRIES, MOST_SUPPLIERS = 12, 2


@minerals.command()
@click.argument("materials", nargs=-1, metavar="[MATERIAL]...")
@data
@click.option("--importer", default="EU", show_default=True, metavar="EU|CC",
              help="Whose purchases: the EU as one, or a country.")  # fmt: skip
@click.option("--year", type=click.IntRange(1995, 2100), required=True, metavar="YEAR",
              help="Of trade, production and governance.")  # fmt: skip
@click.option("--stage", type=click.Choice(["mining", "processing", "refining"]), default=None,
              help="Refining is on the way to processing (alumina, matte); else, of each, the "
                   "one at which most is bought.")  # fmt: skip
@click.option("--through", is_flag=True, help="Name the hubs as well, and who is behind them.")
@options.as_json
@PLOT
def exposure(materials: tuple[str, ...], folder: Path, importer: str, year: int, stage: str | None,
             through: bool, as_json: bool, plot: Path | None) -> int:  # fmt: skip
    """Who sells raw materials to an importer, who supplies them through re-exports, and how risky that is.

    MATERIAL is a code or a name (gallium, natural-graphite); all 34 if none is named. A material that
    data lack has a reason in place of figures, and stops no other. One alone is told country by country.
    """
    from sarai.telling import minerals_exposure as telling

    with busy("reading"):
        found = telling.told(folder, materials, importer, year, stage or "")
    answer(as_json, found, lambda screen: _show(screen, found, through))
    draw(plot, lambda: telling.chart(found))
    return int(bool(found.lacking))


def _show(screen: Console, found: Told, through: bool) -> None:
    if found.known:
        screen.print(grid(screen, COLUMNS, map(_line, found.known)))
        for basis in dict.fromkeys(each.basis for each in found.known):
            counted = ", ".join(each.material for each in found.known if each.basis == basis)
            note(screen, f"Counted by {basis}: {counted}.")
    if len(found.known) == 1:
        _countries(screen, found.known[0])
    if through:
        _hubs(screen, found)
    for lacking in found.lacking:
        note(screen, f"{lacking.material}: {lacking.reason}")
    for each in found.known:
        for line in each.notes:
            note(screen, f"{each.material}: {line}.")
    for line in found.words:
        note(screen, line)


def _line(each: Exposure) -> list[str]:
    score = "-" if each.score is None else f"{each.score.score:.3f}"
    if each.high > each.low:
        score = f"{score}\n{each.low:.2f}-{each.high:.2f}"
    traced = "-" if each.traced_hhi is None else f"{each.traced_hhi:.2f}"
    return [
        each.material, each.stage, f"{each.hhi:.2f}", _suppliers(each.direct, each.over), traced,
        _suppliers(each.traced, each.over), score,
    ]  # fmt: skip


def _suppliers(few: Sequence[Share], over: Sequence[Share]) -> str:
    """The largest, one to a line, so that a narrow terminal breaks none."""
    from sarai.telling.minerals_exposure import suppliers

    return suppliers(few, over, MOST_SUPPLIERS).replace(", ", "\n")


def _countries(screen: Console, each: Exposure) -> None:
    from sarai.telling.minerals_exposure import beside

    if each.traced:
        rows = [[code, f"{sold:.1%}", f"{begun:.1%}"] for code, sold, begun in beside(each)[:MOST_COUNTRIES]]
        screen.print(grid(screen, ["Country", ">Sells", ">Supplies"], rows))


def _hubs(screen: Console, found: Told) -> None:
    from sarai.telling.minerals_exposure import passed, suppliers

    rows = [
        [each.material, each.hub, f"{each.direct:.1%}", f"{each.traced:.1%}", suppliers(each.behind, ())]
        for each in passed(found)
    ]
    if rows:
        screen.print(grid(screen, ["Material", "Hub", ">Sells", ">Supplies", "Behind it"], rows))
    else:
        note(screen, "No hub: who sells is who supplies.")
