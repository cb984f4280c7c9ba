"""The rules of docs/book.md, played out by the auditor alone, keep the invariants of that page."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from auditor.model import Auditor
from auditor.strategies import AUTHORITY, corrections, day, documents

MODES = st.sampled_from(("strict", "strict", "observe"))


class Rules(RuleBasedStateMachine):
    """Anything may be handed in; nothing may come out negative, or from nowhere."""

    @initialize(attribution=st.sampled_from(("fifo", "proportional")))
    def open(self, attribution):
        self.auditor = Auditor(attribution, (AUTHORITY,))
        self.today = 4

    def check(self):
        assert self.auditor.findings() == []

    @rule(data=st.data(), mode=MODES)
    def record(self, data, mode):
        document = data.draw(documents(self.auditor, self.today))
        self.auditor.record(document, day(self.today), mode)
        self.check()

    @precondition(lambda self: self.auditor.state.effects)
    @rule(data=st.data(), mode=MODES)
    def correct(self, data, mode):
        document = data.draw(corrections(self.auditor, self.today))
        self.auditor.record(document, day(self.today), mode)
        self.check()

    @rule(days=st.integers(0, 2))
    def expire(self, days):
        self.today += days
        self.auditor.expire(day(self.today))
        self.check()


Rules.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestRules = Rules.TestCase
