"""Rounds in which contestants take turns, so that what else the machine does falls on all alike."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import NamedTuple

PROBES = 15
PAGE_BYTES = 4_096


class Time(NamedTuple):
    """What some work took: by the clock, and of this process's CPU."""

    wall_s: float
    cpu_s: float


class Spread(NamedTuple):
    """Median and range of what was measured, round by round."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Of at least one value."""
        return cls(median(values), min(values), max(values))


def timed(work: Callable[[], object]) -> Time:
    """Time a piece of work. What was prepared for it is hidden from the garbage collector meanwhile."""
    gc.collect()
    gc.freeze()
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        work()
        return Time(time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        gc.unfreeze()


def take_turns(work: Mapping[str, Callable[[], object]], turn: int) -> dict[str, Time]:
    """Time each contestant once; every turn another one begins."""
    names = list(work)
    first = turn % len(names)
    return {name: timed(work[name]) for name in names[first:] + names[:first]}


def fdatasync_ms(directory: Path) -> float:
    """The median time that it takes to bring a page to the disk."""
    path, times = directory / "probe", []
    with path.open("wb", buffering=0) as file:
        for _ in range(PROBES):
            file.write(bytes(PAGE_BYTES))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    path.unlink()
    return 1_000 * median(times)
