"""The table of typologies: a file for each family, all rows here."""

from sarai.watch.typologies import (
    balance,
    chains,
    drift,
    goods,
    parties,
    related,
    rounds,
    splitting,
    traders,
    transit,
)

OF_HOLDINGS = frozenset(
    row.name for family in (balance, chains, drift, related, rounds) for row in family.ROWS
)
"""Those that need of memory what it knows of holdings, and nothing else."""

TYPOLOGIES = (
    *balance.ROWS,
    *chains.ROWS,
    *drift.ROWS,
    *goods.ROWS,
    *parties.ROWS,
    *related.ROWS,
    *rounds.ROWS,
    *splitting.ROWS,
    *traders.ROWS,
    *transit.ROWS,
)

__all__ = ["OF_HOLDINGS", "TYPOLOGIES"]
