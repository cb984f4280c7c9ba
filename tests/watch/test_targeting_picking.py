"""Picks under a budget: how many, by what, with which probability, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from inspected import COLUMNS, SETTINGS, day, history

from sarai.goods.errors import BadSetting
from sarai.watch.targeting import Declarations, Model, fit, rank
from sarai.watch.targeting.picking import draw

pytest.importorskip("lightgbm", reason="LightGBM comes with extra `targeting`")

NOW = day(250)


@pytest.fixture(scope="module")
def world() -> Declarations:
    return history()


@pytest.fixture(scope="module")
def model(world: Declarations) -> Model:
    return fit(world, COLUMNS, SETTINGS, NOW)


@pytest.fixture(scope="module")
def new(world: Declarations) -> Declarations:
    return world.where(world.time_s >= NOW)


def test_a_tenth_of_the_picks_is_drawn_by_chance_and_says_so(model: Model, new: Declarations) -> None:
    ranking = rank(model, new, 10, seed=1)
    picks = ranking.picks
    assert len(picks) == len(new) // 10
    assert len({pick.line for pick in picks}) == len(picks)
    drawn = [pick for pick in picks if pick.picked == "random"]
    assert len(drawn) == pytest.approx(len(picks) / 10, abs=1)
    by_rank = [pick for pick in picks if pick.picked == "risk"]
    assert [pick.place for pick in by_rank] == list(range(1, len(by_rank) + 1))
    assert max(pick.propensity for pick in drawn) < 0.1
    assert min(pick.propensity for pick in by_rank[:-1]) == 1
    assert [pick.place for pick in picks] == sorted(pick.place for pick in picks)
    assert sorted((pick.score for pick in picks), reverse=True) == [pick.score for pick in picks]
    assert ranking.expected == pytest.approx(sum(pick.probability for pick in picks))


def test_the_same_seed_draws_the_same_and_another_does_not(model: Model, new: Declarations) -> None:
    assert rank(model, new, 10, seed=1) == rank(model, new, 10, seed=1)
    first, second = (
        {p.id for p in rank(model, new, 10, seed=n).picks if p.picked == "random"} for n in (1, 2)
    )
    assert first != second


@pytest.mark.parametrize(
    ("count", "budget", "share"), [(40, 10, 0.1), (40, 20, 0.3), (7, 1, 0.5), (30, 50, 0)]
)
def test_propensities_are_how_often_each_place_is_picked(count: int, budget: float, share: float) -> None:
    rng, often, rounds = np.random.default_rng(2), np.zeros(count), 6_000
    for _ in range(rounds):
        drawn = draw(count, budget, share, rng)
        often[: drawn.by_rank] += 1
        often[drawn.by_chance] += 1
        assert drawn.by_rank + len(drawn.by_chance) == max(1, int(count * budget / 100))
    np.testing.assert_allclose(often / rounds, drawn.propensity, atol=4 * np.sqrt(0.25 / rounds))
    assert drawn.propensity.sum() == pytest.approx(max(1, int(count * budget / 100)))
    assert (drawn.propensity > 0).all() == (share > 0)


@pytest.mark.parametrize(("budget", "picked"), [(0.001, 1), (5, 4), (10, 8), (100, 83)])
def test_a_budget_is_not_exceeded(budget: float, picked: int) -> None:
    drawn = draw(83, budget, 0.1, np.random.default_rng(1))
    assert drawn.by_rank + len(drawn.by_chance) == picked
    if budget == 100:
        assert drawn.propensity == pytest.approx(1)


def test_reasons_sum_to_the_score_and_say_what_was_seen(model: Model, new: Declarations) -> None:
    ranking = rank(model, new, 10, seed=1)
    for pick in ranking.picks:
        parts = [pick.why.base, pick.why.rest, *(reason.points for reason in pick.why.reasons)]
        assert sum(parts) == pytest.approx(pick.score, abs=1e-9)
        sizes = [abs(reason.points) for reason in pick.why.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert all(reason.words for reason in pick.why.reasons)


def test_words_are_those_of_the_past(model: Model, new: Declarations, world: Declarations) -> None:
    """What a reason says of an importer is what counting in the history gives."""
    pick = next(p for p in rank(model, new, 5, seed=1).picks if p.why.reasons[0].source == "importer")
    row = pick.line - 2
    name = world.categories["importer"].text(row)
    theirs = (world.categories["importer"].codes == world.categories["importer"].codes[row]) & (
        world.known_s < NOW
    )
    wrong, count = int(world.outcome[theirs].sum()), int(theirs.sum())
    words = pick.why.reasons[0].words
    assert words.startswith(f"importer {name}: something found in {wrong} of {count} known before (of all, ")
    assert " in the last 90 days" in words


def test_who_is_new_is_said_to_be_unknown(model: Model, new: Declarations) -> None:
    strange = replace(
        new.categories["importer"], texts=[f"X{each}" for each in new.categories["importer"].texts]
    )
    newcomers = replace(new, categories={**new.categories, "importer": strange})
    told = [
        reason.words for pick in rank(model, newcomers, 20, seed=1).picks for reason in pick.why.reasons
        if reason.source == "importer"
    ]  # fmt: skip
    assert told
    assert all(words.endswith(": no outcome known before") for words in told)


def test_by_value_what_is_worth_more_comes_first(model: Model, new: Declarations) -> None:
    by_risk, by_value = (rank(model, new, 10, seed=1, by=by, random_share=0) for by in ("risk", "value"))
    worth = [sum(p.probability * p.value for p in ranking.picks) for ranking in (by_risk, by_value)]
    assert worth[1] > worth[0]
    merits = [pick.probability * pick.value for pick in by_value.picks]
    assert merits == sorted(merits, reverse=True)
    assert {pick.picked for pick in by_value.picks} == {"value"}
    with pytest.raises(BadSetting, match="no value"):
        rank(model, replace(new, value=np.zeros(len(new))), 10, seed=1, by="value")


def test_outcomes_that_are_there_judge_the_ranking(model: Model, new: Declarations) -> None:
    assert rank(model, new, 10, seed=1).measures.declarations == len(new)
    blind = replace(new, outcome=np.full(len(new), np.nan))
    assert rank(model, blind, 10, seed=1).measures is None
    assert rank(model, blind, 10, seed=1).picks == rank(model, new, 10, seed=1).picks


@pytest.mark.parametrize(("budget", "share"), [(0, 0.1), (101, 0.1), (5, -0.1), (5, 1.5)])
def test_what_is_out_of_bounds_is_refused(
    model: Model, new: Declarations, budget: float, share: float
) -> None:
    with pytest.raises(BadSetting):
        rank(model, new, budget, seed=1, random_share=share)


def test_a_single_declaration_can_be_ranked(model: Model, new: Declarations) -> None:
    one = new.where(np.arange(len(new)) == 3)
    (pick,) = rank(model, one, 5, seed=3).picks
    assert pick.id == new.ids[3]


def test_inspections_by_the_picks_tell_of_all(model: Model, new: Declarations) -> None:
    """Open only what is picked, day after day: the rate of all follows without bias."""
    order, rates = np.argsort(-model.score(new).scores, kind="stable"), []
    for seed in range(300):
        drawn = draw(len(new), 20, 0.5, np.random.default_rng(seed))
        places = np.concatenate([np.arange(drawn.by_rank), drawn.by_chance])
        rates.append((new.outcome[order[places]] / drawn.propensity[places]).sum() / len(new))
    assert np.mean(rates) == pytest.approx(new.outcome.mean(), abs=0.01)
