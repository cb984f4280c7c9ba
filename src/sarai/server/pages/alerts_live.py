"""What an open page hears while somebody looks at it: news, at most twice a second, until they leave."""

from __future__ import annotations

from asyncio import sleep
from collections.abc import Awaitable, Callable

from sarai.server.pages.entering import Visit

PAUSE_S = 0.5  # between two looks; nobody reads faster
LOOK_S = 20.0  # if nothing is heard, one looks all the same, and asks whether the session goes on


def follow(visit: Visit, topics: tuple[str, ...], look: Callable[[], Awaitable[None]]) -> None:
    """Call ``look`` whenever there may be something new, while this page is open and its session goes on."""
    from nicegui import background_tasks, ui

    client = ui.context.client
    task = background_tasks.create(_follow(visit, topics, look), name="news of a page", context=client)
    client.on_delete(task.cancel)


async def _follow(visit: Visit, topics: tuple[str, ...], look: Callable[[], Awaitable[None]]) -> None:
    """Listen first, then look: so nothing falls between."""
    house = visit.house
    while not house.stopping and visit.goes_on():
        with house.bus.subscribe(*topics, "stopping") as listener:
            await look()
            await listener.next(LOOK_S)
        await sleep(PAUSE_S)
