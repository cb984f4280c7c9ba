"""Seals of a state that is played: the same by its seed, few enough to follow, in accord with the play."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

import sarai
from sarai.goods import Arrival, BookError, Exit, SealEvent, Transit
from sarai.ledger import Settings
from sarai.server.demo import Play
from sarai.server.demo_seals import WORDS_A_S, ends_of, fleet_of, incidents_of
from sarai.server.streams import Follower, Riding, hear, place_of
from sarai.server.streams.riding import into, thinned
from sarai.server.streams.seals import Fleet, Word
from sarai.watch.memory.places import Point, distance_km

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def state() -> Play:
    return Play(traders=150, days=16, seed=5)


def spoken(state: Play, step: timedelta = HOUR) -> list[Word]:
    """All that is said in four days of the play, looked at step by step."""
    fleet = fleet_of(state.events, state.begin, state.seed, state.speed)
    waiting = iter(state.after())
    words, now, event = [], state.begin, next(waiting)
    while now < state.begin + 4 * DAY:
        while event.record_time <= now:
            fleet.follow(event.document)
            event = next(waiting)
        words += fleet.words(now, now + step)
        now += step
    return words


def test_the_same_state_has_the_same_seals(state: Play):
    again = Play(traders=150, days=16, seed=5)
    assert spoken(state) == spoken(again)
    assert spoken(state) != spoken(Play(traders=150, days=16, seed=6))


def test_there_are_few_enough_to_follow(state: Play):
    seconds = 4 * DAY / timedelta(seconds=state.speed)
    assert 0.5 < len(spoken(state)) / seconds <= 2 * WORDS_A_S


def test_what_is_under_way_at_the_beginning_is_heard_of(state: Play):
    first_hours = [word for word in spoken(state) if word.time <= state.begin + 2 * HOUR]
    assert len({word.topic for word in first_hours}) > 5
    assert all(word.time > state.begin for word in first_hours)


def test_seals_keep_to_the_play(state: Play):
    """Where a transit arrives, its seal is by then; and what the play tells of a seal is not talked over."""
    ends = ends_of(state.events)
    arrivals = {
        (event.document.consignment.issuer, event.document.consignment.number): event.document
        for event in state.events if isinstance(event.document, Arrival | Exit)
    }  # fmt: skip
    last: dict[tuple[str, str], SealEvent] = {}
    for word in spoken(state):
        said = hear(word.topic, word.payload)
        assert isinstance(said, SealEvent)
        name = said.consignment.issuer, said.consignment.number
        last[name] = said
        assert said.time <= ends.get(name, said.time)
    met = 0
    for name, said in last.items():
        arrival = arrivals.get(name)
        if arrival is not None and ends[name] == arrival.time and arrival.time - said.time < HOUR:
            here = Point(float(said.latitude_deg), float(said.longitude_deg))
            assert distance_km(here, place_of(arrival.place)) < 120, "as far as one gets in an hour"
            met += 1
    assert met > 5


def test_now_and_then_something_happens():
    transits = [event.document for event in Play(400, 30, 1).events if isinstance(event.document, Transit)]
    happened = [incident for each in transits for incident in incidents_of(1, each)]
    kinds = Counter(each.what for each in happened)
    assert set(kinds) == {"silent", "off_route", "broken"}
    assert 0.04 < len(happened) / len(transits) < 0.15
    assert [incidents_of(1, each) for each in transits] == [incidents_of(1, each) for each in transits]
    assert [incidents_of(2, each) for each in transits] != [incidents_of(1, each) for each in transits]
    assert all(each.toward for each in happened if each.what == "off_route")


def test_the_book_takes_every_word(state: Play, tmp_path):
    words = spoken(state)
    documents = [hear(word.topic, word.payload) for word in words]
    with sarai.open(str(tmp_path / "book.db"), Settings()) as book:
        book.record([e.document for e in state.events], state.events[-1].record_time, "observe")
        results = book.record(documents, state.events[-1].record_time, "observe")
        assert {result.code for result in results} == {0}
        follower = Follower()
        while follower.read_on(book) is not None:
            pass
        heard = [each.standing for each in follower.under_way(state.begin + 4 * DAY) if each.standing.last]
    assert heard


# -- a fleet that follows a play ---------------------------------------------------------------------------


class Clock:
    """Time that runs an hour with every look at it."""

    def __init__(self, begin) -> None:
        self.time = begin

    def __call__(self):
        self.time += HOUR
        return self.time


def ride(fleet: Fleet, state: Play, tell, looks: int, most: int = 10_000) -> None:
    """So many looks of a fleet at the play."""
    left = [looks]

    async def told(words) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise asyncio.CancelledError
        await tell(words)

    riding = Riding(fleet, lambda count: [], Clock(state.begin), most)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(riding.run(told, look_s=0.0))


def test_what_the_book_did_not_take_is_told_again(state: Play):
    fails, taken = [True], []

    async def tell(words) -> None:
        fails[0] = not fails[0]
        if not fails[0]:
            raise BookError("the disk is full")
        taken.extend(words)

    ride(fleet_of(state.events, state.begin, state.seed, state.speed), state, tell, 8)
    quiet = fleet_of(state.events, state.begin, state.seed, state.speed)
    first = state.begin + HOUR
    wanted = {word for word in quiet.words(first, first + 8 * HOUR) if word.event == "position"}
    assert wanted <= set(taken)
    assert len(set(taken)) == len(taken), "and nothing twice"


def test_it_is_bounded_however_fast_time_goes(state: Play):
    told: list[int] = []

    async def tell(words) -> None:
        told.append(len(words))

    ride(fleet_of(state.events, state.begin, state.seed, 60.0), state, tell, 10, most=5)
    assert max(told) <= 5


def test_alarms_are_told_first():
    positions = [Word(n, f"seal {n % 40}", b"%d" % n) for n in range(200)]
    alarms = [Word(300 + n, f"seal {n}", b"", "broken") for n in range(3)]
    told = thinned([*positions, *alarms], 20)
    assert len(told) <= 20
    assert set(alarms) <= set(told)
    assert len({word.topic for word in told if word.event == "position"}) == len(told) - 3


def test_into_the_book_as_if_over_a_broker(state: Play):
    recorded: list[SealEvent] = []

    class House:
        async def record(self, documents):
            recorded.extend(documents)
            return []

    words = spoken(state)[:5]
    asyncio.run(into(House())(words))
    assert recorded == [hear(word.topic, word.payload) for word in words]
    assert {each.issuer.partition(":")[0] for each in recorded} == {"seal"}


def test_a_newcomer_is_left_alone_with_what_the_play_has(state: Play):
    quiet = [word for word in spoken(state) if word.time < state.begin + timedelta(seconds=180 * state.speed)]
    assert {word.event for word in quiet} <= {"applied", "position"}
    assert {word.event for word in spoken(state)} - {"applied", "position"}
