"""The state of cases: a function of alerts and steps, and of nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from alerting import BEGIN, alert
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.goods import BadSetting, CaseStep, Hold, LotRef
from sarai.ledger.rows import from_us
from sarai.watch.cases import CLOCKS, Case, Step, build, read_clocks
from sarai.watch.cases.case import find
from sarai.watch.cases.clocks import due
from sarai.watch.seen import DAY_US, HOUR_US

A, B = alert("a", 0, lots=(1,)), alert("b", 1, lots=(2,))
AB = alert("c", 2, lots=(1, 2))


def step(number: int, case: str, kind: str, to: str = "", *alerts: str, text: str = "") -> Step:
    """The step of an officer, recorded so many hours after the beginning, plus a hundred."""
    recorded = BEGIN + (100 + number) * HOUR_US
    document = CaseStep(
        issuer="customs", number=f"{case}/{number}", time=from_us(recorded), case=case, step=kind,
        officer="officer-7", to=to, text=text, alerts=list(alerts),
    )  # fmt: skip
    return Step(1_000 + number, recorded, document)


def only(alerts: list, *steps: Step) -> Case:
    (case,) = build(alerts, steps)
    return case


OPENED = step(1, "C-a", "open", "", "a")
DISMISSED = step(2, "C-a", "decide", "dismissed")


@pytest.mark.parametrize(
    ("steps", "state", "assignee"),
    [
        ([], "new", ""),
        ([OPENED, step(2, "C-a", "note", text="seen")], "new", ""),
        ([OPENED, step(2, "C-a", "assign", "officer-8")], "in hand", "officer-8"),
        ([OPENED, step(2, "C-a", "assign", "officer-8"), step(3, "C-a", "assign")], "in hand", ""),
        ([OPENED, step(2, "C-a", "state", "waiting")], "waiting", ""),
        ([OPENED, step(2, "C-a", "state", "waiting"), step(3, "C-a", "assign", "x")], "waiting", "x"),
        ([OPENED, DISMISSED], "closed", ""),
        ([OPENED, DISMISSED, step(3, "C-a", "assign", "x")], "closed", "x"),
        ([OPENED, DISMISSED, step(3, "C-a", "state", "in hand")], "in hand", ""),
        ([OPENED, DISMISSED, step(3, "C-a", "state", "in hand"), step(4, "C-a", "decide", "confirmed")],
         "closed", ""),
    ],
)  # fmt: skip
def test_steps_make_the_state(steps: list[Step], state: str, assignee: str):
    case = only([A], *steps)
    assert (case.state, case.assignee) == (state, assignee)


def test_an_alert_that_the_decision_did_not_know_opens_the_case_again():
    late = alert("late", 9, lots=(1,))
    assert only([A], OPENED, DISMISSED).state == "closed"
    case = only([A, late], OPENED, DISMISSED)
    assert (case.state, case.verdict, case.untold) == ("reopened", "dismissed", ("late",))
    assert case.since == late.raised
    again = [step(3, "C-a", "join", "", "late"), step(4, "C-a", "decide", "confirmed")]
    case = only([A, late], OPENED, DISMISSED, *again)
    assert (case.state, case.verdict, case.untold) == ("closed", "confirmed", ())


def test_an_alert_that_was_raised_before_but_not_seen_opens_it_too():
    unseen = alert("unseen", 0.5, lots=(1,))
    case = only([A, unseen], OPENED, DISMISSED)
    assert case.state == "reopened"
    assert case.since == DISMISSED.recorded


def test_what_an_officer_has_in_hand_stays_so_when_a_decided_case_is_merged_into_it():
    steps = [OPENED, step(2, "C-a", "assign", "officer-7"), step(3, "C-b", "open", "", "b"),
             step(4, "C-b", "decide", "dismissed")]  # fmt: skip
    case = only([A, B, AB], *steps)
    assert (case.id, case.state, case.untold) == ("C-a", "in hand", ("c",))
    assert case.merged[0].case == "C-b"


def test_two_decided_cases_that_become_one_are_open_for_what_ties_them():
    steps = [OPENED, DISMISSED, step(3, "C-b", "open", "", "b"), step(4, "C-b", "decide", "confirmed")]
    assert {case.id: case.state for case in build([A, B], steps)} == {"C-a": "closed", "C-b": "closed"}
    case = only([A, B, AB], *steps)
    assert (case.state, case.verdict, len(case.decisions)) == ("reopened", "confirmed", 2)


def test_an_officer_can_merge_what_no_alert_ties():
    case = only([A, B], OPENED, step(2, "C-b", "open", "", "b"), step(3, "C-b", "merge", "C-a"))
    assert [each.id for each in case.alerts] == ["a", "b"]
    assert case.merged[0].case == "C-b"
    assert find([case], "C-b") == find([case], "b") == [case]


def test_a_case_that_was_opened_stays_together_when_its_alerts_are_gathered_otherwise():
    case = only([A, B], step(1, "C-a", "open", "", "a", "b"))
    assert [each.id for each in case.alerts] == ["a", "b"]


def test_an_older_alert_that_comes_late_gives_another_name_and_loses_nothing():
    older = alert("z", -1, lots=(1,))
    case = only([older, A], OPENED, DISMISSED)
    assert (case.id, case.names, case.state) == ("C-z", ("C-z", "C-a"), "reopened")
    assert case.steps == (OPENED, DISMISSED)


def test_steps_of_a_case_whose_alerts_are_not_known_here_are_kept():
    known, other = build([A], [step(1, "C-q", "open", "", "q"), step(2, "C-q", "decide", "confirmed")])
    assert (other.id, other.alerts, other.state) == ("C-q", (), "closed")
    assert known.id == "C-a"


def test_a_hold_is_a_step_of_its_case_and_of_no_other():
    recorded = BEGIN + 100 * HOUR_US
    lots = [LotRef(issuer="customs", number="1", item=1)]
    holds = [
        Step(n, recorded, Hold(issuer="customs", number=str(n), time=from_us(recorded), lots=lots, case=case))
        for n, case in enumerate(("C-a", "", "criminal case 4"))
    ]
    case = only([A], *holds)
    assert case.steps == (holds[0],)
    assert case.looked == recorded


def test_names_may_be_cut_short_unless_they_are_of_several():
    cases = build([alert("ab1", lots=(1,)), alert("ab2", lots=(2,))], [])
    assert [case.id for case in find(cases, "C-ab1")] == ["C-ab1"]
    assert len(find(cases, "ab")) == 2
    assert find(cases, "q") == find(cases, "") == []


names = st.sampled_from(["a", "b", "c"])
cases = names.map("C-{}".format)
any_steps = st.lists(
    st.tuples(
        cases, st.sampled_from(["open", "join", "assign", "note", "state", "decide", "merge"]),
        st.one_of(cases, st.sampled_from(["", "in hand", "waiting", "confirmed", "dismissed"])),
        st.lists(names, max_size=2),
    ),
    max_size=8,
)  # fmt: skip


@settings(deadline=None)
@given(st.permutations([A, B, AB]).map(lambda some: some[:2]), any_steps)
def test_any_steps_make_some_state_and_the_same_each_time(alerts: list, rows: list[tuple[Any, ...]]):
    alerts = sorted(alerts, key=lambda each: each.raised)
    steps = [step(n, case, kind, to, *told) for n, (case, kind, to, told) in enumerate(rows)]
    made = build(alerts, steps)
    assert made == build(list(alerts), iter(steps))
    assert sorted(each.id for case in made for each in case.alerts) == sorted(each.id for each in alerts)
    assert sorted(each.entry for case in made for each in case.steps) == [each.entry for each in steps]
    assert all(case.state in ("new", "in hand", "waiting", "closed", "reopened") for case in made)


# -- clocks ------------------------------------------------------------------------------------------


def clocks_of(case: Case, *, days: float, in_reach: bool = True, held_since: int = 0) -> dict[str, bool]:
    now = BEGIN + round(days * DAY_US)
    return {each.clock: each.overdue for each in due(case, in_reach=in_reach, held_since=held_since, now=now)}


def test_goods_in_reach_must_be_looked_at_within_a_day():
    case = only([A])
    assert clocks_of(case, days=0.9) == {"look-here": False, "decision": False}
    assert clocks_of(case, days=1.1) == {"look-here": True, "decision": False}
    assert clocks_of(case, days=1.1, in_reach=False) == {"look-gone": False, "decision": False}
    assert clocks_of(case, days=31) == {"look-here": True, "decision": True}


def test_the_clock_stops_when_an_officer_has_looked_and_when_it_is_decided():
    assert clocks_of(only([A], OPENED), days=9) == {"decision": False}
    assert clocks_of(only([A], OPENED, DISMISSED), days=99) == {}


def test_waiting_and_held_goods_have_clocks_of_their_own():
    case = only([A], OPENED, step(2, "C-a", "state", "waiting"))
    assert clocks_of(case, days=4 + 13) == {"waiting": False, "decision": False}
    assert clocks_of(case, days=5 + 14)["waiting"] is True
    closed = only([A], OPENED, DISMISSED)
    assert clocks_of(closed, days=20, held_since=BEGIN) == {"hold": True}


def test_a_case_that_is_open_again_begins_anew():
    late = alert("late", 50, lots=(1,))
    case = only([A, late], OPENED, DISMISSED)
    assert clocks_of(case, days=50.5) == {"look-here": False, "decision": False}
    (first, _) = due(case, in_reach=True, held_since=0, now=0)
    assert first.due == from_us(late.raised) + timedelta(days=1)


def test_a_state_hands_in_its_own_days(tmp_path):
    path = tmp_path / "law.toml"
    path.write_text('decision = 20\nlook-here = { days = 0.5, source = "Customs Code, article 411" }\n')
    table = {clock.name: clock for clock in read_clocks(path)}
    assert (table["decision"].days, table["look-here"].days) == (20, 0.5)
    assert table["look-here"].source == "Customs Code, article 411"
    assert table["waiting"] in CLOCKS


@pytest.mark.parametrize(
    ("text", "said"),
    [("decisoin = 20", "decisoin"), ("decision = 0", "0"), ("decision = true", "True"), ("decision", "TOML"),
     ("decision = {}", "None"), ("hold = { days = 3, source = 7 }", "source")],
)  # fmt: skip
def test_a_wrong_table_is_said(tmp_path, text: str, said: str):
    path = tmp_path / "law.toml"
    path.write_text(text)
    with pytest.raises(BadSetting, match=said):
        read_clocks(path)
