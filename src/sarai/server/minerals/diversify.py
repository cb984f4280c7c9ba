"""A plan of supply worked out for the desk."""

from __future__ import annotations

from sarai.corridors.capacity.lp import TimedOut
from sarai.server.asking import InTime, TooMuch
from sarai.server.minerals.diversify_asked import Meant
from sarai.server.minerals.supposed import unclear
from sarai.telling.minerals_diversify import Told, told

__all__ = ["PARTS", "planned"]

PARTS = 10
"""Into how many the time for an answer is cut: a plan has one, and so has each without one of its rules, and
the frontier as a whole; together they are fewer."""


def planned(meant: Meant, seconds: float, in_time: InTime) -> Told:
    """The plan, what its rules cost, and its frontier, within a time.

    Raises
    ------
    Unclear
        The data have nothing of what is asked.
    TooMuch
        No plan was found in time.
    """
    try:
        with unclear(_field, meant.case.folder):
            return told(meant.case, meant.rules, seconds=seconds / PARTS, between=in_time)
    except TimedOut as fault:
        raise TooMuch(
            f"no plan was found within {seconds / PARTS:g} seconds; ask for fewer years, or without a rule"
        ) from fault


def _field(said: str) -> str:
    """Which field of the question a fault is about, by what it says."""
    return "demand" if "--demand" in said else "share" if said.startswith("share") else "material"
