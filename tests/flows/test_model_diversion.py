"""What is put into invented trade is found again, within the stated interval."""

from __future__ import annotations

import numpy as np
import pytest

from flows.invented_series import diverted
from sarai.flows.models.diversion import diversion
from sarai.flows.models.errors import NotIdentified, TooFewPeriods
from sarai.goods import BadSetting

SEEDS = range(100)


@pytest.fixture(scope="module")
def recovered():
    truth = [diverted(seed) for seed in SEEDS]
    return [(t, diversion(t.direct, t.sent, t.onward)) for t in truth]


def test_break_and_share_lie_within_their_intervals_in_90_of_100_seeds(recovered):
    dates = [r.earliest <= t.at <= r.latest for t, r in recovered]
    shares = [r.share.low <= t.share <= r.share.high for t, r in recovered]
    assert sum(dates) >= 90
    assert sum(shares) >= 90
    assert sum(np.logical_and(dates, shares)) >= 90


def test_intervals_hold_as_often_as_they_state():
    """Other seeds, and more: fewer than 92 % of 500 have a chance of 1 in 500 if 95 % is true."""
    inside = []
    for seed in range(1000, 1500):
        truth = diverted(seed)
        share = diversion(truth.direct, truth.sent, truth.onward).share
        inside.append(share.low <= truth.share <= share.high)
    assert 0.92 <= np.mean(inside) <= 0.98


def test_intervals_say_something(recovered):
    """Median widths here: 1 month, and 0.27 of the lost trade."""
    months = [r.latest - r.earliest + 1 for _, r in recovered]
    widths = [r.share.high - r.share.low for _, r in recovered]
    assert np.median(months) <= 2
    assert np.median(widths) <= 0.35


def test_estimates_have_no_bias(recovered):
    errors = [r.share.estimate - t.share for t, r in recovered]
    assert abs(np.mean(errors)) < 3 * np.std(errors) / 10


def test_legs_that_agree_are_said_not_to_in_1_of_20(recovered):
    """Binomial bounds: more than 12 of 100 have a chance of 1 in 1000."""
    assert sum(r.agree_p < 0.05 for _, r in recovered) <= 12


def test_the_date_of_a_small_loss_is_uncertain_and_still_within():
    inside, months = [], []
    for seed in range(150):
        truth = diverted(seed, drop=(0.15, 0.15), rho=0.3)
        try:
            found = diversion(truth.direct, truth.sent, truth.onward)
        except NotIdentified:
            continue
        inside.append(found.earliest <= truth.at <= found.latest)
        months.append(found.latest - found.earliest + 1)
    assert len(inside) > 100
    assert np.mean(inside) >= 0.93
    assert np.median(months) > 1


def test_goods_that_stay_in_transit_make_the_legs_disagree():
    truth = diverted(5)
    found = diversion(truth.direct, truth.sent, np.nanmean(truth.onward) + 0.1 * truth.onward)
    assert found.agree_p < 0.01
    assert found.sent.low <= truth.share <= found.sent.high
    assert found.onward.high < found.sent.low


def test_without_noise_the_truth_is_found_exactly():
    t = np.arange(48)
    post = t >= 30
    season = 5 * np.cos(2 * np.pi * t / 12)
    direct, sent, onward = 200 + t + season - 100 * post, 50 - season + 40 * post, 30 + 2 * t + 40 * post
    noise = 1e-6 * np.random.default_rng(1).standard_normal((3, 48))
    found = diversion(direct + noise[0], sent + noise[1], onward + noise[2])
    assert (found.at, found.earliest, found.latest) == (30, 30, 30)
    assert found.share.estimate == pytest.approx(0.4, abs=1e-6)
    assert (found.lost, found.gained) == pytest.approx((100, 40), abs=1e-4)


def test_a_break_within_a_hole_may_have_been_in_any_of_its_months():
    truth = diverted(3, spread=0.02, holes=0)
    direct = truth.direct.copy()
    direct[truth.at - 2 : truth.at + 1] = np.nan
    found = diversion(direct, truth.sent, truth.onward)
    assert found.earliest <= truth.at - 2
    assert found.at == truth.at + 1
    assert found.holes == 3


def test_no_loss_has_no_share():
    truth = diverted(1)
    with pytest.raises(NotIdentified, match="no clear loss"):
        diversion(truth.sent, truth.direct, truth.onward)


def test_what_is_missing_is_named():
    with pytest.raises(TooFewPeriods, match="trade sent onward has 0 observed periods of 40"):
        diversion(np.ones(40), np.ones(40), np.full(40, np.nan))
    with pytest.raises(BadSetting, match="both legs are the same"):
        diversion(np.ones(40), np.ones(40), np.ones(40))
    with pytest.raises(BadSetting, match="40, 40, 41 periods"):
        diversion(np.ones(40), np.ones(40), np.ones(41))
