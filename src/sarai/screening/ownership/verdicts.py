"""Who is blocked under a rule on a day, who is not, and of whom it cannot be told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from sarai.screening.ownership.graph import NOBODY, Graph
from sarai.screening.ownership.judgement import Finding, Judgement, Step, Verdict
from sarai.screening.ownership.reading import read_stakes
from sarai.screening.ownership.rules import Rule, Together, rule_on
from sarai.screening.ownership.shares import ALWAYS, OwnershipError, span
from sarai.screening.ownership.spread import Reach, Spreading
from sarai.screening.ownership.standing import Control, Stakes
from sarai.screening.ownership.why import Why

MAX_STEPS = 25  # of a chain in a judgement, or 10,000 judgements on a chain would hold 50 million
COARSE = (
    "so many may block so much that some of the listed were looked at together: "
    '"cannot be told" is said of more companies than need be; give the unknown shares'
)

Listed = Collection[str] | Mapping[str, str]
"""Names or ids of who is listed; or each with the ISO date of listing, empty where it is not known."""


class Verdicts:
    """The verdicts of one rule on one day: of a company, or of all in the order of their names."""

    def __init__(self, graph: Graph, listed: Listed, rule: Rule, on: date) -> None:
        self.graph, self.rule, self.on = graph, rule, on
        self._listed = _listed_on(graph, listed, on)
        self._stakes = Stakes(graph, rule, on, self._listed)
        self._control = Control(graph, rule, on)
        self._reach = self._reached()
        coarse = (Finding("", COARSE),) if self._reach.is_coarse else ()
        self.findings = (*coarse, *self._stakes.findings)

    def _reached(self) -> Reach:
        if not self.rule.applies:
            return Reach(len(self.graph.names))
        spreading = Spreading(self._stakes, self._control, self.rule.needs)
        roots = sorted(self._listed)
        alone = self.rule.together is not Together.ALL
        return spreading.reach([[root] for root in spreading.upstream_first(roots)] if alone else [roots])

    def companies(self) -> list[str]:
        """Everybody of whom somebody holds or controls something, on that day or another; sorted."""
        stakes, controls = self.graph.stakes.columns(), self.graph.controls.columns()
        numbers = np.unique(np.concatenate([stakes["company"], controls["company"]]))
        return sorted(self.graph.names[number] for number in numbers.tolist())

    def verdict(self, company: str) -> Verdict:
        """Of one company.

        Raises
        ------
        OwnershipError
            The graph does not know it.
        """
        return self._verdict(self._number(company))

    def __iter__(self) -> Iterator[Judgement]:
        return map(self.judgement, self.companies())

    def judgement(self, company: str, steps: int = MAX_STEPS) -> Judgement:
        """All that is to be said of one company, with so many steps of its chain."""
        number = self._number(company)
        verdict, name, chain = self._verdict(number), self.graph.names[number], self._why.chain(number, steps)
        return Judgement(
            company=name,
            label=self.graph.labels.get(name, ""),
            rule=self.rule.name,
            since=self.rule.since,
            source=self.rule.source,
            on=self.on,
            applies=self.rule.applies,
            verdict=verdict,
            listed=number in self._listed,
            low=self._reach.low.one[number],
            high=self._reach.high.one[number],
            unnamed=int(self._stakes.free[number]),
            chain=chain.steps,
            cut=chain.cut,
            open=self._why.open(number, steps) if verdict is Verdict.CANNOT_BE_TOLD else (),
            findings=self._findings({name, *(step.company for step in chain.steps)}),
        )

    def explain(self, company: str) -> tuple[Step, ...]:
        """The whole chain, from the listed down to the company: whoever counts, and why."""
        return self._why.chain(self._number(company), len(self.graph.names)).steps

    def _number(self, company: str) -> int:
        number = self.graph.number(company)
        if number is None:
            raise OwnershipError(
                f"{company!r} is not in {self.graph.source or 'the graph'}; check its spelling"
            )
        return number

    def _verdict(self, number: int) -> Verdict:
        if number in self._listed or self._reach.surely.one[number] != NOBODY:
            return Verdict.BLOCKED
        return Verdict.NOT_BLOCKED if self._reach.maybe.one[number] == NOBODY else Verdict.CANNOT_BE_TOLD

    @cached_property
    def _why(self) -> Why:
        return Why(self.graph, self._stakes, self._control, self._reach, self._verdict)

    def _findings(self, names: set[str]) -> tuple[Finding, ...]:
        by_name = self._findings_by_name
        return tuple(finding for name in sorted(names & by_name.keys()) for finding in by_name[name])

    @cached_property
    def _findings_by_name(self) -> dict[str, list[Finding]]:
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(finding.company, []).append(finding)
        return found


def judge(graph: Graph, listed: Listed, rule: str | Rule, on: date) -> Verdicts:
    """Judge everybody in a graph under one rule on one day.

    Examples
    --------
    >>> graph = Graph()
    >>> graph.stake("X", "A", "50%")
    >>> graph.stake("A", "B", "50%")
    >>> verdicts = judge(graph, {"X"}, "ofac", date(2024, 1, 1))
    >>> verdicts.verdict("B").value, [step.company for step in verdicts.explain("B")]
    ('blocked', ['A', 'B'])
    """
    return Verdicts(graph, listed, rule_on(rule, on) if isinstance(rule, str) else rule, on)


def judge_file(path: Path | str, listed: Listed, rules: Collection[str], on: date) -> list[Judgement]:
    """Judge every company in a file under some rules on a day: rule by rule, in the order of names."""
    graph = read_stakes(path)
    return [judgement for rule in rules for judgement in judge(graph, listed, rule, on)]


def _listed_on(graph: Graph, listed: Listed, on: date) -> dict[int, int]:
    """Who is listed on the day and in the graph, with the day of listing; 0 where it is not known."""
    dated = listed if isinstance(listed, Mapping) else dict.fromkeys(listed, "")
    found: dict[int, int] = {}
    for name, text in dated.items():
        day = span(text).first if text else ALWAYS
        if day <= on.toordinal():
            for number in graph.numbers(name):
                found[number] = min(day, found.get(number, day))
    return found
