"""sarai flows codes: what became of codes between editions, with the weight of every split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows import flows
from sarai.cli.flows.asking import codes_in, edition_in
from sarai.cli.output import answer, grid, note

if TYPE_CHECKING:
    from rich.console import Console

MOST_SHOWN = 60  # a code that could have been anything names a thousand


@flows.command()
@click.argument("codes", metavar="CODES")
@click.option("--of", metavar="HSYYYY", default="HS2022", show_default=True, help="The edition of the codes.")
@click.option("--edition", metavar="HSYYYY", default="HS2017", show_default=True,
              help="The edition that they are carried to.")  # fmt: skip
@options.as_json
def codes(codes: str, of: str, edition: str, as_json: bool) -> int:
    """What became of codes between editions of the HS, with the weight of every split and its rule.

    CODES are beginnings of codes with commas, or chpl. A code without a past could have been any of
    hundreds: its trade is left out where editions are compared, and told beside the answer.
    """
    from sarai.flows.editions import shares

    begins, listed = codes_in(codes, "CODES")
    rows = [
        {**each._asdict(), "has_past": each.rule != "wide"}
        for each in shares([edition_in(listed or of)], edition_in(edition))
        if each.code.startswith(begins)
    ]
    answer(
        as_json, {"of": listed or of, "edition": edition, "rows": rows}, lambda screen: _show(screen, rows)
    )
    return int(not rows)


def _show(screen: Console, rows: list[dict[str, Any]]) -> None:
    if not rows:
        screen.print("The edition has no such code.")
        return
    known = [row for row in rows if row["has_past"]]
    cells = [[row["code"], row["target_code"], f"{row['weight']:.3g}", row["rule"]] for row in known]
    if known:
        screen.print(grid(screen, ["Code", "Carried to", ">Weight", "Rule"], cells[:MOST_SHOWN]))
    if len(known) > MOST_SHOWN:
        note(screen, f"{len(known) - MOST_SHOWN} more: --json")
    lost = sorted({row["code"] for row in rows if not row["has_past"]})
    if lost:
        note(screen, f"Without a past, and left out: {', '.join(lost)}")
