"""Breaks against brute force, published critical values, and strucchange's results on the Nile."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy import integrate
from statsmodels.datasets import nile
from statsmodels.stats.sandwich_covariance import S_hac_simple

from flows.invented_series import monthly, with_holes
from sarai.flows.models.argmax import argmax_beyond, argmax_quantile
from sarai.flows.models.breaks import breaks, sup_f
from sarai.flows.models.errors import TooFewPeriods
from sarai.flows.models.longrun import bartlett, bartlett_lag, long_run
from sarai.flows.models.segments import best_partitions, one_level, refined
from sarai.flows.models.supremum import sup_f_p
from sarai.goods import BadSetting

FIRST_YEAR = 1871


@pytest.fixture(scope="module")
def flow():
    """Annual flow of the Nile at Aswan, 1871 to 1970."""
    return nile.load_pandas().data["volume"].to_numpy()


def test_the_nile_as_strucchange_has_it(flow):
    """Zeileis, Kleiber, Kraemer & Hornik (2003) and the package's manual; R names the last year before."""
    found = breaks(flow, cycle=1, scaled=False, lag=0)
    assert found.partitions == (
        (), (28,), (28, 83), (28, 68, 83), (28, 45, 68, 83), (15, 30, 45, 68, 83)
    )  # fmt: skip
    assert found.numbers == (1, 1, 1)
    (only,) = found.breaks
    last_before = [FIRST_YEAR + position - 1 for position in (only.earliest, only.at, only.latest)]
    assert last_before == [1895, 1898, 1902]
    assert only.shift == pytest.approx(849.97 - 1097.75, abs=0.01)


def test_sup_f_of_the_nile_as_strucchange_has_it(flow):
    """sctest(Fstats(Nile ~ 1)): sup.F = 75.93, p < 2.2e-16."""
    found = sup_f(flow, cycle=1, scaled=False, lag=0)
    assert found.statistic == pytest.approx(75.93, abs=0.005)
    assert found.p < 1e-15
    assert sup_f(flow, cycle=1, scaled=False).p < 1e-9


@pytest.mark.parametrize(
    ("level", "andrews", "bai_perron"), [(0.10, 7.12, 7.04), (0.05, 8.68, 8.58), (0.01, 12.16, 12.29)]
)
def test_p_values_beside_published_critical_values(level, andrews, bai_perron):
    """Both tables were simulated on a grid, whose largest value is a little smaller (trimming 0.15)."""
    assert level < sup_f_p(andrews) < 1.13 * level
    assert sup_f_p(bai_perron) == pytest.approx(level, rel=0.16)


@pytest.mark.parametrize(("breaks_before", "critical"), [(1, 10.13), (2, 11.14), (4, 12.25), (9, 13.89)])
def test_p_values_of_one_more_break_beside_bai_and_perron(breaks_before, critical):
    """Their table of sup F(l+1 | l), 5 %, q = 1, trimming 0.15."""
    p = 1 - (1 - sup_f_p(critical)) ** (breaks_before + 1)
    assert p == pytest.approx(0.05, rel=0.2)


def test_p_values_against_a_simulated_bridge():
    rng = np.random.default_rng(4)
    steps = 2000
    path = rng.standard_normal((4000, steps)).cumsum(axis=1) / np.sqrt(steps)
    share = np.arange(1, steps + 1) / steps
    inside = slice(steps * 3 // 20 - 1, steps * 17 // 20)
    bridge = (path - share * path[:, -1:])[:, inside] ** 2 / (share * (1 - share))[inside]
    largest = bridge.max(axis=1)
    for critical in (3.0, 6.0, 9.0):
        simulated = (largest >= critical).mean()
        # a grid sees less than the continuum: shift by Siegmund's 0.583 of a step's standard deviation
        step = np.sqrt(1 / steps / 0.25)
        seen = sup_f_p((np.sqrt(critical) + 0.583 * step) ** 2)
        assert simulated == pytest.approx(seen, abs=0.02)


def test_the_tail_goes_on_where_the_series_ends():
    assert sup_f_p(25.0001) == pytest.approx(sup_f_p(24.9999), rel=0.03)
    p = [sup_f_p(float(f)) for f in np.arange(0, 60, 0.5)]
    assert all(later <= earlier for earlier, later in pairwise(p))


def test_distance_of_a_date_against_quadrature():
    """The joint density of the largest value of a falling Brownian motion and its time."""

    def density(value, time, ratio):
        passage = value / np.sqrt(2 * np.pi * ratio * time**3)
        passage *= np.exp(-((value + time / 2) ** 2) / (2 * ratio * time))
        return passage / ratio * (1 - np.exp(-value))

    for ratio, distance in ((0.3, 2.0), (1.0, 2.0), (3.0, 8.0)):
        whole, _ = integrate.dblquad(density, distance, np.inf, 0, np.inf, args=(ratio,))
        assert argmax_beyond(distance, ratio) == pytest.approx(whole, rel=1e-4)
    assert 2 * argmax_beyond(0.0) == pytest.approx(1)
    assert argmax_quantile(0.025) == pytest.approx(11.03, abs=0.01)  # Bai 1997: 11; Yao 1987
    assert argmax_quantile(0.05) == pytest.approx(7.69, abs=0.02)


def squares(values, found):
    return sum(((part - part.mean()) ** 2).sum() for part in np.split(values, found))


def test_partitions_are_the_best_of_all():
    for seed in range(8):
        values = np.random.default_rng(seed).standard_normal(20)
        for count, found in enumerate(best_partitions(one_level(values), 3, 3)):
            every = [
                some
                for some in combinations(range(3, 18), count)
                if all(b - a >= 3 for a, b in pairwise((0, *some, 20)))
            ]
            assert squares(values, found) == pytest.approx(min(squares(values, some) for some in every))


def test_no_more_breaks_than_there_is_room_for():
    assert len(best_partitions(one_level(np.arange(10.0)), 5, 4)) == 2


def test_breaks_beside_seasons_are_the_best_of_all():
    """Alternating could end at a local minimum; on series like these it does not."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        beside = np.eye(4)[np.arange(28) % 4][:, :3] - 0.25
        shifts = 2.0 * (np.arange(28) >= 9) - 3.0 * (np.arange(28) >= 19)
        values = rng.standard_normal(28) + beside @ [2.0, -1.0, 3.0] + shifts

        def left(some, values=values, beside=beside):
            levels = (np.searchsorted(some, np.arange(28), "right")[:, None] == np.arange(3)).astype(float)
            return np.linalg.lstsq(np.column_stack([levels, beside]), values, rcond=None)[1].sum()

        every = [some for some in combinations(range(5, 24), 2) if some[1] - some[0] >= 5]
        begun = best_partitions(one_level(values - values.mean()), 2, 5)[2]
        fit = refined(values, beside, begun, 5)
        assert fit.residuals @ fit.residuals == pytest.approx(min(map(left, every)))


def test_long_run_variance_equals_statsmodels():
    values = np.random.default_rng(0).standard_normal((80, 2)).cumsum(axis=0) * 0.1
    assert bartlett(values, 4) * 80 == pytest.approx(S_hac_simple(values, nlags=4))
    assert long_run(values, 4) * 80 == pytest.approx(S_hac_simple(values, nlags=4))


def test_long_run_variance_of_an_autoregression_is_known():
    rng = np.random.default_rng(0)
    values = np.zeros((20000, 1))
    for t in range(1, len(values)):
        values[t] = 0.5 * values[t - 1] + rng.standard_normal()
    assert long_run(values)[0, 0] == pytest.approx(1 / (1 - 0.5) ** 2, rel=0.1)
    # Andrews 1991, eq. 6.4: 1.1447 (4 rho^2 n / ((1 - rho)^2 (1 + rho)^2))^(1/3)
    assert bartlett_lag(values) == pytest.approx(1.1447 * (4 * 0.25 / 0.5625 * 20000) ** (1 / 3), rel=0.05)
    gappy = np.where(rng.random((20000, 1)) < 0.1, np.nan, values)
    assert long_run(gappy)[0, 0] == pytest.approx(4, rel=0.25)


def test_the_level_of_the_test_on_months_with_memory_and_holes():
    """84 months, autocorrelation 0.4."""
    rejected = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        rejected += sup_f(with_holes(rng, monthly(rng, 84), 4)).p < 0.05
    assert rejected <= 20  # binomial bound of 5 % in 200: more by chance in 1 of 1000


def test_dates_lie_within_their_intervals():
    inside, widths = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        at = int(rng.integers(25, 60))
        series = monthly(rng, 84, spread=0.2) * np.where(np.arange(84) >= at, 1.6, 1.0)
        found = breaks(with_holes(rng, series, 4), most=2).breaks
        if found:
            nearest = min(found, key=lambda b: abs(b.at - at))
            inside.append(nearest.earliest <= at <= nearest.latest)
            widths.append(nearest.latest - nearest.earliest + 1)
    assert len(inside) >= 57
    assert np.mean(inside) >= 0.90
    assert np.median(widths) <= 12


def test_a_fall_and_a_rise_again_are_two_breaks():
    rng = np.random.default_rng(8)
    level = np.where((np.arange(96) >= 40) & (np.arange(96) < 66), 0.5, 1.0)
    found = breaks(monthly(rng, 96, rho=0.2) * level, by="lwz")
    fall, rise = found.breaks
    assert fall.earliest <= 40 <= fall.latest
    assert rise.earliest <= 66 <= rise.latest
    assert fall.percent == pytest.approx(-50, abs=8)
    assert found.p[1] < 0.05


def test_a_break_within_a_hole_keeps_its_dates():
    series = np.where(np.arange(48) >= 24, 9.0, 3.0) + 0.1 * np.random.default_rng(0).standard_normal(48)
    series[22:26] = np.nan
    (only,) = breaks(series, cycle=1, scaled=False).breaks
    assert only.at == 26
    assert only.earliest <= 22


def test_what_is_missing_is_named():
    with pytest.raises(TooFewPeriods, match="20 observed periods of 30, and 24 are needed"):
        sup_f([1.0] * 20 + [np.nan] * 10)
    with pytest.raises(TooFewPeriods, match="27 observed periods have no room for two segments of 14"):
        sup_f(np.arange(27.0), trimming=0.49)
    with pytest.raises(BadSetting, match="by='aic'"):
        breaks(np.arange(30.0), by="aic")


def test_a_step_without_noise_is_certain():
    found = breaks(np.repeat([10.0, 1000.0], 24))
    assert [each.at for each in found.breaks] == [24]
    assert found.p[0] < 1e-9
