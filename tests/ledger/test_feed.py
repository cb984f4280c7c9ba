"""The journal as a stream is what results and queries say, from wherever it is read on."""

from __future__ import annotations

from datetime import timedelta

import sarai
from sarai.goods import Code
from sarai.ledger.feed import Feed
from sarai.ledger.rows import to_us
from sarai.simulation import Scenario, simulate


def test_the_feed_is_the_journal(tmp_path, monkeypatch):
    monkeypatch.setattr("sarai.ledger.feed.BLOCK", 60)
    results = []
    with sarai.open(str(tmp_path / "book.db")) as book:
        for now, document in simulate(Scenario(traders=40, days=12), seed=3):
            results += [(document, to_us(now), each) for each in book.record([document], now, "observe")]
        results = [each for each in results if each[2].code != Code.REPEATED]
        results = [each for at, each in enumerate(results) if each[2].entry == at + 1]
        feed = Feed(book.store)
        read = list(feed)
        moved = book.store.query("SELECT count(*) FROM movement")[0][0]
        later = list(Feed(book.store, 130))
    assert [each.entry for each in read] == list(range(1, len(read) + 1))
    for (document, now, result), posted in zip(results, read, strict=True):
        assert (posted.document, posted.recorded) == (document, now)
        assert (posted.code, posted.facts) == (result.code, result.facts)
    assert sum(len(each.movements) for each in read) == moved
    assert {m.giver for each in read for m in each.movements} <= set(feed.accounts)
    assert later == read[130:]


def test_a_feed_goes_on_with_what_is_recorded_later(tmp_path):
    events = list(simulate(Scenario(traders=30, days=4), seed=4))
    half = len(events) // 2
    with sarai.open(str(tmp_path / "book.db")) as book:
        feed, read = Feed(book.store), []
        for part in (events[:half], events[half:]):
            for now, document in part:
                book.record([document], now, "observe")
            book.expire(part[-1][0] + timedelta(days=1))
            read += list(feed)
        assert read == list(Feed(book.store))
