"""What is said once is heard by all who listen, and who is too slow is told so."""

from __future__ import annotations

import asyncio
from threading import Thread

import pytest

from sarai.server.bus import Behind, Bus, Item
from sarai.server.problems import Problem


def test_all_who_listen_hear_what_they_asked_for_from_any_thread():
    async def listen() -> list[list[Item | None]]:
        bus = Bus(10, 10)
        with bus.subscribe("alerts") as one, bus.subscribe("alerts", "book") as other:
            thread = Thread(target=lambda: [bus.publish(*said) for said in (("book", 1), ("alerts", 2))])
            thread.start()
            thread.join()
            return [[await one.next(1)], [await other.next(1), await other.next(1)]]

    assert asyncio.run(listen()) == [[("alerts", 2)], [("book", 1), ("alerts", 2)]]


def test_silence_is_none_and_who_left_is_forgotten():
    async def listen() -> int:
        bus = Bus(10, 10)
        with bus.subscribe("alerts") as listener:
            assert await listener.next(0.01) is None
            assert len(bus) == 1
        bus.publish("alerts", 1)
        return len(bus)

    assert asyncio.run(listen()) == 0


def test_who_is_too_slow_hears_what_was_in_order_and_then_that_it_is_behind():
    async def listen() -> list[int]:
        bus = Bus(10, 3)
        with bus.subscribe("alerts") as listener:
            for number in range(5):
                bus.publish("alerts", number)
            await asyncio.sleep(0)
            heard = [(await listener.next(1)).value for _ in range(3)]
            with pytest.raises(Behind):
                await listener.next(1)
            assert await listener.next(0.01) is None, "it is told once, not for ever: it has begun again"
            return heard

    assert asyncio.run(listen()) == [0, 1, 2]


def test_who_has_no_patience_gets_what_is_there_already():
    async def listen() -> list[Item | None]:
        bus = Bus(10, 10)
        with bus.subscribe("alerts") as listener:
            bus.publish("alerts", 1)
            bus.publish("alerts", 2)
            await asyncio.sleep(0)
            return [await listener.next(0) for _ in range(3)]

    assert asyncio.run(listen()) == [("alerts", 1), ("alerts", 2), None]


def test_who_is_told_to_end_in_the_moment_in_which_it_hears_something_ends():
    """`asyncio.wait_for` loses a cancellation that comes together with a result."""

    async def ended(turns: int) -> bool:
        bus = Bus(10, 10)
        with bus.subscribe("alerts") as listener:

            async def hear() -> None:
                while True:
                    await listener.next(60)

            task = asyncio.create_task(hear())
            await asyncio.sleep(0.01)
            bus.publish("alerts", 1)
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            done, _ = await asyncio.wait([task], timeout=0.5)
            still = not done
            while not task.done():
                task.cancel()
                await asyncio.sleep(0)
            return not still

    assert [asyncio.run(ended(turns)) for turns in range(6)] == [True] * 6


def test_more_than_the_bound_are_sent_away():
    async def listen() -> Problem:
        bus = Bus(1, 3)
        with bus.subscribe("alerts"), pytest.raises(Problem) as caught, bus.subscribe("alerts"):
            pass
        return caught.value

    problem = asyncio.run(listen())
    assert (problem.status, problem.headers["Retry-After"]) == (503, "30")
