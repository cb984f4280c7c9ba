"""Query parameters against a plain filter over the same events; pages that are whole and repeat nothing."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from epcis_desk import document, event, events_of, open_desk

from sarai.server.epcis import EpcisSettings, View
from sarai.server.epcis.conditions import Query

ITEM, OTHER = "urn:epc:id:sgtin:4012345.011111.", "urn:epc:id:sgtin:0614141.107346."
PLACES = ["urn:epc:id:sgln:4012345.00011.0", "urn:epc:id:sgln:4012345.00011.7", "https://example.com/p/1"]
LOT = "urn:epc:class:lgtin:4012345.012345."
EX = "https://ns.example.com/epcis/"
WORDS = {"bizStep": ["shipping", "receiving", "storing"], "disposition": ["in_transit", "active", "ex:odd"]}


def some_events(count: int = 120) -> list[dict[str, Any]]:
    """Events of all types and kinds of fields, the same each time."""
    dice = random.Random(20260302)
    return [an_event(dice, number) for number in range(count)]


def an_event(dice: random.Random, number: int) -> dict[str, Any]:
    kind = dice.choice(
        ["ObjectEvent", "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent"]
    )
    when = f"2026-03-{dice.randint(1, 9):02}T{dice.randint(0, 23):02}:00:00.{dice.randint(0, 999):03}+05:00"
    told: dict[str, Any] = {
        "type": kind, "eventID": f"urn:x:{number}", "eventTime": when, "eventTimeZoneOffset": "+05:00",
    }  # fmt: skip
    told |= {name: dice.choice(words) for name, words in WORDS.items() if dice.random() < 0.7}
    told |= {
        name: {"id": dice.choice(PLACES)} for name in ("readPoint", "bizLocation") if dice.random() < 0.6
    }
    epcs = [f"{dice.choice((ITEM, OTHER))}{dice.randint(1, 4)}" for _ in range(1)]
    quantities = [
        {"epcClass": f"{LOT}{dice.randint(1, 3)}", "quantity": dice.randint(1, 9) / 2, "uom": "KGM"}
    ]
    told |= FILL[kind](dice, epcs, quantities)
    if dice.random() < 0.5:
        told |= {
            "ex:level": dice.choice([1, 2.5, "3", "high"]),
            "ex:deep": {"ex:inner": [dice.randint(1, 3)]},
        }
    if dice.random() < 0.3:
        told["persistentDisposition"] = {"set": ["recalled"], "unset": ["available"]}
    if dice.random() < 0.3:
        told["errorDeclaration"] = {"declarationTime": when, "reason": "incorrect_data", "ex:by": "me"}
    if dice.random() < 0.3:
        told["sensorElementList"] = [sensed(dice)]
    if dice.random() < 0.4:
        told["sourceList"] = [{"type": "location", "source": dice.choice(PLACES)}]
    return told


def sensed(dice: random.Random) -> dict[str, Any]:
    report = {
        "type": dice.choice(["Temperature", "Speed"]),
        "value": dice.randint(-5, 5),
        "uom": "CEL",
        "ex:r": "1",
    }
    more = {"stringValue": "x", "booleanValue": dice.random() < 0.5, "percRank": 50}
    metadata = {"deviceID": "urn:epc:id:giai:4000001.111", "time": "2026-03-02T00:00:00Z", "ex:m": "1"}
    return {"sensorMetadata": metadata, "sensorReport": [report | more], "ex:e": "1"}


def _transformation(dice, epcs, quantities):
    return {"inputEPCList": epcs, "outputQuantityList": quantities, "transformationID": "urn:x:t1"}


FILL: dict[str, Callable[..., dict[str, Any]]] = {
    "ObjectEvent": lambda dice, epcs, quantities: {
        "action": "ADD", "epcList": epcs, "quantityList": quantities, "ilmd": {"ex:born": dice.choice("ab")},
    },
    "AggregationEvent": lambda dice, epcs, quantities: {
        "action": "OBSERVE", "parentID": "urn:epc:id:sscc:4012345.0000000111", "childEPCs": epcs,
        "childQuantityList": quantities,
    },
    "TransactionEvent": lambda dice, epcs, quantities: {
        "action": "DELETE", "epcList": epcs,
        "bizTransactionList": [{"type": "po", "bizTransaction": f"urn:x:po:{dice.randint(1, 2)}"}],
    },
    "TransformationEvent": _transformation,
}  # fmt: skip

EVENTS = some_events()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def of(told: dict, *ways: str) -> list[Any]:
    """What lies at ways through an event, each step by name, lists opened."""
    found = []
    for way in ways:
        here: list[Any] = [told]
        for name in way.split("/"):
            here = [each[name] for each in here if isinstance(each, dict) and name in each]
            here = [one for each in here for one in (each if isinstance(each, list) else [each])]
        found += here
    return found


def reports(told: dict, field: str) -> list[Any]:
    return of(told, f"sensorElementList/sensorReport/{field}")


def quantities_of(told: dict) -> list[float]:
    return of(told, *(f"{name}/quantity" for name in (
        "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")))  # fmt: skip


def numbers(values: list[Any]) -> list[float]:
    return [float(v) for v in values if not isinstance(v, bool) and str(v).replace(".", "", 1).isdigit()]


MIDDLE = "2026-03-05T12:00:00.000Z"

CASES: dict[str, tuple[dict[str, str], Callable[[dict], bool]]] = {
    "type": (
        {"eventType": "ObjectEvent|TransformationEvent"},
        lambda e: e["type"] in ("ObjectEvent", "TransformationEvent")),
    "from": ({"GE_eventTime": MIDDLE}, lambda e: at(e["eventTime"]) >= at(MIDDLE)),
    "until": ({"LT_eventTime": MIDDLE}, lambda e: at(e["eventTime"]) < at(MIDDLE)),
    "recorded": ({"LT_recordTime": "2001-01-01T00:00:00Z"}, lambda e: False),
    "recorded since": ({"GE_recordTime": "2001-01-01T00:00:00Z"}, lambda e: True),
    "action": ({"EQ_action": "ADD|DELETE"}, lambda e: e.get("action") in ("ADD", "DELETE")),
    "step": ({"EQ_bizStep": "shipping|storing"}, lambda e: e.get("bizStep") in ("shipping", "storing")),
    "step in full": (
        {"EQ_bizStep": "https://ref.gs1.org/cbv/BizStep-shipping"},
        lambda e: e.get("bizStep") == "shipping"),
    "step as URN": (
        {"EQ_bizStep": "urn:epcglobal:cbv:bizstep:shipping"}, lambda e: e.get("bizStep") == "shipping"),
    "disposition of others": ({"EQ_disposition": f"{EX}odd"}, lambda e: e.get("disposition") == "ex:odd"),
    "set": ({"EQ_persistentDisposition_set": "recalled"}, lambda e: "persistentDisposition" in e),
    "unset": ({"EQ_persistentDisposition_unset": "recalled"}, lambda e: False),
    "read point": ({"EQ_readPoint": PLACES[1]}, lambda e: of(e, "readPoint/id") == [PLACES[1]]),
    "read point as link": (
        {"EQ_readPoint": "https://id.gs1.org/414/4012345000115/254/7"},
        lambda e: of(e, "readPoint/id") == [PLACES[1]]),
    "location": (
        {"EQ_bizLocation": "|".join(PLACES[1:])}, lambda e: set(of(e, "bizLocation/id")) & set(PLACES[1:])),
    "location and below": (
        {"WD_bizLocation": "https://example.com/site"},
        lambda e: set(of(e, "bizLocation/id")) & set(PLACES[1:])),
    "transformation": ({"EQ_transformationID": "urn:x:t1"}, lambda e: "transformationID" in e),
    "epc": ({"MATCH_epc": f"{ITEM}1"}, lambda e: f"{ITEM}1" in of(e, "epcList", "childEPCs")),
    "epc as link": (
        {"MATCH_epc": "https://id.gs1.org/01/04012345111118/21/1"},
        lambda e: f"{ITEM}1" in of(e, "epcList", "childEPCs")),
    "epc pattern": (
        {"MATCH_epc": "urn:epc:idpat:sgtin:4012345.011111.*"},
        lambda e: any(epc.startswith(ITEM) for epc in of(e, "epcList", "childEPCs"))),
    "wide epc pattern": (
        {"MATCH_anyEPC": "urn:epc:idpat:sgtin:0614141.*.*"},
        lambda e: any(epc.startswith(OTHER) for epc in of(e, "epcList", "childEPCs", "inputEPCList"))),
    "parent": ({"MATCH_parentID": "urn:epc:idpat:sscc:4012345.*"}, lambda e: "parentID" in e),
    "input": ({"MATCH_inputEPC": f"{ITEM}2"}, lambda e: f"{ITEM}2" in of(e, "inputEPCList")),
    "output": ({"MATCH_outputEPC": f"{ITEM}2"}, lambda e: False),
    "any epc": (
        {"MATCH_anyEPC": f"{ITEM}2|urn:epc:id:sscc:4012345.0000000111"},
        lambda e: f"{ITEM}2" in of(e, "epcList", "childEPCs", "inputEPCList") or "parentID" in e),
    "class": (
        {"MATCH_epcClass": f"{LOT}1"},
        lambda e: f"{LOT}1" in of(e, "quantityList/epcClass", "childQuantityList/epcClass")),
    "class pattern": ({"MATCH_epcClass": f"{LOT}*"}, lambda e: of(e, "quantityList", "childQuantityList")),
    "output class": (
        {"MATCH_outputEPCClass": f"{LOT}2"}, lambda e: f"{LOT}2" in of(e, "outputQuantityList/epcClass")),
    "input class": ({"MATCH_inputEPCClass": f"{LOT}2"}, lambda e: False),
    "any class": (
        {"MATCH_anyEPCClass": f"{LOT}3"},
        lambda e: f"{LOT}3" in of(
            e, "quantityList/epcClass", "childQuantityList/epcClass", "outputQuantityList/epcClass")),
    "quantity": ({"EQ_quantity": "1.5|2"}, lambda e: set(quantities_of(e)) & {1.5, 2}),
    "more": ({"GT_quantity_KGM": "3"}, lambda e: any(q > 3 for q in quantities_of(e))),
    "at least": ({"GE_quantity": "3"}, lambda e: any(q >= 3 for q in quantities_of(e))),
    "less": ({"LT_quantity": "1"}, lambda e: any(q < 1 for q in quantities_of(e))),
    "other unit": ({"LE_quantity_LTR": "100"}, lambda e: False),
    "identifier": (
        {"EQ_eventID": "urn:x:3|urn:x:7|urn:x:none"}, lambda e: e["eventID"] in ("urn:x:3", "urn:x:7")),
    "wrong": ({"EXISTS_errorDeclaration": "true"}, lambda e: "errorDeclaration" in e),
    "wrong or not": ({"EXISTS_errorDeclaration": "false"}, lambda e: True),
    "declared since": (
        {"GE_errorDeclarationTime": MIDDLE},
        lambda e: any(at(t) >= at(MIDDLE) for t in of(e, "errorDeclaration/declarationTime"))),
    "declared before": (
        {"LT_errorDeclarationTime": MIDDLE},
        lambda e: any(at(t) < at(MIDDLE) for t in of(e, "errorDeclaration/declarationTime"))),
    "reason": ({"EQ_errorReason": "incorrect_data"}, lambda e: "errorDeclaration" in e),
    "declared by": ({"EQ_ERROR_DECLARATION_ex:by": "me"}, lambda e: "errorDeclaration" in e),
    "paper": (
        {"EQ_bizTransaction_po": "urn:x:po:1"},
        lambda e: "urn:x:po:1" in of(e, "bizTransactionList/bizTransaction")),
    "source": ({"EQ_source_location": PLACES[0]}, lambda e: PLACES[0] in of(e, "sourceList/source")),
    "destination": ({"EQ_destination_location": PLACES[0]}, lambda e: False),
    "sensed": ({"EXISTS_sensorElementList": "true"}, lambda e: "sensorElementList" in e),
    "measurement": ({"EQ_type": "gs1:Temperature"}, lambda e: "Temperature" in reports(e, "type")),
    "warm": ({"GE_value_CEL": "0"}, lambda e: any(v >= 0 for v in reports(e, "value"))),
    "cold": ({"LT_value_CEL": "-2"}, lambda e: any(v < -2 for v in reports(e, "value"))),
    "exactly": ({"EQ_value_CEL": "3|-3"}, lambda e: set(reports(e, "value")) & {3, -3}),
    "rank": ({"LE_percRank": "50"}, lambda e: "sensorElementList" in e),
    "device": ({"EQ_deviceID": "https://id.gs1.org/8004/4000001111"}, lambda e: "sensorElementList" in e),
    "sensed when": ({"LT_time": "2026-03-02T00:00:01Z"}, lambda e: "sensorElementList" in e),
    "text": ({"EQ_stringValue": "x"}, lambda e: "sensorElementList" in e),
    "truth": ({"EQ_booleanValue": "true"}, lambda e: True in reports(e, "booleanValue")),
    "of a report": ({"EQ_SENSORREPORT_ex:r": "1"}, lambda e: "sensorElementList" in e),
    "of metadata": ({"EXISTS_SENSORMETADATA_ex:m": "true"}, lambda e: "sensorElementList" in e),
    "of an element": ({"GE_SENSORELEMENT_ex:e": "1"}, lambda e: "sensorElementList" in e),
    "extension": ({"EQ_ex:level": "high|1"}, lambda e: e.get("ex:level") in ("high", 1)),
    "extension in full": ({f"GT_{EX}level": "1"}, lambda e: any(n > 1 for n in numbers(of(e, "ex:level")))),
    "as a number": ({"EQ_ex:level": "3.0"}, lambda e: e.get("ex:level") == "3"),
    "as version 1 writes": ({f"EXISTS_{EX}#deep": "1"}, lambda e: "ex:deep" in e),
    "further in": ({"EQ_INNER_ex:inner": "2"}, lambda e: 2 in of(e, "ex:deep/ex:inner")),
    "not at the top": ({"EQ_INNER_ex:level": "1"}, lambda e: False),
    "ilmd": ({"EQ_ILMD_ex:born": "a"}, lambda e: of(e, "ilmd/ex:born") == ["a"]),
    "all of it": (
        {"eventType": "ObjectEvent", "EQ_bizStep": "shipping|receiving", "GE_quantity": "2",
         "LT_eventTime": MIDDLE},
        lambda e: e["type"] == "ObjectEvent" and e.get("bizStep") in ("shipping", "receiving")
        and any(q >= 2 for q in quantities_of(e)) and at(e["eventTime"]) < at(MIDDLE)),
    "described": (
        {"HASATTR_bizLocation": "urn:x:attr:kind"}, lambda e: of(e, "bizLocation/id") == [PLACES[2]]),
    "described as": ({"EQATTR_bizLocation_urn:x:attr:kind": "shop"}, lambda e: False),
}  # fmt: skip

MASTER = {"epcisMasterData": {"vocabularyList": [{
    "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
    "vocabularyElementList": [
        {"id": "https://example.com/site", "children": ["https://example.com/hall"]},
        {"id": "https://example.com/hall", "children": PLACES[1:]},
        {"id": PLACES[2], "attributes": [{"id": "urn:x:attr:kind", "attribute": "dock"}]},
    ],
}]}}  # fmt: skip


def test_each_parameter_finds_what_a_plain_filter_finds(play):
    async def story(desk):
        await desk.capture(EVENTS, epcisHeader=MASTER)
        headers = {"GS1-Extensions": f"ex={EX}"}
        wrong = {}
        for name, (parameters, holds) in CASES.items():
            told = await desk.get("/events", headers, perPage="1000", **parameters)
            found = {each["eventID"] for each in events_of(told)}
            wanted = {each["eventID"] for each in EVENTS if holds(each)}
            if found != wanted:
                wrong[name] = (len(found), len(wanted))
        assert wrong == {}

    play(story)


def test_the_same_questions_in_the_body_of_a_named_query(play):
    async def story(desk):
        await desk.capture(EVENTS, epcisHeader=MASTER)
        for number, (name, (parameters, holds)) in enumerate(CASES.items()):
            asked = {key: value.split("|") if "|" in value else value for key, value in parameters.items()}
            told = {"name": f"q{number}", "query": {"@context": {"ex": EX}} | asked}
            made = await desk.client.post("/epcis/queries", json=told)
            assert made.status_code == 201, (name, made.text)
            found = {each["eventID"] for each in await desk.found(f"/queries/q{number}/events")}
            assert found == {each["eventID"] for each in EVENTS if holds(each)}, name

    play(story)


async def pages(desk, path: str, **parameters: str) -> list[list[dict[str, Any]]]:
    answer = await desk.client.get(f"/epcis{path}", params=parameters)
    found = []
    while True:
        assert answer.status_code == 200, answer.text
        told = answer.json()
        found.append(told.get("member") if "member" in told else events_of(told))
        if "next" not in answer.links:
            return found
        assert "gs1-next-page-token-expires" in answer.headers
        answer = await desk.client.get(answer.links["next"]["url"])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"orderBy": "eventTime"},
        {"orderBy": "eventTime", "orderDirection": "ASC"},
        {"orderBy": "recordTime"},
        {"orderBy": f"{EX}level", "orderDirection": "ASC"},
        {"EQ_bizStep": "shipping|receiving", "orderBy": "eventTime"},
    ],
    ids=str,
)
def test_pages_are_whole_and_repeat_nothing(play, parameters):
    async def story(desk):
        await desk.capture(EVENTS)
        (whole,) = await pages(desk, "/events", perPage="1000", **parameters)
        parts = await pages(desk, "/events", perPage="7", **parameters)
        assert [len(part) for part in parts[:-1]] == [7] * (len(parts) - 1)
        assert [each["eventID"] for part in parts for each in part] == [each["eventID"] for each in whole]
        if parameters.get("orderBy") == "eventTime":
            times = [at(each["eventTime"]) for each in whole]
            assert times == sorted(times, reverse="orderDirection" not in parameters)

    play(story)


def test_what_is_captured_meanwhile_is_on_no_page(play):
    async def story(desk):
        await desk.capture(EVENTS[:20])
        first = await desk.client.get("/epcis/events", params={"perPage": "15", "orderBy": "eventTime"})
        await desk.capture(EVENTS[20:])
        second = await desk.client.get(first.links["next"]["url"])
        names = [each["eventID"] for answer in (first, second) for each in events_of(answer.json())]
        assert len(names) == len(set(names)) == 20
        assert "next" not in second.links

    play(story)


def test_counts(play):
    async def story(desk):
        await desk.capture(EVENTS)
        by_time = sorted(EVENTS, key=lambda each: at(each["eventTime"]), reverse=True)
        told = await pages(desk, "/events", perPage="4", eventCountLimit="10", orderBy="eventTime")
        assert [len(part) for part in told] == [4, 4, 2]
        latest = {at(each["eventTime"]) for part in told for each in part}
        assert latest == {at(each["eventTime"]) for each in by_time[:10]}
        assert len(await desk.found(maxEventCount="120")) == 120
        many = await desk.client.get("/epcis/events", params={"maxEventCount": "119"})
        assert (many.status_code, many.json()["type"]) == (413, "epcisException:QueryTooLargeException")
        both = await desk.client.get("/epcis/events", params={"maxEventCount": "1", "eventCountLimit": "1"})
        assert both.status_code == 400

    play(story)


@pytest.mark.parametrize(
    "parameters",
    [
        {"EQ_colour": "red"}, {"GE_eventTime": "yesterday"}, {"EQ_action": "MOVE"}, {"GT_quantity": "many"},
        {"orderBy": "bizStep"}, {"orderBy": "eventTime", "orderDirection": "UP"}, {"eventCountLimit": "0"},
        {"perPage": "none"}, {"nextPageToken": "made-up"}, {"EXISTS_errorDeclaration": "perhaps"},
        {"GE_eventTime": "2026-03-02T00:00:00Z|2026-03-03T00:00:00Z"}, {"GT_ex:level": "high"},
    ],
    ids=str,
)  # fmt: skip
def test_questions_that_cannot_be_asked(play, parameters):
    async def story(desk):
        answer = await desk.client.get("/epcis/events", params=parameters)
        assert answer.status_code == 400
        assert answer.json()["type"] == "epcisException:QueryParameterException"
        assert answer.headers["content-type"] == "application/problem+json"

    play(story)


def test_a_token_is_good_for_its_list_alone_and_for_a_while(play):
    async def story(desk):
        await desk.capture(EVENTS)
        first = await desk.client.get("/epcis/events", params={"perPage": "5"})
        url = first.links["next"]["url"]
        assert (await desk.client.get(f"{url}&EQ_action=ADD")).status_code == 400
        assert (await desk.client.get(url.replace("/events?", "/epcs?"))).status_code == 400
        token = url.split("nextPageToken=")[1]
        swapped = token[:-1] + ("0" if token[-1] != "0" else "1")
        assert (await desk.client.get(url.replace(token, swapped))).status_code == 400

    play(story)


def test_a_token_that_was_given_up_is_good_no_more_and_others_are(play):
    async def story(desk):
        await desk.capture(EVENTS)
        url = (await desk.client.get("/epcis/events", params={"perPage": "5"})).links["next"]["url"]
        other = (await desk.client.get("/epcis/events", params={"perPage": "6"})).links["next"]["url"]
        token = url.split("nextPageToken=")[1]
        assert (await desk.client.get(url)).status_code == 200
        for _ in range(2):  # what is good no more may be given up again
            assert (await desk.client.delete(f"/epcis/nextPageToken/{token}")).status_code == 204
        assert (await desk.client.delete("/epcis/nextPageToken/made-up")).status_code == 204
        refused = await desk.client.get(url)
        assert (refused.status_code, refused.json()["type"]) == (
            400,
            "epcisException:QueryParameterException",
        )
        assert (await desk.client.get(other)).status_code == 200

    play(story)


def test_of_tokens_that_were_given_up_some_are_remembered(play):
    async def story(desk):
        await desk.capture(EVENTS)
        urls = [
            (await desk.client.get("/epcis/events", params={"perPage": str(count)})).links["next"]["url"]
            for count in (3, 4, 5)
        ]
        for url in urls:
            await desk.client.delete(f"/epcis/nextPageToken/{url.split('nextPageToken=')[1]}")
        assert [(await desk.client.get(url)).status_code for url in urls] == [200, 400, 400]

    play(story, EpcisSettings(tokens_given_up=2))


def test_a_token_grows_old(play):
    async def story(desk):
        await desk.capture(EVENTS)
        first = await desk.client.get("/epcis/events", params={"perPage": "5"})
        assert (await desk.client.get(first.links["next"]["url"])).status_code == 400

    play(story, EpcisSettings(token_s=-1))


LISTED = {
    "/epcs": lambda e: of(e, "epcList", "childEPCs", "inputEPCList", "parentID"),
    "/readPoints": lambda e: of(e, "readPoint/id"),
    "/bizLocations": lambda e: of(e, "bizLocation/id"),
}


@pytest.mark.parametrize("path", LISTED)
def test_lists_name_each_thing_once_with_its_events(play, path):
    async def story(desk):
        await desk.capture(EVENTS)
        members = [each for page in await pages(desk, path, perPage="2") for each in page]
        assert sorted(members) == sorted({each for e in EVENTS for each in LISTED[path](e)})
        for member in members:
            here = f"{path}/{quote(member, safe='')}"
            assert (await desk.get(here))["member"] == ["events"]
            found = {each["eventID"] for each in await desk.found(f"{here}/events")}
            assert found == {e["eventID"] for e in EVENTS if member in LISTED[path](e)}
        assert (await desk.client.get(f"/epcis{path}/urn:x:none")).status_code == 404
        assert (await desk.client.get(f"/epcis{path}/urn:x:none/events")).status_code == 404

    play(story)


def test_lists_of_words_know_the_standard_ones_and_those_seen(play):
    async def story(desk):
        await desk.capture([*EVENTS, event(type="ex:Weighing", bizStep="https://e.org/weigh")])
        steps = [each for page in await pages(desk, "/bizSteps") for each in page]
        assert len(steps) == 42
        assert "https://e.org/weigh" in steps
        assert (await desk.get("/eventTypes"))["member"][-1] == f"{EX}Weighing"
        assert len(await desk.found(f"/eventTypes/{EX}Weighing/events")) == 1
        shipped = {each["eventID"] for each in await desk.found("/bizSteps/shipping/events")}
        assert shipped == {e["eventID"] for e in EVENTS if e.get("bizStep") == "shipping"}
        assert len(await desk.found("/dispositions/active/events", EQ_action="ADD")) == len(
            [e for e in EVENTS if e.get("disposition") == "active" and e.get("action") == "ADD"]
        )
        assert (await desk.client.get("/epcis/bizSteps/dancing")).status_code == 404

    play(story)


def test_identifiers_as_links_where_they_are_asked_for(play):
    async def story(desk):
        await desk.capture([event(readPoint={"id": PLACES[1]})])
        told = await desk.get("/events", {"GS1-EPC-Format": "Always_GS1_Digital_Link"})
        assert events_of(told)[0]["epcList"] == ["https://id.gs1.org/01/04012345111118/21/1"]
        assert events_of(told)[0]["readPoint"]["id"] == "https://id.gs1.org/414/4012345000115/254/7"
        plain = await desk.get("/events", {"GS1-EPC-Format": "Never_Translates"})
        assert events_of(plain)[0]["epcList"] == ["urn:epc:id:sgtin:4012345.011111.1"]

    play(story)


def test_a_filter_that_everything_or_nothing_meets_proves_little():
    met = {name: sum(bool(holds(each)) for each in EVENTS) for name, (_, holds) in CASES.items()}
    assert sum(0 < count < len(EVENTS) for count in met.values()) >= 50


def test_somebody_who_may_see_only_its_own(tmp_path):
    async def story():
        async with open_desk(tmp_path) as desk:
            mine, theirs = View("me", "trader", ("KZ-1",)), View("you", "trader", ("KZ-2",))
            to_me = event(eventID="urn:x:2", destinationList=[
                {"type": "owning_party", "destination": "urn:sarai:party:KZ-1"}])  # fmt: skip
            for view, told in (
                (mine, event(eventID="urn:x:1")),
                (theirs, to_me),
                (theirs, event(eventID="urn:x:3")),
            ):
                await desk.repository.capture_event(
                    json.dumps(told | {"@context": document([])["@context"]}).encode(), view
                )
            store = desk.repository.events
            seen, _ = store.find(Query(mine.condition()), 10, 10**6)
            assert [each.event_id for each in seen] == ["urn:x:1", "urn:x:2"]
            assert [each.event_id for each in store.find(Query(), 10, 10**6)[0]] == [
                "urn:x:1",
                "urn:x:2",
                "urn:x:3",
            ]
            assert len(desk.repository.outcomes.of("urn:x:3", mine)) == 0
            assert store.listed(("=epc",), 10, "", View("x", "trader", ())) == []

    asyncio.run(story())
