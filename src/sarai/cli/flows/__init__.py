"""sarai flows: what trade statistics give away."""

from __future__ import annotations

import click


@click.group()
def flows() -> None:
    """What trade statistics give away: gaps, re-exports, surges, breaks."""


from sarai.cli.flows import loading, measures, models, report  # noqa: E402  they put their commands in

__all__ = ["flows", "loading", "measures", "models", "report"]
