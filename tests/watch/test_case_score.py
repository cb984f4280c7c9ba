"""The score: exactly the sum of what is shown; it begins at the typologies' points, and learns."""

from __future__ import annotations

from decimal import Decimal
from math import exp

import numpy as np
import pytest
from alerting import alert
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from sarai.watch.cases.score import (
    BESIDE,
    KINDS,
    TYPOLOGY,
    Compared,
    Example,
    Feature,
    Weights,
    compared,
    features,
    kind_of,
    learn,
    urgency,
)
from sarai.watch.cases.stake import Stake
from sarai.watch.engine import RAISE

NOTHING, NOBODY = Stake(), Compared({})


def points(alerts: list, stake: Stake = NOTHING, usual: Compared = NOBODY) -> dict[str, float]:
    score = Weights().score(features(alerts, stake, usual))
    return {each.feature: each.points for each in score.contributions}


# -- before anybody has decided ----------------------------------------------------------------------


def test_one_alert_has_its_own_points_and_raises_at_an_even_chance():
    score = Weights().score(features([alert("a", points=2.0, beside=(("young", 1.0),))], NOTHING, NOBODY))
    assert score.points == RAISE
    assert score.chance == 0.5
    assert [(each.feature, each.points) for each in score.contributions] == [("odd-way", 2.0), ("young", 1.0)]


def test_what_other_alerts_say_counts_less_and_no_typology_counts_twice():
    first = alert("a", points=4.5, beside=(("young", 1.0),))
    other = alert("b", points=1.0, typology="broken", beside=(("odd-way", 2.5), ("young", 1.0)))
    assert points([first, other]) == {
        "odd-way": 4.5, "broken": 1.0 * BESIDE, "young": 1.0, "alerts": KINDS["alerts"].prior
    }  # fmt: skip


def test_priority_goods_count():
    assert points([alert("a")], Stake(tier="1"))["priority goods"] == 0.5
    assert points([alert("a")], Stake(tier="4.B"))["priority goods"] == 0.25


def test_what_is_large_the_other_cases_say():
    def worth(amount: int, currency: str = "USD") -> Stake:
        return Stake(value={currency: Decimal(amount)})

    usual = compared([worth(100), worth(1_000), worth(1_000), worth(1_000), worth(9_000), worth(5, "EUR")])
    assert usual.middle == {"USD": 1_000.0}  # of one case in EUR nothing is usual
    assert points([alert("a")], worth(10_000), usual)["value"] == 0.5
    assert points([alert("a")], worth(10**9), usual)["value"] == 1.0
    assert points([alert("a")], worth(1), usual)["value"] == -0.5
    assert "value" not in points([alert("a")], worth(1_000), usual)
    assert "value" not in points([alert("a")], worth(10_000, "EUR"), usual)


def test_nothing_is_urgent_about_goods_that_are_gone():
    assert urgency(NOTHING) == []


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["base", "alerts", "value", "under way", "t1", "t2", "t3"]),
            st.floats(-10, 10, allow_nan=False),
        ),
        max_size=8, unique_by=lambda pair: pair[0],
    ),
    st.dictionaries(st.sampled_from(["base", "alerts", "t1", "t2"]), st.floats(-5, 5, allow_nan=False)),
)  # fmt: skip
def test_the_score_is_the_sum_of_what_is_shown(some: list, weights: dict):
    score = Weights(weights).score(Feature(name, value, "") for name, value in some)
    shown = sum(Decimal(str(each.points)) for each in score.contributions)
    assert Decimal(str(score.points)) == shown
    for each in score.contributions:
        assert each.points == pytest.approx(each.weight * each.value, abs=0.02)
    wanted = 1 / (1 + exp(RAISE - score.points))
    assert score.chance == pytest.approx(wanted, abs=0.001)


# -- learning ----------------------------------------------------------------------------------------


def example(confirmed: bool, **values: float) -> Example:
    named = [Feature(name.replace("_", " "), value, "") for name, value in {"base": 1.0, **values}.items()]
    return Example(tuple(named), confirmed)


def test_nothing_is_learnt_from_nothing():
    assert learn([]) == Weights()


some_examples = st.lists(
    st.tuples(st.booleans(), st.dictionaries(st.sampled_from(["t1", "t2", "alerts"]), st.floats(0, 6))),
    min_size=1, max_size=25,
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(some_examples)
def test_the_weights_are_the_most_probable_ones(rows: list):
    """Held against a general minimiser, on the objective written out in plain sums."""
    examples = [example(confirmed, **values) for confirmed, values in rows]
    learnt = learn(examples)
    names = sorted(learnt.of)
    table = [
        ({feature.name: feature.value for feature in each.features}, each.confirmed) for each in examples
    ]

    def objective(weights: np.ndarray) -> float:
        total = sum(
            0.5 * ((weight - kind_of(name).prior) / kind_of(name).spread) ** 2
            for name, weight in zip(names, weights, strict=True)
        )
        for values, confirmed in table:
            margin = sum(weights[names.index(name)] * value for name, value in values.items()) - RAISE
            total += np.logaddexp(0, -margin if confirmed else margin)
        return total

    start = np.array([kind_of(name).prior for name in names])
    found = minimize(objective, start, method="BFGS", options={"gtol": 1e-8})
    ours = np.array([learnt.of[name] for name in names])
    assert objective(ours) <= objective(found.x) + 1e-9
    assert ours == pytest.approx(found.x, abs=1e-3)
    assert learn(list(examples)) == learnt


def test_few_decisions_change_little_and_many_much():
    def after(count: int) -> float:
        return learn([example(False, noisy=3.0)] * count).weight("noisy")

    assert 0.8 < after(1) < 1.0
    assert after(60) < 0.5 < after(5)


def test_dismissed_typologies_fall_and_confirmed_ones_rise():
    decided = [example(False, noisy=3.0)] * 10 + [example(True, telling=2.0)] * 10
    weights = learn(decided)
    assert weights.weight("noisy") < TYPOLOGY.prior < weights.weight("telling")
    assert weights.weight("never seen") == TYPOLOGY.prior
    assert (weights.decisions, weights.confirmed) == (20, 10)


def test_urgency_is_not_learnt():
    assert all(kind_of(name).spread == 0 for name in ("under way", "in reach"))
    assert not {"under way", "in reach"} & set(learn([example(True, t=3.0)] * 9).of)
