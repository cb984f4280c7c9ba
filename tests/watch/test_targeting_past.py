"""What was known before, counted one by one; and that nothing later is ever seen."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import numpy as np
import pytest
from inspected import COLUMNS, DAY_S, SETTINGS, day, history

from sarai.watch.targeting.declarations import NEVER, Category, Declarations
from sarai.watch.targeting.features import ALL, as_kept, in_time, remember, table
from sarai.watch.targeting.past import LEAST_USUAL, Outcomes, usual_before, usual_kept


@pytest.fixture(scope="module")
def few() -> Declarations:
    """Declarations with ties in time, outcomes known late, early and never."""
    made, rng = history(300, days=40), np.random.default_rng(3)
    late = made.time_s + rng.integers(0, 20, 300) * DAY_S
    never = rng.random(300) < 0.3
    return replace(
        made,
        outcome=np.where(never, np.nan, made.outcome),
        known_s=np.where(never, NEVER, late),
    )


@pytest.mark.parametrize("source", ["importer", "hs"])
def test_the_past_is_what_counting_gives(few: Declarations, source: str) -> None:
    keys, recent_s = few.categories[source].codes, 7 * DAY_S
    past = Outcomes(keys, few).before(keys, few.time_s, recent_s)
    for row in range(len(few)):
        before = [
            (known, wrong)
            for key, known, wrong in zip(keys, few.known_s, few.outcome, strict=True)
            if key == keys[row] and known < few.time_s[row]
        ]
        lately = [wrong for known, wrong in before if known >= few.time_s[row] - recent_s]
        told = [len(before), sum(wrong for _, wrong in before), len(lately), sum(lately)]
        assert [column[row] for column in past] == told


def test_once_all_is_known_all_is_counted(few: Declarations) -> None:
    keys, told = few.categories["hs"].codes, ~np.isnan(few.outcome)
    past = Outcomes(keys, few).before(np.arange(25), np.full(25, day(1_000)), DAY_S)
    assert past.count.tolist() == [int((told & (keys == key)).sum()) for key in range(25)]
    assert past.wrong.sum() == np.nansum(few.outcome)
    assert not past.recent_count.any()


def test_there_is_no_past_without_outcomes(few: Declarations) -> None:
    blind = replace(few, outcome=np.full(len(few), np.nan), known_s=np.full(len(few), NEVER))
    keys = few.categories["hs"].codes
    assert not np.any(Outcomes(keys, blind).before(keys, few.time_s, DAY_S))


def test_what_is_usual_is_the_median_of_what_was_stated_before(few: Declarations) -> None:
    keys, values = few.categories["hs"].codes, few.numbers["price"].copy()
    values[::7] = np.nan
    usual = usual_before(keys, few.time_s, values)
    for row in range(len(few)):
        there = (keys == keys[row]) & (few.time_s < few.time_s[row]) & ~np.isnan(values)
        if there.sum() < LEAST_USUAL:
            assert np.isnan(usual[row])
        else:
            assert usual[row] == median(values[there])
    kept = usual_kept(few.categories["hs"], values)
    whole = {
        text: values[(keys == code) & ~np.isnan(values)]
        for code, text in enumerate(few.categories["hs"].texts)
    }
    assert kept == {text: median(each) for text, each in whole.items() if len(each) >= LEAST_USUAL}


def test_nothing_is_seen_of_what_was_known_later(few: Declarations) -> None:
    """Turn every outcome known from a moment on: what was declared before then looks the same."""
    moment = day(20)
    turned = replace(few, outcome=np.where(few.known_s >= moment, 1 - few.outcome, few.outcome))
    changed = replace(
        turned,
        numbers={name: np.where(few.time_s >= moment, 9.0, each) for name, each in few.numbers.items()},
    )
    before = few.time_s < moment
    was, now = (in_time(COLUMNS, SETTINGS, each).matrix for each in (few, changed))
    np.testing.assert_array_equal(was[before], now[before])
    assert not np.array_equal(was[~before], now[~before], equal_nan=True)


def test_what_a_model_keeps_answers_as_the_history_does(few: Declarations) -> None:
    """A declaration made at the moment of training sees the same by either way."""
    moment = day(30)
    known = few.as_known(moment)
    at_once = replace(few, time_s=np.full(len(few), moment))
    kept = as_kept(COLUMNS, SETTINGS, remember(COLUMNS, SETTINGS, known, moment), at_once)
    both = Declarations(
        ids=[*known.ids, *at_once.ids],
        **{name: np.concatenate([getattr(known, name), getattr(at_once, name)])
           for name in ("lines", "time_s", "propensity", "value")},
        known_s=np.concatenate([known.known_s, np.full(len(few), NEVER)]),
        outcome=np.concatenate([known.outcome, np.full(len(few), np.nan)]),
        categories={
            name: Category.of(
                [known.categories[name].text(row) for row in range(len(known))]
                + [at_once.categories[name].text(row) for row in range(len(few))]
            )
            for name in few.categories
        },
        numbers={name: np.concatenate([known.numbers[name], at_once.numbers[name]]) for name in few.numbers},
    )  # fmt: skip
    seen = in_time(COLUMNS, SETTINGS, both).matrix[len(known) :]
    np.testing.assert_allclose(kept.matrix, seen, rtol=1e-12)


def test_a_rate_leans_on_the_rate_of_all_until_more_is_known() -> None:
    made = history(400, days=60)
    seen = in_time(COLUMNS, SETTINGS, made)
    column = [(each.source, each.what) for each in table(COLUMNS)].index(("importer", "rate"))
    past, whole = seen.pasts["importer"], seen.pasts[ALL]
    general = (whole.wrong + 0.5) / (whole.count + 1)
    new = past.count == 0
    np.testing.assert_allclose(seen.matrix[new, column], general[new])
    own = past.wrong / np.maximum(past.count, 1)
    between = np.clip(seen.matrix[:, column], np.minimum(own, general), np.maximum(own, general))
    np.testing.assert_allclose(seen.matrix[~new, column], between[~new])


def test_combinations_are_told_apart() -> None:
    made = history(500)
    pair = made.together(("hs", "origin"))
    texts = [
        (made.categories["hs"].text(row), made.categories["origin"].text(row)) for row in range(len(made))
    ]
    assert [tuple(pair.text(row).split("\x1f")) for row in range(len(made))] == texts
    assert len(pair.texts) == len({*texts})
