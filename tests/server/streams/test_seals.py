"""Made-up seals say what the script has, the same each time, and all the way into whereabouts."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from streaming import START, Broker, events, transit, until, while_running

from sarai.goods import Arrival, Code, Diversion, DocumentRef, Party, SealEvent
from sarai.server.bus import Bus
from sarai.server.streams import Fleet, Follower, Incident, Riding, StreamSettings, place_of
from sarai.server.streams.devices import hear
from sarai.server.streams.seals import Word
from sarai.watch.memory.places import Point, distance_km, off_line_km

EVERY = timedelta(hours=2)
DAY = timedelta(days=1)
ON_T1 = DocumentRef(issuer="customs", number="T1")
START_AT, END_AT = place_of("KZHOR"), place_of("KZAAU")


def fleet(*incidents: Incident, seed: int = 1) -> Fleet:
    return Fleet(seed=seed, place_of=place_of, every=EVERY, incidents_of=lambda _: incidents)


def said(made: Fleet, days: float = 4) -> list[SealEvent]:
    """What a transit's seal says, each word a document."""
    made.follow(transit())
    heard = [hear(word.topic, word.payload) for word in made.words(START - DAY, START + timedelta(days=days))]
    assert all(isinstance(each, SealEvent) for each in heard)
    return heard


def point(event: SealEvent) -> Point:
    return Point(float(event.latitude_deg), float(event.longitude_deg))


def test_a_seal_tells_its_way_at_its_pace():
    heard = said(fleet())
    assert heard[0].event == "applied"
    assert {each.event for each in heard[1:]} == {"position"}
    assert {later.time - each.time for each, later in pairwise(heard)} == {EVERY}
    assert distance_km(point(heard[0]), START_AT) < 1
    assert distance_km(point(heard[-1]), END_AT) < 1
    assert all(off_line_km(START_AT, END_AT, point(each)) < 1 for each in heard)
    steps = [distance_km(point(each), point(later)) for each, later in pairwise(heard)]
    assert max(steps) / min(steps) < 1.2


def test_what_is_said_follows_from_the_seed_and_the_time_alone():
    whole, begun = fleet(), fleet()
    whole.follow(transit())
    begun.follow(transit())
    all_at_once = whole.words(START - DAY, START + 4 * DAY)
    hours = [START + timedelta(hours=h) for h in (-24, 0, 1, 5, 6, 30, 96)]
    pieces = [word for after, until in pairwise(hours) for word in begun.words(after, until)]
    assert all_at_once == pieces
    assert said(fleet(seed=2)) != said(fleet(seed=1))
    assert len({hear(w.topic, w.payload).number for w in all_at_once}) == len(all_at_once)


def test_silence_is_told_by_the_operator_and_ends():
    heard = said(fleet(Incident(what="silent", at=0.25, until=0.5)))
    silent = [each for each in heard if each.event == "silent"]
    after = heard[heard.index(silent[0]) + 1]
    assert len(silent) == 1
    assert silent[0].latitude_deg is None
    assert (after.event, after.time - silent[0].time) == ("position", timedelta(hours=24))


def test_off_the_route_and_back():
    astray = place_of("KZPPK")
    heard = said(fleet(Incident(what="off_route", at=0.3, until=0.6, toward=astray)))
    off = [off_line_km(START_AT, END_AT, point(each)) for each in heard]
    assert [each.event == "off_route" for each in heard] == [
        0.3 <= (each.time - START) / timedelta(hours=96) < 0.6 for each in heard
    ]
    assert max(off) > 100
    assert off[-1] < 1


def test_a_seal_breaks_once_and_speaks_on():
    heard = said(fleet(Incident(what="broken", at=0.5)))
    assert [each.event for each in heard].count("broken") == 1
    assert heard[-1].event == "position"


def test_a_seal_goes_where_its_consignment_is_sent_and_ends_with_it():
    made = fleet()
    made.follow(transit())
    made.follow(Diversion(issuer="c", number="D", time=START + DAY, destination="KZPPK", consignment=ON_T1))
    end = START + 4 * DAY
    made.follow(
        Arrival(issuer="c", number="A", time=end, consignment=ON_T1, place="KZPPK", holder=Party(id="x"))
    )
    heard = [hear(word.topic, word.payload) for word in made.words(START - DAY, START + 9 * DAY)]
    assert distance_km(point(heard[-1]), place_of("KZPPK")) < 1
    assert heard[-1].time <= end
    assert made.rides == {}


def test_the_book_takes_all_of_it_and_whereabouts_follow(house):
    made = fleet(Incident(what="broken", at=0.6), Incident(what="silent", at=0.8, until=2.0))
    documents = [transit(), *said(made)]
    assert {result.code for result in house.book.record(documents, house.now())} == {Code.POSTED}
    follower = Follower(place_of)
    assert follower.read_on(house.book) == [("customs", "T1")]
    view = follower.standing("customs", "T1", house.now())
    assert (view.seal_state, view.last.event) == ("broken", "position")
    assert view.progress == pytest.approx(0.8, abs=0.03)
    assert len(follower.track("customs", "T1")) == len(documents) - 2


class Clock:
    """Time that runs two hours with every look at it."""

    def __init__(self) -> None:
        self.time = START - EVERY

    def __call__(self) -> datetime:
        self.time += EVERY
        return self.time


def test_from_the_seal_over_the_broker_to_the_map(mqtt_broker: Broker, house):
    """Fleet, mosquitto, feeder, book, follower: the position that is said is the one that is shown."""
    aiomqtt = pytest.importorskip("aiomqtt")
    from sarai.server.streams import MqttFeeder, MqttSource

    house.book.record([transit()], house.now())
    house.bus = Bus(10, 10)
    follower, words = Follower(place_of), []
    riding = Riding(fleet(), lambda count: [transit()][count:], Clock())

    async def read(ask: object) -> object:
        return await asyncio.to_thread(ask, house.book)

    house.read = read

    async def story() -> None:
        feed = MqttFeeder(house, MqttSource(port=mqtt_broker.port), StreamSettings(backoff_s=0.05))
        async with aiomqtt.Client("127.0.0.1", mqtt_broker.port) as seal:

            async def tell(said: list[Word]) -> None:
                words.extend(said)
                for word in said:
                    await seal.publish(word.topic, word.payload, qos=1)
                house.bus.publish("book", None)

            tasks = [
                asyncio.create_task(follower.run(house)),
                asyncio.create_task(riding.run(tell, look_s=0.01)),
            ]
            try:
                await while_running(feed, until(lambda: len(follower.track("customs", "T1")) > 5))
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)

    follower.read_on(house.book)
    asyncio.run(story())
    while follower.read_on(house.book) is not None:
        pass
    shown = follower.standing("customs", "T1", START).last
    spoken = msgspec.json.decode(words[len(events(house)) - 1].payload)
    assert (float(shown.latitude_deg), float(shown.longitude_deg)) == (
        spoken["latitude_deg"],
        spoken["longitude_deg"],
    )
