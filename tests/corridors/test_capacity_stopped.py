"""A flow that was stopped in time, wherever it was: what it says of itself holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridors.made_flows import flows
from sarai.corridors.capacity import Prices, Problem, prepared

PRICE = 3000.0
AFTER = 1e9  # seconds: over at once


def stopping(seed, looks):
    """A flow whose time is over after so many looks at the clock."""
    left = iter([0.0] * looks)
    problem = Problem.of(flows(seed), prices=Prices(undelivered_usd_per_t=PRICE))
    return prepared(problem, clock=lambda: next(left, AFTER))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=8, deadline=None)
def test_what_a_stopped_flow_costs_is_what_its_ways_and_the_undelivered_cost(seed):
    best = stopping(seed, 10**6).found(time_limit_s=1e6)
    assert not best.stopped
    for looks in range(1, 9):
        found = stopping(seed, looks).found(time_limit_s=1e6)
        carried = sum(column.cost * amount for column, amount in found.used)
        assert found.cost == pytest.approx(carried + PRICE * found.undelivered.sum(), rel=1e-6, abs=1.0)
        assert found.bound <= best.cost * (1 + 1e-9) + 1e-3
        assert found.cost >= best.cost * (1 - 1e-9) - 1e-3
        delivered = np.zeros(len(found.asked))
        ready = stopping(seed, looks)
        for column, amount in found.used:
            if column.pair >= 0:
                delivered[ready.model.row_of[column.pair]] += amount
        assert delivered + found.undelivered == pytest.approx(found.asked, rel=1e-6, abs=1e-2)


def test_a_stopped_flow_goes_on_to_the_same_end():
    best = stopping(3, 10**6).found(time_limit_s=1e6)
    ready = stopping(3, 4)
    assert ready.found(time_limit_s=1e6).stopped
    again = ready.found(time_limit_s=2 * AFTER)
    assert not again.stopped
    assert again.cost == pytest.approx(best.cost, rel=1e-8)
