"""The 2x2 inspection game, against its definition as a bimatrix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarai.goods import BadSetting
from sarai.standing.game import PARAMETERS, Inspection, commitment, equilibrium, statics

money = st.floats(0.5, 50.0)


@st.composite
def stakes(draw, mixes=True):
    fine, loss = draw(money), draw(money)
    cost = draw(st.floats(0.05, 0.95)) * (fine + loss) if mixes else fine + loss + draw(money)
    return Inspection(gain=draw(money), fine=fine, reward=draw(st.floats(0.0, 20.0)), cost=cost, loss=loss)


def state(s, inspects, violates):
    """What the state has of a pure choice of both: the matrix itself."""
    return {(0, 0): 0.0, (0, 1): -s.loss, (1, 0): -s.cost - s.reward, (1, 1): s.fine - s.cost}[
        inspects, violates
    ]


def trader(s, inspects, violates):
    return {(0, 0): 0.0, (0, 1): s.gain, (1, 0): s.reward, (1, 1): -s.fine}[inspects, violates]


def expected(of, s, p, q):
    return sum(
        of(s, i, v) * (p if i else 1 - p) * (q if v else 1 - q) for i in (0, 1) for v in (0, 1)
    )  # fmt: skip


def test_the_formulas_of_the_facts():
    found = equilibrium(Inspection(gain=3, fine=5, reward=1, cost=2, loss=8))
    assert (found.inspects, found.violates) == pytest.approx((3 / 9, 3 / 14))
    found = equilibrium(Inspection(gain=3, fine=5, cost=2, loss=8))
    assert (found.inspects, found.violates) == pytest.approx((3 / 8, 2 / 13))


@given(stakes())
def test_in_equilibrium_nobody_gains_by_another_choice(s):
    found = equilibrium(s)
    p, q = found.inspects, found.violates
    assert expected(state, s, 0, q) == pytest.approx(expected(state, s, 1, q), abs=1e-9)
    assert expected(trader, s, p, 0) == pytest.approx(expected(trader, s, p, 1), abs=1e-9)
    assert found.inspector == pytest.approx(expected(state, s, p, q))
    assert found.trader == pytest.approx(expected(trader, s, p, q), abs=1e-9)


@given(stakes(mixes=False))
def test_too_dear_inspections_are_not_made(s):
    found = equilibrium(s)
    assert (found.inspects, found.violates) == (0, 1)
    assert expected(state, s, 1, 1) <= found.inspector == expected(state, s, 0, 1)
    with pytest.raises(BadSetting, match="lower the cost"):
        statics(s)


@given(st.one_of(stakes(), stakes(mixes=False)))
def test_leading_is_the_best_of_all_announcements(s):
    led = commitment(s)
    threshold = s.gain / (s.gain + s.fine + s.reward)
    best = -float("inf")
    for p in [*(n / 200 for n in range(201)), threshold]:
        own = [expected(trader, s, p, q) for q in (0, 1)]
        good = [q for q in (0, 1) if own[q] >= max(own) - 1e-9]
        best = max(best, *(expected(state, s, p, q) for q in good))
    assert led.inspector == pytest.approx(best, abs=1e-9)
    assert led.inspector >= equilibrium(s).inspector - 1e-9


@given(stakes())
def test_slopes_are_those_of_finite_differences(s):
    found = statics(s)
    assert [each.parameter for each in found] == [*PARAMETERS] * 3
    for each in found:
        assert each.slope == pytest.approx(each.difference, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("wrong", [{"gain": 0}, {"cost": -1}, {"loss": float("inf")}, {"fine": 0}])
def test_stakes_that_cannot_be_are_refused(wrong):
    with pytest.raises(BadSetting):
        Inspection(**{"gain": 3, "fine": 5, "cost": 2, "loss": 8, **wrong})
