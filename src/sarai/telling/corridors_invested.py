"""What to build: a question put together from what people ask, and plans as tables and pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from msgspec import Struct
from msgspec.structs import replace

from sarai.corridors import Network
from sarai.corridors.changes import SHOCKS, parse
from sarai.corridors.investing import OBJECTIVES, Chosen, Plan, Question, Regret, Scenario, frontier, regret
from sarai.corridors.tables import Project
from sarai.corridors.worth import of_goods
from sarai.goods import BadSetting, NotInNetwork
from sarai.telling.charts import Heat, Point, Scatter, Words

__all__ = [
    "FOR", "Invested", "Task", "frontier_picture", "gantt", "gantt_picture", "invested", "scenario_in",
    "shocks_in", "task", "years_in",
]  # fmt: skip

FOR = tuple(OBJECTIVES)
Progress = Callable[[int, int], None]
BUILT, USED = "building", "in use"
OF = {"low": "t_low", "high": "t_high"}
PART = re.compile(
    r"(?:(?P<good>[a-z][a-z0-9-]*) )?(?:x(?P<times>[\d.]+)|(?P<growth>[+-][\d.]+)%|(?P<of>low|high))"
)
MOST_YEARS = 60


class Task(Struct, frozen=True, kw_only=True):
    """A question to be planned, and the projects that were left out since nothing would use them."""

    question: Question
    left_out: tuple[str, ...]


class Invested(Struct, frozen=True, kw_only=True):
    """Plans for budgets, least first, and what is regretted.

    Attributes
    ----------
    unit : str
        Of gains, in words.
    names : dict of str to str
        Of projects by code.
    left_out : tuple of str
        Projects that no way of any demand can use.
    regret : Regret or None
        If it was asked for, with the last budget.
    """

    objective: str
    unit: str
    years: tuple[int, ...]
    plans: tuple[Plan, ...]
    names: dict[str, str]
    left_out: tuple[str, ...]
    regret: Regret | None
    words: tuple[str, ...]


# -- the question --------------------------------------------------------------------------------


def task(
    network: Network, *, years: Sequence[int], objective: str = "throughput", projects: Sequence[str] = (),
    scenarios: Sequence[Scenario] = (), shocks: Sequence[str] = (),
) -> Task:  # fmt: skip
    """What is to be planned.

    Parameters
    ----------
    projects : sequence of str
        Codes; all of the network that some demand can use if none are named.
    shocks : sequence of str
        Names, or ``NAME=words of change``; for ``resilience`` all shocks that fit the network if none.

    Raises
    ------
    BadSetting, NotInNetwork
        A project, shock or demand that there is not, or cannot be.
    """
    chosen = _projects(network, projects)
    found = shocks_in(shocks) if shocks or objective != "resilience" else _fitting(network)
    from sarai.corridors.capacity import Prices

    made = Question(
        network=network, projects=chosen, demands=network.demands, years=years, objective=objective,
        scenarios=tuple(scenarios), shocks=found, prices=Prices(of_goods=of_goods(network)),
    )  # fmt: skip
    if projects or not made.unused:
        return Task(question=made, left_out=())
    unused = made.unused
    kept = [each for each in chosen if each.code not in unused]
    kept = [each for each in kept if not set(each.after.split()) & set(unused)]
    left_out = tuple(each.code for each in chosen if each not in kept)
    if not kept:
        raise BadSetting("no demand of the network can use any of its projects; add demands that pass there")
    return Task(question=replace(made, projects=tuple(kept)), left_out=left_out)


def _projects(network: Network, said: Sequence[str]) -> tuple[Project, ...]:
    known = {each.code: each for each in network.projects}
    if unknown := [code for code in said if code not in known]:
        raise NotInNetwork(f"project {unknown[0]!r} is not in the network; take some of {', '.join(known)}")
    wanted = list(said)
    for code in wanted:  # what must be there before comes along
        wanted += [each for each in known[code].after.split() if each not in wanted]
    return tuple(each for code, each in known.items() if not said or code in wanted)


def shocks_in(said: Sequence[str]) -> dict[str, str]:
    """Shocks by name: those that are known, or ``NAME=words``, as ``flood=close leg:A-B``.

    >>> shocks_in(["flood=close leg:A-B"])
    {'flood': 'close leg:A-B'}
    """
    found = {}
    for each in said:
        name, equals, words = each.partition("=")
        if equals and " " not in name.strip():
            parse(words)
            found[name.strip()] = words.strip()
        elif each in SHOCKS:
            found[each] = SHOCKS[each].changes
        else:
            raise BadSetting(f"shock {each!r} is not known; take {', '.join(SHOCKS)}, or write NAME=CHANGE")
    return found


def _fitting(network: Network) -> dict[str, str]:
    """The shocks whose every word means something on a network."""
    from sarai.corridors.changes import apply

    found = {}
    for name, shock in SHOCKS.items():
        try:
            apply(network, parse(shock.changes))
        except (NotInNetwork, BadSetting):
            continue
        found[name] = shock.changes
    return found


def scenario_in(said: str) -> Scenario:
    """The scenario that ``NAME=x1.2,+3%,high,container x1.5`` means.

    ``x1.2`` is times so much of all goods or of one, ``+3%`` growth a year, ``low`` or ``high`` the end of
    the demands' range.

    >>> scenario_in("boom=x1.2,+3%")
    Scenario(name='boom', weight=1.0, of='t', times=1.2, growth=0.03, goods={})
    """
    name, equals, words = said.partition("=")
    given: dict = {"goods": {}}
    for part in words.split(","):
        found = PART.fullmatch(part.strip())
        if not (equals and name.strip() and found) or (found["good"] and not found["times"]):
            raise BadSetting(
                f"scenario {said!r} cannot be read at {part.strip() or said!r}; write NAME=x1.2, NAME=+3% (a "
                "year), NAME=high, NAME=container x1.5, or several with commas"
            )
        if found["times"]:
            _number(said, found["times"])
            if found["good"]:
                given["goods"][found["good"]] = float(found["times"])
            else:
                given["times"] = float(found["times"])
        elif found["growth"]:
            given["growth"] = _number(said, found["growth"]) / 100
        else:
            given["of"] = OF[found["of"]]
    return Scenario(name=name.strip(), **given)


def _number(said: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadSetting(f"scenario {said!r} has {text!r}, which is no number; write x1.2 or +3%") from None


def years_in(said: str) -> range:
    """Years as they are written.

    >>> list(years_in("2027..2029"))
    [2027, 2028, 2029]
    """
    first, dots, last = said.partition("..")
    try:
        years = range(int(first), int(last if dots else first) + 1)
    except ValueError:
        years = range(0)
    if not 1 <= len(years) <= MOST_YEARS:
        raise BadSetting(f"years {said!r} cannot be read; write as 2027..2035, at most {MOST_YEARS}")
    return years


# -- the answer ----------------------------------------------------------------------------------


def invested(
    given: Task, budgets: Sequence[float], *, seconds: float = 120.0, regrets: bool = False,
    progress: Progress = lambda done, total: None, clock: Callable[[], float] = monotonic,
) -> Invested:  # fmt: skip
    """The plan for each budget, and the regret for the largest.

    Parameters
    ----------
    budgets : sequence of float
        Millions of US dollars.
    seconds : float
        For all together; plans say what is not proven then.
    progress : callable
        Told seconds that are over, and of how many.
    """
    question, began = given.question, clock()

    def ticking() -> float:
        now = clock()
        progress(int(min(now - began, seconds)), int(seconds))
        return now

    share = 0.5 if regrets else 1.0
    plans = frontier(question, budgets, seconds=seconds * share, clock=ticking)
    most = max(budgets)
    sorry = regret(question, budget=most, seconds=seconds * share, clock=ticking) if regrets else None
    return Invested(
        objective=question.objective, unit=question.unit, years=tuple(question.years), plans=tuple(plans),
        names={each.code: each.name for each in question.projects}, left_out=given.left_out, regret=sorry,
        words=tuple(_words(given, plans, sorry)),
    )  # fmt: skip


def _words(given: Task, plans: Sequence[Plan], sorry: Regret | None) -> Iterator[str]:
    question = given.question
    yield f"Gained: {question.unit}."
    if given.left_out:
        yield f"Left out, since no way of any demand can use it: {', '.join(given.left_out)}."
    if not any(plan.chosen for plan in plans):
        yield (
            "Nothing is worth building for this: all demands are met without. Ask for time or resilience, or "
            "let demand grow with a scenario."
            if question.objective == "throughput"
            else "Nothing is worth building for this."
        )
    if short := [plan for plan in plans if not plan.finished]:
        yield (
            f"{len(short)} of {len(plans)} plans may not be the best: the time was over at a gap of up to "
            f"{max(plan.gap for plan in short):.1%}; give more seconds."
        )
    if sorry is not None and not sorry.finished:
        yield "The plans that are compared for regret may not be the best; give more seconds."


def gantt(found: Invested, plan: Plan) -> list[tuple[str, list[str]]]:
    """Each project of a plan with what it is in each year: nothing, `BUILT` or `USED`."""
    return [
        (each.name, [_state(each, year) for year in found.years])
        for each in sorted(plan.chosen, key=lambda each: (each.decided, each.there, each.code))
    ]


def _state(each: Chosen, year: int) -> str:
    return "" if year < each.decided else BUILT if year < each.there else USED


def gantt_picture(found: Invested, plan: Plan) -> Heat:
    """The years of each project: light while it is built, dark when it is in use."""
    rows = gantt(found, plan)
    if not rows:
        raise BadSetting("the plan builds nothing, so there is nothing to draw; give more budget")
    size = {"": 0.0, BUILT: 1.0, USED: 2.0}
    return Heat(
        words=Words(
            title=f"What to build with USD {plan.budget_musd or 0:,.0f} M",
            unit="1: being built; 2: in use", source="the network; sarai corridor show projects",
            note=f"Gained: {plan.gain:,.0f} {plan.unit}.",
        ),
        rows=tuple(name for name, _ in rows), columns=tuple(map(str, found.years)),
        cells=tuple(tuple(size[each] for each in states) for _, states in rows),
    )  # fmt: skip


def frontier_picture(found: Invested) -> Scatter:
    """What each budget gains, and how much more it could at most."""
    points = [
        Point(name=f"{len(plan.chosen)} projects", x=plan.budget_musd, y=plan.gain, marked=True)
        for plan in found.plans
    ] + [
        Point(name=f"at most, {plan.budget_musd:,.0f}", x=plan.budget_musd, y=plan.bound)
        for plan in found.plans if plan.bound > plan.gain * 1.001
    ]  # fmt: skip
    return Scatter(
        words=Words(title="Budget against benefit", unit=found.unit, source="plans on the network",
                    note="Marked: the best plan; others: what none can exceed."),
        points=tuple(points), x="budget, USD M", y="gain",
    )  # fmt: skip
