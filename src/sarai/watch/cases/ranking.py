"""The queue: cases with what decides their place in it, kept until that changes or a clock runs out."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from msgspec import Struct

from sarai.ledger.reading import LotName
from sarai.ledger.rows import to_us
from sarai.ledger.whereabouts import HeldLot
from sarai.watch.cases.case import Case
from sarai.watch.cases.clocks import Clock, Due, due
from sarai.watch.cases.held import Held
from sarai.watch.cases.score import Compared, Score, Weights, features, urgency
from sarai.watch.cases.stake import Stake
from sarai.watch.cases.steps import Step


class Ranked(Struct, frozen=True):
    """A case with what decides its place in the queue.

    Attributes
    ----------
    held
        The lots of it that are held, each with its holds.
    """

    case: Case
    score: Score
    due: tuple[Due, ...]
    stake: Stake
    held: dict[LotName, tuple[HeldLot, ...]] = {}

    @property
    def overdue(self) -> bool:
        """Whether something should have been done already."""
        return any(each.overdue for each in self.due)

    @property
    def pressing(self) -> bool:
        """Whether goods of it are on a lorry now that nobody holds, and no officer has looked yet."""
        case = self.case
        return case.is_open and not case.looked and self.stake.under_way and not self.held


class Standing(NamedTuple):
    """How all stands at one moment: what a queue is made of."""

    cases: Sequence[Case]
    stakes: Sequence[Stake]
    usual: Compared
    weights: Weights
    held: Held
    steps: Sequence[Step]


class _Kept(NamedTuple):
    """A place in the queue, and between which times it is right."""

    ranked: Ranked
    after: float
    until: float


class Ranking:
    """Ranks cases, and those of which nothing is new only once."""

    def __init__(self, clocks: tuple[Clock, ...]) -> None:
        self.clocks = clocks
        self._by: tuple[Compared, Weights] | None = None
        self._kept: dict[str, _Kept] = {}
        self._queue: list[Ranked] = []

    def one(self, standing: Standing, place: int, now: int) -> Ranked:
        """One case, by its place among them."""
        return self._one(standing.cases[place], standing.stakes[place], standing, now, None).ranked

    def queue(self, standing: Standing, now: int) -> list[Ranked]:
        """All cases, what comes first at the head; ``now`` in microseconds."""
        if self._by != (standing.usual, standing.weights):
            self._by, self._kept = (standing.usual, standing.weights), {}
        kept, again = {}, len(standing.cases) != len(self._queue)
        for case, stake in zip(standing.cases, standing.stakes, strict=True):
            before = self._kept.get(case.id)
            found = self._one(case, stake, standing, now, before)
            kept[case.id] = found
            again = again or found is not before
        self._kept = kept
        if again:
            self._queue = sorted((each.ranked for each in kept.values()), key=_place)
        return self._queue

    def _one(self, case: Case, stake: Stake, standing: Standing, now: int, before: _Kept | None) -> _Kept:
        holds = {
            goods.name: standing.held[goods.name] for goods in stake.goods if goods.name in standing.held
        }
        if (
            before is not None
            and before.after < now <= before.until
            and before.ranked.case is case
            and before.ranked.stake is stake
            and before.ranked.held == holds
        ):
            return before
        counted = [
            *features(case.alerts, stake, standing.usual), *(urgency(stake) if case.is_open else ())
        ]  # fmt: skip
        since = min((to_us(each.time) for some in holds.values() for each in some), default=0)
        clocks = due(case, in_reach=stake.in_reach, held_since=since, now=now, clocks=self.clocks)
        after = max((to_us(each.due) for each in clocks if each.overdue), default=-inf)
        until = min((to_us(each.due) for each in clocks if not each.overdue), default=inf)
        return _Kept(Ranked(case, standing.weights.score(counted), tuple(clocks), stake, holds), after, until)


def _place(ranked: Ranked) -> tuple:
    return (
        not ranked.case.is_open,
        not ranked.pressing,
        not ranked.overdue,
        -ranked.score.points,
        ranked.case.since,
        ranked.case.id,
    )
