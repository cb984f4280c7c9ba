"""Learnt shares: known weights are found again, and the minimum is that of a grid and of another solver."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from sarai.flows.apportioning import apportioned
from sarai.flows.editions import Share, shares
from sarai.flows.engines import duckdb_engine
from sarai.flows.estimated import DOUBTED, Estimate, Left, estimated, recorded
from sarai.flows.periods import Span
from sarai.goods import BadSetting

SHAPES = {
    "one of two": [[1, 1]],
    "a ladder": [[1, 1, 0], [0, 1, 1], [0, 0, 1]],
    "a ring": [[1, 0, 0], [1, 1, 0], [0, 1, 1], [1, 0, 1]],
    "all of all": [[1, 1, 1], [1, 1, 1]],
}
NOISE = 0.1  # of each good, before and after, as the spread of a logarithm
BEFORE, AFTER = Span(date(2021, 1, 1), date(2021, 12, 1)), Span(date(2022, 1, 1), date(2022, 12, 1))


def invented(links: np.ndarray, rows: int, rng: np.random.Generator, noise: float = NOISE):
    """Weights, and trade under both codes: reporters differ in size and in what they trade."""
    weights = np.where(links, rng.gamma(1.0, 1.0, links.shape), 0)
    weights /= weights.sum(axis=1, keepdims=True)
    size = rng.lognormal(15, 1.5, (rows, 1))
    under = size * rng.lognormal(0, 1, links.shape[0]) * rng.lognormal(0, 1, (rows, links.shape[0]))
    goods = under[:, :, None] * weights
    x, y = (goods * rng.lognormal(0, noise, goods.shape) if noise else goods for _ in range(2))
    return weights, x.sum(axis=2), y.sum(axis=1)


def even(links: np.ndarray) -> np.ndarray:
    return links / links.sum(axis=1, keepdims=True)


def distance(x, y, weights) -> float:
    """The sum that is made least, written once more from its formula."""
    total = y.sum(axis=1, keepdims=True)
    x = x * total / x.sum(axis=1, keepdims=True)
    column = (y / np.sqrt(total)).mean(axis=0)
    return float(((y - x @ weights) ** 2 / total / column).sum())


@pytest.mark.parametrize("shape", SHAPES)
def test_known_weights_lie_within_their_intervals(shape):
    links = np.array(SHAPES[shape], dtype=bool)
    free = links & (links.sum(axis=1, keepdims=True) > 1)
    inside = []
    for seed in range(100):
        weights, x, y = invented(links, 40, np.random.default_rng([seed, len(shape)]))
        found = apportioned(x, y, even(links), links, np.arange(40))
        covered = (found.low <= weights + 1e-6) & (weights <= found.high + 1e-6)
        inside.append(covered[free].mean())
    assert 0.9 <= np.mean(inside) <= 0.99


@pytest.mark.parametrize("shape", SHAPES)
def test_without_noise_weights_are_found_exactly(shape):
    links = np.array(SHAPES[shape], dtype=bool)
    weights, x, y = invented(links, 40, np.random.default_rng(7), noise=0)
    for changed in (y, y * np.random.default_rng(8).lognormal(0, 1, (40, 1))):  # growth drops out
        if changed is y or len(links) > 1:
            found = apportioned(x, changed, even(links), links, np.arange(40))
            np.testing.assert_allclose(found.weights, weights, atol=1e-4)
            np.testing.assert_allclose(found.high - found.low, 0, atol=1e-3)


def test_one_weight_is_that_of_a_grid():
    links = np.ones((1, 2), dtype=bool)
    _, x, y = invented(links, 15, np.random.default_rng(1), noise=0.5)
    grid = np.linspace(0, 1, 100_001)
    apart = [distance(x, y, np.array([[w, 1 - w]])) for w in grid[::100]]
    near = grid[max(0, 100 * int(np.argmin(apart)) - 100) :][:201]
    best = min(near, key=lambda w: distance(x, y, np.array([[w, 1 - w]])))
    found = apportioned(x, y, even(links), links, np.arange(15))
    assert found.weights[0, 0] == pytest.approx(best, abs=2e-5)


def test_two_codes_are_those_of_a_grid():
    links = np.array([[1, 1, 0], [0, 1, 1]], dtype=bool)
    _, x, y = invented(links, 12, np.random.default_rng(2), noise=0.6)
    grid = np.linspace(0, 1, 201)
    tried = {(a, b): distance(x, y, np.array([[a, 1 - a, 0], [0, b, 1 - b]])) for a in grid for b in grid}
    best = min(tried, key=tried.get)
    found = apportioned(x, y, even(links), links, np.arange(12)).weights
    assert (found[0, 0], found[1, 1]) == pytest.approx(best, abs=0.005)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_no_other_solver_comes_lower(codes, targets, seed):
    rng = np.random.default_rng(seed)
    links = rng.random((codes, targets)) < 0.6
    links[np.arange(codes), rng.integers(0, targets, codes)] = True
    links[:, ~links.any(axis=0)] = True
    _, x, y = invented(links, 30, rng, noise=0.5)
    found = apportioned(x, y, even(links), links, np.arange(30)).weights
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)
    assert (found >= 0).all()
    assert (found[~links] == 0).all()
    assert distance(x, y, found) <= by_slsqp(x, y, links) * (1 + 1e-4) + 1e-9


def by_slsqp(x, y, links) -> float:
    origin, end = np.nonzero(links)

    def placed(values):
        matrix = np.zeros(links.shape)
        matrix[origin, end] = values
        return matrix

    start = even(links)[origin, end]
    sums = {"type": "eq", "fun": lambda values: placed(values).sum(axis=1) - 1}
    found = minimize(
        lambda values: distance(x, y, placed(values)), start, method="SLSQP",
        bounds=[(0, 1)] * len(start), constraints=sums, options={"ftol": 1e-12, "maxiter": 500},
    )  # fmt: skip
    feasible = np.maximum(placed(found.x), 0)
    return distance(x, y, feasible / feasible.sum(axis=1, keepdims=True))


# --- by codes -------------------------------------------------------------------------------------


def records(source: str, target: str, pairs: dict[tuple[str, str], float], reporters: int, seed: int = 0):
    """What reporters recorded of goods that have a code in each edition, each good of a given size."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(reporters):
        traded: defaultdict[tuple[str, str], float] = defaultdict(float)
        own = {code: rng.lognormal(0, 1) for code in sorted({pair[0] for pair in pairs})}
        for pair, size in pairs.items():
            for edition, code in zip((source, target), pair, strict=True):
                traded[edition, code] += size * own[pair[0]] * rng.lognormal(0, 0.05)
        rows += [("test", f"R{number}", "import", *key, value) for key, value in traded.items()]
    return pd.DataFrame(rows, columns=["source", "reporter", "flow", "edition", "code", "value"])


SPLIT = {("190190", "190190"): 7e6, ("040320", "040310"): 6e6, ("040320", "190190"): 2e6}
"""Yogurt: 040320 of HS 2022 was 040310 and, with cereals, 190190; the UN's table names the first."""


def test_a_split_is_learnt_with_what_it_rests_on():
    found = estimated(records("HS2022", "HS2017", SPLIT, 30), "HS2022", "HS2017")
    ours = {each.target_code: each for each in found.learnt if each.code == "040320"}
    assert sorted(ours) == ["040310", "190190"]
    assert ours["040310"].low <= 0.75 <= ours["040310"].high
    assert ours["040310"].high - ours["040310"].low < 0.1
    assert {each.reporters for each in ours.values()} == {30}
    rows = records("HS2022", "HS2017", SPLIT, 30)
    total = rows[(rows.edition == "HS2022") & (rows.code == "040320")].value.sum()
    assert [each.value for each in ours.values()] == pytest.approx([total, total])
    learnt = [share for share in found.shares if share.code == "040320"]
    assert {share.rule for share in learnt} == {"estimated"}
    assert sum(share.weight for share in learnt) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(("source", "target"), [("HS2022", "HS2017"), ("HS2017", "HS2022")])
def test_what_is_not_learnt_keeps_its_default_and_says_why(source, target):
    pairs = {pair if source == "HS2022" else pair[::-1]: size for pair, size in SPLIT.items()}
    found = estimated(records(source, target, pairs, 30), source, target)
    default = shares([source], target)
    learnt = {each.code for each in found.learnt}
    assert learnt
    assert [share for share in found.shares if share.code not in learnt] == [
        share for share in default if share.code not in learnt
    ]
    assert {share.code for share in found.shares} == {share.code for share in default}
    left = {each.code: each.reason for each in found.left}
    assert not learnt & set(left)
    several = {share.code for share in default if share.rule in ("conversion", "wide")}
    assert several - {"852990", *learnt} <= set(left)
    if source == "HS2022":
        assert left["854921"] == "1019 codes are named, which is too many"
        assert "854231" not in left  # it has one correlate


def test_few_reporters_teach_nothing():
    found = estimated(records("HS2022", "HS2017", SPLIT, 9), "HS2022", "HS2017")
    assert found.learnt == []
    assert found.shares == shares(["HS2022"], "HS2017")
    assert Left("040320", "9 reporters recorded its group in both editions, which is too few") in found.left


def test_reporters_that_went_over_late_teach_nothing():
    rows = records("HS2022", "HS2017", SPLIT, 30)
    late = rows.reporter.isin([f"R{number}" for number in range(15)])
    found = estimated(rows[~late | (rows.edition == "HS2017")], "HS2022", "HS2017")
    assert {each.reporters for each in found.learnt if each.code == "040320"} == {15}
    assert found == estimated(rows[~late], "HS2022", "HS2017")


def test_learnt_shares_are_carried_on_to_a_third_edition():
    step = estimated(records("HS2022", "HS2017", SPLIT, 30), "HS2022", "HS2017").shares
    found = shares(["HS2022"], "HS2012", {("HS2022", "HS2017"): step})
    ours = {share.target_code: share for share in found if share.code == "040320"}
    assert ours["040310"] == Share("HS2022", "040320", "040310", ours["040310"].weight, "estimated")
    assert ours["040310"].weight == pytest.approx(0.75, abs=0.05)
    totals = defaultdict(float)
    for share in found:
        totals[share.code] += share.weight
    assert max(abs(total - 1) for total in totals.values()) < 1e-12


def test_editions_that_do_not_stand_together_teach_nothing():
    with pytest.raises(BadSetting, match="HS2012 is not the edition just before HS2022"):
        estimated(records("HS2022", "HS2012", SPLIT, 2), "HS2022", "HS2012")


def test_records_of_one_edition_teach_nothing():
    rows = records("HS2022", "HS2017", SPLIT, 12)
    with pytest.raises(BadSetting, match="no trade in HS2017 to learn from; give spans"):
        estimated(rows[rows.edition == "HS2022"], "HS2022", "HS2017")


# --- from the store --------------------------------------------------------------------------------


def reported(rows: pd.DataFrame, partner: str = "US") -> pd.DataFrame:
    """The same as it would lie in the store, month by month."""
    parts = []
    for month in range(1, 13):
        year = rows.edition.map({"HS2017": 2021, "HS2022": 2022})
        period = [date(each, month, 1) for each in year]
        parts.append(rows.assign(period=period, partner=partner, value=rows.value / 12))
    return pd.concat(parts, ignore_index=True)


def learnt_from(trade: pd.DataFrame, **options) -> pd.DataFrame:
    with duckdb_engine() as engine:
        table = engine.create_table(
            "trade", ibis.memtable(pa.Table.from_pandas(trade, preserve_index=False)), temp=True
        )
        found = recorded(table, "HS2022", "HS2017", BEFORE, AFTER, **options).to_pyarrow().to_pandas()
    return found.sort_values([name for name in found.columns if name != "value"], ignore_index=True)


def test_records_are_the_sums_of_the_months_on_each_side():
    rows = records("HS2022", "HS2017", SPLIT, 12)
    expected = rows.sort_values(["source", "reporter", "flow", "edition", "code"], ignore_index=True)
    pd.testing.assert_frame_equal(learnt_from(reported(rows)), expected, check_dtype=False)


def test_only_trade_in_the_edition_of_its_side_counts():
    trade = reported(records("HS2022", "HS2017", SPLIT, 12))
    late = trade[trade.edition == "HS2017"].assign(period=date(2022, 3, 1))
    outside = trade.assign(period=date(2020, 3, 1))
    heading = trade.assign(code="0403")
    again = trade.assign(flow="reimport")
    more = pd.concat([trade, late, outside, heading, again], ignore_index=True)
    pd.testing.assert_frame_equal(learnt_from(more), learnt_from(trade))


def test_national_digits_are_summed_to_six():
    trade = reported(records("HS2022", "HS2017", SPLIT, 12))
    halves = [trade.assign(code=trade.code + end, value=trade.value / 2) for end in ("10", "90")]
    pd.testing.assert_frame_equal(learnt_from(pd.concat(halves)), learnt_from(trade))


def test_pairs_are_kept_apart_if_asked_for():
    rows = records("HS2022", "HS2017", SPLIT, 12)
    both = pd.concat([reported(rows, "US"), reported(rows, "JP")], ignore_index=True)
    by_pair = learnt_from(both, by=("source", "reporter", "partner", "flow"))
    assert len(by_pair) == 2 * len(learnt_from(both))
    assert {each.reporters for each in estimated(by_pair, "HS2022", "HS2017").learnt} == {12}


def test_a_surge_to_those_in_question_is_not_learnt_as_a_change_of_codes():
    """Else 040320 looks as if it had taken in something else as well."""
    trade = reported(records("HS2022", "HS2017", SPLIT, 30))
    surge = [
        trade[(trade.code == "040320") & (trade.edition == "HS2022")].assign(partner=partner)
        for partner in DOUBTED[:4]
    ]
    own = trade.assign(reporter=DOUBTED[0])
    more = pd.concat([trade, *surge, own], ignore_index=True)
    pd.testing.assert_frame_equal(learnt_from(more), learnt_from(trade))
    clean, clouded = (
        [each for each in estimated(learnt_from(more, without=without), "HS2022", "HS2017").learnt
         if each[1:3] == ("040320", "040310")]
        for without in (DOUBTED, ())
    )  # fmt: skip
    assert clean[0].low <= 0.75 <= clean[0].high
    assert abs(clean[0].weight - 0.75) < 0.02
    assert abs(clouded[0].weight - 0.75) > 0.1


def test_an_estimate_says_which_edition_it_is_of():
    found = estimated(records("HS2022", "HS2017", SPLIT, 30), "HS2022", "HS2017")
    assert all(isinstance(each, Estimate) and each.edition == "HS2022" for each in found.learnt)
    assert found.learnt == sorted(found.learnt)
    assert found.left == sorted(found.left)
