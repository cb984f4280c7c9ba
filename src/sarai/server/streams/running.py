"""The streams of a running server: whoever reads from a broker, and whoever knows where consignments are."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from sarai.server.streams.feeder import Feeder
from sarai.server.streams.following import Follower
from sarai.server.streams.settings import StreamSettings

if TYPE_CHECKING:
    from sarai.server.demo import Player
    from sarai.server.house import House
    from sarai.server.streams.mqtt import MqttSource
    from sarai.server.streams.nats import NatsSource


class Streams:
    """What a server reads from brokers; a broker that is not there is waited for, and hinders nothing else.

    Parameters
    ----------
    nats, mqtt
        Where documents come from, and where seals and gates are heard; nobody is asked if not given.

    Attributes
    ----------
    follower
        Where consignments are: one reading of the journal for all.
    feeders
        One for each broker.
    """

    def __init__(
        self,
        house: House,
        nats: NatsSource | None = None,
        mqtt: MqttSource | None = None,
        settings: StreamSettings | None = None,
    ) -> None:
        self.follower = Follower(network=lambda: house.corridors.network)
        self.feeders: list[Feeder] = []
        self._house, self._mqtt, self._settings = house, mqtt, settings or StreamSettings()
        if nats is not None:
            from sarai.server.streams.nats import NatsFeeder

            self.feeders.append(NatsFeeder(house, nats, self._settings))
        if mqtt is not None:
            from sarai.server.streams.mqtt import MqttFeeder

            catch_up = partial(self.follower.catch_up, house)
            self.feeders.append(
                MqttFeeder(
                    house, mqtt, self._settings,
                    consignment_of=self.follower.consignment_of, catch_up=catch_up,
                )
            )  # fmt: skip
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, in an event loop; the house is open."""
        self._begin("follower", self.follower.run(self._house))
        self._begin("arrivals", self.follower.learn(self._house))
        for feeder in self.feeders:
            self._begin(feeder.name, feeder.run())
        player = self._house.player
        if player is not None and player.fleet is not None:
            self._begin("fleet", self._ride(player))

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def stop(self) -> None:
        """End, before the house is closed: what was handed in is recorded, and what was not comes again."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    @property
    def faults(self) -> dict[str, str]:
        """Parts that have ended although nobody stopped them, and why."""
        ended = (task for task in self._tasks if task.done() and not task.cancelled())
        return {
            task.get_name(): f"{type(fault).__name__}: {fault}"
            for task in ended
            if (fault := task.exception())
        }

    def _ride(self, player: Player) -> Coroutine[Any, Any, None]:
        """The seals of a play speak: to the broker if there is one, else straight into the book."""
        from sarai.server.streams.riding import Riding, by_broker, into

        assert player.fleet is not None
        riding = Riding(player.fleet, player.since, self._house.now)
        if self._mqtt is not None:
            return by_broker(riding, self._mqtt, self._settings)
        return riding.run(into(self._house))
