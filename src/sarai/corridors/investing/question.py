"""What is asked: projects on a network, demands over years in scenarios, and what is to be gained."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from sarai.corridors.capacity import Empties, Flow, Key, Prices, Problem, prepared
from sarai.corridors.capacity.problem import key_of
from sarai.corridors.investing.asking import check_demands, check_scenarios, check_shocks, check_years
from sarai.corridors.investing.case import Build, Case, Opening
from sarai.corridors.investing.opening import Opened
from sarai.corridors.investing.recourse import Recourse
from sarai.corridors.investing.scenario import Scenario
from sarai.corridors.investing.shutting import Shut, limits_of, shut
from sarai.corridors.investing.states import States
from sarai.corridors.investing.usable import unused
from sarai.corridors.network import Network
from sarai.corridors.tables import Demand, Good, Project
from sarai.goods import BadSetting

__all__ = ["IN_TONNES", "OBJECTIVES", "Question"]

OBJECTIVES = {
    "throughput": "tonnes delivered more",
    "value": "US dollars: the worth of tonnes delivered more, less what carriage and time cost",
    "time": "US dollars of carriage and time saved",
    "resilience": "tonnes delivered more under the shocks",
}
"""By name, what a plan gains, and in which unit."""

ACCURACY = 1e-6  # to which `sarai.corridors.capacity` proves a flow
IN_TONNES = ("throughput", "resilience")


class Question(Struct, frozen=True, kw_only=True, dict=True):
    """What is to be planned, but for the budget. What was computed for one plan serves the next.

    Raises
    ------
    BadSetting, NotInNetwork
        At its making, or with the first plan: years, scenarios, shocks or projects that cannot be, or a
        project that no way of any demand can use.

    Attributes
    ----------
    years : sequence of int
        One after the other; a project can be decided from the first on, and must be there by the last.
    objective : str
        One of `OBJECTIVES`.
    scenarios : sequence of Scenario
        The demands as they stand, in every year, if none.
    shocks : mapping of str to str
        For ``resilience``: by name, what happens, in the words of `sarai.corridors.changes`; an empty text is
        an ordinary year.
    likely : mapping of str to float
        Weights of shocks by name, brought to a sum of one; equal if none are given.
    worst : bool
        Whether the worst shock of each year counts, not the average of the shocks.
    discount : float
        A year: what is gained a year later counts 1 / (1 + discount). Costs count as they are paid.
    prices : Prices
        For US dollars; a tonne that is not delivered costs ``undelivered_usd_per_t``.
    """

    network: Network
    projects: Sequence[Project]
    demands: Sequence[Demand]
    years: Sequence[int]
    objective: str = "throughput"
    scenarios: Sequence[Scenario] = ()
    shocks: Mapping[str, str] = {}
    likely: Mapping[str, float] = {}
    worst: bool = False
    discount: float = 0.05
    prices: Prices = Prices()
    empties: Empties = Empties()
    asked: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.objective not in OBJECTIVES:
            raise BadSetting(f"objective {self.objective!r} is not known; take {', '.join(OBJECTIVES)}")
        if not self.projects:
            raise BadSetting("there is no project; state what could be built")
        check_years(self.years, self.discount)
        check_demands(self.demands)
        check_scenarios(self.cases)
        check_shocks(self.objective, self.shocks, self.likely)

    @property
    def in_tonnes(self) -> bool:
        """Whether the gain is in tonnes, and what ways take does not count."""
        return self.objective in IN_TONNES

    @property
    def unit(self) -> str:
        """What a plan gains, in words."""
        text = OBJECTIVES[self.objective]
        undelivered = f"; a tonne not delivered counts {self.prices.undelivered_usd_per_t:,.0f}"
        return f"{text}{'' if self.in_tonnes else undelivered}; discounted {self.discount:.1%} a year"

    @cached_property
    def cases(self) -> tuple[Scenario, ...]:
        """The scenarios, or the one that stands for none."""
        return tuple(self.scenarios) or (Scenario(name="expected"),)

    @cached_property
    def happens(self) -> Mapping[str, str]:
        """The shocks, or an ordinary year."""
        return self.shocks or {"": ""}

    @cached_property
    def tonnes(self) -> Mapping[Key, np.ndarray]:
        """By demand, tonnes by year and scenario."""
        found: dict[Key, np.ndarray] = {}
        for each in self.demands:
            key = key_of(each, self.states.frame)
            rows = [[case.tonnes(each, year) for case in self.cases] for year in range(len(self.years))]
            found[key] = found.get(key, 0.0) + np.array(rows)
        return found

    # -- made once -------------------------------------------------------------------------------

    @cached_property
    def states(self) -> States:
        """The network with any of the projects."""
        return States(self.network, self.projects, self.asked)

    @cached_property
    def opened(self) -> Opened:
        """All that could be built, in the flow from the start."""
        goods: dict[str, Good] = {}
        most: dict[str, float] = {}
        for (code, _, _), tonnes in self.tonnes.items():
            good = self.states.frame.good(code)
            goods.setdefault(good.form, good)
            most[good.form] = most.get(good.form, 0.0) + tonnes.max() * (1 + self._tare(good))
        return Opened(self.states, goods.values(), most, not self.in_tonnes)

    def _tare(self, good: Good) -> float:
        """Tonnes that go back empty for a tonne of a good."""
        if not (good.returns and self.empties.returned):
            return 0.0
        boxes = good.form == "container"
        return self.empties.t_per_teu / good.t_per_unit if boxes else self.empties.wagon_share

    @cached_property
    def unused(self) -> tuple[str, ...]:
        """Codes of projects that no way of any demand can use; with one of them there is no plan."""
        return tuple(unused(self.opened, tuple(self.tonnes)))

    @cached_property
    def recourse(self) -> Recourse:
        """The costs of every cell, remembered."""
        if self.unused:
            raise BadSetting(
                f"no way of any demand can use what {', '.join(self.unused)} would change; leave that out, "
                f"or add a demand that passes there"
            )
        shuts = [shut(self.states.frame, name, does) for name, does in self.happens.items()]
        most = sum(self.opened.most_t.values())
        network = self.opened.network
        network = network.with_rows(limits=[*network.limits, *limits_of(shuts, most)])
        return Recourse(self._case(network, shuts))

    def _case(self, network: Network, shuts: Sequence[Shut]) -> Case:
        prices = Prices(undelivered_usd_per_t=1.0) if self.in_tonnes else self.prices
        flow = prepared(
            Problem(
                network=network, demands=tuple(self.demands), prices=prices, empties=self.empties,
                asked=tuple(self.asked), steps=self.opened.graph,
            )
        )  # fmt: skip
        old = self.states.capacities(frozenset())
        base = {code: old.get(code, capacity) for code, capacity in flow.capacities.items()}
        at = {code: index for index, code in enumerate(base)}
        openings = tuple(
            Opening(requires, tuple((at[limit], amount) for limit, amount in adds.items()))
            for requires, adds in self.opened.openings().items()
        )
        left = np.ones((len(shuts), len(base)))
        for row, each in zip(left, shuts, strict=True):
            row[[at[limit] for limit in each.shares]] = list(each.shares.values())
        return Case(
            self._builds(), tuple(self.years), openings, np.array(list(base.values())), left,
            np.stack([self.tonnes[key] for key in flow.demands], axis=-1),
            _shares([each.weight for each in self.cases]),
            _shares([self.likely.get(name, 0.0 if self.likely else 1.0) for name in self.happens]),
            (1 + self.discount) ** -np.arange(len(self.years), dtype=float),
            _cost(flow), self.worst, ACCURACY,
        )  # fmt: skip

    def _builds(self) -> tuple[Build, ...]:
        return tuple(
            Build(each.code, each.cost_musd, each.lead_years, after)
            for each, after in zip(self.projects, self.states.after, strict=True)
        )


class _Duals(NamedTuple):
    """An answer in the order of limits and demands."""

    cost: float
    limit_duals: np.ndarray
    demand_duals: np.ndarray


def _cost(flow: Flow) -> Callable[[np.ndarray, np.ndarray], _Duals]:
    """The least cost of a year by capacities and demands."""
    limits, keys = tuple(flow.capacities), tuple(flow.demands)

    def cost(capacities: np.ndarray, demands: np.ndarray) -> _Duals:
        found = flow.solve(
            dict(zip(limits, capacities.tolist(), strict=True)),
            dict(zip(keys, demands.tolist(), strict=True)),
        )
        return _Duals(
            found.cost,
            np.array([found.limit_duals[each] for each in limits]),
            np.array([found.demand_duals[each] for each in keys]),
        )

    return cost


def _shares(weights: Sequence[float]) -> np.ndarray:
    return np.array(weights, float) / sum(weights)
