"""Plans beside each other: more budget and less, and what is regretted if demand turns out otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import monotonic

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors.investing.case import Case, Decision
from sarai.corridors.investing.plans import GAP, Clock, Plan, Watched, budget_of, gap_of, planned
from sarai.corridors.investing.question import Question
from sarai.corridors.investing.recourse import Watch
from sarai.corridors.investing.search import Goal, noise_of, search
from sarai.corridors.investing.singles import SECONDS
from sarai.goods import BadSetting

__all__ = ["Judged", "Regret", "frontier", "regret"]


class Judged(Struct, frozen=True, kw_only=True):
    """A plan as it does in every scenario.

    Attributes
    ----------
    name : str
        The scenario that it is best for, ``expected`` over all of them, or ``least regret``.
    decided : mapping of str to int
        Year by code of the project.
    gains, regrets : mapping of str to float
        By scenario, discounted: over building nothing, and less than the best plan known for it.
    """

    name: str
    decided: Mapping[str, int]
    cost_musd: float
    gains: Mapping[str, float]
    regrets: Mapping[str, float]

    @property
    def most(self) -> float:
        """The regret in the scenario that it fits least."""
        return max(self.regrets.values())


class Regret(Struct, frozen=True, kw_only=True):
    """Plans for each scenario, judged in all.

    Attributes
    ----------
    plans : tuple of Judged
        The best of each scenario, in their order, then the best on average and the one of least regret.
    bound : float
        No plan within the budget has a smaller greatest regret, beside the best plans known.
    slack : mapping of str to float
        By scenario, how much more than the best plan known a plan may gain: what is not proven.
    """

    unit: str
    plans: tuple[Judged, ...]
    bound: float
    slack: Mapping[str, float]
    finished: bool

    @property
    def least(self) -> Judged:
        """The plan whose greatest regret is least."""
        return self.plans[-1]


def frontier(
    question: Question,
    budgets: Iterable[float],
    *,
    yearly: Mapping[int, float] | None = None,
    seconds: float = SECONDS,
    gap: float = GAP,
    clock: Clock = monotonic,
) -> list[Plan]:
    """The plan for each total budget, least first; what is known from one serves the next.

    More budget never gains less. A bound proven for more budget holds for less.

    Parameters
    ----------
    yearly : mapping of int to float, optional
        Bounds of single years, the same for all.
    seconds : float
        For all together, in equal parts.
    """
    amounts, found = sorted(set(budgets)), list[Plan]()
    known: list[Decision] = []
    for amount in amounts:
        bound = budget_of(question, amount, yearly)
        each, decision = planned(question, bound, Watched(seconds / len(amounts), clock), gap, known)
        known.append(decision)
        found.append(each)
    for at in reversed(range(len(found) - 1)):
        if found[at + 1].bound < found[at].bound:
            found[at] = _bounded(question, found[at], found[at + 1].bound, gap)
    return found


def regret(
    question: Question,
    *,
    budget: float | None = None,
    budgets: Mapping[int, float] | None = None,
    seconds: float = SECONDS,
    gap: float = GAP,
    clock: Clock = monotonic,
) -> Regret:
    """The best plan of each scenario judged in every other, and the plan whose greatest regret is least."""
    if len(question.cases) < 2:
        raise BadSetting("regret is between scenarios; state two or more")
    recourse, case = question.recourse, question.recourse.case
    bound = budget_of(question, budget, budgets)
    size = len(question.cases)
    seconds /= size + 2
    runs = [
        search(recourse, Goal(case, weights=one), bound, Watch(clock, seconds), gap)
        for one in (*np.eye(size), case.likely)
    ]
    costs = np.array([case.worth(recourse.of(run.decision)) for run in runs])
    best = costs.min(axis=0)
    starts = [run.decision for run in runs]
    last = search(recourse, Goal(case, best=best), bound, Watch(clock, seconds), gap, starts)
    best = np.minimum(best, case.worth(recourse.of(last.decision)))
    names = [*(each.name for each in question.cases), "expected", "least regret"]
    return Regret(
        unit=question.unit,
        plans=tuple(
            _judged(question, name, each, best)
            for name, each in zip(names, [*starts, last.decision], strict=True)
        ),
        bound=max(0.0, last.bound),
        slack={
            each.name: max(0.0, float(low - run.bound))
            for each, low, run in zip(question.cases, best, runs, strict=False)
        },
        finished=all(run.finished for run in (*runs, last)),
    )


def _judged(question: Question, name: str, decision: Decision, best: np.ndarray) -> Judged:
    case: Case = question.recourse.case
    nothing = case.worth(question.recourse.of((None,) * len(decision)))
    costs = case.worth(question.recourse.of(decision))
    scenarios = [each.name for each in question.cases]
    return Judged(
        name=name,
        decided={
            build.code: case.years[year]
            for build, year in zip(case.builds, decision, strict=True)
            if year is not None
        },
        cost_musd=float(case.spending(decision).sum()),
        gains=dict(zip(scenarios, (nothing - costs).tolist(), strict=True)),
        regrets=dict(zip(scenarios, np.maximum(costs - best, 0.0).tolist(), strict=True)),
    )


def _bounded(question: Question, plan: Plan, bound: float, gap: float) -> Plan:
    recourse, bound = question.recourse, max(bound, plan.gain)
    nothing = recourse.of((None,) * len(question.projects))
    short = gap_of(plan.gain, bound, noise_of(recourse.case, nothing))
    return replace(plan, bound=bound, gap=short, finished=plan.finished or short <= gap)
