"""Checks of names: what a row refers to is there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sarai.corridors.checks.figures import label, rows
from sarai.corridors.faults import Fault
from sarai.corridors.network import Network, carriage
from sarai.corridors.steps import DOOR
from sarai.corridors.tables import MODES
from sarai.goods import SaraiError

__all__ = [
    "check_ends",
    "check_goods_and_places",
    "check_projects",
    "check_selectors",
    "check_services",
    "check_sources",
]


def check_sources(network: Network) -> Iterator[Fault]:
    """Every figure names a source that the network has; an address stands where there must be one."""
    known = {each.code for each in network.sources}
    for name, row in rows(network):
        if name != "sources" and row.source not in known:
            yield Fault(name, label(row), "source", row.source, "is not in sources.csv; add its row there")
    for each in network.sources:
        if each.kind in ("published", "secondary") and not each.address:
            text = "says where it was published nowhere; give the address, or call it assumed"
            yield Fault("sources", each.code, "address", "", text)


def check_ends(network: Network) -> Iterator[Fault]:
    """A leg leads from one known place to another."""
    for leg in network.legs:
        for column in ("start", "end"):
            code = getattr(leg, column)
            if code not in network.by_place:
                yield Fault("legs", leg.code, column, code, "is not in places.csv; add it, or mend the code")
        if leg.start == leg.end:
            yield Fault("legs", leg.code, "end", leg.end, "is where the leg starts; a leg joins two places")


def check_services(network: Network) -> Iterator[Fault]:
    """The legs of a service are there, follow one another in one carriage, and have no other service."""
    owner: dict[str, str] = {}
    for service in network.services:
        codes = service.legs.split()
        unknown = [code for code in codes if code not in network.by_leg]
        for code in unknown:
            yield Fault("services", service.code, "legs", code, "is no leg of the network; mend the code")
        for code in codes:
            other = owner.setdefault(code, service.code)
            if other != service.code:
                text = f"has the service {other} already; give each service a leg of its own"
                yield Fault("services", service.code, "legs", code, text)
        if not unknown:
            yield from _in_one(network, service.code, codes)


def _in_one(network: Network, service: str, codes: list[str]) -> Iterator[Fault]:
    legs = [network.by_leg[code] for code in codes]
    if not legs:
        yield Fault("services", service, "legs", "", "is empty; name the legs that it goes along")
    for before, after in pairwise(legs):
        if carriage(before) != carriage(after):
            text = f"is {carriage(after)}, the leg before it {carriage(before)}; end the service there"
            yield Fault("services", service, "legs", after.code, text)
        elif not {before.start, before.end} & {after.start, after.end}:
            text = f"does not touch {before.code} before it; put the legs in their order"
            yield Fault("services", service, "legs", after.code, text)


def check_selectors(network: Network) -> Iterator[Fault]:
    """What limits and closures are on is there."""
    known = {
        "leg": network.by_leg, "place": network.by_place, "service": network.by_service,
    }  # fmt: skip
    for name in ("limits", "closures"):
        for row in getattr(network, name):
            for selector in row.on.split():
                kind, _, code = selector.partition(":")
                code = code.rstrip("<>") if kind == "leg" else code
                if kind not in known:
                    text = "is no selector; write leg:CODE, place:CODE or service:CODE"
                    yield Fault(name, label(row), "on", selector, text)
                elif code not in known[kind]:
                    yield Fault(name, label(row), "on", selector, f"names no {kind} of the network")
            if not row.on.split():
                yield Fault(name, label(row), "on", "", "is empty; name what it holds for")


def check_goods_and_places(network: Network) -> Iterator[Fault]:
    """Rates, handlings and demands speak of places, legs and goods that are there."""
    carriages = {carriage(leg) for leg in network.legs} | {DOOR} | (set(MODES) - {"rail"})
    for name, row in rows(network):
        if name in ("paces", "tariffs", "borders") and row.leg and row.leg not in network.by_leg:
            yield Fault(name, label(row), "leg", row.leg, "is no leg of the network")
    for row in network.handlings:
        if row.place and row.place not in network.by_place:
            yield Fault("handlings", label(row), "place", row.place, "is no place of the network")
        if bool(row.place) == bool(row.kind):
            text = "must stand alone: a handling is of one place, or of one kind of place"
            yield Fault("handlings", label(row), "kind", row.kind, text)
        for column in ("start", "end"):
            if (said := getattr(row, column)) not in carriages:
                text = f"is carried nowhere in the network; there are {', '.join(sorted(carriages))}"
                yield Fault("handlings", label(row), column, said, text)
    for row in network.demands:
        if row.good not in network.by_good:
            yield Fault("demands", label(row), "good", row.good, "is not in goods.csv")
        for column in ("start", "end"):
            if (code := getattr(row, column)) not in network.by_place:
                yield Fault("demands", label(row), column, code, "is no place of the network")


def check_projects(network: Network) -> Iterator[Fault]:
    """What projects do can be read and speaks of what is there; none waits for itself."""
    from sarai.corridors.changes import apply, parse

    after = {each.code: each.after.split() for each in network.projects}
    for each in network.projects:
        for code in after[each.code]:
            if code not in after:
                yield Fault("projects", each.code, "after", code, "is no project of the network")
        if each.code in _before(each.code, after):
            yield Fault("projects", each.code, "after", each.after, "leads back to itself; break the circle")
        try:
            apply(network, parse(each.does))
        except SaraiError as fault:
            yield Fault("projects", each.code, "does", each.does, f"cannot be done: {fault}")


def _before(code: str, after: dict[str, list[str]]) -> set[str]:
    """All that must be there before a project."""
    found: set[str] = set()
    open_ = list(after[code])
    while open_:
        each = open_.pop()
        if each not in found:
            found.add(each)
            open_ += after.get(each, [])
    return found
