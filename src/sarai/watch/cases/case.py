"""A case: a pure function of the alerts, in the order in which they were raised, and the steps, in that of
their entries. It can be built again at any time, and is the same."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from sarai.watch.cases.course import CLOSED, Decision
from sarai.watch.cases.gather import MARK, Link, Merged
from sarai.watch.cases.steps import Step
from sarai.watch.finding import Alert, sentence
from sarai.watch.phrases import Phrase


class Case(Struct, frozen=True, kw_only=True):
    """Alerts that belong together, and what officers have made of them.

    Attributes
    ----------
    id
        After its first alert.
    alerts
        As they were raised; empty if officers speak of a case of which no alert is known here.
    links
        By alert, what ties it to those before it.
    merged
        Cases that came to be part of this one.
    state
        ``new``, ``in hand``, ``waiting``, ``closed``, or ``reopened``: decided, but there are alerts
        that the decision did not know of.
    verdict
        What was decided last, ``confirmed`` or ``dismissed``; empty before.
    since
        When what is now to be decided began: the first alert, or what reopened it; microseconds.
    looked
        When an officer first did something since then; 0 if nobody did.
    untold
        Alerts that no step has named yet.
    decisions
        Those that stand, for the score to learn from.
    """

    id: str
    alerts: tuple[Alert, ...] = ()
    links: dict[str, tuple[Link, ...]] = {}
    merged: tuple[Merged, ...] = ()
    steps: tuple[Step, ...] = ()
    state: str
    verdict: str = ""
    assignee: str = ""
    since: int
    looked: int = 0
    untold: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something of it is to be decided."""
        return self.state != CLOSED

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, and the cases that are part of it."""
        return self.id, *(each.case for each in self.merged)

    @property
    def lots(self) -> tuple[int, ...]:
        """The numbers of all lots that its alerts are about."""
        return tuple(sorted({lot for alert in self.alerts for lot in alert.lots}))

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that show it."""
        return tuple(sorted({entry for alert in self.alerts for entry in alert.entries}))

    @property
    def parties(self) -> tuple[str, ...]:
        """Whose goods they are, those who answer first."""
        named = [party for alert in self.alerts for party in alert.parties]
        return tuple(dict.fromkeys([*(alert.parties[0] for alert in self.alerts if alert.parties), *named]))

    @property
    def headline(self) -> str:
        """What the weightiest alert says."""
        return max(self.alerts, key=lambda alert: alert.score).words if self.alerts else ""

    @property
    def sentence(self) -> Phrase:
        """The same, to be said in any language."""
        return sentence(max(self.alerts, key=lambda alert: alert.score)) if self.alerts else Phrase("")


def find(cases: Iterable[Case], name: str) -> list[Case]:
    """The cases that a name, or its beginning, may mean: of a case as it is or was called, or of an alert."""
    cases, wanted = list(cases), name.removeprefix(MARK)
    for case in cases:
        if any(each in (name, f"{MARK}{wanted}") for each in case.names):
            return [case]
        if any(alert.id == wanted for alert in case.alerts):
            return [case]
    return [case for case in cases if wanted and _begins(case, wanted)]


def _begins(case: Case, wanted: str) -> bool:
    names = any(each.startswith(f"{MARK}{wanted}") for each in case.names)
    return names or any(alert.id.startswith(wanted) for alert in case.alerts)
