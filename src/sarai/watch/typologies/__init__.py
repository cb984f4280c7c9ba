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

__all__ = ["TYPOLOGIES"]
