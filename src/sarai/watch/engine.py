"""The watch itself: shows each thing seen to the typologies, weighs what they find, and lets memory learn."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import msgpack

from sarai.ledger.feed import AccountName, Posted
from sarai.watch.finding import Alert, Finding, Key, Reason, Unexplained, alert_id, keys_of
from sarai.watch.memory import Memory
from sarai.watch.memory.standing import Stood
from sarai.watch.seen import DUE, Seen, seen
from sarai.watch.typologies import TYPOLOGIES
from sarai.watch.typology import Typology

RAISE = 3.0  # points from which a finding, with what stands beside it, is an alert
LEAST_OWN = 0.5  # of which so many are its own: a curiosity is no last straw

_encode, _decode = msgpack.Encoder(decimal_format="number").encode, msgpack.Decoder(dict[str, Any]).decode


class Fault(NamedTuple):
    """A typology has failed and was switched off: at which entry, and why."""

    typology: str
    version: int
    entry: int
    why: str


class Found(NamedTuple):
    """A finding of a typology, by name, and how it stands."""

    typology: str
    finding: Finding
    own: Stood


class Event(NamedTuple):
    """What was found of one thing seen: of the entry, or (with ``due``) of what was due before it."""

    due: tuple[int, str] | None
    time: int
    found: list[Found]


class Watch:
    """Judges the book as it grows.

    What it says depends on the entries and their order alone, not on how they were handed over.

    Parameters
    ----------
    memory
        What it remembers; empty, it must be shown the book from its beginning.
    typologies
        The table.
    off
        Names of typologies that are switched off.
    asked
        Names of those that are asked here, where others are asked elsewhere; by default all.
    learn
        How memory learns; by default all of it.
    """

    def __init__(
        self,
        memory: Memory | None = None,
        typologies: Iterable[Typology] = TYPOLOGIES,
        off: Iterable[str] = (),
        asked: Container[str] | None = None,
        learn: Callable[[Seen], None] | None = None,
    ) -> None:
        self.memory = memory or Memory()
        self.off = set(off)
        self.faults: list[Fault] = []
        self.position = 0
        self.table = {row.name: row for row in typologies}
        self._order = {name: number for number, name in enumerate(self.table)}
        self._learn = learn or self.memory.learn
        self._rows: dict[str, list[Typology]] = {}
        lacking = self.memory.given.lacks
        for row in self.table.values():
            if (
                row.name in self.off
                or not lacking.isdisjoint(row.needs)
                or row.name not in (asked or self.table)
            ):
                continue
            for kind in row.on:
                self._rows.setdefault(kind, []).append(row)

    # -- looking -------------------------------------------------------------------------------------

    def events(self, posted: Posted, accounts: Mapping[int, AccountName]) -> Iterator[Event]:
        """What is found of an entry, and before it of what was due; memory learns, nothing is weighed."""
        for due, what in self._due(posted.recorded):
            if found := self._look(what):
                yield Event(due, what.time, found)
        self.position = posted.entry
        if found := self._look(seen(posted, accounts)):
            yield Event(None, 0, found)

    def _due(self, now: int) -> Iterator[tuple[tuple[int, str], Seen]]:
        due = self.memory.due
        for time, reference in due.until(now):
            yield (time, reference), self._of_time(max(time, due.told), reference)

    def _of_time(self, time: int, reference: str) -> Seen:
        return Seen(DUE, self.position, time, time, None, (), (), {}, False, reference)

    def _look(self, what: Seen) -> list[Found]:
        found = [each for row in self._rows.get(what.kind, ()) for each in self._ask(row, what)]
        self._learn(what)
        return found

    def _ask(self, row: Typology, what: Seen) -> Sequence[Found]:
        """What a typology finds; if it fails, it is switched off, and all others go on."""
        try:
            found = row.judge(what, self.memory, row.parameters)
            return [Found(row.name, each, _stood(row, each, what)) for each in found]
        except Exception as fault:  # noqa: BLE001 one typology must not stop the others
            self.switch_off(Fault(row.name, row.version, what.entry, f"{type(fault).__name__}: {fault}"))
            return ()

    def switch_off(self, fault: Fault) -> None:
        """A typology is asked no more."""
        self.faults.append(fault)
        self.off.add(fault.typology)
        for kind, rows in self._rows.items():
            self._rows[kind] = [row for row in rows if row.name != fault.typology]

    # -- judging -------------------------------------------------------------------------------------

    def judge(
        self, posted: Posted, accounts: Mapping[int, AccountName], elsewhere: Iterable[Event] = ()
    ) -> Iterator[Alert]:
        """Judge the next entry, and before it what was due until it was recorded.

        ``elsewhere`` are the events of it that were found by those typologies that are not asked here.
        """
        others = deque(elsewhere)
        yield from self.tell_time(posted.recorded, others)
        self.position = posted.entry
        what = seen(posted, accounts)
        found = self._look(what)
        if others:
            found = sorted([*found, *others.popleft().found], key=lambda each: self._order[each.typology])
        yield from self._weigh_all(found, what)

    def tell_time(self, now: int, others: deque[Event] | None = None) -> Iterator[Alert]:
        """Judge what was due before ``now``, microseconds since 1970."""
        others = deque() if others is None else others
        for due, what in self._due(now):
            yield from self._weigh_due(others, due)
            found = self._look(what)
            if others and others[0].due == due:
                found += others.popleft().found
            yield from self._weigh_all(found, what)
        yield from self._weigh_due(others, (now, ""))

    def _weigh_due(self, others: deque[Event], before: tuple[int, str]) -> Iterator[Alert]:
        while others and others[0].due is not None and others[0].due < before:
            event = others.popleft()
            yield from self._weigh_all(event.found, self._of_time(event.time, event.due[1]))

    def _weigh_all(self, found: Iterable[Found], what: Seen) -> Iterator[Alert]:
        for each in found:
            alert = self._weigh(self.table[each.typology], each.finding, each.own, what)
            if alert:
                yield alert

    def _weigh(self, row: Typology, finding: Finding, own: Stood, what: Seen) -> Alert | None:
        standing = self.memory.standing
        if not standing.is_more(own.mark, own.points):
            return None
        keys: list[Key] = list(keys_of(finding))
        beside = standing.beside(keys, row.name, what.recorded)
        standing.add(keys, own)
        score = own.points + sum(each.points for each in beside)
        if score < RAISE or own.points < LEAST_OWN:
            return None
        standing.tell(own, beside)
        reasons = (self._reason(own, tells_facts=False), *map(self._reason, beside))
        return Alert(
            id=own.mark, typology=row.name, version=row.version, subject=finding.subject,
            raised=what.recorded, entry=what.entry, score=round(score, 3), words=reasons[0].words,
            reasons=reasons, facts=finding.facts, parties=finding.parties, lots=finding.lots,
            consignment=finding.consignment,
        )  # fmt: skip

    def _reason(self, stood: Stood, tells_facts: bool = True) -> Reason:
        """What a finding says for an alert; the facts of the alert's own are the alert's."""
        row, facts = self.table[stood.typology], _decode(stood.facts)
        return Reason(
            typology=row.name, points=stood.points, words=row.words(facts), entries=stood.entries,
            text=row.text, facts=facts if tells_facts else {},
        )  # fmt: skip


def _stood(row: Typology, finding: Finding, what: Seen) -> Stood:
    """A finding as it stands; KeyError, ValueError or Unexplained if it does not explain itself.

    Its words are made of what is kept, so that they can be said again.
    """
    facts = _encode(finding.facts)
    words = row.words(_decode(facts))
    entries = finding.entries if what.kind == DUE else (*finding.entries, what.entry)
    if not (words and entries and finding.facts and finding.subject):
        raise Unexplained(
            f"a finding of {row.name} about {finding.subject!r} lacks its subject, facts, words or entries; "
            "let the typology give them"
        )
    mark = alert_id(row.name, finding.subject)
    return Stood(mark, row.name, row.points * finding.strength, facts, entries, what.recorded)
