"""Composition by another attribution, against books that were kept by it, and against fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest
from auditor.strategies import AUTHORITY
from histories import as_booked, as_it_is, cones, shared_out, small_book, subjects, uncorrected, unnamed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from papers import Batch, stream

import sarai
from sarai.goods import Document, TooLarge
from sarai.ledger import Book, blend, pools
from sarai.ledger.blend import compose, recompute
from sarai.ledger.cone import Cone, once

METHODS = ("fifo", "proportional", "named")
FEW = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> itertools.count:
    directory: Path = tmp_path_factory.mktemp("books")
    return (str(directory / f"{n}.book") for n in itertools.count())


def differences(found: dict[int, float], expected: dict[int, float]) -> float:
    """The greatest difference of any lot."""
    lots = {*found, *expected}
    return max((abs(found.get(lot, 0) - expected.get(lot, 0)) for lot in lots), default=0)


# -- against the book --------------------------------------------------------------------------


@FEW
@given(data=st.data(), attribution=st.sampled_from(("fifo", "proportional")))
def test_nothing_is_gained_or_lost(data, attribution, urls):
    with small_book(data, next(urls), attribution, as_it_is) as book:
        made = {lot for (lot,) in book.store.query("SELECT child FROM parent")}
        for movements in subjects(book._reader):
            for method in METHODS:
                roots = recompute(book._reader, movements, method)
                assert all(quantity > 0 for quantity in roots.values())
                if not made:
                    quantity = sum(movement.quantity for movement in once(movements))
                    assert sum(roots.values()) == pytest.approx(quantity)


@FEW
@given(data=st.data())
def test_fifo_is_what_a_book_by_fifo_says(data, urls):
    with small_book(data, next(urls), "fifo", uncorrected) as book:
        rounding = shared_out(book._reader)
        for movements in subjects(book._reader):
            found, expected = recompute(book._reader, movements, "fifo"), as_booked(book._reader, movements)
            assert differences(found, expected) <= rounding
