"""Steps that are sent twice have their effect once: told again, refused, under way, after a crash."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from access_desk import Clock, Desk
from served import API, UNHURRIED, Served, served

import sarai
from sarai.ledger.search import find
from sarai.server.access import AccessSettings, Role
from sarai.server.access.once import Answers, Sent
from sarai.server.problems import Problem

KEY = "0b8e6f5e-2f43-4a56-9c53-2f1f1f6b7d10"
SCRIPT = Path(__file__).with_name("acting.py")
NOTE = {"step": "note", "text": "I heard the seal break"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("desk")) as desk:
        open_case(desk)
        yield desk


def open_case(desk: Served) -> str:
    """A case that has goods in the country; the watch needs a moment to find it."""
    for _ in range(1_200):
        rows = desk.get("officer", "/cases", limit=1_000).json()["rows"]
        found = [each["id"] for each in rows if each["in_reach"]]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no case in time")


def step(desk: Served, body: dict[str, Any], key: str | None, role: str = "officer", case: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return desk.ask(role, "POST", f"{API}/cases/{case or open_case(desk)}/steps", json=body, headers=headers)


def notes(desk: Served, text: str) -> int:
    """How many notes of that text the book has."""
    rows = desk.get("officer", "/documents", kind="case_step", limit=1_000).json()["rows"]
    documents = [desk.get("officer", f"/entries/{row['entry']}").json()["document"] for row in rows]
    return sum(document["step"] == "note" and document["text"] == text for document in documents)


# -- steps in cases --------------------------------------------------------------------------------


def test_the_same_again_is_told_again_and_done_once(desk: Served):
    body = NOTE | {"text": "once"}
    first, again = step(desk, body, f"{KEY}-a"), step(desk, body, f"{KEY}-a")
    assert first.status_code == 200, first.text
    assert (again.status_code, again.content) == (200, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert notes(desk, "once") == 1


def test_without_a_key_it_is_done_each_time(desk: Served):
    body = NOTE | {"text": "twice"}
    assert [step(desk, body, None).status_code for _ in range(2)] == [200, 200]
    assert notes(desk, "twice") == 2


def test_another_body_or_another_case_under_the_same_key_is_refused(desk: Served):
    step(desk, NOTE | {"text": "first"}, f"{KEY}-b")
    other = step(desk, NOTE | {"text": "second"}, f"{KEY}-b")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-used")
    elsewhere = step(desk, NOTE | {"text": "first"}, f"{KEY}-b", case="another")
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (422, "/problems/key-used")
    assert notes(desk, "second") == 0


def test_a_key_is_its_accounts_own(desk: Served):
    body = NOTE | {"text": "each its own"}
    assert step(desk, body, f"{KEY}-c").status_code == 200
    theirs = step(desk, body, f"{KEY}-c", role="supervisor")
    assert theirs.status_code == 200
    assert "idempotency-replayed" not in theirs.headers
    assert notes(desk, "each its own") == 2


def test_who_may_is_asked_each_time(desk: Served):
    assert step(desk, {"step": "release"}, f"{KEY}-d").status_code == 403
    assert step(desk, NOTE, f"{KEY}-d", role="auditor").status_code == 403
    assert step(desk, NOTE | {"text": "allowed"}, f"{KEY}-d").status_code == 200


def test_what_was_not_done_may_be_mended_under_the_same_key(desk: Served):
    assert step(desk, NOTE | {"text": " "}, f"{KEY}-e").status_code == 422
    assert step(desk, NOTE | {"text": "mended"}, f"{KEY}-e").status_code == 200


def test_what_the_book_refused_is_told_again_under_the_id_of_the_new_request(desk: Served):
    case = open_case(desk)
    lot = desk.get("officer", f"/cases/{case}").json()["goods"][0]["lot"]
    name = f"{lot['issuer']}/{lot['number']}#{lot['item']}"
    body = {"step": "release", "lots": [name], "text": "it is not held"}
    first, again = (step(desk, body, f"{KEY}-f", role="supervisor") for _ in range(2))
    assert (first.status_code, again.status_code) == (409, 409), first.text
    assert again.json() == first.json() | {"request": again.headers["x-request-id"]}
    assert again.json()["request"] != first.json()["request"]


def test_a_case_that_is_not_as_it_was_seen_is_left_alone(desk: Served):
    case = open_case(desk)
    seen = len(desk.get("officer", f"/cases/{case}").json()["steps"])
    assert step(desk, NOTE | {"text": "seen", "seen": seen}, None).status_code == 200
    late = step(desk, NOTE | {"text": "late", "seen": seen}, None)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/meanwhile")
    assert notes(desk, "late") == 0


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ключ", "x\ty"])
def test_what_is_no_key_is_told_so(desk: Served, key: str):
    told = desk.ask(
        "officer", "POST", f"{API}/cases/none/steps", json=NOTE, headers={"Idempotency-Key": key.encode()}
    )
    assert told.status_code in (400, 422)
    assert told.headers["content-type"] == "application/problem+json"


def test_a_key_in_quotes_is_the_same(desk: Served):
    body = NOTE | {"text": "quoted"}
    assert step(desk, body, f'"{KEY}-q"').content == step(desk, body, f"{KEY}-q").content
    assert notes(desk, "quoted") == 1


def test_while_the_first_is_under_way_the_second_is_asked_to_wait(desk: Served):
    begun, go_on = Event(), Event()

    def slow(book: Any) -> None:  # everything that writes waits for this
        begun.set()
        go_on.wait(60)

    waiting = desk.house.writer.work(slow)
    assert begun.wait(60)
    case, body, answers = open_case(desk), NOTE | {"text": "slow"}, []
    thread = Thread(target=lambda: answers.append(step(desk, body, f"{KEY}-g", case=case)))
    thread.start()
    kept: Answers = desk.access.store.answers
    while not kept._under_way:
        time.sleep(0.01)
    early = step(desk, body, f"{KEY}-g", case=case)
    go_on.set()
    thread.join()
    waiting.result()
    assert (early.status_code, early.json()["type"]) == (409, "/problems/under-way")
    assert early.headers["retry-after"]
    assert answers[0].status_code == 200
    assert step(desk, body, f"{KEY}-g", case=case).content == answers[0].content
    assert notes(desk, "slow") == 1


def test_a_restart_forgets_nothing(tmp_path: Path):
    with served(tmp_path) as desk:
        case, secret = open_case(desk), desk.key("officer")
        first = step(desk, NOTE, KEY, case=case)
        assert first.status_code == 200
    with again(tmp_path) as desk:
        desk._keys["officer"] = secret
        told = step(desk, NOTE, KEY, case=case)
        assert (told.status_code, told.content) == (200, first.content)
        assert step(desk, NOTE | {"text": "other"}, KEY, case=case).status_code == 422
        assert notes(desk, NOTE["text"]) == 1


def again(directory: Path) -> Any:
    """The server of a directory, once more."""
    from contextlib import contextmanager
    from io import StringIO

    from fastapi.testclient import TestClient

    from sarai.server.access import Access, AccountStore
    from sarai.server.app import create_app
    from sarai.server.house import House
    from sarai.server.logs import logger

    @contextmanager
    def opened() -> Iterator[Served]:
        log = StringIO()
        house = House(str(directory / "book.db"), directory, create=False)
        access = Access(AccountStore(directory / "accounts.db", UNHURRIED), offices=("customs:KZ",))
        app = create_app(house, access, logger(log), with_pages=False)
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield Served(house, access, client, log)
        access.store.close()

    return opened()


@pytest.mark.parametrize("without_file", [False, True], ids=["as it was left", "and answers.db is lost"])
def test_killed_between_the_commit_and_the_answer_it_was_done_once(tmp_path: Path, without_file: bool):
    with served(tmp_path) as desk:
        case, secret = open_case(desk), desk.key("officer")
    command = [sys.executable, str(SCRIPT), str(tmp_path), case, KEY, secret]
    ran = subprocess.run(command, check=False, timeout=120, capture_output=True, text=True)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    with sarai.open(str(tmp_path / "book.db")) as book:
        (kept,) = find(book.store, kind="case_step", number="key/", most=1)
    if without_file:
        for file in tmp_path.glob("answers.db*"):
            file.unlink()
    with again(tmp_path) as desk:
        desk._keys["officer"] = secret
        told = step(desk, NOTE, KEY, case=case)
        assert told.status_code == 200, told.text
        assert told.json()["entries"][-1] == kept.entry
        assert step(desk, NOTE, KEY, case=case).content == told.content
        assert notes(desk, NOTE["text"]) == 1


# -- API keys ----------------------------------------------------------------------------------------


def made(browser: Any, key: str, label: str = "till") -> Any:
    return browser.post("/me/keys", json={"label": label}, headers={"Idempotency-Key": key})


def test_an_api_key_is_made_once_and_its_secret_is_kept_nowhere(desk_of_accounts: Desk, tmp_path: Path):
    browser = desk_of_accounts.signed_in(Role.TRADER)
    first, again = made(browser, KEY), made(browser, KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(browser.get("/me/keys").json()) == 1
    secret = first.json()["secret"]
    asked = desk_of_accounts.browser().get("/me", headers={"Authorization": f"Bearer {secret}"})
    assert asked.json()["account"] == "trader"
    other = made(browser, KEY, "another purpose")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-used")
    for file in tmp_path.iterdir():
        held = file.read_bytes()
        assert secret.rpartition("_")[2].encode() not in held
        assert KEY.encode() not in held


def test_an_api_key_that_has_ended_does_not_come_back(desk_of_accounts: Desk):
    browser = desk_of_accounts.signed_in(Role.TRADER)
    name = made(browser, KEY).json()["key"]["id"]
    assert browser.delete(f"/me/keys/{name}").status_code == 204
    assert made(browser, KEY).status_code == 404
    assert browser.get("/me/keys").json() == []
    assert made(browser, f"{KEY}-2").status_code == 201


def test_secrets_are_not_made_of_names_that_one_could_guess(desk_of_accounts: Desk):
    browser = desk_of_accounts.signed_in(Role.TRADER)
    assert made(browser, "1").status_code == 422
    mine = made(browser, KEY).json()["secret"]
    theirs = made(desk_of_accounts.signed_in(Role.OFFICER), KEY).json()["secret"]
    assert mine != theirs


@pytest.fixture
def desk_of_accounts(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


# -- the file ----------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(path: Path, clock: Clock, **bounds: int) -> Answers:
    return Answers(path, AccessSettings(**bounds), lambda: int(clock.ticks() * 1_000_000) + 1)


def sent(key: int, account: str = "officer") -> Sent:
    return Sent(account, key.to_bytes(32, "big"), b"the same")


def answered(answers: Answers, one: Sent) -> None:
    assert answers.begin(one) is None
    answers.finish(one, (200, "application/json", b"{}"))


def test_answers_are_kept_for_a_day(tmp_path: Path, clock: Clock):
    answers = opened(tmp_path / "a.db", clock)
    answered(answers, sent(1))
    clock.on(hours=24)
    assert answers.begin(sent(1)) == (200, "application/json", b"{}")
    clock.on(seconds=1)
    assert answers.begin(sent(1)) is None
    answers.close()


def test_of_one_account_so_many_are_kept_and_of_others_none_is_lost(tmp_path: Path, clock: Clock):
    answers = opened(tmp_path / "a.db", clock, answers_most=2)
    answered(answers, sent(9, "other"))
    for key in (1, 2, 3):
        clock.on(seconds=1)
        answered(answers, sent(key))
    assert [answers.begin(sent(key)) is not None for key in (2, 3)] == [True, True]
    assert answers.begin(sent(1)) is None
    assert answers.begin(sent(9, "other")) is not None
    answers.close()


def test_what_was_given_up_leaves_nothing_behind(tmp_path: Path, clock: Clock):
    answers = opened(tmp_path / "a.db", clock)
    assert answers.begin(sent(1)) is None
    with pytest.raises(Problem) as early:
        answers.begin(sent(1))
    assert early.value.status == 409
    answers.give_up(sent(1))
    assert answers.begin(sent(1)) is None
    answers.give_up(sent(1))
    answers.close()


def test_a_disk_that_is_full_stops_the_step_before_it_is_taken(desk: Served):
    kept = desk.access.store.answers
    kept._writer.execute("PRAGMA query_only = 1")
    try:
        told = step(desk, NOTE | {"text": "full"}, f"{KEY}-h")
        assert (told.status_code, told.json()["type"]) == (503, "/problems/book-unavailable")
        assert not kept._under_way
    finally:
        kept._writer.execute("PRAGMA query_only = 0")
    assert notes(desk, "full") == 0
    assert step(desk, NOTE | {"text": "full"}, f"{KEY}-h").status_code == 200
