"""The course of a case: what its steps have made of it, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sarai.goods import CaseStep
from sarai.watch.cases.steps import Step

NEW, IN_HAND, WAITING, CLOSED, REOPENED = "new", "in hand", "waiting", "closed", "reopened"
STATED = (IN_HAND, WAITING)  # what an officer may state; the others follow from alerts and decisions
CONFIRMED, DISMISSED = "confirmed", "dismissed"
VERDICTS = (CONFIRMED, DISMISSED)


class Decision(NamedTuple):
    """An officer's word on the alerts that a case had told until then."""

    entry: int
    recorded: int
    verdict: str
    alerts: frozenset[str]


class Course:
    """Follows the steps of what is one case now, though some of them may have been taken when it was several.

    Attributes
    ----------
    told
        By the name under which steps were taken, the alerts that they have named.
    stages
        By that name, what was stated last.
    decisions
        Those that stand, by that name.
    assignee
        Who has it in hand; empty if nobody.
    reopened
        When an officer last took a decision back, microseconds; 0 if nobody did.
    """

    def __init__(self) -> None:
        self.told: dict[str, set[str]] = {}
        self.stages: dict[str, str] = {}
        self.decisions: dict[str, Decision] = {}
        self.assignee = ""
        self.reopened = 0

    def take(self, step: Step) -> None:
        """One step more; what holds and releases do, the ledger knows."""
        document = step.document
        if not isinstance(document, CaseStep):
            return
        case, told = document.case, self.told.setdefault(document.case, set())
        told.update(document.alerts)
        match document.step:
            case "assign":
                self.assignee = document.to
                if document.to and self.stages.get(case) not in STATED and case not in self.decisions:
                    self.stages[case] = IN_HAND
            case "state":
                self._state(case, document.to, step.recorded)
            case "decide":
                self._decide(case, Decision(step.entry, step.recorded, document.to, frozenset(told)))
            case "merge":
                self._merge(case, document.to)

    def _state(self, case: str, to: str, recorded: int) -> None:
        taken_back = [name for name, each in self.decisions.items() if each.alerts <= self.told[case]]
        for name in taken_back:
            del self.decisions[name]
            self.reopened = recorded
        self.stages[case] = to

    def _decide(self, case: str, decision: Decision) -> None:
        for name in [name for name, each in self.decisions.items() if each.alerts <= decision.alerts]:
            del self.decisions[name]
        self.decisions[case] = decision
        self.stages[case] = CLOSED

    def _merge(self, case: str, into: str) -> None:
        self.told.setdefault(into, set()).update(self.told[case])
        stage = self.stages.pop(case, "")
        if stage in STATED:
            self.stages.setdefault(into, stage)

    # -- what has become of it --------------------------------------------------------------------

    def open(self, alerts: Iterable[str]) -> list[str]:
        """The alerts that no decision speaks of, in their order."""
        decided = frozenset().union(*(each.alerts for each in self.decisions.values()))
        return [alert for alert in alerts if alert not in decided]

    def state(self, alerts: Iterable[str]) -> str:
        """How a case with these alerts stands."""
        stages = set(self.stages.values())
        if self.decisions and not self.open(alerts):
            return CLOSED
        for stage in STATED:
            if stage in stages:
                return stage
        return REOPENED if self.decisions else NEW

    def verdict(self) -> str:
        """What was decided; of cases that are one by now, that something was confirmed."""
        verdicts = {each.verdict for each in self.decisions.values()}
        return next((verdict for verdict in VERDICTS if verdict in verdicts), "")
