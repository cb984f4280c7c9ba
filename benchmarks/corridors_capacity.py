"""How long a year's flow over 10,000 legs and 20 goods takes, beside the same problem as one linear program.

Ours is column generation; the other is the program with a variable for each step, good and origin, by HiGHS.
Both begin with the network in memory: graphs and arrays are made in the time that is told. Contestants work
in processes of their own, in turns. The program over arcs has millions of columns at full size, so it runs
at a smaller one, at which both must find the same cost. The network is made up: a grid of rail and road with
a limit on every leg, demands between random places, containers and half of the bulk goods going back empty.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Goal, Report

GOODS = 20
LEGS, BOTH_LEGS, QUICK_LEGS = 10_000, 1_000, 300
ROUNDS = 3
NAMES = {"ours": "columns", "arcs": "arcs"}


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: the small network smaller, once)."""
    report, both = Report("Corridors: capacity"), QUICK_LEGS if quick else BOTH_LEGS
    for turn in range(1 if quick else ROUNDS):
        order = ("ours", "arcs") if turn % 2 == 0 else ("arcs", "ours")
        small = {name: _child(name, both) for name in order}
        _check(small)
        report.rounds.append({"small": small, "large": _child("ours", LEGS)})
    case = f"{both:,} legs, {GOODS} goods"
    for name, told in NAMES.items():
        seconds = [each["small"][name]["wall_s"] for each in report.rounds]
        report.add(case, f"{told}: a year's flow", seconds, "s")
        report.add(case, f"{told}: memory at most", _of(report, "small", name, "rss_mb"), "MB")
    ratios = [each["small"]["arcs"]["wall_s"] / each["small"]["ours"]["wall_s"] for each in report.rounds]
    report.add(case, "arcs to columns", ratios, "ratio")
    _large(report)
    return report


def _large(report: Report) -> None:
    case = f"{LEGS:,} legs, {GOODS} goods"
    large = [each["large"] for each in report.rounds]
    for name, key, unit, goal in (
        ("columns: a year's flow", "wall_s", "s", Goal("≤", 20)),
        ("columns: of it, building", "built_s", "s", None),
        ("columns: again with 5 % more room", "again_s", "s", None),
        ("columns: memory at most", "rss_mb", "MB", None),
        ("gap that is left", "gap", "of cost", None),
        ("limits that bind", "binding", "", None),
        ("demand undelivered", "undelivered", "of t", None),
    ):
        report.add(case, name, [each[key] for each in large], unit, goal)


def _of(report: Report, case: str, name: str, key: str) -> list[float]:
    return [each[case][name][key] for each in report.rounds]


def _child(name: str, legs: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.corridors_capacity_contestants", name, str(legs), str(GOODS)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _check(found: dict[str, dict]) -> None:
    """Both must have found the same cost."""
    ours, arcs = found["ours"]["cost"], found["arcs"]["cost"]
    if abs(ours - arcs) > 1e-6 * abs(arcs):
        raise AssertionError(f"different costs: {ours} by columns and {arcs} over arcs")
