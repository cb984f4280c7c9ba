"""The book against an auditor that knows docs/book.md alone: the same papers, the same answers."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import sarai
from auditor.model import Auditor, Verdict
from auditor.strategies import AUTHORITY, LAST_DAY, MODES, SMALLEST, TICKS, day, papers
from sarai.goods import BeforeTheBook, Code
from sarai.reference import units

SEQUENCES = settings(
    max_examples=500, stateful_step_count=25, deadline=None, print_blob=True, report_multiple_bugs=False
)
SIZES = st.sampled_from((1, 1, 1, 2, 3))
DAYS = st.one_of(st.none(), st.integers(-1, LAST_DAY + 4))
SELDOM = st.integers(0, 24).map(lambda n: n == 24)


class Against(RuleBasedStateMachine):
    """One book and one auditor, told the same."""

    def __init__(self, urls):
        super().__init__()
        self.url = next(urls)

    @initialize(attribution=st.sampled_from(("fifo", "proportional")))
    def open(self, attribution):
        self.auditor = Auditor(attribution, (AUTHORITY,))
        self.settings = sarai.BookSettings(attribution=attribution, authorities=(AUTHORITY,))
        self.book = sarai.open(self.url, settings=self.settings)
        self.today, self.is_in_step = 3, True

    @rule(data=st.data(), mode=MODES, ticks=TICKS, size=SIZES)
    def step(self, data, mode, ticks, size):
        self.today += ticks
        now = day(self.today)
        auditor, batch, expected = self.auditor.twin(), [], []  # a draw may break off: only then post
        expired = auditor.expire(now) if ticks > 0 else []
        for _ in range(size):
            batch.append(data.draw(papers(auditor, self.today)))
            expected.append(auditor.record(batch[-1], now, mode))
        self.auditor, self.is_in_step = auditor, False
        if ticks > 0:
            assert [verdict_of(result) for result in self.book.expire(now)] == expired
        results = self.book.record(batch, now, mode)
        assert [verdict_of(result) for result in results] == expected, [r.message for r in results]
        self.is_in_step = True
        if data.draw(SELDOM):
            self.reopen()
        self.compare_balance(data.draw(DAYS), data.draw(DAYS))

    def reopen(self):
        self.book.close()
        self.book = sarai.open(self.url, settings=self.settings)

    def compare_balance(self, at=None, as_known=None):
        times = {name: None if n is None else day(n) for name, n in (("at", at), ("as_known", as_known))}
        expected = self.expected_balance(**times)
        is_too_early = as_known is not None and not self.auditor.knew_anything(times["as_known"])
        try:
            rows = self.book.balance(outside=True, **times).rows
        except BeforeTheBook:
            assert is_too_early or (at is not None and not self.expected_balance(at=times["at"]))
            return
        assert not is_too_early
        assert balance_of(rows) == expected

    def expected_balance(self, at=None, as_known=None):
        return {
            (
                a.party,
                a.place,
                a.regime,
                a.state,
                lot.name,
                lot.hs,
                lot.edition,
                lot.origin,
                lot.kind,
            ): quantity
            for (a, lot), quantity in self.auditor.balance(at, as_known).items()
        }

    def compare_whereabouts(self):
        expected = self.expected_balance()
        for name in {lot.name for lot in self.auditor.state.lots}:
            there = {key: quantity for key, quantity in expected.items() if key[4] == name}
            assert balance_of(self.book.where(*name)) == there

    def compare_consignments(self):
        for name in {consignment.name for consignment in self.auditor.state.consignments}:
            expected, found = self.auditor.consignment(name), self.book.consignment(*name)
            assert found.state == expected.state
            assert (found.destination, found.consignee) == (expected.destination, expected.consignee)
            assert without_zeros(found.left) == without_zeros(self.auditor.left(name))

    def compare_everything(self):
        self.compare_balance()
        self.compare_whereabouts()
        self.compare_consignments()

    def post_everything_again(self):
        posted = [e.document for e in self.auditor.entries if e.code == Code.POSTED]
        posted = [document for document in posted if document.issuer != "book"]
        results = self.book.record(posted, day(self.today))
        assert {result.code for result in results} <= {Code.REPEATED}

    def teardown(self):
        if not hasattr(self, "book"):
            return
        try:
            if not self.is_in_step:
                return  # the step has raised what there is to say
            self.compare_everything()
            for at in range(LAST_DAY + 4):
                self.compare_balance(at)
            assert self.auditor.findings() == []
            self.post_everything_again()
            self.reopen()
            self.compare_everything()
            verification = self.book.verify()
            assert verification.ok, verification.findings
        finally:
            self.book.close()


def verdict_of(result):
    """A result of the book in the auditor's words."""
    facts = sorted({(fact.item, fact.code) for fact in result.facts})
    return Verdict(result.code, result.entry, tuple(facts))


def balance_of(rows):
    """Rows of the book in the auditor's words; no account and lot may come twice."""
    kinds = {units.dimension(unit): kind for kind, unit in SMALLEST.items()}
    keys = [(*row[:4], tuple(row.lot), *row[5:8], kinds[row.dimension]) for row in rows]
    total = Counter()
    for key, row in zip(keys, rows, strict=True):
        total[key] += row.quantity
    return without_zeros(total)


def without_zeros(quantities):
    return {key: quantity for key, quantity in quantities.items() if quantity}


@pytest.fixture(params=["sqlite", "postgres"])
def urls(request, tmp_path: Path):
    """Addresses of books that are not there yet."""
    if request.param == "sqlite":
        return (str(tmp_path / f"{n}.book") for n in itertools.count())
    base = request.getfixturevalue("postgres_url")
    separator = "&" if "?" in base else "?"
    return (f"{base}{separator}schema=auditor_{n}" for n in itertools.count())


def test_the_book_agrees_with_the_auditor(urls):
    run_state_machine_as_test(lambda: Against(urls), settings=SEQUENCES)
