"""Captured events land in the book: each becomes a document, a refusal or a sighting, exactly once.

An event waits until its outcome is written down. Its document bears a name that follows from the
event, so that after a crash the same again is only repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

import msgspec

from sarai.goods import Code, Correction, Document, DocumentRef, Refusal
from sarai.ledger import Result
from sarai.server.epcis.context import prefixes
from sarai.server.epcis.events import Stored
from sarai.server.epcis.movement import meaning
from sarai.server.epcis.outcomes import Outcome, OutcomeStore
from sarai.server.epcis.reading import encode
from sarai.server.epcis.settings import EpcisSettings
from sarai.server.epcis.telling import Told, party
from sarai.server.epcis.views import again
from sarai.server.epcis.wares import NAMESPACE, Ware

BATCH = 200  # events that share a turn at the book
MAX_RAW = 64 * 2**10  # of a refused event that the journal keeps; the whole of it is here
ATTRIBUTES = {name: (NAMESPACE + name, f"sarai:{name}") for name in ("hs", "edition", "origin")}


class Keeper(Protocol):
    """The house, as far as landing needs it."""

    def record(self, documents: Sequence[Document]) -> Awaitable[list[Result]]:
        """Record documents; when it returns they are durable."""

    def refuse_soon(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        """Keep what could not become documents."""


class _Memory:
    """What the store and the table of wares know, and what the batch is about to do."""

    def __init__(self, store: OutcomeStore, wares: Mapping[str, Ware]) -> None:
        self._store, self._wares = store, wares
        self._about: dict[tuple[str, str], Told] = {}
        self._undone: set[tuple[str, str]] = set()

    def is_about(self, document: Document, event: Told) -> None:
        """A document of this batch: later events of it know of it."""
        name = (document.issuer, document.number)
        if isinstance(document, Correction):
            self._undone.add(name)
        else:
            self._about[name] = event

    def ware(self, link: str) -> Ware | None:
        """The commodity of a class, from master data or the table of wares."""
        hs = self._store.attribute(link, ATTRIBUTES["hs"])
        if hs is None:
            return self._wares.get(link)
        more = {name: self._store.attribute(link, ATTRIBUTES[name]) for name in ("edition", "origin")}
        return Ware(hs, **{name: value for name, value in more.items() if value})

    def posted(self, issuer: str, number: str) -> Told | None:
        """The event that became the document of this name, or is about to."""
        stored = self._store.posted(issuer, number)
        return told(stored) if stored else self._about.get((issuer, number))

    def undone(self, issuer: str, number: str) -> bool:
        """Whether that document was cancelled, or is about to be."""
        return (issuer, number) in self._undone or self._store.undone(issuer, number)

    def posted_as(self, event_id: str) -> tuple[str, str] | None:
        """Issuer and number of the document that an event became, or is about to."""
        mine = (name for name, each in self._about.items() if each.event_id == event_id)
        return self._store.posted_as(event_id) or next(mine, None)


def told(stored: Stored) -> Told:
    """A stored event with its prefixes."""
    context = msgspec.json.decode(stored.context)
    return Told(stored.event, prefixes(context, stored.event.get("@context")), stored.event_id)


class Landing:
    """Takes waiting events to the book.

    Parameters
    ----------
    store
        Of events.
    house
        Whose book it is.
    wares
        The table of classes.
    """

    def __init__(
        self, store: OutcomeStore, house: Keeper, wares: Mapping[str, Ware], settings: EpcisSettings
    ) -> None:
        self._store, self._house, self._wares = store, house, wares
        self._answer_days = settings.answer_days

    async def land(self) -> int:
        """Take one batch; how many events it was."""
        waiting = await asyncio.to_thread(self._store.waiting, BATCH)
        if not waiting:
            return 0
        meant = await asyncio.to_thread(self._plan, waiting)
        documents = [each for _, each in meant if isinstance(each, Document)]
        refusals = [each for _, each in meant if isinstance(each, Refusal)]
        posted = await self._house.record(documents) if documents else []
        refused = await asyncio.wrap_future(self._house.refuse_soon(refusals)) if refusals else []
        results = {id(each): result for each, result in zip(documents, posted, strict=True)}
        results |= {id(each): result for each, result in zip(refusals, refused, strict=True)}
        outcomes = [(seq, _outcome(each, results.get(id(each)))) for seq, each in meant]
        await asyncio.to_thread(self._store.settle, outcomes)
        return len(waiting)

    def _plan(self, waiting: Sequence[Stored]) -> list[tuple[int, Document | Refusal | str]]:
        memory = _Memory(self._store, self._wares)
        meant: list[tuple[int, Document | Refusal | str]] = []
        for stored in waiting:
            event = told(stored)
            found = self._allowed(meaning(event, memory, self._answer_days), stored, memory)
            if isinstance(found, Document):
                memory.is_about(found, event)
            elif isinstance(found, Refusal):
                raw = encode(stored.event)[:MAX_RAW]
                found = msgspec.structs.replace(found, position=stored.seq, raw=raw)
            meant.append((stored.seq, found))
        return meant

    def _allowed(
        self, meant: Document | Refusal | str, stored: Stored, memory: _Memory
    ) -> Document | Refusal | str:
        """What somebody meant who may post only its own; a document of others is refused as anywhere."""
        view = again(stored.view)
        if view.parties is None or not isinstance(meant, Document):
            return meant
        from sarai.server.access import Consigned, Eyes, Role, Scope, Visitor, refused

        def consigned(reference: DocumentRef) -> Consigned:
            opened = memory.posted(reference.issuer, reference.number)
            return Consigned(reference.issuer, party(opened, "destination")) if opened else Consigned()

        visitor = Visitor(account=view.account, role=Role(view.role), parties=view.parties)
        return refused(Eyes(visitor=visitor, scope=Scope.OWN), meant, consigned) or meant


def _outcome(meant: Document | Refusal | str, result: Result | None) -> Outcome:
    if isinstance(meant, str):
        return Outcome("sighting", meant)
    entry = result.entry if result else None
    if isinstance(meant, Refusal):
        return Outcome("refused", meant.message, int(meant.code), entry, pointer=meant.pointer)
    assert result is not None
    state = "posted" if result.code <= Code.REPEATED else "refused"
    return Outcome(
        state, result.message, int(result.code), entry, meant.issuer, meant.number, result.pointer
    )  # fmt: skip
