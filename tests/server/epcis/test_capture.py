"""Capture: what is valid comes back equal, jobs end as the header says, and nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import pytest
from epcis_desk import document, event, events_of, open_desk, read
from test_checking import EXAMPLES, NEEDED, flaws

from sarai.server.epcis import EpcisSettings
from sarai.server.epcis.hashing import event_hash
from sarai.server.epcis.reading import decode

SET_BY_US = ("recordTime",)


def without(told: dict, *names: str) -> dict:
    return {name: value for name, value in told.items() if name not in names}


async def comes_back(desk, told) -> None:
    """Each event of a document is found under its identifier, and says what was sent."""
    for sent in events_of(told):
        name = sent.get("eventID")
        if name is None:
            found = await desk.found(
                GE_eventTime=sent["eventTime"]
            )  # of many documents, so under many contexts
            among = [without(each, "eventID", "@context") for each in found]
        else:
            among = await desk.found(f"/events/{quote(name, safe='')}")
        assert without(sent, *SET_BY_US) in [without(e, *SET_BY_US) for e in among]


@NEEDED
def test_every_example_comes_back_equal_or_is_refused_with_the_place(play):
    async def story(desk):
        refused = []
        for path in EXAMPLES:
            body = path.read_bytes()
            answer = await desk.client.post(
                "/epcis/capture", content=body, headers={"Content-Type": "application/ld+json"}
            )
            if flaws(decode(body, EpcisSettings())):
                refused.append(path.name)
                assert answer.status_code == 400
                assert answer.json()["type"] == "epcisException:ValidationException"
                assert answer.json()["pointer"]
                continue
            assert (await desk.job(answer))["success"] is True
            await comes_back(desk, read(path))
        assert len(refused) == 4  # of the simple-context folder, as the schema says

    play(story)


STRANGE = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-02T09:15:00.123456789+05:45",
    "eventTimeZoneOffset": "+05:45",
    "action": "ADD",
    "epcList": [],
    "quantityList": [{"epcClass": "urn:epc:idpat:sgtin:4012345.011111.*", "quantity": 12.50, "uom": "KGM"}],
    "ilmd": {
        "ext:batch": {"ext:made": [{"ext:by": ["a", {"ext:when": "2026-01-01T00:00:00Z"}]}, 7, None, True]}
    },
    "sensorElementList": [
        {
            "sensorMetadata": {"deviceID": "urn:epc:id:giai:4000001.111", "ext:firmware": "7.1"},
            "sensorReport": [
                {"type": "ext:Vibration", "value": 1e-7, "uom": "X", "ext:axis": "x"},
                {
                    "type": "gs1:Temperature",
                    "minValue": -40,
                    "maxValue": 12345678901234567890.5,
                    "uom": "CEL",
                },
            ],
            "ext:note": "Überhitzung ✓ 日本",
        }
    ],
    "readPoint": {"id": "geo:42.698334,23.319941", "ext:gate": {"ext:lane": 3}},
    "https://other.example.org/vocab#seal": {"https://other.example.org/vocab#number": "A-1"},
    "undeclared:field": ["x"],
    "ext:nothing": {},
    "ext:empty": "",
}


@pytest.mark.parametrize(
    "context",
    [
        [*document([])["@context"], {"ext": "https://ext.example.net/v1#", "undeclared": "urn:x:"}],
        [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            "https://ext.example.net/c.jsonld",
        ],
        {"ext": {"@id": "https://ext.example.net/", "@prefix": True}},
    ],
)
def test_extensions_of_any_kind_come_back_equal(play, context):
    async def story(desk):
        job = await desk.capture([STRANGE], context=context)
        assert job["success"], job
        told = await desk.get("/events")
        assert without(events_of(told)[0], "eventID", "recordTime") == STRANGE
        assert told["@context"] == context

    play(story)


def test_numbers_keep_their_digits(play):
    digits = ["12.50", "12345678901234567890.5", "0.1000000000000000055511151231257827", "-1"]

    async def story(desk):
        for number in digits:
            body = json.dumps(document([event() | {"ex:n": "NUMBER"}])).replace('"NUMBER"', number)
            headers = {"Content-Type": "application/json"}
            await desk.job(await desk.client.post("/epcis/capture", content=body, headers=headers))
        told = (await desk.client.get("/epcis/events")).text
        assert [each.split('"ex:n":')[1].split(",")[0] for each in told.split('"eventTime"')[1:]] == digits

    play(story)


def test_events_without_identifier_get_their_hash(play):
    async def story(desk):
        told = event(bizStep="shipping") | {"ex:a": "1"}
        await desk.capture([told])
        (found,) = await desk.found()
        known = {"ex": "https://ns.example.com/epcis/"}
        assert found["eventID"] == event_hash(told, known)
        assert await desk.found(f"/events/{quote(found['eventID'], safe='')}") == [found]

    play(story)


def test_the_same_again_is_not_added_again(play):
    async def story(desk):
        for _ in range(2):
            assert (await desk.capture([event(), event()]))["success"]
        assert len(await desk.found()) == 1

    play(story)


def test_contexts_that_disagree_do_not_mix(play):
    async def story(desk):
        for place in ("a", "b"):
            context = [document([])["@context"][0], {"ex": f"https://{place}.example.org/"}]
            await desk.capture([event(eventID=f"urn:x:{place}") | {"ex:f": "1"}], context=context)
        told = await desk.get("/events")
        whole = [told["@context"], *(each.get("@context") for each in events_of(told))]
        assert "https://a.example.org/" in json.dumps([whole[0], whole[1]])
        assert "https://b.example.org/" in json.dumps(whole[2])
        assert [e["eventID"] for e in await desk.found(**{"EQ_https://b.example.org/f": "1"})] == ["urn:x:b"]

    play(story)


BAD = event(eventID="urn:x:bad", action="MOVE")


def test_rollback_takes_all_or_nothing(play):
    async def story(desk):
        answer = await desk.client.post("/epcis/capture", json=document([event(), BAD]))
        assert answer.status_code == 400
        assert answer.json()["pointer"] == "/epcisBody/eventList/1/action"
        assert await desk.found() == []
        assert await desk.get("/capture") == []

    play(story)


def test_proceed_takes_what_is_good(play):
    async def story(desk):
        job = await desk.capture([event(), BAD], proceed=True)
        assert (job["success"], job["captureErrorBehaviour"]) == (False, "proceed")
        assert [error["pointer"] for error in job["errors"]] == ["/epcisBody/eventList/1/action"]
        assert len(await desk.found()) == 1
        assert (await desk.get("/capture"))[0] == job

    play(story)


def test_single_events(play):
    async def story(desk):
        told = event(eventID="urn:uuid:1") | {"@context": document([])["@context"]}
        answer = await desk.client.post("/epcis/events", json=told)
        assert answer.status_code == 201
        assert without(answer.json(), "recordTime") == told
        (found,) = events_of((await desk.client.get(answer.headers["location"])).json())
        assert without(found, "recordTime") == told
        again = await desk.client.post("/epcis/events", json=told)
        assert (again.status_code, again.json()["type"]) == (
            409,
            "epcisException:ResourceAlreadyExistsException",
        )
        alone = await desk.client.post("/epcis/events", json=without(told, "@context"))
        assert (alone.status_code, alone.json()["pointer"]) == (400, "/@context")
        wrong = told | {"errorDeclaration": {"declarationTime": "2026-03-03T00:00:00Z"}}
        assert (await desk.client.post("/epcis/events", json=wrong)).status_code == 201
        assert len(await desk.found("/events/urn:uuid:1")) == 2
        assert len(await desk.found(EXISTS_errorDeclaration="true")) == 1

    play(story)


def test_what_was_acknowledged_is_carried_out_after_a_crash(tmp_path):
    """A job that was taken on, and nothing done about it, is done by the next server; once."""

    async def taken_on():
        async with open_desk(tmp_path) as desk:
            repository = desk.repository
            body = json.dumps(document([event(eventID="urn:x:1")])).encode()
            from sarai.server.epcis import View

            repository.jobs.open("left", View("me"), desk.house.now(), False, body)

    async def after():
        async with open_desk(tmp_path) as desk:
            while (await desk.get("/capture/left"))["running"]:
                await asyncio.sleep(0.01)
            assert [each["eventID"] for each in await desk.found()] == ["urn:x:1"]

    asyncio.run(taken_on())
    asyncio.run(after())
    asyncio.run(after())


def test_bounds(play):
    bounds = EpcisSettings(body_bytes=2_000, capture_events=2, event_bytes=1_000, url_bytes=300)

    async def story(desk):
        many = await desk.client.post("/epcis/capture", json=document([event()] * 3))
        assert (many.status_code, many.json()["type"]) == (
            413,
            "epcisException:CaptureLimitExceededException",
        )
        assert many.headers["gs1-epcis-capture-limit"] == "2"
        big = await desk.client.post("/epcis/capture", json=document([event()], note="x" * 3_000))
        assert big.status_code == 413

        async def parts():
            for _ in range(30):
                yield b" " * 100

        headers = {"Content-Type": "application/json"}
        assert (await desk.client.post("/epcis/capture", content=parts(), headers=headers)).status_code == 413
        large = await desk.client.post("/epcis/capture", json=document([event() | {"ex:a": "x" * 1_000}]))
        assert (large.status_code, large.json()["pointer"]) == (400, "/epcisBody/eventList/0")
        long = await desk.client.get("/epcis/events", params={"EQ_bizStep": "x" * 300})
        assert (long.status_code, long.json()["type"]) == (414, "epcisException:URITooLongException")
        told = await desk.client.options("/epcis/capture")
        assert told.headers["gs1-epcis-capture-file-size-limit"] == "2000"

    play(story, bounds)
