"""sarai minerals: who depends on whom for raw materials, and what to do about it."""

from __future__ import annotations

import click


@click.group()
def minerals() -> None:
    """Raw materials: supply risk, exposure, shocks, diversification, footprint."""


# they put their commands in
from sarai.cli.minerals import cases, diversify, exposure, footprint, risk, shock  # noqa: E402

__all__ = ["cases", "diversify", "exposure", "footprint", "minerals", "risk", "shock"]
