"""Checks of ways: lengths, gauges, rates, borders, land under ships, and what can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from sarai.corridors.checks.figures import label
from sarai.corridors.faults import Fault, Unreachable
from sarai.corridors.graph import graph
from sarai.corridors.measuring import length_km, over_land_km, track
from sarai.corridors.network import Network, carriage
from sarai.corridors.steps import DELIVERED, DOOR

__all__ = [
    "check_borders",
    "check_connected",
    "check_demands",
    "check_distances",
    "check_gauges",
    "check_rates",
    "check_sea",
]

SHORTER = 0.97  # of the straight way: positions are rounded to a hundredth of a degree
LONGER = 3.0  # times the way through its points: mountains double it, a slip of the pen makes it ten
LAND = ("rail", "road")
ON_WATER = ("sea", "ferry")
NARROW_KM = 25.0  # of a ship's way may lie on the map's land: harbours, straits, a coast drawn coarsely


def check_distances(network: Network) -> Iterator[Fault]:
    """No leg is shorter than the earth allows between its ends, nor far longer than through its points."""
    for leg in network.legs:
        points = track(network, leg)
        straight, along = length_km([points[0], points[-1]]), length_km(points)
        if leg.distance_km < SHORTER * straight - 1:
            text = f"is shorter than the {straight:,.0f} km straight from {leg.start} to {leg.end}"
            yield Fault("legs", leg.code, "distance_km", f"{leg.distance_km:g}", text)
        elif leg.distance_km > LONGER * along + 1:
            text = f"is far longer than the {along:,.0f} km through its points; mend it, or give via points"
            yield Fault("legs", leg.code, "distance_km", f"{leg.distance_km:g}", text)


def check_gauges(network: Network) -> Iterator[Fault]:
    """Where rails of two gauges meet, something takes goods over, or one of them is in the wrong gauge."""
    meeting: dict[str, dict[str, str]] = {}
    for leg in network.legs:
        if leg.mode == "rail":
            for code in (leg.start, leg.end):
                meeting.setdefault(code, {}).setdefault(carriage(leg), leg.code)
    for code, there in meeting.items():
        place = network.by_place[code]
        for start, end in ((a, b) for a in there for b in there if a < b):
            forms = {good.form for good in network.goods} or {"container"}
            if not any(network.handling(place, start, end, form) for form in forms):
                text = (
                    f"meets {there[start]} in {start} at {place.name}, and nothing takes goods over there; "
                    "mend its gauge, or add a row to handlings.csv"
                )
                yield Fault("legs", there[end], "gauge_mm", end.partition("-")[2], text)


def check_rates(network: Network) -> Iterator[Fault]:
    """Every leg has a speed; and a price and emissions for each form of goods that it takes."""
    forms = sorted({good.form for good in network.goods})
    for leg in network.legs:
        for form in forms:
            if network.takes(leg, form) and network.pace(leg, form) is None:
                text = f"has no speed for {form}; add a row to paces.csv"
                yield Fault("legs", leg.code, "mode", leg.mode, text)
            if network.takes(leg, form) and network.tariff(leg, form) is None:
                text = f"has no price for {form}; add a row to tariffs.csv"
                yield Fault("legs", leg.code, "mode", leg.mode, text)
            if network.takes(leg, form) and network.emission(leg, form) is None:
                text = f"has no emissions for {form}; add a row to emissions.csv"
                yield Fault("legs", leg.code, "mode", leg.mode, text)


def check_borders(network: Network) -> Iterator[Fault]:
    """Crossing a border on land takes time, and somebody has said how much."""
    for leg in network.legs:
        start, end = network.by_place[leg.start].country, network.by_place[leg.end].country
        if leg.mode not in LAND or start == end or not start or not end:
            continue
        for backwards in (False, True) if leg.both else (False,):
            if network.border(leg, backwards) is None:
                pair = f"{end} into {start}" if backwards else f"{start} into {end}"
                text = f"crosses from {pair} in no time; add a row to borders.csv"
                yield Fault("legs", leg.code, "mode", leg.mode, text)


def check_sea(network: Network) -> Iterator[Fault]:
    """No ship goes over land; but for what narrow waters take from a map of the world."""
    for leg in network.legs:
        if leg.mode not in ON_WATER:
            continue
        kinds = {network.by_place[code].kind for code in (leg.start, leg.end)}
        over = over_land_km(track(network, leg))
        if over > NARROW_KM and not kinds & {"canal", "strait"}:
            text = f"leads {over:,.0f} km over land; give points on its way"
            yield Fault("legs", leg.code, "via", leg.via[:40], text)


def check_connected(network: Network) -> Iterator[Fault]:
    """Whatever goods can be sent to hangs together; what does not is named."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    at = {code: index for index, code in enumerate(network.by_place)}
    if not at:
        return
    ends = [(at[leg.start], at[leg.end]) for leg in network.legs]
    tail, head = zip(*ends, strict=True) if ends else ((), ())
    matrix = coo_array(([1] * len(ends), (tail, head)), shape=(len(at), len(at)))
    _, parts = connected_components(matrix, directed=False)
    sizes = {part: list(parts).count(part) for part in set(parts)}
    largest = max(sizes, key=lambda part: (sizes[part], -part))
    for code, index in at.items():
        if parts[index] != largest:
            yield Fault("places", code, "", "", "is not joined to the rest; add a leg to it, or take it out")


def check_demands(network: Network) -> Iterator[Fault]:
    """Every demand has a way that it can take."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    for good in network.goods:
        asked = [each for each in network.demands if each.good == good.code]
        if not asked:
            continue
        ways = graph(network, good)
        shape = (len(ways.nodes), len(ways.nodes))
        matrix = csr_array(([1] * len(ways.tail), (ways.tail, ways.head)), shape=shape)
        for each in asked:
            try:
                start, end = ways.door(each.start), ways.delivered(each.end)
            except Unreachable as fault:
                yield Fault("demands", label(each), "good", each.good, str(fault))
                continue
            reached = breadth_first_order(matrix, start, return_predecessors=False)
            if end not in reached:
                names = f"{network.by_place[each.start].name} to {network.by_place[each.end].name}"
                text = f"has no way from {names} ({DOOR} to {DELIVERED}); add a leg or a handling"
                yield Fault("demands", label(each), "good", each.good, text)
