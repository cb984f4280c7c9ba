"""What a trader tries who wants out: each attempt is answered, none is a fault, nothing of others is told."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from press_cases import REROUTED, day
from served import API, Served, lines, served
from watching import line, sold

OTHER = "KZ-770002"
DEEP = 200_000
MANY_DIGITS = b"9" * 10_000_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest.fixture(autouse=True)
def still_works(desk: Served) -> Iterator[None]:
    """After each attempt the house works, and has written no fault of the program into its log."""
    desk.log.truncate(0)
    desk.log.seek(0)
    yield
    assert desk.house.writer.fault == ""
    assert desk.ask("", "GET", "/health/ready").status_code == 200
    logged = [json.loads(each) for each in desk.log.getvalue().splitlines()]
    assert [each for each in logged if each.get("status", 0) >= 500] == []


def ours(number: str) -> dict[str, Any]:
    """A waybill of the trader, as it is sent."""
    waybill, _ = sold(number, day(74), REROUTED, OTHER, line("610910", 1))
    return json.loads(lines([waybill]))


def post(desk: Served, body: bytes, role: str = "trader", **headers: str) -> list[dict[str, Any]]:
    told = desk.ask(role, "POST", f"{API}/documents", content=body, headers=headers)
    assert told.status_code == 200, told.text[:500]
    return [json.loads(each) for each in told.text.splitlines()]


# -- bodies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opened", [b"[", b'{"a":'])
def test_json_that_is_nested_deeply(desk: Served, opened: bytes):
    (told,) = post(desk, opened * DEEP)
    assert told["name"] != "POSTED"
    inside = json.dumps(ours("deep-1")).encode()[:-1] + b',"more":' + opened * DEEP + b"\n"
    (told,) = post(desk, inside)
    assert told["name"] != "POSTED"
    for path, role in (
        (f"{API}/cases/none/steps", "officer"),
        (f"{API}/login", ""),
        ("/epcis/events", "trader"),
        ("/epcis/capture", "trader"),
    ):
        answer = desk.ask(role, "POST", path, content=opened * 5_000,
                          headers={"Content-Type": "application/json"})  # fmt: skip
        assert answer.status_code in (400, 413, 422), (path, answer.status_code)


@pytest.mark.parametrize("field", ["quantity", "version", "number"])
def test_numbers_and_texts_of_ten_million_characters(desk: Served, field: str):
    document = ours("long-1")
    body = json.dumps(document).encode()
    if field == "quantity":
        body = body.replace(b'"quantity":"1"', b'"quantity":"' + MANY_DIGITS + b'"')
        body = body.replace(b'"quantity": "1"', b'"quantity":"' + MANY_DIGITS + b'"')
    elif field == "version":
        body = body[:-1] + b',"version":' + MANY_DIGITS + b"}"
    else:
        body = body.replace(b'"long-1"', b'"' + MANY_DIGITS + b'"')
    assert len(body) > len(MANY_DIGITS)
    answer = desk.ask("trader", "POST", f"{API}/documents", content=body)
    assert answer.status_code in (200, 413)
    assert "POSTED" not in answer.text
    assert len(answer.content) < 100_000


def test_compressed_bodies_are_not_unpacked(desk: Served):
    bomb = gzip.compress(bytes(50_000_000))
    answer = desk.ask(
        "trader", "POST", f"{API}/documents", content=bomb, headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code in (200, 413, 415)
    assert "POSTED" not in answer.text
    for path in ("/epcis/capture", "/epcis/events", f"{API}/login"):
        headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        assert desk.ask("trader", "POST", path, content=bomb, headers=headers).status_code in (
            400,
            413,
            415,
            422,
        )


def test_a_body_without_end_is_cut_off_before_it_is_kept(desk: Served):
    """Also of who is not signed in: nothing is read before it is known who asks."""
    read = []

    def endless() -> Iterator[bytes]:
        for number in range(1_000):
            read.append(number)
            yield b" " * 100_000

    steps = f"{API}/cases/none/steps"
    for role, path, status in (("", steps, 401), ("officer", steps, 413), ("", f"{API}/login", 413)):
        assert desk.ask(role, "POST", path, content=endless()).status_code == status


def test_a_key_that_is_said_twice_is_what_was_judged(desk: Served):
    """Whichever of two counts, it is the same for who judges and for who records."""
    text = json.dumps(ours("double-1"))
    twice = text[:-1] + f', "issuer": "{OTHER}"}}'
    (told,) = post(desk, twice.encode())
    assert told["name"] == "NOT_ENTITLED"
    first = f'{{"issuer": "{OTHER}", ' + text[1:]
    (told,) = post(desk, first.encode())
    if told["name"] == "POSTED":
        kept = desk.get("officer", f"/entries/{told['entry']}").json()
        assert kept["issuer"] == kept["document"]["issuer"] == REROUTED.id


@pytest.mark.parametrize("nul", ["\x00", "\x00" * 100, "a\x00b", "\ud800", "\u202e", "\ufeff"])
def test_characters_that_are_none(desk: Served, nul: str):
    document = ours("nul-1") | {"number": f"n{nul}"}
    (told,) = post(desk, json.dumps(document).encode())
    assert told["name"] != "POSTED" or nul in ("\u202e", "\ufeff")
    step = desk.ask("officer", "POST", f"{API}/cases/none/steps", content=json.dumps(
        {"step": "note", "text": nul, "to": nul}).encode())  # fmt: skip
    assert step.status_code in (400, 404, 422)
    case = desk.get("officer", "/cases", limit=1).json()["rows"][0]["id"]
    step = desk.ask("officer", "POST", f"{API}/cases/{case}/steps", content=json.dumps(
        {"step": "note", "text": f"x{nul}"}).encode())  # fmt: skip
    assert step.status_code in (200, 400, 409, 422), step.text


@pytest.mark.parametrize("path", ["/document", "/trace", "/consignment", "/whereabouts", "/proof"])
@pytest.mark.parametrize(
    "name", ["%00", "a%00b", "%ff", "%ed%a0%80", "'; DROP TABLE entry; --", "%", "*", "_"]
)
def test_names_that_are_no_names(desk: Served, path: str, name: str):
    answer = desk.ask("trader", "GET", f"{API}{path}?issuer={name}&number={name}")
    assert answer.status_code in (404, 422), answer.text


# -- addresses and headers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/look/../../../../etc/passwd", "/look/..%2f..%2f..%2fetc%2fpasswd", "/look/%2e%2e/%2e%2e/etc/passwd",
     "/api/v1/../../server.secret", "/epcis/capture/..%2f..%2faccounts.db", "/api/v1/entries/..%2f1",
     "/api/v1/alerts/..%2f..%2falerts.db", "/look/%00", "/look/base.css%00.png"],
)  # fmt: skip
def test_paths_that_lead_elsewhere(desk: Served, path: str):
    answer = desk.ask("trader", "GET", path)
    assert answer.status_code in (403, 404, 422)
    assert "root:" not in answer.text


@pytest.mark.parametrize("sent", ["x\r\nSet-Cookie: a=b", "x\nInjected: 1", "x" * 5_000, "\x1b[31m", "{}"])
def test_what_is_said_in_a_header_stays_in_it(desk: Served, sent: str):
    answer = desk.ask("trader", "GET", f"{API}/checkpoint", headers={"X-Request-Id": sent.encode()})
    assert "set-cookie" not in answer.headers
    assert "injected" not in answer.headers
    assert answer.headers["x-request-id"] != sent
    assert len(answer.headers["x-request-id"]) <= 200


def test_an_address_that_is_echoed_is_no_header_of_its_own(desk: Served):
    answer = desk.ask("trader", "GET", f"{API}/balances?limit=1&hs=%0d%0aInjected:1")
    assert answer.status_code == 422
    linked = desk.ask("trader", "GET", f"{API}/documents?limit=1&x=%0d%0aInjected:%201")
    assert "injected" not in linked.headers
    assert "\n" not in linked.headers.get("link", "")


def test_the_parties_of_others_in_an_address(desk: Served):
    for asked in (
        f"party={OTHER}",
        f"party={REROUTED.id}&party={OTHER}",
        f"party[]={OTHER}",
        f"Party={OTHER}",
    ):
        answer = desk.ask("trader", "GET", f"{API}/balances?{asked}")
        rows = answer.json().get("rows", [])
        assert {row["party"] for row in rows} <= {REROUTED.id}, asked


@pytest.mark.parametrize("name", ["account", "role", "scope", "officer", "authority", "eyes", "grant"])
def test_who_one_is_is_not_said_in_an_address(desk: Served, name: str):
    for path in ("/alerts", "/cases"):
        asked = {"params": {name: "supervisor"}}
        assert desk.ask("trader", "GET", f"{API}{path}", **asked).status_code == 403
    for header in (f"X-{name}", "X-Forwarded-User", "X-Original-URL", "X-Rewrite-URL"):
        told = desk.ask("trader", "GET", f"{API}/alerts", headers={header: "supervisor"})
        assert told.status_code == 403


@pytest.mark.parametrize("method", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_method_is_what_it_is(desk: Served, method: str):
    answer = desk.ask("trader", "GET", f"{API}/me/keys", headers={method: "POST"})
    assert (answer.status_code, answer.json()) != (201, None)
    assert answer.status_code == 200


# -- documents in the name of others -----------------------------------------------------------------


ALIKE = (
    f"{REROUTED.id} ", f" {REROUTED.id}", REROUTED.id.lower(), f"{REROUTED.id}\u200b",
    REROUTED.id.replace("K", "\u212a"), REROUTED.id.replace("Z", "\u0396"),
)  # fmt: skip


@pytest.mark.parametrize("issuer", ALIKE)
def test_names_that_look_like_ones_own(desk: Served, issuer: str):
    """A name is its characters: what looks alike is another's, and is written by nobody else."""
    assert issuer != REROUTED.id
    (told,) = post(desk, json.dumps(ours("like-1") | {"issuer": issuer}).encode())
    assert told["name"] != "POSTED"


def test_a_replacement_in_the_name_of_another(desk: Served):
    """A correction bears its own head, and a replacement within; both are judged."""
    theirs = ours("swap-1") | {"issuer": OTHER, "version": 2}
    own = {"kind": "correction", "issuer": REROUTED.id, "number": "swap-1", "version": 2,
           "time": theirs["time"], "replacement": theirs}  # fmt: skip
    (told,) = post(desk, json.dumps(own).encode())
    assert told["name"] != "POSTED"


@pytest.mark.parametrize("kind", ["hold", "release", "case_step", "seizure", "arrival", "exit"])
def test_documents_of_offices(desk: Served, kind: str):
    head = {"kind": kind, "issuer": "customs:KZ", "number": "x-1", "time": "2022-06-01T00:00:00Z"}
    (told,) = post(
        desk, json.dumps(head | {"case": "C-1", "officer": "x", "step": "note", "text": "x"}).encode()
    )
    assert told["name"] != "POSTED"


# -- accounts ------------------------------------------------------------------------------------------


FALSE_OFFICERS = (
    "\u043efficer", "officer\u200b", "".join(chr(ord(each) + 0xFEE0) for each in "OFFICER"), "officer\x00",
    "of\u00adficer", "o\ufb03cer",
)  # fmt: skip


@pytest.mark.parametrize("name", FALSE_OFFICERS)
def test_names_that_look_like_those_of_others(desk: Served, name: str):
    """No account can be made under such a name; and to sign in by it leads to no one."""
    made = desk.access.store
    told = desk.ask("admin", "POST", f"{API}/accounts", json={"id": name, "name": "x", "role": "auditor"})
    assert told.status_code == 422
    assert [each.id for each in made.all() if each.id == name] == []
    entered = desk.ask("", "POST", f"{API}/login", json={"name": name, "password": "long enough for officer"})
    assert entered.status_code in (401, 429)


def test_a_session_is_not_taken_from_who_offers_one(desk: Served):
    """A cookie, set by somebody else before one signs in, is not the session that one gets."""
    offered = "x" * 43
    for name in ("sarai", "__Host-sarai"):
        answer = desk.ask("", "GET", f"{API}/me", headers={"Cookie": f"{name}={offered}"})
        assert answer.json()["how"] == "nobody"


def test_a_deep_chain_of_parts_of_parts_is_followed_to_its_end(desk: Served):
    """Each splits a part of the one before: who carries the last is asked of the first."""
    waybill, _ = sold("chain", day(74), REROUTED, OTHER, line("610910", 4_000))
    body, about, left = [json.loads(lines([waybill]))], "chain", 4_000
    for depth in range(30):
        left -= 1
        parts = [
            {
                "number": f"chain-{depth}/{side}",
                "destination": "store",
                "items": [{"item": 1, "quantity": much}],
            }
            for side, much in (("a", "1"), ("b", str(left)))
        ]
        body.append({"kind": "split", "issuer": REROUTED.id, "number": f"chain-{depth}",
                     "time": body[0]["time"], "parts": parts,
                     "consignment": {"issuer": REROUTED.id, "number": about}})  # fmt: skip
        about = f"chain-{depth}/b"
    told = post(desk, b"\n".join(map(msgspec.json.encode, body)))
    assert {each["name"] for each in told} == {"POSTED"}, told[-1]
    view = desk.get("trader", "/consignment", issuer=REROUTED.id, number=about).json()
    assert view["state"] == "open"
