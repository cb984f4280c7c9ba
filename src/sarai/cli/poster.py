"""From what was read to what became of it: batches into the book, and the count of what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sarai.goods import Code, Correction, Document, FactCode
from sarai.intake import Read
from sarai.ledger import Book, Result

LINES = ("lines", "inputs", "outputs")


class Outcome(NamedTuple):
    """What was read, and what the book made of it."""

    read: Read
    result: Result


@dataclass(slots=True)
class Tally:
    """The count of what became of inputs. ``entry`` is the last entry that is safely in the book."""

    read: int = 0
    lines: int = 0
    posted: int = 0
    repeated: int = 0
    expired: int = 0
    entry: int = 0
    refused: Counter[Code] = field(default_factory=Counter)
    facts: Counter[FactCode] = field(default_factory=Counter)

    def count(self, outcome: Outcome) -> None:
        """Take in one input."""
        code = outcome.result.code
        self.read += 1
        self.lines += weight(outcome.read)
        self.posted += code == Code.POSTED
        self.repeated += code == Code.REPEATED
        if code > Code.REPEATED:
            self.refused[code] += 1
        self.notice(outcome.result)

    def notice(self, result: Result) -> None:
        """Take in facts and the entry of a result."""
        self.entry = max(self.entry, result.entry)
        self.facts.update(fact.code for fact in result.facts)


def weight(read: Read) -> int:
    """How many goods lines an input has, at least one."""
    document = read.document
    if isinstance(document, Correction):
        document = document.replacement
    return max(sum(len(getattr(document, name, ())) for name in LINES), 1)


def batches(reads: Iterable[Read], size: int, stopped: Callable[[], bool]) -> Iterator[list[Read]]:
    """Gather what is read until a batch has ``size`` goods lines; ends early once ``stopped``."""
    batch: list[Read] = []
    filled = 0
    for read in reads:
        batch.append(read)
        filled += weight(read)
        if filled >= size or stopped():
            yield batch
            batch, filled = [], 0
        if stopped():
            return
    if batch:
        yield batch


class Poster:
    """Posts batches, in the order in which they were read.

    Parameters
    ----------
    book
        Where to.
    mode
        ``strict`` or ``observe``.
    replay
        Whether the clock is the documents' own: each batch is recorded at the latest time that a
        document has stated so far (never later than the wall clock), and then the book is told it.
    """

    def __init__(self, book: Book, mode: str, *, replay: bool = False) -> None:
        self.book, self.mode, self.replay = book, mode, replay
        self.tally = Tally()
        self.latest: datetime | None = None

    def post(self, batch: list[Read]) -> list[Outcome]:
        """Post one batch: two durable commits, one for documents and one for what is none."""
        now = self._now(batch)
        documents = [read.document for read in batch if read.document is not None]
        refusals = [read.refusal for read in batch if read.refusal is not None]
        posted = iter(self.book.record(documents, now, self.mode, checked=True) if documents else ())
        refused = iter(self.book.refuse(refusals, now) if refusals else ())
        outcomes = [Outcome(read, next(refused if read.document is None else posted)) for read in batch]
        for outcome in outcomes:
            self.tally.count(outcome)
        if self.replay:
            self._expire(now)
        return outcomes

    def _expire(self, now: datetime | None) -> None:
        for result in self.book.expire(now) if now else ():
            self.tally.expired += 1
            self.tally.notice(result)

    def _now(self, batch: list[Read]) -> datetime | None:
        if not self.replay:
            return None
        times = [read.document.time for read in batch if read.document is not None]
        if self.latest is not None:
            times.append(self.latest)
        self.latest = min(max(times), datetime.now(UTC)) if times else None
        return self.latest


def describe(outcome: Outcome) -> dict[str, object]:
    """A refusal as it is handed on: code, reason, and where the input stood."""
    read, result = outcome
    named: Document | None = read.document
    return {
        "code": int(result.code),
        "name": result.code.name,
        "message": result.message,
        "pointer": result.pointer,
        "source": read.source,
        "position": read.position,
        "issuer": named.issuer if named else "",
        "number": named.number if named else "",
        "entry": result.entry,
    }
