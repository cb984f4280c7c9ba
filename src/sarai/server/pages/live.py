"""A page that follows what happens, at a pace that neither the browser nor the house notices."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from sarai.server.bus import Behind, Listener
from sarai.server.house import House
from sarai.server.pages.entering import Visit
from sarai.server.problems import Problem

if TYPE_CHECKING:
    from nicegui.element import Element

T = TypeVar("T")

LEAST_S = 0.5  # between two drawings
STILL_S = 5.0  # after which a page is drawn anew although nothing was said: clocks run on
SEATS_S = 5.0  # until a page that found no place among the listeners tries again


class Shared:
    """What is the same for all who look alike is asked for once, and kept for a moment."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[float, Any]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def get(self, key: str, age_s: float, make: Callable[[], Awaitable[T]]) -> T:
        """What was made under a key, if it is no older; who comes while it is made waits for it.

        Keys are few: a key that is empty is nobody else's, and nothing is kept under it.
        """
        if not key:
            return await make()
        async with self._turns.setdefault(key, asyncio.Lock()):
            made = self._made.get(key)
            if made is None or monotonic() - made[0] > age_s:
                made = monotonic(), await make()
                self._made[key] = made
            return made[1]


async def follow(
    house: House,
    topics: tuple[str, ...],
    draw: Callable[[], Awaitable[bool]],
    *,
    least_s: float = LEAST_S,
    still_s: float = STILL_S,
) -> bool:
    """Draw whenever something is said of a topic, until ``draw`` says that it is over; false if the house is.

    What is said meanwhile is drawn together. A page that lags has missed nothing: it draws what there is.
    """
    while not house.stopping:
        try:
            with house.bus.subscribe(*topics, "stopping") as news, suppress(Behind):
                while not house.stopping:
                    began = monotonic()
                    if not await draw():
                        return True
                    await news.next(still_s)
                    await asyncio.sleep(max(0.0, least_s - (monotonic() - began)))
                    await drain(news)
        except Problem:  # all seats are taken
            if not await draw():
                return True
            await asyncio.sleep(SEATS_S)
    return False


def news(
    visit: Visit, topics: tuple[str, ...], look: Callable[[], Awaitable[None]], still_s: float = STILL_S
) -> None:
    """Call ``look`` whenever there may be something new, while this page is open and its session goes on."""

    async def draw() -> bool:
        if not visit.goes_on():
            return False
        await look()
        return True

    bind(follow(visit.house, topics, draw, still_s=still_s))


async def drain(news: Listener) -> None:
    """Let go of what was said meanwhile; it will be drawn at once."""
    while await news.next(0) is not None:
        pass


def bind(work: Awaitable[bool]) -> None:
    """Let work go on in the background as long as the page is there.

    When it says that it is over, so is the session: the page is asked for again, and whoever comes back to
    it is led to the sign-in, and from there to where it was.
    """
    from nicegui import background_tasks, ui

    client = ui.context.client

    async def followed() -> None:
        if await work and not client.is_deleted:
            client.run_javascript("location.reload()")

    task = background_tasks.create(followed(), name=f"live {client.page.path}")
    client.on_delete(task.cancel)


class Held:
    """Whether somebody is at a part of the page, by pointer or keyboard, under whom it shall not change."""

    def __init__(self, part: Element) -> None:
        self._at: set[str] = set()
        for come, leave in (("mouseenter", "mouseleave"), ("focusin", "focusout")):
            part.on(come, lambda come=come: self._at.add(come), [])
            part.on(leave, lambda come=come: self._at.discard(come), [])

    def __bool__(self) -> bool:
        return bool(self._at)
