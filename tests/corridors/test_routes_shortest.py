"""The shortest simple paths, against networkx, scipy and plain enumeration."""

from __future__ import annotations

from itertools import islice, pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors import made, plain
from sarai.corridors.graph import graph
from sarai.corridors.routes import Weighing, k_best
from sarai.corridors.routes.shortest import Search, simple_paths
from sarai.goods import BadSetting

START, END = 0, 1


@st.composite
def multigraphs(draw, most_nodes=8, most_edges=22, least_cost=0):
    """Edges as (tail, head, cost): parallel ones, loops at a node and steps for nothing among them."""
    nodes = draw(st.integers(2, most_nodes))
    node, cost = st.integers(0, nodes - 1), st.integers(least_cost, 9)
    edges = draw(st.lists(st.tuples(node, node, cost), max_size=most_edges))
    return nodes, edges


def ours(nodes, edges, start=START, end=END):
    tail, head, cost = np.array(edges).reshape(-1, 3).T
    return simple_paths(Search(*_typed(tail, head, cost), nodes, end), start)


def _typed(tail, head, cost):
    return tail.astype(np.int32), head.astype(np.int32), cost.astype(float)


def every_path(edges, start=START, end=END):
    """All simple paths with their costs."""
    paths = plain.simple_paths([edge[:2] for edge in edges], start, end)
    return [(sum(edges[at][2] for at in path), path) for path in paths]


@given(multigraphs())
@settings(deadline=None)
def test_every_simple_path_comes_once_in_order_of_cost(case):
    nodes, edges = case
    found = list(ours(nodes, edges))
    assert sorted(found) == sorted(every_path(edges))
    assert [cost for cost, _ in found] == sorted(cost for cost, _ in found)


@given(multigraphs(most_nodes=12, most_edges=50, least_cost=1))
@settings(max_examples=60, deadline=None)
def test_costs_are_those_of_networkx(case):
    nodes, edges = case
    cheapest = {
        (tail, head): min(c for t, h, c in edges if (t, h) == (tail, head)) for tail, head, _ in edges
    }
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(nodes))
    theirs.add_weighted_edges_from((tail, head, cost) for (tail, head), cost in cheapest.items())
    simple = [(tail, head, cost) for (tail, head), cost in cheapest.items()]
    try:
        paths = list(islice(nx.shortest_simple_paths(theirs, START, END, weight="weight"), 30))
    except nx.NetworkXNoPath:
        paths = []
    expected = [sum(cheapest[pair] for pair in pairwise(path)) for path in paths]
    assert [cost for cost, _ in islice(ours(nodes, simple), 30)] == expected


@pytest.mark.parametrize("seed", range(4))
def test_costs_are_those_of_scipy_on_larger_graphs(seed):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import yen

    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, 150, (700, 2)), axis=0).astype(np.int32)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    costs = rng.integers(1, 1000, len(pairs))
    matrix = csr_array((costs.astype(float), (pairs[:, 0], pairs[:, 1])), shape=(150, 150))
    theirs = yen(matrix, START, END, 40)
    found = islice(ours(150, np.column_stack([pairs, costs])), 40)
    assert [cost for cost, _ in found] == theirs.tolist()


def test_parallel_steps_make_ways_of_their_own():
    assert list(ours(2, [(0, 1, 5), (0, 1, 5), (0, 1, 4)])) == [(4.0, (2,)), (5.0, (0,)), (5.0, (1,))]


def test_no_way_is_no_path():
    assert list(ours(3, [(0, 2, 1), (1, 0, 1)])) == []


@given(multigraphs(most_nodes=6, most_edges=14))
@settings(max_examples=50, deadline=None)
def test_the_rest_of_a_graph_changes_no_ties(case):
    """The same asked twice comes in the same order, and a longer answer begins with the shorter one."""
    nodes, edges = case
    assert list(islice(ours(nodes, edges), 3)) == list(ours(nodes, edges))[:3]


def test_a_rule_drops_what_begins_as_it_says_and_nothing_else():
    edges = [(0, 2, 1), (2, 1, 1), (2, 3, 1), (3, 1, 1), (0, 3, 9), (0, 1, 20)]

    def rule(path):
        return path.index(2) + 1 if 2 in path else None

    search = Search(*_typed(*np.array(edges).T), 4, END)
    assert [path for _, path in simple_paths(search, START, rule)] == [(0, 1), (4, 3), (5,)]


# -- on networks ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def random_graphs():
    return [_graph(seed) for seed in range(6)]


def _graph(seed):
    network = made.random_network(np.random.default_rng(seed), 7, 11)
    return graph(network, network.good("boxes"))


@pytest.mark.parametrize(
    "weigh", [Weighing(), Weighing.money(0.5, usd_per_t_co2e=80), Weighing.alone("exposure")]
)
def test_ways_are_the_cheapest_without_roundabouts(random_graphs, weigh):
    for each in random_graphs:
        costs = each.weights @ np.array(weigh)
        edges = list(zip(each.tail.tolist(), each.head.tolist(), costs.tolist(), strict=True))
        start, end = each.door("P000"), each.delivered("P006")
        kept = [
            (cost, path) for cost, path in every_path(edges, start, end) if is_straight(each, edges, path)
        ]
        found = k_best(each, "P000", "P006", 25, weigh)
        assert [path.cost for path in found] == pytest.approx([cost for cost, _ in sorted(kept)][:25])
        assert len({path.steps for path in found}) == len(found)
        assert {path.steps for path in found} <= {path for _, path in kept}


def is_straight(each, edges, path):
    """Whether no single step at a place does what several of the path do."""
    nodes = [edges[path[0]][0], *(edges[at][1] for at in path)]
    for one in range(len(nodes)):
        for other in range(one + 2, len(nodes)):
            if each.nodes[nodes[one]].place == each.nodes[nodes[other]].place:
                spent = sum(edges[at][2] for at in path[one:other])
                for tail, head, cost in edges:
                    if (tail, head) == (nodes[one], nodes[other]) and cost <= spent * (1 + 1e-9):
                        return False
    return True


def test_the_best_way_is_that_of_dijkstra(random_graphs):
    weigh = Weighing.money(1.0)
    for each in random_graphs:
        theirs = nx.MultiDiGraph()
        for tail, head, cost in zip(each.tail, each.head, each.weights @ np.array(weigh), strict=True):
            theirs.add_edge(int(tail), int(head), weight=float(cost))
        expected = nx.dijkstra_path_length(theirs, each.door("P000"), each.delivered("P005"))
        assert k_best(each, "P000", "P005", 1, weigh)[0].cost == pytest.approx(expected)


def test_criteria_are_those_of_the_steps(random_graphs):
    for path in k_best(random_graphs[0], "P000", "P006", 5):
        of_steps = [step.criteria for step in path.along(random_graphs[0])]
        assert list(path.criteria) == pytest.approx([sum(each) for each in zip(*of_steps, strict=True)])


def test_what_is_equal_in_one_criterion_comes_in_order_of_hours():
    network = made.network(
        [made.leg("A", "B", "road", 300, code="long"), made.leg("A", "B", "rail", 300, code="slow"),
         made.leg("A", "B", "road", 200, code="short")]
    )  # fmt: skip
    found = k_best(each := graph(network, network.good("boxes")), "A", "B", 3, Weighing.alone("exposure"))
    assert [path.along(each)[1].leg for path in found] == ["short", "long", "slow"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"end": "P000"}, r"start and end are both Place P000 \(P000\)"),
        ({"k": 0}, "0 ways cannot be asked for; take 1 to"),
        ({"weigh": Weighing(usd=-1)}, "weight -1 of usd"),
        ({"weigh": Weighing(0, 0, 0, 0, 0)}, "all weights are zero"),
    ],
)
def test_what_cannot_be_asked_says_why(random_graphs, asked, told):
    with pytest.raises(BadSetting, match=told):
        k_best(random_graphs[0], **({"start": "P000", "end": "P006", "k": 3} | asked))


def test_a_criterion_that_is_not_known_names_those_that_are():
    with pytest.raises(BadSetting, match="criterion 'price' is not known; take one of hours, usd"):
        Weighing.alone("price")
