"""How fast a graph of stakes is read and judged, beside rounds over the whole graph until nothing changes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.report import Goal, Report
from benchmarks.rounds import take_turns
from sarai.screening.ownership import WHOLE, Graph, Verdict, judge, percent, read_stakes

DAY = date(2025, 1, 1)
RULES = ("ofac", "eu", "uk")
COMPANIES_PER_STAKE = 4
LISTED_PER_STAKE = 40
UNKNOWN = 0.05


class Stakes(NamedTuple):
    """Stakes by number: owner, company, and parts per billion at least and at most."""

    owner: np.ndarray
    company: np.ndarray
    low: np.ndarray
    high: np.ndarray
    listed: np.ndarray


def register(stakes: int, seed: int = 7) -> Stakes:
    """A register drawn at random: shares in hundredths of a percent, of one in twenty not known."""
    rng = np.random.default_rng(seed)
    count = stakes // COMPANIES_PER_STAKE
    pairs = np.unique(rng.integers(0, count**2, stakes))
    owner, company = pairs // count, pairs % count
    weight = rng.integers(1, 1_000, len(pairs)) ** 2
    low = weight * 10_000 // np.bincount(company, weight).astype(np.int64)[company] * (WHOLE // 10_000)
    unknown = rng.random(len(pairs)) < UNKNOWN
    listed = rng.choice(count, stakes // LISTED_PER_STAKE, replace=False)
    return Stakes(owner, company, np.where(unknown, 0, low), np.where(unknown, WHOLE, low), listed)


def chain(stakes: int) -> Stakes:
    """One company after the other, each held by 60 %."""
    numbers, share = np.arange(stakes), np.full(stakes, 6 * WHOLE // 10)
    return Stakes(numbers, numbers + 1, share, share, numbers[:1])


def write(stakes: Stakes, path: Path) -> None:
    """As a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("owner", "company", "share"))
        for owner, company, low, high in zip(*(column.tolist() for column in stakes[:4]), strict=True):
            rows.writerow((f"C{owner}", f"C{company}", percent(low) if low == high else ""))


def rounds(stakes: Stakes) -> int:
    """How many are blocked for certain, and possibly: the whole graph again and again, as vectors."""
    owner, company, low, high, listed = stakes
    count = int(max(owner.max(), company.max())) + 1
    named, blocked = np.union1d(owner, company), 0
    for shares in (low, high):
        members = np.zeros(count, dtype=bool)
        members[listed] = True
        while True:
            held = np.bincount(company, np.where(members[owner], shares, 0), count)
            others = np.bincount(company, np.where(members[owner], 0, low), count)
            more = (np.minimum(held, WHOLE - others) >= WHOLE // 2) & ~members
            if not more.any():
                break
            members |= more
        blocked += int(members[named].sum())
    return blocked


def judged(graph: Graph, listed: list[str], rule: str) -> int:
    """How many are blocked for certain, and possibly, with the listed."""
    verdicts = judge(graph, listed, rule, DAY)
    found = [verdicts.verdict(name) for name in graph.names]
    return sum(2 if each is Verdict.BLOCKED else each is Verdict.CANNOT_BE_TOLD for each in found)


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report, times = Report("Ownership"), 3 if quick else 7
    measure("1,000,000 stakes of a register", register(1_000_000), times, directory, report)
    measure("a chain of 10,000 companies", chain(10_000), times, directory, report)
    return report


def measure(case: str, stakes: Stakes, times: int, directory: Path, report: Report) -> None:
    """Reading and judging take turns with the plain rounds; their counts have to agree."""
    path = directory / "stakes.csv"
    write(stakes, path)
    graph, listed = read_stakes(path), [f"C{number}" for number in stakes.listed.tolist()]
    assert judged(graph, listed, "ofac") == rounds(stakes)
    work: dict[str, Callable[[], object]] = {"read the file": lambda: read_stakes(path)}
    for rule in RULES:
        work[f"judge: {rule}"] = lambda rule=rule: judge(graph, listed, rule, DAY)
    work["rounds over the whole graph"] = lambda: rounds(stakes)
    walls = [{name: time.wall_s for name, time in take_turns(work, turn).items()} for turn in range(times)]
    report.rounds += [{"case": case, "round": turn, "s": wall} for turn, wall in enumerate(walls)]
    for name in work:
        goal = Goal("≤", 5) if name.startswith("judge") else None
        report.add(case, name, [wall[name] for wall in walls], "s", goal)
