"""sarai standing: the balance between powers."""

from __future__ import annotations

import click


@click.group()
def standing() -> None:
    """The balance between powers, and the game of carrots and sticks."""


# they put their commands in
from sarai.cli.standing import compare, game, show, whatif  # noqa: E402

__all__ = ["compare", "game", "show", "standing", "whatif"]
