"""What feeders share: they come back to a lost broker, wait for a busy book, and say how they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from sarai.goods import Code, Document, Refusal, SaraiError
from sarai.ledger import Result
from sarai.server.problems import Problem
from sarai.server.streams.settings import StreamSettings

NOT_NOW = (SaraiError, Problem, OSError)  # a book that is busy, or a disk that is full


class Keeper(Protocol):
    """What a feeder needs of the house."""

    def record_soon(
        self, documents: Sequence[Document], mode: str | None, mark: tuple[str, str] | None, *, checked: bool
    ) -> Future[list[Result]]:
        """Record documents, and the mark with them."""

    def refuse_soon(self, refusals: Sequence[Refusal]) -> Future[list[Result]]:
        """Keep what could not be read."""

    def mark(self, name: str) -> str:
        """The position of a source."""

    def now(self) -> datetime:
        """Aware, UTC."""


class State(Struct):
    """How a feeder is.

    Attributes
    ----------
    connected
        Whether it hears its broker.
    since
        Of when that is so.
    waiting
        Why it waits: for a broker that is gone, for a book that takes nothing; empty if it does not.
    position
        How far the source is read; empty where a source knows no positions.
    lag
        Messages that wait at the broker, as it said last; None if it does not say.
    missed
        Messages that the broker let go before they were read.
    messages, posted, repeated, refused
        What was read since the start, and what became of it.
    """

    connected: bool
    since: datetime
    waiting: str = "not connected yet"
    position: str = ""
    lag: int | None = None
    missed: int = 0
    messages: int = 0
    posted: int = 0
    repeated: int = 0
    refused: int = 0

    def count(self, results: Sequence[Result]) -> None:
        """Add what became of documents or refusals."""
        for result in results:
            if result.code == Code.POSTED:
                self.posted += 1
            elif result.code == Code.REPEATED:
                self.repeated += 1
            else:
                self.refused += 1


class Lost(Exception):
    """The connection is not what it should be; begin again from the book's position."""


class Feeder:
    """Brings what comes over a broker into the book, again and again until it is cancelled.

    Whatever was not acknowledged when it ends, by cancellation or death, comes again.

    Parameters
    ----------
    house
        Whose book it is.
    mode
        In which documents are recorded; the house's own if None.
    """

    name: str = ""
    """Of the source."""

    faults: tuple[type[Exception], ...] = (Lost, OSError)
    """What a session may end with, after which the next one is begun."""

    def __init__(
        self, house: Keeper, settings: StreamSettings | None = None, mode: str | None = None
    ) -> None:
        self.house, self.mode = house, mode
        self.settings = settings or StreamSettings()
        self.state = State(connected=False, since=house.now())
        self._pause_s = self.settings.backoff_s

    async def run(self) -> None:
        """Feed; cancel it to stop."""
        try:
            while True:
                try:
                    await self._session()
                except self.faults as fault:
                    self._disconnected(str(fault) or type(fault).__name__)
                obey_cancellation()
                await self._pause()
        except BaseException as fault:
            is_stopped = isinstance(fault, asyncio.CancelledError)
            self._disconnected("stopped" if is_stopped else f"ended by {type(fault).__name__}: {fault}")
            raise

    async def _session(self) -> None:
        """Connect, and feed until the connection is lost."""
        raise NotImplementedError

    # -- how it is ---------------------------------------------------------------------------------

    def _connected(self) -> None:
        self.state.connected, self.state.since, self.state.waiting = True, self.house.now(), ""
        self._pause_s = self.settings.backoff_s

    def _disconnected(self, why: str) -> None:
        if self.state.connected:
            self.state.since = self.house.now()
        self.state.connected, self.state.waiting = False, why

    async def _pause(self) -> None:
        """Wait; the next time, twice as long."""
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, self.settings.backoff_most_s)

    # -- into the book -----------------------------------------------------------------------------

    async def _record(
        self, documents: Sequence[Document], refusals: Sequence[Refusal], mark: tuple[str, str] | None = None
    ) -> tuple[list[Result], list[Result]]:
        """What became of documents and refusals, once it is on disk, however long the book takes nothing.

        Refusals come first: if the process dies in between they come again, and are not entered twice.
        """
        kept: list[Result] = []
        while True:
            try:
                if refusals and not kept:
                    kept = await asyncio.wrap_future(self.house.refuse_soon(refusals))
                results: list[Result] = []
                if documents or mark:
                    soon = self.house.record_soon(documents, self.mode, mark, checked=True)
                    results = await asyncio.wrap_future(soon)
                break
            except NOT_NOW as fault:
                self.state.waiting = f"the book takes nothing: {fault}"
                await self._pause()
        self.state.waiting, self._pause_s = "", self.settings.backoff_s
        self.state.count([*kept, *results])
        return kept, results


def obey_cancellation() -> None:
    """End the task if it was cancelled: until Python 3.12, ``wait_for`` may drop that for a result."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
