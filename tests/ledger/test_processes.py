"""Two processes post to one book at once: nothing is lost, nothing doubled, nothing spent twice."""

from __future__ import annotations

import random
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from papers import EVERY, START, Batch, open_book, post, stream, write
from plain import plain, whole
from posters import PATIENCE_S, Ack, Poster

import sarai
from sarai.goods import Code, Export, Import, Line, Party
from sarai.ledger.rows import Entry

SEED = 11
BATCHES = 40
NEVER_DUE = timedelta(days=1000)  # whose waybills are late must not depend on who is ahead
POOL_KG = 500
EACH = 300  # kilograms that each of the two wants: together more than there is

pytestmark = pytest.mark.usefixtures("short_runs")


def at_once(url: str, *papers: Path) -> list[list[Ack]]:
    """A process for each file of papers; what each was told. They are sure to have been at it together."""
    with ExitStack() as stack:
        posters = [stack.enter_context(Poster()) for _ in papers]
        assert all(poster.hear(PATIENCE_S) for poster in posters)
        for poster, path in zip(posters, papers, strict=True):
            poster.go(url, path, habit="rest")
        told = [[ack for ack in poster.finish() if ack.entry] for poster in posters]
    first, second = ([ack.entry for ack in acks] for acks in told)
    assert min(first) < max(second)
    assert min(second) < max(first)
    return told


def alone(url: str, batches: list[Batch]) -> str:
    """The book that one office makes by itself."""
    with open_book(url) as book:
        for batch in batches:
            list(post(book, batch))
    return url


def posted(acks: list[Ack]) -> list[int]:
    """The entries that somebody was told he had posted."""
    return sorted(ack.entry for ack in acks if ack.code == Code.POSTED)


def journal(url: str) -> list[Entry]:
    with plain(url) as run:
        return [Entry(*row) for row in run("SELECT * FROM entry ORDER BY id")]


def assert_holds(book: sarai.Book) -> None:
    assert [str(finding) for finding in book.verify().findings] == []


def test_papers_of_two_offices(urls, tmp_path):
    streams = [stream(SEED, BATCHES, office, NEVER_DUE) for office in ("north", "south")]
    files = [write(batches, tmp_path / f"{n}.jsonl") for n, batches in enumerate(streams)]
    url = next(urls)
    told = at_once(url, *files)

    apart = [alone(next(urls), batches) for batches in streams]
    entries, others = journal(url), [entry for other in apart for entry in journal(other)]
    assert sorted((e.digest, e.code) for e in entries) == sorted((e.digest, e.code) for e in others)
    assert posted(told[0] + told[1]) == [e.id for e in entries if not e.code]
    with open_book(url) as both, open_book(apart[0]) as north, open_book(apart[1]) as south:
        expected = sorted([*north.balance(outside=True).rows, *south.balance(outside=True).rows])
        assert both.balance(outside=True).rows == expected
        assert_holds(both)


def test_the_same_papers_from_two_offices(urls, tmp_path):
    """Whoever is behind only repeats, so the book is that of one office, row for row."""
    batches = stream(SEED, BATCHES)
    file = write(batches, tmp_path / "both.jsonl")
    url = next(urls)
    told = at_once(url, file, file)
    assert posted(told[0] + told[1]) == [entry.id for entry in journal(url) if not entry.code]

    with plain(url) as both, plain(alone(next(urls), batches)) as one:
        assert whole(both) == whole(one)
    with open_book(url) as book:
        assert_holds(book)


@pytest.mark.parametrize("seed", range(2))
def test_offices_that_take_turns(urls, seed):
    """Whoever posts, flushes or joins in between: the book is that of one office, row for row."""
    rng, url, batches = random.Random(seed), next(urls), stream(seed, BATCHES)
    with ExitStack() as stack:
        offices = [stack.enter_context(open_book(url)) for _ in range(3)]
        for batch in batches:
            list(post(rng.choice(offices), batch))
            if rng.random() < 0.3:
                rng.choice(offices).flush()
            if rng.random() < 0.1:
                offices[0] = stack.enter_context(open_book(url))
        assert_holds(offices[0])
    with plain(url) as shared, plain(alone(next(urls), batches)) as one:
        assert whole(shared) == whole(one)


def test_accounts_that_another_office_opened(urls):
    url = next(urls)
    with open_book(url) as one, open_book(url) as other:
        assert one.record([goods("north")], now=START)[0].code == Code.POSTED
        assert other.record([goods("south")], now=START)[0].code == Code.POSTED
        assert one.balance().rows == other.balance().rows
        assert_holds(other)


def test_stock_that_another_office_flushed(urls):
    """What is spent after somebody else's flush stays spent."""
    url = next(urls)
    first, second = exports("owner")[0].documents[:2]
    with open_book(url) as one, open_book(url) as other:
        one.record([goods("owner", 1)], now=START)
        other.flush()
        assert one.record([first], now=START + EVERY)[0].code == Code.POSTED
    with open_book(url) as book:
        assert book.record([second], now=START + EVERY)[0].code == Code.NOT_HELD
        assert_holds(book)


def test_two_offices_draw_on_one_stock(urls, tmp_path):
    url = next(urls)
    with open_book(url) as book:
        book.record([goods("owner", POOL_KG)], now=START)
    told = at_once(url, *(write(exports(office), tmp_path / office) for office in ("north", "south")))
    outcomes = [ack.code for acks in told for ack in acks]
    assert outcomes.count(Code.POSTED) == POOL_KG
    assert outcomes.count(Code.NOT_HELD) == 2 * EACH - POOL_KG
    with open_book(url) as book:
        (row,) = book.balance(hs="854231", outside=True).rows
        assert (row.party, row.amount) == ("abroad:KZ", POOL_KG)
        assert_holds(book)


def goods(owner: str, quantity_kg: int = 1) -> Import:
    """They arrive."""
    lines = [Line(item=1, hs="854231", quantity=Decimal(quantity_kg))]
    return Import(
        issuer=owner, number="in", time=START, importer=Party(id=owner), place="port", country="DE",
        lines=lines,
    )  # fmt: skip


def exports(office: str) -> list[Batch]:
    """A kilogram each, ten to a batch, strictly of what is held."""
    line = Line(item=1, hs="854231", quantity=Decimal(1))
    papers = [
        Export(
            issuer=office, number=str(n), time=START + EVERY, exporter=Party(id="owner"), place="port",
            country="KZ", lines=[line],
        )
        for n in range(EACH)
    ]  # fmt: skip
    return [Batch(START + EVERY, papers[n : n + 10], mode="strict") for n in range(0, EACH, 10)]
