"""The Pareto front, against all simple paths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors import made, plain
from sarai.corridors.graph import CRITERIA, graph
from sarai.corridors.routes import Weighing, front, k_best, pareto
from sarai.corridors.routes.labels import settle
from sarai.corridors.routes.layout import layout, onward
from sarai.goods import BadSetting, TooLarge

START, END = 0, 1


@st.composite
def multigraphs(draw):
    """Edges as (tail, head), and two to five criteria of each."""
    nodes, width = draw(st.integers(2, 7)), draw(st.integers(2, 5))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node), max_size=18))
    price = st.lists(st.integers(0, 6), min_size=width, max_size=width)
    weights = [draw(price) for _ in ends]
    return nodes, ends, np.array(weights, float).reshape(-1, width)


def every_sum(ends, weights):
    """The criteria of every simple path."""
    return {tuple(weights[list(path)].sum(axis=0)) for path in plain.simple_paths(ends, START, END)}


def beaten(one, others):
    return any(other != one and all(o <= v for o, v in zip(other, one, strict=True)) for other in others)


def ours(nodes, ends, weights, within=0.0):
    tail, head = np.array(ends, np.int32).reshape(-1, 2).T
    trees = [onward(tail, head, np.ascontiguousarray(each), nodes, END) for each in weights.T]
    least = np.column_stack([tree.cost for tree in trees])
    if not np.isfinite(least[START]).all():
        return []
    lines = layout(tail, nodes)
    found = settle(lines, head, weights, least, (START, END), within=within, most_labels=10_000)
    assert found.whole
    return [tuple(weights[list(path)].sum(axis=0)) for path in found.paths]


@given(multigraphs())
@settings(deadline=None)
def test_the_front_is_exact(case):
    every = every_sum(*case[1:])
    found = ours(*case)
    assert len(set(found)) == len(found)
    assert set(found) == {each for each in every if not beaten(each, every)}


@given(multigraphs(), st.sampled_from([0.01, 0.2, 1.0]))
@settings(deadline=None)
def test_every_path_has_one_within_the_share_stated(case, within):
    found = ours(*case, within)
    exact = ours(*case)
    assert set(found) <= set(exact)
    for each in every_sum(*case[1:]):
        reach = [value * (1 + within) * (1 + 1e-9) for value in each]
        assert any(all(f <= r for f, r in zip(one, reach, strict=True)) for one in found)


# -- on networks ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def each():
    network = made.random_network(np.random.default_rng(3), 40, 110)
    return graph(network, network.good("boxes"))


def test_the_least_of_each_criterion_is_on_the_front(each):
    ways = pareto(each, "P000", "P039", within=0).ways
    for at, name in enumerate(CRITERIA):
        single = k_best(each, "P000", "P039", 1, Weighing.alone(name))[0]
        assert min(way.criteria[at] for way in ways) == pytest.approx(single.criteria[at])


def test_by_one_criterion_there_is_one_best(each):
    front = pareto(each, "P000", "P039", by=("hours",), within=0)
    assert [way.criteria.hours for way in front.ways] == [
        k_best(each, "P000", "P039", 1, Weighing.alone("hours"))[0].criteria.hours
    ]


def test_ways_come_in_order_of_the_criteria_asked_for(each):
    ways = pareto(each, "P000", "P039", by=("usd", "hours"), within=0).ways
    assert [way.criteria.usd for way in ways] == sorted(way.criteria.usd for way in ways)
    assert [way.criteria.hours for way in ways] == sorted((w.criteria.hours for w in ways), reverse=True)


def braid(stages, strands):
    """So many ways from one place to the next, none better than the other."""
    rng = np.random.default_rng(0)
    legs = [
        made.leg(f"A{at}", f"A{at + 1}", "road", round(float(rng.uniform(50, 500)), 1), code=f"L{at}-{one}")
        for at in range(stages) for one in range(strands)
    ]  # fmt: skip
    tolls = [
        {"mode": "road", "form": "container", "leg": leg["code"],
         "usd_per_km": round(float(rng.uniform(0.1, 5)), 2)} for leg in legs
    ]  # fmt: skip
    network = made.network(legs, tariffs=tolls)
    return graph(network, network.good("boxes"))


def test_a_front_that_is_too_large_is_widened_and_says_so():
    each = braid(12, 6)
    found = pareto(each, "A0", "A12", by=("hours", "usd"), most=5, within=0.01)
    assert 1 < len(found.ways) <= 5 and found.within > 0.01
    assert "at 1.0% there are more than 5 ways" in found.notice
    exact = pareto(each, "A0", "A12", by=("hours", "usd"), most=10_000, within=0)
    assert len(exact.ways) > 5 and exact.notice == "" and exact.within == 0
    for way in exact.ways:
        reach = np.array(way.criteria) * (1 + found.within) * (1 + 1e-9)
        assert any((np.array(one.criteria)[:2] <= reach[:2]).all() for one in found.ways)


def test_a_search_that_takes_too_long_is_done_more_roughly_and_says_so(monkeypatch):
    each = braid(12, 6)
    exact = pareto(each, "A0", "A12", by=("hours", "usd"), most=10_000, within=0)
    monkeypatch.setattr(front, "MOST_LABELS", 40)
    found = pareto(each, "A0", "A12", by=("hours", "usd"), within=0.01)
    assert found.within == 0.05 and found.notice and len(found.ways) < len(exact.ways)
    for way in exact.ways:
        reach = np.array(way.criteria) * (1 + found.within) * (1 + 1e-9)
        assert any((np.array(one.criteria)[:2] <= reach[:2]).all() for one in found.ways)


def test_all_ways_of_a_front_that_is_too_large_are_refused(monkeypatch):
    each = braid(12, 6)
    with pytest.raises(TooLarge, match=r"between A0 and A12 that none beats are more than 5; ask for fewer"):
        pareto(each, "A0", "A12", by=("hours", "usd"), most=5, within=0)
    monkeypatch.setattr(front, "MOST_LABELS", 10)
    with pytest.raises(TooLarge, match=r"too many to compare \(10 begun\)"):
        pareto(each, "A0", "A12", within=0)


def test_ways_that_cannot_stand_for_each_other_are_not_left_out():
    """One way is free of exposure, the other free of charge."""
    network = made.network(
        [made.leg("A", "C", "road"), made.leg("C", "B", "road"), made.leg("A", "B", "sea")],
        places=[{"code": "C", "country": "CC"}],
        tariffs=[{"mode": "sea", "form": "container", "usd_per_km": 1}],
        exposures=[{"country": "CC", "risk": 0.5}],
    )
    each = graph(network, network.good("boxes"))
    assert len(pareto(each, "A", "B", by=("usd", "exposure")).ways) == 2
    with pytest.raises(TooLarge, match="more than 1; ask for fewer criteria, or more ways, or roughly"):
        pareto(each, "A", "B", by=("usd", "exposure"), most=1)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"by": ("hours", "price")}, "criterion 'price' is not known"),
        ({"by": ()}, "name each that counts once"),
        ({"by": ("usd", "usd")}, "name each that counts once"),
        ({"most": 0}, "0 ways cannot be asked for"),
        ({"within": -0.1}, "a share of -0.1 is not used"),
        ({"end": "P000"}, "start and end are both"),
    ],
)
def test_what_cannot_be_asked_says_why(each, asked, told):
    with pytest.raises(BadSetting, match=told):
        pareto(each, **({"start": "P000", "end": "P039"} | asked))
