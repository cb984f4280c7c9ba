"""Training on a made-up world: it finds who cheats, forgets nothing, and never looks ahead."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from inspected import COLUMNS, DAY_S, SETTINGS, day, history
from msgspec import structs

from sarai.goods.errors import BadSetting
from sarai.watch.targeting import Declarations, Model, Settings, fit, judge, measure, train
from sarai.watch.targeting.features import sources

pytest.importorskip("lightgbm", reason="LightGBM comes with extra `targeting`")

NOW = day(250)


@pytest.fixture(scope="module")
def world() -> Declarations:
    return history()


@pytest.fixture(scope="module")
def model(world: Declarations) -> Model:
    return fit(world, COLUMNS, SETTINGS, NOW)


def test_it_finds_more_than_chance_and_than_the_best_rate(world: Declarations, model: Model) -> None:
    later = world.where(world.time_s >= NOW)
    ours = judge(model, later, np.random.default_rng(1))
    rates = model.score(later).seen.matrix[:, 0]  # of the importer
    theirs = measure(rates, later, np.random.default_rng(1))
    at = 3  # 10 %
    assert ours.at[at].precision.low > ours.rate.value * 1.5
    assert ours.at[at].precision.value > theirs.at[at].precision.value
    assert ours.reliability.brier < ours.reliability.brier_of_rate
    assert ours.reliability.ece < 0.1


def test_the_same_again_is_the_same_file(world: Declarations, model: Model) -> None:
    assert fit(world, COLUMNS, SETTINGS, NOW).to_bytes() == model.to_bytes()
    other = fit(world, COLUMNS, structs.replace(SETTINGS, seed=2), NOW)
    assert other.card.trees != model.card.trees


def test_nothing_known_later_changes_the_model(world: Declarations, model: Model) -> None:
    """Not the outcomes known from then on, and not what was declared from then on."""
    turned = replace(world, outcome=np.where(world.known_s >= NOW, 1 - world.outcome, world.outcome))
    assert fit(turned, COLUMNS, SETTINGS, NOW).to_bytes() == model.to_bytes()
    assert fit(world.where(world.time_s < NOW), COLUMNS, SETTINGS, NOW).to_bytes() == model.to_bytes()
    earlier = replace(world, outcome=np.where(world.known_s < day(100), 1 - world.outcome, world.outcome))
    assert fit(earlier, COLUMNS, SETTINGS, NOW).to_bytes() != model.to_bytes()


def test_the_parts_of_the_time_follow_each_other_and_end_a_lag_before(model: Model) -> None:
    windows = model.card.windows
    assert [each.use for each in windows] == ["past", "growing", "stopping", "calibrating"]
    for early, late in pairwise(windows):
        assert early.end_s < late.begin_s
    assert windows[-1].end_s < NOW - 10 * DAY_S
    counts = np.array([each.declarations for each in windows])
    np.testing.assert_allclose(counts / counts.sum(), [0.2, 0.6, 0.1, 0.1], atol=0.02)


def test_training_is_judged_on_what_came_after(world: Declarations) -> None:
    model = train(world, COLUMNS, SETTINGS)
    judged = model.card.judged
    assert judged.from_s == pytest.approx(day(240), abs=3 * DAY_S)
    later = world.where(world.time_s >= judged.from_s).as_known(int(world.time_s.max()) + 1)
    again = judge(fit(world, COLUMNS, SETTINGS, judged.from_s), later, np.random.default_rng(SETTINGS.seed))
    assert judged.measures == again
    assert judged.measures.declarations < len(later), "those of the last ten days have no outcome yet"
    assert Model.from_bytes(model.to_bytes()).to_bytes() == model.to_bytes()


def test_what_was_learnt_from_does_not_judge(world: Declarations, model: Model) -> None:
    assert judge(model, world.where(world.time_s < NOW), np.random.default_rng(1)).declarations == 0
    whole = judge(model, world, np.random.default_rng(1))
    assert whole.declarations == int((world.time_s >= NOW).sum())


def test_contributions_sum_to_the_score(world: Declarations, model: Model) -> None:
    """And the trees themselves, walked by LightGBM as text alone, give that score."""
    scored = model.score(world)
    parts = model.trees.contributions(scored.seen.matrix)
    assert parts.shape == (len(world), len(model.card.features) + 1)
    np.testing.assert_allclose(parts.sum(axis=1), scored.scores, atol=1e-9)
    assert len(np.unique(scored.scores)) > 100


def test_that_a_firm_was_caught_never_speaks_for_it(world: Declarations, model: Model) -> None:
    matrix = model.score(world).seen.matrix[:500]
    for column, feature in enumerate(model.card.features):
        if feature.rising:
            higher = matrix.copy()
            higher[:, column] += 0.2
            assert (model.trees.scores(higher) >= model.trees.scores(matrix) - 1e-12).all(), feature


def test_what_was_opened_seldom_counts_more() -> None:
    """All of the cheats' goods are opened and a few of the others': unweighed, all look like cheats."""
    world = history(9_000, seed=2)
    cheat = np.isin(world.categories["importer"].codes % 7, [0])
    propensity = np.where(cheat | (world.outcome == 1), 1.0, 0.3)
    seen = np.random.default_rng(4).random(len(world)) < propensity
    known = replace(world, outcome=np.where(seen, world.outcome, np.nan))
    later = world.where(world.time_s >= NOW)
    off = [
        abs(fit(each, COLUMNS, SETTINGS, NOW).score(later).probability.mean() - later.outcome.mean())
        for each in (replace(known, propensity=propensity), known)
    ]
    assert off[0] < 0.04 < off[1]


# -- the file ------------------------------------------------------------------------------------------


def test_a_model_is_read_as_it_was_written(world: Declarations, model: Model, tmp_path: Path) -> None:
    model.write(tmp_path / "a.model")
    read = Model.read(tmp_path / "a.model")
    assert read.card == model.card
    assert read.digest == model.digest
    np.testing.assert_array_equal(read.score(world).scores, model.score(world).scores)
    assert [each.name for each in tmp_path.iterdir()] == ["a.model"]


@pytest.mark.parametrize("where", ["head", "length", "card", "trees", "end"])
def test_a_damaged_model_is_refused(model: Model, where: str) -> None:
    data = model.to_bytes()
    line = data.index(b"\n")
    trees = data.index(b"tree\nversion")
    damaged = {
        "head": b"sarai targeting modem" + data[21:],
        "length": data[:line] + b"0" + data[line:],
        "card": data[: line + 500] + b"9" + data[line + 501 :],
        "trees": data[: trees + 2_000] + b"#" + data[trees + 2_001 :],
        "end": data[:-100],
    }[where]
    with pytest.raises(BadSetting, match=r"no model of targeting|damaged"):
        Model.from_bytes(damaged)


def test_a_model_of_another_version_is_refused(model: Model) -> None:
    data = model.to_bytes().replace(b"sarai targeting model 1 ", b"sarai targeting model 2 ", 1)
    with pytest.raises(BadSetting, match="version"):
        Model.from_bytes(data)


# -- what cannot be done -------------------------------------------------------------------------------


def test_too_little_to_learn_from() -> None:
    with pytest.raises(BadSetting, match="too few to learn from"):
        fit(history(300), COLUMNS, SETTINGS, NOW)
    rare = history(2_000)
    with pytest.raises(BadSetting, match="too few to learn from"):
        fit(replace(rare, outcome=np.zeros(2_000)), COLUMNS, SETTINGS, NOW)
    early = replace(rare, outcome=np.where(rare.time_s < day(100), rare.outcome, 0.0))
    with pytest.raises(BadSetting, match="teach nothing"):
        fit(early, COLUMNS, SETTINGS, NOW)


@pytest.mark.parametrize(
    "settings", [Settings(lag_days=-1), Settings(warm_up=0.9, stopping=0.1), Settings(leaves=1)]
)
def test_settings_out_of_bounds(settings: Settings) -> None:
    with pytest.raises(BadSetting):
        fit(history(300), COLUMNS, settings, NOW)


def test_without_lightgbm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(BadSetting, match=r"pip install 'sarai\[targeting\]'"):
        fit(history(2_000), COLUMNS, SETTINGS, NOW)


def test_every_source_with_a_past_is_a_category_or_a_combination() -> None:
    assert sources(COLUMNS) == {
        "importer": ("importer",), "hs": ("hs",), "chapter": ("chapter",), "origin": ("origin",),
        "hs + origin": ("hs", "origin"),
    }  # fmt: skip
