"""Seals and gates over a real mosquitto: each word is in the book once, whatever stops or comes twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterable
from datetime import timedelta

import msgspec
import pytest
from streaming import PATIENCE_S, START, Broker, SmallHouse, events, transit, until, while_running

from sarai.goods import BookError, Code, DocumentRef
from sarai.server.streams.mqtt import MqttFeeder, MqttSource
from sarai.server.streams.settings import StreamSettings

aiomqtt = pytest.importorskip("aiomqtt", reason="MQTT needs aiomqtt")

QUICK = StreamSettings(batch=10, backoff_s=0.05, backoff_most_s=0.2, timeout_s=5)
T1 = {"issuer": "customs", "number": "T1"}


def feeder(house: SmallHouse, broker: Broker, **more: object) -> MqttFeeder:
    return MqttFeeder(house, MqttSource(port=broker.port), QUICK, **more)


def client(broker: Broker, name: str = "a-seal") -> aiomqtt.Client:
    return aiomqtt.Client(
        "127.0.0.1", broker.port, identifier=name, protocol=aiomqtt.ProtocolVersion.V5, timeout=5
    )


def word(number: int | None, **more: object) -> bytes:
    at = START + timedelta(minutes=number or 0)
    said = {"number": number, "time": at, "consignment": T1, "latitude_deg": 44.21, "longitude_deg": 80.04}
    return msgspec.json.encode(said | more)


async def say(broker: Broker, words: Iterable[bytes], topic: str = "sarai/seals/S1/events") -> None:
    async with client(broker) as seal:
        for each in words:
            await seal.publish(topic, each, qos=1)


def numbers(house: SmallHouse) -> list[str]:
    return [event.number for event in events(house)]


def known(house: SmallHouse) -> None:
    """The consignment that the seals are on."""
    house.book.record([transit()], house.now())


def test_words_become_documents(mqtt_broker, house):
    known(house)

    async def story() -> None:
        feed = feeder(house, mqtt_broker)
        await while_running(
            feed,
            until(lambda: feed.state.connected),
            say(mqtt_broker, [word(1, event="applied"), word(2), word(3, event="broken", battery="low")]),
            say(mqtt_broker, [word(7, seal="S1")], "sarai/gates/KZAAU/passages"),
            until(lambda: feed.state.posted == 4),
        )

    asyncio.run(story())
    told = [(e.issuer, e.number, e.seal, e.event, e.place) for e in events(house)]
    assert told == [
        ("seal:S1", "1", "S1", "applied", ""),
        ("seal:S1", "2", "S1", "position", ""),
        ("seal:S1", "3", "S1", "broken", ""),
        ("gate:KZAAU", "7", "S1", "position", "KZAAU"),
    ]
    assert all(str(e.latitude_deg) == "44.21" for e in events(house))


def test_the_same_word_again_has_no_effect(mqtt_broker, house):
    known(house)

    async def story() -> None:
        feed = feeder(house, mqtt_broker)
        words = [word(1), word(2), word(1), word(None), word(None), word(2)]
        await while_running(
            feed,
            until(lambda: feed.state.connected),
            say(mqtt_broker, words),
            until(lambda: feed.state.messages == 6 and feed.state.posted + feed.state.repeated == 6),
        )
        assert (feed.state.posted, feed.state.repeated) == (3, 3)

    asyncio.run(story())
    assert numbers(house) == ["1", "2", "2026-03-01T08:00:00.000000Z position"]


def test_what_was_not_acknowledged_comes_again(mqtt_broker, house, monkeypatch):
    """The first feeder dies after the commit, before it acknowledges."""
    known(house)

    async def story() -> None:
        first = feeder(house, mqtt_broker)
        with monkeypatch.context() as patch:
            patch.setattr("paho.mqtt.client.Client.ack", lambda *_: None)
            await while_running(
                first,
                until(lambda: first.state.connected),
                say(mqtt_broker, map(word, range(1, 6))),
                until(lambda: first.state.posted == 5),
            )
        second = feeder(house, mqtt_broker)
        await while_running(second, until(lambda: second.state.repeated == 5))
        while await brought_again():  # a broker may read an acknowledgement late
            pass

    async def brought_again() -> int:
        feed = feeder(house, mqtt_broker)
        await while_running(feed, until(lambda: feed.state.connected), asyncio.sleep(0.3))
        assert feed.state.posted == 0
        return feed.state.messages

    asyncio.run(asyncio.wait_for(story(), PATIENCE_S))
    assert numbers(house) == ["1", "2", "3", "4", "5"]


def test_words_wait_for_a_feeder_that_is_away(mqtt_broker, house):
    known(house)

    async def story() -> None:
        first = feeder(house, mqtt_broker)
        await while_running(first, until(lambda: first.state.connected))
        await say(mqtt_broker, map(word, range(1, 40)))
        second = feeder(house, mqtt_broker)
        await while_running(second, until(lambda: second.state.posted == 39))

    asyncio.run(story())
    assert numbers(house) == [str(number) for number in range(1, 40)]


def test_nothing_is_acknowledged_that_the_book_has_not(mqtt_broker, house):
    """The book takes nothing, the feeder is stopped, and another one gets it all again."""
    known(house)
    house.fails = BookError("the disk is full")

    async def story() -> None:
        first = feeder(house, mqtt_broker)
        await while_running(
            first,
            until(lambda: first.state.connected),
            say(mqtt_broker, map(word, range(1, 30))),
            until(lambda: "the disk is full" in first.state.waiting),
        )
        house.fails = None
        second = feeder(house, mqtt_broker)
        await while_running(second, until(lambda: second.state.posted == 29))

    asyncio.run(story())
    assert numbers(house) == [str(number) for number in range(1, 30)]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_a_broker_that_stops_is_waited_for(mqtt_broker, house, signum):
    known(house)

    async def story() -> None:
        feed = feeder(house, mqtt_broker)

        async def restart() -> None:
            mqtt_broker.stop(signum)
            await until(lambda: not feed.state.connected)
            assert feed.state.waiting
            mqtt_broker.start()
            await until(lambda: feed.state.connected)

        await while_running(
            feed,
            until(lambda: feed.state.connected),
            say(mqtt_broker, map(word, range(1, 4))),
            until(lambda: feed.state.posted == 3),
            restart(),
            say(mqtt_broker, map(word, range(3, 6))),
            until(lambda: feed.state.posted == 5),
        )

    asyncio.run(story())
    assert numbers(house) == ["1", "2", "3", "4", "5"]


def test_what_cannot_be_read_is_refused_kept_and_told(mqtt_broker, house):
    known(house)
    unknown = {"issuer": "customs", "number": "T9"}
    words = [
        b"{",
        word(1, event="gone"),
        word(2, latitude_deg=91),
        word(3, seal="S2"),
        word(4, consignment=unknown),
    ]
    told: list[dict] = []

    async def story() -> None:
        feed = feeder(house, mqtt_broker)
        async with client(mqtt_broker, "listener") as listener:
            await listener.subscribe("sarai/seals/S1/events/refused")

            async def listen() -> None:
                async for message in listener.messages:
                    told.append(msgspec.json.decode(message.payload))
                    if len(told) == 6:
                        return

            await while_running(
                feed,
                until(lambda: feed.state.connected),
                say(mqtt_broker, [*words, word(5, consignment=None)]),
                asyncio.wait_for(listen(), 10),
            )
        assert (feed.state.posted, feed.state.refused) == (0, 6)

    asyncio.run(story())
    codes = [
        (Code.TRUNCATED, ""),
        (Code.BAD_VALUE, "/event"),
        (Code.BAD_VALUE, "/latitude_deg"),
        (Code.BAD_VALUE, "/seal"),
        (Code.CONSIGNMENT_UNKNOWN, "/consignment"),
        (Code.MISSING_FIELD, "/consignment"),
    ]
    assert [(each["code"], each["pointer"]) for each in told] == codes
    assert sorted(each.code for each in house.posted() if each.code) == sorted(code for code, _ in codes)


def test_a_seal_need_not_know_its_consignment(mqtt_broker, house):
    known(house)
    asked: list[str] = []

    def consignment_of(seal: str) -> DocumentRef:
        asked.append(seal)
        return DocumentRef(**T1)

    async def story() -> None:
        feed = feeder(house, mqtt_broker, consignment_of=consignment_of)
        await while_running(
            feed,
            until(lambda: feed.state.connected),
            say(mqtt_broker, [word(1, consignment=None)]),
            until(lambda: feed.state.posted == 1),
        )

    asyncio.run(story())
    assert (numbers(house), asked) == (["1"], ["S1"])
