"""The file of a case: all that shows it, in order, each document with the proof that it is in the book."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from msgspec import DecodeError, Struct

from sarai.goods import Code, Diversion, Document, NotInBook, SealEvent, Split, Transit, Waybill
from sarai.ledger import Book, InclusionProof, SigningKey
from sarai.ledger import Step as Moved
from sarai.ledger.journal import decode
from sarai.ledger.proofs import Prover
from sarai.ledger.reading import Reader
from sarai.ledger.rows import Entry, from_us
from sarai.ledger.verdict import Fact
from sarai.watch.cases.noticing import noticed
from sarai.watch.cases.ranking import Ranked
from sarai.watch.cases.stake import entries_of, rows_in
from sarai.watch.cases.telling import tell
from sarai.watch.finding import sentence
from sarai.watch.phrases import Phrase, phrase

MOST_NAMED = 300  # documents in one file that alerts name; the rest is counted
MOST_BESIDE = 60  # that only moved the same goods, or tell of the same consignment
MOST_TRACED = 50  # lots that are tried for the picture
MOST_MOVEMENTS = 24  # in the picture; in more nobody finds anything

Naming: TypeAlias = Mapping[int, tuple[str, ...]]  # the alerts that name an entry


class Paper(Struct, frozen=True):
    """A document of the case, or of its steps.

    Attributes
    ----------
    document
        None if it was refused and cannot be read.
    refused
        Why the book refused it; empty if it did not.
    noticed
        What the book noticed when it was posted.
    alerts
        Those that name it; the others moved the same goods, or speak of the same consignment.
    """

    entry: int
    recorded: datetime
    kind: str
    issuer: str
    number: str
    version: int
    document: Document | None
    refused: str
    noticed: tuple[Phrase, ...]
    alerts: tuple[str, ...]
    proof: InclusionProof

    @property
    def name(self) -> str:
        """Issuer and number, and the version if it is not the first."""
        version = f" version {self.version}" if self.version > 1 else ""
        return f"{self.issuer}/{self.number}{version}" if self.issuer else "without a name"

    @property
    def time(self) -> datetime:
        """When it happened; when the book knew, if it does not say."""
        return self.document.time if self.document else self.recorded

    @property
    def words(self) -> Phrase:
        """What it says."""
        said = tell(self.document) if self.document else phrase("It could not be read.")
        if self.refused:
            return phrase("Refused: {why} It said: {said}", why=self.refused, said=said)
        return said


class Event(Struct, frozen=True):
    """A point of the timeline: of what kind, what it is called, what it says."""

    time: datetime
    kind: str
    name: str
    words: Phrase
    noticed: tuple[Phrase, ...] = ()


class Way(Struct, frozen=True):
    """A picture to be drawn: movements as trees, ``up`` to where goods came from, or down to where they went.

    ``left_out``: lots of the case that went too many ways to be drawn, or no way at all.
    """

    title: str
    up: bool
    steps: tuple[Moved, ...]
    left_out: int


class Dossier(Struct, frozen=True):
    """All of it.

    Attributes
    ----------
    left_out
        How many documents there was no room for.
    verifier
        The public key with which the checkpoint was signed; empty if it was not.
    """

    ranked: Ranked
    papers: tuple[Paper, ...]
    steps: tuple[Paper, ...]
    way: Way | None
    left_out: int
    origin: str
    size: int
    checkpoint: str
    verifier: str
    made: datetime

    @property
    def timeline(self) -> list[Event]:
        """Documents as they happened, alerts and steps as they were known."""
        events = [Event(each.time, each.kind, each.name, each.words, each.noticed) for each in self.papers]
        for alert in self.ranked.case.alerts:
            events.append(Event(from_us(alert.raised), "alert", alert.typology, sentence(alert)))
        for step in self.steps:
            events.append(Event(step.recorded, "step", step.name, step.words))
        return sorted(events, key=lambda event: event.time)


def dossier(book: Book, ranked: Ranked, now: datetime, *keys: SigningKey) -> Dossier:
    """Put the file of a case together, proved against the book as it is, and signed with these keys."""
    reader, case = Reader(book.store), ranked.case
    prover, size = Prover(reader, book.settings.origin, book.settings.digest), reader.head()

    def prove(entry: int) -> InclusionProof:
        return prover.inclusion(entry, keys, size)

    chosen, left_out = _chosen(reader, case.entries, case.lots)
    naming = {
        entry: tuple(alert.id for alert in case.alerts if entry in alert.entries) for entry in case.entries
    }
    papers = tuple(_papers(reader, prove, chosen, naming))
    return Dossier(
        ranked=ranked,
        papers=papers,
        steps=tuple(_papers(reader, prove, [step.entry for step in case.steps], {})),
        way=_way(book, ranked, papers),
        left_out=left_out,
        origin=book.settings.origin,
        size=size,
        checkpoint=book.checkpoint(*keys, size=size),
        verifier=str(keys[0].verifier) if keys else "",
        made=now,
    )


def _chosen(reader: Reader, named: Sequence[int], lots: Sequence[int]) -> tuple[list[int], int]:
    """Entries that alerts name, and some that tell of the same goods; and how many are left out."""
    moved = entries_of(reader, lots)
    about = _about(reader, [*named, *moved])
    beside = [entry for entry in dict.fromkeys([*about, *moved]) if entry not in set(named)]
    left_out = max(0, len(named) - MOST_NAMED) + max(0, len(beside) - MOST_BESIDE)
    return sorted([*named[:MOST_NAMED], *beside[:MOST_BESIDE]]), left_out


def _about(reader: Reader, entries: Iterable[int]) -> list[int]:
    """Seal events and diversions of the consignments that these documents opened."""
    consignments: set[tuple[str, str]] = set()
    sql = "SELECT body FROM entry WHERE code = 0 AND kind IN ('transit', 'waybill', 'split') AND id IN"
    for (body,) in rows_in(reader, sql, entries):
        document = decode(body)
        if isinstance(document, Transit | Waybill):
            consignments.add((document.issuer, document.number))
        elif isinstance(document, Split):
            consignments |= {(document.issuer, part.number) for part in document.parts}
    if not consignments:
        return []
    rows = reader.store.query(
        "SELECT id, body FROM entry WHERE id >= ? AND code = 0 AND kind IN ('seal_event', 'diversion') "
        "ORDER BY id",
        (min(entries),),
    )
    return [entry for entry, body in rows if _consignment(decode(body)) in consignments]


def _consignment(document: Document) -> tuple[str, str]:
    assert isinstance(document, SealEvent | Diversion)
    return document.consignment.issuer, document.consignment.number


def _papers(
    reader: Reader, prove: Callable[[int], InclusionProof], entries: Sequence[int], naming: Naming
) -> Iterator[Paper]:
    sql = "SELECT id, entry, item, code, quantity, detail FROM fact WHERE entry IN"
    facts: dict[int, list[Fact]] = {}
    for _, entry, *fact in sorted(rows_in(reader, sql, entries)):
        facts.setdefault(entry, []).append(Fact(*fact))
    for row in sorted(rows_in(reader, "SELECT * FROM entry WHERE id IN", entries)):
        entry = Entry(*row)
        yield Paper(
            entry=entry.id,
            recorded=from_us(entry.recorded),
            kind=entry.kind or "refused input",
            issuer=entry.issuer,
            number=entry.number,
            version=entry.version,
            document=_read(entry),
            refused=entry.message if entry.code != Code.POSTED else "",
            noticed=tuple(map(noticed, facts.get(entry.id, ()))),
            alerts=naming.get(entry.id, ()),
            proof=prove(entry.id),
        )


def _read(entry: Entry) -> Document | None:
    try:
        return decode(entry.body)
    except DecodeError:
        if entry.code:
            return None
        raise


def _way(book: Book, ranked: Ranked, papers: Sequence[Paper]) -> Way | None:
    """Where the goods went, as much of it as one can read; else where those that decided came from."""
    steps: list[Moved] = []
    goods = ranked.stake.goods
    drawn = 0
    for each in goods[:MOST_TRACED]:
        found = _traced(book, each.name, "down")
        if found and len(steps) + _count(found) <= MOST_MOVEMENTS:
            steps, drawn = [*steps, *found], drawn + 1
    if steps:
        return Way("Where the goods of the case went", False, tuple(steps), len(goods) - drawn)
    for paper in papers:
        found = _traced(book, (paper.issuer, paper.number), "up") if paper.alerts else []
        if found and _count(found) <= MOST_MOVEMENTS:
            return Way(f"Where the goods of {paper.name} came from", True, tuple(found), 0)
    return None


def _traced(book: Book, name: tuple, direction: str) -> list[Moved]:
    """The way of a document's goods; nothing, if nothing of it stands."""
    try:
        return book.trace(*name, direction=direction).tree
    except NotInBook:
        return []


def _count(steps: Sequence[Moved]) -> int:
    return sum(1 + _count(step.links) for step in steps)
