"""What a trader may not see is answered as what is not there: same status, same words, same headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from time import sleep
from typing import Any
from urllib.parse import quote

import pytest
from press_cases import REROUTED, day
from served import API, Served, served
from watching import line, sold

from sarai.goods import Waybill

OTHER, THIRD = "KZ-770002", "KZ-770003"
EVENT = "urn:uuid:6f2c4b1e-7d0a-4b52-9a53-0f7f3d1c5a01"
NO_EVENT = "urn:uuid:6f2c4b1e-7d0a-4b52-9a53-0f7f3d1c5a02"
PATIENCE = 300  # tenths of a second: the machine may be busy
LIKELY = ("x-request-id", "date")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        told = desk.post("officer", [theirs()]).text
        assert '"POSTED"' in told
        event = {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "ObjectEvent", "eventID": EVENT, "eventTime": "2026-03-02T09:15:00+05:00",
            "eventTimeZoneOffset": "+05:00", "action": "OBSERVE",
            "epcList": ["urn:epc:id:sgtin:4012345.011111.77"],
        }  # fmt: skip
        assert desk.ask("officer", "POST", "/epcis/events", json=event).status_code == 201
        yield desk


def theirs() -> Waybill:
    """A waybill between two others, of goods that the book does not know they had."""
    waybill, _ = sold("w-theirs", day(74), OTHER, THIRD, line("854231", 5))
    return waybill


def answer(desk: Served, path: str, **parameters: Any) -> tuple[Any, ...]:
    """All of an answer to a trader but what differs each time, and the name that was asked for."""
    told = desk.ask("trader", "GET", path, params=parameters or None)
    asked = {str(each) for each in parameters.values()} | {path.rpartition("/")[2], path}
    text = re.sub(r'"request":"[^"]*"', "", told.text)
    for each in sorted(asked, key=len, reverse=True):
        text = text.replace(each, "…")
    headers = {name: value for name, value in told.headers.items() if name not in (*LIKELY, "content-length")}
    return told.status_code, text, headers


def both(desk: Served, path: str, there: dict[str, Any], absent: dict[str, Any]) -> tuple[Any, Any]:
    """The answers about what is there, and what is not; an officer is told them apart."""
    officer = [desk.ask("officer", "GET", path, params=each).status_code for each in (there, absent)]
    assert officer == [200, 404], (path, officer)
    return answer(desk, path, **there), answer(desk, path, **absent)


@pytest.mark.parametrize(
    "path",
    [
        "/document",
        "/trace",
        "/whereabouts",
        "/consignment",
        "/consignment/standing",
        "/consignment/track",
        "/proof",
    ],
)  # by issuer and number
def test_a_document_of_others(desk: Served, path: str):
    there = {"issuer": OTHER, "number": "w-theirs"}
    more: list[dict[str, Any]] = [{}]
    more += {"/document": [{"version": 1}], "/trace": [{"item": 1}, {"direction": "down"}],
             "/whereabouts": [{"item": 1}], "/proof": [{"version": 1}]}.get(path, [])  # fmt: skip
    if path == "/whereabouts":  # a waybill bears no lots: of an import of others
        row = desk.get("officer", "/documents", kind="import", limit=1).json()["rows"][0]
        there = {"issuer": row["issuer"], "number": row["number"]}
    for each in more:
        found, absent = both(
            desk, f"{API}{path}", there | each, {"issuer": OTHER, "number": "nothing"} | each
        )
        assert found == absent
        assert found[0] == 404


@pytest.mark.parametrize("size", [1, 2**40])
def test_a_proof_of_others_at_another_size_of_the_log(desk: Served, size: int):
    there = answer(desk, f"{API}/proof", issuer=OTHER, number="w-theirs", size=size)
    absent = answer(desk, f"{API}/proof", issuer=OTHER, number="nothing", size=size)
    assert there == absent


def test_parts_of_what_is_there_tell_nothing_either(desk: Served):
    for path in ("/trace", "/whereabouts"):
        there = answer(desk, f"{API}{path}", issuer=OTHER, number="w-theirs", item=9)
        assert there == answer(desk, f"{API}{path}", issuer=OTHER, number="nothing", item=9)
    there = answer(desk, f"{API}/document", issuer=OTHER, number="w-theirs", version=9)
    assert there == answer(desk, f"{API}/document", issuer=OTHER, number="nothing", version=9)


def test_entries(desk: Served):
    entry = desk.get("officer", "/document", issuer=OTHER, number="w-theirs").json()["entry"]
    assert answer(desk, f"{API}/entries/{entry}") == answer(desk, f"{API}/entries/{2**40}")


def test_balances(desk: Served):
    assert answer(desk, f"{API}/balances", party=OTHER) == answer(desk, f"{API}/balances", party="nobody")
    assert answer(desk, f"{API}/balances", party=OTHER)[0] == 403
    assert desk.get("trader", "/balances").json()["asked"]["party"] == REROUTED.id


def first(desk: Served, path: str) -> str:
    """The first that an officer sees, once the watch has come so far."""
    for _ in range(PATIENCE):
        rows = desk.get("officer", path, limit=1).json()["rows"]
        if rows:
            return rows[0]["id"]
        sleep(0.1)
    raise AssertionError(f"nothing at {path}")


def test_cases_alerts_and_the_screening(desk: Served):
    case, alert = first(desk, "/cases"), first(desk, "/alerts")
    for path, there in (("/cases", case), ("/alerts", alert)):
        assert answer(desk, f"{API}{path}/{there}") == answer(desk, f"{API}{path}/none")
        assert answer(desk, f"{API}{path}/{there}")[0] == 403


def test_searches_find_nothing_and_tell_of_nothing(desk: Served):
    for asked in ({"issuer": OTHER}, {"number": "w-theirs"}):
        there = answer(desk, f"{API}/documents", **asked)
        absent = answer(desk, f"{API}/documents", **dict.fromkeys(asked, "nothing"))
        assert there[1] == absent[1] == '{"rows":[],"next":null}'


@pytest.mark.parametrize("tail", ["", "/outcome"])
def test_events(desk: Served, tail: str):
    there, absent = (f"/epcis/events/{quote(each, safe='')}{tail}" for each in (EVENT, NO_EVENT))
    assert desk.ask("officer", "GET", there).status_code == 200
    answers = []
    for path, name in ((there, EVENT), (absent, NO_EVENT)):
        status, text, headers = answer(desk, path)
        answers.append((status, text.replace(name, "…"), headers))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    of_epc = "/epcis/epcs/urn:epc:id:sgtin:4012345.011111.{}"
    assert desk.ask("officer", "GET", of_epc.format(77)).status_code == 200
    assert answer(desk, of_epc.format(77)) == answer(desk, of_epc.format(78))


def test_an_event_of_others_does_not_stand_in_the_way(desk: Served):
    """Nobody learns by trying that somebody else told of an event under this name."""
    event = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "ObjectEvent", "eventID": EVENT, "eventTime": "2026-03-03T09:15:00+05:00",
        "eventTimeZoneOffset": "+05:00", "action": "OBSERVE",
        "epcList": ["urn:epc:id:sgtin:4012345.011111.78"],
    }  # fmt: skip
    told = [desk.ask("trader", "POST", "/epcis/events", json=event | {"eventID": each}).status_code
            for each in (EVENT, NO_EVENT)]  # fmt: skip
    assert told == [201, 201]
    assert desk.ask("trader", "POST", "/epcis/events", json=event).status_code == 409


def test_named_queries_of_others(desk: Served):
    told = desk.ask(
        "officer", "POST", "/epcis/queries", json={"name": "theirs", "query": {"EQ_action": "ADD"}}
    )
    assert told.status_code == 201
    assert desk.ask("officer", "GET", "/epcis/queries/theirs").status_code == 200
    assert desk.ask("trader", "GET", "/epcis/queries").json() == []
    for tail in ("", "/events", "/subscriptions"):
        there, absent = (f"/epcis/queries/{name}{tail}" for name in ("theirs", "nothing"))
        first, second = (answer(desk, each) for each in (there, absent))
        assert first[1].replace("theirs", "…") == second[1].replace("nothing", "…")
        assert (first[0], first[2]) == (second[0], second[2])
        assert first[0] == 404
    assert desk.ask("trader", "DELETE", "/epcis/queries/theirs").status_code == 404
