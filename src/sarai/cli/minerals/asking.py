"""What commands of raw materials ask for: the folder of data, and where a picture goes."""

from __future__ import annotations

from pathlib import Path

import click

from sarai.cli.flows.asking import PICTURE

__all__ = ["PLOT", "data"]

PLOT = click.option("--plot", metavar="F.svg|F.png", type=PICTURE, help="Draw it to this file.")

data = click.option(
    "--data", "folder", metavar="DIR", envvar="SARAI_MINERALS", show_envvar=True, required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the tables of the EU, WGI, world mining and BACI, as their publishers name them.",
)  # fmt: skip
