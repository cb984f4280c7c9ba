"""Gathering: what belongs together, held against connected components; and what must not be glued."""

from __future__ import annotations

import networkx as nx
import pytest
from alerting import alert
from hypothesis import given, settings
from hypothesis import strategies as st

from sarai.watch.cases.gather import MOST_BY_PARTY, Gathered, Link, gather, order
from sarai.watch.finding import Alert


def parts(cases: list[Gathered]) -> list[list[str]]:
    return [[each.id for each in case.alerts] for case in cases]


# -- what ties ---------------------------------------------------------------------------------------


def test_the_same_goods_are_one_case_called_after_its_first_alert():
    (case,) = gather([alert("a", lots=(7,)), alert("b", 200, lots=(8, 7))])
    assert case.id == "C-a"
    assert case.links == {"b": (Link("lot", "7", "a"),)}


def test_the_same_consignment_is_one_case():
    assert parts(gather([alert("a", consignment="c/1"), alert("b", 3, consignment="c/1")])) == [["a", "b"]]


@pytest.mark.parametrize(("days", "cases"), [(119, 1), (121, 2)])
def test_the_same_firm_is_one_case_for_a_time(days: float, cases: int):
    assert len(gather([alert("a", parties=("F",)), alert("b", days, parties=("F",))])) == cases


def test_other_goods_of_other_firms_are_another_case():
    made = gather([alert("a", lots=(1,), parties=("F",)), alert("b", lots=(2,), parties=("G",))])
    assert parts(made) == [["a"], ["b"]]


def test_a_named_party_ties_its_own_firm_to_its_seller():
    assert parts(gather([alert("a", parties=("F", "G")), alert("b", 1, parties=("G",))])) == [["a", "b"]]


# -- what comes to be one ----------------------------------------------------------------------------


def test_an_alert_that_belongs_to_two_merges_the_younger_and_says_so():
    (case,) = gather([alert("a", lots=(1,)), alert("b", 1, lots=(2,)), alert("c", 2, lots=(2, 1))])
    assert case.id == "C-a"
    assert [(each.case, each.alert) for each in case.merged] == [("C-b", "c")]
    assert [each.id for each in case.alerts] == ["a", "b", "c"]


def test_what_was_merged_before_is_told_too():
    alerts = [alert(name, day, lots=(day,)) for day, name in enumerate("abc")]
    (case,) = gather([*alerts, alert("d", 3, lots=(1, 2)), alert("e", 4, lots=(0, 2))])
    assert [(each.case, each.alert) for each in case.merged] == [("C-c", "d"), ("C-b", "e")]


# -- what must not be glued --------------------------------------------------------------------------


def common(firms: int) -> list[Alert]:
    """Alerts of so many firms that name one large buyer; others name each but one buyer of their own."""
    usual = [alert(f"u{n}", parties=(f"U{n}", f"V{n}")) for n in range(20)]
    return usual + [alert(f"h{n}", 1 + n, parties=(f"F{n}", "HUB")) for n in range(firms)]


def test_a_party_that_everybody_names_does_not_glue_everything():
    made = [part for part in parts(gather(common(12))) if part[0].startswith("h")]
    assert made == [[f"h{n}"] for n in range(12)]


def test_its_own_alerts_are_still_one_case():
    own = [alert("x", 20, parties=("HUB",)), alert("y", 21, parties=("HUB",))]
    assert parts(gather([*common(12), *own]))[-1] == ["x", "y"]


def test_where_many_are_named_by_many_that_is_usual():
    dense = [alert(f"d{n}{m}", parties=(f"D{n}{m}", f"E{n}")) for n in range(9) for m in range(3)]
    made = parts(gather([*dense, *(alert(f"h{n}", 1, parties=(f"F{n}", "HUB")) for n in range(3))]))
    assert ["h0", "h1", "h2"] in made


def test_parties_make_no_case_that_nobody_can_read():
    made = parts(gather([alert(f"a{n:02}", n / 10, parties=("F",)) for n in range(MOST_BY_PARTY + 5)]))
    assert [len(part) for part in made] == [MOST_BY_PARTY, 5]


def test_goods_tie_even_then():
    many = [alert(f"a{n:02}", parties=("F",), lots=(n,)) for n in range(MOST_BY_PARTY)]
    assert len(gather([*many, alert("b", 1, lots=(3,))])) == 1


# -- any alerts --------------------------------------------------------------------------------------

few = st.integers(0, 8)
some_alerts = st.lists(
    st.tuples(
        st.frozensets(few, max_size=2), st.lists(few, max_size=2), st.sampled_from(["", "", "c/1", "c/2"]),
        st.integers(0, 50),
    ),
    max_size=30,
)  # fmt: skip


def made_of(rows: list[tuple], *, parties: bool = True) -> list[Alert]:
    made = [
        alert(
            f"{number:03}", day, lots=tuple(sorted(lots)), consignment=consignment,
            parties=tuple(f"P{party}" for party in named) if parties else (),
        )
        for number, (lots, named, consignment, day) in enumerate(rows)
    ]  # fmt: skip
    return sorted(made, key=order)


@settings(deadline=None)
@given(some_alerts)
def test_goods_alone_gather_connected_components(rows: list[tuple]):
    alerts = made_of(rows, parties=False)
    graph = nx.Graph()
    for each in alerts:
        graph.add_node(each.id)
        graph.add_edges_from((each.id, ("lot", lot)) for lot in each.lots)
        if each.consignment:
            graph.add_edge(each.id, each.consignment)
    names = {each.id for each in alerts}
    wanted = {frozenset(part & names) for part in map(set, nx.connected_components(graph))}
    assert {frozenset(part) for part in parts(gather(alerts))} == wanted


@settings(deadline=None)
@given(some_alerts, st.integers(0, 30))
def test_what_comes_later_only_adds_or_merges(rows: list[tuple], cut: int):
    alerts = made_of(rows)
    before, after = gather(alerts[:cut]), gather(alerts)
    home = {each.id: case.id for case in after for each in case.alerts}
    gone = {merged.case: case.id for case in after for merged in case.merged}
    for case in before:
        assert {home[each.id] for each in case.alerts} == {gone.get(case.id, case.id)}


@settings(deadline=None)
@given(some_alerts)
def test_every_alert_is_in_one_case_whose_first_it_is_called_after(rows: list[tuple]):
    alerts = made_of(rows)
    cases = gather(alerts)
    assert sorted(name for part in parts(cases) for name in part) == [
        each.id for each in sorted(alerts, key=lambda a: a.id)
    ]
    for case in cases:
        assert case.id == f"C-{case.alerts[0].id}"
        assert [order(each) for each in case.alerts] == sorted(map(order, case.alerts))
        assert set(case.links) == {each.id for each in case.alerts[1:]} - {
            each.id for each in case.alerts if f"C-{each.id}" in {merged.case for merged in case.merged}
        }
