"""Statuses, headers and errors against GS1's OpenAPI."""

from __future__ import annotations

import json
from typing import Any

import pytest
from epcis_desk import document, event, read, shared

from sarai.server.epcis import View
from sarai.server.epcis.flaws import shown
from sarai.server.problems import Problem


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    return read(shared("epcis_gs1", "REST_Bindings", "openapi.json"))


def resolved(openapi: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = openapi
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


FILLED = {
    "captureID": "none", "eventID": "urn:x:1", "eventType": "ObjectEvent",
    "epc": "urn:epc:id:sgtin:4012345.011111.1",
    "bizStep": "shipping", "bizLocation": "urn:x:here", "readPoint": "urn:x:here", "disposition": "active",
    "queryName": "named", "subscriptionID": "none", "token": "none",
}  # fmt: skip
NOT_DISCOVERED = ("/nextPageToken/{token}",)  # has neither GET nor OPTIONS


def address(path: str) -> str:
    for name, value in FILLED.items():
        path = path.replace(f"{{{name}}}", value)
    return f"/epcis{path}"


async def prepared(desk) -> None:
    here = {"id": "urn:x:here"}
    told = event(
        eventID="urn:x:1", bizStep="shipping", disposition="active", readPoint=here, bizLocation=here
    )
    await desk.capture([told])
    await desk.client.post("/epcis/queries", json={"name": "named", "query": {}})


def problem_types(openapi: dict[str, Any], response: dict[str, Any]) -> set[str]:
    """The names of errors that the OpenAPI lets an answer have."""
    media = resolved(openapi, response).get("content", {})
    schema = (media.get("application/problem+json") or media.get("application/json") or {}).get("schema", {})
    parts = [resolved(openapi, part) for part in schema.get("allOf", [schema])]
    return {each for part in parts for each in part.get("properties", {}).get("type", {}).get("enum", ())}


def test_every_route_is_there_and_answers_as_described(play, openapi):
    async def story(desk):
        await prepared(desk)
        missing = []
        for path, operations in openapi["paths"].items():
            for method in ("get", "options", "post", "delete"):
                if method not in operations:
                    continue
                body = {"json": {"nothing": "of use"}} if method == "post" else {}
                answer = await desk.client.request(method.upper(), address(path), **body)
                responses = operations[method]["responses"]
                if str(answer.status_code) not in responses and not (
                    method == "post" and answer.status_code == 400
                ):
                    missing.append((path, method, answer.status_code))
                elif answer.status_code >= 400:
                    assert answer.headers["content-type"] == "application/problem+json"
                    known = problem_types(openapi, responses.get(str(answer.status_code), {}))
                    assert not known or answer.json()["type"] in known, (path, answer.json())
        assert missing == []

    play(story)


DISCOVERED = ("allow", "gs1-epcis-version", "gs1-epcis-min", "gs1-epcis-max", "gs1-cbv-version",
              "gs1-cbv-min",
              "gs1-cbv-max", "gs1-epc-format", "gs1-cbv-xml-format", "gs1-vendor-version")  # fmt: skip


def test_discovery(play, openapi):
    async def story(desk):
        for path, operations in openapi["paths"].items():
            if path in NOT_DISCOVERED:
                continue
            answer = await desk.client.options(address(path))
            assert answer.status_code == 204
            assert set(DISCOVERED) <= set(answer.headers)
            methods = {name.upper() for name in operations if name in ("get", "post", "delete", "options")}
            assert set(answer.headers["allow"].split(", ")) == methods, path
        capture = (await desk.client.options("/epcis/capture")).headers
        assert capture["gs1-capture-error-behaviour"] == "all"
        assert int(capture["gs1-epcis-capture-limit"]) > 0
        assert int(capture["gs1-epcis-capture-file-size-limit"]) > 0

    play(story)


def test_jobs_and_lists_are_of_the_shape_described(play, openapi):
    async def story(desk):
        await prepared(desk)
        top = await desk.get("")
        assert set(top["member"]) == set(openapi["components"]["schemas"]["TopLevelResources"]["enum"])
        (job,) = await desk.get("/capture")
        parts = openapi["components"]["schemas"]["CaptureJob"]["allOf"]
        wanted = set(parts[0]["properties"]) | {"errors"}
        assert set(job) == wanted
        assert [type(job[name]) for name in ("running", "success", "errors")] == [bool, bool, list]

    play(story)


def test_answers_satisfy_the_schema(play):
    jsonschema = pytest.importorskip("jsonschema")
    schema = read(shared("epcis_gs1", "EPCIS-JSON-Schema.json"))

    async def story(desk):
        await prepared(desk)
        told = (await desk.client.get("/epcis/events")).json()
        jsonschema.Draft7Validator(schema).validate(told)

    play(story)


JSON, LD = "application/json", "application/ld+json"


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("*/*", JSON), (JSON, JSON), (LD, LD), ("application/*", JSON), (f"{LD};q=0.5, {JSON}", JSON),
        (f"{JSON};q=0.1, {LD};q=0.9", LD), ("text/html, */*;q=0.1", JSON), ("application/xml", None),
        (f"{JSON};q=0", None), ("text/html", None),
    ],
)  # fmt: skip
def test_media_types_that_come(play, accept, wanted):
    async def story(desk):
        answer = await desk.client.get("/epcis/events", headers={"Accept": accept})
        if wanted is None:
            assert (answer.status_code, answer.json()["type"]) == (
                406,
                "epcisException:NotAcceptableException",
            )
        else:
            assert (answer.status_code, answer.headers["content-type"]) == (200, wanted)

    play(story)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (JSON, 202), (LD, 202), ("application/json; charset=UTF-8", 202), ("application/xml", 415),
        ("text/plain", 415),
        ("application/json; charset=utf-16", 415), ("", 415),
    ],
)  # fmt: skip
def test_media_types_that_go(play, sent, status):
    async def story(desk):
        body = json.dumps(document([event()])).encode()
        headers = {"Content-Type": sent} if sent else {}
        answer = await desk.client.post("/epcis/capture", content=body, headers=headers)
        assert answer.status_code == status
        if status == 415:
            assert answer.json()["type"] == "epcisException:UnsupportedMediaTypeException"

    play(story)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0.0"}, 200), ({"GS1-EPCIS-Min": "2.1"}, 406),
        ({"GS1-EPCIS-Max": "1.2"}, 406), ({"GS1-CBV-Min": "3"}, 406), ({"GS1-EPCIS-Min": "two"}, 406),
        ({"GS1-EPC-Format": "Always_EPC_URN"}, 406), ({"GS1-EPC-Format": "No_Preference"}, 200),
        ({"GS1-EPC-Format": "upside down"}, 406),
    ],
    ids=str,
)  # fmt: skip
def test_versions_and_forms(play, headers, status):
    async def story(desk):
        assert (await desk.client.get("/epcis/events", headers=headers)).status_code == status

    play(story)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"GS1-EPCIS-Version": "2.0.0"}, 202), ({"GS1-EPCIS-Version": "1.2"}, 406),
        ({"GS1-CBV-Version": "x"}, 406),
        ({"GS1-Capture-Error-Behaviour": "perhaps"}, 400),
    ],
    ids=str,
)  # fmt: skip
def test_versions_of_what_is_sent(play, headers, status):
    async def story(desk):
        answer = await desk.client.post("/epcis/capture", json=document([event()]), headers=headers)
        assert answer.status_code == status

    play(story)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"text"', b"{}", b'{"type": "EPCISDocument"}', b'{"type": 7}', b"\xff",
     b"[" * 5_000],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/capture", "/events", "/queries", "/queries/named/subscriptions"])
def test_bodies_of_no_use(play, path, body):
    async def story(desk):
        await prepared(desk)
        answer = await desk.client.post(f"/epcis{path}", content=body, headers={"Content-Type": JSON})
        assert answer.status_code == 400, answer.text
        assert answer.json()["type"].startswith("epcisException:")
        assert answer.json()["detail"]

    play(story)


def test_the_desk_describes_all_of_it(play):
    async def story(desk):
        told = desk.app.openapi()
        assert len([path for path in told["paths"] if path.startswith("/epcis")]) > 25
        for operations in told["paths"].values():
            for operation in operations.values():
                assert {"400", "404", "406"} <= set(operation["responses"])

    play(story)


def test_long_values_are_cut():
    assert len(shown("x" * 1_000)) < 100


def by_header(connection: Any, right: str) -> View:
    """Who asks is said by a header; nobody may capture without."""
    name = connection.headers.get("x-who", "")
    if not name:
        raise Problem(401, "Not signed in", "send a key", headers={"WWW-Authenticate": "Bearer"})
    if name == "auditor":
        if right == "epcis.capture":
            raise Problem(403, "Not allowed", "an auditor changes nothing")
        return View(name, name)
    return View(name, "trader", (name,))


def test_who_may(play):
    async def story(desk):
        none = await desk.client.get("/epcis/events")
        assert (none.status_code, none.json()["type"]) == (401, "epcisException:SecurityException")
        assert none.headers["www-authenticate"] == "Bearer"
        auditor = {"X-Who": "auditor"}
        barred = await desk.client.post("/epcis/capture", json=document([event()]), headers=auditor)
        assert (barred.status_code, barred.json()["type"]) == (403, "epcisException:SecurityException")
        one, two = {"X-Who": "one"}, {"X-Who": "two"}
        taken = await desk.client.post(
            "/epcis/capture", json=document([event(eventID="urn:x:1")]), headers=one
        )
        while (await desk.client.get(taken.headers["location"], headers=one)).json()["running"]:
            pass
        assert (await desk.client.get(taken.headers["location"], headers=two)).status_code == 404
        for who, status in ((one, 200), (auditor, 200), (two, 404)):
            for path in ("/events/urn:x:1", "/events/urn:x:1/outcome"):
                assert (await desk.client.get(f"/epcis{path}", headers=who)).status_code == status
        assert (await desk.get("/epcs", two))["member"] == []
        assert len((await desk.get("/epcs", auditor))["member"]) == 1

    play(story, guard=by_header)


def test_queries_and_subscriptions_are_ended_by_whom_they_belong_to(play):
    async def story(desk):
        one, two = {"X-Who": "one"}, {"X-Who": "two"}
        await desk.client.post("/epcis/queries", json={"name": "mine", "query": {}}, headers=one)
        body = {"dest": "http://127.0.0.1:9/", "stream": True}
        made = await desk.client.post("/epcis/queries/mine/subscriptions", json=body, headers=one)
        assert (await desk.client.delete(made.headers["location"], headers=two)).status_code == 404
        for path in ("", "/events", "/subscriptions"):  # what one asks for is nobody else's business
            assert (await desk.client.get(f"/epcis/queries/mine{path}", headers=two)).status_code == 404
        assert await desk.get("/queries", two) == []
        assert len(await desk.get("/queries/mine/subscriptions", one)) == 1
        assert (await desk.client.delete("/epcis/queries/mine", headers=two)).status_code == 404
        assert (await desk.client.delete("/epcis/queries/mine", headers=one)).status_code == 204

    play(story, guard=by_header)
