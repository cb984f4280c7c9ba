"""Steps that projects bring: new ones, and twins of old ones with better figures, by comparing graphs.

What a project does to the ways is seen by making the graph with and without it; so whatever a change can say
is covered, and nothing of its meaning is told twice. Where several projects bear on one step, each set of
them that can be built has a twin of its own, unless a smaller set's is as good.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sarai.corridors.graph import Graph, Node, graph
from sarai.corridors.investing.states import Built, States
from sarai.corridors.steps import Step
from sarai.corridors.tables import Good
from sarai.goods import BadSetting

__all__ = ["Brought", "Key", "Variant", "key_of"]

COUNTED = [0, 1, 2, 4]  # criteria that can be priced: hours, US dollars, CO2e, exposure
SAME = 1e-9  # of a figure

Key = tuple[str, str, str, str, str, bool]
"""A step, whatever it takes: its kind, place, states, leg and direction."""


class Variant(NamedTuple):
    """A step that is there once projects are."""

    built: Built
    step: Step
    tail: Node
    head: Node
    weights: np.ndarray


class _Ways(NamedTuple):
    """The steps of a graph by key, with their place in it."""

    graph: Graph
    at: dict[Key, int]

    def weights(self, key: Key) -> np.ndarray:
        return self.graph.weights[self.at[key]]


def key_of(step: Step) -> Key:
    """What a step is known by."""
    return (step.kind, step.place, step.start, step.end, step.leg, step.backwards)


class Brought:
    """What projects do to the steps of one good; raises `BadSetting` if one makes something worse.

    Attributes
    ----------
    bare : Graph
        The steps without any project.
    touched : dict of Key to set of int
        By step, the projects that bring or change it.
    """

    def __init__(self, states: States, good: Good) -> None:
        self.states, self.good = states, good
        self._known: dict[Built, _Ways] = {}
        self._legs: frozenset[str] | None = None
        none, everything = self._ways(frozenset()), self._ways(states.ways_of(states.everything))
        self.bare = none.graph
        self._legs = self._concerned(none, everything)
        self._known.clear()
        self.touched = self._touched()

    def variants(self, weighed: bool) -> Iterator[Variant]:
        """The steps to be added for projects; if not `weighed`, only those that there were none of."""
        for key, projects in self.touched.items():
            kept: list[tuple[Built, np.ndarray]] = []
            for built in self.states.together(projects, f"the step {_told(key)}"):
                ways = self._ways(built)
                if key not in ways.at:
                    continue
                now = ways.weights(key)
                if any(less <= built and (not weighed or _as_good(was, now)) for less, was in kept):
                    continue
                kept.append((built, now))
                if built:
                    yield _variant(ways, key, built)

    def _ways(self, built: Built) -> _Ways:
        """The steps that projects concern, with some of these built."""
        built = self.states.ways_of(built)
        if built not in self._known:
            network = self.states.network(built)
            if self._legs is not None:
                network = network.with_rows(legs=(leg for leg in network.legs if leg.code in self._legs))
            made = graph(network, self.good, None, self.states.asked)
            self._known[built] = _Ways(made, {key_of(step): at for at, step in enumerate(made.steps)})
        return self._known[built]

    def _concerned(self, none: _Ways, everything: _Ways) -> frozenset[str]:
        """Legs on which, or at whose ends, anything is otherwise with all projects than with none."""
        keys = dict.fromkeys([*none.at, *everything.at])
        differ = [key for key in keys if not _is_same(none, everything, key)]
        self._differ = frozenset(differ)
        places = {place for kind, place, *_ in differ if kind != "leg"}
        legs = self.states.network(self.states.ways_of(self.states.everything)).legs
        at_places = {leg.code for leg in legs if {leg.start, leg.end} & places}
        return frozenset(at_places | {leg for _, _, _, _, leg, _ in differ if leg})

    def _touched(self) -> dict[Key, set[int]]:
        found: dict[Key, set[int]] = {}
        states = self.states
        for at in states.order if self._differ else ():
            if not states.opens_ways(at):
                continue
            alone, rest = states.closed([at]), states.without(at)
            for before, after in ((alone - {at}, alone), (rest, rest | alone)):
                for key in self._changed(before, after, at):
                    found.setdefault(key, set()).add(at)
        return found

    def _changed(self, before: Built, after: Built, at: int) -> Iterator[Key]:
        old, new = self._ways(before), self._ways(after)
        code = self.states.projects[at].code
        for key in old.at:
            if key in self._differ and key not in new.at:
                raise BadSetting(
                    f"project {code} takes away the step {_told(key)}; a project opens ways, so give what it "
                    f"brings a code of its own"
                )
        for key in new.at:
            if key not in self._differ or _is_same(old, new, key):
                continue
            if key in old.at and _as_good(old.weights(key), new.weights(key)):
                raise BadSetting(
                    f"project {code} makes the step {_told(key)} worse and nothing better; leave it out, or "
                    f"turn the amount round"
                )
            yield key


def _variant(ways: _Ways, key: Key, built: Built) -> Variant:
    made, edge = ways.graph, ways.at[key]
    tail, head = made.nodes[made.tail[edge]], made.nodes[made.head[edge]]
    return Variant(built, made.steps[edge], tail, head, made.weights[edge])


def _is_same(one: _Ways, other: _Ways, key: Key) -> bool:
    if key not in one.at or key not in other.at:
        return False
    ours, theirs = one.weights(key), other.weights(key)
    return _as_good(ours, theirs) and _as_good(theirs, ours)


def _as_good(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether nothing of one is more than of the other."""
    return bool(np.all(one[COUNTED] <= other[COUNTED] * (1 + SAME) + SAME))


def _told(key: Key) -> str:
    kind, place, start, end, leg, backwards = key
    if leg:
        return f"along leg {leg}{'<' if backwards else '>'}"
    return f"{kind} at {place} from {start} to {end}"
