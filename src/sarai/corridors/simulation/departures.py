"""When services leave: on their weekdays or by headways, and not while they are shut in."""

from __future__ import annotations

import numpy as np

from sarai.corridors.simulation.calendar import Calendar
from sarai.corridors.simulation.plan import StopPlan
from sarai.corridors.simulation.streams import Spread
from sarai.corridors.simulation.weather import Timeline
from sarai.corridors.steps import WEEK_H

__all__ = ["departures"]

DAY_H = 24.0


def departures(
    rng: np.random.Generator, stop: StopPlan, calendar: Calendar, spread: Spread, gate: Timeline | None
) -> list[float]:
    """The times of a run at which a stop is left.

    What is to leave while the gate is shut leaves as soon as it opens; of several, one does: the others'
    vessels are not there to make up for it.
    """
    times = _scheduled(rng, stop, calendar, spread)
    if gate is not None:
        times = np.unique(gate.opened(times))
    return times.tolist()


def _scheduled(rng: np.random.Generator, stop: StopPlan, calendar: Calendar, spread: Spread) -> np.ndarray:
    until_h = calendar.until_h
    if stop.days:
        weeks = np.arange(-1, until_h // WEEK_H + 3) * WEEK_H
        days = (np.array(sorted(stop.days)) - calendar.begins.weekday()) * DAY_H
        times = (weeks[:, None] + days).ravel() + rng.random() * DAY_H  # the hour is not known; one for all
        return times[times >= 0]
    gap_h = WEEK_H / stop.per_week
    if spread.headways == "even":
        return np.arange(rng.random() * gap_h, until_h + gap_h, gap_h)
    many = int(until_h / gap_h + 10 * (until_h / gap_h) ** 0.5 + 20)
    return np.cumsum(rng.exponential(gap_h, many))
