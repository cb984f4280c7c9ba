"""Difference-in-differences and PPML against statsmodels with a column for every effect."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import f

from sarai.flows.models.did import did, event_study
from sarai.flows.models.errors import NotIdentified
from sarai.flows.models.panel import panel_of
from sarai.flows.models.ppml import ppml, separated
from sarai.goods import BadSetting

PRODUCTS, PERIODS, EVENT = 30, 10, 6


@pytest.fixture
def rows():
    """A panel with zeros, holes, and products that are not seen in every period."""
    rng = np.random.default_rng(11)
    product, period = (grid.ravel() for grid in np.mgrid[:PRODUCTS, :PERIODS])
    treated, post = product < 12, period >= EVENT
    size = rng.normal(3, 1, PRODUCTS)[product] + rng.normal(0, 0.3, PERIODS)[period]
    mean = np.exp(size + 0.7 * (treated & post))
    value = mean * rng.gamma(1.5, 1 / 1.5, len(mean))
    value[rng.random(len(value)) < 0.15] = 0
    value[rng.choice(len(value), 20, replace=False)] = np.nan
    keep = rng.random(len(value)) > 0.1
    names = np.array([f"85{number:04d}" for number in product])
    return {
        "value": value[keep],
        "product": names[keep],
        "period": period[keep],
        "treated": treated[keep],
        "post": post[keep],
    }


def dummies(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == np.unique(labels)).astype(float)


def explicit(rows: dict, columns: np.ndarray):
    """What is seen: value, a design with every effect, and clusters."""
    seen = np.isfinite(rows["value"])
    design = np.column_stack(
        [columns[seen], dummies(rows["product"][seen]), dummies(rows["period"][seen])[:, 1:]]
    )
    return rows["value"][seen], design, np.unique(rows["product"][seen], return_inverse=True)[1]


def factor(n: int, groups: int, k: int) -> float:
    """Cameron & Miller's, as the module states it; statsmodels counts the effects of products too."""
    return groups / (groups - 1) * (n - 1) / (n - k)


def test_did_equals_least_squares_with_all_effects(rows):
    found = did(**rows)
    value, design, clusters = explicit(rows, (rows["treated"] & rows["post"])[:, None])
    fit = sm.OLS(np.arcsinh(value), design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    error = fit.bse[0] * np.sqrt(factor(len(value), PRODUCTS, 1 + PERIODS))
    assert found.estimate == pytest.approx(fit.params[0], rel=1e-6)
    assert found.std_error == pytest.approx(error, rel=1e-6)
    assert found.holes == np.isnan(rows["value"]).sum()
    assert (found.products, found.treated_products, found.observations) == (30, 12, len(value))
    assert found.interval.low < 0.7 < found.interval.high


def test_ppml_equals_poisson_with_all_effects(rows):
    found = ppml(**rows)
    value, design, clusters = explicit(rows, (rows["treated"] & rows["post"])[:, None])
    fit = sm.GLM(value, design, family=sm.families.Poisson()).fit(
        tol=1e-13, maxiter=200, cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    error = fit.bse[0] * np.sqrt(factor(len(value), PRODUCTS, 1 + PERIODS))
    assert found.estimate == pytest.approx(fit.params[0], rel=1e-6)
    assert found.std_error == pytest.approx(error, rel=1e-6)
    assert found.separated == 0
    assert found.percent == pytest.approx(100 * (np.exp(fit.params[0]) - 1), rel=1e-5)


def test_ppml_finds_what_was_put_in():
    """95 % intervals hold it in at least 86 of 100 (fewer by chance in less than 1 of 1000)."""
    product, period = (grid.ravel() for grid in np.mgrid[:40, :8])
    on = (product < 20) & (period >= 4)
    inside = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        size = rng.normal(3, 0.5, 40)[product] + rng.normal(0, 0.3, 8)[period]
        value = np.exp(size + 0.5 * on) * rng.gamma(2.0, 0.5, len(on)) * (rng.random(len(on)) > 0.2)
        found = ppml(value, product, period, product < 20, period >= 4)
        inside += found.interval.low <= 0.5 <= found.interval.high
    assert inside >= 86


def test_ppml_does_not_depend_on_the_unit_and_asinh_does(rows):
    thousands = rows | {"value": rows["value"] * 1000}
    assert ppml(**thousands).estimate == pytest.approx(ppml(**rows).estimate, rel=1e-7)
    assert did(**thousands).estimate != pytest.approx(did(**rows).estimate, rel=0.02)


def test_products_without_trade_say_nothing_and_are_counted(rows):
    before = ppml(**rows)
    empty = {
        "value": np.zeros(PERIODS),
        "product": np.full(PERIODS, "999999"),
        "period": np.arange(PERIODS),
        "treated": np.ones(PERIODS, bool),
        "post": np.arange(PERIODS) >= EVENT,
    }
    after = ppml(**{name: np.concatenate([rows[name], empty[name]]) for name in rows})
    assert after.separated == PERIODS
    assert (after.estimate, after.std_error) == pytest.approx((before.estimate, before.std_error), rel=1e-8)
    assert after.products == before.products


def test_separation_that_is_no_product_s_nor_period_s_is_found():
    """Treated lines have trade before the event only, in cells that their effects cannot explain."""
    product, period = (grid.ravel() for grid in np.mgrid[:6, :4])
    on = (product < 3) & (period >= 2)
    value = np.where(on, 0.0, 1.0 + product + period)
    found = separated(panel_of(value, on[:, None].astype(float), product, period))
    assert (found == on).all()
    with pytest.raises(NotIdentified, match="6 separated rows"):
        ppml(value, product, period, product < 3, period >= 2)


def test_event_study_equals_least_squares_with_all_effects(rows):
    offset = rows["period"] - EVENT
    found = event_study(rows["value"], rows["product"], rows["period"], rows["treated"], offset)
    steps = [step for step in range(-EVENT, PERIODS - EVENT) if step != -1]
    value, design, clusters = explicit(rows, (offset[:, None] == steps) & rows["treated"][:, None])
    fit = sm.OLS(np.arcsinh(value), design).fit(
        cov_type="cluster", cov_kwds={"groups": clusters, "use_correction": False}
    )
    scale = factor(len(value), PRODUCTS, len(steps) + PERIODS)
    leads = np.eye(5, design.shape[1])
    assert [step.offset for step in found.steps] == steps
    assert [step.estimate for step in found.steps] == pytest.approx(list(fit.params[: len(steps)]), rel=1e-6)
    fisher = float(np.squeeze(fit.f_test(leads).fvalue)) / scale
    assert found.leads_p == pytest.approx(f.sf(fisher, 5, PRODUCTS - 1), rel=1e-6)


def test_trends_that_were_not_parallel_are_seen(rows):
    trade = np.where(rows["value"] == 0, np.nan, rows["value"])
    drift = np.where(rows["treated"], np.exp(0.5 * rows["period"]), 1.0)
    arguments = rows["product"], rows["period"], rows["treated"], rows["period"] - EVENT
    assert event_study(trade, *arguments).leads_p > 0.05
    assert event_study(trade * drift, *arguments).leads_p < 0.01


def test_clustered_errors_hold_their_level():
    """200 panels without an effect, errors with memory: 5 % of rejections, within binomial bounds."""
    rejected = 0
    product, period = (grid.ravel() for grid in np.mgrid[:40, :8])
    for seed in range(200):
        rng = np.random.default_rng(seed)
        walk = rng.standard_normal((40, 8)).cumsum(axis=1).ravel()
        rejected += did(np.exp(8 + 0.3 * walk), product, period, product < 20, period >= 4).p < 0.05
    assert 2 <= rejected <= 21


def test_a_treatment_that_nobody_else_lacks_is_refused(rows):
    everybody = rows | {"treated": np.ones_like(rows["treated"])}
    for model in (did, ppml):
        with pytest.raises(NotIdentified, match="product and period explain the treatment"):
            model(**everybody)


def test_a_panel_that_cannot_be_is_refused(rows):
    with pytest.raises(BadSetting, match=r"value -1\.0 in row 0"):
        did(**rows | {"value": np.full(len(rows["value"]), -1.0)})
    with pytest.raises(BadSetting, match="two rows in one period"):
        did(**rows | {"period": np.zeros(len(rows["value"]))})
    with pytest.raises(BadSetting, match="period has 3 rows"):
        did(**rows | {"period": np.zeros(3)})
