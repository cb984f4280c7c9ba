"""Books and plain ledgers post the same business in turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from benchmarks.report import Goal, Report
from benchmarks.rounds import Time, fdatasync_ms, take_turns
from benchmarks.workload import Row, Shape, Step, Trade, batches
from sarai.goods import AnyDocument
from sarai.goods.canonical import canonical
from sarai.ledger import Book, Result

PLAIN = "plain"
decode = msgspec.json.Decoder(AnyDocument).decode


class Case(NamedTuple):
    """What is posted: batches of so many goods lines (1: of one document), so many to a round."""

    name: str
    shape: Shape
    lines: int
    batches: int
    rounds: int
    before: int
    goals: Mapping[str, Goal]


class Batch(NamedTuple):
    """One commit's work in each contestant's terms."""

    now: datetime
    documents: list[AnyDocument]
    raw: list[bytes]
    rows: list[Row]

    @classmethod
    def of(cls, steps: Sequence[Step]) -> Batch:
        """Out of steps of the workload."""
        documents = [step.document for step in steps]
        rows = [row for step in steps for row in step.rows]
        return cls(documents[-1].time, documents, [canonical(document) for document in documents], rows)


class Contestant(Protocol):
    """Posts batches, each in one durable commit."""

    def post(self, work: Sequence[Batch]) -> object:
        """Post them all."""

    @property
    def movements(self) -> int:
        """How many movements it has."""


class FromJson:
    """A book that gets lines of JSON, as `sarai post` does."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def post(self, work: Sequence[Batch]) -> list[list[Result]]:
        """Decode and record."""
        return [self.book.record(map(decode, batch.raw), now=batch.now, checked=True) for batch in work]

    @property
    def movements(self) -> int:
        """How many movements the book has."""
        return self.book.store.query("SELECT max(id) FROM movement")[0][0] or 0


class FromDocuments(FromJson):
    """A book that gets documents already decoded."""

    def post(self, work: Sequence[Batch]) -> list[list[Result]]:
        """Record."""
        return [self.book.record(batch.documents, now=batch.now, checked=True) for batch in work]


class Chain:
    """Rows of a plain ledger, each with the hash of its content and of the row before it."""

    def __init__(self) -> None:
        self.count = 0
        self.hash = bytes(32)

    def link(self, batch: Batch) -> Iterator[tuple]:
        """Rows as they are stored: id, ts, debit, credit, lot, qty, hash."""
        ts = int(batch.now.timestamp())
        for giver, taker, lot, quantity in batch.rows:
            self.count += 1
            content = f"{self.count}|{ts}|{giver}|{taker}|{lot}|{quantity}"
            self.hash = sha256(self.hash + content.encode()).digest()
            yield self.count, ts, giver, taker, lot, quantity, self.hash


@dataclass
class Round:
    """What one round took, and how much was in it."""

    probe_ms: float
    documents: int
    lines: int
    rows: int
    movements: dict[str, int]
    times: dict[str, Time]


def compete(case: Case, contestants: Mapping[str, Contestant], directory: Path, report: Report) -> None:
    """Post in turns; the figures go to the report. The contestant `PLAIN` is the baseline."""
    steps = Trade(case.shape).steps()
    for batch in islice(batches(steps, 1_000), case.before):
        for contestant in contestants.values():
            contestant.post([Batch.of(batch)])
    rounds = []
    for turn in range(case.rounds):
        drawn = list(islice(batches(steps, case.lines), case.batches))
        rounds.append(_round(drawn, turn, contestants, directory))
        report.rounds.append({"case": case.name, "round": turn, **_logged(rounds[-1])})
    _conclude(case, rounds, report)


def _round(
    drawn: list[list[Step]], turn: int, contestants: Mapping[str, Contestant], directory: Path
) -> Round:
    work = [Batch.of(steps) for steps in drawn]
    before = {name: contestant.movements for name, contestant in contestants.items()}
    results: dict[str, object] = {}

    def posting(name: str) -> None:
        results[name] = contestants[name].post(work)

    probe_ms = fdatasync_ms(directory)
    times = take_turns({name: lambda name=name: posting(name) for name in contestants}, turn)
    for result in results.values():
        check_posted(result)
    return Round(
        probe_ms,
        sum(len(steps) for steps in drawn),
        sum(step.lines for steps in drawn for step in steps),
        sum(len(batch.rows) for batch in work),
        {name: contestant.movements - before[name] for name, contestant in contestants.items()},
        times,
    )


def check_posted(results: object) -> None:
    """A figure counts only if everything was posted, and nothing was odd about it."""
    for batch in results or ():
        for result in batch:
            if result.code or result.facts:
                raise RuntimeError(f"the workload must post without refusals and facts, but: {result}")


def _logged(done: Round) -> dict:
    return {**done.__dict__, "times": {name: time._asdict() for name, time in done.times.items()}}


def _conclude(case: Case, rounds: list[Round], report: Report) -> None:
    report.add(case.name, "fdatasync", [done.probe_ms for done in rounds], "ms")
    rows = [done.rows / done.times[PLAIN].wall_s for done in rounds]
    report.add(case.name, f"{PLAIN}: rows", rows, "1/s")
    for name in [name for name in rounds[0].times if name != PLAIN]:
        _compare(case, name, rounds, report)


def _compare(case: Case, name: str, rounds: list[Round], report: Report) -> None:
    """A book beside the baseline, each round by itself.

    *Lines and answers* counts as the baseline does: a row for each line that a document has or answers for.
    """
    counts = {
        "lines": [done.lines for done in rounds],
        "movements": [done.movements[name] for done in rounds],
        "lines and answers": [done.rows for done in rounds],
    }
    for what, of_rounds in counts.items():
        rates = [count / done.times[name].wall_s for count, done in zip(of_rounds, rounds, strict=True)]
        report.add(case.name, f"{name}: {what}", rates, "1/s")
    for what, of_rounds in counts.items():
        pairs = [
            count / done.rows * done.times[PLAIN].wall_s / done.times[name].wall_s
            for count, done in zip(of_rounds, rounds, strict=True)
        ]
        label = f"{name}: {what}"
        report.add(case.name, f"{label} ÷ {PLAIN} rows", pairs, "", case.goals.get(label))
