"""What cannot be delivered and why: no way at all, or no room, and the least room that would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import cos, hypot, radians
from typing import NoReturn

import numpy as np
from msgspec.structs import replace

from sarai.corridors.capacity.bounds import UNITS
from sarai.corridors.capacity.generation import Found, Generation
from sarai.corridors.capacity.model import Carried, Model
from sarai.corridors.capacity.problem import places_of
from sarai.corridors.faults import Infeasible
from sarai.corridors.tables import Place

__all__ = ["check_ways", "elastic", "least_wider", "widened", "without_way"]

MOST_TOLD = 10
LEAST = 1e-6  # of a capacity
ROOM_USD, STAYS_USD, GOES_USD = 1.0, 1e5, 1e-6  # so that room is saved first, and only then the way


def without_way(made: Model) -> list[int]:
    """Demands that no way leads for, by index."""
    with_way = {int(made.row_of[pair]) for pair in range(len(made.row_of)) if _leads(made, pair)}
    return [at for at in range(len(made.keys)) if at not in with_way]


def check_ways(made: Model) -> None:
    """Raises `Infeasible` with every demand that has tonnes and no way, and how far it gets."""
    lost = [at for at in without_way(made) if made.asked[at] > 0]
    if lost:
        told = [_told(made, at) for at in lost[:MOST_TOLD]]
        more = [f"and {len(lost) - MOST_TOLD} more"] if len(lost) > MOST_TOLD else []
        raise Infeasible("\n".join([*told, *more]))


def _leads(made: Model, pair: int) -> bool:
    source, target = int(made.origin[pair]), int(made.target[pair])
    return source >= 0 and target >= 0 and bool(_reached(made.goods[made.good_of[pair]], source)[target])


def _reached(good: Carried, source: int) -> np.ndarray:
    """Nodes that steps lead to, by node; remembered with the good's steps."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import breadth_first_order

    known = good.net.__dict__.setdefault("reached", {})
    if source not in known:
        size, there = len(good.net.held), np.ones(len(good.net.tail))
        matrix = coo_array((there, (good.net.tail, good.net.head)), shape=(size, size)).tocsr()
        found = np.zeros(size, bool)
        found[breadth_first_order(matrix, source, return_predecessors=False)] = True
        known[source] = found
    return known[source]


def _told(made: Model, at: int) -> str:
    code, start, end = made.keys[at]
    pair = int(np.flatnonzero(made.row_of == at)[0])
    carried = made.goods[made.good_of[pair]]
    network, good = made.problem.network, carried.good
    names = [" or ".join(_named(network.by_place[each]) for each in places_of(said)) for said in (start, end)]
    when = f" in month {made.problem.month}" if made.problem.month else ""
    what = f"{good.name} ({code}, {good.form}) cannot go from {names[0]} to {names[1]}{when}"
    for node, said, why in (
        (made.origin[pair], names[0], "leaves"),
        (made.target[pair], names[1], "comes to"),
    ):
        if node < 0:
            return (
                f"{what}: nothing that carries {good.form} {why} {said}; add a leg, or choose another place"
            )
    nodes, seen = carried.net.graph.nodes, _reached(carried, int(made.origin[pair]))
    there = {nodes[at].place for at in np.flatnonzero(seen).tolist()}
    goal = network.by_place[places_of(end)[0]]
    near = min((network.by_place[each] for each in sorted(there)), key=lambda each: _apart(each, goal))
    return (
        f"{what}: no way. It gets to {len(there)} places, {_named(near)} the nearest to where it should; "
        f"add a leg from there, or a handling where it cannot change over"
    )


def _named(place: Place) -> str:
    return f"{place.name} ({place.code})"


def _apart(one: Place, other: Place) -> float:
    """Roughly, in degrees."""
    east = (one.longitude_deg - other.longitude_deg + 180) % 360 - 180
    return hypot(one.latitude_deg - other.latitude_deg, east * cos(radians(other.latitude_deg)))


# -- room ------------------------------------------------------------------------------------------


def widened(made: Model, found: Found, time_limit_s: float, clock: Callable[[], float]) -> NoReturn:
    """Raises `Infeasible` with what stays behind, what binds, and the least room that would do."""
    left = np.argsort(-found.undelivered)
    left = [int(at) for at in left if found.undelivered[at] > 0][:MOST_TOLD]
    told = [
        f"{found.undelivered[at]:,.0f} t of {code} from {start} to {end}"
        for at, (code, start, end) in ((at, made.keys[at]) for at in left)
    ]
    where = [made.limits[limit] for limit in np.unique(made.limit_of[found.prices > 0]).tolist()]
    again = elastic(made, found, time_limit_s, clock)
    needed = [f"{code} +{amount:,.0f} {unit}" for code, unit, amount in least_wider(made, again)]
    least = "Enough, and least" if not again.stopped else f"Perhaps not the least ({again.stopped})"
    enough = f"{least}: {', '.join(needed)}" if needed else "No room would help; ask for less"
    raise Infeasible(f"not delivered: {'; '.join(told)}. Binding: {', '.join(where) or 'nothing'}. {enough}")


def elastic(made: Model, found: Found, time_limit_s: float, clock: Callable[[], float]) -> Found:
    """The flow that delivers all with the least room more, where a unit counts by the tonnes it lets through.

    Ways cost next to nothing in it. What stays behind in spite of any room has no way for its empties.
    """
    fleets = tuple(replace(each, cost=each.cost * GOES_USD) for each in made.fleets)
    prices = replace(made.problem.prices, undelivered_usd_per_t=STAYS_USD)
    cheap = replace(
        made, goods=tuple(_cheap(each) for each in made.goods), fleets=fleets,
        problem=replace(made.problem, prices=prices),
    )  # fmt: skip
    generation = Generation(cheap, clock, elastic=ROOM_USD * np.array(list(_tonnes(made))))
    return generation.solve(found.capacity, found.asked, time_limit_s)


def least_wider(made: Model, again: Found) -> list[tuple[str, str, float]]:
    """The room that an elastic flow took: limit, unit and how much more a year."""
    units = dict(zip(made.limit_of.tolist(), (UNITS[bound.unit] for bound in made.bounds), strict=True))
    return [
        (code, units[at], float(again.extra[at]))
        for at, code in enumerate(made.limits)
        if at in units and again.extra[at] > LEAST * max(1.0, again.capacity[at])
    ]


def _cheap(good: Carried) -> Carried:
    return replace(good, cost=good.cost * GOES_USD)


def _tonnes(made: Model) -> Iterator[float]:
    """What a unit of each limit lets through of the good that takes least of it."""
    takes = np.array([good.takes for good in made.goods]).reshape(len(made.goods), -1)
    for at in range(len(made.limits)):
        of = takes[:, made.limit_of == at]
        of = of[of > 0]
        yield 1 / float(of.min()) if of.size else 1.0
