"""Whereabouts of a book that lives: read on whenever something is recorded, and asked from any thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Lock
from typing import NamedTuple, Protocol, TypeVar

from sarai.corridors import Network, shipped
from sarai.corridors.learnt import Expected
from sarai.goods import BookError, DocumentRef, NotInBook
from sarai.ledger import Book
from sarai.ledger.feed import Feed
from sarai.ledger.rows import to_us
from sarai.server.access import Consigned
from sarai.server.bus import Behind, Bus, Listener
from sarai.server.problems import Problem
from sarai.server.streams.course import Course, Name
from sarai.server.streams.expecting import Expecting
from sarai.server.streams.feeder import obey_cancellation
from sarai.server.streams.places import place_of
from sarai.server.streams.settings import WhereaboutsSettings
from sarai.server.streams.standing import PlaceOf, Sighting, Standing, standing, track
from sarai.server.streams.whereabouts import Whereabouts

T = TypeVar("T")

TOPIC = "whereabouts"
LONGEST_S = 5.0  # another process may record too, and tells nobody here
PAUSE_S = 0.5
DUE_US = 300_000_000  # for so long what is expected is told again to who looks at all consignments


class Reading(Protocol):
    """What is needed of the house."""

    bus: Bus

    async def read(self, ask: Callable[[Book], T]) -> T:
        """Ask the book, in a thread that reads."""


class UnderWay(NamedTuple):
    """A consignment under way: its number in the list, and how it stands."""

    sequence: int
    standing: Standing


class Follower:
    """Keeps the whereabouts of a book, for all in a server that ask for them.

    Parameters
    ----------
    places
        Where places lie; by the reference tables if not given.
    network
        Gives the network by which arrivals are expected before the book has taught better.

    Attributes
    ----------
    is_read
        Whether the journal has been read to its end, since the start.
    has_learnt
        Whether arrivals are expected by all of it; that comes later, for a network must be read first.
    """

    def __init__(
        self,
        places: PlaceOf = place_of,
        settings: WhereaboutsSettings | None = None,
        network: Callable[[], Network] = shipped,
    ) -> None:
        self.places, self.is_read, self.has_learnt = places, False, False
        self._expecting = Expecting(network)
        self._known = Whereabouts(settings)
        self._feed: Feed | None = None
        self._lock = Lock()
        self._reading, self._learning = Lock(), Lock()
        self._lessons: Feed | None = None

    @property
    def position(self) -> int:
        """The last entry that is known."""
        return self._known.position

    # -- following ---------------------------------------------------------------------------------

    async def run(self, house: Reading) -> None:
        """Read the book, then follow it; cancel it to stop. Publishes the names of what has changed."""
        while True:
            with suppress(Behind, BookError, Problem), house.bus.subscribe("book") as news:
                await self._follow(house, news)
            await asyncio.sleep(PAUSE_S)  # too much news, or a database that is gone: read on from there

    async def learn(self, house: Reading) -> None:
        """Learn from all that there is, beside the following, which then goes on with that."""
        while not self.has_learnt:
            with suppress(BookError):
                while await house.read(self.learn_on):
                    obey_cancellation()
                self.has_learnt = True
            await asyncio.sleep(0 if self.has_learnt else PAUSE_S)

    async def _follow(self, house: Reading, news: Listener) -> None:
        while True:
            await self.catch_up(house)
            await news.next(LONGEST_S)
            obey_cancellation()

    async def catch_up(self, house: Reading) -> None:
        """Read all that was recorded before this was called."""
        while (changed := await house.read(self.read_on)) is not None:
            if changed:
                house.bus.publish(TOPIC, changed)
        self.is_read = True
        while self.has_learnt and await house.read(self.learn_on):
            pass

    def read_on(self, book: Book) -> list[Name] | None:
        """Read some more entries; the consignments that they changed, or None if there are none."""
        with self._reading:
            if self._feed is None:
                self._feed = Feed(book.store)
            before, changed = self._known.position, {}
            for block in self._feed.blocks():
                with self._lock:
                    for posted in block.posted():
                        changed[self._known.follow(posted)] = None
                if self._known.position - before >= self._known.settings.block:
                    break
            changed.pop(None, None)
            return list(changed) if self._known.position > before else None

    def learn_on(self, book: Book) -> bool:
        """Learn from some more entries when consignments arrive; whether there were any."""
        with self._learning:
            if self._lessons is None:
                self._expecting.open()
                self._lessons = Feed(book.store)
            before = self._expecting.position
            for block in self._lessons.blocks():
                with self._lock:
                    for posted in block.posted():
                        self._expecting.take(posted)
                if self._expecting.position - before >= self._known.settings.block:
                    break
            return self._expecting.position > before

    # -- questions ---------------------------------------------------------------------------------

    @contextmanager
    def looking(self) -> Iterator[Whereabouts]:
        """All that is known, and nothing changes meanwhile; to be left soon, for others wait."""
        with self._lock:
            yield self._known

    def consigned(self, issuer: str, number: str) -> Consigned:
        """Who has to do with a consignment; `NotInBook` if none of that name is remembered."""
        with self._lock:
            return self._find(issuer, number).consigned

    def standing(self, issuer: str, number: str, now: datetime) -> Standing:
        """How a consignment stands; `NotInBook` likewise."""
        with self._lock:
            course = self._find(issuer, number)
            return standing(self._known, course, now, self.places, self._expect(course, now))

    def arrival(self, issuer: str, number: str, now: datetime) -> Expected | None:
        """When a consignment is expected, by what others took; None if it is not under way or unknown."""
        with self._lock:
            course = self._known.course(issuer, number)
            return self._expect(course, now) if course else None

    def due(self, course: Course, now: datetime) -> Expected | None:
        """The same within `looking`, for who asks of all of them: as it was told some minutes ago at most."""
        now_us = to_us(now)
        if course.due is None or abs(now_us - course.due[0]) > DUE_US:
            course.due = now_us, self._expect(course, now)
        return course.due[1]

    def _expect(self, course: Course, now: datetime) -> Expected | None:
        return None if course.end else self._expecting.expect(course.name, course.destination, now)

    def track(self, issuer: str, number: str) -> list[Sighting]:
        """Where it was; `NotInBook` likewise."""
        with self._lock:
            return track(self._known, self._find(issuer, number))

    def _find(self, issuer: str, number: str) -> Course:
        course = self._known.course(issuer, number)
        if course is None:
            raise NotInBook(
                f"no consignment {issuer}/{number} is under way or ended lately; look at its name"
            )
        return course

    def under_way(
        self, now: datetime, after: int = 0, is_seen: Callable[[Consigned], bool] = lambda _: True
    ) -> Iterator[UnderWay]:
        """How all that is under way stands, in the order in which the book got it; without `arrival`.

        Parameters
        ----------
        after
            Only what has a higher number.
        is_seen
            Whether somebody may see what these have to do with.
        """
        with self._lock:
            courses = [
                course for course in self._known.open.values()
                if course.sequence > after and is_seen(course.consigned)
            ]  # fmt: skip
        for course in courses:
            with self._lock:
                found = None if course.end else standing(self._known, course, now, self.places)
            if found is not None:
                yield UnderWay(course.sequence, found)

    def consignment_of(self, seal: str) -> DocumentRef | None:
        """The consignment under way that a seal is on."""
        with self._lock:
            return self._known.consignment_of(seal)
