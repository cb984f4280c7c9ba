"""Named queries and subscriptions, told to a receiver on loopback and through WebSockets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from epcis_desk import event, events_of, open_desk

from sarai.server.epcis import EpcisSettings
from sarai.server.epcis.schedule import BadSchedule, schedule

QUICK = EpcisSettings(retry_s=0.01, retry_most_s=0.05, delivery_s=5.0)
SHIPPED = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"]}}


class Receiver:
    """Takes what it is told; ``answers`` are the statuses of the first answers, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.came = asyncio.Event()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of HTTP."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.heard.append((headers, body))
            self.came.set()
        writer.write(f"HTTP/1.1 {status} .\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def after(self, count: int) -> list[dict[str, Any]]:
        """What was heard, once it is so many events."""
        while len(self.events()) < count:
            self.came.clear()
            await asyncio.wait_for(self.came.wait(), 20)
        return self.events()

    def events(self) -> list[dict[str, Any]]:
        """All events heard."""
        return [each for _, body in self.heard for each in events_of(json.loads(body))]


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/told"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()


def shipped(number: int, step: str = "shipping") -> dict[str, Any]:
    return event(eventID=f"urn:x:{number}", bizStep=step)


async def subscribe(desk, dest: str, status: int = 201, **body: Any) -> Any:
    await desk.client.post("/epcis/queries", json=SHIPPED)
    answer = await desk.client.post("/epcis/queries/shipped/subscriptions", json={"dest": dest, **body})
    assert answer.status_code == status, answer.text
    return answer


def names(events: list[dict[str, Any]]) -> list[str]:
    return [each["eventID"] for each in events]


def test_each_new_event_is_told_once_and_signed(play):
    async def story(desk):
        async with receiver() as other:
            await desk.capture([shipped(1)])
            made = await subscribe(desk, other.url, stream=True, signatureToken="secret")
            assert "signatureToken" not in made.json()
            await desk.capture([shipped(2), shipped(3, "receiving"), shipped(4)])
            assert names(await other.after(2)) == ["urn:x:2", "urn:x:4"]
            await desk.capture([shipped(5)])
            assert names(await other.after(3)) == ["urn:x:2", "urn:x:4", "urn:x:5"]
            headers, body = other.heard[0]
            told = json.loads(body)
            assert told["epcisBody"]["queryResults"]["subscriptionID"] == made.json()["subscriptionID"]
            sign = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
            assert headers["gs1-signature"] == f"sha256={sign}"
            while "lastNotifiedAt" not in (shown := (await desk.client.get(made.headers["location"])).json()):
                await asyncio.sleep(0.01)
            assert shown["dest"] == other.url

    play(story, QUICK)


def test_from_an_earlier_time_of_record_on(play):
    async def story(desk):
        async with receiver() as other:
            await desk.capture([shipped(1)])
            await subscribe(desk, other.url, stream=True, initialRecordTime="2001-01-01T00:00:00Z")
            assert names(await other.after(1)) == ["urn:x:1"]

    play(story, QUICK)


def test_a_receiver_that_fails_hears_it_again(play):
    async def story(desk):
        async with receiver() as other:
            other.answers = [500, 503, 301]
            await subscribe(desk, other.url, stream=True)
            await desk.capture([shipped(1)])
            assert names(await other.after(1)) == ["urn:x:1"]

    play(story, QUICK)


def test_a_receiver_that_wants_less_at_once(play):
    async def story(desk):
        async with receiver() as other:
            other.answers = [413, 413]
            await subscribe(desk, other.url, stream=True)
            await desk.capture([shipped(number) for number in range(8)])
            assert names(await other.after(8)) == [f"urn:x:{number}" for number in range(8)]
            assert {len(events_of(json.loads(body))) for _, body in other.heard} == {2}

    play(story, QUICK)


def test_it_goes_on_after_a_restart(tmp_path):
    async def story():
        async with receiver() as other:
            async with open_desk(tmp_path, QUICK) as desk:
                await subscribe(desk, other.url, stream=True)
                await desk.capture([shipped(1)])
                await other.after(1)
                while not (await desk.get("/queries/shipped/subscriptions"))[0].get("lastNotifiedAt"):
                    await asyncio.sleep(0.01)
            async with open_desk(tmp_path, QUICK) as desk:
                await desk.capture([shipped(2)])
                assert names(await other.after(2)) == ["urn:x:1", "urn:x:2"]

    asyncio.run(story())


def test_by_a_schedule_also_if_there_is_nothing(play):
    async def story(desk):
        async with receiver() as other:
            await subscribe(desk, other.url, schedule={"second": "*"}, reportIfEmpty=True)
            while not other.heard:
                await asyncio.wait_for(other.came.wait(), 20)
            assert other.events() == []
            await desk.capture([shipped(1), shipped(2)])
            assert names(await other.after(2)) == ["urn:x:1", "urn:x:2"]

    play(story, QUICK)


def test_too_many_for_a_query_with_a_bound(play):
    async def story(desk):
        async with receiver() as other:
            await desk.client.post("/epcis/queries", json={"name": "few", "query": {"maxEventCount": 1}})
            body = {"dest": other.url, "stream": True}
            assert (await desk.client.post("/epcis/queries/few/subscriptions", json=body)).status_code == 201
            await desk.capture([shipped(1), shipped(2)])
            await asyncio.wait_for(other.came.wait(), 20)
            assert json.loads(other.heard[0][1])["type"] == "epcisException:QueryTooLargeException"

    play(story, QUICK)


def test_who_has_unsubscribed_hears_no_more(play):
    async def story(desk):
        async with receiver() as other:
            made = await subscribe(desk, other.url, stream=True)
            assert len(await desk.get("/queries/shipped/subscriptions")) == 1
            where = made.headers["location"]
            assert (await desk.client.delete(where)).status_code == 204
            assert (await desk.client.get(where)).status_code == 404
            again = await subscribe(desk, other.url, stream=True)
            assert (await desk.client.delete("/epcis/queries/shipped")).status_code == 204
            assert (await desk.client.get("/epcis/queries/shipped")).status_code == 404
            assert (await desk.client.get(again.headers["location"])).status_code == 404
            await desk.capture([shipped(1)])
            await asyncio.sleep(0.05)
            assert other.heard == []

    play(story, QUICK)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"dest": "http://127.0.0.1/", "stream": False}, "SubscriptionControlsException"),
        ({"dest": "http://127.0.0.1/"}, "SubscriptionControlsException"),
        (
            {"dest": "http://127.0.0.1/", "stream": True, "schedule": {"hour": "1"}},
            "SubscriptionControlsException",
        ),
        ({"dest": "http://127.0.0.1/", "schedule": {"hour": "25"}}, "SubscriptionControlsException"),
        (
            {"dest": "http://127.0.0.1/", "schedule": {"dayOfMonth": "31", "month": "2"}},
            "SubscriptionControlsException",
        ),
        ({"dest": "http://10.0.0.1/", "stream": True}, "ValidationException"),
        ({"dest": "http://127.0.0.1@10.0.0.1/", "stream": True}, "ValidationException"),
        ({"dest": "file:///etc/passwd", "stream": True}, "ValidationException"),
        ({"dest": "http://[::1", "stream": True}, "ValidationException"),
        ({"stream": True}, "ValidationException"),
        ({"dest": "http://127.0.0.1/", "stream": True, "initialRecordTime": "now"}, "ValidationException"),
        ([], "ValidationException"),
    ],
    ids=str,
)
def test_subscriptions_that_cannot_be(play, body, kind):
    async def story(desk):
        await desk.client.post("/epcis/queries", json=SHIPPED)
        answer = await desk.client.post("/epcis/queries/shipped/subscriptions", json=body)
        assert (answer.status_code, answer.json()["type"]) == (400, f"epcisException:{kind}")

    play(story)


def test_named_queries(play):
    async def story(desk):
        post = desk.client.post
        made = await post("/epcis/queries", json=SHIPPED)
        assert made.headers["location"].endswith("/epcis/queries/shipped")
        assert (await desk.client.get(made.headers["location"])).json() == SHIPPED
        assert (await post("/epcis/queries", json=SHIPPED)).status_code == 409
        wrong = await post("/epcis/queries", json={"name": "x", "query": {"EQ_colour": "red"}})
        assert wrong.json()["type"] == "epcisException:QueryValidationException"
        for name in ("", "a/b", "..", "x" * 201, 7):
            assert (await post("/epcis/queries", json={"name": name, "query": {}})).status_code == 400
        for number in range(5):
            await post("/epcis/queries", json={"name": f"q{number}", "query": {}})
        first = await desk.client.get("/epcis/queries", params={"perPage": "4"})
        second = await desk.client.get(first.links["next"]["url"])
        assert [each["name"] for each in first.json() + second.json()] == [
            "shipped",
            *(f"q{n}" for n in range(5)),
        ]
        await desk.capture([shipped(number) for number in range(5)])
        told = await desk.client.get("/epcis/queries/shipped/events", params={"perPage": "3"})
        assert told.json()["epcisBody"]["queryResults"]["queryName"] == "shipped"
        more = await desk.client.get(told.links["next"]["url"])
        assert len(events_of(told.json()) + events_of(more.json())) == 5
        assert (await desk.client.get("/epcis/queries/shipped/events?EQ_action=ADD")).status_code == 400
        assert (await desk.client.get("/epcis/queries/none/events")).status_code == 404

    play(story)


def test_web_sockets(tmp_path):
    """The standard's other way to listen; the client is Starlette's, in a thread of its own."""
    from epcis_desk import SmallHouse, document
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from sarai.server.epcis import Repository, router, unguarded

    house = SmallHouse(tmp_path)
    repository = Repository(house, QUICK)
    app = FastAPI(lifespan=lambda app: repository.running())
    app.include_router(router(repository, unguarded), prefix="/epcis")
    with TestClient(app) as client:
        client.post("/epcis/queries", json=SHIPPED)
        with client.websocket_connect("/epcis/queries/shipped/events?stream=true") as socket:
            client.post("/epcis/capture", json=document([shipped(1), shipped(2, "receiving")]))
            assert names(events_of(socket.receive_json())) == ["urn:x:1"]
        with client.websocket_connect("/epcis/queries/none/events?stream=true") as socket:
            assert socket.receive()["code"] == 1008
        with client.websocket_connect("/epcis/queries/shipped/events") as socket:
            assert socket.receive()["code"] == 1008
    house.book.close()


@pytest.mark.parametrize(
    ("told", "after", "wanted"),
    [
        ({"second": "0/30"}, "2026-03-02T09:00:01", "2026-03-02T09:00:30"),
        ({"minute": "5", "hour": "1"}, "2026-03-02T01:05:00", "2026-03-03T01:05:00"),
        ({"hour": "[8-9],12"}, "2026-03-02T09:30:00", "2026-03-02T12:00:00"),
        ({"dayOfWeek": "1"}, "2026-03-02T00:00:00", "2026-03-09T00:00:00"),
        ({"month": "2", "dayOfMonth": "29"}, "2026-03-02T00:00:00", "2028-02-29T00:00:00"),
    ],
)
def test_schedules(told, after, wanted):
    found = schedule(told).next(datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "told", [{}, {"year": "2026"}, {"minute": "60"}, {"minute": "[9-1]"}, {"minute": "5/0"}]
)
def test_schedules_that_cannot_be(told):
    with pytest.raises(BadSchedule):
        schedule(told)
