"""JetStream into the book, with a real server: each message has its effect once, whatever dies when."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from streaming import PATIENCE_S, Broker, SmallHouse, import_, until, while_running

from sarai.goods import BadSetting, BookError, Code
from sarai.goods.canonical import canonical
from sarai.server.streams.feeder import Feeder
from sarai.server.streams.nats import NatsFeeder, NatsSource
from sarai.server.streams.settings import StreamSettings

nats = pytest.importorskip("nats", reason="NATS needs nats-py")

QUICK = StreamSettings(batch=10, fetch_s=0.3, backoff_s=0.05, backoff_most_s=0.2, timeout_s=3)
SUBJECT = "sarai.documents"


def source(broker: Broker, **more: object) -> NatsSource:
    return NatsSource(servers=(f"nats://127.0.0.1:{broker.port}",), **more)


def feeder(house: SmallHouse, broker: Broker, **more: object) -> NatsFeeder:
    return NatsFeeder(house, source(broker, **more), QUICK)


async def publish(broker: Broker, bodies: Sequence[bytes]) -> None:
    client = await nats.connect(f"nats://127.0.0.1:{broker.port}")
    jetstream = client.jetstream()
    await jetstream.add_stream(name="DOCUMENTS", subjects=[SUBJECT])
    for body in bodies:
        await jetstream.publish(SUBJECT, body)
    await client.close()


def papers(start: int, stop: int) -> list[bytes]:
    return [canonical(import_(number)) for number in range(start, stop)]


def numbers(stop: int) -> list[str]:
    return [str(number) for number in range(stop)]


async def read_to(feed: Feeder, sequence: int) -> None:
    await until(lambda: feed.state.position.split(" ")[0] == str(sequence))


def test_documents_lines_and_arrays_are_recorded_in_order(nats_broker, house):
    lines = b"\n".join(papers(1, 4))
    array = b"[" + b",".join(papers(4, 6)) + b"]"

    async def story() -> None:
        await publish(nats_broker, [*papers(0, 1), lines, array, *papers(6, 30)])
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 27))
        assert feed.state.position.startswith("27 of 20")
        assert (feed.state.messages, feed.state.posted, feed.state.repeated) == (27, 30, 0)
        assert house.mark("nats:DOCUMENTS") == feed.state.position

    asyncio.run(story())
    assert house.numbers() == numbers(30)


def test_the_feeder_makes_a_stream_that_is_not_there(nats_broker, house):
    async def story() -> None:
        feed = feeder(house, nats_broker)
        await while_running(
            feed,
            until(lambda: feed.state.connected),
            publish(nats_broker, papers(0, 3)),
            until(lambda: feed.state.posted == 3),
            until(lambda: feed.state.lag == 0),
        )

    asyncio.run(story())


def test_what_cannot_be_read_is_refused_kept_and_told(nats_broker, house):
    bodies = [
        b"{not json",
        canonical(import_(1)) + b'\n{"kind":"gift"}',
        canonical(import_(1, 2)),
        b"\xff\xfe",
    ]
    told: list[tuple[str, dict]] = []

    async def story() -> None:
        client = await nats.connect(f"nats://127.0.0.1:{nats_broker.port}")

        async def hear(message: object) -> None:
            told.append((message.subject, msgspec.json.decode(message.data)))

        await client.subscribe(f"{SUBJECT}.>", cb=hear)
        await publish(nats_broker, bodies)
        feed = feeder(house, nats_broker, results=True)
        await while_running(feed, read_to(feed, 4), until(lambda: len(told) == 8))
        assert (feed.state.posted, feed.state.refused) == (1, 4)
        await client.close()

    asyncio.run(story())
    refused = {
        each["sequence"]: [r["code"] for r in each["refused"]]
        for name, each in told
        if name.endswith(".refused")
    }
    assert refused == {
        1: [Code.MALFORMED],
        2: [Code.UNKNOWN_KIND],
        3: [Code.IDENTITY_CONFLICT],
        4: [Code.UNKNOWN_FORMAT],
    }
    results = [each for name, each in told if name.endswith(".results")]
    assert [len(each["results"]) for each in results] == [1, 2, 1, 1]
    codes = sorted(each.code for each in house.posted())
    assert codes == sorted([Code.POSTED, *(code for codes in refused.values() for code in codes)])
    assert house.book.verify().ok


def test_the_same_document_again_is_repeated(nats_broker, house):
    async def story() -> None:
        await publish(nats_broker, papers(0, 5) + papers(0, 5))
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 10))
        assert (feed.state.posted, feed.state.repeated) == (5, 5)

    asyncio.run(story())


def test_a_new_feeder_goes_on_from_the_position_in_the_book(nats_broker, house):
    """Nothing was acknowledged by the first one, so to the broker all of it is still to be delivered."""

    async def story() -> None:
        await publish(nats_broker, papers(0, 8))
        first = feeder(house, nats_broker)
        born = await born_at(nats_broker)
        house.record_soon([import_(n) for n in range(5)], mark=(first.name, f"5 of {born}")).result()
        second = feeder(house, nats_broker)
        await while_running(second, read_to(second, 8))
        assert (second.state.messages, second.state.posted, second.state.repeated) == (3, 3, 0)
        client = await nats.connect(f"nats://127.0.0.1:{nats_broker.port}")
        consumer = await client.jetstream().consumer_info("DOCUMENTS", "sarai")
        assert consumer.config.opt_start_seq == 6
        await client.close()

    asyncio.run(story())
    assert house.numbers() == numbers(8)


async def born_at(broker: Broker) -> str:
    client = await nats.connect(f"nats://127.0.0.1:{broker.port}")
    info = await client.jetstream().stream_info("DOCUMENTS")
    await client.close()
    return info.created.isoformat()


def test_another_stream_of_the_same_name_is_read_from_its_beginning(nats_broker, house):
    async def story() -> None:
        await publish(nats_broker, papers(0, 6))
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 6))
        client = await nats.connect(f"nats://127.0.0.1:{nats_broker.port}")
        await client.jetstream().delete_stream("DOCUMENTS")
        await client.close()
        await publish(nats_broker, papers(4, 12))
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 8))
        assert (feed.state.posted, feed.state.repeated) == (6, 2)

    asyncio.run(story())
    assert house.numbers() == numbers(12)


def test_what_the_stream_let_go_is_counted(nats_broker, house):
    async def story() -> None:
        await publish(nats_broker, papers(0, 3))
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 3))
        await publish(nats_broker, papers(3, 9))
        client = await nats.connect(f"nats://127.0.0.1:{nats_broker.port}")
        await client.jetstream().purge_stream("DOCUMENTS", seq=8)
        await client.close()
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 9))
        assert feed.state.missed == 4

    asyncio.run(story())


def test_redelivered_messages_have_no_effect(nats_broker, house, monkeypatch):
    """Acknowledgements get lost; the broker sends all again, also within a session."""

    async def story() -> None:
        await publish(nats_broker, papers(0, 6))
        bounds = msgspec.structs.replace(QUICK, ack_wait_s=0.4)
        feed = NatsFeeder(house, source(nats_broker), bounds)
        with monkeypatch.context() as patch:
            patch.setattr("nats.aio.msg.Msg.ack", nothing)
            await while_running(feed, read_to(feed, 6), asyncio.sleep(1.2))
        assert (feed.state.messages, feed.state.posted, feed.state.repeated) == (6, 6, 0)
        feed = NatsFeeder(house, source(nats_broker), bounds)
        await while_running(feed, until(lambda: feed.state.lag == 0), asyncio.sleep(0.6))
        assert feed.state.messages == 0

    asyncio.run(story())
    assert house.numbers() == numbers(6)


async def nothing(*_: object) -> None:
    pass


def test_a_message_that_goes_astray_is_asked_for_again(nats_broker, house, monkeypatch):
    async def story() -> None:
        await publish(nats_broker, papers(0, 8))
        feed = feeder(house, nats_broker)
        fetch, calls = feed._fetch, []

        async def lossy(subscription: object) -> Sequence[object]:
            messages = list(await fetch(subscription))
            calls.append(len(messages))
            return messages[2:] if len(calls) == 1 else messages

        monkeypatch.setattr(feed, "_fetch", lossy)
        await while_running(feed, read_to(feed, 8))

    asyncio.run(story())
    assert house.numbers() == numbers(8)


def test_a_broker_that_stops_is_waited_for(nats_broker, house):
    async def story() -> None:
        await publish(nats_broker, papers(0, 5))
        feed = feeder(house, nats_broker)

        async def break_down() -> None:
            nats_broker.stop(signal.SIGKILL)
            await until(lambda: not feed.state.connected)
            assert feed.state.waiting
            await asyncio.sleep(0.5)
            nats_broker.start()
            await publish(nats_broker, papers(5, 9))

        async def well_again() -> None:
            assert feed.state.connected
            assert feed.state.waiting == ""

        await while_running(feed, read_to(feed, 5), break_down(), read_to(feed, 9), well_again())
        assert (feed.state.connected, feed.state.waiting) == (False, "stopped")

    asyncio.run(story())
    assert house.numbers() == numbers(9)


def test_a_broker_that_is_not_there_is_tried_ever_less_often(house, nats_broker, monkeypatch):
    nats_broker.stop()
    pauses: list[float] = []

    async def story() -> None:
        feed = NatsFeeder(house, source(nats_broker), StreamSettings(backoff_s=0.5, backoff_most_s=4))
        sleep = asyncio.sleep

        async def pause(seconds: float, *rest: object) -> None:
            if seconds >= 0.5:
                pauses.append(seconds)
                seconds = 0
            await sleep(seconds, *rest)

        monkeypatch.setattr("sarai.server.streams.feeder.asyncio.sleep", pause)
        await while_running(feed, until(lambda: len(pauses) >= 6))
        assert not feed.state.connected

    asyncio.run(story())
    assert pauses[:6] == [0.5, 1, 2, 4, 4, 4]


def test_a_book_that_takes_nothing_is_waited_for(nats_broker, house):
    async def story() -> None:
        await publish(nats_broker, papers(0, 5))
        house.fails = BookError("the disk is full")
        feed = feeder(house, nats_broker)

        async def mend() -> None:
            await until(lambda: "the disk is full" in feed.state.waiting)
            assert house.numbers() == []
            house.fails = None

        await while_running(feed, mend(), read_to(feed, 5), until(lambda: feed.state.waiting == ""))

    asyncio.run(story())
    assert house.numbers() == numbers(5)


def test_a_process_that_is_killed_before_it_acknowledges(nats_broker, tmp_path: Path):
    """It dies right after a commit, again and again; every document is in the book once."""
    asyncio.run(publish(nats_broker, papers(0, 40)))
    url = str(tmp_path / "killed.db")
    for _ in range(3):
        command = [
            sys.executable,
            str(Path(__file__).with_name("killed_feeder.py")),
            url,
            str(nats_broker.port),
        ]
        assert subprocess.run(command, check=False, timeout=PATIENCE_S).returncode == -signal.SIGKILL

    async def story(house: SmallHouse) -> None:
        before = int(house.mark("nats:DOCUMENTS").split(" ")[0])
        assert 0 < before < 40
        feed = feeder(house, nats_broker)
        await while_running(feed, read_to(feed, 40))
        assert (feed.state.messages, feed.state.repeated) == (40 - before, 0)

    with SmallHouse(url) as house:
        asyncio.run(story(house))
        assert house.numbers() == numbers(40)
        assert house.book.verify().ok


def test_a_stream_that_drops_what_was_read_is_not_read(nats_broker, house):
    async def story() -> None:
        client = await nats.connect(f"nats://127.0.0.1:{nats_broker.port}")
        await client.jetstream().add_stream(name="DOCUMENTS", subjects=[SUBJECT], retention="workqueue")
        await client.close()
        feed = feeder(house, nats_broker)
        await while_running(feed, until(lambda: "retention limits" in feed.state.waiting))

    asyncio.run(story())


def test_answers_may_not_come_back_as_documents():
    with pytest.raises(BadSetting, match=r"would hear 'sarai\.documents\.refused'"):
        NatsSource(subject="sarai.>")
    assert NatsSource(subject="sarai.documents.in.*").answers == "sarai.documents"
