"""Projects that no way of any demand can use, with everything built: none of their effect could ever show."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sarai.corridors.capacity import Key as Asked
from sarai.corridors.capacity.bounds import bounds, parts_of
from sarai.corridors.graph import Graph, Node
from sarai.corridors.investing.opening import Opened
from sarai.corridors.investing.variants import key_of
from sarai.corridors.steps import DELIVERED, DOOR, Step

__all__ = ["unused"]


def unused(opened: Opened, asked: Iterable[Asked]) -> list[str]:
    """Codes of projects whose steps and limits no demand's goods, nor their empties, can come by."""
    states, frame = opened.states, opened.states.frame
    steps = {form: _passed(opened, form, asked) for form in opened.goods}
    parts = {
        part
        for form, passed in steps.items()
        for step in passed
        for part in _both_ways(parts_of(frame, step, opened.goods[form]))
    }
    limits = {row.limit for row in bounds(frame, None) if parts & set(row.on)}
    used = {at for limit, several in opened.widening().items() if limit in limits for at in several}
    for form, passed in steps.items():
        for step in passed:
            used |= opened.brought[form].touched.get(key_of(step), set())
    used = states.closed(used)  # what others come after is of use with them
    return [each.code for at, each in enumerate(states.projects) if at not in used]


def _both_ways(parts: Iterable[str]) -> Iterable[str]:
    """Empties go back by the same legs."""
    for part in parts:
        yield part
        if part[-1] in "<>":
            yield part[:-1] + ("<" if part[-1] == ">" else ">")


def _passed(opened: Opened, form: str, asked: Iterable[Asked]) -> list[Step]:
    """The steps of a form that lie on a way of some demand."""
    good = opened.goods[form]
    made = opened.graph(opened.states.frame, good)
    on = np.zeros(len(made.steps), bool)
    for code, start, end in asked:
        if opened.states.frame.good(code).form == form:
            ends = made.index.get(Node(start, DOOR)), made.index.get(Node(end, DELIVERED))
            if None not in ends:
                on |= _reached(made, ends[0], 1)[made.tail] & _reached(made, ends[1], -1)[made.head]
    return [step for step, passed in zip(made.steps, on, strict=True) if passed]


def _reached(made: Graph, node: int, way: int) -> np.ndarray:
    """Whether each node can be come to from one, or to that one if `way` is -1."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    ends = (made.tail, made.head)[::way]
    size = len(made.nodes)
    steps = coo_array((np.ones(len(made.steps)), ends), shape=(size, size)).tocsr()
    found = np.zeros(size, bool)
    found[breadth_first_order(steps, node, return_predecessors=False)] = True
    return found
