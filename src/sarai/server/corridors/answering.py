"""A question put to the network: ways before and after what is changed."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from sarai.corridors import Network, Unreachable
from sarai.corridors.changes import Change
from sarai.server.corridors.answer import Answer, Flows, Point, Ways, legs_of
from sarai.server.corridors.asked import Meant, changed, is_changed
from sarai.server.corridors.knobs import Knobs
from sarai.telling.corridors_carried import Carried
from sarai.telling.corridors_routes import Choices

__all__ = ["answer", "flows", "front", "ways"]

FRONT_BY = ("hours", "usd", "co2e_g")  # what the picture shows; with all five it takes seconds
MOST_FRONT = 18  # points of a picture: more lie on each other
InTime = Callable[[], None]


def answer(network: Network, meant: Meant, before: Ways, in_time: InTime) -> Answer:
    """Ways before and after, where anything is changed."""
    if not is_changed(meant.knobs, meant.changes):
        return Answer(before=before)
    after = changed(network, meant.knobs, meant.changes)
    found = Answer(before=before, changes=meant.changes, closed=gone(network, after))
    in_time()
    try:
        return replace(found, after=ways(after, meant, in_time))
    except Unreachable as fault:
        return replace(found, lacking=str(fault))


def gone(before: Network, after: Network) -> tuple[str, ...]:
    """Codes of legs that are there no more."""
    left = {leg.code for leg in after.legs}
    return tuple(leg.code for leg in before.legs if leg.code not in left)


def flows(
    network: Network, knobs: Knobs, changes: tuple[Change, ...], first: Carried, seconds: float
) -> Flows:
    """A year's flows before and after, where anything is changed."""
    from sarai.telling.corridors_shocked import shocked

    if not is_changed(knobs, changes):
        return Flows(before=first)
    after = changed(network, knobs, changes)
    found = shocked(network, after, changes=list(map(str, changes)), first=first, seconds=seconds)
    return Flows(before=first, shocked=found, closed=gone(network, after))


def ways(network: Network, meant: Meant, in_time: InTime) -> Ways:
    """The best ways, and those that no other beats; `Unreachable` if there are none."""
    from sarai.telling.corridors_routes import choices

    ranked = choices(
        network, meant.start.code, meant.end.code, good=meant.good.code, month=meant.month, by=meant.by,
        best=meant.best,
    )  # fmt: skip
    in_time()
    points, within = front(network, meant, ranked)
    in_time()
    return Ways(ranked=ranked, front=points, within=within)


def front(network: Network, meant: Meant, ranked: Choices) -> tuple[tuple[Point, ...], float]:
    """Ways that no other beats in what the picture shows, and how far off others may be."""
    from sarai.corridors.graph import graph
    from sarai.corridors.routes import describe, pareto
    from sarai.telling.corridors_names import named

    made = graph(network, meant.good, meant.month)
    found = pareto(made, meant.start.code, meant.end.code, by=FRONT_BY, most=MOST_FRONT)
    routes = [describe(made, path) for path in found.ways]
    known = {tuple(legs_of(each.route)): each for each in ranked.choices}
    points = []
    for at, (route, name) in enumerate(zip(routes, named(network, routes), strict=True), 1):
        choice = known.get(tuple(legs_of(route)))
        points.append(Point(letter=choice.letter if choice else str(at), route=route,
                            name=choice.name if choice else name))  # fmt: skip
    return tuple(points), found.within
