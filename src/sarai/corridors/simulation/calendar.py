"""The months of a run, in hours since it began."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

__all__ = ["Calendar", "calendar"]


class Calendar(NamedTuple):
    """Months from the first of the warm-up to the last that counts.

    Attributes
    ----------
    begins : date
        The first day of the warm-up.
    edges_h : tuple of float
        Where each month begins, and where the last ends.
    numbers : tuple of int
        1 to 12, of each month.
    warm_up : int
        How many months at the beginning do not count.
    """

    begins: date
    edges_h: tuple[float, ...]
    numbers: tuple[int, ...]
    warm_up: int

    @property
    def from_h(self) -> float:
        """Where what counts begins."""
        return self.edges_h[self.warm_up]

    @property
    def until_h(self) -> float:
        """Where the run ends."""
        return self.edges_h[-1]

    @property
    def counted_h(self) -> tuple[float, ...]:
        """How long each month is that counts."""
        return tuple(b - a for a, b in zip(self.edges_h, self.edges_h[1:], strict=False))[self.warm_up :]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the months that count, as ``2026-11``."""
        first = self.begins.year * 12 + self.begins.month - 1 + self.warm_up
        return tuple(f"{(first + n) // 12}-{(first + n) % 12 + 1:02}" for n in range(len(self.counted_h)))


def calendar(start: date, months: int, warm_up: int) -> Calendar:
    """Whole months from the month of `start`, after those of the warm-up.

    >>> calendar(date(2026, 3, 15), months=1, warm_up=1)[1:]
    ((0.0, 672.0, 1416.0), (2, 3), 1)
    """
    first = start.year * 12 + start.month - 1 - warm_up
    days = [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(warm_up + months + 1)]
    edges = tuple((day - days[0]).days * 24.0 for day in days)
    return Calendar(days[0], edges, tuple(day.month for day in days[:-1]), warm_up)
