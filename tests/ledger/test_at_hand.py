"""What a book has at hand is bounded, and what it lets go of changes nothing that it records."""

from __future__ import annotations

from itertools import pairwise

import pytest
from papers import open_book, post, stream
from plain import LOGS, plain, whole

from sarai.ledger import book as posting
from sarai.ledger import state

BOUNDS = ("MAX_POOLS", "MAX_DOCUMENTS", "MAX_ACCOUNTS")


def posted(url: str, batches) -> dict:
    with open_book(url) as book:
        for batch in batches:
            for _ in post(book, batch):
                pass
        assert book.verify().ok
    with plain(url) as run:
        return whole(run)


@pytest.mark.parametrize("most", [0, 5])
def test_what_is_let_go_of_is_read_again(urls, monkeypatch, most):
    batches = stream(7, 25)
    undisturbed = posted(next(urls), batches)
    monkeypatch.setattr(posting, "CHECKPOINT", 1)
    for bound in BOUNDS:
        monkeypatch.setattr(state, bound, most)
    forgetful = posted(next(urls), batches)
    assert len(forgetful["entry"]) > 300
    for table in (*LOGS, "layer", "identity", "refused", "consignment", "hold"):
        assert forgetful[table] == undisturbed[table], table


def test_a_table_that_is_full_stays_as_full_as_it_may_be(urls, monkeypatch):
    """One that is emptied, and filled again beside others, takes more and more room."""
    monkeypatch.setattr(posting, "CHECKPOINT", 1)
    for bound in BOUNDS:
        monkeypatch.setattr(state, bound, 5)
    sizes = []
    with open_book(next(urls)) as book:
        for batch in stream(8, 30):
            book.record(batch.documents, now=batch.now, mode=batch.mode)
            at_hand = book._posting.state
            sizes.append([len(each) for each in (at_hand.pools, at_hand.identities, at_hand.accounts)])
    assert sizes[-1] == [5, 5, 5]
    assert all(size <= 5 for each in sizes for size in each)
    assert all(
        after >= before for one, other in pairwise(sizes) for before, after in zip(one, other, strict=True)
    )
