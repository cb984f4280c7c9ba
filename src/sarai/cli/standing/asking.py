"""What questions of standing are asked with: which tables, which network, which year, which draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sarai.cli import options
from sarai.cli.flows.asking import PICTURE
from sarai.telling.standing_asked import Given

if TYPE_CHECKING:
    from rich.table import Table

    from sarai.standing import Shares, Spread

__all__ = ["PLOT", "asked", "cell", "data", "many", "network", "number", "spread_of", "stacked",
           "unbroken"]  # fmt: skip

PLOT = click.option("--plot", metavar="F.svg|F.png", type=PICTURE, help="Draw it to this file.")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

data = click.option("--data", metavar="DIR", type=FOLDER, default=None,
                    help="Folder with un_ideal_points*.csv, for votes in the United Nations.")  # fmt: skip
network = click.option(
    "--network", "folders", metavar="DIR", multiple=True, type=FOLDER,
    envvar="SARAI_NETWORK", show_envvar=True,
    help="Tables of corridors of your own, over the packaged network; again for more.",
)  # fmt: skip
COMMON = {
    "tables": click.option("--tables", metavar="DIR", multiple=True, type=FOLDER,
                           help="Tables of your own, over the packaged ones; again for more."),
    "alone": click.option("--alone", is_flag=True, help="Your tables without the packaged ones."),
    "year": click.option("--year", type=click.IntRange(1900, 2100), default=None, metavar="YEAR",
                         help="Only figures of it; else the date at which most powers are known."),
    "seed": click.option("--seed", type=click.IntRange(0), default=0, show_default=True,
                         help="Of the draws that intervals come from."),
    "as_json": options.as_json,
}  # fmt: skip


def asked(command: Callable[..., int]) -> Callable[..., int]:
    """A command about standing: it is given a `Given` first, and whether JSON is wanted."""

    @wraps(command)
    def asking(**said: Any) -> int:
        mine = {name: said.pop(name) for name in COMMON}
        as_json = mine.pop("as_json")
        own = {name: said.pop(name) for name in ("data", "folders") if name in said}
        return command(Given(**mine, **own), as_json, **said)

    for option in reversed(COMMON.values()):
        asking = option(asking)
    return asking


def number(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """A share as people read it, with its interval where that says more.

    >>> number(0.3, 0.28, 0.33), number(0.3), number(None)
    ('30 % (28-33)', '30 %', '-')
    """
    if value is None:
        return "-"
    said = f"{100 * value:.3g} %"
    if low is None or high is None or f"{low:.3f}" == f"{high:.3f}":
        return said
    return f"{said} ({100 * low:.3g}-{100 * high:.3g})"


def cell(value: float | None, low: float | None = None, high: float | None = None, star: str = "") -> str:
    """As `number`, with the interval on a line of its own, for a table has many of them side by side.

    >>> cell(0.3, 0.28, 0.33, "*")
    '30 %*\\n28-33'
    """
    said, _, between = number(value, low, high).partition(" (")
    return "\n".join(filter(None, (said + star, between.rstrip(")"))))


def many(found: Shares) -> list[str]:
    """The share of each power; a star where sources conflict."""
    return [cell(one.share, one.low, one.high, "*" if one.conflicts else "") for one in found.powers]


def spread_of(found: Spread) -> str:
    """Diversification, from the rest as one more to the rest spread over very many."""
    if found.diversification is None or found.spread_at_most is None:
        return "-"
    ends = dict.fromkeys(f"{each:.2f}" for each in (found.diversification, found.spread_at_most))
    return "-".join(ends)


def stacked(found: Spread) -> str:
    """Diversification, and entropy on a line of its own."""
    said = spread_of(found)
    return said if found.entropy is None else f"{said}\n{found.entropy:.2f}"


def unbroken(table: Table, *columns: str) -> Table:
    """A table whose columns of codes and dates keep each word whole."""
    for each in table.columns:
        each.no_wrap = each.no_wrap or each.header in columns
    return table
