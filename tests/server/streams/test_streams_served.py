"""Streams of a server that listens, with real brokers: in over a broker, out over HTTP, whatever stops."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import httpx2
import msgspec
import pytest
from press_cases import REROUTED, day
from served import API, Served, listening
from streaming import Broker
from watching import exported, imported, line, transited

import sarai
from sarai.goods import Document, Party
from sarai.goods.canonical import canonical
from sarai.ledger.feed import Feed
from sarai.server.house import House
from sarai.server.streams import Streams, StreamSettings, mqtt_source, nats_source

nats = pytest.importorskip("nats", reason="NATS needs nats-py")
aiomqtt = pytest.importorskip("aiomqtt", reason="MQTT needs aiomqtt")

QUICK = StreamSettings(batch=20, fetch_s=0.3, backoff_s=0.05, backoff_most_s=0.2, timeout_s=3)
NATS, MQTT = "nats:DOCUMENTS", "mqtt:desk"
SECRET = "a-word-nobody-else-knows"
PATIENCE_S = 60.0
OURS = 1  # the server itself listens, to know where consignments are


def reading(broker: Broker) -> Callable[[House], Streams]:
    return lambda house: Streams(house, nats_source(f"nats://127.0.0.1:{broker.port}"), settings=QUICK)


def hearing(broker: Broker) -> Callable[[House], Streams]:
    address = f"mqtt://keeper:{SECRET}@127.0.0.1:{broker.port}?identifier=desk"
    return lambda house: Streams(house, mqtt=mqtt_source(address), settings=QUICK)


def wait_for(reached: Callable[[], object], patience_s: float = PATIENCE_S) -> object:
    give_up = time.monotonic() + patience_s
    while not (found := reached()):
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)
    return found


def state(desk: Served, source: str) -> dict:
    return desk.ask("officer", "GET", "/health").json()["streams"][source]


def publish(broker: Broker, documents: Sequence[Document]) -> None:
    async def all_of_them() -> None:
        client = await nats.connect(f"nats://127.0.0.1:{broker.port}")
        jetstream = client.jetstream()
        await jetstream.add_stream(name="DOCUMENTS", subjects=["sarai.documents"])
        for document in documents:
            await jetstream.publish("sarai.documents", canonical(document))
        await client.close()

    asyncio.run(all_of_them())


def say(broker: Broker, seal: str, words: Sequence[dict]) -> None:
    async def all_of_them() -> None:
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            for word in words:
                await client.publish(f"sarai/seals/{seal}/events", msgspec.json.encode(word), qos=1)

    asyncio.run(all_of_them())


def word(number: int, hours: float, latitude: float, longitude: float, event: str = "position") -> dict:
    return {
        "number": number, "time": day(70, hours), "event": event,
        "latitude_deg": latitude, "longitude_deg": longitude,
    }  # fmt: skip


def papers(start: int, stop: int) -> list[Document]:
    return [imported(f"nats-{n}", day(74), f"KZ-{n % 7}", line("610910", 1)) for n in range(start, stop)]


def kept(directory: Path, number: str) -> list[str]:
    """The numbers of the documents that the book has, in order."""
    with sarai.open(str(directory / "book.db"), create=False) as book:
        return [
            each.document.number for each in Feed(book.store)
            if not each.code and each.document and each.document.number.startswith(number)
        ]  # fmt: skip


# -- in over a broker, out over HTTP -------------------------------------------------------------------


def test_what_comes_over_nats_is_alerted_of_on_the_live_stream(nats_broker: Broker, tmp_path: Path):
    """Goods of the priority list that nobody brought leave for Russia."""
    gone = [
        exported(
            f"gone-{n}", day(75), "KZ-770001", line("854231", 500, 90_000),
            consignee=Party(id="RU-990041", name="Partner"),
        )
        for n in range(6)
    ]  # fmt: skip
    with listening(tmp_path, streams=reading(nats_broker)) as desk:
        wait_for(lambda: state(desk, NATS)["connected"])
        wait_for(lambda: desk.ask("officer", "GET", "/health").json()["watch"]["behind"] == 0)
        heard: list[dict] = []
        listener = threading.Thread(target=lambda: heard.append(first_event(desk)))
        listener.start()
        wait_for(lambda: len(desk.house.bus) > OURS)
        publish(nats_broker, gone)
        listener.join(PATIENCE_S)
        told = state(desk, NATS)
    assert "gone-" in json.dumps(heard[0])
    assert (told["messages"], told["posted"], told["refused"]) == (6, 6, 0)
    assert kept(tmp_path, "gone-") == [each.number for each in gone]


def first_event(desk: Served) -> dict:
    headers = {"Authorization": f"Bearer {desk.key('officer')}"}
    with (
        httpx2.Client(base_url=desk.client.base_url, timeout=PATIENCE_S) as client,
        client.stream("GET", f"{API}/alerts/stream", headers=headers) as answer,
    ):
        return next(json.loads(text[6:]) for text in answer.iter_lines() if text.startswith("data: "))


def test_what_a_seal_says_is_where_the_consignment_is(mqtt_broker: Broker, tmp_path: Path):
    """The seal does not know its consignment; the server does, from the paper that came in just before."""
    way = transited(
        "H/1", day(70), REROUTED, line("854231", 5), place="KZHOR", destination="KZAAU", seals=["S-1"]
    )
    name = {"issuer": way.issuer, "number": way.number}
    with listening(tmp_path, streams=hearing(mqtt_broker), story=False) as desk:
        wait_for(lambda: state(desk, MQTT)["connected"])
        desk.post("officer", [way])
        say(mqtt_broker, "S-1", [word(1, 0, 44.21, 80.04, "applied"), word(2, 12, 44.0, 73.0)])
        wait_for(lambda: state(desk, MQTT)["posted"] == 2)
        here = desk.get("trader", "/consignment/standing", **name).json()
        assert (here["last"]["latitude_deg"], here["last"]["longitude_deg"]) == ("44.0000000", "73.0000000")
        assert [stop["place"] for stop in here["route"]] == ["KZHOR", "KZAAU"]
        assert here["seal_state"] == "applied"
        assert 0.2 < here["progress"] < 0.3
        say(mqtt_broker, "S-1", [word(3, 13, 44.0, 72.0, "broken")])
        wait_for(lambda: state(desk, MQTT)["posted"] == 3)
        broken = desk.get("officer", "/consignments", seal="broken").json()["rows"]
        assert [each["number"] for each in broken] == ["H/1"]
        track = desk.get("trader", "/consignment/track", **name).json()["rows"]
        assert [each["event"] for each in track] == ["applied", "position", "broken"]
        metrics = desk.ask("admin", "GET", "/metrics").text
        assert f'sarai_stream_posted_total{{source="{MQTT}"}} 3.0' in metrics
        assert f'sarai_stream_connected{{source="{MQTT}"}} 1.0' in metrics
        everything = metrics + desk.log.getvalue() + desk.ask("officer", "GET", "/health").text
    assert SECRET not in everything


# -- what stops ------------------------------------------------------------------------------------------


def test_a_broker_that_is_not_there_hinders_nobody(nats_broker: Broker, tmp_path: Path):
    nats_broker.stop()
    with listening(tmp_path, streams=reading(nats_broker), story=False) as desk:
        assert desk.ask("", "GET", "/health/ready").status_code == 200
        found = wait_for(lambda: (now := state(desk, NATS))["waiting"] != "not connected yet" and now)
        assert not found["connected"]
        assert f'sarai_stream_connected{{source="{NATS}"}} 0.0' in desk.ask("admin", "GET", "/metrics").text
        nats_broker.start()
        wait_for(lambda: state(desk, NATS)["connected"])
        publish(nats_broker, papers(0, 3))
        wait_for(lambda: state(desk, NATS)["posted"] == 3)


@pytest.mark.parametrize("which", ["nats", "mqtt"])
def test_a_broker_that_goes_and_comes_back(
    which: str, nats_broker: Broker, mqtt_broker: Broker, tmp_path: Path
):
    broker, streams, source = {
        "nats": (nats_broker, reading, NATS),
        "mqtt": (mqtt_broker, hearing, MQTT),
    }[which]
    way = transited("H/2", day(70), REROUTED, line("854231", 5), seals=["S-2"])

    def tell(start: int, stop: int) -> None:
        if which == "nats":
            publish(broker, papers(start, stop))
        else:
            say(broker, "S-2", [word(n, n / 10, 44.0, 80.0 - n / 10) for n in range(start, stop)])

    with listening(tmp_path, streams=streams(broker), story=False) as desk:
        desk.post("officer", [way])
        wait_for(lambda: state(desk, source)["connected"])
        tell(0, 5)
        wait_for(lambda: state(desk, source)["posted"] == 5)
        broker.stop()
        gone = wait_for(lambda: not (now := state(desk, source))["connected"] and now)
        assert gone["waiting"]
        assert desk.ask("", "GET", "/health/ready").status_code == 200, "the rest works on"
        broker.start()
        tell(3, 9)
        wait_for(lambda: (now := state(desk, source))["connected"] and now["posted"] == 9)
        assert state(desk, source)["waiting"] == ""
        mine = {"nats": {"number": "nats-"}, "mqtt": {"issuer": "seal:S-2"}}[which]
        documents = desk.get("officer", "/documents", refused=False, **mine).json()["rows"]
        assert len(documents) == len({each["number"] for each in documents}) == 9


def test_a_server_that_is_stopped_keeps_what_it_acknowledged_and_goes_on_there(
    nats_broker: Broker, tmp_path: Path
):
    documents = papers(0, 400)
    publish(nats_broker, documents)
    with listening(tmp_path, streams=reading(nats_broker), story=False) as desk:
        wait_for(lambda: state(desk, NATS)["posted"] > 0)  # and is stopped in the midst
    stopped = kept(tmp_path, "nats-")
    assert stopped == [each.number for each in documents[: len(stopped)]]
    with sarai.open(str(tmp_path / "book.db"), create=False) as book:
        assert book.mark(NATS).partition(" of ")[0] == str(len(stopped)), "the mark is that of the documents"
    house = House(str(tmp_path / "book.db"), tmp_path, create=False, clock=lambda: day(75))

    async def the_rest() -> int:
        house.open()
        streams = reading(nats_broker)(house)
        streams.start()
        feeder = streams.feeders[0]
        while int((feeder.state.position or "0").split()[0]) < len(documents):
            await asyncio.sleep(0.05)
        await streams.stop()
        house.close()
        return feeder.state.repeated

    assert asyncio.run(asyncio.wait_for(the_rest(), PATIENCE_S)) == 0
    assert kept(tmp_path, "nats-") == [each.number for each in documents]


def test_a_part_that_ends_by_a_fault_is_told_of(mqtt_broker: Broker, tmp_path: Path, monkeypatch):
    def fails(*_: object) -> None:
        raise ZeroDivisionError("no such case")

    with listening(tmp_path, streams=hearing(mqtt_broker), story=False) as desk:
        wait_for(lambda: state(desk, MQTT)["connected"])
        monkeypatch.setattr("sarai.server.streams.mqtt.hear", fails)
        say(mqtt_broker, "S-1", [word(1, 0, 44.21, 80.04)])
        wait_for(lambda: "ZeroDivisionError" in state(desk, MQTT)["waiting"])
        told = desk.ask("officer", "GET", "/health").json()
        assert told["ended"] == {MQTT: "ZeroDivisionError: no such case"}
        assert not told["streams"][MQTT]["connected"]


# -- a fleet over a broker -------------------------------------------------------------------------------


def test_a_fleet_speaks_over_the_broker_and_is_heard(mqtt_broker: Broker, tmp_path: Path):
    """The demonstration with a broker: what made-up seals publish comes back through the feeder."""
    from sarai.server.demo import Play, play

    state_of = Play(traders=60, days=6, seed=3, speed=6_000.0)
    house = play(state_of, tmp_path / "desk")

    async def story() -> None:
        house.open()
        streams = hearing(mqtt_broker)(house)
        streams.start()
        try:
            while streams.feeders[0].state.posted < 20:
                assert not streams.faults
                await asyncio.sleep(0.05)
        finally:
            await streams.stop()
            house.close()

    asyncio.run(asyncio.wait_for(story(), PATIENCE_S))
    with sarai.open(str(tmp_path / "desk" / "book.db"), create=False) as book:
        posted = [each for each in Feed(book.store) if each.document is not None]
    told = [each for each in posted if each.document.issuer.startswith("seal:")]
    assert {each.code for each in told} == {0}
    moments = [each.document.time for each in told]
    assert all(later - one > -timedelta(days=1) for one, later in pairwise(moments))
