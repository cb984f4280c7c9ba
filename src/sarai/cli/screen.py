"""sarai screen: names, goods and ownership against the lists."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sarai.cli import options

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("name", required=False)
@click.option(
    "--batch", type=FILE, metavar="FILE", help="Screen every row of a CSV file; one JSON line each."
)
@click.option("--pairs", type=FILE, metavar="FILE",
              help="Match the columns query and candidate of a CSV file; adds score and match.")  # fmt: skip
@click.option("--goods", type=FILE, metavar="FILE", help="Check the codes of a CSV file; one JSON line each.")
@click.option("--ownership", type=FILE, metavar="FILE", help="Judge who is blocked through whose stakes.")
@click.option("--lists", "lists", multiple=True, type=click.Path(), metavar="PATH",
              envvar="SARAI_LISTS", show_envvar=True,
              help="A store of lists, a list file, or a directory of them; may be given again.")  # fmt: skip
@click.option("--on", type=DAY, metavar="DATE", help="As the lists, or the owners, were on this day.")
@click.option("--threshold", type=click.FloatRange(0, 1), default=0.7, show_default=True,
              help="Scores from here on are hits.")  # fmt: skip
@click.option("--kind", type=click.Choice(["person", "organisation", "vessel", "aircraft"]),
              help="What the name is of.")  # fmt: skip
@click.option("--birth", metavar="DATE", multiple=True, help="Date of birth, as precise as it is known.")
@click.option("--country", metavar="CODE", multiple=True, help="ISO 3166-1 alpha-2.")
@click.option("--identifier", metavar="KIND:VALUE", multiple=True, help="Such as bin:050140000656.")
@click.option("--log", metavar="FILE", help="Record what is screened, and apply what officers decided.")
@click.option("--controls", multiple=True, type=FILE, metavar="FILE",
              help="With --goods: control lists beside the priority list.")  # fmt: skip
@click.option("--nomenclature", type=FILE, metavar="FILE",
              help="With --goods: texts of the nomenclature (hs6, text), to judge descriptions.")  # fmt: skip
@click.option("--rule", multiple=True, metavar="NAME",
              help="With --ownership: ofac, eu, uk or bis; by default all.")  # fmt: skip
@click.option("--listed", multiple=True, metavar="NAME", help="With --ownership: who is listed.")
@options.as_json
def screen(name: str | None, **given: Any) -> int:
    """Screen a NAME, a table of names, goods or owners.

    Exit status 1 says that there are hits.
    """
    modes = [mode for mode in ("batch", "pairs", "goods", "ownership") if given[mode]]
    if (name is not None) + len(modes) != 1:
        raise click.UsageError("give a NAME, or one of --batch, --pairs, --goods and --ownership")
    on: datetime | None = given["on"]
    given["on"] = on.date() if on else None
    if modes in (["goods"], ["ownership"]):
        from sarai.cli import controls, ownership

        return {"goods": controls.check, "ownership": ownership.judge}[modes[0]](**given)
    from sarai.cli import screening

    if modes == ["pairs"]:
        return screening.pairs(given["pairs"], given["threshold"], given["as_json"])
    if not given["lists"]:
        raise click.UsageError("give the lists with --lists, or SARAI_LISTS: a store, a file or a directory")
    if modes == ["batch"]:
        return screening.batch(**given)
    return screening.one(name, **given)
