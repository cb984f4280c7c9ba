"""The trend against statsmodels and a known truth; holes are neither zeros nor filled."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.datasets import co2
from statsmodels.tsa.seasonal import STL

from flows.invented_series import monthly, with_holes
from sarai.flows.models.errors import TooFewPeriods
from sarai.flows.models.seasonal import adjusted
from sarai.flows.models.series import seasons
from sarai.flows.models.trend import trend
from sarai.goods import BadSetting


@pytest.fixture(scope="module")
def carbon():
    """Monthly carbon dioxide at Mauna Loa, March 1958 on, with its holes."""
    return co2.load_pandas().data["co2"].resample("MS").mean().to_numpy()


def test_without_holes_it_is_stl(carbon):
    series = carbon[120:360]
    assert np.isfinite(series).all()
    found = adjusted(series, window=13)
    theirs = STL(series, period=12, seasonal=13, robust=True).fit()
    assert found.trend == pytest.approx(theirs.trend, abs=1e-9)
    assert found.adjusted == pytest.approx(series - theirs.seasonal, abs=1e-9)
    assert found.seasonal + found.trend + found.remainder == pytest.approx(series)


def test_holes_stay_holes_and_move_nothing_else(carbon):
    series = carbon[120:360]
    rng = np.random.default_rng(3)
    gappy = with_holes(rng, series, 24)
    found, whole = adjusted(gappy), adjusted(series)
    assert (np.isnan(found.adjusted) == np.isnan(gappy)).all()
    assert (found.holes == np.isnan(gappy)).all()
    off = np.abs(found.trend - whole.trend)  # of a rise by 28
    assert np.nanmedian(off) < 0.1
    assert np.nanmax(off) < 0.3
    assert np.nanmax(np.abs(found.seasonal - whole.seasonal)) < 0.15  # seasons span 6


def test_the_ends_are_not_made_up(carbon):
    series = carbon[120:240].copy()
    series[:3] = series[-2:] = np.nan
    found = adjusted(series)
    assert np.isnan(found.trend[[0, 1, 2, -2, -1]]).all()
    assert np.isfinite(found.trend[3:-2]).all()


def test_filling_has_settled():
    """A hole filled with what came out of it changes nothing."""
    gappy = with_holes(np.random.default_rng(5), np.arcsinh(monthly(np.random.default_rng(4), 60)), 9)
    found = adjusted(gappy, robust=False)
    again = adjusted(np.where(found.holes, found.trend + found.seasonal, gappy), robust=False)
    assert again.trend == pytest.approx(found.trend, abs=1e-5)


def test_slope_and_error_equal_statsmodels():
    """The slope is that of least squares; the error that of the known autoregression."""
    values = monthly(np.random.default_rng(6), 600, growth=-0.05, rho=0.5)
    found = trend(values)
    design = np.column_stack([np.ones(600), seasons(600), np.arange(600)])
    fit = sm.OLS(np.arcsinh(values), design).fit()
    assert found.slope == pytest.approx(fit.params[-1], rel=1e-9)
    hac = sm.OLS(np.arcsinh(values), design).fit(cov_type="HAC", cov_kwds={"maxlags": 20}).bse[-1]
    assert found.std_error == pytest.approx(hac, rel=0.15)
    assert found.std_error == pytest.approx(fit.bse[-1] * np.sqrt(1.5 / 0.5), rel=0.15)


def test_a_known_decline_lies_within_its_interval():
    inside, widths = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        found = trend(with_holes(rng, monthly(rng, 72, growth=-0.10), 8))
        inside.append(found.interval.low <= -10 <= found.interval.high)
        widths.append(found.interval.high - found.interval.low)
        assert found.holes == 8
    assert np.mean(inside) >= 0.90
    assert np.median(widths) < 5
    assert found.hole_share == pytest.approx(8 / 72)


def test_no_trend_is_seldom_taken_for_one():
    rejected = sum(trend(monthly(np.random.default_rng(seed), 60)).p < 0.05 for seed in range(300))
    assert rejected <= 28  # binomial bound of 5 % in 300: more by chance in 1 of 1000


def test_p_of_a_decline_is_one_sided():
    falls = trend(monthly(np.random.default_rng(1), 60, growth=-0.3))
    rises = trend(monthly(np.random.default_rng(1), 60, growth=0.3))
    assert falls.p_decline == pytest.approx(falls.p / 2)
    assert falls.p_decline < 0.001
    assert rises.p_decline > 0.999


def test_a_hole_is_no_zero():
    values = monthly(np.random.default_rng(2), 60, spread=0.05)
    holes, zeros = values.copy(), values.copy()
    holes[50:56], zeros[50:56] = np.nan, 0.0
    assert abs(trend(holes).percent) < 5
    assert trend(zeros).percent < -50
    assert (trend(holes).zeros, trend(zeros).zeros, trend(zeros).holes) == (0, 6, 0)


def test_annual_values_have_no_seasons():
    noise = 0.02 * np.random.default_rng(0).standard_normal(20)
    found = trend(1e6 * 1.1 ** np.arange(20) * np.exp(noise), cycle=1)
    assert found.interval.low < 10 < found.interval.high


def test_what_is_missing_is_named():
    short = np.ones(30)
    short[5::12] = np.nan
    with pytest.raises(TooFewPeriods, match=r"season 6 of 12, .* is observed 0 times"):
        adjusted(short)
    with pytest.raises(TooFewPeriods, match="series has 12 observed periods of 20, and 25 are needed"):
        trend([1.0] * 12 + [np.nan] * 8)
    with pytest.raises(BadSetting, match="infinite at position 1"):
        trend([1.0, np.inf] * 20)
    with pytest.raises(BadSetting, match="confidence level 95"):
        trend(np.ones(40), level=95)


@pytest.mark.parametrize(("values", "p_decline"), [([5.0] * 48, 0.5), ([0.0] * 48, 0.5)])
def test_a_series_that_never_varies_has_no_trend(values, p_decline):
    found = trend(values)
    assert (found.percent, found.p, found.p_decline) == pytest.approx((0, 1, p_decline))


def test_a_steady_decline_without_noise_is_one():
    found = trend(np.sinh(10 - 0.01 * np.arange(48)))
    assert found.p_decline < 1e-6
