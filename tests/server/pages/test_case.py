"""The page Case: all that counts, nothing to who may not know, and steps that the book enforces."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from alerting import alert
from casework import AUTHORITY, CHIPS, LOT, NOW, alerts, desk, post
from msgspec.structs import replace
from watching import exported, line, on

from sarai.goods import BadSetting, NotInBook
from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.pages import case_acts as acts
from sarai.server.pages.alerts_list import listed, points_words
from sarai.server.pages.alerts_rows import Wanted, cases
from sarai.server.pages.case_page import CasePage
from sarai.server.pages.case_seen import file_name, find, seen, version, way
from sarai.server.words import Words
from sarai.telling.case_page import page as file_page
from sarai.watch import TYPOLOGIES, Alert, phrase

EN = Words("en")
VISITOR = Visitor(role=Role.SUPERVISOR, account="a", officer="officer-7", authority=AUTHORITY)
FULL = Eyes(visitor=VISITOR, scope=Scope.ALL)
LABELS = Eyes(visitor=Visitor(role=Role.ANALYST), scope=Scope.SUMMARY, key=b"secret")
PARTS = ("head", "facts", "clocks", "advice", "goods", "why", "alerts", "happened")
NAME = "C-aaaa1111"


def told(at, name: str = NAME, eyes: Eyes = FULL) -> tuple[CasePage, str]:
    """The page of a case, and all that it says."""
    found = seen(at, at.book, name, eyes, NOW, ())
    page = CasePage(found, EN, eyes.party)
    return page, "".join(getattr(page, part)() for part in PARTS)


def take(at, step: acts.Act, known: int | None = None) -> acts.Done:
    """A step of the visitor, at the desk itself."""

    async def act(do):
        return do(at)

    visit = SimpleNamespace(visitor=VISITOR, house=SimpleNamespace(act=act), words=EN)
    return asyncio.run(acts.act(visit, NAME, step, known))


# -- what it says ------------------------------------------------------------------------------------


def test_contributions_are_shown_exactly_and_sum_to_the_score(tmp_path: Path):
    with desk(tmp_path) as at:
        page, _ = told(at)
    why, score = page.why(), page.ranked.score
    for each in score.contributions:
        assert points_words(each.points, EN, 2) in why
    assert sum(each.points for each in score.contributions) == pytest.approx(score.points)
    assert f"<strong>{points_words(score.points, EN, 2)}</strong>" in why


def test_it_names_goods_who_has_them_and_the_documents(tmp_path: Path):
    with desk(tmp_path) as at:
        _, said = told(at)
    assert "customs/I-1#1" in said
    assert "4\u00a0pcs: F, store" in said
    assert "/book/document?issuer=customs&amp;number=E-1" in said
    assert "/trace?issuer=customs&amp;number=I-1&amp;item=1&amp;direction=down" in said


def test_what_is_overdue_is_said_in_red_and_in_words(tmp_path: Path):
    with desk(tmp_path) as at:
        page, _ = told(at)
    assert page.ranked.overdue
    assert 'class="late"' in page.clocks()
    assert "Overdue" in page.clocks()


def test_who_sees_labels_learns_no_name(tmp_path: Path):
    with desk(tmp_path) as at:
        label = LABELS.label("case", NAME)
        _, said = told(at, label, LABELS)
        with pytest.raises(NotInBook):
            find(at, NAME, LABELS)
    for name in (NAME, "6 of 10 chips", "I-1", "E-1", ">F<", "F,", "customs/"):
        assert name not in said


def test_words_of_traders_become_no_markup(tmp_path: Path):
    raised = [alert("aaaa1111", lots=(LOT,), parties=("<i>F",), entry=4, words="<script>x</script>\u202e")]
    with desk(tmp_path, raised=raised) as at:
        _, said = told(at)
    assert "<script" not in said
    assert "<i>" not in said
    assert "[U+202E]" in said


def test_the_way_of_the_goods_is_drawn_and_the_file_is_whole(tmp_path: Path):
    with desk(tmp_path) as at:
        found = seen(at, at.book, NAME, FULL, NOW, ())
    answer = way(found.file)
    assert answer is not None
    assert {each.kind for each in answer.graph.ribbons} >= {"import", "export"}
    assert NAME in file_page(found.file)
    assert file_name('C-1"\r\n/..') == "case-C-1%22%0D%0A%2F...html"


# -- in other languages --------------------------------------------------------------------------------

DRIFT = next(row for row in TYPOLOGIES if row.name == "code-drift")
FACTS = {
    "was": "854231", "said": "853400", "listed": phrase("(priority list, tier {tier})", tier="1"), "slip": "",
    "firm": "F", "what": phrase("export"), "item": 1, "document": "customs/E-1",
}  # fmt: skip
DRIFTED = {
    "ru": "Позиция 1 документа customs/E-1 (экспорт, фирма F) называет кодом 853400 товар, поступивший как "
    "854231 (приоритетный перечень, группа 1).",
    "kk": "customs/E-1 құжатының 1-позициясы (экспорт; F фирмасы) 854231 ретінде келген тауарды "
    "(басым тізім, 1 топ) 853400 деп атайды.",
}


def drifted() -> Alert:
    """An alert that can be said in any language."""
    plainly = alert("aaaa1111", lots=(LOT,), parties=("F",), entry=4, typology=DRIFT.name)
    words = DRIFT.words(FACTS)
    own = replace(plainly.reasons[0], words=words, text=DRIFT.text)
    return replace(plainly, words=words, facts=FACTS, reasons=(own,))


@pytest.mark.parametrize("code", DRIFTED)
def test_the_case_and_its_file_are_told_in_the_language_of_who_looks(tmp_path: Path, code):
    words = Words(code)
    with desk(tmp_path, raised=[drifted()]) as at:
        found = seen(at, at.book, NAME, FULL, NOW, ())
        queue = cases(at, Wanted(), FULL)
    page = CasePage(found, words, FULL.party)
    for part in ("head", "why", "alerts", "happened"):
        assert DRIFTED[code] in getattr(page, part)()
    assert DRIFTED[code] in listed(Wanted(), queue, words)
    file = file_page(found.file, words.say, code)
    assert f'<html lang="{code}">' in file
    assert DRIFTED[code] in file
    assert "names as" not in file
    assert "What happened" not in file


def test_in_english_it_says_what_the_watch_said(tmp_path: Path):
    with desk(tmp_path, raised=[drifted()]) as at:
        _, said = told(at)
        file = file_page(seen(at, at.book, NAME, FULL, NOW, ()).file)
    english = "names as 853400 goods that came as 854231 (priority list, tier 1)."
    assert english in said
    assert english in file


# -- what is done ------------------------------------------------------------------------------------


def test_a_hold_is_in_the_book_and_the_book_enforces_it(tmp_path: Path):
    with desk(tmp_path) as at:
        before = version(at.one(NAME))
        done = take(at, acts.hold(["customs/I-1#1"], "the seal broke"), known=0)
        assert not done.refused
        kinds = at.book.store.query("SELECT kind FROM entry WHERE id >= ? ORDER BY id", (done.entries[0],))
        assert kinds[-1] == ("hold",)
        code, words = post(at.book, exported("E-9", on(5), "F", line(CHIPS, 8)))
        assert code == 312, words
        assert version(at.one(NAME)) != before
        _, said = told(at)
        assert "Held: 1 lot" in said
        again = take(at, acts.release([], "explained"))
        assert not again.refused
        assert post(at.book, exported("E-9", on(5), "F", line(CHIPS, 8)))[0] == 0


def test_who_has_not_seen_the_last_step_is_told_to_look_again(tmp_path: Path):
    with desk(tmp_path) as at:
        take(at, acts.note("I am on it"))
        done = take(at, acts.decide("dismissed", "a slip"), known=0)
        assert "meanwhile" in done.refused
        assert at.one(NAME).case.is_open
        assert not take(at, acts.decide("dismissed", "a slip"), known=len(at.one(NAME).case.steps)).refused
        assert not at.one(NAME).case.is_open


def test_a_refusal_of_the_book_is_told_in_its_words(tmp_path: Path, monkeypatch):
    with desk(tmp_path) as at:
        monkeypatch.setitem(globals(), "VISITOR", Visitor(officer="o", authority="nobody", account="a"))
        done = take(at, acts.note("x"))
    assert "(305)" in done.refused
    assert "nobody" in done.refused


def test_what_cannot_be_done_at_all_is_a_fault_with_words(tmp_path: Path):
    with desk(tmp_path, raised=alerts()) as at:
        with pytest.raises(BadSetting, match="no goods are held"):
            take(at, acts.release([], "x"))
        with pytest.raises(BadSetting, match="reason"):
            take(at, acts.decide("confirmed", " "))
