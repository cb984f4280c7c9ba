"""The rules of docs/book.md, played out by the auditor alone, keep the invariants of that page."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from auditor.model import Auditor
from auditor.strategies import AUTHORITY, MODES, TICKS, day, papers


class Rules(RuleBasedStateMachine):
    """Anything may be handed in; nothing may come out negative, or from nowhere."""

    @initialize(attribution=st.sampled_from(("fifo", "proportional")))
    def open(self, attribution):
        self.auditor = Auditor(attribution, (AUTHORITY,))
        self.today = 3

    @rule(data=st.data(), mode=MODES, ticks=TICKS)
    def step(self, data, mode, ticks):
        self.today += ticks
        if ticks > 0:
            self.auditor.expire(day(self.today))
        self.auditor.record(data.draw(papers(self.auditor, self.today)), day(self.today), mode)
        assert self.auditor.findings() == []


Rules.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestRules = Rules.TestCase
