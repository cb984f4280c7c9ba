"""The flow against solvers that others wrote: an interior point of a model of its own, and networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.made import leg, network
from corridors.made_flows import flows, plain
from sarai.corridors.capacity import Prices, Problem, most, prepared
from sarai.corridors.capacity.arcs import arc_flow

SEEDS = st.integers(0, 10**6)


def arcs(flow):
    made = flow.model
    return arc_flow(made, made.rights(made.capacity), made.asked, 60)


@pytest.mark.parametrize("empties", ["free", "returned"])
@given(seed=SEEDS)
@settings(max_examples=12, deadline=None)
def test_cost_is_that_of_the_plain_model(empties, seed):
    problem = Problem.of(flows(seed), empties=empties, prices=Prices(undelivered_usd_per_t=2000.0))
    found, other = prepared(problem).solve(), plain(problem)
    assert not found.stopped
    assert found.cost == pytest.approx(other.cost, rel=1e-5, abs=1)


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_cost_with_all_prices_in_a_month_with_closures(seed):
    prices = Prices(usd_per_t_h=0.5, of_goods={"toys": 2.0}, usd_per_t_co2e=100, usd_per_exposure=50,
                    undelivered_usd_per_t=2000.0)  # fmt: skip
    problem = Problem.of(flows(seed), month=11, prices=prices)
    assert prepared(problem).solve().cost == pytest.approx(plain(problem).cost, rel=1e-5, abs=1)


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_column_generation_meets_the_program_over_arcs(seed):
    flow = prepared(Problem.of(flows(seed, places=12, legs=25, demands=10)))
    found = flow.solve()
    assert found.cost == pytest.approx(arcs(flow).cost, rel=1e-7, abs=1e-3)
    assert found.gap < 1e-6 and not found.stopped


def line(capacity, *pairs, **more):
    """Roads between places, each with a limit in the one direction that it has."""
    legs = [leg(*pair, both=False, distance_km=10 + at) for at, pair in enumerate(pairs)]
    limits = [
        {"code": f"L{at}", "name": "-", "on": f"leg:{each['code']}", "capacity": capacity[at]}
        for at, each in enumerate(legs)
    ]
    return network(legs, limits=limits, **more)


def random_digraph(seed, size=7, ways=16):
    rng = np.random.default_rng(seed)
    pairs = {tuple(sorted(rng.choice(size, 2, replace=False).tolist())) for _ in range(ways)}
    pairs = sorted(pairs | {(0, 1), (size - 2, size - 1)})
    rooms = rng.integers(0, 50, len(pairs)).tolist()
    digraph = nx.DiGraph()
    digraph.add_nodes_from(range(size))
    made = line(rooms, *[(f"P{a}", f"P{b}") for a, b in pairs])
    for (a, b), room in zip(pairs, rooms, strict=True):
        cost = round(made.by_leg[f"P{a}-P{b}"].distance_km * (0.1 + 0.2 / 50) * 1000)
        digraph.add_edge(a, b, capacity=room, weight=cost)
    return made, digraph


@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_most_of_one_good_is_the_maximum_flow(seed):
    made, digraph = random_digraph(seed)
    if not nx.has_path(digraph, 0, 6):
        return
    value, (side, _) = nx.minimum_cut(digraph, 0, 6)
    found = most(made, ["P0"], ["P6"], "grain")
    assert found.t == pytest.approx(value, abs=1e-6)
    assert found.bound_t == pytest.approx(value, abs=1e-6)
    assert sum(cut.capacity * cut.t_per_unit for cut in found.cut) == pytest.approx(value, abs=1e-6)
    assert 0 in side


@given(seed=SEEDS)
@settings(max_examples=10, deadline=None)
def test_cheapest_flow_of_one_good_is_networkx_s(seed):
    made, digraph = random_digraph(seed)
    if not nx.has_path(digraph, 0, 6) or nx.maximum_flow_value(digraph, 0, 6) == 0:
        return
    flow = nx.max_flow_min_cost(digraph, 0, 6)
    cheapest = nx.cost_of_flow(digraph, flow) / 1000
    found = most(made, ["P0"], ["P6"], "grain")
    assert found.answer.cost_usd == pytest.approx(cheapest, rel=1e-5, abs=0.01)


@given(seed=SEEDS)
@settings(max_examples=6, deadline=None)
def test_most_from_several_places_is_the_flow_from_one_before_them(seed):
    made, digraph = random_digraph(seed)
    for start in (0, 1):
        digraph.add_edge("start", start)
    for end in (5, 6):
        digraph.add_edge(end, "end")
    if not any(nx.has_path(digraph, start, end) for start in (0, 1) for end in (5, 6)):
        return
    found = most(made, ["P0", "P1"], ["P5", "P6"], "grain")
    assert found.t == pytest.approx(nx.maximum_flow_value(digraph, "start", "end"), abs=1e-6)
