"""A book and the auditor, told the same and compared; and the shortest tale on which they differ."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec import json

import sarai
from auditor import proof
from auditor.model import Auditor, Verdict
from auditor.strategies import AUTHORITY, LAST_DAY, SMALLEST, day
from sarai.goods import BeforeTheBook, Code, Document
from sarai.reference import units

FIRST_DAY = 3  # of the clock; papers may be older


@dataclass(frozen=True)
class Step:
    """What happens at once: the clock moves, papers come in, the book may be closed and opened."""

    documents: tuple[Document, ...]
    ticks: int = 0
    mode: str = "strict"
    is_reopened: bool = False
    at: int | None = None
    as_known: int | None = None


class Pair:
    """One new book, one new auditor; `every` thins out the dear comparisons (1: all of them)."""

    def __init__(self, url: str, attribution: str, every: int = 1):
        self.url, self.attribution, self.every = url, attribution, every
        self.auditor = Auditor(attribution, (AUTHORITY,))
        self.settings = sarai.BookSettings(attribution=attribution, authorities=(AUTHORITY,))
        self.book = sarai.open(url, settings=self.settings)
        self.today, self.steps = FIRST_DAY, 0
        self.leaves: list[bytes] = []
        self.terms = proof.digest(self.settings)

    def __enter__(self) -> Pair:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.close()

    def take(self, step: Step) -> None:
        """Both take the step, and must say the same."""
        self.today += step.ticks
        self.steps += 1
        now = day(self.today)
        if step.ticks > 0:
            expected = self.auditor.expire(now)
            self.agree(self.book.expire(now), expected, "strict")
        expected = [self.auditor.record(document, now, step.mode) for document in step.documents]
        self.agree(self.book.record(list(step.documents), now, step.mode), expected, step.mode)
        if step.is_reopened:
            self.reopen()
        if self.steps % self.every == 0:
            self.compare_balance(step.at, step.as_known)

    def agree(self, results: Sequence, expected: list[Verdict], mode: str) -> None:
        """Code, entry and facts (a fact twice is a fact); new entries become leaves."""
        found = [
            Verdict(
                result.code, result.entry, tuple(sorted({(fact.item, fact.code) for fact in result.facts}))
            )
            for result in results
        ]
        assert found == expected, [(result.pointer, result.message) for result in results]
        for result in results:
            if result.entry > len(self.leaves):
                entry = self.auditor.entries[result.entry - 1]
                content = proof.digest(entry.document)
                self.leaves.append(
                    proof.leaf(result.entry, entry.recorded, mode, result, content, self.terms)
                )

    def reopen(self) -> None:
        """Close the book and open it again; nothing may change by it."""
        self.book.close()
        self.book = sarai.open(self.url, settings=self.settings)

    def finish(self) -> None:
        """All that is compared once, at the end."""
        self.compare_everything()
        for at in range(0, LAST_DAY + 4, self.every):
            self.compare_balance(at)
        assert self.auditor.findings() == []
        self.post_everything_again()
        self.reopen()
        self.compare_everything()
        verification = self.book.verify()
        assert verification.ok, verification.findings

    def compare_everything(self) -> None:
        self.compare_balance()
        self.compare_whereabouts()
        self.compare_consignments()
        self.compare_holds()
        self.compare_log()

    def compare_log(self) -> None:
        """Page "Proof": size and root of the log stand in the second and third line of a checkpoint."""
        _, size, root, *_ = self.book.checkpoint().split("\n")
        assert int(size) == len(self.leaves) == len(self.auditor.entries)
        assert b64decode(root) == proof.root(self.leaves)

    def compare_balance(self, at: int | None = None, as_known: int | None = None) -> None:
        """Page "Time": as it was, as it was known; too early is an error."""
        times = {name: None if n is None else day(n) for name, n in (("at", at), ("as_known", as_known))}
        is_too_early = as_known is not None and not self.auditor.knew_anything(times["as_known"])
        try:
            rows = self.book.balance(outside=True, **times).rows
        except BeforeTheBook:
            assert is_too_early or (at is not None and not self.expected_balance(at=times["at"]))
            return
        assert not is_too_early
        assert balance_of(rows) == self.expected_balance(**times)

    def expected_balance(self, **times) -> dict[tuple, int]:
        held = self.auditor.balance(**times).items()
        return {
            (*vars(account).values(), lot.name, lot.hs, lot.edition, lot.origin, lot.kind): quantity
            for (account, lot), quantity in held
        }

    def compare_whereabouts(self) -> None:
        expected = self.expected_balance()
        names = dict.fromkeys(lot.name for lot in self.auditor.state.lots)
        for name in list(names)[:: self.every]:
            there = {key: quantity for key, quantity in expected.items() if key[4] == name}
            assert balance_of(self.book.where(*name)) == there

    def compare_consignments(self) -> None:
        for name in {consignment.name for consignment in self.auditor.state.consignments}:
            expected, found = self.auditor.consignment(name), self.book.consignment(*name)
            assert (found.kind, found.state) == (expected.kind, expected.state)
            assert (found.destination, found.consignee) == (expected.destination, expected.consignee)
            assert (found.began, found.deadline) == (expected.opened, expected.deadline)
            assert without_zeros(found.left) == without_zeros(self.auditor.left(name))

    def compare_holds(self) -> None:
        """Page "Holds and cases": what is held, by what, for which case."""
        state = self.auditor.state
        expected = {(state.lots[held.lot].name, held.name, held.case) for held in state.holds}
        found = [(tuple(held.lot), (held.issuer, held.number), held.case) for held in self.book.holds()]
        assert sorted(found) == sorted(expected)

    def post_everything_again(self) -> None:
        """What stands is repeated; `compare_everything` then shows that it had no effect."""
        posted = [e.document for e in self.auditor.entries if e.code == Code.POSTED]
        posted = [document for document in posted if document.issuer != "book"]
        results = self.book.record(posted, day(self.today))
        assert [result.code for result in results] == [Code.REPEATED] * len(posted)


def balance_of(rows: Sequence) -> dict[tuple, int]:
    """Rows of the book in the auditor's words. A name may mean lots of several versions."""
    kinds = {units.dimension(unit): kind for kind, unit in SMALLEST.items()}
    total: Counter = Counter()
    for row in rows:
        total[(*row[:4], tuple(row.lot), *row[5:8], kinds[row.dimension])] += row.quantity
    return without_zeros(total)


def without_zeros(quantities: dict) -> dict:
    return {key: quantity for key, quantity in quantities.items() if quantity}


def shortest(steps: list[Step], differs: Callable[[list[Step]], bool]) -> list[Step]:
    """Leave out whatever can be left out, in ever smaller pieces, while the two still differ."""
    steps = [step_of_one for step in steps for step_of_one in one_by_one(step)]
    size = max(1, len(steps) // 2)
    while size:
        start = 0
        while start < len(steps):
            fewer = steps[:start] + steps[start + size :]
            if differs(fewer):
                steps = fewer
            else:
                start += size
        size //= 2
    return steps


def one_by_one(step: Step) -> list[Step]:
    """The same step as several, each with one document at most."""
    first = Step((), ticks=step.ticks)
    papers = [Step((document,), mode=step.mode) for document in step.documents]
    return [first, *papers, Step((), is_reopened=step.is_reopened, at=step.at, as_known=step.as_known)]


def differ(url: str, attribution: str, steps: list[Step]) -> bool:
    """Whether book and auditor fall out over these steps (a fault of the book counts)."""
    with suppress(Exception), Pair(url, attribution) as pair:
        for step in steps:
            pair.take(step)
        pair.finish()
        return False
    return True


def told(steps: list[Step]) -> Iterator[str]:
    """The steps in lines of text; documents as JSON."""
    today = FIRST_DAY
    for step in steps:
        today += step.ticks
        if step.ticks:
            yield f"it is {day(today):%d %B}; the book is told so"
        for document in step.documents:
            yield f"{step.mode}: {json.encode(document).decode()}"
        if step.is_reopened:
            yield "the book is closed and opened again"
        if (step.at, step.as_known) != (None, None):
            yield f"balance at day {step.at} as known at day {step.as_known}"
