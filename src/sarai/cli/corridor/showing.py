"""sarai corridor show: the tables of a network, each figure with its source, range and date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import asked
from sarai.cli.output import answer, busy, grid, note

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.corridors_asked import Given
    from sarai.telling.corridors_shown import Shown

MOST_SOURCES = 12


@corridor.command()
@click.argument("table", required=False, default="")
@click.argument("code", required=False, default="")
@asked("modes")
def show(given: Given, as_json: bool, table: str, code: str) -> int:
    """The tables of the network: all of them, one, or the rows of one that CODE is about.

    Each figure stands with its range, its source and the date that it is of. CODE is a code, a name, or
    what rows speak of, as a country, a mode or a place.
    """
    from sarai.telling.corridors_shown import counts, shown

    with busy("reading"):
        network = given.before() if not given.changes else given.network()
        found = shown(network, table, code) if table else None
    if found is None:
        counted = counts(network)
        rows = [[name, f"{many:,}"] for name, many in counted.items()]
        answer(as_json, counted, lambda screen: screen.print(grid(screen, ["Table", ">Rows"], rows)))
    else:
        answer(as_json, found, lambda screen: _show(screen, found))
    return 0


def _show(screen: Console, found: Shown) -> None:
    from sarai.telling.corridors_shown import cells, columns

    if len(found.rows) == 1:
        (row,) = found.rows
        names = [name for name in row if row[name] not in ("", None) and not name.endswith(("_low", "_high"))]
        names.sort(key=lambda name: (name in ("source", "of", "note")) - (name == "code"))
        screen.print(grid(screen, ["", ""], [[name, cells(row, [name])[0]] for name in names]))
    else:
        names = columns(found)
        screen.print(grid(screen, names, [cells(row, names) for row in found.rows]))
    for source in list(found.sources.values())[:MOST_SOURCES]:
        said = [source.title, source.publisher, source.published, source.address, source.kind]
        note(screen, f"{source.code}: {'; '.join(each for each in said if each)}")
    if len(found.sources) > MOST_SOURCES:
        note(
            screen, f"{len(found.sources) - MOST_SOURCES} more sources; see: sarai corridor show sources CODE"
        )
