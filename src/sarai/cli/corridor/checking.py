"""sarai corridor check: every fault of a network at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarai.cli.corridor import corridor
from sarai.cli.corridor.asking import asked
from sarai.cli.output import answer, busy, grid

if TYPE_CHECKING:
    from rich.console import Console

    from sarai.telling.corridors_asked import Given


@corridor.command()
@asked("modes")
def check(given: Given, as_json: bool) -> int:
    """Every fault of a network at once, each with its place and the next step.

    Exit status 1 if there are any.
    """
    from sarai.corridors.checks import check as faults_of

    with busy("checking"):
        network = given.unchecked()
        faults = faults_of(network)
    counted = {name: len(getattr(network, name)) for name in ("places", "legs", "services", "sources")}

    def show(screen: Console) -> None:
        if faults:
            rows = [
                [each.table, str(each.row), f"{each.column} {each.value}".strip(), each.text]
                for each in faults
            ]
            screen.print(grid(screen, ["Table", "Row", "Value", "What is wrong, what to do"], rows))
        told = ", ".join(f"{count:,} {name}" for name, count in counted.items())
        screen.print(f"{told}: {len(faults) or 'no'} fault{'' if len(faults) == 1 else 's'}.")

    answer(as_json, {**counted, "faults": [each._asdict() for each in faults]}, show)
    return 1 if faults else 0
