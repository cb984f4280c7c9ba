"""The table of typologies: a file for each family, all rows here."""

from sarai.watch.typologies import (
    balance,
    chains,
    drift,
    goods,
    parties,
    rounds,
    splitting,
    traders,
    transit,
)

OF_HOLDINGS = frozenset(row.name for row in (*balance.ROWS, *chains.ROWS, *drift.ROWS, *rounds.ROWS))
"""Those that need of memory what it knows of holdings, and nothing else."""

TYPOLOGIES = (
    *balance.ROWS,
    *chains.ROWS,
    *drift.ROWS,
    *goods.ROWS,
    *parties.ROWS,
    *rounds.ROWS,
    *splitting.ROWS,
    *traders.ROWS,
    *transit.ROWS,
)

__all__ = ["OF_HOLDINGS", "TYPOLOGIES"]
