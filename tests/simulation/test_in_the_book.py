"""Simulated papers in the real book: honest ones all post, and the book ends with the true stock."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import groupby

import pytest

import sarai
from sarai.goods import Code
from sarai.reference import units
from sarai.simulation import Scenario
from simulation.runs import Played, key, lot_key, play


def recorded(played: Played, url: str, mode: str, *, expire: bool):
    """The book after a run, day by day, and the results beside the events."""
    book = sarai.open(url)
    results = []
    for _, day in groupby(played.events, key=lambda event: event.record_time.date()):
        events = list(day)
        if expire:
            book.expire(now=events[0].record_time)
        results += book.record([e.document for e in events], now=events[-1].record_time, mode=mode)
    return book, results


@pytest.mark.parametrize("expire", [False, True])
def test_the_strict_book_posts_all_that_is_honest(honest, tmp_path, expire):
    book, results = recorded(honest, str(tmp_path / "book.sqlite"), "strict", expire=expire)
    with book:
        refused = [result for result in results if result.code != Code.POSTED]
        assert not refused[:3]
        if not expire:
            assert held_in(book) == held_in_truth(honest)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_posts_all_whatever_order_goods_are_taken_in(tmp_path, seed):
    """Goods taken out of turn part paper and goods; named lots must still be there by the book."""
    muddled = Scenario.honest(
        traders=120, days=24, named=500, out_of_turn=seed * 100, cancelled=60, silent=120
    )
    book, results = recorded(play(muddled, seed), str(tmp_path / "book.sqlite"), "strict", expire=True)
    with book:
        assert Counter(result.code for result in results) == {Code.POSTED: len(results)}


def test_drafts_are_refused_with_the_code_foretold_and_then_mended(played, tmp_path):
    book, results = recorded(played, str(tmp_path / "book.sqlite"), "observe", expire=True)
    codes: dict[tuple, list[int]] = {}
    for event, result in zip(played.events, results, strict=True):
        codes.setdefault(key(event.document), []).append(result.code)
    book.close()
    assert played.truth["malformed"]
    for record in played.truth["malformed"]:
        assert codes[key(record["document"])][0] == record["expected_code"]
    refusals = sum(code > Code.REPEATED for each in codes.values() for code in each)
    assert refusals < len(played.events) // 20


def held_in(book: sarai.ledger.Book) -> dict[tuple, Decimal]:
    """Free stock in the book, lot by lot, in the units that the simulation counts in."""
    held: dict[tuple, Decimal] = {}
    for row in book.balance().rows:
        if row.state == "free" and row.quantity:
            lot = (row.lot.issuer, row.lot.number, row.lot.item)
            unit = "KGM" if row.unit in ("MGM", "KGM", "GRM") else "NAR"
            held[row.party, row.place, row.regime, lot] = units.from_base(row.quantity, unit)
    return held


def held_in_truth(played: Played) -> dict[tuple, Decimal]:
    return {
        (row["party"], row["place"], row["regime"].value, lot_key(part)): part["quantity"]
        for row in played.truth["stock"]
        for part in row["lots"]
    }
