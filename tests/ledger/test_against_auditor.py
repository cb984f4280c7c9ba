"""The book against an auditor that knows docs/book.md alone: the same papers, the same answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from auditor.pair import Pair, Step, differ, shortest, told
from auditor.strategies import LAST_DAY, MODES, TICKS, day, papers

SEQUENCES = settings(
    stateful_step_count=25,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # `shortest` cuts down better and sooner
    suppress_health_check=list(HealthCheck),
)
SIZES = st.sampled_from((1, 1, 1, 2, 3))
DAYS = st.one_of(st.none(), st.integers(-1, LAST_DAY + 4))
SELDOM = st.integers(0, 24).map(lambda n: n == 24)


class Against(RuleBasedStateMachine):
    """Drives a pair of book and auditor; `tales` keeps what was told to the pairs that fell out."""

    def __init__(self, urls: Iterator[str], every: int, tales: list):
        super().__init__()
        self.urls, self.every, self.tales = urls, every, tales
        self.pair, self.steps, self.has_agreed = None, [], True

    @initialize(attribution=st.sampled_from(("fifo", "proportional")))
    def open(self, attribution):
        self.pair = Pair(next(self.urls), attribution, self.every)

    @rule(data=st.data(), mode=MODES, ticks=TICKS, size=SIZES)
    def step(self, data, mode, ticks, size):
        auditor, today = self.pair.auditor.twin(), self.pair.today + ticks
        documents = []
        if ticks > 0:
            auditor.expire(day(today))
        for _ in range(size):  # every paper may refer to the ones before it
            documents.append(data.draw(papers(auditor, today)))
            auditor.record(documents[-1], day(today), mode)
        step = Step(tuple(documents), ticks, mode, data.draw(SELDOM), data.draw(DAYS), data.draw(DAYS))
        self.steps.append(step)
        self.has_agreed = False
        self.pair.take(step)
        self.has_agreed = True

    def teardown(self):
        if self.pair is None:
            return
        with self.pair:
            try:
                if self.has_agreed:
                    self.has_agreed = False
                    self.pair.finish()
                    self.has_agreed = True
            finally:
                if not self.has_agreed:
                    self.tales.append((self.pair.attribution, self.steps))


@dataclass
class Books:
    """Addresses of books that are not there yet, how many sequences, how much to thin out comparing."""

    urls: Iterator[str]
    sequences: int
    every: int


@pytest.fixture(params=["sqlite", "postgres"])
def books(request, tmp_path: Path) -> Books:
    """Every question costs a PostgreSQL book several turns over a socket, so it is asked fewer."""
    asked = request.config.getoption("sequences")
    if request.param == "sqlite":
        return Books((str(tmp_path / f"{n}.book") for n in itertools.count()), asked or 500, every=1)
    base = request.getfixturevalue("postgres_url")
    separator = "&" if "?" in base else "?"
    urls = (f"{base}{separator}schema=auditor_{n}" for n in itertools.count())
    return Books(urls, asked or 500, every=5)


def test_the_book_agrees_with_the_auditor(books, request):
    """The same sequences each time; ``make soak`` tries new ones."""
    repeatable = not request.config.getoption("sequences")
    tales: list = []
    try:
        run_state_machine_as_test(
            lambda: Against(books.urls, books.every, tales),
            settings=settings(SEQUENCES, max_examples=books.sequences, derandomize=repeatable, database=None),
        )
    finally:
        if tales:
            print_shortest(books.urls, *tales[-1])


def print_shortest(urls: Iterator[str], attribution: str, steps: list[Step]) -> None:
    """For whoever has to find out: the fewest steps on which book and auditor still differ."""
    few = shortest(steps, lambda fewer: differ(next(urls), attribution, fewer))
    print(f"The shortest tale ({attribution}):", *told(few), sep="\n")
