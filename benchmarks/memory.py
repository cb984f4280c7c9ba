"""Whether posting stays within its memory, and whether the millionth line costs what the first did."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sarai
from benchmarks.contest import Batch, FromJson, check_posted
from benchmarks.report import Goal, Report
from benchmarks.rounds import fdatasync_ms, take_turns
from benchmarks.workload import Shape, Step, Trade, batches

SHAPE = Shape(traders=20_000)  # more stock than the book keeps at hand
BATCH = 1_000
WINDOW_BATCHES = 25  # batches; about as many movements as there are between two checkpoints of the book
ROUNDS = 8


class Window(NamedTuple):
    """Batches to post, and how many lines are in them."""

    lines: int
    work: list[Batch]


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report = Report("Memory and flatness")
    _memory(400_000 if quick else 5_000_000, directory, report)
    _flatness(100_000 if quick else 900_000, 4 if quick else ROUNDS, directory, report)
    return report


def _memory(lines: int, directory: Path, report: Report) -> None:
    """Post in a process of its own, and see how much memory that ever had."""
    case = f"{lines:,} lines in one process"
    command = [sys.executable, "-m", "benchmarks.memory", str(lines), str(directory / "long.db")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (directory / "long.db").unlink()
    report.rounds = [{"case": case, **json.loads(line)} for line in done.stdout.splitlines()]
    rss = [round_["rss_mb"] for round_ in report.rounds]
    report.add(case, "resident memory at most", [rss[-1]], "MB", Goal("≤", 700))
    report.add(case, "lines", [round_["lines_per_s"] for round_ in report.rounds], "1/s")


def post_long(lines: int, path: str) -> Iterator[dict]:
    """Post so many lines; now and then, how it goes."""
    steps, done = batches(Trade(SHAPE).steps(), BATCH), 0
    with sarai.open(path) as book:
        while done < lines:
            posted, spent = _post_some(FromJson(book), islice(steps, lines // BATCH // 10))
            done += posted
            yield {"lines": done, "rss_mb": most_resident_mb(), "lines_per_s": posted / spent}


def most_resident_mb() -> float:
    """The most that this process had; `getrusage` would count what its parent had before the fork."""
    status = Path("/proc/self/status").read_text()
    kib = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(kib[1]) * 1_024 / 1e6


def _post_some(book: FromJson, some: Iterator[list[Step]]) -> tuple[int, float]:
    """Post batches, one at a time; how many lines, in how many seconds."""
    posted, spent = 0, 0.0
    for steps in some:
        batch = Batch.of(steps)
        began = time.perf_counter()
        results = book.post([batch])
        spent += time.perf_counter() - began
        posted += sum(step.lines for step in steps)
        check_posted(results)
    return posted, spent


def _flatness(grown: int, rounds: int, directory: Path, report: Report) -> None:
    """A book that has grown and a new one take turns with the same kind of work."""
    case = f"from line {grown:,} on, beside a new book"
    late, early = batches(Trade(SHAPE).steps(), BATCH), batches(Trade(SHAPE).steps(), BATCH)
    with sarai.open(str(directory / "late.db")) as old, sarai.open(str(directory / "early.db")) as new:
        _post_some(FromJson(old), islice(late, grown // BATCH))
        pairs = []
        for turn in range(rounds):
            probe_ms = fdatasync_ms(directory)
            pairs.append(_pair(FromJson(old), _window(late), FromJson(new), _window(early), turn))
            report.rounds.append({"case": case, "round": turn, "probe_ms": probe_ms, "us": pairs[-1]})
    for what in ("line", "movement"):
        names = [f"{which}: a {what}" for which in ("early", "late")]
        for name in names:
            report.add(case, name, [pair[name] for pair in pairs], "µs")
        ratios = [pair[names[1]] / pair[names[0]] for pair in pairs]
        report.add(case, f"late ÷ early: a {what}", ratios, "", Goal("≤", 1.3))


def _pair(old: FromJson, late: Window, new: FromJson, early: Window, turn: int) -> dict[str, float]:
    """Microseconds for a line, and for a movement, of each book."""
    before = {"late": old.movements, "early": new.movements}
    work = {"late": lambda: old.post(late.work), "early": lambda: new.post(early.work)}
    us = {name: 1e6 * time.wall_s for name, time in take_turns(work, turn).items()}
    moved = {"late": old.movements - before["late"], "early": new.movements - before["early"]}
    lines = {"late": late.lines, "early": early.lines}
    return {
        f"{name}: a {what}": us[name] / counts[name]
        for what, counts in (("line", lines), ("movement", moved))
        for name in us
    }


def _window(steps: Iterator[list[Step]]) -> Window:
    drawn = list(islice(steps, WINDOW_BATCHES))
    return Window(sum(step.lines for some in drawn for step in some), [Batch.of(some) for some in drawn])


if __name__ == "__main__":
    for progress in post_long(int(sys.argv[1]), sys.argv[2]):
        print(json.dumps(progress), flush=True)
