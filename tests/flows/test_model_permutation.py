"""A test that repeats the selection keeps its level; one that does not finds effects in noise."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import binom

from sarai.flows.models.permutation import (
    drawn_anyhow,
    drawn_in_time,
    drawn_within,
    permutation_test,
)
from sarai.goods import BadSetting

PRODUCTS, TREATED, CHOSEN, NULLS, LOTS = 60, 20, 6, 400, 99


def choose_and_compare(growth: np.ndarray, treated: np.ndarray) -> float:
    """The treated lines that rose most, against all that are not treated."""
    return float(np.sort(growth[treated])[-CHOSEN:].mean() - growth[~treated].mean())


def compare(growth: np.ndarray, chosen: np.ndarray) -> float:
    """Lines that somebody chose before, against the others."""
    return float(growth[chosen].mean() - growth[~chosen].mean())


def null_p_values(effect: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """p with and without repeating the selection, over panels without an effect."""
    treated = np.arange(PRODUCTS) < TREATED
    honest, naive = [], []
    for seed in range(NULLS):
        growth = np.random.default_rng(seed).standard_t(3, PRODUCTS) + effect * treated
        chosen = np.zeros(PRODUCTS, bool)
        chosen[np.flatnonzero(treated)[np.argsort(growth[treated])[-CHOSEN:]]] = True
        options = {"draw": drawn_anyhow, "seed": seed, "permutations": LOTS}
        honest.append(permutation_test(growth, treated, choose_and_compare, **options).p)
        naive.append(permutation_test(growth, chosen, compare, **options).p)
    return np.array(honest), np.array(naive)


def test_the_level_is_kept_only_if_the_selection_is_repeated():
    honest, naive = null_p_values()
    low, high = binom.ppf([0.005, 0.995], NULLS, 0.05)
    assert low <= (honest <= 0.05).sum() <= high
    assert low <= (honest > 0.95).sum() <= high
    assert (naive <= 0.05).mean() > 0.8


def test_p_is_the_share_of_all_permutations():
    panel = np.array([3.0, 1.0, 4.0, 1.5, 9.0, 2.6])
    treated = np.array([False, False, True, False, True, False])
    every = [compare(panel, np.array(labels)) for labels in permutations(treated)]
    exact = np.mean(np.array(every) >= compare(panel, treated) - 1e-12)
    found = permutation_test(panel, treated, compare, draw=drawn_anyhow, seed=1, permutations=4000)
    assert found.p == pytest.approx(exact, abs=4 * np.sqrt(exact / 4000))


def test_an_effect_is_found():
    treated = np.arange(40) < 10
    growth = np.random.default_rng(2).standard_normal(40) + 3 * treated
    found = permutation_test(growth, treated, compare, draw=drawn_anyhow, seed=3, permutations=199)
    assert found.p == 1 / 200
    assert found.high < found.observed


def test_a_seed_says_everything():
    treated = np.arange(12) < 4
    growth = np.arange(12.0)
    runs = [permutation_test(growth, treated, compare, draw=drawn_anyhow, seed=7) for _ in range(2)]
    assert runs[0] == runs[1]


def test_lots_stay_within_groups():
    groups = np.array(["85"] * 6 + ["90"] * 6)
    treated = np.array([True, False, False, False, False, False] + [True] * 4 + [False] * 2)
    draw, rng = drawn_within(groups), np.random.default_rng(0)
    drawn = np.array([draw(treated, rng) for _ in range(300)])
    assert (drawn[:, :6].sum(axis=1) == 1).all()
    assert (drawn[:, 6:].sum(axis=1) == 4).all()
    assert drawn[:, :6].any(axis=0).all()


def test_stretches_of_time_stay_whole():
    treated = np.arange(36) >= 24
    draw, rng = drawn_in_time(12), np.random.default_rng(0)
    drawn = [draw(treated, rng) for _ in range(60)]
    assert {tuple(labels.reshape(3, 12).sum(axis=1)) for labels in drawn} == {
        (12, 0, 0), (0, 12, 0), (0, 0, 12)
    }  # fmt: skip


def test_nothing_selected_is_no_evidence():
    treated = np.arange(10) < 5
    nothing = permutation_test(None, treated, lambda _, __: np.nan, draw=drawn_anyhow, seed=0, permutations=9)
    assert (nothing.p, nothing.failed) == (1.0, 9)


@pytest.mark.parametrize("treated", [[True, True], [False, False], [0, 1]])
def test_labels_must_leave_a_choice(treated):
    with pytest.raises(BadSetting, match="give booleans"):
        permutation_test(None, treated, lambda _, __: 0.0, draw=drawn_anyhow, seed=0)
