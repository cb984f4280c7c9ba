"""The workload of the benchmarks: what it promises, at a tiny size."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from benchmarks.trace import blends
from benchmarks.workload import OUTSIDE, Shape, Trade, batches

import sarai
from sarai.goods.canonical import canonical

SHAPES = [Shape(), Shape(lean=True), Shape(mean_lines=1), Shape(processing=0.2, traders=7)]


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
def test_it_posts_without_refusals_and_facts(tmp_path: Path, shape: Shape) -> None:
    with sarai.open(str(tmp_path / "book.db")) as book:
        for batch in islice(batches(Trade(shape).steps(), 100), 6):
            results = book.record([step.document for step in batch], now=batch[-1].document.time)
            assert [result for result in results if result.code or result.facts] == []


@pytest.mark.parametrize("shape", SHAPES, ids=repr)
def test_no_account_of_the_plain_ledger_is_ever_negative(shape: Shape) -> None:
    balances: Counter[int] = Counter()
    for step in islice(Trade(shape).steps(), 1_000):
        for row in step.rows:
            balances[row.giver] -= row.quantity
            balances[row.taker] += row.quantity
            assert balances[row.giver] >= 0 or row.giver == OUTSIDE
    assert max(balances) <= 2 * shape.traders


def test_every_line_and_every_answered_line_is_a_row() -> None:
    for step in islice(Trade(Shape()).steps(), 1_000):
        assert len(step.rows) >= 1
        assert len(step.rows) == step.lines or step.lines == 0


def test_the_same_seed_gives_the_same_documents() -> None:
    def drawn(seed: int) -> list[bytes]:
        return [canonical(step.document) for step in islice(Trade(Shape(seed=seed)).steps(), 200)]

    assert drawn(1) == drawn(1) != drawn(2)


def test_documents_have_as_many_lines_as_asked_for() -> None:
    lines = [step.lines for step in islice(Trade(Shape(mean_lines=4.5)).steps(), 5_000) if step.lines]
    assert 4 <= sum(lines) / len(lines) <= 5
    assert {step.lines for step in islice(Trade(Shape(mean_lines=1)).steps(), 1_000)} == {0, 1}


def test_a_batch_of_one_line_is_one_document() -> None:
    assert {len(batch) for batch in islice(batches(Trade(Shape()).steps(), 1), 100)} == {1}
    sizes = [sum(step.lines for step in batch) for batch in islice(batches(Trade(Shape()).steps(), 50), 100)]
    assert min(sizes) >= 50


def test_blends_come_from_most_of_what_was_blended_before(tmp_path: Path) -> None:
    with sarai.open(str(tmp_path / "book.db")) as book:
        documents = list(islice(blends(), 1_200))
        results = book.record(documents, now=documents[-1].time)
        assert [result for result in results if result.code or result.facts] == []
        trace = book.trace("blender", documents[-1].number, 8)
        assert len(trace.amounts[8].lots) > 600
