"""Each project by itself: what it gains, and what is lost without it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from msgspec import Struct

from sarai.corridors.investing.case import Case, Decision
from sarai.corridors.investing.master import Budget
from sarai.corridors.investing.question import Question
from sarai.corridors.investing.recourse import OutOfTime, Watch
from sarai.corridors.investing.search import Goal

__all__ = ["SECONDS", "Alone", "alone", "gain", "single", "within", "without"]

SECONDS = 300.0


class Alone(Struct, frozen=True, kw_only=True):
    """A project by itself, with what it must come after, as early as possible.

    Attributes
    ----------
    cost_musd : float
        Of all of them.
    there : int or None
        The year; none if that is after the last one.
    gain : float or None
        In the question's unit; none if the time was over.
    """

    code: str
    cost_musd: float
    there: int | None
    gain: float | None


def single(
    question: Question, *, seconds: float = SECONDS, clock: Callable[[], float] = monotonic
) -> tuple[Alone, ...]:
    """Each project by itself, whatever the budget, in the order in which they are listed."""
    return alone(question, Watch(clock, seconds))


def alone(question: Question, watch: Watch) -> tuple[Alone, ...]:
    """The same until a time."""
    case, found = question.recourse.case, []
    for at, build in enumerate(case.builds):
        decision = case.soonest([at])
        decided = decision[at]
        found.append(
            Alone(
                code=build.code,
                cost_musd=sum(case.builds[each].cost for each in question.states.closed([at])),
                there=None if decided is None else case.years[decided + build.lead],
                gain=0.0 if decided is None else gain(question, decision, watch),
            )
        )
    return tuple(found)


def gain(question: Question, decision: Decision, watch: Watch | None = None) -> float | None:
    """What a decision gains over building nothing, discounted and expected; none if the time was over."""
    goal, recourse = Goal(question.recourse.case), question.recourse
    try:
        return goal.of(recourse.of((None,) * len(decision))) - goal.of(recourse.of(decision, watch))
    except OutOfTime:
        return None


def within(case: Case, budget: Budget, at: int) -> Decision | None:
    """A project by itself as early as a budget allows; none if it never does."""
    several = (case.soonest([at], first) for first in range(len(case.years)))
    fit = (each for each in several if each[at] is not None and budget.covers(case.spending(each)))
    return next(fit, None)


def without(question: Question, decision: Decision, at: int) -> Decision:
    """A decision without a project and what comes after it."""
    return tuple(None if at in question.states.closed([each]) else year for each, year in enumerate(decision))
