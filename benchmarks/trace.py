"""How fast goods are traced to their origins, beside a recursive query over a plain table of edges."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from operator import attrgetter
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import NamedTuple

import sarai
from benchmarks.contest import check_posted
from benchmarks.report import Goal, Report
from benchmarks.workload import BEGIN, WARES, Shape, Trade
from sarai.goods import AnyDocument, Import, Line, OutputLine, Party, Processing
from sarai.ledger import Book

TANKS = 32  # how many goods the blender has, each a queue of lots
FILLED = 8  # lots in each to begin with
PACE = timedelta(seconds=15)  # between two documents
INPUTS = 7  # to a blend; each takes one seventh of a lot
BLEND_G = 7_000
BATCH = 500
ROUNDS = 5
OURS, NAMED, THEIRS = "trace", "trace and name the origins", "recursive query"
CARRIED = """
CREATE TABLE edge (child INTEGER, parent INTEGER, PRIMARY KEY (child, parent)) WITHOUT ROWID;
INSERT INTO edge SELECT entry << 16 | item, lot FROM book.movement WHERE source <> 0
  UNION SELECT child, parent FROM book.parent WHERE quantity > 0;
"""
ANCESTORS = """
WITH RECURSIVE up (lot) AS (VALUES (?) UNION SELECT parent FROM edge JOIN up ON edge.child = up.lot)
SELECT lot FROM up
"""


class Subject(NamedTuple):
    """An item whose origins are asked for."""

    issuer: str
    number: str
    item: int
    node: int


class Case(NamedTuple):
    """A book, the documents of a kind that are traced in it, and how many are in each round."""

    name: str
    documents: Iterator[AnyDocument]
    kind: str
    asked: int
    goal: Goal


def run(directory: Path, quick: bool) -> Report:
    """Measure over two books of a million movements (quick: an eighth)."""
    report = Report("Trace upstream")
    wanted = 1 << (17 if quick else 20)
    trade = (step.document for step in Trade(Shape(processing=0.12)).steps())
    cases = [
        Case("trade-like", trade, "export", 200, Goal("≤", 1)),
        Case("blended", blends(), "processing", 10 if quick else 20, Goal("≤", 20)),
    ]
    for case in cases:
        _measure(case, wanted, directory, report)
    return report


def blends(seed: int = 1) -> Iterator[AnyDocument]:
    """A tank farm: every blend draws on some of its tanks, the oldest lot first, and fills one.

    Little is in store, so what is blended late comes from nearly everything that was blended before.
    """
    random, party, count = Random(seed), Party(id="blender"), 0
    for _ in range(FILLED):
        lines = [_line(Line, tank + 1, tank, BLEND_G) for tank in range(TANKS)]
        count += 1
        yield Import(importer=party, place="farm", country="CN", lines=lines, **_head("customs", count))
    held = [FILLED * INPUTS] * TANKS
    while True:
        tanks = random.sample([tank for tank in range(TANKS) if held[tank]], INPUTS)
        filled = min(range(TANKS), key=lambda tank: (held[tank], random.random()))
        for tank in tanks:
            held[tank] -= 1
        held[filled] += INPUTS
        count += 1
        yield Processing(
            processor=party, place="farm",
            inputs=[_line(Line, item, tank, BLEND_G // INPUTS) for item, tank in enumerate(tanks, 1)],
            outputs=[_line(OutputLine, INPUTS + 1, filled, BLEND_G)], **_head("blender", count),
        )  # fmt: skip


def _line(kind: type, item: int, tank: int, mass_g: int) -> Line:
    return kind(item=item, hs=WARES[tank][0], quantity=Decimal(mass_g).scaleb(-3))


def _head(issuer: str, count: int) -> dict:
    return {"issuer": issuer, "number": f"{count:09d}", "time": BEGIN + PACE * count}


def _measure(case: Case, wanted: int, directory: Path, report: Report) -> None:
    path = directory / f"{case.name}.db"
    with sarai.open(str(path)) as book:
        _fill(book, case.documents, wanted)
        plain = _carry_over(path, directory / f"{case.name}-plain.db")
        subjects = _subjects(book, case.kind, case.asked * ROUNDS)
        rounds = [subjects[turn::ROUNDS] for turn in range(ROUNDS)]
        youngest = max(subjects, key=attrgetter("node"))
        report.add(case.name, "first trace of an opened book", [_first(path, youngest)], "ms")
        _ask(book, plain, [youngest])
        _conclude(case, [_ask(book, plain, some) for some in rounds], report)
        plain.close()


def _fill(book: Book, documents: Iterator[AnyDocument], wanted: int) -> None:
    while (book.store.query("SELECT max(id) FROM movement")[0][0] or 0) < wanted:
        batch = list(islice(documents, BATCH))
        check_posted([book.record(batch, now=batch[-1].time)])
    book.flush()


def _carry_over(path: Path, to: Path) -> sqlite3.Connection:
    """The book's graph as a plain table of edges: from an item to its lots, from a lot to its parents."""
    plain = sqlite3.connect(to, isolation_level=None)
    plain.execute("PRAGMA cache_size = -32768")
    plain.execute("ATTACH ? AS book", (str(path),))
    plain.executescript(CARRIED)
    plain.execute("DETACH book")
    return plain


def _subjects(book: Book, kind: str, number: int) -> list[Subject]:
    """Items of documents of a kind, drawn at random from the whole book."""
    rows = book.store.query(
        "SELECT DISTINCT e.issuer, e.number, m.item, e.id << 16 | m.item FROM entry e "
        "CROSS JOIN movement m ON m.id >= e.movement AND m.id < e.movement + e.movements "
        "WHERE e.kind = ? AND (m.source <> 0) = (e.kind = 'export') ORDER BY e.id, m.item",
        (kind,),
    )
    return [Subject(*row) for row in Random(1).sample(rows, min(number, len(rows)))]


def _first(path: Path, subject: Subject) -> float:
    """What it costs to be the first who asks, in milliseconds."""
    with sarai.open(str(path)) as book:
        return _clocked(lambda: book.trace(subject.issuer, subject.number, subject.item))[0]


def _clocked(ask: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    answer = ask()
    return 1_000 * (time.perf_counter() - began), answer


def _ask(book: Book, plain: sqlite3.Connection, subjects: Sequence[Subject]) -> list[dict[str, float]]:
    """Both are asked about each subject in turn: milliseconds, and how many ancestors there are."""
    asked = []
    for subject in subjects:
        name = (subject.issuer, subject.number, subject.item)
        ours, trace = _clocked(lambda name=name: book.trace(*name))
        named, _ = _clocked(lambda trace=trace: trace.origins)
        theirs, rows = _clocked(lambda subject=subject: plain.execute(ANCESTORS, (subject.node,)).fetchall())
        lots = set(trace.amounts[subject.item].lots.tolist())
        if lots | {subject.node} != {lot for (lot,) in rows}:
            raise RuntimeError(f"{subject} has other origins by the recursive query")
        asked.append({OURS: ours, NAMED: ours + named, THEIRS: theirs, "ancestors": len(lots)})
    return asked


def _conclude(case: Case, rounds: list[list[dict[str, float]]], report: Report) -> None:
    report.rounds += [{"case": case.name, "round": i, "asked": asked} for i, asked in enumerate(rounds)]
    for name, unit in ((OURS, "ms"), (NAMED, "ms"), (THEIRS, "ms"), ("ancestors", "")):
        values = [[one[name] for one in asked] for asked in rounds]
        report.add(case.name, f"{name}: median", [median(some) for some in values], unit)
        goal = case.goal if name == OURS else None
        report.add(case.name, f"{name}: p95", [quantiles(some, n=20)[-1] for some in values], unit, goal)
    pairs = [median(one[THEIRS] / one[OURS] for one in asked) for asked in rounds]
    report.add(case.name, f"{THEIRS} ÷ {OURS}, asked the same", pairs, "")
