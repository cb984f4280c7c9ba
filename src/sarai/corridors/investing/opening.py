r"""Projects as right-hand sides: all that could be built is there from the start, with nothing let through.

So that one dual polytope serves all years, scenarios and shocks (`sarai.corridors.investing.cuts`), no
project may change the flow's matrix or its costs, only capacities. Three tricks make that so:

- *widen*: the limit :math:`l` has capacity :math:`b_l + \sum_o a_{lo} z_o`.
- *a new way*: its steps are in the graph, each within a limit of its own that is 0 until it is opened,

  .. math:: \sum_g x_{ge} \le M_e z_o

- *a better way* (faster, cheaper): a twin :math:`e'` of the step :math:`e` with the better figures. Both
  count against all limits that :math:`e` counts against, and the twin within one of its own:

  .. math:: \sum_g (x_{ge} + x_{ge'}) \le b_l, \qquad \sum_g x_{ge'} \le M_e z_o

  Where the twin is open, nothing goes by the step that it betters; where not, all does.

:math:`M_e` is never binding: no more than all tonnes with their empties, nor than the step's own limits let
through with everything built. The smaller it is, the closer the bound.

An opening :math:`o` is open when all projects of a set are there. What several projects do together to one
limit or step, beyond what they do apart, is an opening of the set (inclusion and exclusion).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from sarai.corridors.capacity.bounds import bounds, parts_of
from sarai.corridors.graph import Graph
from sarai.corridors.investing.states import Built, States
from sarai.corridors.investing.variants import Brought, Variant
from sarai.corridors.network import Network
from sarai.corridors.tables import Good, Limit
from sarai.goods import BadSetting

__all__ = ["Opened"]

NOISE = 1e-9  # of a capacity


class Opened:
    """A network with all that could be built, for some goods, and what opens it.

    Parameters
    ----------
    goods : iterable of Good
        One for each form that is carried.
    most_t : mapping of str to float
        By form, tonnes that can ever be on a step in a year, empties among them.
    weighed : bool
        Whether what a way takes counts; if not, only whether there is one.
    """

    def __init__(
        self, states: States, goods: Iterable[Good], most_t: Mapping[str, float], weighed: bool
    ) -> None:
        self.states, self.goods, self.weighed = states, {each.form: each for each in goods}, weighed
        self.brought = {form: Brought(states, good) for form, good in self.goods.items()}
        self.variants = {form: tuple(each.variants(weighed)) for form, each in self.brought.items()}
        self.most_t = most_t

    @cached_property
    def network(self) -> Network:
        """All places, legs and services that there could be, with a limit for each variant."""
        rows = [
            Limit(code=f"variant:{code}", name=code, on=f"variant:{code}", capacity=0.0, source="")
            for form in self.goods
            for code, _ in self._coded(form)
        ]
        frame = self.states.frame
        return frame.with_rows(limits=[*frame.limits, *rows])

    def graph(self, network: Network, good: Good, *_: object) -> Graph:
        """The steps of a good, variants after the others; as `sarai.corridors.graph.graph` gives them."""
        made = self.brought[good.form].bare
        coded = list(self._coded(good.form))
        nodes = dict(made.index)
        ends = [
            (nodes.setdefault(v.tail, len(nodes)), nodes.setdefault(v.head, len(nodes))) for _, v in coded
        ]
        tail, head = np.array(ends, np.int32).reshape(-1, 2).T
        steps = [replace(variant.step, variant=code) for code, variant in coded]
        own = np.array([variant.weights for _, variant in coded]).reshape(-1, made.weights.shape[1])
        return Graph(
            network, made.good, None, tuple(nodes), (*made.steps, *steps), np.append(made.tail, tail),
            np.append(made.head, head), np.concatenate([made.weights, own]) * float(self.weighed),
        )  # fmt: skip

    def openings(self) -> dict[tuple[int, ...], dict[str, float]]:
        """By the projects that it takes, what is added to which limit."""
        found: dict[tuple[int, ...], dict[str, float]] = {}
        for built, limit, amount in (*self._wider(), *self._ways()):
            adds = found.setdefault(self.states.needed(built), {})
            adds[limit] = adds.get(limit, 0.0) + amount
        return found

    def _coded(self, form: str) -> Iterator[tuple[str, Variant]]:
        for number, variant in enumerate(self.variants[form]):
            yield f"{form}/{number}", variant

    # -- capacities ------------------------------------------------------------------------------

    def _wider(self) -> Iterator[tuple[Built, str, float]]:
        """What sets of projects add to limits that are there without them."""
        states, base = self.states, self.states.capacities(frozenset())
        on = self.widening()
        for limit, projects in on.items():
            amounts: dict[Built, float] = {}
            for built in states.together(projects, f"limit {limit}"):
                less = sum(amount for there, amount in amounts.items() if there < built)
                amounts[built] = states.capacities(built)[limit] - base[limit] - less
                if abs(amounts[built]) <= NOISE * max(base[limit], 1.0):
                    amounts[built] = 0.0
                elif amounts[built] < 0:
                    codes = ", ".join(states.projects[at].code for at in sorted(built))
                    raise BadSetting(
                        f"limit {limit} is {-amounts[built]:g} narrower with {codes} than the sum of what "
                        f"they do; write what a project adds (+...), not what it sets"
                    )
            yield from ((built, limit, amount) for built, amount in amounts.items() if amount)

    def widening(self) -> dict[str, list[int]]:
        """By limit that is there without projects, those that change it."""
        states, found = self.states, dict[str, list[int]]()
        base = states.capacities(frozenset())
        for at in states.order:
            alone = states.closed([at])
            before, after = states.capacities(alone - {at}), states.capacities(alone)
            for limit in base:
                if after.get(limit) != before.get(limit):
                    found.setdefault(limit, []).append(at)
        return found

    def _ways(self) -> Iterator[tuple[Built, str, float]]:
        """What opens each variant, and how wide."""
        frame, most = self.states.frame, self.states.capacities(self.states.everything)
        rows = bounds(frame, None)
        for form, good in self.goods.items():
            for code, variant in self._coded(form):
                parts = set(parts_of(frame, variant.step, good))
                own = [
                    most[row.limit] * row.open_share
                    for row in rows
                    if row.unit in ("t", "unit_t") and row.limit in most and parts & set(row.on)
                ]
                yield variant.built, f"variant:{code}", min([self.most_t[form], *own])
