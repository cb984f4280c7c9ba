"""The thread that writes: order, shared commits, a full queue, faults, the end."""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from datetime import UTC, datetime
from threading import Event

import pytest
from watching import imported, line, on

import sarai
from sarai.goods import BookError, Code, Refusal
from sarai.ledger import Book
from sarai.server.problems import Problem
from sarai.server.writing import Writer


class Told:
    """How often something was written."""

    count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def book(tmp_path):
    with sarai.open(str(tmp_path / "book.db")) as book:
        yield book


def writer(book: Book, told: Told | None = None, **bounds: float) -> Writer:
    sizes = {"queue_lines": 100, "batch_lines": 10, "tick_s": 1_000.0, **bounds}
    return Writer(book, wrote=told or Told(), **sizes)


def chips(number: int) -> list:
    return [imported(f"in {number}", on(number % 20), "a", line("854231", 5))]


def stopped(writer: Writer) -> Event:
    """Hold the writer up until the event is set."""
    go = Event()
    writer.work(lambda book: go.wait(10) and [])
    return go


def test_each_request_gets_its_own_results_and_requests_share_commits(book):
    told = Told()
    ours = writer(book, told)
    go = stopped(ours)
    futures = [ours.record(chips(n), "strict") for n in range(25)]
    go.set()
    entries = [result.entry for future in futures for result in future.result(10)]
    assert entries == list(range(1, 26)), "in the order in which they came"
    assert ours.stop(10)
    assert told.count == 3, "of ten lines each, and the rest"
    assert ours.waiting_lines == 0


def test_strict_and_observe_do_not_share_a_commit(book):
    ours = writer(book)
    go = stopped(ours)
    futures = [ours.record(chips(n), mode) for n, mode in enumerate(("strict", "observe", "strict"))]
    go.set()
    assert [future.result(10)[0].code for future in futures] == [Code.POSTED] * 3
    modes = [mode for (mode,) in book.store.query("SELECT mode FROM entry ORDER BY id")]
    assert modes[0] == modes[2] != modes[1]
    ours.stop(10)


def test_a_full_queue_asks_to_come_again_and_loses_nothing(book):
    ours = writer(book, queue_lines=5)
    go = stopped(ours)
    time.sleep(0.05)
    taken = [ours.record(chips(n), "strict") for n in range(4)]
    with pytest.raises(Problem) as caught:
        for n in range(4, 12):
            taken.append(ours.record(chips(n), "strict"))
    assert caught.value.status == 503
    assert caught.value.headers["Retry-After"] == "1"
    go.set()
    assert all(future.result(10)[0].ok for future in taken)
    assert ours.record(chips(30), "strict").result(10)[0].ok, "there is room again"
    ours.stop(10)


def test_refusals_are_kept(book):
    ours = writer(book)
    (kept,) = ours.refuse([Refusal(code=Code.MALFORMED, message="no JSON", raw=b"{")]).result(10)
    assert kept.code is Code.MALFORMED
    assert book.store.query("SELECT code, body FROM entry") == [(101, b"{")]
    ours.stop(10)


def test_a_fault_of_the_store_is_told_and_the_next_is_written(book, monkeypatch):
    ours = writer(book)

    def full(*_: object, **__: object) -> None:
        raise BookError("the disk is full; make room")

    with monkeypatch.context() as patch:
        patch.setattr(book, "record", full)
        failed = ours.record(chips(1), "strict")
        with pytest.raises(BookError, match="disk is full"):
            failed.result(10)
        assert ours.fault == "the disk is full; make room"
    assert ours.record(chips(1), "strict").result(10)[0].code is Code.POSTED, "it was not in the book"
    assert ours.fault == ""
    ours.stop(10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_lets_nobody_wait(book):
    ours = writer(book)
    go = stopped(ours)
    broken = ours.work(lambda book: 1 / 0)
    after = ours.record(chips(1), "strict")
    go.set()
    for future in (broken, after):
        with pytest.raises(BookError, match="ZeroDivisionError"):
            future.result(10)
    assert "ZeroDivisionError" in ours.fault
    with pytest.raises(Problem, match="stopped"):
        ours.record(chips(2), "strict")
    assert ours.stop(10)


def test_what_was_handed_in_is_written_before_the_end(book):
    ours = writer(book)
    go = stopped(ours)
    futures: list[Future] = [ours.record(chips(n), "strict") for n in range(7)]
    go.set()
    assert ours.stop(10)
    done, _ = wait(futures, 0)
    assert len(done) == 7
    with pytest.raises(Problem):
        ours.record(chips(8), "strict")


def test_the_book_is_told_the_time(tmp_path):
    from watching import sold

    now = [on(1)]
    with sarai.open(str(tmp_path / "book.db")) as made:
        made.record([*chips(0), sold("w", on(0.5), "a", "b", line("854231", 5))[0]], on(1))
    from sarai.ledger import open_book

    with open_book(str(tmp_path / "book.db"), clock=lambda: now[0]) as book:
        told = Told()
        ours = writer(book, told, tick_s=0.02)
        now[0] = datetime(2027, 1, 1, tzinfo=UTC)
        for _ in range(200):
            if told.count:
                break
            time.sleep(0.02)
        assert ours.stop(10)
        assert book.consignment("a", "w").state == "expired"
