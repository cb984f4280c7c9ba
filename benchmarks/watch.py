"""How fast the watch judges a book with a year behind it, and what it takes to remember 100,000 traders.

The baseline reads the same entries off the same book and decodes them, and does nothing with them: what
the watch can't do without. The book is read and judged in thirds of a year, in turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import sarai
from benchmarks.report import Goal, Report
from benchmarks.screening_contestants import family_mb
from benchmarks.workload import BEGIN, Shape, Trade, batches
from sarai.ledger.feed import Block, Feed, Posted

if TYPE_CHECKING:
    from sarai.watch import Alert, Watch

YEAR_S = 365 * 24 * 3_600
LINES_A_DOCUMENT = 4.5 * 2 / 3  # an answer has none
TRADERS = 100_000
WINDOWS = 9  # into which the entries are divided
LOOKED = 20  # blocks between two looks at the memory of all processes together, each page once
BATCH = 2_000
TRADES = ("retailer", "wholesaler", "importer", "exporter", "processor")
SECTORS = ("food", "electronics", "machinery", "household", "chemicals", "vehicles")


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report, lines = Report("Watch"), 100_000 if quick else 1_000_000
    traders = TRADERS // 10 if quick else TRADERS
    _post(directory / "year.db", lines, traders)
    (directory / "register.jsonl").write_text("".join(map(_firm, range(traders))))
    case = f"{lines:,} lines of a year, {traders:,} traders"
    for how in ("reading alone", "one process", "two processes"):
        command = [sys.executable, "-m", "benchmarks.watch", how, str(directory)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = [{"how": how, **json.loads(line)} for line in done.stdout.splitlines()]
        report.rounds += found
        speeds = [each["lines_per_s"] for each in found]
        goal = Goal("≥", 20_000) if how == "two processes" else None
        report.add(case, f"{how}, all of it", speeds, "lines/s")
        report.add(case, f"{how}, the last third", speeds[-(WINDOWS // 3) :], "lines/s", goal)
        goal = Goal("≤", 500) if how == "two processes" else None
        report.add(case, f"{how}: most memory", [max(each["mb"] for each in found)], "MB", goal)
    return report


def _post(path: Path, lines: int, traders: int) -> None:
    """A year of trade."""
    pace_s = int(YEAR_S * LINES_A_DOCUMENT / lines)
    trade, posted = Trade(Shape(traders=traders, pace_s=pace_s)), 0
    with sarai.open(str(path)) as book:
        for steps in batches(trade.steps(), BATCH):
            documents = [step.document for step in steps]
            book.record(documents, documents[-1].time)
            posted += sum(step.lines for step in steps)
            if posted >= lines:
                break


def _firm(index: int) -> str:
    activity = f"{TRADES[index % len(TRADES)]}, {SECTORS[index % len(SECTORS)]}"
    founded: date = BEGIN.date() - timedelta(days=index % 9_000)
    firm = {"id": f"T{index:06d}", "activity": activity, "founded": founded.isoformat()}
    firm |= {"address": f"Street {index // 3}", "phone": f"{index}", "director": f"Person {index // 2}"}
    return json.dumps(firm) + "\n"


# -- in a process of its own -------------------------------------------------------------------------


class Timed(Feed):
    """A feed that knows when each block was asked for, and how many goods lines it has."""

    asked: list[tuple[float, int]]
    most_mb = 0.0

    def blocks(self) -> Iterator[Block]:
        """The same blocks."""
        self.asked = []
        for block in super().blocks():
            self.asked.append((time.perf_counter(), sum(entry[6].count(b'"hs":') for entry in block.entries)))
            if len(self.asked) % LOOKED == 0:
                self.most_mb = max(self.most_mb, family_mb(os.getpid()))
            yield block
        self.asked.append((time.perf_counter(), 0))
        self.most_mb = max(self.most_mb, family_mb(os.getpid()))

    def windows(self) -> Iterator[dict]:
        """Lines a second, window by window."""
        size = max(1, (len(self.asked) - 1) // WINDOWS)
        for start in range(0, size * WINDOWS, size):
            part = self.asked[start : start + size + 1]
            lines = sum(lines for _, lines in part[:-1])
            yield {"lines_per_s": lines / (part[-1][0] - part[0][0]), "mb": self.most_mb}


def measure(how: str, directory: Path) -> Iterator[dict]:
    """Go through the book once."""
    from sarai.watch import TYPOLOGIES, Given, Memory, Register, Watch
    from sarai.watch.halves import judge_in_halves

    memory = Memory(given=Given(register=Register.read(directory / "register.jsonl")))
    with sarai.open(str(directory / "year.db")) as book:
        feed = Timed(book.store)
        if how == "two processes":
            watch, alerts = judge_in_halves(feed, memory, TYPOLOGIES, (), 0)
        else:
            watch = Watch(memory)
            alerts = (alert for posted in feed for alert in _judged(watch, posted, feed, how))
        for _ in alerts:
            pass
    if watch.faults:
        raise RuntimeError(str(watch.faults))
    yield from feed.windows()


def _judged(watch: Watch, posted: Posted, feed: Feed, how: str) -> Iterable[Alert]:
    return () if how == "reading alone" else watch.judge(posted, feed.accounts)


if __name__ == "__main__":
    for figures in measure(sys.argv[1], Path(sys.argv[2])):
        print(json.dumps(figures), flush=True)
