"""The rules of docs/book.md, played out by the auditor alone, keep the invariants of that page."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from auditor.model import Auditor
from auditor.state import Move
from auditor.strategies import AUTHORITY, MODES, TICKS, day, papers
from sarai.goods import Answer, Document, Import, Seizure, StockCount


def may_move(paper: Document, move: Move) -> bool:
    """Page "Holds and cases": what may happen to a held lot."""
    done = getattr(paper, "replacement", None) or paper
    if isinstance(done, Answer):
        return done.decision in ("decline", "revoke")
    if isinstance(done, Seizure):
        return done.issuer == AUTHORITY
    return isinstance(done, StockCount) or (isinstance(done, Import) and move.source is None)


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
        paper = data.draw(papers(self.auditor, self.today))
        held, before = {each.lot for each in self.auditor.state.holds}, len(self.auditor.state.moves)
        self.auditor.record(paper, day(self.today), mode)
        assert self.auditor.findings() == []
        moved = [move for move in self.auditor.state.moves[before:] if move.lot in held]
        assert all(may_move(paper, move) for move in moved)


Rules.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestRules = Rules.TestCase
