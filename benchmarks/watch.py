"""How fast the watch judges a book with a year behind it, and what it takes to remember 100,000 traders.

The baseline reads the same entries off the same book and decodes them, and does nothing with them: what
the watch can't do without.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import sarai
from benchmarks.memory import most_resident_mb
from benchmarks.report import Goal, Report
from benchmarks.workload import BEGIN, Shape, Trade, batches
from sarai.ledger.feed import Feed, Posted

YEAR_S = 365 * 24 * 3_600
LINES_A_DOCUMENT = 4.5 * 2 / 3  # an answer has none
TRADERS = 100_000
WINDOWS = 10  # into which the entries are divided; of the last third the median is given
BATCH = 2_000
TRADES = ("retailer", "wholesaler", "importer", "exporter", "processor")
SECTORS = ("food", "electronics", "machinery", "household", "chemicals", "vehicles")


def run(directory: Path, quick: bool) -> Report:
    """Measure."""
    report, lines = Report("Watch"), 100_000 if quick else 1_000_000
    traders = TRADERS // 10 if quick else TRADERS
    _post(directory / "year.db", lines, traders)
    (directory / "register.jsonl").write_text("".join(map(_firm, range(traders))))
    command = [sys.executable, "-m", "benchmarks.watch", str(directory)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    report.rounds = list(map(json.loads, done.stdout.splitlines()))
    last = report.rounds[-(WINDOWS // 3 + 1) :]
    case = f"{lines:,} lines of a year, {traders:,} traders"
    for name, goal in (("judging", Goal("≥", 20_000)), ("reading alone", None)):
        report.add(case, f"{name}, after eight months", [each[name] for each in last], "lines/s", goal)
    report.add(
        case, "judging ÷ reading alone", [each["judging"] / each["reading alone"] for each in last], ""
    )
    report.add(case, "most memory, of which", [report.rounds[-1]["most_mb"]], "MB", Goal("≤", 500))
    report.add(case, "before anything was judged", [report.rounds[0]["before_mb"]], "MB")
    report.add(case, "alerts", [sum(each["alerts"] for each in report.rounds)], "")
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


def judge(directory: Path) -> Iterator[dict]:
    """Read and judge window by window, in turns; how many lines a second each."""
    from sarai.watch.engine import Watch
    from sarai.watch.given import Given
    from sarai.watch.memory import Memory
    from sarai.watch.register import Register

    register = Register.read(directory / "register.jsonl")
    watch = Watch(Memory(given=Given(register=register)))
    with sarai.open(str(directory / "year.db")) as book:
        before_mb = most_resident_mb()
        size = book.store.query("SELECT max(id) FROM entry")[0][0] // WINDOWS
        feed = Feed(book.store)
        entries = iter(feed)
        for window in range(WINDOWS):
            gc.collect()
            began, lines, alerts = time.perf_counter(), 0, 0
            for posted in islice(entries, size):
                alerts += sum(1 for _ in watch.judge(posted, feed.accounts))
                lines += _lines(posted)
            judged = time.perf_counter() - began
            again = Feed(book.store, window * size)
            began = time.perf_counter()
            for _ in islice(again, size):
                pass
            read = time.perf_counter() - began
            yield {
                "judging": lines / judged, "reading alone": lines / read, "alerts": alerts,
                "most_mb": most_resident_mb(), "before_mb": before_mb,
            }  # fmt: skip
    if watch.faults:
        raise RuntimeError(str(watch.faults))


def _lines(posted: Posted) -> int:
    return len(getattr(posted.document, "lines", ()))


if __name__ == "__main__":
    for figures in judge(Path(sys.argv[1])):
        print(json.dumps(figures), flush=True)
