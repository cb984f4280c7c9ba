"""The house: what is recorded is judged as it lands; it ends in good order and goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from press_cases import among_honest_trade, day, false_transit
from watching import MINUTE, watch

from sarai.ledger.rows import to_us
from sarai.server.house import House
from sarai.server.settings import ServerSettings
from sarai.watch import Given

QUICK = ServerSettings(tick_s=0.05, remember_s=1_000.0, drain_s=20.0)


class Clock:
    """A clock that is set."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def story() -> tuple[list, Given]:
    return among_honest_trade(false_transit())


def opened(directory: Path, given: Given, clock: Clock) -> House:
    house = House(str(directory / "book.db"), directory, QUICK, given, clock)
    house.open()
    return house


async def until(reached: Callable[[], bool], patience_s: float = 60.0) -> None:
    for _ in range(int(patience_s / 0.02)):
        if reached():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to that in time")


def dated(papers: list) -> list[tuple[datetime, object]]:
    return [paper if isinstance(paper, tuple) else (paper.time + MINUTE, paper) for paper in papers]


async def told(house: House, clock: Clock, papers: list) -> None:
    """Hand papers in, each when it was known."""
    for known, document in dated(papers):
        clock.now = max(clock.now, known)
        await house.record([document])


def head(house: House) -> int:
    ((last,),) = house.book.store.query("SELECT coalesce(max(id), 0) FROM entry")
    return last


def ids(house: House) -> list[str]:
    return asyncio.run(house.read_alerts(lambda store: [alert.id for alert in store.alerts()]))


def test_alerts_are_those_of_a_watch_over_the_whole_book_also_after_a_restart(story, tmp_path):
    papers, given = story
    half = len(papers) // 2
    clock = Clock(day(0))

    async def play(some: list, end: datetime | None) -> list[str]:
        house = opened(tmp_path, given, clock)
        await told(house, clock, some)
        if end:
            clock.now = end
        await until(lambda: house.judge.position == head(house))
        await until(lambda: house.judge.fault == "" and house.writer.waiting_lines == 0)
        await asyncio.sleep(0.3)  # the watch is told the time
        found = await house.read_alerts(lambda store: [alert.id for alert in store.alerts()])
        assert house.close()
        return found

    asyncio.run(play(papers[:half], None))
    found = asyncio.run(play(papers[half:], day(75)))
    alone = [alert.id for alert in watch(papers, given, until=day(75))]
    assert sorted(found) == sorted(alone)
    assert len(found) > 10


def test_who_listens_is_told_of_alerts_and_cases_follow(story, tmp_path):
    papers, given = story
    clock = Clock(day(0))

    async def play() -> tuple[int, list]:
        house = opened(tmp_path, given, clock)
        with house.bus.subscribe("alerts") as listener:
            await told(house, clock, papers)
            item = await listener.next(30)
        cases = await house.read_cases(lambda desk: desk.ranked())
        await until(lambda: house.judge.position == head(house))
        assert house.close()
        return item.value, cases

    number, cases = asyncio.run(play())
    assert number >= 1
    assert cases
    assert all(to_us(day(0)) <= alert.raised for ranked in cases for alert in ranked.case.alerts)


def test_the_secret_is_made_once_and_for_nobody_else(tmp_path):
    clock = Clock(day(0))
    first = House(str(tmp_path / "book.db"), tmp_path, QUICK, clock=clock)
    secret = first.secret
    first.close()
    again = House(str(tmp_path / "book.db"), tmp_path, QUICK, clock=clock)
    assert again.secret == secret
    assert len(secret) == 32
    assert (tmp_path / "server.secret").stat().st_mode & 0o077 == 0
    again.close()
