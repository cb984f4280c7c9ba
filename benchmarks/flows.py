"""How long the widest mirror gaps of 100 M rows take, codes carried across editions, beside plain Polars.

Each contestant works in a process of its own that is told its bound of memory, in turns, on two threads.
Trade is made up: 120 countries, five years of months, both legs of each flow, HS 2017 until 2021 and
HS 2022 after; it lies in order of code, as `sarai flows load` writes it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Goal, Report

MILLIONS = 100
ROUNDS = 3
MEMORY_MB = 4096
CONTESTANTS = ("ours", "polars")


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: a tenth of the rows, once)."""
    millions = MILLIONS // 10 if quick else MILLIONS
    report, case = Report("Flows"), f"{millions} M rows of Parquet"
    _child("benchmarks.flows_rows", directory, str(millions))
    for turn in range(1 if quick else ROUNDS):
        order = CONTESTANTS if turn % 2 == 0 else CONTESTANTS[::-1]
        found = {name: json.loads(_child("benchmarks.flows_contestants", directory, name)) for name in order}
        _check(found)
        report.rounds.append({name: _without_gaps(each) for name, each in found.items()})
    goals = {"ours": Goal("≤", 30), "polars": None}
    for name, goal in goals.items():
        report.add(case, f"{name}: mirror gap", [each[name]["wall_s"] for each in report.rounds], "s", goal)
    for name in CONTESTANTS:
        report.add(case, f"{name}: memory at most", [each[name]["rss_mb"] for each in report.rounds], "MB")
    ratios = [each["polars"]["wall_s"] / each["ours"]["wall_s"] for each in report.rounds]
    report.add(case, "polars to ours", ratios, "ratio")
    return report


def _child(module: str, directory: Path, argument: str) -> str:
    command = [sys.executable, "-m", module, str(directory), argument]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _without_gaps(found: dict) -> dict:
    return {name: each for name, each in found.items() if name != "gaps"}


def _check(found: dict[str, dict]) -> None:
    """Both must have found the same gaps."""
    ours, theirs = (found[name]["gaps"] for name in CONTESTANTS)
    if [row[:4] for row in ours] != [row[:4] for row in theirs]:
        raise AssertionError(f"different gaps: {ours[:3]} and {theirs[:3]}")
    for one, other in zip(ours, theirs, strict=True):
        if abs(one[4] - other[4]) > 1e-9 * abs(one[4]):
            raise AssertionError(f"different scores: {one} and {other}")
