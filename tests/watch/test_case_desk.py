"""The desk over a real book: what officers do is in the log, and what they hold does not move."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from alerting import alert
from casework import AUTHORITY, CHIPS, LOT, NOW, OFFICER, alerts, desk, post
from watching import DAY, exported, imported, line, on

import sarai
from sarai.goods import BadSetting, CaseStep, Code, NotInBook
from sarai.ledger.reading import LotName, Reader
from sarai.watch.cases import Desk, Officer, StepStore, authority, build
from sarai.watch.cases.stake import goods_of
from sarai.watch.store import AlertStore

EXPORT_MORE = exported("E-2", on(5), "F", line(CHIPS, 4))
EXPORT_ALL = exported("E-3", on(5), "F", line(CHIPS, 8))  # all that is there, of two lots
NAMED = LotName("customs", "I-1", 1)


def codes(results: list) -> list[Code]:
    return [result.code for result in results]


def log_of(at: Desk) -> list[tuple[str, str, str]]:
    """Kind, step and case of every document about cases, read from the journal itself."""
    rows = at.book.store.query(
        "SELECT kind, body FROM entry WHERE code = 0 AND issuer = ? AND number LIKE 'C-%' ORDER BY id",
        (AUTHORITY,),
    )
    return [(kind, *_said(body)) for kind, body in rows]


def _said(body: bytes) -> tuple[str, str]:
    from sarai.ledger.journal import decode

    document = decode(body)
    return getattr(document, "step", ""), document.case


# -- what is at stake --------------------------------------------------------------------------------


def test_what_is_at_stake_is_read_off_the_book(tmp_path: Path):
    with desk(tmp_path) as at:
        ranked = at.one("C-aaaa1111")
        (goods,) = ranked.stake.goods
        assert (goods.name, goods.hs, goods.tier) == (NAMED, CHIPS, "1")
        assert [(each.account.party, each.amount, each.unit) for each in goods.portions] == [
            ("F", Decimal(4), "C62")
        ]
        assert ranked.stake.value == {"USD": Decimal(4_000)}
        assert (ranked.stake.in_reach, ranked.stake.under_way) == (True, False)
        assert at.one("bbbb").stake.under_way


def test_goods_that_have_left_are_out_of_reach(tmp_path: Path):
    with desk(tmp_path) as at:
        assert post(at.book, EXPORT_MORE)[0] == 0
        assert not at.one("aaaa").stake.in_reach
        with pytest.raises(BadSetting, match="nothing to hold"):
            at.hold(at.one("aaaa"), OFFICER)


def test_where_goods_are_agrees_with_the_ledger(tmp_path: Path, short_book: None):
    """Many movements and index runs: every lot's portions are those of ``book.where``."""
    lines = [[line(CHIPS, quantity, item=item) for item in range(1, 9)] for quantity in (10, 7)]
    papers = [imported(f"I-{n}", on(n), "F", *lines[0]) for n in range(20)]
    papers += [exported(f"E-{n}", on(20 + n), "F", *lines[1]) for n in range(20)]
    with desk(tmp_path, papers=papers, raised=[]) as at:
        at.book.flush()
        reader = Reader(at.book.store)
        assert reader.tail() > 0
        lots = [lot for (lot,) in at.book.store.query("SELECT id FROM lot")]
        for goods in goods_of(reader, lots).values():
            rows = [row for row in at.book.where(*goods.name) if row.state]
            assert [(tuple(each.account), each.amount) for each in goods.portions] == [
                ((row.party, row.place, row.regime, row.state), row.amount) for row in rows
            ]


@pytest.fixture
def short_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """Index runs of a few movements."""
    from short_runs import shorten

    shorten(monkeypatch.setattr)


# -- every step is in the book -----------------------------------------------------------------------


def test_the_first_step_tells_the_alerts_and_later_ones_what_joined(tmp_path: Path):
    with desk(tmp_path) as at:
        assert codes(at.assign(at.one("aaaa").case, OFFICER, "officer-8")) == [Code.POSTED, Code.POSTED]
        at.note(at.one("aaaa").case, OFFICER, "Asked the post.")
        at._alerts.keep([alert("cccc3333", 8, lots=(LOT,))])
        again = Desk(at.book, at._alerts, NOW)
        again.decide(again.one("cccc").case, OFFICER, "confirmed", "Nobody received them.")
        case = again.one("C-aaaa1111").case
        assert (case.state, case.verdict, case.assignee) == ("closed", "confirmed", "officer-8")
        assert [step for _, step, _ in log_of(again)] == ["open", "assign", "note", "join", "decide"]
        told = [step.document.alerts for step in case.steps if step.document.alerts]
        assert told == [["aaaa1111"], ["cccc3333"]]


def test_a_merge_is_told_with_the_next_step(tmp_path: Path):
    with desk(tmp_path) as at:
        at.assign(at.one("bbbb").case, OFFICER, "officer-8")
        at._alerts.keep([alert("cccc3333", 8, lots=(LOT, 2 << 16 | 1))])
        again = Desk(at.book, at._alerts, NOW)
        assert again.one("C-bbbb2222").case.id == "C-aaaa1111"
        again.note(again.one("bbbb").case, OFFICER, "One story.")
        assert log_of(again)[-3:] == [
            ("case_step", "open", "C-aaaa1111"), ("case_step", "merge", "C-bbbb2222"),
            ("case_step", "note", "C-aaaa1111"),
        ]  # fmt: skip
        assert again.one("aaaa").case.state == "in hand"


def test_steps_survive_and_anybody_reads_the_same(tmp_path: Path):
    with desk(tmp_path) as at:
        at.decide(at.one("aaaa").case, OFFICER, "dismissed", "A known buyer.")
        before = at.cases
        book = at.book
        with AlertStore.open(tmp_path / "other.db") as other:  # a desk elsewhere, with a copy of its own
            other.keep(alerts())
            assert Desk(book, other, NOW).cases == before
    with desk(tmp_path, papers=[], raised=[]) as at:
        assert at.cases == before
        assert at.book.verify().ok


def test_a_copy_of_another_book_is_read_again(tmp_path: Path):
    with desk(tmp_path) as at:
        at.note(at.one("aaaa").case, OFFICER, "Of this book.")
        there = sarai.open(str(tmp_path / "another.db"))
        with there as another:
            assert StepStore(at._alerts.database).read(another) == []
        assert len(StepStore(at._alerts.database).read(at.book)) == 2


def test_a_step_in_the_book_moves_no_goods_and_has_a_proof(tmp_path: Path):
    with desk(tmp_path) as at:
        balance = at.book.balance().rows
        at.note(at.one("aaaa").case, OFFICER, "Looked.")
        assert at.book.balance().rows == balance
        assert '"Looked."' in at.book.prove(AUTHORITY, "C-aaaa1111/2").document


def test_two_officers_at_once_are_not_both_heard(tmp_path: Path):
    with desk(tmp_path) as at:
        at.note(at.one("aaaa").case, OFFICER, "First.")
        stale = at.one("aaaa").case
        other = Desk(at.book, at._alerts, NOW)
        other.decide(other.one("aaaa").case, Officer("officer-8", AUTHORITY), "confirmed", "Seen.")
        assert codes(at.decide(stale, OFFICER, "dismissed", "Not seen.")) == [Code.IDENTITY_CONFLICT]
        assert at.one("aaaa").case.verdict == "confirmed"


def test_only_an_authority_may_act(tmp_path: Path):
    with desk(tmp_path) as at:
        (result,) = at.note(at.one("aaaa").case, Officer("officer-7", "somebody"), "Let me.")
        assert result.code == Code.NOT_ENTITLED
        assert at.one("aaaa").case.steps == ()


def test_the_authority_is_the_only_one_or_must_be_named(tmp_path: Path):
    for number, names in enumerate([(), ("one",), ("one", "two")]):
        with sarai.open(str(tmp_path / f"{number}.db"), sarai.BookSettings(authorities=names)) as book:
            assert authority(book, "two") == "two"
            if len(names) == 1:
                assert authority(book) == "one"
            else:
                with pytest.raises(BadSetting, match="one, two" if names else "--authority"):
                    authority(book)


def test_what_cannot_be_done_is_said(tmp_path: Path):
    with desk(tmp_path) as at:
        case = at.one("aaaa").case
        for wrong, said in [
            (lambda: at.note(case, OFFICER, "  "), "empty"),
            (lambda: at.decide(case, OFFICER, "guilty", "x"), "guilty"),
            (lambda: at.decide(case, OFFICER, "confirmed", ""), "reason"),
            (lambda: at.state(case, OFFICER, "closed"), "deciding"),
            (lambda: at.note(case, Officer("", AUTHORITY), "x"), "SARAI_OFFICER"),
            (lambda: at.hold(at.one("aaaa"), OFFICER, ["customs/I-1#2"]), "customs/I-1#1"),
            (lambda: at.release(at.one("aaaa"), OFFICER), "nothing to release"),
        ]:
            with pytest.raises(BadSetting, match=said):
                wrong()
        with pytest.raises(NotInBook, match="zzzz"):
            at.one("zzzz")
        assert log_of(at) == []


# -- hold and release --------------------------------------------------------------------------------


def test_what_is_held_does_not_leave_until_it_is_released(tmp_path: Path):
    with desk(tmp_path) as at:
        assert set(codes(at.hold(at.one("aaaa"), OFFICER, reason="Under suspicion."))) == {Code.POSTED}
        assert list(at.one("aaaa").held) == [NAMED]
        code, message = post(at.book, EXPORT_ALL)
        assert code == Code.LOT_HELD
        assert "C-aaaa1111" in message
        assert post(at.book, EXPORT_ALL, "observe")[0] == Code.LOT_HELD
        assert set(codes(at.release(at.one("aaaa"), OFFICER))) == {Code.POSTED}
        assert at.one("aaaa").held == {}
        assert post(at.book, EXPORT_ALL)[0] == Code.POSTED
        assert [(kind, step) for kind, step, _ in log_of(at)] == [
            ("case_step", "open"), ("case_step", "note"), ("hold", ""), ("case_step", "note"),
            ("release", ""),
        ]  # fmt: skip


def test_some_lots_may_be_held(tmp_path: Path):
    raised = [alert("aaaa1111", lots=(LOT, LOT + 1))]
    with desk(tmp_path, raised=raised) as at:
        at.hold(at.one("aaaa"), OFFICER, ["customs/I-1#2"])
        assert list(at.one("aaaa").held) == [LotName("customs", "I-1", 2)]
        results = at.release(at.one("aaaa"), OFFICER, ["customs/I-1#1"])
        assert results[-1].code == Code.NO_HOLD  # as the ledger says it
        assert post(at.book, EXPORT_MORE)[0] == Code.POSTED  # of the other lot


def test_what_was_held_for_a_case_that_was_merged_is_released_with_it(tmp_path: Path):
    with desk(tmp_path) as at:
        at.hold(at.one("bbbb"), OFFICER)
        at._alerts.keep([alert("cccc3333", 8, lots=(LOT, 2 << 16 | 1))])
        again = Desk(at.book, at._alerts, NOW)
        again.hold(again.one("aaaa"), OFFICER, ["customs/I-1#1"])
        assert len(again.one("aaaa").held) == 2
        assert set(codes(again.release(again.one("aaaa"), OFFICER))) == {Code.POSTED}
        assert again.book.holds() == []


def test_a_hold_runs_out_of_time_though_the_case_is_closed(tmp_path: Path):
    with desk(tmp_path) as at:
        at.hold(at.one("aaaa"), OFFICER)
        at.decide(at.one("aaaa").case, OFFICER, "confirmed", "Sure.")
        later = Desk(at.book, at._alerts, NOW + 15 * DAY)
        first = later.ranked()[-1]
        assert (first.case.id, first.overdue, [each.clock for each in first.due]) == (
            "C-aaaa1111",
            True,
            ["hold"],
        )


# -- the queue ---------------------------------------------------------------------------------------


def test_what_is_overdue_comes_first_then_the_score(tmp_path: Path):
    raised = [
        alert("old", -40, points=3.0), alert("high", 19.9, points=9.0), alert("low", 19.9, points=3.0),
    ]  # fmt: skip
    with desk(tmp_path, raised=raised) as at:
        assert [each.case.id for each in at.ranked()] == ["C-old", "C-high", "C-low"]
        at.decide(at.one("old").case, OFFICER, "dismissed", "Too old.")
        assert [each.case.id for each in at.ranked()] == ["C-high", "C-low"]
        assert [each.case.id for each in at.ranked(closed=True)] == ["C-high", "C-low", "C-old"]


def test_goods_on_the_road_come_first_until_somebody_looks(tmp_path: Path):
    weighty, on_the_road = alert("weighty", -40, points=9.0), alerts()[1]
    with desk(tmp_path, raised=[weighty, on_the_road]) as at:
        first, second = at.ranked()
        assert [(each.case.id, each.pressing) for each in (first, second)] == [
            ("C-bbbb2222", True), ("C-weighty", False),
        ]  # fmt: skip
        at.note(first.case, OFFICER, "Seen.")
        assert [each.case.id for each in at.ranked()] == ["C-weighty", "C-bbbb2222"]


def test_scores_learn_from_what_is_decided_and_are_the_same_each_time(tmp_path: Path):
    raised = [alert(f"n{n}", n, typology="noisy", points=3.0) for n in range(6)]
    raised += [alert(f"t{n}", n, typology="telling", points=3.0) for n in range(6)]
    with desk(tmp_path, raised=raised) as at:
        for n in range(5):
            at.decide(at.one(f"n{n}").case, OFFICER, "dismissed", "Nothing.")
            at.decide(at.one(f"t{n}").case, OFFICER, "confirmed", "Indeed.")
        queue = at.ranked()
        assert [each.case.id for each in queue] == ["C-t5", "C-n5"]
        assert queue[0].score.points > 3.0 > queue[1].score.points
        assert at.weights.decisions == 10
        assert Desk(at.book, at._alerts, NOW).ranked() == queue


def test_a_case_of_which_only_steps_are_known_can_be_looked_at(tmp_path: Path):
    with desk(tmp_path, raised=[]) as at:
        step = CaseStep(
            issuer=AUTHORITY, number="1", time=on(3), case="C-q", step="note", officer="o", text="?"
        )
        assert post(at.book, step)[0] == 0
        ranked = at.one("C-q")
        assert (ranked.case.alerts, ranked.case.state, ranked.score.points) == ((), "new", 0)
        assert build([], at.steps) == at.cases


# -- PostgreSQL --------------------------------------------------------------------------------------


def test_the_same_in_postgresql(tmp_path: Path, postgres_url: str):
    url = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema=cases"
    with desk(tmp_path, url) as at:
        at.hold(at.one("aaaa"), OFFICER)
        at.decide(at.one("aaaa").case, OFFICER, "confirmed", "Sure.")
        found = [(each.case.id, each.case.state, each.score, each.stake) for each in at.ranked(closed=True)]
    (tmp_path / "alerts.db").unlink()
    with desk(tmp_path) as at:
        at.hold(at.one("aaaa"), OFFICER)
        at.decide(at.one("aaaa").case, OFFICER, "confirmed", "Sure.")
        assert found == [(e.case.id, e.case.state, e.score, e.stake) for e in at.ranked(closed=True)]
