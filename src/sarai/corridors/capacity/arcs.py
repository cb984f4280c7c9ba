r"""The flow as one linear program with a variable for each step: plain, and large.

.. math::
    \min \sum_{g,o,e} c_{ge} x_{goe} + \sum_{f,e} c_{fe} y_{fe} + P \sum_k u_k

over flows :math:`x` of each good from each origin, empties :math:`y` of each fleet and what stays undelivered
:math:`u`, kept at every node, within every bound. The column generation is held against it (Ahuja, Magnanti
and Orlin, Network Flows, 1993, chapter 17).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sarai.corridors.capacity.lp import optimum
from sarai.corridors.capacity.model import Model

if TYPE_CHECKING:
    from scipy.sparse import coo_array

__all__ = ["ArcFlow", "arc_flow"]


class ArcFlow(NamedTuple):
    """What came out: US dollars, duals by bound (<= 0) and by demand, tonnes undelivered by demand."""

    cost: float
    bound_duals: np.ndarray
    demand_duals: np.ndarray
    undelivered: np.ndarray


def arc_flow(model: Model, rights: np.ndarray, asked: np.ndarray, time_limit_s: float = 600.0) -> ArcFlow:
    """The least cost, of the right-hand sides of bounds and demands; raises `TimedOut`."""
    from scipy.sparse import block_array, coo_array, eye_array

    groups, fleets = _groups(model), range(len(model.fleets))
    demands, pairs = len(model.keys), len(model.row_of)
    blocks: list[list[coo_array | None]] = []
    blank = [None] * (len(groups) + len(model.fleets) + 2)
    for at, (good, origin) in enumerate(groups):
        row = blank.copy()
        row[at] = _kept(model.goods[good].net)
        row[-2] = _delivered(model, groups[good, origin], origin, len(model.goods[good].net.held))
        blocks.append(row)
    for fleet in fleets:
        row = blank.copy()
        for at, (good, _) in enumerate(groups):
            if model.goods[good].fleet == fleet:
                row[at] = _left_empty(model, good)
        row[len(groups) + fleet] = _kept(model.fleets[fleet])
        blocks.append(row)
    use = [model.goods[good].uses.T for good, _ in groups] + [each.takes.T for each in model.fleets]
    blocks.append([*use, coo_array((len(model.bounds), pairs)), None])
    of = coo_array((np.ones(pairs), (model.row_of, np.arange(pairs))), shape=(demands, pairs))
    blocks.append([*blank[:-2], of, eye_array(demands)])
    matrix = block_array(blocks, format="csc")
    free = matrix.shape[0] - len(model.bounds) - demands
    cost = np.concatenate(
        [model.goods[good].cost for good, _ in groups] + [each.cost for each in model.fleets]
        + [np.zeros(pairs), np.full(demands, model.problem.prices.undelivered_usd_per_t)]
    )  # fmt: skip
    low = np.concatenate([np.zeros(free), np.full(len(model.bounds), -np.inf), asked])
    high = np.concatenate([np.zeros(free), rights, asked])
    value, columns, duals = optimum(cost, matrix, low, high, time_limit_s)
    return ArcFlow(value, duals[free : free + len(model.bounds)], duals[-demands:], columns[-demands:])


def _groups(model: Model) -> dict[tuple[int, int], list[int]]:
    """Pairs by good and origin: flows from one node to several need no names of their own."""
    found: dict[tuple[int, int], list[int]] = {}
    for at, (good, origin, target) in enumerate(zip(model.good_of, model.origin, model.target, strict=True)):
        found.setdefault((int(good), int(origin) if target >= 0 else -1), []).append(at)
    return found


def _kept(of: object) -> coo_array:
    """What comes to a node less what leaves it, shape (nodes, steps)."""
    from scipy.sparse import coo_array

    size = len(of.held) if hasattr(of, "held") else len(of.net.held)
    steps = np.arange(len(of.tail))
    values = np.concatenate([np.ones(len(steps)), -np.ones(len(steps))])
    where = (np.concatenate([of.head, of.tail]), np.concatenate([steps, steps]))
    return coo_array((values, where), shape=(size, len(steps)))


def _delivered(model: Model, members: list[int], origin: int, size: int) -> coo_array:
    """What a delivered tonne puts in at its origin and takes out at its target."""
    from scipy.sparse import coo_array

    shape = (size, len(model.row_of))
    if origin < 0:  # kept out: what is delivered would come from nowhere
        return coo_array((np.ones(len(members)), ([0] * len(members), members)), shape=shape)
    ends = [int(model.target[each]) for each in members]
    values = np.concatenate([np.ones(len(members)), -np.ones(len(members))])
    return coo_array((values, ([origin] * len(members) + ends, members * 2)), shape=shape)


def _left_empty(model: Model, good: int) -> coo_array:
    """Units left empty at a yard for a tonne on a step, less units taken there."""
    from scipy.sparse import coo_array

    carried = model.goods[good]
    net, fleet = carried.net, model.fleets[carried.fleet]
    yard = fleet.yards[net.place[net.tail]]
    sign = (net.empties.astype(float) - net.fills) / carried.per_unit
    touched = np.flatnonzero(sign)
    return coo_array((sign[touched], (yard[touched], touched)), shape=(len(net.held), len(net.tail)))
