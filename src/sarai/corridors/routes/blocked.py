"""Why no way leads from one place to another: how far goods get, where the gap is, what would close it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sarai.corridors.faults import Unreachable
from sarai.corridors.graph import ALWAYS, THROUGH, Graph, Node, state_of
from sarai.corridors.graph import graph as graph_of
from sarai.corridors.network import Network, carriage
from sarai.corridors.routes.layout import reached
from sarai.corridors.steps import DELIVERED, DOOR
from sarai.corridors.tables import Leg, Place

__all__ = ["unreachable"]

TOLD = 3  # of each kind: more than that is a list, not a hint
MONTHS = range(1, 13)
Gap = tuple[Place, str, str]  # where, and the carriages before and after


class _Sides(NamedTuple):
    """The nodes that goods get to, and those from which a way leads to the end."""

    from_start: set[Node]
    to_end: set[Node]


def unreachable(graph: Graph, start: Place, end: Place) -> Unreachable:
    """The error that says so, for places between which the graph has no way."""
    good, month = graph.good, f" in month {graph.month}" if graph.month else ""
    words = [f"no way for {good.name} ({good.form}) leads from {_named(start)} to {_named(end)}{month}"]
    through = [place for place in (start, end) if place.kind in THROUGH]
    if through:
        what = f"{_named(through[0])} is a {through[0].kind} that goods only pass; choose a port or city"
        return Unreachable(f"{words[0]}: {what}")
    sides = _sides(graph, start, end)
    gaps = _gaps(graph, sides)
    words += [_how_far(graph, sides, start, end), *_gap_words(gaps)]
    openings = [*_handlings(gaps), *_groups(graph, start, end), *_closures(graph, start, end)]
    openings = openings or _leg(graph, sides, start, end)
    return Unreachable("; ".join([*words, "it would open with " + ", or ".join(openings)]))


# -- how far -------------------------------------------------------------------------------------


def _sides(graph: Graph, start: Place, end: Place) -> _Sides:
    door, last = graph.index.get(Node(start.code, DOOR)), graph.index.get(Node(end.code, DELIVERED))
    return _Sides(_met(graph, graph.tail, graph.head, door), _met(graph, graph.head, graph.tail, last))


def _met(graph: Graph, tail: np.ndarray, head: np.ndarray, start: int | None) -> set[Node]:
    if start is None:
        return set()
    return {graph.nodes[at] for at in np.flatnonzero(reached(tail, head, len(graph.nodes), start))}


def _how_far(graph: Graph, sides: _Sides, start: Place, end: Place) -> str:
    if not sides.from_start:
        return f"nothing that carries them leaves {start.name}"
    there = _places(graph.network, sides.from_start, start)
    if not there:
        return f"they get no further than {start.name}"
    names = [place.name for place in sorted(there, key=lambda each: _apart(each, end))[:TOLD]]
    return f"they get to {len(there)} places, nearest to {end.name}: {', '.join(names)}"


def _places(network: Network, nodes: set[Node], besides: Place) -> list[Place]:
    """Where goods can be set down, in order of code."""
    codes = sorted({node.place for node in nodes} - {besides.code})
    return [place for place in map(network.by_place.__getitem__, codes) if place.kind not in THROUGH]


# -- where the gap is ----------------------------------------------------------------------------


def _gaps(graph: Graph, sides: _Sides) -> list[Gap]:
    """Where goods arrive in one carriage, and only another leads on."""
    carried = {state_of(graph.network, leg): carriage(leg) for leg in graph.network.legs}
    onward: dict[str, list[str]] = {}
    for node in sorted(sides.to_end):
        onward.setdefault(node.place, []).append(carried.get(node.state, node.state))
    found = {
        (node.place, carried.get(node.state, node.state), after)
        for node in sides.from_start
        for after in onward.get(node.place, ())
    }
    ends = {DOOR, DELIVERED}
    return [(graph.network.by_place[code], before, after)
            for code, before, after in sorted(found) if not {before, after} & ends]  # fmt: skip


def _gap_words(gaps: list[Gap]) -> list[str]:
    return [
        f"at {_named(place)} they come in {before} and would go on in {after}, and nothing takes them over"
        for place, before, after in gaps[:TOLD]
    ]


# -- what would open it --------------------------------------------------------------------------


def _handlings(gaps: list[Gap]) -> list[str]:
    return [f"a handling from {before} to {after} at {place.name}" for place, before, after in gaps[:TOLD]]


def _groups(graph: Graph, start: Place, end: Place) -> Iterator[str]:
    """Legs that are left out unless asked for, and would connect the two."""
    used = {step.leg for step in graph.steps}
    asked = [leg for leg in graph.network.legs if leg.asked]
    now = {leg.code for leg in asked if leg.code in used}
    for each in sorted({leg.group or leg.code for leg in asked if leg.code not in used}):
        if _connects(graph_of(graph.network, graph.good, graph.month, {*now, each}), start, end):
            yield f"asking for {each!r}"


def _closures(graph: Graph, start: Place, end: Place) -> Iterator[str]:
    """What is closed for good in the graph's month, or in all, and would connect the two."""
    used = {step.leg for step in graph.steps}
    asked = {leg.code for leg in graph.network.legs if leg.asked and leg.code in used}
    shut = [each for each in graph.network.closures if each.share >= ALWAYS and _holds(each.months, graph)]
    for each in shut[:TOLD]:
        rest = [other for other in graph.network.closures if other is not each]
        lifted = graph.network.with_rows(closures=rest)
        if _connects(graph_of(lifted, graph.good, graph.month, asked), start, end):
            free = [str(month) for month in MONTHS if str(month) not in each.months.split()]
            when = f" (it is open in months {' '.join(free)})" if free else ""
            yield f"an end of the closure of {each.on}{when}"


def _holds(months: str, graph: Graph) -> bool:
    closed = months.split()
    return str(graph.month) in closed if graph.month else len(closed) == len(MONTHS)


def _connects(graph: Graph, start: Place, end: Place) -> bool:
    return Node(end.code, DELIVERED) in _sides(graph, start, end).from_start


def _leg(graph: Graph, sides: _Sides, start: Place, end: Place) -> list[str]:
    """The shortest leg that would join both sides, where nothing smaller does."""
    here = [start, *_places(graph.network, sides.from_start, start)]
    there = [end, *_places(graph.network, sides.to_end, end)]
    pairs = ((one, other) for one in here for other in there if one.code != other.code)
    one, other = min(pairs, key=lambda pair: (_apart(*pair), pair[0].code, pair[1].code))
    refused = sorted(leg.code for leg in graph.network.legs if _joins(leg, here, there, graph))
    if refused:
        return [f"leg {refused[0]} taking goods in form {graph.good.form} (column takes)"]
    return [f"a leg from {_named(one)} to {_named(other)} ({_apart(one, other):,.0f} km as the crow flies)"]


def _joins(leg: Leg, here: list[Place], there: list[Place], graph: Graph) -> bool:
    """Whether a leg lies between both sides and does not take the good."""
    ours, theirs = ({place.code for place in side} for side in (here, there))
    forth = leg.start in ours and leg.end in theirs
    back = leg.both and leg.end in ours and leg.start in theirs
    return (forth or back) and not graph.network.takes(leg, graph.good.form)


def _apart(one: Place, other: Place) -> float:
    """Kilometres between places on a sphere."""
    a, b = math.radians(one.latitude_deg), math.radians(other.latitude_deg)
    turn = math.radians(other.longitude_deg - one.longitude_deg)
    square = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, square)))


def _named(place: Place) -> str:
    return f"{place.name} ({place.code})"
