"""The alarm: quiet while the world is the same, loud when it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inspected import COLUMNS, SETTINGS, day, history

from sarai.watch.targeting import Declarations, Model, fit
from sarai.watch.targeting.declarations import Category
from sarai.watch.targeting.drift import LIMIT, Spread, hit_rate

NOW = day(250)


def index_by_hand(then: list[float], now: list[float]) -> float:
    then, now = ([each / sum(shares) for each in shares] for shares in (then, now))
    return sum((b - a) * np.log(b / a) for a, b in zip(then, now, strict=True))


def test_the_index_of_a_number_by_hand() -> None:
    """Ten bins between deciles, and half a one in each."""
    spread = Spread.of_numbers(np.arange(1_000.0))
    now = np.concatenate([np.arange(0, 100, 0.25), np.arange(100, 1_000, 3.0)])
    counts = [
        np.sum((now > low) & (now <= high))
        for low, high in zip([-1, *spread.edges], [*spread.edges, 9e9], strict=True)
    ]
    expected = index_by_hand([100.5] * 10, [each + 0.5 for each in counts])
    assert spread.index(now)[0] == pytest.approx(expected)
    assert spread.index(now)[0] > LIMIT


def test_the_index_of_a_category_by_hand() -> None:
    before, after = ["a"] * 50 + ["b"] * 30 + ["c"] * 20, ["a"] * 60 + ["c"] * 30 + ["d"] * 10
    both = Category.of(before + after)
    spread = Spread.of_texts(both, np.arange(100), np.arange(100, 200))
    assert spread.counts == (60, 0, 30, 10)
    now = Category.of(["a"] * 100 + ["b"] * 50 + ["e"] * 50)
    expected = index_by_hand([60.5, 0.5, 30.5, 10.5], [100.5, 50.5, 0.5, 50.5])
    assert spread.index(now)[0] == pytest.approx(expected)


def test_rare_texts_share_a_bin() -> None:
    many = Category.of([f"firm {number % 500}" for number in range(5_000)])
    spread = Spread.of_texts(many, np.arange(4_000), np.arange(4_000, 5_000))
    assert len(spread.counts) == 11
    assert max(spread.counts) <= 110
    assert spread.counts[-1] == 0


def test_missing_numbers_are_a_bin_of_their_own() -> None:
    spread = Spread.of_numbers(np.where(np.arange(1_000) % 10 == 0, np.nan, np.arange(1_000.0)))
    assert spread.counts[-1] == 100
    assert spread.index(np.full(200, np.nan))[0] > 1
    assert Spread.of_numbers(np.full(50, np.nan)).index(np.full(500, np.nan))[0] == 0


@pytest.mark.parametrize("count", [100, 1_000])
def test_chance_alone_seldom_passes_the_limit(count: int) -> None:
    rng, passed = np.random.default_rng(1), 0
    for _ in range(400):
        spread = Spread.of_numbers(rng.normal(size=count))
        index, limit = spread.index(rng.normal(size=count))
        passed += index > limit
    assert passed <= 4


def test_a_small_sample_has_a_wider_limit() -> None:
    spread = Spread.of_numbers(np.random.default_rng(1).normal(size=100))
    assert spread.index(np.zeros(100))[1] > LIMIT
    assert Spread.of_numbers(np.arange(10_000.0)).index(np.zeros(10_000))[1] == LIMIT


# -- what is found -------------------------------------------------------------------------------------


def test_the_chance_of_so_few_is_that_of_the_binomial() -> None:
    stats = pytest.importorskip("scipy.stats")
    for found in (5, 12, 20, 30):
        outcome = np.zeros(100)
        outcome[:found] = 1
        told = hit_rate(np.full(100, 0.2), outcome)
        assert told.chance == pytest.approx(stats.binom.cdf(found, 100, 0.2), abs=0.01)
        assert told.fallen == (told.chance < 0.01)
    assert hit_rate(np.full(20, 0.2), np.zeros(20)) is None
    assert hit_rate(np.full(200, 0.2), np.full(200, np.nan)) is None


# -- a model's alarm -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world() -> Declarations:
    return history()


@pytest.fixture(scope="module")
def model(world: Declarations) -> Model:
    pytest.importorskip("lightgbm", reason="LightGBM comes with extra `targeting`")
    return fit(world, COLUMNS, SETTINGS, NOW)


def drift(model: Model, new: Declarations):
    return model.drift(new, model.score(new))


def test_it_is_quiet_while_the_world_is_the_same(world: Declarations, model: Model) -> None:
    found = drift(model, world.where(world.time_s >= NOW))
    assert (found.alarm, found.moved) == (False, ())
    assert found.hit_rate.expected == pytest.approx(found.hit_rate.found, rel=0.2)


def test_it_is_quiet_though_only_the_suspicious_were_opened(world: Declarations) -> None:
    """What is declared is compared with all that was declared, not with what was opened."""
    opened = (world.categories["importer"].codes % 3 == 0) | (world.numbers["price"] < 300)
    part = replace(world, outcome=np.where(opened, world.outcome, np.nan))
    assert 0.3 < opened.mean() < 0.7
    model = fit(part, COLUMNS, SETTINGS, NOW)
    found = drift(model, part.where(part.time_s >= NOW))
    assert (found.alarm, found.moved) == (False, ())


def test_prices_in_another_currency_raise_it(world: Declarations, model: Model) -> None:
    new = world.where(world.time_s >= NOW)
    dear = replace(new, numbers={**new.numbers, "price": new.numbers["price"] * 450})
    found = drift(model, dear)
    assert found.alarm
    assert "price" in {each.column for each in found.moved}
    assert "mass_kg" not in {each.column for each in found.moved}


def test_new_firms_raise_it(world: Declarations, model: Model) -> None:
    new = world.where(world.time_s >= NOW)
    names = new.categories["importer"]
    renamed = replace(names, texts=[f"new {text}" for text in names.texts])
    found = drift(model, replace(new, categories={**new.categories, "importer": renamed}))
    assert found.alarm
    assert found.moved[0].column == "importer"


@pytest.mark.parametrize(("gain", "alarm"), [(0.5, True), (0.01, False)])
def test_a_column_alone_raises_it_only_if_it_matters(
    model: Model, world: Declarations, gain: float, alarm: bool
):
    new = world.where(world.time_s >= NOW)
    scores, gains = model.score(new).scores, dict.fromkeys(model.card.reference.columns, gain)
    dear = replace(new, numbers={**new.numbers, "price": new.numbers["price"] * 450})
    found = model.card.reference.drift(dear, scores, gains, None)
    assert [each.column for each in found.moved] == ["price"]
    assert found.alarm == alarm


def test_finding_less_than_was_said_raises_it(world: Declarations, model: Model) -> None:
    new = world.where(world.time_s >= NOW)
    fewer = np.where(np.arange(len(new)) % 2 == 0, 0.0, new.outcome)
    found = drift(model, replace(new, outcome=fewer))
    assert found.alarm
    assert found.hit_rate.fallen
    assert found.moved == ()


def test_of_few_declarations_nothing_is_said(world: Declarations, model: Model) -> None:
    few = world.where(world.time_s >= NOW).where(np.arange(int((world.time_s >= NOW).sum())) < 50)
    found = drift(model, replace(few, numbers={**few.numbers, "price": few.numbers["price"] * 450}))
    assert (found.alarm, found.score, found.moved) == (False, None, ())
