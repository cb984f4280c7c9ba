"""The repository: captures, carries out, lands and tells; what the routes and subscriptions stand on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import uuid4

from sarai.goods import SaraiError
from sarai.server.epcis.database import EpcisDatabase
from sarai.server.epcis.delivery import Delivery
from sarai.server.epcis.events import EventStore, Stored
from sarai.server.epcis.flaws import Flaw
from sarai.server.epcis.jobs import Job, JobStore, to_us
from sarai.server.epcis.landing import Keeper, Landing
from sarai.server.epcis.outcomes import OutcomeStore, add_master
from sarai.server.epcis.queries import QueryStore
from sarai.server.epcis.reading import Reading, Unreadable, decode, read_document, read_event
from sarai.server.epcis.refusing import EpcisProblem, invalid
from sarai.server.epcis.settings import EpcisSettings
from sarai.server.epcis.views import View, again
from sarai.server.epcis.wares import Ware, read_wares
from sarai.server.problems import Problem

FILE = "epcis.db"
PAUSE_S = 1.0  # before a book that could not take events is asked again

logger = logging.getLogger("sarai.epcis")


class EpcisHouse(Keeper, Protocol):
    """What a repository needs of the house it stands in."""

    directory: Path
    now: Callable[[], datetime]


class Repository:
    """EPCIS events of a house: captured, kept in ``epcis.db``, landed in the book, told to subscribers.

    It carries out and lands what waits between `start` and `stop`; ``async with repository`` does both.

    Parameters
    ----------
    house
        Whose book the events land in.
    settings
        Bounds.
    wares
        A table of classes and their HS codes (`wares.read_wares`), if there is one.
    """

    def __init__(
        self, house: EpcisHouse, settings: EpcisSettings | None = None, wares: str | Path | None = None
    ) -> None:
        self.settings = settings or EpcisSettings()
        self.house = house
        table: dict[str, Ware] = read_wares(wares) if wares else {}
        self.file = EpcisDatabase(house.directory / FILE)
        self.events = EventStore(self.file)
        self.jobs = JobStore(self.file, self.settings.jobs_kept)
        self.queries = QueryStore(self.file, self.settings)
        self.delivery = Delivery(self.events, self.queries, self.settings, house.now)
        self.outcomes = OutcomeStore(self.file)
        self._landing = Landing(self.outcomes, house, table, self.settings)
        self._tasks: list[asyncio.Task[None]] = []
        self._work, self._land = asyncio.Event(), asyncio.Event()
        self._stopping = False

    async def start(self) -> None:
        """Begin to carry out what waits, also from before."""
        self._work.set()
        self._land.set()
        await self.delivery.start()
        self._tasks = [
            asyncio.create_task(self._keep_on(self._work, self._carry_out), name="epcis capture"),
            asyncio.create_task(self._keep_on(self._land, self._landing.land), name="epcis landing"),
        ]

    async def stop(self) -> None:
        """Finish the step at hand; what still waits is carried out after the next start."""
        self._stopping = True
        self._work.set()
        self._land.set()
        await asyncio.gather(*self._tasks)
        await self.delivery.stop()
        self.file.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start, and stop at the end: for the lifespan of an application."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _keep_on(self, wake: asyncio.Event, step: Callable[[], Any]) -> None:
        """Do a step as long as there is something to do, and again when there is."""
        while not self._stopping:
            await wake.wait()
            wake.clear()
            try:
                while not self._stopping and await step():
                    pass
            except (SaraiError, Problem, OSError) as fault:
                logger.warning("epcis: %s; tried again in %s s", fault, PAUSE_S)
                await asyncio.sleep(PAUSE_S)
                wake.set()

    # -- capturing ---------------------------------------------------------------------------------

    async def capture(self, body: bytes, proceed: bool, view: View) -> Job:
        """Take on a document; it is on disk when this returns, and carried out soon.

        Raises `EpcisProblem` if the document, or (unless ``proceed``) one of its events, is not in order.
        """
        if await asyncio.to_thread(self.jobs.waiting) >= self.settings.running_jobs:
            raise EpcisProblem(
                503, "ImplementationException", "Busy", "too many captures wait; come again soon",
                headers={"Retry-After": "2"},
            )  # fmt: skip
        reading = await asyncio.to_thread(self._read, body)
        self._not_too_many(reading)
        if reading.head or (reading.flaws and not proceed):
            raise invalid((*reading.head, *(flaw for told in reading.flaws.values() for flaw in told)))
        job = await asyncio.to_thread(self.jobs.open, str(uuid4()), view, self.house.now(), proceed, body)
        self._work.set()
        return job

    def _read(self, body: bytes) -> Reading:
        try:
            return read_document(decode(body, self.settings), self.settings)
        except Unreadable as fault:
            return Reading(None, [], (fault.flaw,))

    def _not_too_many(self, reading: Reading) -> None:
        most = self.settings.capture_events
        if len(reading.events) > most:
            raise EpcisProblem(
                413, "CaptureLimitExceededException", "Capture payload too large",
                f"the document has {len(reading.events):,} events; {most:,} are taken at once; send parts",
                headers=self.limits(),
            )  # fmt: skip

    def limits(self) -> dict[str, str]:
        """The headers that tell the bounds of a capture."""
        return {
            "GS1-EPCIS-Capture-Limit": str(self.settings.capture_events),
            "GS1-EPCIS-Capture-File-Size-Limit": str(self.settings.body_bytes),
        }

    async def _carry_out(self) -> bool:
        """Do the oldest job; whether there was one."""
        found = await asyncio.to_thread(self._do_oldest)
        if found:
            self._stir()
        return found

    def _do_oldest(self) -> bool:
        waiting = self.jobs.oldest()
        for job_id, view, proceed, payload in waiting:
            reading = self._read(payload)
            flaws = [*reading.head, *(flaw for told in reading.flaws.values() for flaw in told)]
            good = [event for place, (_, event) in enumerate(reading.events) if place not in reading.flaws]
            with self.file.writing() as run:
                if not reading.head and (proceed or not flaws):
                    add_master(run, reading.context, reading.master)
                    now = self._record_time(run)
                    self.events.add(run, reading.context, good, now, again(view), job_id)
                self.jobs.finish(run, job_id, self.house.now(), [_told(flaw) for flaw in flaws])
        return bool(waiting)

    def _record_time(self, run: Any) -> int:
        """The time of record; it never runs backwards, whatever the clock does."""
        ((last,),) = run("SELECT coalesce(max(record_time), 0) FROM event").fetchall()
        return max(last, to_us(self.house.now()))

    async def capture_event(self, body: bytes, view: View) -> Stored:
        """Capture one event; it is on disk when this returns. Raises `EpcisProblem`."""
        stored = await asyncio.to_thread(self._capture_event, body, view)
        self._stir()
        return stored

    def _capture_event(self, body: bytes, view: View) -> Stored:
        try:
            reading = read_event(decode(body, self.settings), self.settings)
        except Unreadable as fault:
            raise invalid([fault.flaw]) from fault
        if reading.flaws:
            raise invalid(reading.flaws[0])
        event = reading.events[0][1]
        with self.file.writing() as run:
            self._not_said(event, view)
            numbers = self.events.add(run, reading.context, [event], self._record_time(run), view, "")
            if not numbers:
                raise _exists(event.get("eventID", "its hash"))
        return self.events.numbered(numbers[0])

    def _not_said(self, event: dict[str, Any], view: View) -> None:
        """Of an event that somebody may not see it is not told that there is one: both are kept."""
        name = event.get("eventID")
        if name and "errorDeclaration" not in event and self.events.said(name, view):
            raise _exists(name)

    def _stir(self) -> None:
        self._land.set()
        self.delivery.stir()


def _exists(name: str) -> EpcisProblem:
    return EpcisProblem(
        409, "ResourceAlreadyExistsException", "An event with this identifier exists",
        f"there is an event {name} already; give a new eventID, or declare that one wrong",
    )  # fmt: skip


def _told(flaw: Flaw) -> dict[str, Any]:
    return {
        "type": "epcisException:ValidationException", "title": "The event is not in order", "status": 400,
        "detail": flaw.words, "pointer": flaw.pointer,
    }  # fmt: skip
