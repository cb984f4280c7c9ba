"""A feeder that is killed the moment that the book has taken something in: nothing is acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from streaming import SmallHouse

from sarai.server.streams.nats import NatsFeeder, NatsSource
from sarai.server.streams.settings import StreamSettings


class Killed(NatsFeeder):
    """Dies between commit and acknowledgement."""

    async def _record(self, *args: object, **kwargs: object) -> None:
        await super()._record(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, port: str) -> None:
    bounds = StreamSettings(batch=10, fetch_s=0.3, backoff_s=0.05)
    await Killed(SmallHouse(url), NatsSource(servers=(f"nats://127.0.0.1:{port}",)), bounds).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
