"""What the tour looks for among documents and facts: goods declared for here that went elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sarai.cli.poster import Outcome
from sarai.goods import Diversion, Document, DocumentRef, Exit, Export, FactCode, SealEvent, Transit

ALARMS = ("off_route", "silent", "broken")


class Note(NamedTuple):
    """A document that tells of a consignment, and what the book noticed about it."""

    document: Document
    noticed: tuple[str, ...]


@dataclass(slots=True)
class Watch:
    """Keeps, while documents are posted, what tells of goods that went elsewhere.

    Only what the book and the documents say is used; nobody tells it who cheats.
    """

    transits: dict[tuple[str, str], Note] = field(default_factory=dict)
    told: dict[tuple[str, str], list[Note]] = field(default_factory=dict)
    exits: list[Exit] = field(default_factory=list)
    exports: list[Export] = field(default_factory=list)

    def see(self, outcomes: Iterable[Outcome]) -> None:
        """Take in what was posted."""
        for read, result in outcomes:
            if result.ok and read.document is not None:
                note = Note(read.document, tuple(_said(fact) for fact in result.facts if fact.item == 0))
                self._keep(
                    note, explained=not any(fact.code == FactCode.UNEXPLAINED for fact in result.facts)
                )

    def _keep(self, note: Note, *, explained: bool) -> None:
        document = note.document
        if isinstance(document, Transit):
            self.transits[document.issuer, document.number] = note
        elif isinstance(document, Export) and explained:
            self.exports.append(document)
        elif isinstance(document, Exit | Diversion) or _is_alarm(document):
            self.told.setdefault(_name(document.consignment), []).append(note)
            if isinstance(document, Exit):
                self.exits.append(document)

    def elsewhere(self) -> list[list[Note]]:
        """The stories of transits that were bound for here, were diverted, and left the country.

        Each begins with the transit and ends with the exit; those with an alarm come first.
        """
        stories = []
        for gone in self.exits:
            name = _name(gone.consignment)
            transit, told = self.transits.get(name), self.told[name]
            diverted = any(isinstance(note.document, Diversion) for note in told)
            if transit and diverted and not transit.document.destination_country:
                stories.append([transit, *sorted(told, key=lambda note: note.document.time)])
        return sorted(stories, key=lambda story: not any(_is_alarm(note.document) for note in story))


def _name(ref: DocumentRef) -> tuple[str, str]:
    return ref.issuer, ref.number


def _is_alarm(document: Document) -> bool:
    return isinstance(document, SealEvent) and document.event in ALARMS


def _said(fact) -> str:
    name = fact.code.name.replace("_", " ").lower()
    return f"{name}: {fact.detail}" if fact.detail else name


def longest(book, exports: Sequence[Export], most: int = 150) -> str | None:
    """Of the latest exports, the one whose goods passed through most hands."""
    best, name = 0, None
    for export in exports[-most:]:
        depth = _depth(book.trace(export.issuer, export.number).tree)
        if depth > best:
            best, name = depth, f"{export.issuer}/{export.number}"
    return name


def _depth(steps: Sequence) -> int:
    level, depth = list(steps), 0
    while level:
        level, depth = [link for step in level for link in step.links], depth + 1
    return depth
