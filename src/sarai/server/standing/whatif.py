"""What changes make of the standing."""

from __future__ import annotations

from sarai.corridors import Network
from sarai.goods import BadSetting
from sarai.server.asking import Unclear
from sarai.standing import Standing
from sarai.telling.standing_supposed import Supposed, supposed

__all__ = ["answer"]


def answer(
    standing: Standing, changes: tuple[str, ...], year: int | None, network: Network | None = None
) -> Supposed:
    """Before and after; `Unclear` if there is nothing to change so."""
    try:
        return supposed(standing, changes, year=year, network=network)
    except BadSetting as fault:
        raise Unclear("if", str(fault)) from fault
