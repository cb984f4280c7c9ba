"""When things are closed: alternating renewal processes that keep to the share of each month.

Closings last exponentially with the mean that the table states; what lies between them is exponential too,
so long that the share of the month comes out. Both are memoryless, so at the turn of a month only the state
needs care: it changes with just the probability that turns the old share into the new one, and the process
is stationary from the first hour on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

import numpy as np

from sarai.corridors.simulation.calendar import Calendar
from sarai.corridors.tables import Closure

__all__ = ["Timeline", "closings", "shares", "together"]

Interval = tuple[float, float]


class Timeline:
    """Closed intervals, in order and apart."""

    def __init__(self, closed: Iterable[Interval]) -> None:
        closed = list(closed)
        self.begins = [begin for begin, _ in closed]
        self.ends = [end for _, end in closed]

    def open_at(self, time_h: float) -> float:
        """When it is next open: the time itself, or the end of the closing it falls into."""
        at = bisect_right(self.begins, time_h) - 1
        return self.ends[at] if at >= 0 and time_h < self.ends[at] else time_h

    def opened(self, times_h: np.ndarray) -> np.ndarray:
        """`open_at` of many times."""
        if not self.begins:
            return times_h
        ends = np.array(self.ends)
        at = np.searchsorted(self.begins, times_h, "right") - 1
        return np.where(at >= 0, np.maximum(times_h, ends[np.maximum(at, 0)]), times_h)

    def closed_h(self, edges_h: Iterable[float]) -> np.ndarray:
        """How long it is closed between each edge and the next."""
        edges = np.array(list(edges_h))
        if not self.begins:
            return np.zeros(len(edges) - 1)
        begins, ends = np.array(self.begins), np.array(self.ends)
        before = np.clip(edges[:, None] - begins, 0.0, ends - begins).sum(axis=1)
        return np.diff(before)


def shares(closure: Closure, calendar: Calendar) -> list[float]:
    """The share of each month of a run that a closure takes."""
    months = {int(number) for number in closure.months.split()}
    return [closure.share if number in months else 0.0 for number in calendar.numbers]


def closings(rng: np.random.Generator, closure: Closure, calendar: Calendar) -> list[Interval]:
    """One history of a closure."""
    found: list[Interval] = []
    before, closed = 0.0, False
    for month, share in enumerate(shares(closure, calendar)):
        now, end = calendar.edges_h[month], calendar.edges_h[month + 1]
        closed = _turned(rng, closed, before, share)
        while now < end:
            lasts = _lasts(rng, closed, share, closure.mean_h)
            if closed:
                found.append((now, min(end, now + lasts)))
            closed = closed if now + lasts >= end else not closed
            now += lasts
        before = share
    return found


def _turned(rng: np.random.Generator, closed: bool, before: float, share: float) -> bool:
    """The state after the turn of a month: closed with probability `share` if it was with `before`."""
    dice = rng.random()
    if closed:
        return dice * before < share
    return dice * (1 - before) < share - before


def _lasts(rng: np.random.Generator, closed: bool, share: float, mean_h: float) -> float:
    if share in (0.0, 1.0):
        return float("inf")
    return rng.exponential(mean_h if closed else mean_h * (1 - share) / share)


def together(histories: Iterable[Iterable[Interval]]) -> Timeline:
    """Closed whenever one of them is."""
    merged: list[list[float]] = []
    for begin, end in sorted(each for history in histories for each in history):
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([begin, end])
    return Timeline((begin, end) for begin, end in merged)
