"""The plan: which projects, when, what each adds, and how far from the best it can be at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic

import numpy as np
from msgspec import Struct

from sarai.corridors.investing.case import Decision
from sarai.corridors.investing.master import Budget
from sarai.corridors.investing.question import Question
from sarai.corridors.investing.recourse import Watch
from sarai.corridors.investing.search import Found, Goal, noise_of, search
from sarai.corridors.investing.singles import SECONDS, Alone, alone, gain, within, without
from sarai.goods import BadSetting

__all__ = ["GAP", "Chosen", "Gain", "Plan", "Watched", "budget_of", "plan", "planned"]

GAP = 1e-4
FOR_SINGLES, FOR_SEARCH = 0.3, 0.9  # of the time: when these must be done, so that the rest has some
Clock = Callable[[], float]


class Chosen(Struct, frozen=True, kw_only=True):
    """A project of a plan.

    Attributes
    ----------
    decided, there : int
        Years.
    alone : float or None
        What it gains by itself, as `Alone` has it; none if the time was over.
    adds : float or None
        What the plan loses without it and without what comes after it; none if the time was over.
    """

    code: str
    name: str
    decided: int
    there: int
    cost_musd: float
    alone: float | None
    adds: float | None


class Gain(Struct, frozen=True, kw_only=True):
    """A year in a scenario under a shock, not discounted.

    Attributes
    ----------
    before, after : float
        Without and with the plan: tonnes delivered, or US dollars of cost.
    """

    year: int
    scenario: str
    shock: str
    before: float
    after: float


class Plan(Struct, frozen=True, kw_only=True):
    """What to build, and the proof.

    Attributes
    ----------
    gain : float
        Expected over scenarios (and shocks), discounted; over building nothing.
    bound : float
        No plan within the budget gains more.
    gap : float
        ``(bound - gain) / |bound|``; 0 where no more can be gained than costs are accurate to.
    finished : bool
        Whether the gap asked for was reached in the time.
    spending_musd : mapping of int to float
        By year.
    by_scenario : mapping of str to float
        Discounted gain in each.
    flows, cuts, masters : int
        Yearly flows solved for the question so far, cuts known from them, runs of the master for this plan.
    """

    unit: str
    budget_musd: float | None
    budgets_musd: Mapping[int, float]
    chosen: tuple[Chosen, ...]
    gain: float
    bound: float
    gap: float
    finished: bool
    cost_musd: float
    spending_musd: Mapping[int, float]
    by_scenario: Mapping[str, float]
    gains: tuple[Gain, ...]
    flows: int
    cuts: int
    masters: int

    @property
    def words(self) -> str:
        """What the plan is and how good, in a sentence or two."""
        what = ", ".join(f"{each.code} ({each.decided})" for each in self.chosen) or "nothing"
        told = f"Build {what} for {self.cost_musd:,.0f} M USD; gained: {self.gain:,.0f} {self.unit}."
        if self.finished:
            return f"{told} No plan within the budget gains more than {self.bound:,.0f} (gap {self.gap:.2%})."
        return (
            f"{told} The search stopped short of the gap asked for: the best plan may gain up to "
            f"{self.bound:,.0f} (gap {self.gap:.2%}); give it longer."
        )


class Watched:
    """The time for a plan, in its stages."""

    def __init__(self, seconds: float, clock: Clock = monotonic) -> None:
        if not seconds > 0:
            raise BadSetting(f"{seconds!r} seconds are no time; give more than 0")
        self.singles, self.search, self.all = (
            Watch(clock, seconds * share) for share in (FOR_SINGLES, FOR_SEARCH, 1.0)
        )


def plan(
    question: Question,
    *,
    budget: float | None = None,
    budgets: Mapping[int, float] | None = None,
    seconds: float = SECONDS,
    gap: float = GAP,
    clock: Clock = monotonic,
) -> Plan:
    """The plan that gains most within a budget, with a proven gap.

    Projects that add nothing are left out. It is never worse than a single project within the budget.

    Parameters
    ----------
    budget : float, optional
        Millions of US dollars, in all years together.
    budgets : mapping of int to float, optional
        The same for single years; years without one have no bound of their own.
    seconds : float
        After which the best plan so far is returned, with its gap. Building nothing and building everything
        are computed whatever the time.
    gap : float
        At which the search may stop.
    """
    bound = budget_of(question, budget, budgets)
    return planned(question, bound, Watched(seconds, clock), gap)[0]


def planned(
    question: Question, budget: Budget, watch: Watched, gap: float, starts: Iterable[Decision] = ()
) -> tuple[Plan, Decision]:
    """The same with what plans are known already, and the plan as years by project."""
    case, recourse = question.recourse.case, question.recourse
    apart = alone(question, watch.singles)
    ones = [within(case, budget, each) for each in range(len(case.builds))]
    known = [*starts, *(each for each in ones if each)]
    found = search(recourse, Goal(case), budget, watch.search, gap, known)
    decision = pruned(question, found.decision, watch.all)
    return _told(question, budget, found, decision, apart, watch.all), decision


def budget_of(question: Question, total: float | None, yearly: Mapping[int, float] | None) -> Budget:
    """A budget by index of the year; raises `BadSetting`."""
    years = list(question.years)
    for year, most in {None: total, **(yearly or {})}.items():
        if year is not None and year not in years:
            raise BadSetting(f"the budget of {year} is of no year that is planned; those are {years}")
        if most is not None and not 0 <= most < float("inf"):
            when = f" of {year}" if year is not None else ""
            raise BadSetting(f"budget{when} {most!r} cannot be; take 0 or more, in millions of US dollars")
    return Budget(total, {years.index(year): most for year, most in (yearly or {}).items()})


def pruned(question: Question, decision: Decision, watch: Watch) -> Decision:
    """A decision without projects that add nothing to the rest, dear ones first."""
    case, whole = question.recourse.case, gain(question, decision, watch)
    noise = noise_of(case, question.recourse.of((None,) * len(decision)))
    for at in sorted(range(len(decision)), key=lambda each: -case.builds[each].cost):
        if decision[at] is not None and whole is not None:
            less = without(question, decision, at)
            left = gain(question, less, watch)
            if left is not None and whole - left <= noise:
                decision, whole = less, left
    return decision


# -- told ----------------------------------------------------------------------------------------


def _told(
    question: Question, budget: Budget, found: Found, decision: Decision, apart: Iterable[Alone], watch: Watch
) -> Plan:
    recourse, case = question.recourse, question.recourse.case
    before, after = recourse.of((None,) * len(decision)), recourse.of(decision)
    goal = Goal(case)
    gained, bound = goal.of(before) - goal.of(after), goal.of(before) - found.bound
    spending = case.spending(decision)
    by_scenario = case.worth(before) - case.worth(after)
    return Plan(
        unit=question.unit,
        budget_musd=budget.total,
        budgets_musd={case.years[year]: most for year, most in budget.yearly.items()},
        chosen=tuple(_chosen(question, decision, apart, watch)),
        gain=gained,
        bound=max(bound, gained),
        gap=gap_of(gained, bound, noise_of(case, before)),
        finished=found.finished,
        cost_musd=float(spending.sum()),
        spending_musd=dict(zip(case.years, spending.tolist(), strict=True)),
        by_scenario={
            each.name: float(value) for each, value in zip(question.cases, by_scenario, strict=True)
        },
        gains=tuple(_gains(question, before, after)),
        flows=recourse.solved,
        cuts=len(recourse.cuts),
        masters=found.masters,
    )


def gap_of(gained: float, bound: float, noise: float) -> float:
    """``(bound - gain) / |bound|``; 0 where no more than noise can be gained.

    >>> gap_of(9.0, 10.0, noise=0.1), gap_of(0.0, 1e-6, noise=0.1)
    (0.1, 0.0)
    """
    return max(0.0, bound - gained) / bound if bound > noise else 0.0


def _chosen(question: Question, decision: Decision, apart: Iterable[Alone], watch: Watch) -> Iterator[Chosen]:
    case, whole = question.recourse.case, gain(question, decision)
    by_code = {each.code: each.gain for each in apart}
    for at, (project, year) in enumerate(zip(question.projects, decision, strict=True)):
        if year is not None and whole is not None:
            left = gain(question, without(question, decision, at), watch)
            yield Chosen(
                code=project.code, name=project.name, decided=case.years[year],
                there=case.years[year + project.lead_years], cost_musd=project.cost_musd,
                alone=by_code[project.code], adds=None if left is None else whole - left,
            )  # fmt: skip


def _gains(question: Question, before: np.ndarray, after: np.ndarray) -> Iterator[Gain]:
    """Costs of cells; delivered tonnes are what is asked less what is left."""
    asked = question.recourse.case.demands.sum(axis=2)
    for year, scenario, shock in np.ndindex(*before.shape):
        of = [float(costs[year, scenario, shock]) for costs in (before, after)]
        if question.in_tonnes:
            of = [float(asked[year, scenario]) - left for left in of]
        yield Gain(
            year=question.years[year], scenario=question.cases[scenario].name,
            shock=list(question.happens)[shock], before=of[0], after=of[1],
        )  # fmt: skip
