"""The chain that shows a verdict: back from a company to the listed, through whoever counts.

A company is explained only by those who were blocked before it, so that even among companies that
hold each other a chain comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from functools import cached_property
from typing import NamedTuple

import numpy as np

from sarai.screening.ownership.graph import NOBODY, Graph
from sarai.screening.ownership.judgement import Link, Step, Verdict
from sarai.screening.ownership.spread import Reach
from sarai.screening.ownership.standing import Control, Stakes


class Chain(NamedTuple):
    """Steps in the order in which the companies were blocked, and whether there are more."""

    steps: tuple[Step, ...]
    cut: bool


class Why:
    """Chains through one reach; a step is made once, and shared by the chains that pass it."""

    def __init__(
        self, graph: Graph, stakes: Stakes, control: Control, reach: Reach, verdict: Callable[[int], Verdict]
    ) -> None:
        self._graph, self._stakes, self._control, self._reach = graph, stakes, control, reach
        self._verdict = verdict
        self._steps: dict[tuple[int, int], tuple[Step, list[int]]] = {}

    def chain(self, company: int, most: int) -> Chain:
        """So many steps, the nearest to a company, counted from it backwards."""
        closure = self._reach.closure_of(company)
        if closure == NOBODY or company in self._stakes.listed:
            return Chain((), False)
        rank, seeds = self._reach.closures[closure], self._reach.seeds[closure]
        found, queue, cut = {company}, [company], False
        for at in queue:
            for owner in self._step(at, closure)[1]:
                if owner in found or rank[owner] < seeds:
                    continue
                if len(found) == most:
                    cut = True
                    break
                found.add(owner)
                queue.append(owner)
        queue.sort(key=lambda number: rank.get(number, len(rank)))
        return Chain(tuple(self._step(number, closure)[0] for number in queue), cut)

    def open(self, company: int, most: int) -> tuple[Link, ...]:
        """The links of unknown share or force, into the company and the undecided behind it.

        Here whoever may be blocked counts, whether before the company or after it; the nearest are
        given, of so many companies.
        """
        members = self._reach.closures[self._reach.maybe.one[company]]
        found, queue, links = {company}, [company], []
        for at in queue:
            step, owners = self._make_step(at, members.keys() - {at})
            links += [link for link in step.links if link.is_open]
            undecided = (owner for owner in owners if self._verdict(owner) is Verdict.CANNOT_BE_TOLD)
            for owner in undecided:
                if owner not in found and len(found) < most:
                    found.add(owner)
                    queue.append(owner)
        return tuple(links)

    def _step(self, company: int, closure: int) -> tuple[Step, list[int]]:
        """A step, and the numbers of the blocked from whom its links come."""
        if (company, closure) not in self._steps:
            rank = self._reach.closures[closure]
            turn = rank.get(company, len(rank))
            owners = self._owners(company)
            before = {owner for owner in owners if rank.get(owner, turn) < turn}
            self._steps[company, closure] = self._make_step(company, before)
        return self._steps[company, closure]

    def _owners(self, company: int) -> list[int]:
        """Whoever holds or controls something of it."""
        return self._stakes.owner[self._incoming(company)].tolist() + [
            owner for owner, _ in self._control.into(company)
        ]

    def _make_step(self, company: int, count: Set[int]) -> tuple[Step, list[int]]:
        """The links into a company from those who count, and who they are."""
        rows = self._incoming(company)
        owners, groups = self._stakes.owner[rows].tolist(), self._stakes.group[rows].tolist()
        told = list(zip(rows, owners, groups, strict=True))
        joint = {group for _, owner, group in told if owner in count} - {NOBODY}
        links = [self._stake(row) for row, owner, group in told if owner in count or group in joint]
        controllers = [(owner, at) for owner, at in self._control.into(company) if owner in count]
        links += [self._control_link(at) for _, at in controllers]
        step = Step(self._graph.names[company], self._verdict(company), tuple(links))
        return step, [owner for owner in self._owners(company) if owner in count]

    def _incoming(self, company: int) -> list[int]:
        order, starts = self._by_company
        return order[starts[company] : starts[company + 1]].tolist()

    @cached_property
    def _by_company(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self._stakes.company, kind="stable")
        starts = np.searchsorted(self._stakes.company[order], np.arange(len(self._graph.names) + 1))
        return order, starts

    def _stake(self, at: int) -> Link:
        stakes, graph = self._stakes, self._graph
        owner, group = int(stakes.owner[at]), int(stakes.group[at])
        return Link(
            owner=graph.names[owner],
            company=graph.names[stakes.company[at]],
            low=int(stakes.low[at]),
            high=int(stakes.high[at]),
            joint="" if group == NOBODY else graph.arrangements[stakes.arrangement[at]],
            sold=bool(stakes.ended[at]),
            listed=owner in stakes.listed,
            verdict=self._verdict(owner),
            place=int(stakes.place[at]),
        )

    def _control_link(self, at: int) -> Link:
        links, graph = self._control.columns, self._graph
        owner = int(links["owner"][at])
        return Link(
            owner=graph.names[owner],
            company=graph.names[links["company"][at]],
            control=graph.kinds[links["kind"][at]] + ("" if links["sure"][at] else "?"),
            listed=owner in self._stakes.listed,
            verdict=self._verdict(owner),
            place=int(links["place"][at]),
        )
