"""sarai corridor: the way between."""

from __future__ import annotations

import click


@click.group()
def corridor() -> None:
    """The way between: routes, capacity, simulation, what-ifs, investment."""


# they put their commands in
from sarai.cli.corridor import carrying, checking, investing, learning, routes, shocking, showing, simulating  # noqa: E402

__all__ = [
    "carrying",
    "checking",
    "corridor",
    "investing",
    "learning",
    "routes",
    "shocking",
    "showing",
    "simulating",
]
