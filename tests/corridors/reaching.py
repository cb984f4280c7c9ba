"""What a test box can reach on a network, and the shares of what parts state that every part's tests ask."""

from __future__ import annotations

import re

from sarai.corridors.graph import graph
from sarai.corridors.measuring import length_km, track
from sarai.corridors.tables import TABLES, Good, Row

BOX = Good(code="box", name="a test box", form="container", t_per_unit=10, source="test")
FIGURES = [name for name, kind in TABLES.items() if issubclass(kind, Row)]
ON_LAND, ON_WATER = (1.0, 1.6), (0.98, 1.15)  # distance over the length through the leg's points


def reached(network, start, good=BOX, without=(), asked=()):
    """Codes of the places that goods can be delivered to, without some legs, groups or modes."""
    steps = graph(network, good, asked=asked)
    onward: dict[int, list[int]] = {}
    for tail, head, step in zip(steps.tail.tolist(), steps.head.tolist(), steps.steps, strict=True):
        leg = network.by_leg.get(step.leg)
        if leg is None or not {leg.code, leg.group, leg.mode} & set(without):
            onward.setdefault(tail, []).append(head)
    seen = {steps.door(start)}
    waiting = list(seen)
    while waiting:
        fresh = set(onward.get(waiting.pop(), ())) - seen
        seen |= fresh
        waiting += fresh
    return {steps.nodes[at].place for at in seen if steps.nodes[at].state == "delivered"}


def unsourced(network, table, part):
    """Rows of a part whose source is unknown, or that have no date."""
    known = {each.code for each in network.sources}
    rows = [each for each in getattr(network, table) if each.source.startswith(part)]
    return [each for each in rows if each.source not in known or not each.of]


def idle_sources(network, part):
    """Sources of a part that no row has and no note or computation names."""
    rows = [row for table in FIGURES for row in getattr(network, table)]
    said = " ".join([*(row.note for row in rows), *(each.title for each in network.sources)])
    named = {row.source for row in rows} | set(re.findall(rf"\b{part}[a-z0-9-]+", said))
    own = {each.code for each in network.sources if each.code.startswith(part)}
    assert own
    return own ^ {code for code in named if code.startswith(part)}


def odd_distances(network):
    """Legs that are shorter than the way through their points, or much longer, with the ratio."""
    ratios = {leg: leg.distance_km / length_km(track(network, leg)) for leg in network.legs}
    bounds = {leg: ON_LAND if leg.mode in ("rail", "road") else ON_WATER for leg in network.legs}
    return {leg.code: ratio for leg, ratio in ratios.items() if not bounds[leg][0] <= ratio <= bounds[leg][1]}
