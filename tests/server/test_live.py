"""A server that listens: the stream that resumes, clients that are slow or leave, the end in good order."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import httpx2
import pytest
from press_cases import day
from served import API, Served, lines, listening
from watching import exported, imported, line

from sarai.goods import Party

OURS = 1  # the server itself listens, to know where consignments are


FOLLOWER = 1  # listens too: it knows where consignments are


@pytest.fixture
def desk(tmp_path) -> Iterator[Served]:
    with listening(tmp_path) as desk:
        yield desk


def events(desk: Served, most: int, **headers: str) -> list[tuple[int, dict]]:
    """The next events of the stream."""
    found: list[tuple[int, dict]] = []
    asked = {"Authorization": f"Bearer {desk.key('officer')}", **headers}
    with desk.client.stream("GET", f"{API}/alerts/stream", headers=asked, timeout=30) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        number = 0
        for text in answer.iter_lines():
            if text.startswith("id: "):
                number = int(text[4:])
            elif text.startswith("data: "):
                found.append((number, json.loads(text[6:])))
                if len(found) == most:
                    break
    return found


def suspicious(number: int) -> list:
    """Goods of the priority list that nobody brought leave for Russia, from a firm's store."""
    return [
        exported(
            f"gone-{number}-{n}", day(75), f"KZ-77{number:04d}", line("854231", 500, 90_000),
            consignee=Party(id="RU-990041", name="Partner"),
        )
        for n in range(4)
    ]  # fmt: skip


def alerts(desk: Served) -> int:
    return len(desk.get("officer", "/alerts", limit=1_000).json()["rows"])


def test_a_stream_that_broke_off_goes_on_where_it_was(desk: Served):
    everything = events(desk, 6, **{"Last-Event-ID": "0"})
    assert [number for number, _ in everything] == [1, 2, 3, 4, 5, 6]
    again = events(desk, 3, **{"Last-Event-ID": "3"})
    assert again == everything[3:6], "all that was missed, and nothing twice"


def test_new_alerts_are_told_as_they_are_raised(desk: Served):
    before = alerts(desk)
    heard: list[tuple[int, dict]] = []
    listener = threading.Thread(target=lambda: heard.extend(events(desk, 1)))
    listener.start()
    while len(desk.house.bus) <= OURS:
        pass
    for number in range(8):
        desk.post("officer", suspicious(number))
        if heard:
            break
    listener.join(20)
    assert heard[0][0] > before
    assert heard[0][1]["words"]


def test_a_client_that_leaves_takes_nothing_with_it(desk: Served):
    documents = [imported(f"left-{n}", day(74), "KZ-1", line("610910", 1)) for n in range(3_000)]
    body = lines(documents)

    def parts() -> Iterator[bytes]:
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000]

    with pytest.raises(ZeroDivisionError), desk.client.stream(
        "POST", f"{API}/documents", content=parts(),
        headers={"Authorization": f"Bearer {desk.key('officer')}"},
    ) as answer:  # fmt: skip
        next(answer.iter_lines())
        raise ZeroDivisionError
    told = [json.loads(each) for each in desk.post("officer", documents).text.splitlines()]
    assert {each["name"] for each in told} <= {"POSTED", "REPEATED"}
    assert len({each["entry"] for each in told}) == 3_000, "each is there, once"


def test_many_at_once_are_all_recorded(desk: Served):
    answers: dict[int, list[dict]] = {}

    def post(who: int) -> None:
        documents = [imported(f"many-{who}-{n}", day(74), f"KZ-{who}", line("610910", 1)) for n in range(60)]
        with httpx2.Client(base_url=desk.client.base_url, timeout=60) as client:
            answer = client.post(
                f"{API}/documents", content=lines(documents),
                headers={"Authorization": f"Bearer {desk.key('officer')}"},
            )  # fmt: skip
        answers[who] = [json.loads(each) for each in answer.text.splitlines()]

    desk.key("officer")
    threads = [threading.Thread(target=post, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = [each["entry"] for told in answers.values() for each in told]
    assert len(set(entries)) == 480
    assert {each["name"] for told in answers.values() for each in told} == {"POSTED"}


def test_it_ends_in_good_order_while_somebody_listens(tmp_path):
    ended: list[str] = []
    with listening(tmp_path) as desk:

        def listen() -> None:
            with httpx2.Client(base_url=desk.client.base_url, timeout=60) as client:
                asked = {"Authorization": f"Bearer {desk.key('officer')}"}
                with client.stream("GET", f"{API}/alerts/stream", headers=asked) as answer:
                    for _ in answer.iter_lines():
                        pass
            ended.append("told")

        desk.key("officer")
        listener = threading.Thread(target=listen)
        listener.start()
        while len(desk.house.bus) <= OURS:
            pass
    listener.join(30)
    assert ended == ["told"], "the stream was ended, not broken off"
    assert desk.house.writer.waiting_lines == 0
