"""What is live: said once by whatever thread, heard by all who listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple

from sarai.server.problems import Problem


class Item(NamedTuple):
    """Something that was said, and about what."""

    topic: str
    value: Any


class Behind(Exception):
    """A listener was too slow, and has missed something; it is to begin again from where it was."""


class Listener:
    """One who listens, on its own event loop."""

    def __init__(self, topics: frozenset[str], most: int) -> None:
        self._topics, self._most = topics, most
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[Item] = asyncio.Queue()
        self._behind = False

    def tell(self, item: Item) -> None:
        """Hand it an item; from any thread."""
        if item.topic in self._topics and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, item)

    def _take(self, item: Item) -> None:
        if self._waiting.qsize() >= self._most:
            self._behind = True
        else:
            self._waiting.put_nowait(item)

    async def next(self, patience_s: float | None = None) -> Item | None:
        """The next item; None if nothing came for so long; `Behind`, once, after what was still in order.

        With a patience of 0 it takes what is there already, and waits for nothing.
        """
        if self._behind and self._waiting.empty():
            self._behind = False
            raise Behind
        try:
            async with asyncio.timeout(patience_s):  # before Python 3.12 `wait_for` may drop a cancellation
                return await self._waiting.get()
        except TimeoutError:
            return None

    async def __aiter__(self) -> AsyncIterator[Item]:
        while True:
            item = await self.next()
            if item is not None:
                yield item


class Bus:
    """Hands what is published to all who subscribed.

    Parameters
    ----------
    listeners
        The most there may be.
    behind
        How many items one may lag.
    """

    def __init__(self, listeners: int, behind: int) -> None:
        self._most, self._behind = listeners, behind
        self._listeners: dict[int, Listener] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._listeners)

    def publish(self, topic: str, value: Any) -> None:
        """Say something; from any thread."""
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener.tell(Item(topic, value))

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Listener]:
        """Listen, in an event loop, until the block ends."""
        with self._lock:
            if len(self._listeners) >= self._most:
                raise Problem(
                    503, "Too many listeners", f"{self._most} listen already; come again in a while",
                    headers={"Retry-After": "30"},
                )  # fmt: skip
            listener = Listener(frozenset(topics), self._behind)
            self._listeners[id(listener)] = listener
        try:
            yield listener
        finally:
            with self._lock:
                del self._listeners[id(listener)]
