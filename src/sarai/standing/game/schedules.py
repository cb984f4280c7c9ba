"""Whole inspectors: schedules for the day, and how often to draw each, that realise a coverage exactly.

Capacities are nested (posts in a checkpoint's room, rooms in all inspectors), so every coverage within
them is a lottery over whole ones (Birkhoff and von Neumann; Budish and others 2013). Comb sampling finds it
at once: lay posts end to end, as long as their coverage, and put a comb with teeth 1 apart on them; every
shift of the comb is a schedule, any run of posts gets its sum rounded down or up, and there are at most as
many different schedules as posts and one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sarai.standing.game.plan import GRID

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Schedule", "draw", "marginals", "schedules"]


class Schedule(Struct, frozen=True, kw_only=True):
    """Inspectors by post, in the order of the game's posts, drawn with `parts` in `GRID`."""

    parts: int
    inspectors: tuple[int, ...]


def schedules(coverage: Sequence[int]) -> tuple[Schedule, ...]:
    """The lottery.

    Parameters
    ----------
    coverage : sequence of int
        In parts of `GRID`, posts of one checkpoint and shift beside each other.

    >>> [each.inspectors for each in schedules((GRID // 2, GRID // 2, GRID))]
    [(1, 0, 1), (0, 1, 1)]
    """
    ends = [0, *accumulate(coverage)]
    shifts = sorted({0, GRID, *(end % GRID for end in ends)})
    return tuple(
        Schedule(
            parts=high - low,
            inspectors=tuple(_teeth(end, high) - _teeth(begin, high) for begin, end in pairwise(ends)),
        )
        for low, high in pairwise(shifts)
    )  # fmt: skip


def _teeth(end: int, shift: int) -> int:
    """Teeth of the comb at ``shift, shift + 1, ...`` up to an end, less one."""
    return (end - shift) // GRID


def marginals(lottery: Sequence[Schedule]) -> tuple[Fraction, ...]:
    """Inspectors by post on average, exactly."""
    columns = zip(*(each.inspectors for each in lottery), strict=True)
    parts = [each.parts for each in lottery]
    return tuple(Fraction(sum(p * n for p, n in zip(parts, one, strict=True)), GRID) for one in columns)


def draw(lottery: Sequence[Schedule], rng: np.random.Generator, days: int) -> list[Schedule]:
    """Schedules for so many days, each drawn afresh."""
    ends = list(accumulate(each.parts for each in lottery))
    return [lottery[bisect_right(ends, int(at))] for at in rng.integers(0, GRID, days)]
