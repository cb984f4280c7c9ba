"""Lets made-up seals ride along a state that is played: into the book at once, or by way of a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from sarai.goods import Document
from sarai.ledger import Result
from sarai.server.streams.devices import hear
from sarai.server.streams.feeder import NOT_NOW, obey_cancellation
from sarai.server.streams.mqtt import MqttSource, mqtt_client
from sarai.server.streams.seals import Fleet, Word
from sarai.server.streams.settings import StreamSettings

LOOK_S = 1.0  # between two looks at the clock
MOST_WORDS = 50  # at a look, however fast time goes: what a page and a newcomer can follow
PAUSE_S = 2.0  # until a broker that is gone is tried again

Tell = Callable[[Sequence[Word]], Awaitable[object]]


class Recording(Protocol):
    """What is needed of the house."""

    async def record(self, documents: Sequence[Document]) -> list[Result]:
        """Record documents."""


class Riding:
    """A fleet that follows a play.

    Parameters
    ----------
    news
        The documents that were recorded after the first so many of the play.
    now
        The clock of the play.
    most
        Words at one look.
    """

    def __init__(
        self,
        fleet: Fleet,
        news: Callable[[int], Sequence[Document]],
        now: Callable[[], datetime],
        most: int = MOST_WORDS,
    ) -> None:
        self.fleet, self._news, self._now, self._most = fleet, news, now, most
        self._told_until, self._followed = now(), 0

    async def run(self, tell: Tell, *, look_s: float = LOOK_S) -> None:
        """Speak as the clock goes on; cancel it to stop. What could not be told is told at the next look."""
        while True:
            await asyncio.sleep(look_s)
            until = self._now()
            with suppress(*NOT_NOW):
                if words := await asyncio.to_thread(self._words, until):
                    await tell(words)
                self._told_until = until
            obey_cancellation()

    def _words(self, until: datetime) -> list[Word]:
        for document in self._news(self._followed):
            self.fleet.follow(document)
            self._followed += 1
        return thinned(self.fleet.words(self._told_until, until), self._most)


def thinned(words: Sequence[Word], most: int) -> list[Word]:
    """What is more than a position; of positions the last of each seal, and not even all of those.

    >>> positions = [Word(at, f"seal {at % 5}", b"") for at in range(20)]
    >>> [word.time for word in thinned([*positions, Word(20, "seal 1", b"", "broken")], 4)]
    [15, 17, 19, 20]
    """
    if len(words) <= most:
        return list(words)
    last = sorted({word.topic: word for word in words if word.event == "position"}.values())
    others = [word for word in words if word.event != "position"][:most]
    every = -(-len(last) // max(1, most - len(others)))
    return sorted([*last[::every], *others])


def into(house: Recording) -> Tell:
    """Words go into the book, as if they had come over a broker."""

    async def tell(words: Sequence[Word]) -> object:
        heard = [hear(word.topic, word.payload) for word in words]
        return await house.record([each for each in heard if isinstance(each, Document)])

    return tell


async def by_broker(riding: Riding, source: MqttSource, bounds: StreamSettings) -> None:
    """Words are published, in a session that is begun anew whenever it is lost; cancel it to stop."""
    from aiomqtt import MqttError

    own = replace(source, identifier=f"{source.identifier}-fleet")
    while True:
        with suppress(MqttError, OSError):
            async with mqtt_client(own, bounds, hears=False) as client:

                async def tell(words: Sequence[Word]) -> None:
                    for word in words:
                        await client.publish(word.topic, word.payload, qos=1)

                await riding.run(tell)
        await asyncio.sleep(PAUSE_S)
