"""What open pages share, and how they follow what happens."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from sarai.server.bus import Bus
from sarai.server.pages.live import Held, Shared, follow


def house(subscribers=10):
    return SimpleNamespace(bus=Bus(subscribers, 1_000), stopping=False)


class Drawing:
    """Counts how often a page was drawn; nobody looks any more after so many."""

    def __init__(self, until):
        self.count, self.until = 0, until

    async def __call__(self):
        self.count += 1
        return self.count < self.until


def test_much_that_is_said_is_drawn_together():
    async def play():
        home, drawing = house(), Drawing(2)
        task = asyncio.create_task(follow(home, ("book",), drawing, least_s=0.01, still_s=60))
        while not drawing.count:
            await asyncio.sleep(0)
        for _ in range(500):
            home.bus.publish("book", None)
        await asyncio.wait_for(task, 10)
        return drawing.count, len(home.bus)

    assert asyncio.run(play()) == (2, 0)


def test_a_page_is_drawn_although_nothing_is_said():
    async def play():
        drawing = Drawing(3)
        await asyncio.wait_for(follow(house(), ("book",), drawing, least_s=0, still_s=0.01), 10)
        return drawing.count

    assert asyncio.run(play()) == 3


def test_a_page_that_lagged_goes_on():
    async def play():
        home = SimpleNamespace(bus=Bus(10, 2), stopping=False)
        drawing = Drawing(3)

        async def slowly():
            for _ in range(20):
                home.bus.publish("book", None)
            await asyncio.sleep(0.01)
            return await drawing()

        await asyncio.wait_for(follow(home, ("book",), slowly, least_s=0, still_s=0.05), 10)
        return drawing.count

    assert asyncio.run(play()) == 3


def test_it_ends_with_the_server():
    async def play():
        home, drawing = house(), Drawing(99)
        task = asyncio.create_task(follow(home, ("book",), drawing, least_s=0, still_s=60))
        while not drawing.count:
            await asyncio.sleep(0)
        home.stopping = True
        home.bus.publish("stopping", None)
        await asyncio.wait_for(task, 10)

    asyncio.run(play())


def test_what_many_ask_is_asked_once():
    async def play():
        shared, asked = Shared(), []

        async def make():
            asked.append(1)
            await asyncio.sleep(0)
            return len(asked)

        same = await asyncio.gather(*(shared.get("points", 60, make) for _ in range(5)))
        own = await asyncio.gather(*(shared.get("", 60, make) for _ in range(2)))
        return same, own, await shared.get("points", -1, make)

    same, own, again = asyncio.run(play())
    assert same == [1] * 5
    assert sorted(own) in ([2, 3], [3, 3])  # each its own
    assert again == 4


def test_what_somebody_is_at_is_held():
    part = SimpleNamespace(handlers={})
    part.on = lambda name, handler, args: part.handlers.__setitem__(name, handler)
    held = Held(part)
    assert not held
    part.handlers["focusin"]()
    part.handlers["mouseenter"]()
    part.handlers["mouseleave"]()
    assert held
    part.handlers["focusout"]()
    assert not held
