"""The routes: what goes in, what is answered, what is refused and how that is told."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal

import pytest
from press_cases import REROUTED, day
from served import API, AUTHORITY, QUICK, Served, served
from watching import imported, line, ref, sold

from sarai.goods import Code, Diversion, DocumentRef, ItemQuantity, Part, Split
from sarai.ledger.merkle import leaf_hash, verify_inclusion
from sarai.server.settings import ServerSettings


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        wait_for(lambda: desk.get("officer", "/alerts").json()["rows"])
        yield desk


def wait_for(reached, patience_s: float = 60.0):
    for _ in range(int(patience_s / 0.05)):
        if found := reached():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to that in time")


def problem(answer, status: int) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["type"].startswith("/problems/")
    assert told["request"] == answer.headers["x-request-id"]
    return told


# -- documents -------------------------------------------------------------------------------------


def test_documents_in_bulk_each_with_its_own_answer(desk: Served):
    good = imported("api-1", day(74), "KZ-770001", line("854231", 5))
    answer = desk.post("officer", [good, good])
    assert answer.headers["content-type"] == "application/x-ndjson"
    first, again = map(json.loads, answer.text.splitlines())
    assert (first["line"], first["name"], first["issuer"], first["number"]) == (
        1,
        "POSTED",
        "customs",
        "api-1",
    )
    assert (again["line"], again["name"], again["entry"]) == (2, "REPEATED", first["entry"])


def test_what_is_no_document_is_refused_with_its_line_place_and_words_and_kept(desk: Served):
    body = b'\n{"kind":"import"}\n\nnot json\n'
    missing, broken = map(json.loads, desk.post("officer", body).text.splitlines())
    assert (missing["line"], missing["name"]) == (2, "MISSING_FIELD")
    assert "issuer" in missing["message"] or "number" in missing["message"]
    assert (broken["line"], broken["name"]) == (4, "MALFORMED")
    kept = desk.get("officer", f"/entries/{broken['entry']}").json()
    assert (kept["code"], kept["document"]) == (int(Code.MALFORMED), "not json")


def test_more_documents_than_are_handed_in_at_once(desk: Served):
    many = [imported(f"bulk-{n}", day(74), f"KZ-{n % 50}", line("610910", 3)) for n in range(2_500)]
    told = [json.loads(each) for each in desk.post("officer", many).text.splitlines()]
    assert [each["line"] for each in told] == list(range(1, 2_501))
    assert {each["name"] for each in told} == {"POSTED"}


def test_strict_refuses_what_observe_notes(desk: Served):
    waybill, _ = sold("w-1", day(74), "KZ-880001", "KZ-880002", line("854231", 5))
    (strict,) = map(json.loads, desk.post("officer", [waybill], mode="strict").text.splitlines())
    assert (strict["name"], strict["code"]) == ("NOT_HELD", 300)
    (observed,) = map(json.loads, desk.post("officer", [waybill]).text.splitlines())
    assert observed["name"] == "POSTED"
    assert observed["facts"][0]["name"] == "UNEXPLAINED"


def test_a_trader_posts_in_its_own_name_alone(desk: Served):
    ours, _ = sold("w-9", day(74), REROUTED, "KZ-880002", line("610910", 1))
    theirs, _ = sold("w-9", day(74), "KZ-880002", REROUTED, line("610910", 1))
    told = [json.loads(each) for each in desk.post("trader", [ours, theirs]).text.splitlines()]
    assert [each["name"] for each in told] == ["POSTED", "NOT_ENTITLED"]
    assert REROUTED.id in told[1]["message"]
    problem(desk.post("auditor", [ours]), 403)
    problem(desk.post("", [ours]), 401)


def split_of(waybill, number: str) -> Split:
    parts = [
        Part(
            number=f"{number}/{each}", destination="store", items=[ItemQuantity(item=1, quantity=Decimal(2))]
        )
        for each in (1, 2)
    ]
    return Split(
        issuer=REROUTED.id, number=number, time=day(74), consignment=ref(waybill), parts=parts
    )  # fmt: skip


def test_a_trader_splits_and_diverts_what_the_same_request_brings(desk: Served):
    waybill, _ = sold("w-split", day(74), REROUTED, "KZ-880002", line("610910", 4))
    again = split_of(waybill, "s-1")
    diverted = Diversion(
        issuer=REROUTED.id, number="d-1", time=day(74), destination="elsewhere",
        consignment=DocumentRef(issuer=REROUTED.id, number="s-1/1"),
    )  # fmt: skip
    told = [json.loads(each) for each in desk.post("trader", [waybill, again, diverted]).text.splitlines()]
    assert [(each["line"], each["name"]) for each in told] == [(1, "POSTED"), (2, "POSTED"), (3, "POSTED")]


def test_a_request_of_a_trader_brings_it_no_rights_to_the_goods_of_others(desk: Served):
    theirs, _ = sold("w-theirs", day(74), "KZ-880002", "KZ-880003", line("610910", 4))
    not_ours = split_of(theirs, "s-2")
    told = [json.loads(each) for each in desk.post("trader", [theirs, not_ours]).text.splitlines()]
    assert [each["name"] for each in told] == ["NOT_ENTITLED", "NOT_ENTITLED"]
    desk.post("officer", [theirs])
    told = [json.loads(each) for each in desk.post("trader", [not_ours]).text.splitlines()]
    assert [each["name"] for each in told] == ["NOT_ENTITLED"]


def test_a_request_that_is_too_large_is_told_so(tmp_path):
    with served(tmp_path, ServerSettings(request_bytes=10_000, tick_s=0.05)) as small:
        told = problem(small.post("officer", b" " * 10_001), 413)
        assert "10,000" in told["detail"]


def test_documents_are_found_and_shown(desk: Served):
    found = desk.get("officer", "/documents", issuer="customs:KZMUZ", limit=3).json()
    everything = desk.get("officer", "/documents", limit=5).json()
    assert len(everything["rows"]) == 5
    entries = [row["entry"] for row in everything["rows"]]
    assert entries == sorted(entries, reverse=True)
    following = desk.get("officer", "/documents", limit=5, before=everything["next"]).json()
    assert following["rows"][0]["entry"] == entries[-1] - 1
    assert found["next"] is None or len(found["rows"]) == 3
    row = everything["rows"][-1]
    shown = desk.get("officer", "/document", issuer=row["issuer"], number=row["number"]).json()
    assert shown["entry"] == row["entry"]
    assert shown["document"]["number"] == row["number"]
    assert "no document" in problem(desk.get("officer", "/document", issuer="x", number="y"), 404)["detail"]


def test_a_trader_finds_its_own_documents_and_no_others(desk: Served):
    rows = desk.get("trader", "/documents", limit=1_000).json()["rows"]
    assert rows
    theirs = next(
        row for row in desk.get("officer", "/documents", kind="import", limit=1_000).json()["rows"]
        if row["entry"] not in {each["entry"] for each in rows}
    )  # fmt: skip
    problem(desk.get("trader", f"/entries/{theirs['entry']}"), 404)
    for row in rows[:20]:
        document = desk.get("trader", f"/entries/{row['entry']}").json()["document"]
        assert REROUTED.id in json.dumps(document) or "consignment" in document


# -- holdings ----------------------------------------------------------------------------------------


def test_balances_page_by_page_are_the_whole(desk: Served):
    whole = desk.get("officer", "/balances", hs="85", limit=1_000).json()
    assert whole["next"] is None
    assert whole["of"] == len(whole["rows"]) > 30
    pages, after = [], 0
    while after is not None:
        answer = desk.get("officer", "/balances", hs="85", limit=7, after=after)
        pages += answer.json()["rows"]
        after = answer.json()["next"]
        assert ('rel="next"' in answer.headers.get("link", "")) == (after is not None)
    assert pages == whole["rows"]


def test_a_balance_as_it_was_and_as_it_was_known(desk: Served):
    early, then = (
        desk.get("officer", "/balances", at=f"2022-06-{day}T00:00:00Z").json()["of"] for day in ("02", "10")
    )
    assert 0 < early < then
    assert "no zone" in problem(desk.get("officer", "/balances", at="2022-06-10T00:00:00"), 422)["detail"]
    problem(desk.get("officer", "/balances", at="1999-01-01T00:00:00Z"), 404)


def test_a_trader_sees_its_own_balance(desk: Served):
    own = desk.get("trader", "/balances").json()
    assert {row["party"] for row in own["rows"]} <= {REROUTED.id}
    problem(desk.get("trader", "/balances", party="KZ-1"), 403)


def test_an_unchanged_answer_is_not_sent_again(desk: Served):
    first = desk.get("officer", "/balances", hs="610910", limit=5)
    again = desk.ask("officer", "GET", f"{API}/balances", params={"hs": "610910", "limit": 5},
                     headers={"If-None-Match": first.headers["etag"]})  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    other = desk.ask("officer", "GET", f"{API}/balances", params={"hs": "610910", "limit": 6},
                     headers={"If-None-Match": first.headers["etag"]})  # fmt: skip
    assert other.status_code == 200


def test_a_trace_leads_to_the_import(desk: Served):
    export = next(
        row for row in desk.get("officer", "/documents", kind="export", limit=500).json()["rows"]
        if row["code"] == 0
    )  # fmt: skip
    name = {"issuer": export["issuer"], "number": export["number"]}
    up = desk.get("officer", "/trace", **name, bounds=True).json()
    assert sum(end["share"] for end in up["ends"] if end["item"] == up["ends"][0]["item"]) == pytest.approx(1)
    assert up["steps"][0]["of"] is None
    assert desk.get("officer", "/trace", **name, method="fifo").status_code == 200
    problem(desk.get("officer", "/trace", **name, method="guess"), 422)


def test_where_goods_are_and_how_a_consignment_stands(desk: Served):
    transit = next(iter(desk.get("officer", "/documents", kind="transit", limit=1).json()["rows"]))
    name = {"issuer": transit["issuer"], "number": transit["number"]}
    view = desk.get("officer", "/consignment", **name).json()
    assert view["kind"] == "transit"
    assert view["left"][0]["unit"]
    assert desk.get("officer", "/whereabouts", **name).json()["rows"]
    problem(desk.get("carrier", "/consignment", **name), 404)


# -- the watch and the desk --------------------------------------------------------------------------


def test_alerts_in_order_and_one_of_them(desk: Served):
    rows = desk.get("officer", "/alerts", limit=1_000).json()["rows"]
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    one = desk.get("auditor", f"/alerts/{rows[0]['id']}").json()
    assert one["words"] == rows[0]["words"]
    assert one["reasons"][0]["entries"]
    problem(desk.get("officer", "/alerts/000000000000"), 404)
    assert "trader" not in problem(desk.get("trader", "/alerts"), 403)["detail"].split(";")[1]


def test_alerts_and_cases_are_told_in_the_language_that_is_asked_for(desk: Served):
    plain = desk.get("officer", "/alerts", limit=1)
    assert plain.headers["content-language"] == "en"
    assert "told" not in plain.json()["rows"][0]
    asked = {"headers": {"Accept-Language": "de, kk;q=0.9"}}
    answer = desk.ask("officer", "GET", f"{API}/alerts?limit=1", **asked)
    assert answer.headers["content-language"] == "en, kk"
    assert "Accept-Language" in answer.headers["vary"]
    (row,) = answer.json()["rows"]
    assert row["words"] == plain.json()["rows"][0]["words"]
    assert row["told"]["language"] == "kk"
    assert len(row["told"]["reasons"]) == len(row["reasons"])
    for said in (row["told"]["words"], row["told"]["title"], row["told"]["advice"]):
        assert set("әғқңөұүһі") & set(said.lower())
    queue = desk.ask("officer", "GET", f"{API}/cases?limit=1", **asked).json()["rows"]
    case = desk.ask("officer", "GET", f"{API}/cases/{queue[0]['id']}", **asked).json()
    assert queue[0]["told"]["headline"] == case["told"]["headline"] != case["headline"]
    assert case["alerts"][0]["told"]["sentence"] != case["alerts"][0]["words"]


def test_an_analyst_is_told_no_names(desk: Served):
    rows = desk.get("analyst", "/alerts", limit=1_000).json()["rows"]
    assert rows
    text = json.dumps(rows)
    assert "words" not in rows[0]
    assert "KZ-99" not in text
    assert REROUTED.id not in text


def test_an_officer_takes_holds_and_a_supervisor_lets_go(desk: Served):
    queue = desk.get("officer", "/cases", limit=1_000).json()["rows"]
    case = next(each for each in queue if each["in_reach"])
    steps = f"{API}/cases/{case['id']}/steps"
    taken = desk.ask("officer", "POST", steps, json={"step": "assign"})
    assert taken.json()["case"]["assignee"] == "officer"
    held = desk.ask("officer", "POST", steps, json={"step": "hold", "text": "look first"})
    assert held.status_code == 200, held.text
    assert held.json()["case"]["held"] > 0
    holds = desk.get("officer", "/holds").json()["rows"]
    assert {hold["case"] for hold in holds} == {case["id"]}
    kept = desk.get("officer", f"/entries/{held.json()['entries'][-1]}").json()
    assert (kept["kind"], kept["issuer"]) == ("hold", AUTHORITY)
    problem(desk.ask("officer", "POST", steps, json={"step": "release"}), 403)
    problem(desk.ask("officer", "POST", steps, json={"step": "decide", "to": "confirmed", "text": "x"}), 403)
    gone = desk.ask("supervisor", "POST", steps, json={"step": "release", "text": "all is well"})
    assert gone.json()["case"]["held"] == 0
    done = desk.ask("supervisor", "POST", steps, json={"step": "decide", "to": "dismissed", "text": "ours"})
    assert done.json()["case"]["state"] == "closed"
    assert case["id"] not in {each["id"] for each in desk.get("officer", "/cases").json()["rows"]}


def test_a_step_that_makes_no_sense_is_told_so(desk: Served):
    case = desk.get("officer", "/cases", closed=True).json()["rows"][0]["id"]
    steps = f"{API}/cases/{case}/steps"
    assert "empty" in problem(desk.ask("officer", "POST", steps, json={"step": "note"}), 422)["detail"]
    problem(desk.ask("officer", "POST", steps, json={"step": "eat"}), 422)
    problem(desk.ask("officer", "POST", steps, json={"step": "note", "text": "x", "more": 1}), 422)
    problem(desk.ask("officer", "POST", steps, content=b"{"), 400)
    problem(desk.ask("officer", "POST", f"{API}/cases/none/steps", json={"step": "note", "text": "x"}), 404)


# -- proof -------------------------------------------------------------------------------------------


def test_a_proof_holds_by_the_arithmetic_of_rfc_6962(desk: Served):
    row = desk.get("officer", "/documents", limit=1).json()["rows"][0]
    proof = desk.get("auditor", "/proof", issuer=row["issuer"], number=row["number"]).json()
    hashes = [b64decode(each) for each in proof["hashes"]]
    verify_inclusion(
        leaf_hash(proof["lines"].encode()), proof["index"], proof["size"], hashes, b64decode(proof["root"])
    )
    partner = desk.get("partner", "/proof", issuer=row["issuer"], number=row["number"]).json()
    assert (partner["document"], partner["hashes"]) == ("", proof["hashes"])
    note = desk.get("partner", "/checkpoint").text
    assert note.splitlines()[0] == "tests.example/book"
    assert note.splitlines()[1] == str(proof["size"])
    size = proof["size"]
    assert desk.get("partner", "/proof/consistency", old=size // 2).json()["new_size"] == size


# -- the machine ---------------------------------------------------------------------------------------


def test_health_and_counters(desk: Served):
    assert desk.ask("", "GET", "/health/live").json() == {"status": "live"}
    assert desk.ask("", "GET", "/health/ready").json()["status"] == "ready"
    wait_for(lambda: desk.ask("officer", "GET", "/health").json()["watch"]["behind"] == 0)
    told = desk.ask("officer", "GET", "/health").json()
    assert told["ready"]
    assert told["book"]["entries"] > 1_000
    metrics = desk.ask("admin", "GET", "/metrics").text
    assert 'sarai_http_requests_total{method="GET",route="/api/v1/alerts",status="200"}' in metrics
    assert "sarai_watch_position" in metrics
    problem(desk.ask("trader", "GET", "/metrics"), 403)


def test_nothing_there_is_a_problem_too(desk: Served):
    assert "/api/v1/nothing" in problem(desk.get("officer", "/nothing"), 404)["detail"]
    problem(desk.ask("officer", "DELETE", f"{API}/alerts"), 405)


def test_each_request_is_logged_once_with_its_id_and_without_what_was_asked(desk: Served):
    answer = desk.ask("officer", "GET", f"{API}/balances", params={"party": "KZ-secret-party"},
                      headers={"X-Request-Id": "given-by-the-client"})  # fmt: skip
    assert answer.headers["x-request-id"] == "given-by-the-client"
    logged = [json.loads(each) for each in desk.log.getvalue().splitlines()]
    (ours,) = [each for each in logged if each["request"] == "given-by-the-client"]
    assert (ours["status"], ours["path"], ours["account"]) == (200, f"{API}/balances", "officer")
    assert "KZ-secret-party" not in desk.log.getvalue()
    assert desk.key("officer") not in desk.log.getvalue()


def test_what_was_handed_in_survives_the_end(tmp_path):
    with served(tmp_path, QUICK) as desk:
        desk.post("officer", [imported(f"last-{n}", day(74), "KZ-1", line("610910", 1)) for n in range(50)])
    with served_again(tmp_path) as rows:
        assert len(rows) == 50


def served_again(directory):
    from contextlib import contextmanager

    import sarai
    from sarai.ledger.search import find

    @contextmanager
    def opened():
        with sarai.open(str(directory / "book.db")) as book:
            yield find(book.store, number="last-", most=100)

    return opened()
