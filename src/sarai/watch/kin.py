"""Firms that belong together: what two of them share in the register, and how young one is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sarai.watch.register import Register

WORTH = {"director": 1.0, "phone": 1.0, "address": 0.6}
"""How much it says that two firms share this: a house has many firms, a person or a phone hardly."""

KIN = {"most_sharing": 12.0, "young_days": 365.0}
"""More firms than these at one address or phone are a business centre or an agent, not a family; a firm
younger than a year has little business background (RF22)."""


class Link(NamedTuple):
    """What two firms share, and what that is worth: 0 nothing, 1 a director or a phone."""

    worth: float
    shared: tuple[str, ...] = ()


NONE = Link(0.0)


def link(register: Register, one: str, other: str, most: float) -> Link:
    """What two firms share, unless more than ``most`` firms share it: a business centre links nobody."""
    shared = register.shared(one, other)
    if not shared:
        return NONE
    telling = tuple(what for what in shared if register.how_many(one, what) <= most)
    return Link(max((WORTH[what] for what in telling), default=0.0), telling)


def closest(register: Register, one: str, others: Iterable[str], most: float) -> tuple[str, Link]:
    """Of several firms the one that shares most with this one, and what; the first of equals."""
    best = "", NONE
    for other in others:
        found = link(register, one, other, most)
        if found.worth > best[1].worth:
            best = other, found
    return best


def is_young(register: Register, party: str, time: int, days: float) -> bool:
    """Whether a firm is known to be younger than so many days."""
    age = register.age_days(party, time)
    return age is not None and age < days
