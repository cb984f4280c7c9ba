"""Cases: a pure function of the alerts, in the order in which they were raised, and the steps, in that of
their entries. They can be built again at any time, and are the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from sarai.goods import CaseStep
from sarai.watch.cases.course import CLOSED, Course, Decision
from sarai.watch.cases.gather import MARK, Gathered, Link, Merged, case_id, gather, order
from sarai.watch.cases.steps import Step
from sarai.watch.finding import Alert


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


def build(alerts: Sequence[Alert], steps: Iterable[Step]) -> list[Case]:
    """All cases, the oldest first; those of which only steps are known come last."""
    gathered, steps = gather(alerts), list(steps)
    together = _Together()
    for case in gathered:
        together.tie(case.id, *(case_id(alert.id) for alert in case.alerts))
    for step in steps:
        together.tie(*_tied(step))
    parts: dict[str, list[Gathered]] = {}
    for case in gathered:
        parts.setdefault(together.root(case.id), []).append(case)
    taken: dict[str, list[Step]] = {}
    for step in steps:
        root = together.root(step.document.case)
        if root in parts or isinstance(step.document, CaseStep):
            taken.setdefault(root, []).append(step)
    return [_case(parts.get(root, []), taken.get(root, [])) for root in dict.fromkeys((*parts, *taken))]


def _tied(step: Step) -> list[str]:
    """The names that a step says are of one case."""
    document = step.document
    if isinstance(document, CaseStep) and document.step in ("open", "join"):
        return [document.case, *map(case_id, document.alerts)]
    if isinstance(document, CaseStep) and document.step == "merge":
        return [document.case, document.to]
    return [document.case]


def _case(parts: list[Gathered], steps: list[Step]) -> Case:
    course = Course()
    for step in steps:
        course.take(step)
    alerts = sorted((alert for part in parts for alert in part.alerts), key=order)
    known = [alert.id for alert in alerts]
    name = parts[0].id if parts else steps[0].document.case
    since = _since(alerts, course, steps)
    told = frozenset().union(*course.told.values())
    return Case(
        id=name,
        alerts=tuple(alerts),
        links={alert: links for part in parts for alert, links in part.links.items()},
        merged=tuple(_merged(name, parts, steps)),
        steps=tuple(steps),
        state=course.state(known),
        verdict=course.verdict(),
        assignee=course.assignee,
        since=since,
        looked=next((step.recorded for step in steps if step.recorded >= since), 0),
        untold=tuple(alert for alert in known if alert not in told),
        decisions=tuple(sorted(course.decisions.values())),
    )


def _since(alerts: list[Alert], course: Course, steps: list[Step]) -> int:
    """When what is to be decided now began."""
    decided = max((each.recorded for each in course.decisions.values()), default=0)
    still = set(course.open(alert.id for alert in alerts))
    raised = [alert.raised for alert in alerts if alert.id in still]
    begin = min(raised or [alert.raised for alert in alerts] or [steps[0].recorded])
    return max(begin, decided if raised else 0, course.reopened)


def _merged(name: str, parts: list[Gathered], steps: list[Step]) -> list[Merged]:
    """The names that are no longer used, each with the alert that tied it."""
    found = {each.case: each for part in parts for each in part.merged}
    for former in (*(part.id for part in parts[1:]), *(step.document.case for step in steps)):
        if former != name:
            found.setdefault(former, Merged(former, ""))
    return list(found.values())


class _Together:
    """Which names are of one case."""

    def __init__(self) -> None:
        self._into: dict[str, str] = {}

    def root(self, name: str) -> str:
        while (above := self._into.setdefault(name, name)) != name:
            self._into[name] = name = self._into[above]
        return name

    def tie(self, *names: str) -> None:
        first = self.root(names[0])
        for name in names[1:]:
            self._into[self.root(name)] = first


def find(cases: Iterable[Case], name: str) -> list[Case]:
    """The cases that a name, or its beginning, may mean: of a case as it is or was called, or of an alert."""
    wanted = name.removeprefix(MARK)
    found = []
    for case in cases:
        names = [*case.names, *(case_id(each.id) for each in case.alerts)]
        if f"{MARK}{wanted}" in names or name in names:
            return [case]
        if wanted and any(each.startswith(f"{MARK}{wanted}") for each in names):
            found.append(case)
    return found
