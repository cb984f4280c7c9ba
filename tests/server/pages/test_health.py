"""The page Health: every part is told of, and what is wrong comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from sarai.ledger.rows import to_us
from sarai.server.pages import health_parts as health
from sarai.server.words import Words

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOUNDS = health.Bounds(queue_lines=1_000, subscribers=10, typologies=40)
ROOM = health.Disk(200 * 2**30, 400 * 2**30)


def fares(**changes):
    """A house in which all is well, but for what is changed."""
    book = {"entries": 7, "last_recorded_us": to_us(NOW), "fault": "", "waiting_lines": 0}
    watch = {"judged": 7, "behind": 0, "alerts": 2, "fault": "", "off": {}}
    for name, value in changes.items():
        (book if name in book else watch)[name] = value
    return {"book": book, "watch": watch, "live": {"listeners": 1}, "ended": {},
            "whereabouts": {"read": 7, "behind": 0}, "clock": {"now": NOW, "notice": ""},
            "files": {"accounts.db": "", "epcis.db": ""}}  # fmt: skip


def feeder(**state):
    usual = {"connected": True, "since": NOW, "waiting": "", "missed": 0, "lag": 0,
             "messages": 3, "posted": 2, "repeated": 1, "refused": 0}  # fmt: skip
    return SimpleNamespace(name="nats:DOCUMENTS", state=SimpleNamespace(**{**usual, **state}))


def light_of(name, **changes):
    parts = health.parts_of(fares(**changes), BOUNDS, ROOM, NOW)
    return next(part.light for part in parts if part.name == name)


def test_all_is_well():
    parts = health.parts_of(fares(), BOUNDS, ROOM, NOW, [feeder()])
    assert health.worst(parts) == "good"
    assert len({part.name for part in parts}) == len(parts) == 9
    assert all(part.said for part in parts)


@pytest.mark.parametrize(
    ("name", "changes", "light"),
    [
        ("Book", {"fault": "writing has ended: disk full"}, "critical"),
        ("Book", {"last_recorded_us": to_us(NOW + timedelta(hours=1))}, "notice"),
        ("Waiting to be recorded", {"waiting_lines": 500}, "notice"),
        ("Waiting to be recorded", {"waiting_lines": 1_000}, "critical"),
        ("Waiting to be recorded", {"waiting_lines": 499}, "good"),
        ("Watch", {"behind": 2_001}, "notice"),
        ("Watch", {"behind": 200_000}, "critical"),
        ("Typologies", {"off": {"conduit": "TypeError: no"}}, "notice"),
    ],
)
def test_what_is_wrong_is_seen(name, changes, light):
    assert light_of(name, **changes) == light


def test_a_watch_that_stands_still_is_told_of():
    assert health.watch_part({**fares()["watch"], "fault": "gone"}).light == "critical"


def test_a_file_that_cannot_be_written_is_told_of():
    part = health.files_part({"accounts.db": "database or disk is full", "epcis.db": ""})
    assert part.light == "critical"
    assert [each.to(Words()) for each in part.said] == [
        "accounts.db could not be written: database or disk is full"
    ]


def test_a_clock_that_jumps_is_told_of():
    part = health.book_part(fares()["book"], NOW, "it jumped ahead by 90,000 s")
    assert part.light == "notice"
    assert "90,000 s" in part.said[0].to(Words())


@pytest.mark.parametrize(
    ("fault", "advice"),
    [("the disk is full", "by itself"), ("writing has ended: MemoryError: ", "start the server again")],
)
def test_what_helps_a_book_that_takes_nothing(fault, advice):
    assert advice in health.book_part(fares(fault=fault)["book"], NOW).said[1].to(Words())


def test_the_worst_comes_first():
    parts = health.parts_of(fares(fault="gone", behind=5_000), BOUNDS, ROOM, NOW)
    lights = [part.light for part in parts]
    assert lights == sorted(lights, key=health.LIGHTS.index)
    assert health.worst(parts) == "critical"


@pytest.mark.parametrize(("free", "light"), [(2**29, "critical"), (2**31, "notice"), (2**36, "good")])
def test_disk(free, light):
    assert health.disk_part(health.Disk(free, 2**40)).light == light


@pytest.mark.parametrize(
    ("state", "light"),
    [
        ({}, "good"),
        ({"connected": False, "waiting": "the connection was lost"}, "notice"),
        ({"waiting": "the book takes nothing: Busy"}, "notice"),
        ({"missed": 3}, "critical"),
    ],
)
def test_streams(state, light):
    assert health.stream_part(feeder(**state)).light == light


@pytest.mark.parametrize(
    ("behind", "ended", "light"),
    [(0, {}, "good"), (5_000, {}, "notice"), (0, {"follower": "TypeError: no"}, "notice")],
)
def test_whereabouts(behind, ended, light):
    assert health.whereabouts_part({"read": 7, "behind": behind}, ended).light == light


def test_a_reason_is_said_with_what_it_names():
    said = health.typologies_part({"conduit": "TypeError: {odd}"}, 40).said[0]
    assert said.to(Words()) == "conduit is off: TypeError: {odd}"


def test_the_disk_here_can_be_read(tmp_path):
    disk = health.disk_of(tmp_path)
    assert 0 < disk.free <= disk.total


@pytest.mark.parametrize(("positions", "light"), [((), "good"), ((10, 9), "good"), ((10, 5_000), "notice")])
def test_subscribers(positions, light):
    assert health.epcis_part(positions, 5_000 if light == "notice" else 10).light == light
