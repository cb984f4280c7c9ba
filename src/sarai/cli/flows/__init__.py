"""sarai flows: what trade statistics give away."""

from __future__ import annotations

import click


@click.group()
def flows() -> None:
    """What trade statistics give away: gaps, re-exports, surges, breaks."""


# they put their commands in
from sarai.cli.flows import beside, booked, codes, held, loading, measures, models, one_way, report  # noqa: E402

__all__ = ["beside", "booked", "codes", "flows", "held", "loading", "measures", "models", "one_way", "report"]
