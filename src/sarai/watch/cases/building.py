"""Cases built out of alerts and steps, and kept: what comes later is added to what stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sarai.goods import CaseStep
from sarai.watch.cases.case import Case
from sarai.watch.cases.course import Course
from sarai.watch.cases.gather import Gathered, Gathering, Merged, case_id, order
from sarai.watch.cases.steps import Step
from sarai.watch.finding import Alert


def build(alerts: Sequence[Alert], steps: Iterable[Step]) -> list[Case]:
    """All cases, the oldest first; those of which only steps are known come last."""
    building = Building()
    building.add(alerts, steps)
    return building.cases()


class _Built(NamedTuple):
    """A case, of so many alerts in each of its parts, and so many steps."""

    alerts: list[tuple[str, int]]
    steps: int
    case: Case


class Building:
    """Takes alerts in the order in which they were raised, and steps in that of their entries.

    A case is built again only if something of it is new.
    """

    def __init__(self) -> None:
        self._gathering = Gathering()
        self._together = _Together()
        self._steps: list[Step] = []
        self._built: dict[str, _Built] = {}

    def add(self, alerts: Iterable[Alert], steps: Iterable[Step]) -> None:
        """Take what came since, each in its order."""
        for alert in alerts:
            home = self._gathering.add(alert)
            joined = [each.case for each in home.merged if each.alert == alert.id]
            self._together.tie(home.id, case_id(alert.id), *joined)
        for step in steps:
            self._steps.append(step)
            self._together.tie(*_tied(step))

    def cases(self) -> list[Case]:
        """All of them; a case of which nothing is new is the same object as before."""
        parts: dict[str, list[Gathered]] = {}
        for gathered in self._gathering.cases():
            parts.setdefault(self._together.root(gathered.id), []).append(gathered)
        taken: dict[str, list[Step]] = {}
        for step in self._steps:
            root = self._together.root(step.document.case)
            if root in parts or isinstance(step.document, CaseStep):
                taken.setdefault(root, []).append(step)
        found = [
            self._case(parts.get(root, []), taken.get(root, [])) for root in dict.fromkeys((*parts, *taken))
        ]
        self._built = {each.case.id: each for each in found}
        return [each.case for each in found]

    def _case(self, parts: list[Gathered], steps: list[Step]) -> _Built:
        """What belongs together only grows, so it is the same if it is as much."""
        alerts = [(part.id, len(part.alerts)) for part in parts]
        kept = self._built.get(parts[0].id if parts else steps[0].document.case)
        if kept is not None and kept.steps == len(steps) and kept.alerts == alerts:
            return kept
        return _Built(alerts, len(steps), _case(parts, steps))


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
