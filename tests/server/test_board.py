"""The board: alerts and officers' steps at once, goods at its own pace, and nothing is put together twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alerting import alert
from casework import LOT, NOW, OFFICER, alerts, desk
from watching import exported, line, on

from sarai.server.board import Board
from sarai.watch.cases import Desk, building
from sarai.watch.cases import stake as stakes

CHIPS = "854231"
GONE = exported("E-2", on(5), "F", line(CHIPS, 8))


class Looked:
    """A board over a book, and how often it put a case together."""

    def __init__(self, at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.store, self.time = at, at._alerts, 0.0
        self.board = Board(1.0, lambda: self.time)
        self.built: list[str] = []
        made = building._case

        def counted(parts, steps):
            case = made(parts, steps)
            self.built.append(case.id)
            return case

        monkeypatch.setattr(building, "_case", counted)

    def desk(self, **more: bool) -> Desk:
        return self.board.desk(self.at.book, self.store, NOW, **more)

    def post(self) -> None:
        (result,) = self.at.book.record([GONE], now=NOW)
        assert result.ok


@pytest.fixture
def looked(tmp_path: Path, monkeypatch) -> Iterator[Looked]:
    with desk(tmp_path) as at:
        yield Looked(at, monkeypatch)


def test_a_plain_document_puts_nothing_together_again(looked: Looked):
    before = looked.desk().cases
    assert looked.built == ["C-aaaa1111", "C-bbbb2222"]
    looked.post()
    looked.time = 5.0
    assert looked.desk().cases is before
    assert len(looked.built) == 2


def test_what_is_new_concerns_its_own_case_only(looked: Looked):
    looked.desk()
    looked.store.keep([alert("cccc3333", 5, lots=(LOT,), parties=("F",), entry=4)])
    assert len(looked.desk().one("aaaa").case.alerts) == 2
    at = looked.desk()
    at.note(at.one("bbbb").case, OFFICER, "Looked at it.")
    assert looked.desk().one("bbbb").case.looked
    assert looked.built[2:] == ["C-aaaa1111", "C-bbbb2222"]


def test_goods_are_looked_for_at_a_pace_and_at_once_by_who_acts(looked: Looked):
    assert looked.desk().one("aaaa").stake.in_reach
    looked.post()
    looked.time = 0.9
    assert looked.desk().one("aaaa").stake.in_reach
    assert not looked.desk(to_act=True).one("aaaa").stake.in_reach


def test_goods_are_looked_for_when_the_time_has_come(looked: Looked):
    looked.desk()
    looked.post()
    looked.time = 1.0
    assert not looked.desk().one("aaaa").stake.in_reach


def test_only_lots_that_moved_are_read_again(looked: Looked, monkeypatch):
    looked.desk()
    asked: list[list[int]] = []
    read = stakes.goods_of
    monkeypatch.setattr(
        stakes, "goods_of", lambda reader, lots: asked.append(list(lots)) or read(reader, lots)
    )
    looked.time = 2.0
    looked.desk()
    assert asked == []
    looked.post()
    looked.time = 4.0
    looked.desk()
    assert asked == [[LOT]]


def test_holds_are_seen_at_once(looked: Looked):
    at = looked.desk()
    at.hold(at.one("aaaa"), OFFICER)
    assert looked.desk().one("aaaa").held


@contextmanager
def another_file(directory: Path) -> Iterator[Desk]:
    directory.mkdir()
    with desk(directory, raised=alerts()[:1]) as at:
        yield at


def test_a_book_that_was_restored_is_read_from_its_beginning(looked: Looked, tmp_path: Path):
    looked.desk()
    with another_file(tmp_path / "other") as at:
        again = looked.board.desk(at.book, at._alerts, NOW)
        assert [case.id for case in again.cases] == ["C-aaaa1111"]
