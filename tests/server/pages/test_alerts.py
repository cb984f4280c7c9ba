"""The page Alerts: who is shown which rows, in which order, and nothing of what they may not know."""

from __future__ import annotations

from pathlib import Path

import pytest
from alerting import alert
from casework import LOT, NOW, OFFICER, desk

from sarai.server.access import Eyes, Role, Scope, Visitor
from sarai.server.pages import alerts_list as view
from sarai.server.pages.alerts_rows import PAGE, Wanted, alerts, cases, severity, wanted
from sarai.server.words import Words

EN = Words("en")
FULL = Eyes(visitor=Visitor(role=Role.OFFICER, officer="officer-7"), scope=Scope.ALL)
LABELS = Eyes(visitor=Visitor(role=Role.ANALYST), scope=Scope.SUMMARY, key=b"secret")


def many(count: int) -> list:
    return [
        alert(f"{n:08x}", n / 100, parties=(f"P{n}",), typology="off-route" if n % 3 else "unit-value",
              points=3 + n % 5, words=f"Number {n} is odd.")
        for n in range(count)
    ]  # fmt: skip


def test_pages_share_out_all_alerts_in_order(tmp_path: Path):
    with desk(tmp_path, raised=many(120)) as at:
        pages = [alerts(at, Wanted(view="alerts", state="all", page=page), FULL) for page in (1, 2, 3)]
        beyond = alerts(at, Wanted(view="alerts", state="all", page=99), FULL)
    rows = [row for page in pages for row in page.rows]
    assert [len(page.rows) for page in pages] == [PAGE, PAGE, 20]
    assert [row.raised for row in rows] == sorted((row.raised for row in rows), reverse=True)
    assert len({row.id for row in rows}) == 120 == pages[0].of
    assert (beyond.page, beyond.rows) == (3, pages[2].rows)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (Wanted(), 30), (Wanted(typology="unit-value"), 10), (Wanted(text="number 29 odd"), 1),
        (Wanted(text="p7"), 1), (Wanted(text="nowhere"), 0), (Wanted(state="closed"), 0),
        (Wanted(whose="me"), 0), (Wanted(whose="nobody"), 30),
    ],
)  # fmt: skip
def test_filters(tmp_path: Path, asked: Wanted, left: int):
    with desk(tmp_path, raised=many(30)) as at:
        assert alerts(at, asked, FULL, "officer-7").of == left
        assert cases(at, asked, FULL, "officer-7").of == left


def test_any_order_is_over_all_pages(tmp_path: Path):
    with desk(tmp_path, raised=many(120)) as at:
        for view, find in (("alerts", alerts), ("cases", cases)):
            pages = [find(at, Wanted(view=view, order="points", page=page), FULL) for page in (1, 2, 3)]
            points = [row.points for page in pages for row in page.rows]
            assert points == sorted(points, reverse=True)
            assert len(points) == 120
        latest = cases(at, Wanted(order="latest"), FULL)
    since = [row.since for row in latest.rows]
    assert since == sorted(since, reverse=True)
    assert latest.rows[0].id == f"C-{119:08x}"
    assert not Wanted(order="latest").is_narrowed
    assert wanted({"view": "alerts", "order": "urgent"}).order == ""


def test_mine_and_closed_follow_what_officers_do(tmp_path: Path):
    with desk(tmp_path, raised=many(3)) as at:
        at.assign(at.cases[0], OFFICER, OFFICER.id)
        at.decide(at.cases[1], OFFICER, "dismissed", "a slip of the pen")
        mine = cases(at, Wanted(whose="me"), FULL, OFFICER.id)
        closed = alerts(at, Wanted(state="closed"), FULL)
        assert [row.id for row in mine.rows] == ["C-00000000"]
        assert mine.assignees == (OFFICER.id,)
        assert [row.case for row in closed.rows] == ["C-00000001"]
        assert cases(at, Wanted(whose="me"), FULL, "").of == 0  # who is no officer has none


def test_who_sees_labels_learns_no_name_and_cannot_look_for_one(tmp_path: Path):
    with desk(tmp_path) as at:
        asked = wanted({"text": "F", "whose": "officer-7", "view": "alerts"}, LABELS.scope)
        found = alerts(at, asked, LABELS)
        queue = cases(at, Wanted(), LABELS)
    assert found.of == 2
    said = (
        view.listed(asked, found, EN)
        + view.listed(Wanted(), queue, EN)
        + view.narrow(asked, found, EN, officer="", full=False)
    )
    for name in ("6 of 10 chips", "C-aaaa1111", "aaaa1111", ">F<", "Seal A-1"):
        assert name not in said
    assert 'name="text"' not in said


def test_what_is_late_is_red_and_in_words(tmp_path: Path):
    with desk(tmp_path, now=NOW) as at:
        found = cases(at, Wanted(), FULL)
    row = next(each for each in found.rows if each.overdue)
    late = view.listed(Wanted(), found, EN)
    assert any(due.overdue for due in row.due)
    assert 'class="late"' in late
    assert "Overdue: " in late


def test_words_of_traders_become_no_markup(tmp_path: Path):
    hostile = alert("cccc3333", lots=(LOT,), parties=("<i>F</i>",), words="<b onclick=x>odd</b>\u202e")
    with desk(tmp_path, raised=[hostile]) as at:
        said = view.listed(Wanted(view="alerts"), alerts(at, Wanted(view="alerts"), FULL), EN)
    assert "<b onclick" not in said
    assert "<i>F" not in said
    assert "[U+202E]" in said


def test_no_rows_say_why():
    from sarai.server.pages.alerts_rows import Some

    none = Some((), 0, 1, (), ())
    assert "No open cases" in view.listed(Wanted(), none, EN)
    assert "Clear filters" in view.listed(Wanted(text="x"), none, EN)


def test_an_address_says_what_is_asked():
    from urllib.parse import parse_qsl

    asked = Wanted(
        view="alerts", state="all", typology="off-route", whose="me", text="a b&c", order="points", page=3
    )
    assert wanted(dict(parse_qsl(asked.url().partition("?")[2]))) == asked
    assert Wanted().url() == "/alerts"
    assert wanted({"page": "-1", "state": "odd", "view": "x"}) == Wanted()


def test_severity_rises_with_points():
    assert [severity(points) for points in (3, 4.49, 4.5, 5.99, 6)] == [
        "notice", "notice", "serious", "serious", "critical",
    ]  # fmt: skip
