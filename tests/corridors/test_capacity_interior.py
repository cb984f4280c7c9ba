"""Solved by an interior point or by the simplex method: the same cost, and duals that prove it."""

from __future__ import annotations

import pytest

from corridors.made_flows import flows
from sarai.corridors.capacity import Prices, Problem, master, prepared

PRICES = Prices(undelivered_usd_per_t=3000.0)


@pytest.mark.parametrize("empties", ["free", "returned"])
@pytest.mark.parametrize("seed", range(6))
def test_both_come_to_the_same_cost(monkeypatch, seed, empties):
    problem = Problem.of(flows(seed), prices=PRICES, empties=empties)
    simplex = prepared(problem).found()
    monkeypatch.setattr(master, "MANY", 0)
    interior = prepared(problem).found()
    assert not simplex.stopped and not interior.stopped
    assert interior.cost == pytest.approx(simplex.cost, rel=1e-8, abs=1e-2)
    assert interior.gap < 1e-8
