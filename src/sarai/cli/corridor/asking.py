"""What every question to a network is asked with: which network, and what is changed in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from sarai.cli import options
from sarai.cli.flows.asking import PICTURE
from sarai.telling.corridors_asked import Given

__all__ = ["PLOT", "asked", "good", "listed", "month"]

PLOT = click.option("--plot", metavar="F.svg|F.png", type=PICTURE, help="Draw it to this file.")

good = click.option(
    "--good", default="container", show_default=True, metavar="CODE",
    help="What is carried, as sarai corridor show goods lists it.",
)  # fmt: skip
month = click.option(
    "--month", default="", metavar="MONTH",
    help="Whose closures count, by number or name; else the average of the year.",
)  # fmt: skip

COMMON = {
    "folders": click.option(
        "--network", "folders", metavar="DIR", multiple=True, envvar="SARAI_NETWORK", show_envvar=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Tables of your own, over the packaged ones; again for more.",
    ),
    "alone": click.option("--alone", is_flag=True, help="Your tables without the packaged network."),
    "parts": click.option("--parts", default="", metavar="LIST",
                          help="Only these parts of the packaged network, with commas."),
    "rails": click.option("--rails", metavar="FILE", default=None,
                          type=click.Path(exists=True, dir_okay=False, path_type=Path),
                          help="Rails of an OpenStreetMap extract (.osm.pbf, .osm) beside it."),
    "gauge_mm": click.option("--gauge", "gauge_mm", type=click.IntRange(600, 1700), default=None,
                             metavar="MM", help="Of rails of the extract that state none."),
    "modes": click.option("--modes", default="", metavar="LIST", help="Only these modes, as rail,sea,ferry."),
    "changes": click.option("--if", "changes", multiple=True, metavar="CHANGE",
                            help="What if: a shock's name, or words such as 'close place:SUEZ'; repeatable."),
    "as_json": options.as_json,
}  # fmt: skip


def asked(*kept: str) -> Callable:
    """A command about a network: it is given a `Given` first, and whether JSON is wanted.

    Parameters
    ----------
    kept : str
        Common options that the command does not have.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        common = {name: option for name, option in COMMON.items() if name not in kept}

        @wraps(command)
        def asking(**said: Any) -> int:
            mine = {name: said.pop(name) for name in common}
            as_json = mine.pop("as_json")
            for name in ("parts", "modes"):
                if name in mine:
                    mine[name] = tuple(listed(mine[name]))
            mine["gauge_mm"] = mine.get("gauge_mm") or 0
            return command(Given(**mine), as_json, **said)

        for option in reversed(common.values()):
            asking = option(asking)
        return asking

    return decorate


def listed(said: str) -> list[str]:
    """The words of a list with commas."""
    return [each.strip() for each in said.split(",") if each.strip()]
