"""The file of a case: what is in it, in which order, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from alerting import alert
from casework import LOT, NOW, OFFICER, desk
from watching import exported, imported, line, on

from sarai.goods import KINDS, Code, Correction, LotRef
from sarai.ledger.verdict import Fact
from sarai.watch.cases import dossier as module
from sarai.watch.cases.dossier import Dossier, dossier
from sarai.watch.cases.noticing import noticed
from sarai.watch.cases.telling import tell


def made(at, case: str) -> Dossier:
    return dossier(at.book, at.one(case), NOW)


def test_the_timeline_has_papers_seals_alerts_and_steps_as_they_happened(tmp_path: Path):
    with desk(tmp_path) as at:
        at.note(at.one("bbbb").case, OFFICER, "Asked the post.")
        found = made(at, "bbbb")
    assert [(event.kind, event.name) for event in found.timeline] == [
        ("transit", "customs/T-1"), ("seal_event", "post/S-1"), ("alert", "seal-broken"),
        ("step", "customs/C-bbbb2222/1"), ("step", "customs/C-bbbb2222/2"),
    ]  # fmt: skip
    assert found.way is not None
    assert found.way.left_out == 0


def test_who_moved_the_goods_is_there_though_no_alert_names_it(tmp_path: Path):
    with desk(tmp_path) as at:
        found = made(at, "aaaa")
    assert [(paper.name, paper.alerts) for paper in found.papers] == [
        ("customs/I-1", ()), ("customs/E-1", ("aaaa1111",))
    ]  # fmt: skip


def test_what_the_book_noticed_is_told(tmp_path: Path):
    papers = [imported("I-1", on(0), "F", line("854231", 1)), exported("E-1", on(1), "F", line("854231", 3))]
    with desk(tmp_path, papers=papers, raised=[alert("aaaa", 2, entry=2, lots=(LOT,))]) as at:
        found = made(at, "aaaa")
    assert [*map(str, found.papers[-1].noticed)] == ["item 1: unexplained"]
    assert [*map(str, found.timeline[1].noticed)] == ["item 1: unexplained"]


def test_what_was_refused_is_told_with_the_reason(tmp_path: Path):
    with desk(tmp_path, papers=[imported("I-1", on(0), "F", line("854231", unit="ZZZ"))], raised=[]) as at:
        at._alerts.keep([alert("aaaa", 2, entry=1, parties=("F",))])
        (paper,) = made(at, "aaaa").papers
        assert str(paper.words).startswith("Refused: ")
        assert "ZZZ" in str(paper.words)
        assert int(paper.proof.lines.split("\n")[3]) == Code.UNKNOWN_UNIT


def test_what_there_is_no_room_for_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_BESIDE", 1)
    monkeypatch.setattr(module, "MOST_MOVEMENTS", 1)
    papers = [imported("I-1", on(0), "F", line("854231", 9))]
    papers += [exported(f"E-{n}", on(n), "F", line("854231", 1)) for n in range(1, 5)]
    with desk(tmp_path, papers=papers, raised=[alert("aaaa", 5, entry=5, lots=(LOT,))]) as at:
        found = made(at, "aaaa")
    assert [paper.name for paper in found.papers] == ["customs/I-1", "customs/E-4"]
    assert found.left_out == 3
    assert found.way is None


def test_where_the_goods_went_too_many_ways_it_shows_where_those_came_from_that_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "MOST_MOVEMENTS", 2)
    papers = [imported("I-1", on(0), "F", line("854231", 9))]
    papers += [exported(f"E-{n}", on(n), "F", line("854231", 1)) for n in range(1, 5)]
    with desk(tmp_path, papers=papers, raised=[alert("aaaa", 5, entry=5, lots=(LOT,))]) as at:
        way = made(at, "aaaa").way
    assert way is not None
    assert (way.title, way.up) == ("Where the goods of customs/E-4 came from", True)


def test_every_kind_of_document_is_told_in_a_sentence(tmp_path: Path):
    """Every kind has words of its own: none falls back to the name of its class."""
    assert all(tell.dispatch(kind) is not tell.dispatch(object) for kind in KINDS.values())
    cancelled = Correction(issuer="customs", number="I-1", version=2, time=on(1), reason="twice")
    assert str(tell(cancelled)) == "customs/I-1 is cancelled (twice)."
    papers = [
        imported("I-1", on(0), "F", *(line("854231", item=n, description="x" * 99) for n in range(1, 7)))
    ]
    assert str(tell(papers[0])).endswith("and 2 more.")
    held = KINDS["hold"](issuer="c", number="1", time=on(0), lots=[LotRef(issuer="c", number="2", item=3)])
    assert str(tell(held)) == "Held: c/2 item 3."


def test_a_fact_in_words():
    assert str(noticed(Fact(0, 4))) == "diverted"
