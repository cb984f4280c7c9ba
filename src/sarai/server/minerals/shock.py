"""A shock worked out for the desk: the cascade first, for it is there sooner, then prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sarai.server.asking import InTime
from sarai.server.minerals.supposed import unclear
from sarai.telling.minerals_shock import Price, Question, ShockTold, play, prices_told, spread_told

if TYPE_CHECKING:
    from sarai.corridors import Network
    from sarai.telling.minerals_played import Played

__all__ = ["played", "prices", "spread"]


def played(meant: Question, network: Callable[[], Network]) -> Played:
    """The shock on its market; `Unclear` names the field where the data have nothing of it."""
    closes = any(each.verb == "close" for each in meant.shocks)
    with unclear(_field, meant.folder):
        return play(meant, network() if closes else None)


def spread(meant: Question, made: Played, in_time: InTime) -> ShockTold:
    """What the cascade says."""
    in_time()
    return spread_told(meant, made)


def prices(made: Played, in_time: InTime) -> tuple[Price, ...]:
    """What the price model says."""
    in_time()
    return prices_told(made)


def _field(said: str) -> str:
    """Which field of the question a fault is about, by how it begins."""
    return "if" if said.startswith("shock") or "network" in said else \
        "importer" if said.startswith("importer") else "material"  # fmt: skip
