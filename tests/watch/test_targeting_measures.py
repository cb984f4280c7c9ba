"""Measures by hand, and held against scikit-learn and scipy; what is opened by choice and by chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inspected import history, opened

from sarai.watch.targeting import measure, rate_of_all
from sarai.watch.targeting.calibration import Calibrator, calibrate, reliability, wilson
from sarai.watch.targeting.declarations import Declarations, Floats


def judged(outcome: list[float], value: list[float]) -> Declarations:
    some = history(len(outcome))
    return replace(some, outcome=np.array(outcome), value=np.array(value))


def at(scores: list[float], declarations: Declarations, percent: float):
    (found,) = measure(np.array(scores), declarations, np.random.default_rng(1), [percent]).at
    return found


def test_precision_recall_and_value_by_hand() -> None:
    ten = judged([1, 0, 1, 1, 0, 0, 0, 0, 0, 1], [5, 7, 1, 2, 7, 7, 7, 7, 7, 12])
    found = at([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], ten, 30)
    told = (found.opened, found.precision.value, found.recall.value, found.value.value)
    assert told == pytest.approx((3, 2 / 3, 2 / 4, 6 / 20))


@pytest.mark.parametrize(("percent", "opened"), [(1, 1), (10, 1), (19, 1), (20, 2), (29.9, 2), (100, 10)])
def test_a_budget_is_never_exceeded_but_one_is_opened(percent: float, opened: int) -> None:
    ten = judged([1, 0] * 5, [1] * 10)
    assert at(list(range(10)), ten, percent).opened == opened


def test_what_was_not_opened_counts_for_nothing() -> None:
    ten = judged([1, 0, np.nan, np.nan, 0, 1, np.nan, 0, 0, 0], [1] * 10)
    whole = measure(np.arange(10.0), ten, np.random.default_rng(1))
    assert (whole.declarations, whole.wrong, whole.rate.value) == (7, 2, pytest.approx(2 / 7))


def test_where_nothing_was_found_there_is_no_recall() -> None:
    found = at([1, 2, 3], judged([0, 0, 0], [1, 1, 1]), 50)
    assert (found.precision.value, found.recall.value, found.value.value) == (0, None, None)


def test_ties_are_broken_by_chance_and_not_by_place() -> None:
    first = judged([1] * 100 + [0] * 900, [1] * 1_000)
    shares = [
        measure(np.zeros(1_000), first, np.random.default_rng(seed), [10], 1).at[0].precision.value
        for seed in range(30)
    ]
    assert 0.07 < np.mean(shares) < 0.13


def test_precision_is_that_of_scikit_learn() -> None:
    """At the threshold of the last that is opened."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn comes with extra `targeting`")
    rng, some = np.random.default_rng(5), history(2_000)
    scores = some.outcome + rng.normal(0, 2, 2_000)
    for percent in (1, 2, 5, 10):
        found = measure(scores, some, np.random.default_rng(1), [percent]).at[0]
        flags = scores >= np.sort(scores)[-found.opened]
        assert found.precision.value == pytest.approx(metrics.precision_score(some.outcome, flags))
        assert found.recall.value == pytest.approx(metrics.recall_score(some.outcome, flags))


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    """Precision at 20 % of many samples of a world whose truth is known; ties none."""
    held, truth = 0, 0.2 + 0.5 * 0.9  # outcome is wrong with probability 0.2 + 0.5 x score
    for seed in range(60):
        rng = np.random.default_rng(seed)
        scores = rng.random(400)
        some = replace(history(400), outcome=(rng.random(400) < 0.2 + 0.5 * scores).astype(float))
        found = measure(scores, some, rng, [20], 300).at[0].precision
        held += found.low <= truth <= found.high
    assert held >= 51  # 57 are to be expected; fewer than 51 come once in two hundred


# -- what is opened by choice --------------------------------------------------------------------------


def test_estimates_from_what_was_opened_are_unbiased() -> None:
    """The worst half is opened always, the rest seldom: weighed, both tell of all; unweighed, they lie."""
    world, rng = history(4_000), np.random.default_rng(8)
    scores = world.outcome + rng.normal(0, 1, 4_000)
    likely = scores > np.quantile(scores, 0.8)
    propensity = np.where(likely, 1.0, 0.1)
    whole = measure(scores, world, rng, [10]).at[0]
    rates, precisions, recalls, naive = [], [], [], []
    for _ in range(60):
        part = opened(world, rng.random(4_000) < propensity, propensity)
        rates.append(rate_of_all(part).value)
        naive.append(np.nanmean(part.outcome))
        found = measure(scores, part, rng, [10], 1).at[0]
        precisions.append(found.precision.value)
        recalls.append(found.recall.value)
    assert np.mean(rates) == pytest.approx(world.outcome.mean(), abs=0.006)
    assert np.mean(precisions) == pytest.approx(whole.precision.value, abs=0.01)
    assert np.mean(recalls) == pytest.approx(whole.recall.value, abs=0.01)
    assert np.mean(naive) > 1.5 * world.outcome.mean()


# -- calibration ---------------------------------------------------------------------------------------


def scored(count: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Scores that exaggerate twofold, outcomes, and weights."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(-1, 1.2, count)
    outcome = (rng.random(count) < 1 / (1 + np.exp(-logit))).astype(float)
    return 2 * logit + 0.5, outcome, rng.uniform(0.5, 2, count)


def test_isotonic_is_that_of_scikit_learn() -> None:
    isotonic = pytest.importorskip("sklearn.isotonic", reason="scikit-learn comes with extra `targeting`")
    scores, outcome, weight = scored(3_000, 1)
    scores = np.round(scores, 1)  # with ties
    ours = calibrate(scores, outcome, weight)
    theirs = isotonic.IsotonicRegression(out_of_bounds="clip").fit(scores, outcome, sample_weight=weight)
    asked = np.linspace(-8, 8, 500)
    expected = theirs.predict(asked)
    inner = (asked > ours.scores[2]) & (asked < ours.scores[-3])  # the ends are not never and always
    assert ours.method == "isotonic"
    np.testing.assert_allclose(ours(asked)[inner], expected[inner], atol=1e-9)
    assert (np.diff(ours(asked)) >= 0).all()
    assert ours(asked).min() > 0
    assert ours(asked).max() < 1


def test_platt_is_a_logistic_regression() -> None:
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn comes with extra `targeting`")
    scores, outcome, weight = scored(900, 2)
    ours = calibrate(scores, outcome, weight)
    theirs = linear.LogisticRegression(C=1e9, tol=1e-10).fit(scores[:, None], outcome, sample_weight=weight)
    assert ours.method == "platt"
    assert ours.slope == pytest.approx(theirs.coef_[0, 0], rel=0.03)  # his targets pull a little
    assert ours.slope == pytest.approx(0.5, abs=0.1)
    asked = np.linspace(-6, 6, 50)
    np.testing.assert_allclose(ours(asked), theirs.predict_proba(asked[:, None])[:, 1], atol=0.01)


def test_a_score_that_misleads_gets_the_rate_of_all() -> None:
    scores, outcome, weight = scored(500, 3)
    curve = calibrate(-scores, outcome, weight)
    assert curve.slope == pytest.approx(0, abs=1e-6)
    assert curve(np.array([-5.0, 5.0])) == pytest.approx(np.average(outcome, weights=weight), abs=0.01)


def test_probabilities_that_are_right_are_believed() -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn comes with extra `targeting`")
    scores, outcome, weight = scored(20_000, 4)
    right = Calibrator("platt", slope=0.5, offset=-0.25)(scores)
    found = reliability(right, outcome, weight)
    assert found.brier == pytest.approx(metrics.brier_score_loss(outcome, right, sample_weight=weight))
    assert found.ece < 0.015
    assert found.brier < found.brier_of_rate
    assert sum(each.low <= each.said <= each.high for each in found.bins) >= 8
    assert reliability(np.sqrt(right), outcome, weight).ece > 0.15


def test_wilson_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    told = stats.binomtest(7, 40).proportion_ci(method="wilson")
    assert wilson(7 / 40, 40) == pytest.approx((told.low, told.high), abs=1e-4)
