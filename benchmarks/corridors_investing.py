"""How long a plan of investment takes by Benders decomposition, beside one mixed-integer program of it all.

Both get the same made-up grid, in turns, in this process, with one thread, and are to close the gap. Ours
also tells what each project gains alone and what the plan loses without it, which the other does not. They
must come to the same optimum; where one is stopped by the time limit, neither may pass the other's bound.
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from benchmarks.corridors_investing_case import Made, Size, made
from benchmarks.corridors_investing_monolith import solved
from benchmarks.report import Goal, Report
from sarai.corridors.investing import plan

SIZES = (
    Size(rows=5, columns=6, demands=12, projects=20, years=8, scenarios=3),
    Size(rows=6, columns=8, demands=24, projects=30, years=12, scenarios=3),
)
ROUNDS = 3
SECONDS = 600.0
SLACK = 1e-5  # of the gain: two solvers' tolerances


def run(directory: Path, quick: bool) -> Report:
    """Measure (quick: the smaller case, once)."""
    report = Report("Investing")
    for size in SIZES[:1] if quick else SIZES:
        rounds = [_round(size, turn) for turn in range(1 if quick else ROUNDS)]
        report.rounds += rounds
        ours, monolith = ([each[name] for each in rounds] for name in ("ours", "monolith"))
        ratios = [b / a for a, b in zip(ours, monolith, strict=True)]
        report.add(str(size), "Benders, with each project alone", ours, "s", Goal("≤", 60.0))
        report.add(str(size), "one program, at most 600 s", monolith, "s")
        report.add(str(size), "one program to Benders", ratios, "ratio")
        report.add(str(size), "Benders: flows solved", [float(each["flows"]) for each in rounds], "flows")
        for name in ("gap", "gap_monolith"):
            report.add(str(size), f"{name} proven", [each[name] * 100 for each in rounds], "%")
    return report


def _round(size: Size, turn: int) -> dict:
    found: dict = {}
    for name in ("ours", "monolith") if turn % 2 == 0 else ("monolith", "ours"):
        case = made(size)
        began = perf_counter()
        found |= _ours(case) if name == "ours" else _monolith(case)
        found[name] = perf_counter() - began
    _check(found)
    return found


def _ours(case: Made) -> dict:
    got = plan(case.question, budget=case.budget, seconds=SECONDS, gap=0.0)
    return {"gain": got.gain, "bound": got.bound, "gap": got.gap, "flows": got.flows}


def _monolith(case: Made) -> dict:
    got = solved(case, case.budget, SECONDS)
    gain, bound = got.nothing - got.cost, got.nothing - got.bound
    return {"gain_monolith": gain, "bound_monolith": bound, "gap_monolith": (bound - gain) / abs(bound)}


def _check(found: dict) -> None:
    """Neither may gain more than the other proves possible."""
    slack = SLACK * abs(found["bound"])
    for one, other in (("gain", "bound_monolith"), ("gain_monolith", "bound")):
        if found[one] > found[other] + slack:
            raise AssertionError(f"{one} {found[one]:,.0f} is above {other} {found[other]:,.0f}")
