"""sarai corridor: the way between."""

from __future__ import annotations

import click


@click.group()
def corridor() -> None:
    """The way between: routes, capacity, simulation, what-ifs, investment."""


# they put their commands in
from sarai.cli.corridor import checking, routes  # noqa: E402

__all__ = ["checking", "corridor", "routes"]
