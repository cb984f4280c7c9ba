"""The watch itself: shows each thing seen to the typologies, weighs what they find, and lets memory learn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sarai.ledger.feed import AccountName, Posted
from sarai.watch.finding import Alert, Finding, Key, Reason, Unexplained, alert_id, keys_of
from sarai.watch.memory import Memory
from sarai.watch.memory.standing import Stood
from sarai.watch.seen import DUE, Seen, seen
from sarai.watch.typologies import TYPOLOGIES
from sarai.watch.typology import Typology

RAISE = 3.0  # points from which a finding, with what stands beside it, is an alert
LEAST_OWN = 0.75  # of which so many are its own: a curiosity is no last straw


class Fault(NamedTuple):
    """A typology has failed and was switched off: at which entry, and why."""

    typology: str
    version: int
    entry: int
    why: str


class Watch:
    """Judges the book as it grows.

    What it says depends on the entries and their order alone, not on how they were handed over.

    Parameters
    ----------
    memory
        What it remembers; empty, it must be shown the book from its beginning.
    typologies
        Those that it asks.
    off
        Names of typologies that are switched off.
    """

    def __init__(
        self,
        memory: Memory | None = None,
        typologies: Iterable[Typology] = TYPOLOGIES,
        off: Iterable[str] = (),
    ) -> None:
        self.memory = memory or Memory()
        self.off = set(off)
        self.faults: list[Fault] = []
        self.position = 0
        self._rows: dict[str, list[Typology]] = {}
        for row in typologies:
            for kind in row.on:
                self._rows.setdefault(kind, []).append(row)

    def judge(self, posted: Posted, accounts: dict[int, AccountName]) -> Iterator[Alert]:
        """Judge the next entry, and before it what was due until it was recorded."""
        yield from self.tell_time(posted.recorded)
        self.position = posted.entry
        yield from self._judge(seen(posted, accounts))

    def tell_time(self, now: int) -> Iterator[Alert]:
        """Judge what was due before ``now``, microseconds since 1970."""
        for time, reference in self.memory.due.until(now):
            yield from self._judge(Seen(DUE, self.position, time, time, None, (), (), {}, False, reference))

    def _judge(self, what: Seen) -> Iterator[Alert]:
        found = [
            (row, finding)
            for row in self._rows.get(what.kind, ())
            if row.name not in self.off
            for finding in self._ask(row, what)
        ]
        self.memory.learn(what)
        for row, finding in found:
            yield from self._weigh(row, finding, what)

    def _ask(self, row: Typology, what: Seen) -> list[Finding]:
        """What a typology finds; if it fails, it is switched off, and all others go on."""
        try:
            found = list(row.judge(what, self.memory, row.parameters))
            for finding in found:
                _stood(row, finding, what)
        except Exception as fault:  # noqa: BLE001 one typology must not stop the others
            self.off.add(row.name)
            self.faults.append(Fault(row.name, row.version, what.entry, f"{type(fault).__name__}: {fault}"))
            return []
        return found

    def _weigh(self, row: Typology, finding: Finding, what: Seen) -> Iterator[Alert]:
        standing = self.memory.standing
        name = alert_id(row.name, finding.subject)
        if not standing.is_new(name, what.recorded):
            return
        keys: list[Key] = list(keys_of(finding))
        beside = standing.beside(keys, row.name, what.recorded)
        own = _stood(row, finding, what)
        standing.add(keys, own)
        reasons = tuple(
            Reason(typology=each.typology, points=each.points, words=each.words, entries=each.entries)
            for each in (own, *beside)
        )
        score = sum(reason.points for reason in reasons)
        if score >= RAISE and own.points >= LEAST_OWN:
            yield Alert(
                id=name, typology=row.name, version=row.version, subject=finding.subject,
                raised=what.recorded, entry=what.entry, score=round(score, 3), words=own.words,
                reasons=reasons, facts=finding.facts, parties=finding.parties, lots=finding.lots,
                consignment=finding.consignment,
            )  # fmt: skip


def _stood(row: Typology, finding: Finding, what: Seen) -> Stood:
    """A finding with its words and entries; KeyError or Unexplained if it does not explain itself."""
    words = row.words(finding.facts)
    entries = finding.entries if what.kind == DUE else (*finding.entries, what.entry)
    if not (words and entries and finding.facts and finding.subject):
        raise Unexplained(
            f"a finding of {row.name} about {finding.subject!r} lacks its subject, facts, words or entries; "
            "let the typology give them"
        )
    return Stood(row.name, row.points * finding.strength, words, entries, what.recorded)
